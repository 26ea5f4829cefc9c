import type { Partition } from '../body/partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { compilePartition } from '../compile/compile.ts';
import { resolveInto } from '../compile/resolve.ts';
import { type Diagnostic, Diagnostics } from '../source/diagnostics.ts';
import type { ActionName, HeldEnd, TableRowModel } from '../source/model.ts';
import { isPlane } from '../source/plane-model.ts';
import { memoryReader } from '../source/reader.ts';
import { readSource } from '../source/source.ts';
import { commentLine, quotedText } from '../source/source-text.ts';

/** Map sources that are made from files of other programs: what was assumed stands in them as comments. */

export interface DraftInterval {
  /** As a source takes it: digits, or a timestamp. */
  readonly from: string;
  readonly to: string;
}

export interface DraftZone {
  readonly id: string;
  readonly at: readonly DraftInterval[];
  readonly limit?: bigint | null | undefined;
  /** The phase that it holds in; every phase unless given. */
  readonly phase?: number | undefined;
}

export interface DraftAxis {
  readonly name: string;
  readonly unit: string;
  /** Steps in one of its units; 1 unless given. */
  readonly scale?: number | undefined;
  readonly origin?: string | undefined;
  readonly min: string;
  readonly max: string;
}

export interface Draft {
  /** What it was made from, and how: sentences without their full stop. */
  readonly title: string;
  readonly assumptions: readonly string[];
  /** Comment lines that programs read. */
  readonly record?: readonly string[];
  readonly map: string;
  readonly epoch: number;
  readonly replaces?: readonly string[];
  readonly axis: DraftAxis;
  /** What each phase stands for, from 0 on; no phases when there are none. */
  readonly phases: readonly string[];
  readonly limitUnit?: string | null | undefined;
  readonly zones: readonly DraftZone[];
  /** Acknowledge every place that nothing covers, with this action. */
  readonly gaps?: ActionName | undefined;
}

/** YAML. */
export function draftText(draft: Draft): string {
  const { axis, phases, limitUnit, zones, gaps, record = [], replaces = [] } = draft;
  return [
    commentLine(`${draft.title}. What follows was assumed; fix what is wrong:`),
    ...draft.assumptions.map((assumption) => commentLine(`  - ${assumption}`)),
    ...record,
    '',
    'holdfast: 1',
    `map: ${draft.map}`,
    `epoch: ${draft.epoch}`,
    ...(replaces.length === 0 ? [] : [`replaces: [${replaces.join(', ')}]`]),
    `space: { axes: [ ${axisText(axis)} ] }`,
    ...(phases.length === 0 ? [] : [commentLine(phaseWords(phases)), phaseLine(phases.length)]),
    ...(limitUnit == null ? [] : [`limits: { unit: ${quotedText(limitUnit)} }`]),
    'zones:',
    ...zones.flatMap(zoneLines),
    ...(gaps === undefined ? [] : ['gaps:', `  - { anywhere: true, action: ${gaps} }`]),
    'overlaps: forbid',
    'outside: { action: stop }',
    'fault: { action: stop }',
    '',
  ].join('\n');
}

function axisText({ name, unit, scale = 1, origin, min, max }: DraftAxis): string {
  const fields = [
    `name: ${quotedText(name)}`,
    `unit: ${quotedText(unit)}`,
    ...(scale === 1 ? [] : [`scale: ${scale}`]),
    ...(origin === undefined ? [] : [`origin: ${origin}`]),
    `min: ${min}`,
    `max: ${max}`,
  ];
  return `{ ${fields.join(', ')} }`;
}

/** What the rows that became zones hold, or may hold, behind their ends. */
export interface DraftEnds {
  /** By the ids of zones. */
  readonly held: ReadonlyMap<string, HeldEnd>;
  readonly likely: readonly HeldEnd[];
  /** By the ids of zones. */
  readonly rows: ReadonlyMap<string, TableRowModel>;
}

/**
 * What the compiler says of a draft that will be at `path`: holes and overlaps are for people to decide on. `ends`: of the rows
 * of a table.
 */
export async function judgeDraft(
  path: string,
  source: string,
  ends?: DraftEnds,
): Promise<readonly Diagnostic[]> {
  const diagnostics = new Diagnostics();
  const { model, complete } = await readSource(path, memoryReader({ [path]: source }), diagnostics);
  if (model !== undefined && !isPlane(model)) {
    const zones = model.zones.map((zone) => ({
      ...zone,
      heldEnd: ends?.held.get(zone.id),
      likelyEnds: ends?.likely,
      row: ends?.rows.get(zone.id),
    }));
    const partition = resolveInto({ ...model, zones }, complete, diagnostics);
    if (partition !== undefined && diagnostics.count === 0) judgeSize(partition, path, diagnostics);
  }
  return diagnostics.kept;
}

/** What compiles and fits no controller is told here, and not to who compiles it. */
function judgeSize(partition: Partition, path: string, diagnostics: Diagnostics): void {
  try {
    compilePartition(partition, undefined);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'TOO_LARGE') throw error;
    const place = { file: path, line: 1, column: 1 };
    diagnostics.add('TOO_MANY', place, error.message, error.remedy ?? 'Use fewer zones.');
  }
}

function phaseWords(phases: readonly string[]): string {
  return `Phases: ${phases.map((words, index) => `${index} ${words}`).join(', ')}.`;
}

function phaseLine(period: number): string {
  return `phase: { unit: tick, period: ${period} }`;
}

/** Intervals in one line, as many as one can be read with. */
const IN_LINE_MAX = 2;

function zoneLines({ id, at, limit, phase }: DraftZone): string[] {
  const when = phase === undefined ? [] : [`when: { from: ${phase}, to: ${phase + 1} }`];
  const more = [...when, ...(limit == null ? [] : [`limit: ${limit}`])];
  const idField = `id: ${quotedText(id)}`;
  const pieces = at.map(intervalText);
  if (at.length > IN_LINE_MAX) {
    const lines = [idField, ...more].map((field, index) => `${index === 0 ? '  - ' : '    '}${field}`);
    return [...lines, '    at:', ...pieces.map((piece) => `      - ${piece}`)];
  }
  const where = pieces.length === 1 ? pieces.join() : `[ ${pieces.join(', ')} ]`;
  return [`  - { ${[idField, `at: ${where}`, ...more].join(', ')} }`];
}

function intervalText({ from, to }: DraftInterval): string {
  return `{ from: ${from}, to: ${to} }`;
}
