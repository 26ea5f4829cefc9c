/** What a device owes its user when power goes now, as far as the user could see what it had done. */

export interface Owed {
  /** Epochs that may answer as confirmed ones after the next start. */
  readonly confirmed: readonly number[];
  /** Epoch that may answer on trial after the next start, since somebody asked for it; null: none. */
  readonly trial: number | null;
  /** The highest token that was handed out. */
  readonly token: number;
  /** Epoch of the edition that ran on trial last, and was not confirmed: nobody gets it without insisting on it. Absent: none. */
  readonly reverted?: number;
}

/** What a device shows after a start. */
export interface Seen {
  /** Of the FAULT; 0: an edition runs. */
  readonly reason: number;
  readonly epoch: number;
  readonly trial: boolean;
  /** What is wrong with the edition that answers; empty: it is whole. */
  readonly torn: string;
  /** What it says became of the last editions. */
  readonly past: string;
}

export type Fault = 'torn' | 'lost' | 'epochs back' | 'unasked' | 'fault';

/** How what is seen breaks what is owed; null: it does not. */
export function breach(owed: Owed, seen: Seen): Fault | null {
  if (seen.reason !== 0) return 'fault';
  if (seen.torn !== '') return 'torn';
  if (seen.trial) return seen.epoch === owed.trial ? null : 'unasked';
  if (owed.confirmed.includes(seen.epoch)) return null;
  if (seen.epoch < Math.min(...owed.confirmed)) return 'epochs back';
  return seen.epoch > Math.max(...owed.confirmed) ? 'unasked' : 'lost';
}

/** Whether a start shows another past than the one before it, though nothing became of any edition meanwhile. */
export function changesPast(before: Seen, now: Seen): boolean {
  return before.reason === 0 && now.reason === 0 && !before.trial && !now.trial && before.past !== now.past;
}

/** What is owed by a device that showed this after a start: a trial ends with the next one, and what is confirmed stays it. */
export function owedAfter(owed: Owed, seen: Seen): Owed {
  if (seen.reason !== 0) return owed;
  if (!seen.trial) return { ...owed, confirmed: [seen.epoch], trial: null };
  return { ...owed, confirmed: owed.confirmed.filter((epoch) => epoch < seen.epoch), trial: null };
}
