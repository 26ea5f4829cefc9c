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
  HALVINGS_MAX,
  LAYOUT,
  LAYOUT_LINE_1,
  RULE_BITS_MAX,
  SWEEP_CELLS_MAX,
  TICKS_MAX,
  WINDOWS_MAX,
} from '../format.ts';
import type { ActionName } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { imageError } from './errors.ts';
import { actionName } from './words.ts';

/** Fields of a header that all layouts have, read strictly and in the order in which the core looks: SPEC sections 2.1 and 10. */

/** Where a version has the fields that both have. */
export interface Fields {
  readonly version: number;
  readonly layout: number;
  readonly at: typeof BODY_1_HEADER_AT | typeof BODY_HEADER_AT;
  readonly bytes: number;
}

const FIELDS: readonly Omit<Fields, 'layout'>[] = [
  { version: BODY_VERSION_1, at: BODY_1_HEADER_AT, bytes: BODY_1_HEADER_BYTES },
  { version: BODY_VERSION_2, at: BODY_HEADER_AT, bytes: BODY_HEADER_BYTES },
];
const LIMITS = BUILD_LIMITS.large;
const AXIS_AND_TABLE_HEAD_BYTES = 68;

/** Refuses with IMAGE_BODY, or another code, what does not hold. */
export function must(
  holds: boolean,
  what: string,
  offset: number,
  code: `IMAGE_${string}` = 'IMAGE_BODY',
): void {
  if (!holds) throw imageError(code, what, offset);
}

/** The fields of the body's version, whose layout must be one of `layouts`. */
export function fieldsOf(body: Uint8Array, view: DataView, layouts: readonly number[]): Fields {
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
  if (version !== BODY_VERSION_1 && layouts.includes(layout)) return { ...fields, layout };
  const name = Object.entries(LAYOUT).find(([, code]) => code === layout)?.[0];
  if (name === undefined || version === BODY_VERSION_1)
    throw imageError('IMAGE_LAYOUT', `unknown layout ${layout}`, BODY_HEADER_AT.layout);
  const message = `layout ${name}, which this version of holdfast cannot read`;
  const remedy = 'Use a newer version of holdfast, or compile the source with this one.';
  throw new HoldfastError('IMAGE_LAYOUT', message, { remedy });
}

/** Gives the resident bytes. */
export function checkExtent(view: DataView, body: Uint8Array, { at }: Fields, axes: number): number {
  const said = view.getUint32(at.bodyBytes, true);
  must(said === body.length, 'the body is not as long as it says', at.bodyBytes);
  const resident = view.getUint32(at.residentBytes, true);
  const isWithin = resident <= body.length && resident % 4 === 0;
  must(isWithin, 'the resident bytes are not within the body', at.residentBytes);
  const fits = resident <= LIMITS.arenaBytes;
  must(fits, 'more resident bytes than any core has room for', at.residentBytes, 'IMAGE_TOO_LARGE');
  must(view.getUint8(at.axes) === axes, axes === 1 ? 'a line has one axis' : 'a plane has two axes', at.axes);
  return resident;
}

export function decodeOutside(view: DataView, { at }: Fields): ActionName {
  const outside = actionName(view.getUint8(at.outsideAction));
  if (outside === undefined) throw imageError('IMAGE_BODY', 'unknown outside action', at.outsideAction);
  return outside;
}

/** What a header says of phases, searches and cells. */
export interface Counts {
  readonly phasePeriod: number;
  readonly phases: number;
  readonly phaseSteps: number;
  readonly steps: number;
  readonly ruleBits: number;
  readonly cells: number;
  readonly longestMove: number;
  readonly mostCells: number;
  /** The list word of the directory of phases; 0 in layout tree. */
  readonly phaseShape: number;
}

export function decodeCounts(view: DataView, { at, bytes, layout }: Fields): Counts {
  type Name = 'phasePeriod' | 'phases' | 'phaseSteps' | 'steps' | 'ruleBits';
  const read = (name: Name | 'cells' | 'moveCellsMax' | 'moveLengthMax') => view.getUint32(at[name], true);
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
  const isByHalves = layout !== LAYOUT.tree;
  const halvings = (name: 'phaseSteps' | 'steps') => within(name, 0, HALVINGS_MAX);
  const phaseSteps = isByHalves ? halvings('phaseSteps') : most('phaseSteps', LIMITS.phaseStepsMax);
  const steps =
    layout === LAYOUT.directory
      ? halvings('steps')
      : most('steps', layout === LAYOUT.plane ? LIMITS.planeStepsMax : LIMITS.lineStepsMax);
  const isLeast = phases <= 2 ** phaseSteps && (phaseSteps === 0 || phases > 2 ** (phaseSteps - 1));
  must(isByHalves || isLeast, `${phaseSteps} steps for ${phases} phases`, at.phaseSteps);
  const ruleBits = within('ruleBits', 0, RULE_BITS_MAX);
  const mostCells = most('moveCellsMax', SWEEP_CELLS_MAX);
  const longestMove = read('moveLengthMax');
  const phaseShape = isByHalves ? view.getUint32(BODY_HEADER_AT.phaseShape, true) : 0;
  for (let offset = at.moveCellsMax + (isByHalves ? 8 : 4); offset < bytes; offset += 4)
    must(view.getUint32(offset, true) === 0, 'a field that must be 0 is not', offset);
  const moves = { longestMove, mostCells };
  return { phasePeriod, phases, phaseSteps, steps, ruleBits, cells: read('cells'), ...moves, phaseShape };
}

export interface RuleCounts {
  readonly rules: number;
  readonly zones: number;
  readonly approaches: number;
}

export function decodeRuleCounts(view: DataView, { at, version }: Fields): RuleCounts {
  const rules = view.getUint32(at.rules, true);
  const zones = view.getUint32(at.zones, true);
  const approaches = version === BODY_VERSION_1 ? 0 : view.getUint32(BODY_HEADER_AT.approaches, true);
  must(rules > 0 && zones <= rules && approaches <= rules - zones, 'a number of rules is wrong', at.rules);
  const flags = view.getUint16(BODY_HEADER_AT.flags, true);
  must(flags === (approaches > 0 ? BODY_HAS_APPROACH : 0), 'the flags are wrong', BODY_HEADER_AT.flags);
  return { rules, zones, approaches };
}

/** The CRC-32C of the resident bytes is the one in the header. */
export function checkChecksum(view: DataView, body: Uint8Array, { at }: Fields, residentBytes: number): void {
  const checksum = crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes));
  const isRight = view.getUint32(at.checksum, true) === checksum;
  must(isRight, 'the CRC-32C of the resident bytes is wrong', at.checksum, 'IMAGE_CHECKSUM');
}

/** The layout that a body says it has, LAYOUT or another number; 0 where it is too short to say. */
export function layoutOf(body: Uint8Array): number {
  return body.length < BODY_HEADER_AT.layout + 2 ? 0 : viewOf(body).getUint16(BODY_HEADER_AT.layout, true);
}
