import { HoldfastError } from '../common/errors.ts';
import { formatRange } from '../source/axis-words.ts';
import type { Interval, MapModel, ZoneModel } from '../source/model.ts';
import { fileReader, memoryReader, type SourceReader } from '../source/reader.ts';
import { parseSource } from '../source/source.ts';
import { editedFields } from './edited.ts';
import { type Imported, importTable } from './import.ts';
import type { ImportOptions } from './plan.ts';
import { type ImportRecord, readRecord, tablePath } from './record.ts';
import { sayOption } from './say.ts';

/** An import that is done again: what the table says now, compared with what the source holds. */

export interface ImportedAgain {
  readonly imported: Imported;
  /** Path of the table. */
  readonly table: string;
  /** Whether the bytes of the table are those of the last import. */
  readonly sameTable: boolean;
  /** What the source holds and the table does not say, and the reverse: one line each, empty when they are one. */
  readonly changes: readonly string[];
  /** Columns that the table did not have then and that nothing uses, in words: whether they matter is for people to say. */
  readonly newColumns: readonly string[];
  /** Other fields of the source that somebody edited since, such as `overlaps: lowest-limit, imported as forbid`. */
  readonly edited: readonly string[];
}

/** What may be said anew. */
export type EditionSaid = Pick<ImportOptions, 'epoch' | 'replaces'>;

/**
 * Imports the table of the source `path`, whose text is `text`, with the options that it keeps.
 * @throws what `importTable` and `parseSource` throw; HoldfastError NOT_IMPORTED, EPOCH_NOT_ABOVE
 */
export async function importAgain(
  path: string,
  text: string,
  edition: EditionSaid = {},
  reader: SourceReader = fileReader,
): Promise<ImportedAgain> {
  const record = readRecord(text, path);
  const table = tablePath(path, record);
  const imported = await importTable(table, path, { ...record.options, ...said(edition), reader });
  const before = await parseSource(path, beside(path, text, reader));
  const after = await parseSource(path, memoryReader({ [path]: imported.source }));
  refuseOlder(edition, before);
  const sameTable = isSameTable(record, imported);
  return {
    imported,
    table,
    sameTable,
    changes: [...editionChanges(edition, before, after), ...compareModels(before, after)],
    newColumns: newOnes(record, imported),
    edited: editedFields(
      text,
      imported.source,
      new Set([...comparedFields(before, after), ...Object.keys(said(edition))]),
    ),
  };
}

/** Another epoch replaces other editions, so what the record says of them is asked anew. */
function said({ epoch, replaces }: EditionSaid): EditionSaid {
  if (epoch !== undefined) return { epoch, replaces };
  return replaces === undefined ? {} : { replaces };
}

/** A device that has the source's epoch, or a later one, takes none below it. */
function refuseOlder({ epoch }: EditionSaid, before: MapModel): void {
  if (epoch === undefined || epoch >= before.epoch) return;
  throw new HoldfastError('EPOCH_NOT_ABOVE', `epoch ${epoch} is below that of the source, ${before.epoch}`, {
    remedy: `Say ${sayOption('epoch', `${before.epoch + 1}`)}, or write the lower one into the source.`,
  });
}

/** Epoch and what it replaces, where they were said anew. */
function editionChanges(said: EditionSaid, before: MapModel, after: MapModel): readonly string[] {
  if (said.epoch === undefined && said.replaces === undefined) return [];
  const changed = (name: string, old: string, now: string) =>
    old === now ? [] : [`${name}: ${old}, now ${now}`];
  return [
    ...changed('epoch', `${before.epoch}`, `${after.epoch}`),
    ...changed('replaces', replacesWords(before), replacesWords(after)),
  ];
}

function replacesWords({ replaces }: MapModel): string {
  const words = replaces.map(({ epoch, hashPrefix }) =>
    hashPrefix === '' ? `${epoch}` : `${epoch}@${hashPrefix}`,
  );
  return words.length === 0 ? 'none' : words.join(', ');
}

/** The source as it was read; what it names lies where it lies. */
function beside(path: string, text: string, reader: SourceReader): SourceReader {
  return {
    read: async (name, bytesMax) => (name === path ? Buffer.from(text) : await reader.read(name, bytesMax)),
  };
}

function isSameTable(record: ImportRecord, { source }: Imported): boolean {
  return readRecord(source, record.table).sha256 === record.sha256;
}

function newOnes({ unused: known }: ImportRecord, { unused }: Imported): readonly string[] {
  return known === undefined
    ? []
    : unused.filter(({ title }) => !known.includes(title)).map(({ words }) => `new: ${words}`);
}

/** Fields whose changes are told by what they mean, or that are the same in every source. */
function comparedFields(before: MapModel, after: MapModel): readonly string[] {
  const always = ['holdfast', 'zones'];
  return axisWords(before) === axisWords(after) ? always : [...always, 'space', 'limits', 'phase'];
}

/** Axis and zones; gap rules, overlaps and reactions are decided by people, in the source. */
function compareModels(before: MapModel, after: MapModel): readonly string[] {
  const changes =
    axisWords(before) === axisWords(after) ? [] : [`axis: ${axisWords(before)}, now ${axisWords(after)}`];
  const [old, now] = [before, after].map(
    (model) => new Map(model.zones.map((zone) => [zone.id, zoneWords(zone, model)])),
  );
  for (const [id, words] of old ?? []) {
    const other = now?.get(id);
    if (other === undefined) changes.push(`gone: ${id}, ${words}`);
    else if (other !== words) changes.push(`changed: ${id}, ${words}, now ${other}`);
  }
  for (const [id, words] of now ?? []) if (!old?.has(id)) changes.push(`new: ${id}, ${words}`);
  return changes;
}

function axisWords({ axis, phasePeriod, limitUnit }: MapModel): string {
  const limits = limitUnit === null ? '' : `, limits in ${limitUnit}`;
  const ring = axis.wraps ? ', a ring' : '';
  return `${axis.name} ${formatRange(axis, axis.min, axis.max)}${ring}, phases ${phasePeriod}${limits}`;
}

function zoneWords({ at, when, tier, limit }: ZoneModel, { axis }: MapModel): string {
  const where = at.map(({ from, to }) => formatRange(axis, from, to)).join(' and ');
  const phases = when === null ? '' : `, phases ${when.map(rangeWords).join(' and ')}`;
  return `${where}${phases}${tier === 0 ? '' : `, tier ${tier}`}${limit === null ? '' : `, limit ${limit}`}`;
}

function rangeWords({ from, to }: Interval): string {
  return `[${from}, ${to})`;
}
