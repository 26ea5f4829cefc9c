import type { Obligation } from './obligations.ts';
import { CLASSES } from './opcodes.ts';
import type { Counts, Proof, ReachedGlobal } from './prove.ts';
import type { SourcePlace } from './source-map.ts';

/** A proof in words: each obligation, and where it was discharged or why it was not. */

export type PlaceOf = (at: number) => SourcePlace | undefined;

/** Lines for people; with `details`, each obligation, else those that were not discharged. */
export function proofWords(proof: Proof, placeOf: PlaceOf, details: boolean): string[] {
  const failed = proof.obligations.filter(({ isDischarged }) => !isDischarged);
  const verdict = proof.isProved ? 'proved' : `not proved: ${failed.length} obligations are open`;
  const held = proof.held.map((name) => `, given what ${name} holds`);
  const assumed = Object.entries(proof.assumptions).map(([name, value]) => `, assuming ${name} = ${value}`);
  const shown = details ? proof.obligations : failed;
  return [
    `${proof.export}: ${verdict}${assumed.join('')}${held.join('')}`,
    ...summaryWords(proof).map((line) => `  ${line}`),
    ...shown.map((each) => `  ${obligationWords(each, placeOf)}`),
    ...(details ? (proof.reached ?? []).map((each) => `  ${reachedWords(each)}`) : []),
  ];
}

function summaryWords({ obligations, counts, reached }: Proof): string[] {
  const names = (kind: string) =>
    [...new Set(obligations.filter((each) => each.kind === kind).flatMap((each) => each.names))].sort();
  const count = (kind: string) => obligations.filter((each) => each.kind === kind).length;
  const places = (kind: string) =>
    count(kind) === 0 ? `no ${kind}` : `${count(kind)} ${kind}s (${names(kind).join(', ')})`;
  const imports = names('import');
  return [
    `${places('load')}; ${places('store')}; ${count('loop')} loops; ${count('division')} divisions`,
    reached === undefined
      ? 'variables hold anything'
      : `variables hold what the module's own code writes to them (${reached.length} of them bounded)`,
    imports.length === 0 ? 'calls no import' : `calls ${imports.join(', ')}`,
    counts === undefined ? 'no bound of instructions' : `at most ${countWords(counts)}`,
  ];
}

function reachedWords({ name, low, high }: ReachedGlobal): string {
  return `variable ${name}: ${low} to ${high} at any moment, whatever the module's exports are called with`;
}

function countWords({ instructions, classes }: Counts): string {
  const parts = CLASSES.filter((name) => classes[name] > 0).map((name) => `${name} ${classes[name]}`);
  return `${instructions} instructions (${parts.join(', ')})`;
}

/** One line an obligation: what, where, and the reason. */
function obligationWords(obligation: Obligation, placeOf: PlaceOf): string {
  const { kind, function: name, at, isDischarged, reason } = obligation;
  return `${isDischarged ? 'discharged' : 'OPEN'} ${kind} in ${name}, offset ${at}${placeWords(placeOf(at))}: ${reason}`;
}

export function placeWords(place: SourcePlace | undefined): string {
  return place === undefined ? '' : ` (${place.file}:${place.line})`;
}
