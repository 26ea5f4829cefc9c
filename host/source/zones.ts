import type { Entries, EntryContext, MapContext } from './context.ts';
import { readIntervals } from './coordinates.ts';
import { type Fields, readFields, readList } from './fields.ts';
import { readLimit } from './limit.ts';
import type { Interval, ZoneModel } from './model.ts';
import { placeOfRow, readTable, type TableRow } from './table.ts';
import type { TreeNode } from './tree.ts';
import { parseIntegerBetween, readId, readInteger } from './values.ts';

/** `zones`: what covers the axis. */

const ZONE_FIELDS = ['id', 'at', 'when', 'tier', 'limit'];
const ZONE_COLUMNS = ['tier'];
export const TIER_MAX = 255;

/** Whether an entry names a file of entries. */
export function isFileEntry(node: TreeNode): boolean {
  return node.kind === 'map' && node.fields.has('file');
}

export async function readZones(node: TreeNode, context: EntryContext): Promise<Entries<ZoneModel>> {
  return readEntries<ZoneModel>(node, 'zones', context, async (item) => {
    if (isFileEntry(item)) return readZoneTable(item, context);
    const readAt = (at: TreeNode, name: string) =>
      readIntervals(at, `"at" of ${name}`, context.axis, context.diagnostics);
    return oneOrNone(readZone(item, context, readAt));
  });
}

/** Entries of a list, in its order. */
export async function readEntries<Entry>(
  node: TreeNode,
  what: string,
  { diagnostics }: MapContext,
  read: (item: TreeNode) => Promise<Entries<Entry>>,
): Promise<Entries<Entry>> {
  const nodes = readList(node, what, diagnostics);
  const entries: Entry[] = [];
  let complete = nodes !== undefined;
  for (const item of nodes ?? []) {
    const found = await read(item);
    for (const entry of found.entries) entries.push(entry);
    complete &&= found.complete;
  }
  return { entries, complete };
}

export function oneOrNone<Entry>(entry: Entry | undefined): Entries<Entry> {
  return entry === undefined ? { entries: [], complete: false } : { entries: [entry], complete: true };
}

/** Reads the place of an entry, a stretch or an area, which messages call by its name; undefined after a mistake. */
export type ReadPlace<At> = (node: TreeNode, name: string) => At | undefined;

/** A zone, on a line or in a plane. */
export function readZone<At>(node: TreeNode, context: MapContext, readAt: ReadPlace<At>) {
  const { diagnostics } = context;
  const fields = readFields(node, nameOfEntry(node, 'zone'), ZONE_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const idNode = fields.need('id');
  const id = idNode && readId(idNode, 'id of the zone', diagnostics);
  context.ids.claim(id, node.place);
  const name = `zone "${id ?? '?'}"`;
  const atNode = fields.need('at');
  const at = atNode && readAt(atNode, name);
  const when = readWhen(fields, name, context);
  const tier = readTier(fields, name, context);
  const limitNode = fields.get('limit');
  const limit =
    limitNode === undefined ? null : readLimit(limitNode, `limit of ${name}`, context.limits, diagnostics);
  if (id === undefined || at === undefined || when === undefined) return undefined;
  if (tier === undefined || limit === undefined) return undefined;
  return { id, place: node.place, at, when, tier, limit };
}

/** How messages name an entry before its id is known to be good. */
export function nameOfEntry(node: TreeNode, kind: string): string {
  const id = node.kind === 'map' ? node.fields.get('id')?.value : undefined;
  return id?.kind === 'text' && id.text !== '' ? `${kind} "${id.text}"` : `a ${kind}`;
}

/** The phase windows of an entry: null without `when`, undefined after a mistake. */
export function readWhen(
  fields: Fields,
  name: string,
  context: MapContext,
): readonly Interval[] | null | undefined {
  const node = fields.get('when');
  if (node === undefined) return null;
  if (context.phase !== null)
    return readIntervals(node, `"when" of ${name}`, context.phase, context.diagnostics);
  const message = `${name} has "when", but the source has no phase`;
  context.diagnostics.add('PHASE_MISSING', node.place, message, 'Add "phase: { unit: tick, period: N }".');
  return undefined;
}

export function readTier(fields: Fields, name: string, context: MapContext): number | undefined {
  const node = fields.get('tier');
  return node === undefined ? 0 : readInteger(node, `tier of ${name}`, 0, TIER_MAX, context.diagnostics);
}

async function readZoneTable(node: TreeNode, context: EntryContext): Promise<Entries<ZoneModel>> {
  const table = await readTable(node, 'zone', ['tier'], ZONE_COLUMNS, context);
  if (table === undefined) return { entries: [], complete: false };
  const name = `zones of ${table.fileName}`;
  const when = readWhen(table.fields, name, context);
  const tier = readTier(table.fields, name, context);
  if (when === undefined || tier === undefined) return { entries: [], complete: false };
  const zones: ZoneModel[] = [];
  let complete = table.complete;
  for (const row of table.rows) {
    const rowTier = readRowTier(row, tier);
    if (rowTier === undefined) complete = false;
    else
      zones.push({
        ...placeOfRow(row, when),
        tier: rowTier,
        limit: row.limit,
        heldEnd: row.heldEnd,
        likelyEnds: row.likelyEnds,
        row: row.row,
      });
  }
  return { entries: zones, complete };
}

function readRowTier(row: TableRow, otherwise: number): number | undefined {
  const text = row.cell('tier');
  return text === '' ? otherwise : parseIntegerBetween(text, 'tier', 0, TIER_MAX, row.reportAt('tier'));
}
