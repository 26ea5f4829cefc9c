import { loadPartition } from '../compile/compile.ts';
import { type Diagnostic, SourceError } from '../source/diagnostics.ts';
import type { ActionName } from '../source/model.ts';
import { memoryReader } from '../source/reader.ts';
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
  readonly limit?: bigint | undefined;
  /** The phase that it holds in; every phase unless given. */
  readonly phase?: number | undefined;
}

export interface Draft {
  /** What it was made from, and how: sentences without their full stop. */
  readonly title: string;
  readonly assumptions: readonly string[];
  readonly map: string;
  readonly epoch: number;
  readonly axis: { readonly name: string; readonly unit: string; readonly origin?: string } & {
    readonly min: string;
    readonly max: string;
  };
  /** What each phase stands for, from 0 on; no phases when there are none. */
  readonly phases: readonly string[];
  readonly limitUnit?: string | undefined;
  readonly zones: readonly DraftZone[];
  /** Acknowledge every place that nothing covers, with this action. */
  readonly gaps?: ActionName | undefined;
}

/** YAML. */
export function draftText(draft: Draft): string {
  const { axis, phases, limitUnit, zones, gaps } = draft;
  const { name, unit, origin, min, max } = axis;
  const originField = origin === undefined ? '' : `, origin: ${origin}`;
  return [
    commentLine(`${draft.title}. What follows was assumed; fix what is wrong:`),
    ...draft.assumptions.map((assumption) => commentLine(`  - ${assumption}`)),
    '',
    'holdfast: 1',
    `map: ${draft.map}`,
    `epoch: ${draft.epoch}`,
    'space:',
    '  axes:',
    `    - { name: ${quotedText(name)}, unit: ${quotedText(unit)}${originField}, min: ${min}, max: ${max} }`,
    ...(phases.length === 0 ? [] : [commentLine(phaseWords(phases)), phaseLine(phases.length)]),
    ...(limitUnit === undefined ? [] : [`limits: { unit: ${quotedText(limitUnit)} }`]),
    'zones:',
    ...zones.flatMap(zoneLines),
    ...(gaps === undefined ? [] : ['gaps:', `  - { anywhere: true, action: ${gaps} }`]),
    'overlaps: forbid',
    'outside: { action: stop }',
    'fault: { action: stop }',
    '',
  ].join('\n');
}

/** What the compiler says of a draft that will be at `path`: holes and overlaps are for people to decide on. */
export async function judgeDraft(path: string, source: string): Promise<readonly Diagnostic[]> {
  try {
    await loadPartition(path, memoryReader({ [path]: source }));
    return [];
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}

function phaseWords(phases: readonly string[]): string {
  return `Phases: ${phases.map((words, index) => `${index} ${words}`).join(', ')}.`;
}

function phaseLine(period: number): string {
  return `phase: { unit: tick, period: ${period} }`;
}

function zoneLines({ id, at, limit, phase }: DraftZone): string[] {
  const fields = [
    `id: ${quotedText(id)}`,
    ...(phase === undefined ? [] : [`when: { from: ${phase}, to: ${phase + 1} }`]),
    ...(limit === undefined ? [] : [`limit: ${limit}`]),
  ];
  const [first] = at;
  if (at.length === 1 && first !== undefined) {
    const [idField = '', ...others] = fields;
    return [`  - { ${[idField, `at: ${intervalText(first)}`, ...others].join(', ')} }`];
  }
  return [
    ...fields.map((field, index) => `${index === 0 ? '  - ' : '    '}${field}`),
    '    at:',
    ...at.map((interval) => `      - ${intervalText(interval)}`),
  ];
}

function intervalText({ from, to }: DraftInterval): string {
  return `{ from: ${from}, to: ${to} }`;
}
