import type { Drill } from './drill.ts';
import type { Exercise } from './exercise.ts';
import { DRILL_FAULTS } from './faults.ts';

/** A drill as it is told to people: a line for each exercise, and a page to hand on. */

const S = 1000;
const seconds = (ms: number) => `${(ms / S).toFixed(ms < 10 * S ? 1 : 0)} s`;

function noticedWords({ noticed, phase }: Exercise): string {
  if (phase === null) return 'the cell was over before it struck';
  if (noticed === null) return 'nobody had to: nothing came of it';
  return `${noticed.who}, after ${seconds(noticed.afterMs)}: ${noticed.words}`;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  confirmed: 'confirmed and read back',
  forward: 'all went forward to the reissue',
  back: 'all went back to what they ran',
  untouched: 'nothing was changed',
  stuck: 'a person was called',
  superseded: 'another server took it over',
};

function repairedWords({ outcomes, mixedMs }: Exercise): string {
  const [first = '', ...more] = outcomes.map((outcome) => OUTCOMES[outcome] ?? outcome);
  const again = more.map((words) => `; a person tried it again: ${words}`).join('');
  const mixed = mixedMs > 0 ? `; it answered two editions for ${seconds(mixedMs)}` : '';
  return `${first}${again}${mixed}`;
}

export function exerciseLines(exercise: Exercise): string[] {
  const { fault, phase, lastsMs, broken } = exercise;
  return [
    `${fault}: ${DRILL_FAULTS[fault]} for ${seconds(lastsMs)}, in "${phase ?? 'end'}"`,
    `  noticed   ${noticedWords(exercise)}`,
    `  repaired  ${repairedWords(exercise)}`,
    ...broken.map((words) => `  BROKEN    ${words}`),
  ];
}

export function summaryWords({ exercises, seed }: Drill): string {
  const broken = exercises.filter((exercise) => exercise.broken.length > 0).length;
  const noticed = exercises.filter((exercise) => exercise.noticed !== null);
  const longest = Math.max(0, ...noticed.map((exercise) => exercise.noticed?.afterMs ?? 0));
  const people = exercises.filter(({ outcomes }) => outcomes.length > 1).length;
  return [
    `${exercises.length} exercises, seed ${seed}: ${noticed.length} were noticed, the last after ${seconds(longest)}`,
    `${people} needed a person, who tried again; ${broken} broke something`,
  ].join('; ');
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A page that stands alone. `title`: such as "Drill of 2026-Q4". */
export function drillPage(title: string, drill: Drill): string {
  const cells = (exercise: Exercise) => [
    exercise.fault,
    `${DRILL_FAULTS[exercise.fault]}, for ${seconds(exercise.lastsMs)}`,
    exercise.phase ?? 'end',
    noticedWords(exercise),
    repairedWords(exercise),
    exercise.broken.length === 0 ? 'yes' : `NO: ${exercise.broken.join('; ')}`,
  ];
  const head = ['fault', 'what happened', 'while', 'noticed by', 'repaired', 'as it should be'];
  const row = (tag: 'td' | 'th', texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<title>${escaped(title)}</title>`,
    '<style>body{font:15px/1.4 sans-serif;margin:2em;max-width:75em}table{border-collapse:collapse}',
    'td,th{border:1px solid #888;padding:.3em .5em;text-align:left;vertical-align:top}</style></head><body>',
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(summaryWords(drill))}.</p>`,
    '<p>Simulated controllers that run the real core, with the real gateways and server desk, in simulated time.',
    `The same again: <code>npm run fleet -- drill --seed ${drill.seed}</code></p>`,
    `<table><thead>${row('th', head)}</thead><tbody>`,
    ...drill.exercises.map((exercise) => row('td', cells(exercise))),
    '</tbody></table></body></html>',
    '',
  ].join('\n');
}
