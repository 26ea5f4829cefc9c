import type { MapUnits } from '../source/model.ts';
import { limitText, limitWords } from '../source/unit-words.ts';
import type { EditionAnswer } from './answer.ts';
import { CHANGE_KINDS, CHANGE_WORDS } from './change-kinds.ts';
import type { EditionChange, EditionComparison } from './compare.ts';
import type { HeadChange } from './head-changes.ts';
import { placeWords, section } from './text.ts';

/** A comparison of two editions in words, a line each. Long lists are cut; the JSON form holds all of them. */
export function comparisonWords(comparison: EditionComparison): string[] {
  const { before, after, head, changes, equal } = comparison;
  const title = `before    ${before.map}, epoch ${before.epoch}`;
  const other = `after     ${after.map}, epoch ${after.epoch}`;
  if (equal) return [title, other, 'equal     every place and phase gets the same answer'];
  return [
    title,
    other,
    ...section('head', head, headWords),
    ...section('changes', changes, (change) => changeLine(comparison, change)),
    ...totalLines(changes),
  ];
}

/** What changed, from what, and to what. */
export function headParts({
  field,
  before,
  after,
}: HeadChange): [field: string, before: string, after: string] {
  const words = (value: HeadChange['before']) => (value === null || value === '' ? 'none' : String(value));
  return [field, words(before), words(after)];
}

export function headWords(change: HeadChange): string[] {
  const [field, before, after] = headParts(change);
  return [field, `${before} → ${after}`];
}

function changeLine(comparison: EditionComparison, change: EditionChange): string[] {
  const { axis, phasePeriod, before, after } = comparison;
  return [
    ...placeWords({ axis, phasePeriod, units: before.units }, change),
    kindWords(change),
    `${answerWords(change.before, before.units)} → ${answerWords(change.after, after.units)}`,
  ];
}

/** `other zone, limit lowered`. */
export function kindWords({ kinds }: Pick<EditionChange, 'kinds'>): string {
  return kinds.map((kind) => CHANGE_WORDS[kind]).join(', ');
}

/** What a change is in the fewest words: `limit 100 → 40 km/h`, `now gap tunnel, slow`, `other zone`. */
export function briefWords(
  { kinds, before, after }: Pick<EditionChange, 'kinds' | 'before' | 'after'>,
  units: { readonly before: MapUnits; readonly after: MapUnits },
): string {
  if (before.state !== after.state) return `now ${answerWords(after, units.after)}`;
  const [was, now] = [limitOf(before), limitOf(after)];
  if (was === now) return kindWords({ kinds });
  // A unit that both have is said once.
  const isShared = units.before.limit === units.after.limit && now !== null;
  const old = was === null ? 'none' : isShared ? `${was}` : limitText(was, units.before);
  return `limit ${old} → ${now === null ? 'none' : limitText(now, units.after)}`;
}

function limitOf(answer: EditionAnswer): number | null {
  return answer.state === 'outside' ? null : answer.limit;
}

/** `zone z1, limit 80 km/h`, `gap tunnel, slow, limit 40 km/h`, `outside, stop`. */
export function answerWords(answer: EditionAnswer, units: MapUnits): string {
  switch (answer.state) {
    case 'covered':
      return `zone ${answer.id}${answer.tier === 0 ? '' : `, tier ${answer.tier}`}${limitWords(answer.limit, units)}`;
    case 'gap':
      return `gap ${answer.id}, ${answer.action}${limitWords(answer.limit, units)}`;
    case 'outside':
      return `outside, ${answer.action}`;
  }
}

/** How many stretches there are of each kind. */
export function totalLines(changes: readonly Pick<EditionChange, 'kinds'>[]): string[] {
  const counts = CHANGE_KINDS.flatMap((kind) => {
    const count = changes.filter(({ kinds }) => kinds.includes(kind)).length;
    return count === 0 ? [] : [`${CHANGE_WORDS[kind]} ${count}`];
  });
  return counts.length === 0 ? [] : [`in all    ${counts.join(', ')}`];
}
