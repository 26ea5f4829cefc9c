import { areaWords } from '../compile/plane-words.ts';
import type { EditionAnswer } from './answer.ts';
import { answerWords, headWords, kindWords, totalLines } from './compare-words.ts';
import type { PlaneChange, PlaneComparison, PlaneRuleChange } from './plane-compare.ts';
import { sampleWords, whenWords } from './plane-words.ts';
import { section } from './text.ts';

/** A comparison of two editions of a plane in words, a line each. Long lists are cut; the JSON form holds all of them. */
export function planeComparisonWords(comparison: PlaneComparison): string[] {
  const { before, after, head, rules, changes, equal } = comparison;
  const title = `before    ${before.map}, epoch ${before.epoch}`;
  const other = `after     ${after.map}, epoch ${after.epoch}`;
  if (equal) return [title, other, 'equal     every place and phase gets the same answer'];
  return [
    title,
    other,
    ...section('head', head, headWords),
    ...section('rules', rules, (rule) => ruleWords(comparison, rule)),
    ...section('changes', changes, (change) => changeLine(comparison, change)),
    ...totalLines(changes),
  ];
}

/** What it is, what changed, from what, and to what. */
export function ruleParts(
  { before, after }: PlaneComparison,
  change: PlaneRuleChange,
): [rule: string, what: string, before: string, after: string] {
  const words = (answer: EditionAnswer | null, { units }: PlaneComparison['before']) =>
    answer === null ? 'none' : answerWords(answer, units);
  const what =
    change.before === null ? 'new' : change.after === null ? 'gone' : kindWords({ kinds: change.kinds });
  return [
    `${change.rule === 'gap' ? 'gap rule' : 'zone'} ${change.id}`,
    what,
    words(change.before, before),
    words(change.after, after),
  ];
}

function ruleWords(comparison: PlaneComparison, change: PlaneRuleChange): string[] {
  const [rule, what, before, after] = ruleParts(comparison, change);
  return [rule, what, `${before} → ${after}`];
}

/** How large, where, and in which phases where there are any. */
export function whereParts({ axes, phasePeriod, before }: PlaneComparison, change: PlaneChange): string[] {
  return [
    areaWords(axes, change.area),
    sampleWords(change.sample),
    ...whenWords({ phasePeriod, units: before.units }, change.phases),
  ];
}

function changeLine(comparison: PlaneComparison, change: PlaneChange): string[] {
  const { before, after } = comparison;
  return [
    ...whereParts(comparison, change),
    kindWords(change),
    `${answerWords(change.before, before.units)} → ${answerWords(change.after, after.units)}`,
  ];
}

/** How much two editions differ, in a line. */
export function planeCountWords({ changes, head, rules }: PlaneComparison): string {
  if (changes.length === 0) {
    const others = head.length + rules.length === 0 ? '' : '; what stands above the map or its rules differ';
    return `every place gets the same answer${others}`;
  }
  return `${changes.length === 1 ? '1 place' : `${changes.length} places`} answered differently`;
}
