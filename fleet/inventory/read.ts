import { HoldfastError } from '../../host/common/errors.ts';
import { readKey } from '../../host/image/burned-config.ts';
import { Diagnostics, SourceError } from '../../host/source/diagnostics.ts';
import { type Fields, readFields, readList } from '../../host/source/fields.ts';
import { fileReader, pathBeside, type SourceReader } from '../../host/source/reader.ts';
import { readText } from '../../host/source/text.ts';
import { parseTree, type TreeNode } from '../../host/source/tree.ts';
import { readIdentity, readInteger, readLabel } from '../../host/source/values.ts';
import {
  CELL_MEMBERS_MAX,
  CONTROLLERS_MAX,
  GATEWAYS_MAX,
  INVENTORY_BYTES_MAX,
  KEEP_DAYS,
  LINES_A_GATEWAY_MAX,
  PATH_BYTES_MAX,
  PORT_BYTES_MAX,
  SIGNERS_MAX,
  SOURCES_MAX,
} from '../limits.ts';
import { readAlerts } from './alerts.ts';
import { readEntries, readReference } from './entries.ts';
import type { Cell, Controller, Gateway, Inventory, Site } from './model.ts';
import { OBJECTS } from './table.ts';
import { readSites } from './windows.ts';

/** `fleet.yaml`: what it says, and every mistake in it with its place and what to do. */

const VERSION = '1';
const CLASS_DEFAULT = 'generic';

interface Reading {
  readonly path: string;
  readonly reader: SourceReader;
  readonly diagnostics: Diagnostics;
}

/**
 * Reads an inventory and the keys that it names, which stand beside it.
 * @throws HoldfastError INVENTORY with every mistake found, one a line, in order of place.
 */
export async function readInventory(path: string, reader: SourceReader = fileReader): Promise<Inventory> {
  const diagnostics = new Diagnostics();
  try {
    const inventory = await readWhole({ path, reader, diagnostics });
    diagnostics.throwIfAny();
    if (inventory !== undefined) return inventory;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new HoldfastError('INVENTORY', error.message, {
      remedy: 'Fix the places named above.',
      cause: error,
    });
  }
  throw new TypeError('an inventory without mistakes was not read');
}

