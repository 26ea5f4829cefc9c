import { HoldfastError } from '../common/errors.ts';
import {
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BUILD_LIMITS,
  type BuildName,
  SECTION,
  WINDOW_BYTES,
} from '../format.ts';
import { crc32c } from './crc32c.ts';
import { headerBytes, type Section, writeHeader } from './encode-header.ts';
import { collectLists, type Lists } from './encode-lists.ts';
import { encodeRows } from './encode-rows.ts';
import {
  bytesOfWords,
  encodeKeys,
  encodeNames,
  encodePhases,
  encodeRules,
  encodeWindows,
  writeHeads,
} from './encode-sections.ts';
import type { Partition } from './partition.ts';
import { stepsFor } from './search-tree.ts';

/** Search steps that one check takes. */
export interface Steps {
  readonly phase: number;
  readonly line: number;
}

export interface EncodedBody {
  readonly body: Uint8Array;
  readonly steps: Steps;
  /** Bytes that are copied into the arena. */
  readonly residentBytes: number;
  /** Where the keys of the deepest list begin in the body. */
  readonly keysEndBaseBytes: number;
  /** Cells of all distinct lists. */
  readonly cells: number;
  /** The smallest build that holds it; null: none does. */
  readonly fits: BuildName | null;
}

const SECTION_COUNT = 7;

/**
 * Encodes a partition into a body, SPEC section 2. The same partition always gives the same bytes.
 * @throws HoldfastError TOO_LARGE, before anything is encoded, when its lists alone are more than the largest build holds (`arenaBytes`)
 */
export function encodeBody(
  partition: Partition,
  arenaBytes: number = BUILD_LIMITS.large.arenaBytes,
): EncodedBody {
  const lists = collectLists(partition);
  refuseOversize(lists, arenaBytes);
  const steps = { phase: stepsFor(partition.windows.length), line: lists.keys.at(-1)?.steps ?? 0 };
  const sections = encodeSections(partition, lists);
  const last = sections.list.at(-1);
  const bodyBytes = last === undefined ? 0 : last.offset + last.bytes.length;
  const residentBytes = last?.offset ?? 0;
  const body = new Uint8Array(bodyBytes);
  for (const section of sections.list) body.set(section.bytes, section.offset);
  const view = new DataView(body.buffer);
  const counts = { phaseSteps: steps.phase, lineSteps: steps.line, ruleBits: sections.ruleBits };
  writeHeader(
    view,
    partition,
    { bodyBytes, residentBytes, ...counts, cells: lists.cellCount },
    sections.list,
  );
  view.setUint32(BODY_HEADER_AT.checksum, crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes)), true);
  const keysEndBaseBytes = sections.keysOffset + 4 * (lists.keys.at(-1)?.base ?? 0);
  const encoded = { body, steps, residentBytes, keysEndBaseBytes, cells: lists.cellCount };
  return { ...encoded, fits: smallestBuild(encoded) };
}

function refuseOversize({ cells, cellCount, keyWords, cellWords }: Lists, most: number): void {
  const bytes = 4 * (keyWords + cellWords);
  if (bytes <= most) return;
  const message = `this map does not fit the large build: its ${cells.length} lists of ${cellCount} cells have ${bytes} resident bytes, at most ${most}`;
  throw new HoldfastError('TOO_LARGE', message, { remedy: 'Use fewer zones or fewer phases.' });
}

interface EncodedSections {
  readonly list: readonly Section[];
  readonly ruleBits: number;
  readonly keysOffset: number;
}

/** All sections in the order of SPEC section 2.1, without holes. */
function encodeSections(partition: Partition, lists: Lists): EncodedSections {
  const axisLength = partition.axis.max - partition.axis.min;
  const rows = encodeRows(partition, lists, axisLength);
  const names = encodeNames(partition.rules);
  const phases = encodePhases(partition);
  const keys = encodeKeys(lists, axisLength);
  const phasesOffset = headerBytes(SECTION_COUNT);
  const keysOffset = phasesOffset + phases.length + partition.windows.length * WINDOW_BYTES;
  writeHeads(rows.words, lists, keysOffset);
  const windows = encodeWindows(partition, lists, keysOffset, keysOffset + keys.length);
  const contents = [
    { id: SECTION.phases, bytes: phases },
    { id: SECTION.windows, bytes: windows },
    { id: SECTION.keys, bytes: keys },
    { id: SECTION.words, bytes: bytesOfWords(rows.words) },
    rows.section,
    { id: SECTION.rules, bytes: encodeRules(partition.rules, names.offsets) },
    { id: SECTION.names, bytes: names.bytes },
  ];
  let offset = phasesOffset;
  const list = contents.map(({ id, bytes }) => {
    const section = { id, bytes, offset, resident: id !== SECTION.names };
    offset += bytes.length;
    return section;
  });
  return { list, ruleBits: rows.ruleBits, keysOffset };
}

type Sizes = Pick<EncodedBody, 'steps' | 'residentBytes' | 'keysEndBaseBytes'>;

function smallestBuild(sizes: Sizes): BuildName | null {
  if (shortfalls(sizes, 'device').length === 0) return 'device';
  return shortfalls(sizes, 'large').length === 0 ? 'large' : null;
}

/** What a build does not hold, one phrase each, with figures; empty when it fits. */
export function shortfalls(sizes: Sizes, build: BuildName): string[] {
  const limits = BUILD_LIMITS[build];
  const measures = [
    { what: 'resident bytes', value: sizes.residentBytes, most: limits.arenaBytes },
    { what: 'line steps', value: sizes.steps.line, most: limits.lineStepsMax },
    { what: 'phase steps', value: sizes.steps.phase, most: limits.phaseStepsMax },
    {
      what: 'bytes before the last key list',
      value: sizes.keysEndBaseBytes,
      // The keys of every list begin in the first half of the arena.
      most: limits.arenaBytes / 2 - 1,
    },
  ];
  return measures
    .filter(({ value, most }) => value > most)
    .map(({ what, value, most }) => `${value} ${what}, at most ${most}`);
}
