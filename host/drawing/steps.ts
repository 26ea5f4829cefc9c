import type { LimitStep } from './strip.ts';

/** The limits along a row as a line whose zero is zero, and where on its steps there is room for their limits. */

/** The limits that are drawn at the bottom and at the top; zero is among them. */
export interface LimitRange {
  readonly low: number;
  readonly high: number;
}

export interface ProfileSize {
  /** Of the view. */
  readonly pixels: number;
  readonly height: number;
}

/** Of what is written on steps. */
export interface TextSize {
  readonly textPixels: number;
  readonly widthOf: (text: string) => number;
}

/** A profile lower than this has no words on its steps. */
export const WORDS_HEIGHT_MIN = 44;
/** More steps than these are drawn as a band, from the lowest to the highest limit of each of its columns. */
const STEPS_MAX = 300;
const COLUMN_PIXELS = 4;
/** Between a line and its words. */
const APART = 3;
/** Over the highest limit, for its words. */
const HEADROOM = 16;

/** How high a limit is drawn. */
export type HeightOf = (limit: number) => number;

export function heightOf({ low, high }: LimitRange, { height }: ProfileSize): HeightOf {
  const [top, bottom] = [height < WORDS_HEIGHT_MIN ? 4 : HEADROOM, height - 4];
  const span = high - low;
  return (limit) => bottom - (span === 0 ? 0 : ((limit - low) / span) * (bottom - top));
}

/** Steps as they are drawn: themselves while there are few, else columns that hold several each; holes stay. */
export function drawnSteps(steps: readonly LimitStep[]): { steps: readonly LimitStep[]; isBand: boolean } {
  if (steps.length <= STEPS_MAX) return { steps, isBand: false };
  const columns: LimitStep[] = [];
  for (const step of steps) {
    const last = columns.at(-1);
    if (last === undefined || step.left - last.right > 0.01 || step.right - last.left > COLUMN_PIXELS)
      columns.push(step);
    else
      columns[columns.length - 1] = {
        ...{ left: last.left, right: step.right },
        ...{ low: Math.min(last.low, step.low), high: Math.max(last.high, step.high) },
      };
  }
  return { steps: columns, isBand: true };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface StepWords {
  readonly step: LimitStep;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Written from the bottom to the top. */
  readonly isUpright: boolean;
}

/** The limit of each step where it has room: over its line, or under it, or upright; wide steps choose first. */
export function stepWords(
  steps: readonly LimitStep[],
  y: HeightOf,
  unit: string | null,
  size: ProfileSize & TextSize,
): StepWords[] {
  if (size.height < WORDS_HEIGHT_MIN || steps.length > STEPS_MAX) return [];
  const taken = linesOf(steps, y);
  const inside = { left: 0, right: size.pixels, top: 0, bottom: size.height + 1 };
  const widest = steps
    .filter(({ low, high }) => low === high)
    .sort((one, other) => other.right - other.left - (one.right - one.left));
  return widest.flatMap((step) => {
    for (const { box, words } of candidatesOf(step, y(step.low), unit, size)) {
      if (!isWithin(box, inside) || taken.some((other) => isOver(box, other))) continue;
      taken.push(box);
      return [words];
    }
    return [];
  });
}

function* candidatesOf(
  step: LimitStep,
  y: number,
  unit: string | null,
  { textPixels, widthOf }: TextSize,
): Generator<{ box: Box; words: StepWords }> {
  const x = (step.left + step.right) / 2;
  const plain = `${step.low}`;
  for (const text of unit === null ? [plain] : [`${plain} ${unit}`, plain]) {
    const half = widthOf(text) / 2 + 2;
    for (const baseline of [y - APART, y + APART + textPixels - 2]) {
      const box = { left: x - half, right: x + half, top: baseline - textPixels + 1, bottom: baseline + 1 };
      yield { box, words: { step, text, x, y: baseline, isUpright: false } };
    }
  }
  const length = widthOf(plain) + 2;
  const half = textPixels / 2 - 0.5;
  for (const bottom of [y - APART, y + APART + length]) {
    const box = { left: x - half, right: x + half, top: bottom - length, bottom };
    yield { box, words: { step, text: plain, x: x + half - 1, y: bottom - 1, isUpright: true } };
  }
}

function linesOf(steps: readonly LimitStep[], y: HeightOf): Box[] {
  return steps.flatMap(({ left, right, low, high }, index) => {
    const [top, bottom] = [y(high) - 1, y(low) + 1];
    const flat = { left, right, top, bottom };
    const before = steps[index - 1];
    if (before === undefined || Math.abs(before.right - left) >= 0.01) return [flat];
    const fall = { left: left - 1, right: left + 1, top: Math.min(top, y(before.high) - 1) };
    return [flat, { ...fall, bottom: Math.max(bottom, y(before.low) + 1) }];
  });
}

function isWithin(box: Box, other: Box): boolean {
  return (
    box.left >= other.left && box.right <= other.right && box.top >= other.top && box.bottom <= other.bottom
  );
}

function isOver(box: Box, other: Box): boolean {
  return box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top;
}
