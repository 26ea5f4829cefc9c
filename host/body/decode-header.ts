import { HoldfastError } from '../common/errors.ts';
import {
  BODY_1_HEADER_AT,
  BODY_1_HEADER_BYTES,
  BODY_CHECKED_FROM,
  BODY_HAS_APPROACH,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_MAGIC,
  BODY_VERSION_1,
  BODY_VERSION_2,
  BUILD_LIMITS,
  DIRECTORY_FROM,
  HALVINGS_MAX,
  LAYOUT,
  LAYOUT_LINE_1,
  LIST_ENTRY_BYTES,
  RULE_BITS_MAX,
  RULE_BYTES,
  SECTION,
  SWEEP_CELLS_MAX,
  TICKS_MAX,
  WINDOW_BYTES,
  WINDOWS_MAX,
} from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { decodeAxis } from './decode-axis.ts';
import { decodeTable, type SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import { actionName } from './words.ts';

/**
 * Header, axis and section table of a body of either version, read strictly: SPEC sections 2.1 and 10. What is wrong is found in the order
 * in which the core looks (assembly/admit/body.ts, line.ts), so that both name the same reason; limits are those of the large build.
 */

export interface BodyHeader {
  readonly version: number;
  /** LAYOUT.tree or LAYOUT.directory. */
  readonly layout: number;
  readonly axis: AxisModel;
  readonly outside: ActionName;
  readonly phasePeriod: number;
  readonly phases: number;
  readonly phaseSteps: number;
  readonly steps: number;
  readonly ruleBits: number;
  readonly rules: number;
  readonly zones: number;
  readonly approaches: number;
  readonly cells: number;
  /** The list word of the directory of phases; 0 in layout tree. */
  readonly phaseShape: number;
  readonly residentBytes: number;
  /** By section id. */
  readonly sections: ReadonlyMap<number, SectionBytes>;
}

/** Where a version has the fields that both have. */
interface Fields {
  readonly version: number;
  readonly layout: number;
  readonly at: typeof BODY_1_HEADER_AT | typeof BODY_HEADER_AT;
  readonly bytes: number;
}

const FIELDS: readonly Omit<Fields, 'layout'>[] = [
  { version: BODY_VERSION_1, at: BODY_1_HEADER_AT, bytes: BODY_1_HEADER_BYTES },
  { version: BODY_VERSION_2, at: BODY_HEADER_AT, bytes: BODY_HEADER_BYTES },
];
const LAYOUTS_OF_LINES: readonly number[] = [LAYOUT.tree, LAYOUT.directory];
const LIMITS = BUILD_LIMITS.large;
const AXIS_AND_TABLE_HEAD_BYTES = 68;

/** Refuses with IMAGE_BODY, or another code, what does not hold. */
function must(holds: boolean, what: string, offset: number, code: `IMAGE_${string}` = 'IMAGE_BODY'): void {
  if (!holds) throw imageError(code, what, offset);
}

/**
 * @throws HoldfastError IMAGE_BODY, IMAGE_BODY_VERSION, IMAGE_LAYOUT, IMAGE_TOO_LARGE, IMAGE_DIRECTORY or IMAGE_CHECKSUM
 */
export function decodeBodyHeader(body: Uint8Array): BodyHeader {
  const view = viewOf(body);
  const fields = fieldsOf(body, view);
  const { at, bytes, version, layout } = fields;
  const residentBytes = checkExtent(view, body, fields);
  const outside = decodeOutside(view, fields);
  const counts = { ...decodeCounts(view, fields), ...decodeRuleCounts(view, fields) };
  const axis = decodeAxis(body, bytes, version);
  const longest = view.getUint32(at.moveLengthMax, true);
  must(!axis.wraps || longest <= axis.max - axis.min, 'a move may go round more than once', at.moveLengthMax);
  const saidBytes = view.getUint32(at.headerBytes, true);
  const place = { headerBytes: bytes, saidBytes, residentBytes, ruleBits: counts.ruleBits, layout };
  const sections = decodeTable(body, place);
  checkSizes(sections, counts, layout);
  const checksum = crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes));
  const isRight = view.getUint32(at.checksum, true) === checksum;
  must(isRight, 'the CRC-32C of the resident bytes is wrong', at.checksum, 'IMAGE_CHECKSUM');
  return { version, layout, axis, outside, ...counts, residentBytes, sections };
}

/** Sections have the bytes that the header's numbers make of them. */
function checkSizes(
  sections: ReadonlyMap<number, SectionBytes>,
  { phaseSteps, phases, rules, steps, ruleBits }: Counts & Pick<BodyHeader, 'rules'>,
  layout: number,
): void {
  const bytesOf = (id: number) => sections.get(id)?.bytes.length ?? 0;
  const areListsRight =
    layout === LAYOUT.directory
      ? sections.get(SECTION.directories)?.offset === DIRECTORY_FROM &&
        bytesOf(SECTION.phases) === LIST_ENTRY_BYTES * Math.max(phases + 1, 2 ** phaseSteps) &&
        bytesOf(SECTION.cells) % LIST_ENTRY_BYTES === 0
      : bytesOf(SECTION.phases) === 4 * 2 ** phaseSteps &&
        bytesOf(SECTION.windows) === phases * WINDOW_BYTES &&
        bytesOf(SECTION.keys) >= 4 * 2 ** steps;
  const isRight =
    areListsRight &&
    bytesOf(SECTION.rules) === rules * RULE_BYTES &&
    bytesOf(ruleBits === 0 ? SECTION.rows : SECTION.runs) >= 4;
  must(isRight, 'a section is not as long as the header says', 0, 'IMAGE_DIRECTORY');
}

