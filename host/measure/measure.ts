/** Measuring a device: many requests merged, every answer compared with that of the core here. */

import { HoldfastError } from '../common/errors.ts';
import type { Core } from '../core/core.ts';
import type { Device } from '../serial/device.ts';
import {
  inputsARequest,
  type MeasuredFigures,
  type MeasuredFunction,
  type MeasureInput,
  type SliceFigures,
} from '../serial/measures.ts';
import { readBackBytes } from '../serial/read-back.ts';
import { answersChecksum } from './answers.ts';

/** What a function took on all inputs; counts of the device's counter, above an empty call. */
export interface FunctionFigures {
  readonly function: MeasuredFunction;
  readonly hertz: number;
  readonly inputs: number;
  readonly min: number;
  readonly max: number;
  readonly worst: MeasureInput;
  /** Least and most that were taken off: reading the counter, and an empty call. */
  readonly overhead: { readonly min: number; readonly max: number };
}

/**
 * Measures a function on `inputs`, one at least.
 *
 * @param core answers for the image that the device runs
 * @throws HoldfastError ANSWERS_DIFFER (exit code 1) naming the first input on which device and core differ; what `Device.measure` throws
 */
export async function measureFunction(
  device: Device,
  core: Core,
  what: MeasuredFunction,
  inputs: readonly MeasureInput[],
  onProgress: (done: number) => void = () => {},
): Promise<FunctionFigures> {
  const most = inputsARequest(what);
  let merged: FunctionFigures | null = null;
  for (let from = 0; from < inputs.length; from += most) {
    const batch = inputs.slice(from, from + most);
    const figures = await device.measure(what, batch);
    if (figures.answers !== answersChecksum(core, what, batch))
      throw await different(device, core, what, batch);
    merged = merge(merged, what, figures, batch);
    onProgress(from + batch.length);
  }
  if (merged === null) throw new RangeError('there is nothing to measure on');
  return merged;
}

function merge(
  before: FunctionFigures | null,
  what: MeasuredFunction,
  figures: MeasuredFigures,
  batch: readonly MeasureInput[],
): FunctionFigures {
  const { hertz, count, min, max, overhead } = figures;
  const worst = batch[figures.worst];
  if (worst === undefined) throw new RangeError(`input ${figures.worst} is none of ${batch.length}`);
  if (before === null)
    return {
      function: what,
      hertz,
      inputs: count,
      min,
      max,
      worst,
      overhead: { min: overhead, max: overhead },
    };
  return {
    ...before,
    inputs: before.inputs + count,
    min: Math.min(before.min, min),
    max: Math.max(before.max, max),
    worst: max > before.max ? worst : before.worst,
    overhead: {
      min: Math.min(before.overhead.min, overhead),
      max: Math.max(before.overhead.max, overhead),
    },
  };
}

/** Halves the list until one input is left on which the answers differ. */
async function different(
  device: Device,
  core: Core,
  what: MeasuredFunction,
  batch: readonly MeasureInput[],
): Promise<HoldfastError> {
  let left = batch;
  while (left.length > 1) {
    const half = left.slice(0, Math.ceil(left.length / 2));
    const { answers } = await device.measure(what, half);
    left = answers === answersChecksum(core, what, half) ? left.slice(half.length) : half;
  }
  const [first] = left;
  const where = first === undefined ? '' : ` at ${first.x}, phase ${first.phase} (relative to the origin)`;
  return new HoldfastError(
    'ANSWERS_DIFFER',
    `The device's ${what} gives another answer than the core${where}.`,
    {
      remedy: 'Do not rely on this device: build and flash its firmware again, then measure again.',
      exitCode: 1,
    },
  );
}

/** Texts of echoes: their answers fill one line, several, many. */
const ECHO_CHARACTERS = [0, 60, 400, 1500] as const;
const ROUNDS = 3;

/**
 * What slices of `service` in RUN take while the line asks everything that it may ask in RUN. The machine's own turns go on meanwhile,
 * and are what most slices are.
 */
export async function measureService(
  device: Device,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<SliceFigures> {
  const readBytes = readBackBytes((await device.parameters()).bufferBytes);
  const asks: readonly (() => Promise<unknown>)[] = [
    ...ECHO_CHARACTERS.map((characters) => () => device.echo('x'.repeat(characters))),
    () => device.status(),
    () => device.images(),
    () => device.counters(),
    () => device.outcome(),
    () => device.check({ x: 0 }),
    () => device.readBack(0, 0, readBytes),
  ];
  await device.slices();
  const total = ROUNDS * asks.length;
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const ask of asks) {
      await ask();
      onProgress(++done, total);
    }
  }
  return device.slices();
}
