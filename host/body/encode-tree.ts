import { SECTION, WINDOW_BYTES } from '../format.ts';
import { headerBytes, inOrder } from './encode-header.ts';
import type { EncodedLayout } from './encode-layout.ts';
import type { Lists } from './encode-lists.ts';
import { encodeRows, keysOfTrees } from './encode-rows.ts';
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

const SECTION_COUNT = 7;

/** The layout *tree*: all sections in the order of SPEC section 2.1, without holes. */
export function encodeTree(partition: Partition, lists: Lists): EncodedLayout {
  const axisLength = partition.axis.max - partition.axis.min;
  const rows = encodeRows(partition, lists, axisLength, keysOfTrees(lists));
  const names = encodeNames(partition.rules);
  const phases = encodePhases(partition);
  const keys = encodeKeys(lists, axisLength);
  const phasesOffset = headerBytes(SECTION_COUNT);
  const keysOffset = phasesOffset + phases.length + partition.windows.length * WINDOW_BYTES;
  writeHeads(rows.words, lists, keysOffset);
  const windows = encodeWindows(partition, lists, keysOffset, keysOffset + keys.length);
  const sections = inOrder(phasesOffset, [
    { id: SECTION.phases, bytes: phases },
    { id: SECTION.windows, bytes: windows },
    { id: SECTION.keys, bytes: keys },
    { id: SECTION.words, bytes: bytesOfWords(rows.words) },
    rows.section,
    { id: SECTION.rules, bytes: encodeRules(partition.rules, names.offsets) },
    { id: SECTION.names, bytes: names.bytes },
  ]);
  const steps = { phase: stepsFor(partition.windows.length), line: lists.keys.at(-1)?.steps ?? 0 };
  return {
    sections,
    figures: { phaseSteps: steps.phase, lineSteps: steps.line, ruleBits: rows.ruleBits, phaseShape: 0 },
    steps,
    directoryBytes: 0,
    sizes: {
      lineLevels: steps.line,
      phaseLevels: steps.phase,
      keysEndBaseBytes: keysOffset + 4 * (lists.keys.at(-1)?.base ?? 0),
      lastDirectoryBytes: 0,
      directoryEntries: 0,
    },
  };
}
