/** What a device says of how long things take on it, by its own counter; docs/SPEC.md section 7. */

import { SLICE_NAMES, type TIMED_NAMES } from '../format.ts';
import type { Fields } from './fields.ts';

/** A function that is measured on given inputs. */
export type MeasuredFunction = (typeof TIMED_NAMES)[number];

/** What a function is called with, in stored coordinates; verdict is called with the word that check gives there. */
export interface MeasureInput {
  /** u32, ticks. */
  phase: number;
  /** i32. */
  x: number;
  /** i32, where a move ends; check and verdict do not look at it. */
  toX: number;
}

/** Figures of one request. */
export interface MeasuredFigures {
  /** Counts of the device's counter a second. */
  hertz: number;
  count: number;
  /** Least and most counts of a call, above an empty call. */
  min: number;
  max: number;
  /** Which input took most, counted from 0; the first of them. */
  worst: number;
  /** Counts that were taken off each: reading the counter, and an empty call. */
  overhead: number;
  /** CRC-32C of the answers. */
  answers: number;
}

const WORD_BYTES = 4;
/** phase, x, y; and for a move to x, to y. */
const WORDS: Readonly<Record<MeasuredFunction, number>> = { check: 3, verdict: 3, sweep: 5 };
/** What is left of a message of a device with the usual buffer. */
const DATA_BYTES_MAX = 1920;

/** Inputs that one request takes. */
export function inputsARequest(what: MeasuredFunction): number {
  return DATA_BYTES_MAX / (WORD_BYTES * WORDS[what]);
}

/** Inputs as they go over the wire. */
export function encodeInputs(what: MeasuredFunction, inputs: readonly MeasureInput[]): Uint8Array {
  const words = WORDS[what];
  const bytes = new Uint8Array(inputs.length * words * WORD_BYTES);
  const view = new DataView(bytes.buffer);
  inputs.forEach(({ phase, x, toX }, index) => {
    const values = [phase, x, 0, toX, 0].slice(0, words);
    values.forEach((value, word) => {
      view.setUint32((index * words + word) * WORD_BYTES, value >>> 0, true);
    });
  });
  return bytes;
}

export function readMeasured(fields: Fields): MeasuredFigures {
  return {
    hertz: fields.u32('rate', 1),
    count: fields.u32('count'),
    min: fields.u32('min'),
    max: fields.u32('max'),
    worst: fields.u32('worst'),
    overhead: fields.u32('overhead'),
    answers: fields.u32('crc'),
  };
}

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
    hertz: fields.u32('rate', 1),
    count: fields.u32('count'),
    min: fields.u32('min'),
    max: fields.u32('max'),
    worst: SLICE_NAMES[worst] ?? `kind ${worst}`,
  };
}
