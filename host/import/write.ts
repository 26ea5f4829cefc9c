import { formatCoordinate } from '../source/axis-words.ts';
import { isTimestamp } from '../source/timestamp.ts';
import type { ImportedRow, ImportPlan } from './plan.ts';

/** The source that an import writes: what was assumed stands in it as comments. */

export function writeSource(
  plan: ImportPlan,
  rows: readonly ImportedRow[],
  extent: { readonly min: bigint; readonly max: bigint },
  assumptions: readonly string[],
): string {
  const place = placeWriter(plan);
  const { axisName, axisUnit, scale, origin } = plan;
  const axis = [
    `name: ${quoted(axisName)}`,
    `unit: ${quoted(axisUnit)}`,
    ...(scale === 1 ? [] : [`scale: ${scale}`]),
    ...(origin === undefined ? [] : [`origin: ${origin}`]),
    `min: ${place(extent.min)}`,
    `max: ${place(extent.max)}`,
  ];
  return [
    comment(`Imported from ${plan.file}. These are assumptions; fix those that are wrong:`),
    ...assumptions.map((assumption) => comment(`  - ${assumption}`)),
    '',
    'holdfast: 1',
    `map: ${plan.map}`,
    `epoch: ${plan.epoch}`,
    `space: { axes: [ { ${axis.join(', ')} } ] }`,
    ...(plan.limitUnit === undefined ? [] : [`limits: { unit: ${quoted(plan.limitUnit)} }`]),
    'zones:',
    ...rows.map((row) => zoneLine(row, place)),
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

function zoneLine({ id, from, to, limit }: ImportedRow, place: (value: bigint) => string): string {
  const limitField = limit === null ? '' : `, limit: ${limit}`;
  return `  - { id: ${quoted(id)}, at: { from: ${place(from)}, to: ${place(to)} }${limitField} }`;
}

/** A text as YAML takes it in flow style; plain where nothing in it means anything. */
function quoted(text: string): string {
  return /^[\p{L}\p{N}][\p{L}\p{N}_./+-]*$/u.test(text) ? text : JSON.stringify(text);
}
