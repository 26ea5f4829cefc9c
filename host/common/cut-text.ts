import { foreign } from './visible.ts';

const ECHO_CHARACTERS_MAX = 60;

/** What someone wrote, short enough for a message, and harmless in it: the first 60 characters. */
export function cutText(text: string): string {
  return foreign(text, ECHO_CHARACTERS_MAX);
}
