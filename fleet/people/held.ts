/** Cells that somebody carries to what is signed, in words. */

export interface Held {
  /** The public key of who carries it, 64 hexadecimal digits. */
  readonly carrier: string;
  readonly sequence: number;
  /** When it is held no longer, by itself: milliseconds since 1970. */
  readonly untilMs: number;
}

/** What to do about a cell that is held back. */
export const HELD_REMEDY =
  'Wait for its receipt, or say `fleet bundle return` once that folder is not used any more.';

/** Who holds a cell until when. */
export function heldWords({ carrier, untilMs, sequence }: Held): string {
  return `state ${sequence} is carried to it by ${carrier.slice(0, 8)}… until ${new Date(untilMs).toISOString()}`;
}

/** Why a plan leaves cells that are held, a sentence each, by cell. */
export function whyHeld(held: ReadonlyMap<string, Held>): ReadonlyMap<string, string> {
  return new Map([...held].map(([cell, each]) => [cell, `${heldWords(each)}.`]));
}
