import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../common/errors.ts';
import { reasonOf } from '../common/file-reason.ts';
import { compilePartition, loadMap, type MapPartition } from '../compile/compile.ts';
import { SourceError } from '../source/diagnostics.ts';
import type { Place } from '../source/place.ts';
import { roundingWords } from '../source/rounding.ts';

/** Sources judged as the compiler judges them, many at once, without writing anything. */

export interface Finding {
  /** note: nothing is wrong; what `compile` tells besides, such as columns that nothing uses. */
  readonly level: 'error' | 'note';
  /** Stable upper-case name. */
  readonly code: string;
  readonly file: string;
  /** From 1; what is wrong with a map as a whole stands at 1, 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Empty for a note. */
  readonly remedy: string;
}

export interface Linted {
  /** In the order given, those of a folder in order of name. */
  readonly sources: readonly string[];
  readonly findings: readonly Finding[];
  /** Findings above the number that is kept a source. */
  readonly omitted: number;
}

const SOURCE_NAME = /\.map\.ya?ml$/;
/** More is no folder of maps. */
const FILES_MAX = 100_000;
const DEPTH_MAX = 64;

/**
 * Judges files, and every `*.map.yaml` below folders; folders whose name begins with a point, `node_modules` and links are passed over.
 * @throws HoldfastError FILE_MISSING for a name that does not exist or is no file, NO_SOURCES
 */
export async function lintSources(paths: readonly string[], large: boolean): Promise<Linted> {
  const sources: string[] = [];
  for (const path of paths) sources.push(...(await sourcesAt(path)));
  if (sources.length === 0) {
    throw new HoldfastError('NO_SOURCES', `there is no map source in ${paths.join(', ')}`, {
      remedy: 'Name sources, or folders with files that end in .map.yaml.',
    });
  }
  const findings: Finding[] = [];
  let omitted = 0;
  for (const source of new Set(sources)) {
    const found = await judge(source, large);
    findings.push(...found.findings);
    omitted += found.omitted;
  }
  return { sources: [...new Set(sources)], findings, omitted };
}

async function sourcesAt(path: string): Promise<string[]> {
  try {
    const stats = await stat(path);
    if (!stats.isDirectory()) {
      if (!stats.isFile()) throw new Error('it is a device or a pipe, not a file');
      return [path];
    }
  } catch (cause) {
    throw new HoldfastError('FILE_MISSING', `cannot read ${path}: ${reasonOf(cause)}`, {
      remedy: 'Check the name of the file and its folder.',
      cause,
    });
  }
  const found: string[] = [];
  await walk(path, 0, found);
  return found.sort();
}

async function walk(folder: string, depth: number, found: string[]): Promise<void> {
  if (depth > DEPTH_MAX || found.length > FILES_MAX) {
    throw new HoldfastError('FOLDER_TOO_LARGE', `${folder} lies too deep, or holds too many sources`, {
      remedy: 'Name smaller folders.',
    });
  }
  for await (const entry of await opendir(folder)) {
    const path = folder === '.' ? entry.name : join(folder, entry.name);
    if (entry.isFile() && SOURCE_NAME.test(entry.name)) found.push(path);
    else if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      await walk(path, depth + 1, found);
  }
}

async function judge(source: string, large: boolean): Promise<Omit<Linted, 'sources'>> {
  try {
    const partition = await loadMap(source);
    compilePartition(partition, undefined, { large });
    return { findings: notesOf(source, partition), omitted: 0 };
  } catch (error) {
    if (error instanceof SourceError) {
      const findings = error.diagnostics.map((each) => ({ level: 'error' as const, ...each }));
      return { findings, omitted: error.omitted };
    }
    if (!(error instanceof HoldfastError)) throw error;
    const { code, message, remedy = '' } = error;
    const whole = {
      level: 'error' as const,
      code,
      file: source,
      line: 1,
      column: 1,
      message: message.replace(/\.$/, ''),
      remedy,
    };
    return { findings: [whole], omitted: 0 };
  }
}

/** What is right and still told: what tables hold and nothing uses, and what the source lets be rounded. */
function notesOf(source: string, { notes }: MapPartition): readonly Finding[] {
  const note = (code: string, { file, line, column }: Place, message: string): Finding => ({
    level: 'note',
    code,
    file,
    line,
    column,
    message,
    remedy: '',
  });
  const whole = { file: source, line: 1, column: 1 };
  return [
    ...(notes?.unused ?? []).map(({ place, words }) => note('TABLE_NOTE', place, words)),
    ...(notes?.roundings ?? []).map((rounding) => note('ROUNDED', whole, roundingWords(rounding))),
  ];
}
