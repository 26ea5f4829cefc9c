import { labelOf, type TickAxis, unitWords } from '../drawing/ticks.ts';
import type { PageAnswer } from './device.ts';

/** A verdict for people: a heading and rows of a name and a value. */
export interface VerdictWords {
  readonly heading: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export function verdictWords(axis: TickAxis, answer: PageAnswer): VerdictWords {
  const place = labelOf(axis, BigInt(answer.at));
  const unit = axis.kind === 'time' ? '' : ` ${unitWords(axis)}`;
  const distance = (steps: number | null) =>
    `${labelOf({ ...axis, kind: 'number' }, BigInt(steps ?? 0))} ${axis.scale === 1 ? axis.unit : `1/${axis.scale} ${axis.unit}`}`;
  const limit = answer.limit === null ? 'none' : String(answer.limit);
  const rows: (readonly [string, string])[] = [['place', `${place}${unit}`]];
  if (answer.state === 'covered') {
    rows.push(['zone', answer.zone ?? ''], ['tier', String(answer.tier)], ['limit', limit]);
    rows.push(['gap ahead in', distance(answer.toGapAhead)], ['gap behind by', distance(answer.toGapBehind)]);
  } else {
    rows.push(['action', answer.action ?? 'none']);
    if (answer.state === 'gap') rows.push(['gap', answer.gap ?? ''], ['limit', limit]);
  }
  rows.push(['epoch', String(answer.epoch)]);
  return { heading: answer.state, rows };
}
