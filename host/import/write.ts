import { basename } from 'node:path';
import { formatCoordinate } from '../source/axis-words.ts';
import { commentLine, quotedText } from '../source/source-text.ts';
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
    `name: ${quotedText(axisName)}`,
    `unit: ${quotedText(axisUnit)}`,
    ...(scale === 1 ? [] : [`scale: ${scale}`]),
    ...(origin === undefined ? [] : [`origin: ${origin}`]),
    `min: ${place(extent.min)}`,
    `max: ${place(extent.max)}`,
  ];
  return [
    commentLine(`Imported from ${basename(path)}. These are assumptions; fix those that are wrong:`),
    ...assumptions.map((assumption) => commentLine(`  - ${assumption}`)),
    commentLine(
      '`holdfast import --check` compares this source with its table, `--again` imports that anew:',
    ),
    record,
    '',
    'holdfast: 1',
    `map: ${plan.map}`,
    `epoch: ${plan.epoch}`,
    ...(replaces.length === 0 ? [] : [`replaces: [${replaces.join(', ')}]`]),
    `space: { axes: [ { ${axis.join(', ')} } ] }`,
    ...(phases.length < 2 ? [] : [`phase: { unit: tick, period: ${phases.length} }`]),
    ...(limitUnit === null ? [] : [`limits: { unit: ${quotedText(limitUnit)} }`]),
    'zones:',
    ...rows.map((row) => zoneLine(row, place, phases.length)),
    ...(plan.gaps === undefined ? [] : ['gaps:', `  - { anywhere: true, action: ${plan.gaps} }`]),
    'overlaps: forbid',
    'outside: { action: stop }',
    'fault: { action: stop }',
    '',
  ].join('\n');
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
  return `  - { id: ${quotedText(id)}, at: ${where}${when}${limitField} }`;
}