/** The fields of the body's version, whose layout must be one of lines. */
function fieldsOf(body: Uint8Array, view: DataView): Fields {
  must(body.length >= BODY_HEADER_AT.layout + 2, 'the body is shorter than its header', body.length);
  const isOurs = view.getUint32(BODY_HEADER_AT.magic, true) === BODY_MAGIC;
  must(isOurs, 'not a map body', BODY_HEADER_AT.magic);
  const version = view.getUint16(BODY_HEADER_AT.version, true);
  const layout = view.getUint16(BODY_HEADER_AT.layout, true);
  const fields = FIELDS.find((each) => each.version === version);
  if (fields === undefined)
    throw imageError('IMAGE_BODY_VERSION', `unknown body version ${version}`, BODY_HEADER_AT.version);
  const isWhole = body.length >= fields.bytes + AXIS_AND_TABLE_HEAD_BYTES;
  must(isWhole, 'the body is shorter than its header', body.length);
  if (version === BODY_VERSION_1 && layout === LAYOUT_LINE_1) return { ...fields, layout: LAYOUT.tree };
  if (version !== BODY_VERSION_1 && LAYOUTS_OF_LINES.includes(layout)) return { ...fields, layout };
  const name = Object.entries(LAYOUT).find(([, code]) => code === layout)?.[0];
  if (name === undefined || version === BODY_VERSION_1)
    throw imageError('IMAGE_LAYOUT', `unknown layout ${layout}`, BODY_HEADER_AT.layout);
  const message = `layout ${name}, which this version of holdfast cannot read`;
  const remedy = 'Use a newer version of holdfast, or compile the source with this one.';
  throw new HoldfastError('IMAGE_LAYOUT', message, { remedy });
}

/** Gives the resident bytes. */
function checkExtent(view: DataView, body: Uint8Array, { at }: Fields): number {
  const said = view.getUint32(at.bodyBytes, true);
  must(said === body.length, 'the body is not as long as it says', at.bodyBytes);
  const resident = view.getUint32(at.residentBytes, true);
  const isWithin = resident <= body.length && resident % 4 === 0;
  must(isWithin, 'the resident bytes are not within the body', at.residentBytes);
  const fits = resident <= LIMITS.arenaBytes;
  must(fits, 'more resident bytes than any core has room for', at.residentBytes, 'IMAGE_TOO_LARGE');
  must(view.getUint8(at.axes) === 1, 'a line has one axis', at.axes);
  return resident;
}

function decodeOutside(view: DataView, { at }: Fields): ActionName {
  const outside = actionName(view.getUint8(at.outsideAction));
  if (outside === undefined) throw imageError('IMAGE_BODY', 'unknown outside action', at.outsideAction);
  return outside;
}

type Counts = Pick<
  BodyHeader,
  'phasePeriod' | 'phases' | 'phaseSteps' | 'steps' | 'ruleBits' | 'cells' | 'phaseShape'
>;

function decodeCounts(view: DataView, { at, bytes, layout }: Fields): Counts {
  type Name = Exclude<keyof Counts, 'phaseShape'>;
  const read = (name: Name | 'moveCellsMax') => view.getUint32(at[name], true);
  const within = (name: Name, least: number, most: number): number => {
    const value = read(name);
    must(value >= least && value <= most, `${name} is ${value}, not ${least} to ${most}`, at[name]);
    return value;
  };
  const most = (name: 'phaseSteps' | 'steps' | 'moveCellsMax', limit: number): number => {
    must(read(name) <= limit, `${name} is ${read(name)}, more than ${limit}`, at[name], 'IMAGE_TOO_LARGE');
    return read(name);
  };
  const phasePeriod = within('phasePeriod', 1, TICKS_MAX);
  const phases = within('phases', 1, Math.min(WINDOWS_MAX, phasePeriod));
  const isByHalves = layout === LAYOUT.directory;
  const halvings = (name: 'phaseSteps' | 'steps') => within(name, 0, HALVINGS_MAX);
  const phaseSteps = isByHalves ? halvings('phaseSteps') : most('phaseSteps', LIMITS.phaseStepsMax);
  const steps = isByHalves ? halvings('steps') : most('steps', LIMITS.lineStepsMax);
  const isLeast = phases <= 2 ** phaseSteps && (phaseSteps === 0 || phases > 2 ** (phaseSteps - 1));
  must(isByHalves || isLeast, `${phaseSteps} steps for ${phases} phases`, at.phaseSteps);
  const ruleBits = within('ruleBits', 0, RULE_BITS_MAX);
  most('moveCellsMax', SWEEP_CELLS_MAX);
  const phaseShape = isByHalves ? view.getUint32(BODY_HEADER_AT.phaseShape, true) : 0;
  for (let offset = at.moveCellsMax + (isByHalves ? 8 : 4); offset < bytes; offset += 4)
    must(view.getUint32(offset, true) === 0, 'a field that must be 0 is not', offset);
  return { phasePeriod, phases, phaseSteps, steps, ruleBits, cells: read('cells'), phaseShape };
}

function decodeRuleCounts(
  view: DataView,
  { at, version }: Fields,
): Pick<BodyHeader, 'rules' | 'zones' | 'approaches'> {
  const rules = view.getUint32(at.rules, true);
  const zones = view.getUint32(at.zones, true);
  const approaches = version === BODY_VERSION_1 ? 0 : view.getUint32(BODY_HEADER_AT.approaches, true);
  must(rules > 0 && zones <= rules && approaches <= rules - zones, 'a number of rules is wrong', at.rules);
  const flags = view.getUint16(BODY_HEADER_AT.flags, true);
  must(flags === (approaches > 0 ? BODY_HAS_APPROACH : 0), 'the flags are wrong', BODY_HEADER_AT.flags);
  return { rules, zones, approaches };
}
