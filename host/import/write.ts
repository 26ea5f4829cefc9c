import { basename } from 'node:path';
import { formatCoordinate } from '../source/axis-words.ts';
import { isTimestamp } from '../source/timestamp.ts';
import type { ImportedRow, ImportPlan } from './plan.ts';

/** The source that an import writes: what was assumed stands in it as comments. */

export function writeSource(
  plan: ImportPlan,
  path: string,
  rows: readonly ImportedRow[],
  extent: { readonly min: bigint; readonly max: bigint },
  [assumptions, record]: readonly [assumptions: readonly string[], record: string],
): string {
  const place = placeWriter(plan);
  const { axisName, axisUnit, scale, origin, replaces, limitUnit, phases } = plan;
  const axis = [
    `name: ${quoted(axisName)}`,
    `unit: ${quoted(axisUnit)}`,
    ...(scale === 1 ? [] : [`scale: ${scale}`]),
    ...(origin === undefined ? [] : [`origin: ${origin}`]),
    `min: ${place(extent.min)}`,
    `max: ${place(extent.max)}`,
  ];
  return [
    comment(`Imported from ${basename(path)}. These are assumptions; fix those that are wrong:`),
    ...assumptions.map((assumption) => comment(`  - ${assumption}`)),
    comment('`holdfast import --check` compares this source with its table, `--again` imports that anew:'),
    record,
    '',
    'holdfast: 1',
    `map: ${plan.map}`,
    `epoch: ${plan.epoch}`,
    ...(replaces.length === 0 ? [] : [`replaces: [${replaces.join(', ')}]`]),
    `space: { axes: [ { ${axis.join(', ')} } ] }`,
    ...(phases.length < 2 ? [] : [`phase: { unit: tick, period: ${phases.length} }`]),
    ...(limitUnit === null ? [] : [`limits: { unit: ${quoted(limitUnit)} }`]),
    'zones:',
    ...rows.map((row) => zoneLine(row, place, phases.length)),
    ...(plan.gaps === undefined ? [] : ['gaps:', `  - { anywhere: true, action: ${plan.gaps} }`]),
    'overlaps: forbid',
    'outside: { action: stop }',
    'fault: { action: stop }',
    '',
  ].join('\n');
}

/** Names of files and columns may hold anything; a comment is one line. */
function comment(text: string): string {
  return `# ${text.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ')}`;
}

function placeWriter({ origin, axisUnit, scale }: ImportPlan): (value: bigint) => string {
  const kind = origin !== undefined && isTimestamp(origin) ? 'time' : 'number';
  return (value) => formatCoordinate({ kind, unit: axisUnit, scale }, value);
}

function zoneLine(
  { id, at, limit, phase }: ImportedRow,
  place: (value: bigint) => string,
  phases: number,
): string {
  const pieces = at.map(({ from, to }) => `{ from: ${place(from)}, to: ${place(to)} }`);
  const where = pieces.length === 1 ? pieces.join('') : `[ ${pieces.join(', ')} ]`;
  const when = phase === null || phases < 2 ? '' : `, when: { from: ${phase}, to: ${phase + 1} }`;
  const limitField = limit === null ? '' : `, limit: ${limit}`;
  return `  - { id: ${quoted(id)}, at: ${where}${when}${limitField} }`;
}

/** A text as YAML takes it in flow style; plain where nothing in it means anything. */
function quoted(text: string): string {
  return /^[\p{L}\p{N}][\p{L}\p{N}_./+-]*$/u.test(text) ? text : JSON.stringify(text);
}
