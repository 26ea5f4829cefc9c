import type { LimitStep } from '../drawing/strip.ts';
import { textPixels } from '../drawing/text-width.ts';
import { decimal, element, textElement } from './markup.ts';
import type { SceneRow } from './scene.ts';

/** The limits along a row: a line whose zero is zero, with its limit on each step, and how the machine brakes. */

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

export interface Profile {
  readonly markup: string;
  /** Steps with their limit written on them, in pixels. */
  readonly labelled: readonly Pick<LimitStep, 'left' | 'right'>[];
}

const TEXT_PIXELS = 10;
/** A profile lower than this has no words on its steps. */
const WORDS_HEIGHT_MIN = 44;
/** More steps than these are read from colours. */
const WORDED_STEPS_MAX = 300;
/** Between a line and its words. */
const APART = 3;
const UNIT_PIXELS_MAX = 62;

/** How high a limit is drawn. */
export type HeightOf = (limit: number) => number;

export function heightOf({ low, high }: LimitRange, { height }: ProfileSize): HeightOf {
  const [top, bottom] = [height < WORDS_HEIGHT_MIN ? 4 : TEXT_PIXELS + 6, height - 4];
  const span = high - low;
  return (limit) => bottom - (span === 0 ? 0 : ((limit - low) / span) * (bottom - top));
}

export function drawProfile(
  steps: readonly LimitStep[],
  range: LimitRange & { readonly unit: string | null },
  size: ProfileSize,
): Profile {
  if (steps.length === 0) return { markup: '', labelled: [] };
  const y = heightOf(range, size);
  const zero = element('path', { d: `M0,${decimal(y(0))}H${decimal(size.pixels)}`, class: 'zero' });
  const line = element('path', { d: pathOf(steps, y), class: 'limit' });
  const words = stepWords(steps, y, range.unit, size);
  const texts = words.map(({ text, x, y: at, isUpright }) =>
    isUpright
      ? textElement({ transform: `translate(${decimal(x)} ${decimal(at)}) rotate(-90)`, class: 'step' }, text)
      : textElement({ x, y: at, class: 'step middle' }, text),
  );
  return {
    markup: [zero, line, ...texts, ...scaleWords(range, y, size)].join('\n'),
    labelled: words.map(({ step }) => step),
  };
}

function pathOf(steps: readonly LimitStep[], y: HeightOf): string {
  let path = '';
  let end = Number.NaN;
  for (const { left, right, low, high } of steps) {
    const isConnected = Math.abs(left - end) < 0.01;
    path += `${isConnected ? 'L' : 'M'}${decimal(left)},${decimal(y(low))}`;
    if (high !== low) path += `V${decimal(y(high))}`;
    path += `H${decimal(right)}`;
    end = right;
  }
  return path;
}

/** Zero and the highest limit, at the right end. */
function scaleWords(
  { low, high, unit }: LimitRange & { readonly unit: string | null },
  y: HeightOf,
  size: ProfileSize,
): string[] {
  const withUnit = (limit: number) => {
    const text = unit === null ? `${limit}` : `${limit} ${unit}`;
    // A longer unit has no room here; the subtitle says it.
    return textPixels(text, TEXT_PIXELS) <= UNIT_PIXELS_MAX ? text : `${limit}`;
  };
  const ends = [...new Set(size.height < WORDS_HEIGHT_MIN ? [high] : [high, 0, low])];
  return ends.map((limit) =>
    textElement({ x: size.pixels + 6, y: y(limit) + 3.5, class: 'small' }, withUnit(limit)),
  );
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface StepWords {
  readonly step: LimitStep;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Written from the bottom to the top. */
  readonly isUpright: boolean;
}

/** The limit of each step where it has room: over its line, or under it, or upright; wide steps choose first. */
function stepWords(
  steps: readonly LimitStep[],
  y: HeightOf,
  unit: string | null,
  size: ProfileSize,
): StepWords[] {
  if (size.height < WORDS_HEIGHT_MIN || steps.length > WORDED_STEPS_MAX) return [];
  const taken = linesOf(steps, y);
  const inside = { left: 0, right: size.pixels, top: 0, bottom: size.height + 1 };
  const widest = steps
    .filter(({ low, high }) => low === high)
    .sort((one, other) => other.right - other.left - (one.right - one.left));
  return widest.flatMap((step) => {
    for (const { box, words } of candidatesOf(step, y(step.low), unit)) {
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
): Generator<{ box: Box; words: StepWords }> {
  const x = (step.left + step.right) / 2;
  const plain = `${step.low}`;
  for (const text of unit === null ? [plain] : [`${plain} ${unit}`, plain]) {
    const half = textPixels(text, TEXT_PIXELS) / 2 + 1;
    for (const baseline of [y - APART, y + APART + TEXT_PIXELS - 2]) {
      const box = { left: x - half, right: x + half, top: baseline - TEXT_PIXELS + 1, bottom: baseline + 1 };
      yield { box, words: { step, text, x, y: baseline, isUpright: false } };
    }
  }
  const length = textPixels(plain, TEXT_PIXELS) + 2;
  const half = TEXT_PIXELS / 2 - 0.5;
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

/** Curves as far as they lie in the view of [from, to). */
export function drawCurves(
  curves: SceneRow['curves'],
  y: HeightOf,
  { from, to, pixels }: { readonly from: number; readonly to: number; readonly pixels: number },
): string {
  const scale = pixels / (to - from);
  const paths = curves.flatMap((points) => {
    const inside = points.filter(({ at }) => at >= from && at <= to);
    if (inside.length < 2) return [];
    const places = inside.map(({ at, limit }) => `${decimal((at - from) * scale)},${decimal(y(limit))}`);
    return [element('path', { d: `M${places.join('L')}`, class: 'curve' })];
  });
  return paths.join('\n');
}
