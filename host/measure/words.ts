/** What was measured, as a table for people and as fields for machines. */

import type { MeasureInput, SliceFigures } from '../serial/measures.ts';
import type { AxisModel } from '../source/model.ts';
import { placeText } from '../source/unit-words.ts';
import type { FunctionFigures } from './measure.ts';

/** One row, as programs may rely on it; counts of the device's counter. */
export interface MeasuredRow {
  readonly function: 'check' | 'verdict' | 'sweep' | 'service';
  /** Inputs that were measured; of service, slices in RUN. */
  readonly inputs: number;
  readonly min: number;
  readonly max: number;
  readonly spread: number;
  readonly maxMicroseconds: number;
  /** What was taken off each; null of service, which was measured as it is. */
  readonly overhead: { readonly min: number; readonly max: number } | null;
  /** The first input that took most, in the coordinates of the source; of service, what the longest slice did. */
  readonly worst: Worst;
}

type Worst =
  | { readonly at: number | bigint; readonly phase: number }
  | { readonly from: number | bigint; readonly to: number | bigint; readonly phase: number }
  | { readonly slice: string };

const MICROSECONDS = 1e6;

export function functionRow(figures: FunctionFigures, axis: Pick<AxisModel, 'origin'>): MeasuredRow {
  const { inputs, min, max, hertz, overhead, worst } = figures;
  return {
    function: figures.function,
    ...{ inputs, min, max },
    spread: max - min,
    maxMicroseconds: (max / hertz) * MICROSECONDS,
    overhead,
    worst: worstOf(figures.function, worst, axis),
  };
}

export function serviceRow({ hertz, count, min, max, worst }: SliceFigures): MeasuredRow {
  return {
    function: 'service',
    inputs: count,
    ...{ min, max },
    spread: max - min,
    maxMicroseconds: (max / hertz) * MICROSECONDS,
    overhead: null,
    worst: { slice: worst },
  };
}

function worstOf(
  what: FunctionFigures['function'],
  { phase, x, toX }: MeasureInput,
  axis: Pick<AxisModel, 'origin'>,
): Worst {
  const source = (stored: number) => {
    const place = BigInt(stored) + axis.origin;
    return Number.isSafeInteger(Number(place)) ? Number(place) : place;
  };
  return what === 'sweep' ? { from: source(x), to: source(toX), phase } : { at: source(x), phase };
}

const COLUMNS = ['function', 'inputs', 'minimum', 'maximum', 'spread', 'maximum µs', 'worst input'] as const;

/** The table's lines; numbers to the right. */
export function tableOf(rows: readonly MeasuredRow[], axis: AxisModel): string[] {
  const cells = rows.map(({ function: name, inputs, min, max, spread, maxMicroseconds, worst }) => [
    name,
    ...[inputs, min, max, spread].map(String),
    maxMicroseconds.toFixed(2),
    worstWords(worst, axis),
  ]);
  const lines = [COLUMNS, ...cells];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === COLUMNS.length - 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function worstWords(worst: Worst, axis: AxisModel): string {
  if ('slice' in worst) return SLICE_WORDS[worst.slice] ?? worst.slice;
  if ('at' in worst) return `${placeText(worst.at, axis)}, phase ${worst.phase}`;
  return `${placeText(worst.from, axis)} to ${placeText(worst.to, axis)}, phase ${worst.phase}`;
}

const SLICE_WORDS: Readonly<Record<string, string>> = {
  receive: 'a slice that only received and added checksums up',
  request: 'a slice that worked on a request',
  answer: 'a slice that sent a line of an answer',
  change: 'a slice that began what waited for the machine to be parked',
};
