import { hasLimits, type Next, ruleWords } from '../core/answer-words.ts';
import { reachOf } from '../source/axis-words.ts';
import { nearMark } from '../source/mark-words.ts';
import { readableLength, readablePlace } from '../source/readable.ts';
import { limitText } from '../source/unit-words.ts';
import type { PageAnswer } from './device.ts';
import type { PageMap } from './map-data.ts';

/** A verdict for people: a heading and rows of a name and a value. */
export interface VerdictWords {
  readonly heading: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export function verdictWords(
  { axis, data, rules }: Pick<PageMap, 'axis' | 'data' | 'rules'>,
  answer: PageAnswer,
  { before, next }: { readonly before: string | null; readonly next: Next | null },
): VerdictWords {
  const distance = (steps: number) => readableLength(steps, axis);
  const limit = answer.limit === null ? 'none' : limitText(answer.limit, data.units);
  const rows: (readonly [string, string])[] = [['place', readablePlace(BigInt(answer.at), axis)]];
  const near = nearMark(axis, data.marks, Number(BigInt(answer.at) - axis.origin));
  if (near !== null) rows.push(['near', near]);
  if (answer.state === 'covered') {
    rows.push(['zone', answer.zone ?? ''], ['tier', String(answer.tier)], ['limit', limit]);
    const stored = Number(BigInt(answer.at) - axis.origin);
    for (const side of ['ahead', 'behind'] as const) {
      const steps = (side === 'ahead' ? answer.toGapAhead : answer.toGapBehind) ?? 0;
      const reach = reachOf(axis, stored, steps, side);
      if (reach === 'around') rows.push([`gap ${side}`, 'none all around']);
      else rows.push([`${reach === 'gap' ? 'gap' : 'end of the axis'} ${side}`, distance(steps)]);
    }
  } else {
    rows.push(['action', answer.action ?? 'none']);
    if (answer.state === 'gap') rows.push(['gap', answer.gap ?? ''], ['limit', limit]);
  }
  if (next?.rule != null)
    rows.push(['next', `in ${distance(next.steps)}: ${ruleWords(next.rule, data.units, hasLimits(rules))}`]);
  if (before !== null) rows.push(['before', before]);
  rows.push(['epoch', String(answer.epoch)]);
  return { heading: answer.state, rows };
}