async function readWhole(reading: Reading): Promise<Inventory | undefined> {
  const { path, reader, diagnostics } = reading;
  const start = { file: path, line: 1, column: 1 };
  const file = { path, bytesMax: INVENTORY_BYTES_MAX, namedAt: start, missing: 'FILE_MISSING' } as const;
  const text = await readText(reader, file, diagnostics);
  if (text === undefined) return undefined;
  if (/^(?:\s*(?:#.*)?\n)*\s*(?:#.*)?$/.test(text)) {
    diagnostics.add('EMPTY_FILE', start, 'the file is empty', 'An inventory begins with "fleet: 1".');
    return undefined;
  }
  const tree = parseTree(text, path, diagnostics);
  const fields = tree && readFields(tree, 'the fleet', Object.keys(OBJECTS.inventory.fields), diagnostics);
  if (fields === undefined) return undefined;
  const version = fields.need('fleet');
  if (version !== undefined && (version.kind !== 'text' || version.text !== VERSION)) {
    diagnostics.add(
      'FORMAT_VERSION',
      version.place,
      'the version of the inventory is unknown',
      'Write "fleet: 1".',
    );
    return undefined;
  }
  return readParts(fields, reading);
}

async function readParts(fields: Fields, reading: Reading): Promise<Inventory> {
  const { diagnostics } = reading;
  const nameNode = fields.need('name');
  const signers = await readSigners(fields.need('signers'), reading);
  const server = await readServer(fields.get('server'), reading);
  const sites = readSites(fields.need('sites'), diagnostics);
  const gateways = await readGateways(fields.need('gateways'), { sites, server }, reading);
  const cells = readCells(fields.need('cells'), sites, diagnostics);
  const controllers = readControllers(fields.need('controllers'), { cells, gateways }, diagnostics);
  return {
    fleet: (nameNode && readIdentity(nameNode, 'name of the fleet', diagnostics)) ?? '',
    signers,
    server,
    sites,
    gateways,
    cells: withMembers(cells, controllers, diagnostics),
    controllers,
    sources: readSources(fields.get('sources'), reading),
    alerts: readAlerts(fields.get('alerts'), reading.path, diagnostics),
    keepDays: readKeepDays(fields.get('keep-days'), diagnostics),
    unused: unusedOf(sites, gateways, controllers),
  };
}

async function readSigners(node: TreeNode | undefined, reading: Reading): Promise<readonly string[]> {
  const items = (node && readList(node, 'signers', reading.diagnostics)) ?? [];
  if (node?.kind === 'list' && (items.length === 0 || items.length > SIGNERS_MAX)) {
    const remedy = `Give 1 to ${SIGNERS_MAX} files with public keys: nothing runs that none of them signed.`;
    reading.diagnostics.add('OUT_OF_RANGE', node.place, `${items.length} signers`, remedy);
    return [];
  }
  const keys: string[] = [];
  for (const item of items) {
    const key = await readKey(item, reading.path, reading.reader, reading.diagnostics);
    if (key !== undefined) keys.push(Buffer.from(key).toString('hex'));
  }
  return keys;
}

function readSources(node: TreeNode | undefined, { path, diagnostics }: Reading): readonly string[] {
  const items = (node && readList(node, 'sources', diagnostics)) ?? [];
  if (node?.kind === 'list' && (items.length === 0 || items.length > SOURCES_MAX)) {
    const remedy = `Give 1 to ${SOURCES_MAX} map sources, or leave "sources" out.`;
    diagnostics.add('OUT_OF_RANGE', node.place, `${items.length} sources`, remedy);
    return [];
  }
  return items.flatMap((item) => {
    const name = readLabel(item, 'a source', PATH_BYTES_MAX, diagnostics);
    return name === undefined ? [] : [pathBeside(path, name)];
  });
}

function readKeepDays(node: TreeNode | undefined, diagnostics: Diagnostics): number {
  const { least, usual, most } = KEEP_DAYS;
  return (node && readInteger(node, 'keep-days', least, most, diagnostics)) ?? usual;
}

async function readServer(node: TreeNode | undefined, reading: Reading): Promise<string | null> {
  const key = node && (await readKey(node, reading.path, reading.reader, reading.diagnostics));
  return key === undefined ? null : Buffer.from(key).toString('hex');
}

async function readGateways(
  node: TreeNode | undefined,
  { sites, server }: { readonly sites: ReadonlyMap<string, Site>; readonly server: string | null },
  { path, reader, diagnostics }: Reading,
): Promise<ReadonlyMap<string, Gateway>> {
  const kind = { what: 'gateway', fields: Object.keys(OBJECTS.gateway.fields), most: GATEWAYS_MAX };
  const keyNodes = new Map<string, TreeNode>();
  const read = readEntries(node, kind, diagnostics, (id, fields) => {
    const linesNode = fields.need('lines');
    const keyNode = fields.need('key');
    if (keyNode !== undefined) keyNodes.set(id, keyNode);
    const what = `lines of gateway ${id}`;
    return {
      id,
      site: readReference(fields, 'site', `gateway ${id}`, sites, diagnostics)?.id ?? '',
      lines: (linesNode && readInteger(linesNode, what, 1, LINES_A_GATEWAY_MAX, diagnostics)) ?? 0,
    };
  });
  const owners = new Map<string, string>(server === null ? [] : [[server, 'the server']]);
  const gateways = new Map<string, Gateway>();
  for (const [id, gateway] of read) {
    const keyNode = keyNodes.get(id);
    const bytes = keyNode && (await readKey(keyNode, path, reader, diagnostics));
    const key = Buffer.from(bytes ?? []).toString('hex');
    const owner = owners.get(key);
    if (keyNode !== undefined && bytes !== undefined && owner !== undefined) {
      const message = `gateway ${id} has the key of ${owner}, so nobody could tell them apart`;
      diagnostics.add(
        'BAD_VALUE',
        keyNode.place,
        message,
        'Make a pair of keys for each with "holdfast keygen".',
      );
    }
    if (bytes !== undefined) owners.set(key, `gateway ${id}`);
    gateways.set(id, { ...gateway, key });
  }
  return gateways;
}

interface PlacedCell {
  readonly id: string;
  readonly site: string;
  readonly node: TreeNode | undefined;
}

function readCells(
  node: TreeNode | undefined,
  sites: ReadonlyMap<string, Site>,
  diagnostics: Diagnostics,
): ReadonlyMap<string, PlacedCell> {
  const kind = { what: 'cell', fields: Object.keys(OBJECTS.cell.fields), most: CONTROLLERS_MAX };
  return readEntries(node, kind, diagnostics, (id, fields) => ({
    id,
    site: readReference(fields, 'site', `cell ${id}`, sites, diagnostics)?.id ?? '',
    node: fields.get('id'),
  }));
}

function readControllers(
  node: TreeNode | undefined,
  known: { cells: ReadonlyMap<string, PlacedCell>; gateways: ReadonlyMap<string, Gateway> },
  diagnostics: Diagnostics,
): ReadonlyMap<string, Controller> {
  const kind = { what: 'controller', fields: Object.keys(OBJECTS.controller.fields), most: CONTROLLERS_MAX };
  const ports = new Map<string, string>();
  const onGateway = new Map<string, number>();
  return readEntries(node, kind, diagnostics, (id, fields) => {
    const what = `controller ${id}`;
    const cell = readReference(fields, 'cell', what, known.cells, diagnostics);
    const gateway = readReference(fields, 'gateway', what, known.gateways, diagnostics);
    if (cell && gateway && cell.entry.site !== gateway.entry.site) {
      const message = `${what} hangs on a gateway of site ${gateway.entry.site}, but cell ${cell.id} is at ${cell.entry.site}`;
      const remedy = 'Name a gateway of the same site, or move the cell.';
      diagnostics.add('BAD_VALUE', gateway.node.place, message, remedy);
    }
    const portNode = fields.need('port');
    const port = (portNode && readLabel(portNode, `port of ${what}`, PORT_BYTES_MAX, diagnostics)) ?? '';
    if (gateway && portNode && port !== '') {
      const place = `${gateway.id} ${port}`;
      const owner = ports.get(place);
      if (owner !== undefined) {
        const message = `${what} is on ${port} of gateway ${gateway.id}, and so is controller ${owner}`;
        diagnostics.add('DUPLICATE_ID', portNode.place, message, 'Give each controller a port of its own.');
      }
      ports.set(place, id);
      const count = (onGateway.get(gateway.id) ?? 0) + 1;
      onGateway.set(gateway.id, count);
      if (count === gateway.entry.lines + 1 && gateway.entry.lines > 0) {
        const message = `${what} is one more than the ${gateway.entry.lines} lines of gateway ${gateway.id}`;
        diagnostics.add(
          'TOO_MANY',
          gateway.node.place,
          message,
          'Name another gateway, or correct its lines.',
        );
      }
    }
    const mapNode = fields.need('map');
    const classNode = fields.get('class');
    return {
      id,
      cell: cell?.id ?? '',
      gateway: gateway?.id ?? '',
      port,
      map: (mapNode && readIdentity(mapNode, `map of ${what}`, diagnostics)) ?? '',
      device: (classNode && readIdentity(classNode, `class of ${what}`, diagnostics)) ?? CLASS_DEFAULT,
    };
  });
}

/** Cells with their controllers; one that has none, or more than change together, is a mistake. */
function withMembers(
  cells: ReadonlyMap<string, PlacedCell>,
  controllers: ReadonlyMap<string, Controller>,
  diagnostics: Diagnostics,
): ReadonlyMap<string, Cell> {
  const members = new Map<string, string[]>([...cells.keys()].map((id) => [id, []]));
  for (const [id, { cell }] of controllers) members.get(cell)?.push(id);
  // Controllers that were dropped for a mistake would make their cells look empty.
  const isComplete = diagnostics.count === 0;
  for (const [id, { node }] of cells) {
    const count = members.get(id)?.length ?? 0;
    if (node === undefined || (count > 0 && count <= CELL_MEMBERS_MAX) || !isComplete) continue;
    const remedy = `A cell has 1 to ${CELL_MEMBERS_MAX} controllers.`;
    diagnostics.add('OUT_OF_RANGE', node.place, `cell ${id} has ${count} controllers`, remedy);
  }
  return new Map([...cells].map(([id, { site }]) => [id, { id, site, members: members.get(id) ?? [] }]));
}

function unusedOf(
  sites: ReadonlyMap<string, Site>,
  gateways: ReadonlyMap<string, Gateway>,
  controllers: ReadonlyMap<string, Controller>,
): readonly string[] {
  const used = new Set([...controllers.values()].map(({ gateway }) => gateway));
  const usedSites = new Set([...used].map((id) => gateways.get(id)?.site));
  return [
    ...[...gateways.keys()].filter((id) => !used.has(id)).map((id) => `gateway ${id} has no controller`),
    ...[...sites.keys()].filter((id) => !usedSites.has(id)).map((id) => `site ${id} has no controller`),
  ];
}
