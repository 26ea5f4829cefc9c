const ECHO_CHARACTERS_MAX = 60;

/** What someone wrote, short enough for a message: the first 60 characters. */
export function cutText(text: string): string {
  return text.length <= ECHO_CHARACTERS_MAX ? text : `${text.slice(0, ECHO_CHARACTERS_MAX)}…`;
}
