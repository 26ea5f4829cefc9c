/** Random rings with windows over the end of the period, and who answers at each place and phase, judged anew. */
import type { Random } from './random.ts';

export const MIN = -7;
export const LENGTH = 24;
export const MAX = MIN + LENGTH;
export const PERIOD = 6;

/** A stretch from one place on, so many steps far around. */
interface Arc {
  readonly from: number;
  readonly length: number;
}

export interface Owner {
  readonly id: string;
  readonly at: Arc;
  readonly when: Arc;
  readonly tier: number;
  readonly isGap: boolean;
}

const within = ({ from, length }: Arc, value: number, around: number) =>
  (((value - from) % around) + around) % around < length;

/** An arc as a source says it: its end may be the start of the ring, said in either way. */
function words(random: Random, { from, length }: Arc, min: number, around: number): string {
  let to = from + length;
  if (to > min + around) to -= around;
  if (length < around && to === min + around && random.onceIn(2)) to = min;
  const start = from === min && length < around && random.onceIn(2) ? min + around : from;
  return `{ from: ${start}, to: ${to} }`;
}

export function randomOwners(random: Random): Owner[] {
  const arc = (min: number, around: number): Arc => {
    const whole = random.onceIn(8);
    return {
      from: whole ? min : min + random.below(around),
      length: whole ? around : 1 + random.below(around - 1),
    };
  };
  return Array.from({ length: 1 + random.below(5) }, (_, index) => ({
    id: `o${index}`,
    at: arc(MIN, LENGTH),
    when: arc(0, PERIOD),
    tier: index,
    isGap: index === 0 && random.onceIn(2),
  }));
}

export function sourceOf(random: Random, owners: readonly Owner[], catchAll: boolean): string {
  const entry = ({ id, at, when, tier, isGap }: Owner) =>
    `  - { id: ${id}, at: ${words(random, at, MIN, LENGTH)}, when: ${words(random, when, 0, PERIOD)}, ${isGap ? 'action: slow, cuts: true' : `tier: ${tier}`} }`;
  return [
    'holdfast: 1',
    'map: ring',
    'epoch: 1',
    `space: { axes: [ { name: a, unit: deg, min: ${MIN}, max: ${MAX}, wraps: true } ] }`,
    `phase: { unit: s, period: ${PERIOD}, wraps: true }`,
    'overlaps: by-tier',
    'zones:',
    ...(owners.some(({ isGap }) => !isGap) ? owners.filter(({ isGap }) => !isGap).map(entry) : ['  []']),
    'gaps:',
    ...owners.filter(({ isGap }) => isGap).map(entry),
    ...(catchAll ? ['  - { anywhere: true, action: hold }'] : []),
    ...(!catchAll && !owners.some(({ isGap }) => isGap) ? ['  []'] : []),
    '',
  ].join('\n');
}

export function ownerAt(owners: readonly Owner[], place: number, phase: number): string | undefined {
  const here = owners.filter(({ at, when }) => within(at, place, LENGTH) && within(when, phase, PERIOD));
  return (here.find(({ isGap }) => isGap) ?? here.toSorted((left, right) => right.tier - left.tier)[0])?.id;
}
