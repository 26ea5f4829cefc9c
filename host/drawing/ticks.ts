import type { AxisModel } from '../source/model.ts';
import { readablePlace } from '../source/readable.ts';
import { timeUnit } from '../source/unit-table.ts';
import { type Tick, timeTicks } from './time-ticks.ts';

/** Where the scale of a drawing has its ticks, in round numbers of the source. Runs in Node and in the page. */

export type TickAxis = Pick<AxisModel, 'kind' | 'unit' | 'scale' | 'origin' | 'min' | 'max'>;

/** Pixels for stored coordinates [from, to], and how wide a label becomes. */
export interface TickRoom {
  readonly pixels: number;
  readonly widthOf: (text: string) => number;
}

/** At least between two labels. */
const APART_PIXELS = 16;
/** Ticks as near as this are tried first. */
const NEAREST_PIXELS = 45;

/** Ticks on stored coordinates [from, to], as many as have room beside each other. */
export function ticksOf(axis: TickAxis, from: number, to: number, room: TickRoom): Tick[] {
  for (let count = Math.max(1, Math.floor(room.pixels / NEAREST_PIXELS)); count > 1; count = shrunk(count)) {
    const ticks = ticksIn(axis, from, to, count);
    if (isRoomFor(ticks, to - from, room)) return ticks;
  }
  const last = ticksIn(axis, from, to, 1);
  return isRoomFor(last, to - from, room) ? last : last.slice(0, 1);
}

function shrunk(count: number): number {
  return Math.min(count - 1, Math.floor(count * 0.85));
}

/** Labels may stand beside each other, and what stands under them, too. */
function isRoomFor(ticks: readonly Tick[], span: number, { pixels, widthOf }: TickRoom): boolean {
  const x = ({ at }: Tick) => (at / span) * pixels;
  const isApart = (texts: readonly { tick: Tick; width: number }[]) =>
    texts.every(({ tick, width }, index) => {
      const before = texts[index - 1];
      return before === undefined || x(tick) - x(before.tick) >= (width + before.width) / 2 + APART_PIXELS;
    });
  return (
    isApart(ticks.map((tick) => ({ tick, width: widthOf(tick.label) }))) &&
    isApart(ticks.flatMap((tick) => (tick.under === null ? [] : [{ tick, width: widthOf(tick.under) }])))
  );
}

/** At most `count` ticks. */
function ticksIn(axis: TickAxis, from: number, to: number, count: number): Tick[] {
  const least = (to - from) / count;
  if (axis.kind === 'time' && timeUnit(axis.unit) !== undefined) return timeTicks(axis, from, to, least);
  const wide = BigInt(roundStep(least));
  const first = BigInt(Math.ceil(from)) + axis.origin;
  const remainder = ((first % wide) + wide) % wide;
  const last = BigInt(Math.floor(to)) + axis.origin;
  const ticks: Tick[] = [];
  for (let at = remainder === 0n ? first : first + wide - remainder; at <= last; at += wide)
    ticks.push({ at: Number(at - axis.origin), label: readablePlace(at, axis), under: null });
  return ticks;
}

/** The least round number that is at least `least` and at least 1. */
function roundStep(least: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, least))));
  for (const factor of [1, 2, 5, 10]) if (factor * power >= least) return factor * power;
  return 20 * power;
}
