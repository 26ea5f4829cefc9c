import type { Correction, SnapshotRow } from './snapshot.ts';

/** A first inventory out of a snapshot. What no snapshot tells stands in it as `?`, which no reader of inventories takes. */

const UNKNOWN = '?';

export interface Draft {
  readonly text: string;
  readonly corrections: readonly Correction[];
}

export function draftInventory(fleet: string, rows: readonly SnapshotRow[]): Draft {
  const corrections: Correction[] = [];
  const correct = (place: string, words: string) => corrections.push({ place, words });
  const whole = rows.map((row) => ({
    ...row,
    site: row.site === '' ? UNKNOWN : row.site,
    cell: row.cell === '' ? row.controller : row.cell,
    gateway: row.gateway === '' ? UNKNOWN : row.gateway,
    port: row.port === '' ? UNKNOWN : row.port,
  }));
  const unknown = (field: 'site' | 'gateway' | 'port') => whole.filter((row) => row[field] === UNKNOWN);
  for (const field of ['site', 'gateway', 'port'] as const) {
    const missing = unknown(field);
    if (missing.length > 0)
      correct(missing[0]?.place ?? '', `${missing.length} controllers have no ${field}: write it for "?"`);
  }
  const alone = rows.filter(({ cell }) => cell === '');
  if (alone.length > 0)
    correct(
      alone[0]?.place ?? '',
      `${alone.length} controllers have no cell, and are cells of their own: put those together that change together`,
    );
  const sites = firstOf(whole, ({ site }) => site);
  const gateways = firstOf(whole, ({ gateway }) => gateway);
  const cells = firstOf(whole, ({ cell }) => cell);
  for (const row of whole) {
    const first = cells.get(row.cell);
    if (first !== undefined && first.site !== row.site)
      correct(
        row.place,
        `cell ${row.cell} is at ${first.site} and at ${row.site}: machines of one cell stand at one site`,
      );
    const gateway = gateways.get(row.gateway);
    if (gateway !== undefined && gateway.site !== row.site)
      correct(row.place, `gateway ${row.gateway} is at ${gateway.site} and at ${row.site}`);
  }
  correct('sites', 'write the zone and the windows of each site');
  correct('keys', 'make a pair of keys for each gateway and for who signs, with "holdfast keygen"');
  return { text: textOf(fleet, { sites, gateways, cells, whole }), corrections };
}

type Row = SnapshotRow;

function firstOf(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) if (!found.has(keyOf(row))) found.set(keyOf(row), row);
  return found;
}

interface Parts {
  readonly sites: ReadonlyMap<string, Row>;
  readonly gateways: ReadonlyMap<string, Row>;
  readonly cells: ReadonlyMap<string, Row>;
  readonly whole: readonly Row[];
}

function textOf(fleet: string, { sites, gateways, cells, whole }: Parts): string {
  const quoted = (text: string) => JSON.stringify(text);
  const linesOf = (gateway: string) => whole.filter((row) => row.gateway === gateway).length;
  const name = (text: string) => (text === UNKNOWN ? quoted(UNKNOWN) : text);
  return [
    'fleet: 1',
    `name: ${fleet}`,
    'signers: [ state.pub.pem ]',
    'sites:',
    ...[...sites.keys()].map(
      (id) => `  - { id: ${name(id)}, zone: "?", windows: [ { days: "?", from: "22:00", to: "04:00" } ] }`,
    ),
    'gateways:',
    ...[...gateways].map(
      ([id, { site }]) =>
        `  - { id: ${name(id)}, site: ${name(site)}, key: ${quoted(`${id}.pub.pem`)}, lines: ${linesOf(id)} }`,
    ),
    'cells:',
    ...[...cells].map(([id, { site }]) => `  - { id: ${name(id)}, site: ${name(site)} }`),
    'controllers:',
    ...whole.map(
      (row) =>
        `  - { id: ${row.controller}, cell: ${row.cell}, gateway: ${name(row.gateway)}, port: ${quoted(row.port)}, map: ${row.map}${row.class === '' ? '' : `, class: ${row.class}`} }`,
    ),
    '',
  ].join('\n');
}
