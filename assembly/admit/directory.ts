/**
 * The layout *directory*: its header and section table, and how it is laid out for check. Its sections: directory-lists.ts,
 * directory-list.ts. docs/SPEC.md sections 2.1 and 2.8.
 */
import {
  BODY_HEADER, BODY_HEADER_AT_PHASE_SHAPE, DIRECTORY, DIRECTORY_FROM, DONE, EXAMINATION_ROOM, HALVINGS_MAX,
  LIST_ENTRY_AT_WORD_BEFORE, LIST_ENTRY_BYTES, PHASE_STEPS_MAX, SECTIONS_MAX, SECTION_CELLS, SECTION_DIRECTORIES, SECTION_NAMES,
  SECTION_PHASES, SECTION_ROWS, SECTION_RULES, SECTION_RUNS, STEPS_WRONG, STEP_KIND_DIRECTORY, TOO_LARGE,
} from '../format';
import { ASK_DIRECTORY, ASK_DIRECTORY_PHASES, Active } from '../check/active';
import { HALVINGS_ROOM, HALVINGS_SHIFT } from '../check/directory';
import { examineEntry, examineExtent, examineTableHead, sectionEnd } from './body';
import { Edition, hasSteps } from './edition';
import { AXES, LineExamination, TABLE_AT, examineLineAxis, examineNumbers, examinePhases, keepSection, layOutAxis } from './line';
import { bodyWord, keptWord } from './reader';
import { examineRulesBytes } from './rules';

const ENTRIES: u32 = 6;
/** What follows in the header is reserved. */
export const ZEROS_AT: u32 = BODY_HEADER_AT_PHASE_SHAPE + 4;

/** What is known of a line with directories under examination: beside what is known of a line, its directories and the list at hand. */
@unmanaged
export class DirectoryExamination extends LineExamination {
  phaseShape: u32;
  directoriesOffset: u32;
  directoriesBytes: u32;

  // What the phase before says.
  phaseStart: u32;
  phaseWord: u32;
  /** Where the next new directory begins. */
  nextDirectory: u32;
  /** Of a directory that was met before: where it is said to begin and end, and the wider buckets that are compared next; 0: none. */
  metFrom: u32;
  metEnd: u32;
  wider: u32;

  // The list at hand: its first entry, its end, halvings behind its directory; and that directory.
  list: u32;
  listEnd: u32;
  halvings: u32;
  directory: u32;
  shift: u32;
  bucket: u32;
  /** The cell of the bucket before: the last one that starts at or below it. */
  cell: u32;
  /** Where the cell at `position`, or the end, is. */
  start: u32;
  /** What the last buckets name where that is not their own cell. */
  heldAt: u32;
  // The entry that was read last.
  entryStart: u32;
  entryWord: u32;
}

/** Reads and examines header and section table. Gives DONE or the refusal. */
export function examineDirectoryHeader(body: DirectoryExamination, known: Edition): u32 {
  let refusal = examineExtent(body, known, AXES);
  if (refusal == DONE) refusal = examineSteps(body, known);
  if (refusal == DONE) refusal = examineNumbers(body, known, ZEROS_AT);
  if (refusal == DONE) refusal = examineLineAxis(body);
  if (refusal == DONE) refusal = examineTable(body, known);
  return refusal == DONE ? examineSizes(body) : refusal;
}

/** Phases, and the halvings of both searches. Gives DONE or the refusal. */
function examineSteps(body: DirectoryExamination, known: Edition): u32 {
  const refusal = examinePhasesByHalves(body);
  if (refusal != DONE) return refusal;
  if (body.lineSteps > HALVINGS_MAX) return BODY_HEADER;
  const looks: u32 = body.phases == 1 ? 1 : 2;
  return hasSteps(known, STEP_KIND_DIRECTORY, looks, body.phaseSteps + body.lineSteps) ? DONE : STEPS_WRONG;
}

/** What the header says of phases that are found behind a directory. Gives DONE or the refusal. */
export function examinePhasesByHalves(body: DirectoryExamination): u32 {
  const refusal = examinePhases(body);
  if (refusal != DONE) return refusal;
  body.phaseShape = bodyWord(body, BODY_HEADER_AT_PHASE_SHAPE);
  if (body.phaseSteps > HALVINGS_MAX) return BODY_HEADER;
  return body.phases > <u32>1 << PHASE_STEPS_MAX ? TOO_LARGE : DONE;
}

/** The sections, in order; NAMES alone stays in flash. */
function examineTable(body: DirectoryExamination, known: Edition): u32 {
  const refusal = examineTableHead(body, known, TABLE_AT, ENTRIES);
  if (refusal != DONE) return refusal;
  for (let entry: u32 = 0; entry < ENTRIES; entry++) {
    const section = sectionAt(body, entry);
    const align = section == SECTION_PHASES || section == SECTION_CELLS ? LIST_ENTRY_BYTES : 4;
    const wrong = examineEntry(body, known, entry, section, section != SECTION_NAMES, align);
    if (wrong != DONE) return wrong;
    if (section == SECTION_DIRECTORIES) {
      body.directoriesOffset = body.sectionOffset;
      body.directoriesBytes = body.sectionBytes;
    } else {
      keepSection(body, section, body.sectionOffset, body.sectionBytes);
    }
  }
  return sectionEnd(body) == known.bodyBytes && body.namesOffset == body.residentBytes ? DONE : DIRECTORY;
}

/** Which section stands at a place of the section table. */
function sectionAt(body: DirectoryExamination, entry: u32): u32 {
  switch (entry) {
    case 0: return SECTION_DIRECTORIES;
    case 1: return SECTION_PHASES;
    case 2: return SECTION_CELLS;
    case 3: return body.ruleBits != 0 ? SECTION_RUNS : SECTION_ROWS;
    case 4: return SECTION_RULES;
    default: return SECTION_NAMES;
  }
}

/** Entries of a list of `cells`: those of its cells and its end, and as many as a search looks at. */
export function entriesOf(cells: u32, halvings: u32): u32 {
  return max(cells + 1, <u32>1 << halvings);
}

function examineSizes(body: DirectoryExamination): u32 {
  if (body.directoriesOffset != DIRECTORY_FROM) return DIRECTORY;
  if (body.phasesBytes != entriesOf(body.phases, body.phaseSteps) * LIST_ENTRY_BYTES) return DIRECTORY;
  const refusal = examineRulesBytes(body);
  if (refusal != DONE) return refusal;
  return (body.keysBytes & (LIST_ENTRY_BYTES - 1)) != 0 || body.rowsBytes < 4 ? DIRECTORY : DONE;
}

/** Lays the line that stands in the arena out for check. Gives how it is asked. */
export function layOutDirectory(body: DirectoryExamination, known: Edition, map: Active): u32 {
  layOutAxis(body, known, map);
  map.list = keptWord(body.phasesOffset + LIST_ENTRY_BYTES + LIST_ENTRY_AT_WORD_BEFORE);
  map.words = (HALVINGS_ROOM - body.lineSteps) << HALVINGS_SHIFT;
  map.phaseStarts = body.phaseShape;
  map.phaseEntries = (HALVINGS_ROOM - body.phaseSteps) << HALVINGS_SHIFT;
  return body.phases == 1 ? ASK_DIRECTORY : ASK_DIRECTORY_PHASES;
}

if (!(offsetof<DirectoryExamination>() <= EXAMINATION_ROOM)) ERROR('what is known of a line under examination outgrew its place');
if (!(ENTRIES <= SECTIONS_MAX)) ERROR('more sections than the directory may hold');
