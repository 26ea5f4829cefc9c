import { BAND_FILL } from '../drawing/palette.ts';
import {
  drawnSteps,
  type HeightOf,
  heightOf,
  type LimitRange,
  type ProfileSize,
  stepWords,
  WORDS_HEIGHT_MIN,
} from '../drawing/steps.ts';
import type { LimitStep } from '../drawing/strip.ts';
import { textPixels } from '../drawing/text-width.ts';
import { decimal, element, textElement } from './markup.ts';
import type { SceneRow } from './scene.ts';

/** The limits along a row: a line whose zero is zero, with its limit on each step, and how the machine brakes. */

export interface Profile {
  readonly markup: string;
  /** Many limits are drawn as a band. */
  readonly isBand: boolean;
  /** Steps with their limit written on them, in pixels. */
  readonly labelled: readonly Pick<LimitStep, 'left' | 'right'>[];
}

const TEXT_PIXELS = 10;
const UNIT_PIXELS_MAX = 62;

export function drawProfile(
  steps: readonly LimitStep[],
  range: LimitRange & { readonly unit: string | null },
  size: ProfileSize,
): Profile {
  if (steps.length === 0) return { markup: '', isBand: false, labelled: [] };
  const y = heightOf(range, size);
  const zero = element('path', { d: `M0,${decimal(y(0))}H${decimal(size.pixels)}`, class: 'zero' });
  const drawn = drawnSteps(steps);
  const lows = drawn.isBand ? drawn.steps.map((step) => ({ ...step, high: step.low })) : steps;
  const band = drawn.isBand ? element('path', { d: bandOf(drawn.steps, y), fill: BAND_FILL }) : '';
  const line = element('path', { d: pathOf(lows, y), class: 'limit' });
  const widthOf = (text: string) => textPixels(text, TEXT_PIXELS);
  const words = stepWords(steps, y, range.unit, { ...size, textPixels: TEXT_PIXELS, widthOf });
  const texts = words.map(({ text, x, y: at, isUpright }) =>
    isUpright
      ? textElement({ transform: `translate(${decimal(x)} ${decimal(at)}) rotate(-90)`, class: 'step' }, text)
      : textElement({ x, y: at, class: 'step middle' }, text),
  );
  return {
    markup: [zero, band, line, ...texts, ...scaleWords(range, y, size)]
      .filter((part) => part !== '')
      .join('\n'),
    isBand: drawn.isBand,
    labelled: words.map(({ step }) => step),
  };
}

function bandOf(steps: readonly LimitStep[], y: HeightOf): string {
  const box = ({ left, right, low, high }: LimitStep) =>
    `M${decimal(left)},${decimal(y(low))}V${decimal(y(high))}H${decimal(right)}V${decimal(y(low))}Z`;
  return steps.map(box).join('');
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
