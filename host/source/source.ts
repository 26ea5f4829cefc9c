import { IdRegister } from './context.ts';
import { scopeOfPhase } from './coordinates.ts';
import { Diagnostics } from './diagnostics.ts';
import { type Fields, readFields } from './fields.ts';
import { type ReadSource, readHeading } from './heading.ts';
import { readLine } from './line.ts';
import type { MapModel } from './model.ts';
import { readPhase } from './phase.ts';
import { readPlane } from './plane.ts';
import { isPlane, planeRefused } from './plane-model.ts';
import { fileReader, type SourceReader } from './reader.ts';
import { readSpace } from './space.ts';
import { readText, YAML_BYTES_MAX } from './text.ts';
import { parseTree } from './tree.ts';

/** A map source as a whole: the fields of its top level, and how they depend on each other. */

const SOURCE_FIELDS = [
  'holdfast',
  'map',
  'device',
  'epoch',
  'replaces',
  'space',
  'phase',
  'limits',
  'zones',
  'gaps',
  'overlaps',
  'approach',
  'marks',
  'outside',
  'fault',
  'budget',
  'moves',
];
const FORMAT_VERSION = 1;
/**
 * Reads the source of a line and the files that it names.
 * @throws SourceError with every mistake found, in order of place; HoldfastError PLANE.
 */
export async function parseSource(path: string, reader: SourceReader = fileReader): Promise<MapModel> {
  const diagnostics = new Diagnostics();
  const { model } = await readSource(path, reader, diagnostics);
  diagnostics.throwIfAny();
  if (model === undefined) throw new TypeError('a source without mistakes has a model');
  if (isPlane(model)) throw planeRefused(path);
  return model;
}

/** Reads a source as far as it goes; mistakes are added to `diagnostics`. */
export async function readSource(
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<ReadSource> {
  const start = { file: path, line: 1, column: 1 };
  const file = { path, bytesMax: YAML_BYTES_MAX, namedAt: start, missing: 'FILE_MISSING' } as const;
  const text = await readText(reader, file, diagnostics);
  const tree = text === undefined ? undefined : parseTree(text, path, diagnostics);
  if (tree === undefined) return { model: undefined, complete: false };
  const fields = readFields(tree, 'the map source', SOURCE_FIELDS, diagnostics);
  if (fields === undefined || !hasKnownVersion(fields, diagnostics))
    return { model: undefined, complete: false };
  return await readMap(fields, path, reader, diagnostics);
}

/** A missing version is reported and the rest read all the same; of another version nothing is known. */
function hasKnownVersion(fields: Fields, diagnostics: Diagnostics): boolean {
  const node = fields.need('holdfast');
  if (node === undefined) return true;
  if (node.kind === 'text' && node.text === String(FORMAT_VERSION)) return true;
  const written = node.kind === 'text' ? `"${node.text}"` : 'not a number';
  const message = `the format version is ${written}; this program knows version ${FORMAT_VERSION}`;
  diagnostics.add('FORMAT_VERSION', node.place, message, `Write "holdfast: ${FORMAT_VERSION}".`);
  return false;
}

async function readMap(
  fields: Fields,
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<ReadSource> {
  const heading = readHeading(fields, diagnostics);
  const spaceNode = fields.need('space');
  const space = spaceNode && readSpace(spaceNode, diagnostics);
  const phaseNode = fields.get('phase');
  const read = phaseNode === undefined ? null : readPhase(phaseNode, diagnostics);
  fields.need('zones');
  if (space === undefined || read === undefined) return { model: undefined, complete: false };
  const context = {
    path,
    reader,
    diagnostics,
    phase: read && scopeOfPhase(read.phase, read.rounder),
    limits: heading.limits ?? null,
    ids: new IdRegister(diagnostics),
    remarks: [],
  };
  const [x, y] = space;
  const parts = { heading, fields, phase: read, context };
  return y === undefined ? await readLine(x, parts) : await readPlane([x, y], parts);
}
