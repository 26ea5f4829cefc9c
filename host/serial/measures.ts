/** What a device says of how long things take on it, by its own counter; docs/SPEC.md section 7. */

import type { Fields } from './fields.ts';

/** What a slice of `service` did besides receiving; the number is the place in this list. */
const SLICE_KINDS = ['receive', 'request', 'answer', 'change'] as const;

/** Slices of `service` in RUN since they were last asked for. */
export interface SliceFigures {
  /** Counts of the device's counter a second. */
  hertz: number;
  /** How many slices; the others mean nothing when there was none. */
  count: number;
  /** Least and most counts of a slice, interrupts in between included. */
  min: number;
  max: number;
  /** What the longest slice was doing; a name that newer devices give a number for is `kind N`. */
  worst: string;
}

export function readSliceFigures(fields: Fields): SliceFigures {
  const worst = fields.u32('worst');
  return {
    hertz: fields.u32('rate'),
    count: fields.u32('count'),
    min: fields.u32('min'),
    max: fields.u32('max'),
    worst: SLICE_KINDS[worst] ?? `kind ${worst}`,
  };
}
