import { escaped, pageOf, share, table } from '../wasm/page.ts';
import type { BlockReport, Bound, WitnessReport } from './bounds.ts';
import { type CoreTable, givenDevices } from './core-table.ts';
import type { Core } from './cores.ts';
import { hex } from './decline.ts';
import type { Cost } from './pipeline.ts';

/** A report that a reader can add up and file: what was analysed by what, the bounds, and what they take for granted. */

export interface Report {
  readonly file: string;
  /** SHA-256 of the file. */
  readonly digest: string;
  /** Version of this tool. */
  readonly tool: string;
  readonly core: Core;
  /** Whether the file tells lines of the source. */
  readonly hasLines: boolean;
}

/** What every bound takes for granted; docs/TIMING.md says more. */
const ASSUMPTIONS: readonly string[] = [
  'the core executes as its manual says, at the cycles of its table, and nobody else is on the bus',
  'interrupts come on top, and leave registers as they were',
  'memory that is read twice is not changed in between by an interrupt, another core or DMA',
  'the file is what is flashed',
];

/** Everything that a bound takes for granted. */
export function assumptionsOf(bound: Bound, core: CoreTable): readonly string[] {
  const own = 'assumptions' in bound ? (bound.assumptions as readonly string[]) : [];
  return [...ASSUMPTIONS, ...givenDevices(core), ...own];
}

/** By what the figures were derived, in one line. */
export function reportHead({ file, digest, tool, core, hasLines }: Report): string {
  const table = `table ${core.id} version ${core.version}, compared with ${core.comparedWith}`;
  return `${file}: sha256 ${digest}; holdfast ${tool}, ${table}; lines of the source: ${linesWords(hasLines)}`;
}

function linesWords(hasLines: boolean): string {
  return hasLines
    ? 'where the file tells them'
    : 'the file tells none (compile with -g, and do not strip it)';
}

/** An HTML page of its own. */
export function reportPage(report: Report, bounds: readonly Bound[]): string {
  const { file, digest, tool, core, hasLines } = report;
  const facts = table(
    ['', ''],
    [
      ['program', `<code>${escaped(file)}</code>`],
      ['SHA-256', `<code>${digest}</code>`],
      ['tool', `holdfast ${escaped(tool)}`],
      ['table', `${escaped(core.id)}, version ${core.version}: ${escaped(core.title)}`],
      ['compared with', escaped(core.comparedWith)],
      ['lines of the source', linesWords(hasLines)],
    ],
  );
  const introduction = `<p>Cycles and stack of linked functions, derived by <code>holdfast timing elf</code> for every input. What it
cannot show it declines; that may still hold. How to check a figure by hand: docs/TIMING.md.</p>${facts}`;
  return pageOf(`Worst case of ${file}`, introduction, [
    ...bounds.map((bound) => section(bound, core)),
    rowsOf(core),
  ]);
}

/** The table that blocks are added up by. */
function rowsOf({ rows, devices }: Core): string {
  const range = ({ least, most }: Cost) => (least === most ? String(most) : `${least} to ${most}`);
  const kinds = Object.entries<Cost & { source: string; perRegister?: number; isUnbounded?: true }>(rows).map(
    ([kind, row]) => [
      kind,
      row.isUnbounded === true
        ? 'declined'
        : `${range(row)}${row.perRegister ? ` + ${row.perRegister} a register` : ''}`,
      escaped(row.source),
    ],
  );
  const places = devices.map(({ name, from, to, loadCycles, storeCycles, source }) => [
    `${escaped(name)}, ${hex(from)} to ${hex(to - 1)}`,
    `${moreWords(loadCycles)} a load, ${moreWords(storeCycles)} a store`,
    escaped(source),
  ]);
  const all = table(['instruction, or memory', 'cycles', 'source'], [...kinds, ...places]);
  return `<h2>The table of cycles</h2><details><summary>What each instruction costs, and where that stands</summary>${all}</details>`;
}

/** What a device adds. */
function moreWords(cycles: number | null): string {
  if (cycles === null) return 'declined';
  return cycles < 0 ? String(cycles) : `+${cycles}`;
}

function section(bound: Bound, core: CoreTable): string {
  const assumed = `<h3>Taken for granted</h3><ul>${assumptionsOf(bound, core)
    .map((each) => `<li>${escaped(each)}</li>`)
    .join('')}</ul>`;
  return `<h2>${escaped(bound.function)}</h2>${bound.declined === null ? shown(bound) : declined(bound)}${assumed}`;
}

function declined({ declined: why }: Bound): string {
  if (why === null) return '';
  return `<p class="open">No bound (${why.reason}): at ${why.at}, <code>${escaped(why.place)}</code>${why.line === null ? '' : `, <code>${escaped(why.line)}</code>`}, ${escaped(why.why)}.</p>`;
}

function shown(bound: Bound): string {
  const { best, stack, longest, accesses } = bound;
  const total = bound.bound ?? 0;
  const functions = new Map<string, number>();
  for (const { place, cycles } of longest) {
    const name = place.replace(/\+0x[0-9a-f]+$/, '');
    functions.set(name, (functions.get(name) ?? 0) + cycles);
  }
  const verdict =
    best === total
      ? `<b>${total}</b> cycles for every input`
      : `at most <b>${total}</b> cycles, at least <b>${best}</b>`;
  return `<p>${verdict}; at most ${stack} bytes of stack; ${bound.instructions} instructions reached.</p>
${found('Longest input found', bound.bound, bound.witness)}${found('Shortest input found', best, bound.witnessBest)}
<h3>The longest way, by function</h3>${share('function', 'cycles', functions)}
<details><summary>The longest way, block by block</summary>${blocks(longest, total)}</details>
<details><summary>${accesses.length} loads and stores</summary>${table(
    ['', 'at', 'place', 'line', '#bytes', 'lies in', 'from', 'to'],
    accesses.map((each) => [
      each.kind,
      each.at,
      `<code>${escaped(each.place)}</code>`,
      escaped(each.line ?? ''),
      String(each.bytes),
      escaped(each.regions.join(' or ')),
      each.from,
      each.to,
    ]),
  )}</details>`;
}

/** With the call, the blocks add up to the bound. */
function blocks(longest: readonly BlockReport[], total: number): string {
  const spent = longest.reduce((sum, { cycles }) => sum + cycles, 0);
  const row = ({ at, place, line, times, cycles }: BlockReport) => [
    at,
    `<code>${escaped(place)}</code>`,
    escaped(line ?? ''),
    String(times),
    String(cycles / times),
    String(cycles),
  ];
  return table(
    ['block', 'place', 'line', '#times', '#cycles each', '#cycles'],
    [
      ...longest.map(row),
      ['', 'the call', '', '1', String(total - spent), String(total - spent)],
      ['', 'in all', '', '', '', String(total)],
    ],
  );
}

function found(what: string, cycles: number | null, witness: WitnessReport | null): string {
  if (witness === null) return '';
  const words = Object.entries(witness.words)
    .filter(([, word]) => word !== 0)
    .map(([place, word]) => `${place} = ${hex(word)}`);
  const memory = words.length === 0 ? 'memory of zeros' : `memory of zeros but ${words.join(', ')}`;
  return `<p>${what}: ${witness.cycles} of ${cycles} cycles, for arguments ${witness.arguments.map(hex).join(', ')} and ${memory}.</p>`;
}
