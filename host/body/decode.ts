import type { Steps } from '../cycles/steps.ts';
import { BODY_HEADER_AT, BODY_HEADER_BYTES, LAYOUT, SECTION } from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { decodeListsByHalves } from './decode-directory.ts';
import { type BodyHeader, decodeBodyHeader } from './decode-header.ts';
import { CellReader } from './decode-lists.ts';
import { decodePhases, type ListPlace, type PhasePlace } from './decode-phases.ts';
import { decodeRules } from './decode-rules.ts';
import type { SectionBytes } from './decode-table.ts';
import type { Lookup } from './encode-layout.ts';
import { imageError } from './errors.ts';
import type { Cell, PhaseWindow, Rule } from './partition.ts';

/** A body read back: what the compiler put into it, with the ids of the source. SPEC sections 2 and 10. */
export interface DecodedBody {
  /** BODY_VERSION_1 or BODY_VERSION_2. */
  readonly version: number;
  readonly axis: AxisModel;
  readonly phasePeriod: number;
  readonly windows: readonly PhaseWindow[];
  readonly rules: readonly Rule[];
  readonly zones: number;
  readonly approaches: number;
  readonly outside: ActionName;
  readonly lookup: Lookup;
  readonly steps: Steps;
  readonly residentBytes: number;
  /** Number of bits of a row that name the rule; 0: rows are in ROWS. */
  readonly ruleBits: number;
}

/**
 * Decodes a body and examines all of it.
 * @throws HoldfastError with a code IMAGE_..., naming the offset in the body.
 */
export function decodeBody(body: Uint8Array): DecodedBody {
  const header = decodeBodyHeader(body);
  const { version, axis, phasePeriod, zones, approaches, outside, residentBytes, ruleBits } = header;
  const lists = header.layout === LAYOUT.directory ? decodeByHalves(header) : decodeByTrees(header);
  const counts = { phasePeriod, zones, approaches, residentBytes, ruleBits };
  return { version, axis, outside, ...lists, ...counts };
}

/** Whether a body says that it is of a plane; what else it says is not looked at. */
export function isPlaneBody(body: Uint8Array): boolean {
  return (
    body.length >= BODY_HEADER_BYTES && viewOf(body).getUint16(BODY_HEADER_AT.layout, true) === LAYOUT.plane
  );
}

/** Bytes that a body says it takes of a controller's arena. The body is sound. */
export function residentBytesOf(body: Uint8Array): number {
  return viewOf(body).getUint32(BODY_HEADER_AT.residentBytes, true);
}

type DecodedLists = Pick<DecodedBody, 'windows' | 'rules' | 'lookup' | 'steps'>;

function decodeByTrees(header: BodyHeader): DecodedLists {
  const section = (id: number) => sectionOf(header, id);
  const [keys, words] = [section(SECTION.keys), section(SECTION.words)];
  const places = { phases: section(SECTION.phases), windows: section(SECTION.windows), keys, words };
  const phases = decodePhases(header, places);
  const rules = decodeRules(header, section(SECTION.rules), section(SECTION.names));
  const rows = rowsOf(header);
  const reader = new CellReader(header, rules, { keys, words, rows });
  const windows = decodeWindows(phases, header.phasePeriod, reader);
  return { windows, rules, lookup: 'tree', steps: { phase: header.phaseSteps, line: header.steps } };
}

function decodeByHalves(header: BodyHeader): DecodedLists {
  const section = (id: number) => sectionOf(header, id);
  const rules = decodeRules(header, section(SECTION.rules), section(SECTION.names));
  const windows = decodeListsByHalves(header, rules, {
    directories: section(SECTION.directories),
    phases: section(SECTION.phases),
    cells: section(SECTION.cells),
    rows: rowsOf(header),
  });
  const looks = header.phases === 1 ? 1 : 2;
  const steps = { directory: looks, halving: header.phaseSteps + header.steps };
  return { windows, rules, lookup: 'directory', steps };
}

/** RUNS or ROWS. */
function rowsOf(header: BodyHeader): SectionBytes {
  return sectionOf(header, header.ruleBits === 0 ? SECTION.rows : SECTION.runs);
}

/** The cells of each phase; a list that phases share is read once. */
function decodeWindows(
  phases: readonly PhasePlace[],
  phasePeriod: number,
  reader: CellReader,
): PhaseWindow[] {
  const known = new Map<ListPlace, readonly Cell[]>();
  return phases.map(({ from, list }, index) => {
    const cells = known.get(list) ?? reader.read(list);
    known.set(list, cells);
    return { from, to: phases[index + 1]?.from ?? phasePeriod, cells };
  });
}

function sectionOf(header: BodyHeader, id: number): SectionBytes {
  const section = header.sections.get(id);
  if (section === undefined) throw imageError('IMAGE_DIRECTORY', `section ${id} is missing`, 0);
  return section;
}
