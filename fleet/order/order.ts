/** What a server asks of a gateway, and what that reports: the words between the two. All of it is plain data. */

export const ACTS = [
  'read',
  'examine',
  'stage',
  'open',
  'mark',
  'close',
  'confirm',
  'revert',
  'leave',
] as const;
/**
 * `read` looks. `examine` reads the running edition back out of flash and compares it with an image. `stage` brings an edition into the
 * free slot. `open` opens a window and holds it. `mark` makes pending what was staged, in that window. `close` closes it and activates.
 * `confirm` and `revert` open a window of their own. `leave` closes a window that is held and activates nothing. Each may be asked for
 * again: what is done already is not done twice.
 */
export type Act = (typeof ACTS)[number];

/** Whether an order to do this is about an edition. */
export function namesEdition(act: Act): boolean {
  return act === 'examine' || act === 'stage' || act === 'mark' || act === 'close' || act === 'confirm';
}

/** Whether an order to do this changes nothing: it is carried out each time it comes. */
export function isLook(act: Act): boolean {
  return act === 'read' || act === 'examine';
}

export interface Order {
  /** Rises with each order of a server, and is never given twice; the same order sent again has the same id. */
  readonly id: number;
  /** Rises with each server that leads. A gateway refuses an order with a lower one than it has seen for the controller. */
  readonly fence: number;
  readonly controller: string;
  readonly act: Act;
  /** The edition that it is about: its hash, 64 hexadecimal digits. Empty for `read`, `open`, `leave`. */
  readonly hash: string;
  /** With `stage` and `mark`: take it although it ran on trial before and was reverted. */
  readonly force: boolean;
}

/** What a controller said of itself just now. */
export interface Reading {
  /** Hash of the edition that answers, 64 hexadecimal digits; empty: none. */
  readonly running: string;
  readonly epoch: number;
  /** Whether that one is on trial. */
  readonly trial: boolean;
  /** Hash of what lies in the other slot; empty: nothing. */
  readonly other: string;
  /** Whether the other one is marked. */
  readonly pending: boolean;
  /** Whether the other one is about to be activated. */
  readonly armed: boolean;
  readonly window: boolean;
  readonly parked: boolean;
  /** Checks on trial, and how many confirming needs. */
  readonly checks: number;
  readonly need: number;
}

/**
 * `done`: what was asked for is so, as the reading shows. `moving`: the machine is not parked. `refused`: the controller said no.
 * `unreachable`: it did not answer. `fenced`: a later server leads. `unlike`: the reading shows something else than was asked for.
 */
export const ENDS = ['done', 'moving', 'refused', 'unreachable', 'fenced', 'unlike'] as const;
export type End = (typeof ENDS)[number];

export interface Report {
  readonly id: number;
  readonly controller: string;
  readonly end: End;
  /** The name of a refusal or error; empty with `done`. */
  readonly code: string;
  /** One sentence for people; empty with `done`. */
  readonly words: string;
  /** Null when the controller could not be read. */
  readonly reading: Reading | null;
}

/** Whether a reading shows that an order was carried out. */
export function isDone(order: Pick<Order, 'act' | 'hash'>, reading: Reading): boolean {
  const { act, hash } = order;
  switch (act) {
    case 'read':
      return true;
    case 'examine':
      return reading.running === hash;
    case 'stage':
      return reading.other === hash || reading.running === hash;
    case 'open':
      return reading.window;
    case 'mark':
      return reading.window && reading.other === hash && reading.pending;
    case 'close':
      return !reading.window && reading.running === hash;
    case 'confirm':
      return !reading.window && reading.running === hash && !reading.trial;
    case 'revert':
      return !reading.window && !reading.trial && !reading.pending && !reading.armed;
    case 'leave':
      return !reading.window;
  }
}
