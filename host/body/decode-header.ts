import { HoldfastError } from '../common/errors.ts';
import {
  BODY_1_HEADER_AT,
  BODY_1_HEADER_BYTES,
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_MAGIC,
  BODY_VERSION_1,
  BODY_VERSION_2,
  LAYOUT,
  LAYOUT_LINE_1,
  RULE_BITS_MAX,
  SWEEP_CELLS_MAX,
  TICKS_MAX,
  WINDOWS_MAX,
} from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { decodeAxis } from './decode-axis.ts';
import { decodeTable, type SectionBytes, tableEnd } from './decode-table.ts';
import { imageError } from './errors.ts';
import { actionName } from './words.ts';

/** Header, axis and section table of a body of either version, read strictly: SPEC sections 2.1 and 10. */

export interface BodyHeader {
  readonly version: number;
  readonly axis: AxisModel;
  readonly outside: ActionName;
  readonly phasePeriod: number;
  readonly phases: number;
  readonly phaseSteps: number;
  readonly steps: number;
  readonly ruleBits: number;
  readonly rules: number;
  readonly zones: number;
  readonly cells: number;
  readonly residentBytes: number;
  /** By section id. */
  readonly sections: ReadonlyMap<number, SectionBytes>;
}

/** Where a version has the fields that both have. */
interface Fields {
  readonly version: number;
  readonly at: typeof BODY_1_HEADER_AT | typeof BODY_HEADER_AT;
  readonly bytes: number;
  /** Bytes that are 0 in a line. */
  readonly zeros: readonly number[];
}

const FIELDS: readonly Fields[] = [
  {
    version: BODY_VERSION_1,
    at: BODY_1_HEADER_AT,
    bytes: BODY_1_HEADER_BYTES,
    zeros: wordsFrom(BODY_1_HEADER_AT.moveCellsMax + 4, BODY_1_HEADER_BYTES),
  },
  {
    version: BODY_VERSION_2,
    at: BODY_HEADER_AT,
    bytes: BODY_HEADER_BYTES,
    zeros: [BODY_HEADER_AT.approaches, ...wordsFrom(BODY_HEADER_AT.moveCellsMax + 4, BODY_HEADER_BYTES)],
  },
];
const STEPS_MAX = 30;

function wordsFrom(from: number, end: number): number[] {
  return Array.from({ length: (end - from) / 4 }, (_, index) => from + 4 * index);
}

/** Throws HoldfastError IMAGE_BODY, IMAGE_BODY_VERSION, IMAGE_LAYOUT, IMAGE_DIRECTORY or IMAGE_CHECKSUM. */
export function decodeBodyHeader(body: Uint8Array): BodyHeader {
  const view = viewOf(body);
  const fields = fieldsOf(body, view);
  if (body.length < tableEnd(fields.bytes))
    throw imageError('IMAGE_BODY', 'the body is shorter than its header', body.length);
  const residentBytes = view.getUint32(fields.at.residentBytes, true);
  checkSizes(view, body, fields, residentBytes);
  const counts = decodeCounts(view, fields);
  return {
    version: fields.version,
    axis: decodeAxis(body, fields.bytes),
    outside: decodeOutside(view, fields),
    ...counts,
    residentBytes,
    sections: decodeTable(body, fields.bytes, residentBytes, counts.ruleBits),
  };
}

/** The fields of the body's version, whose layout must be the line. */
function fieldsOf(body: Uint8Array, view: DataView): Fields {
  if (body.length < BODY_1_HEADER_BYTES)
    throw imageError('IMAGE_BODY', 'the body is shorter than its header', body.length);
  if (view.getUint32(BODY_HEADER_AT.magic, true) !== BODY_MAGIC)
    throw imageError('IMAGE_BODY', 'not a map body', BODY_HEADER_AT.magic);
  const version = view.getUint16(BODY_HEADER_AT.version, true);
  const layout = view.getUint16(BODY_HEADER_AT.layout, true);
  const fields = FIELDS.find((each) => each.version === version);
  if (fields === undefined)
    throw imageError('IMAGE_BODY_VERSION', `unknown body version ${version}`, BODY_HEADER_AT.version);
  if (layout === (version === BODY_VERSION_1 ? LAYOUT_LINE_1 : LAYOUT.tree)) return fields;
  const name = Object.entries(LAYOUT).find(([, code]) => code === layout)?.[0];
  if (name === undefined || version === BODY_VERSION_1)
    throw imageError('IMAGE_LAYOUT', `unknown layout ${layout}`, BODY_HEADER_AT.layout);
  const message = `layout ${name}, which this version of holdfast cannot read`;
  const remedy = 'Use a newer version of holdfast, or compile the source with this one.';
  throw new HoldfastError('IMAGE_LAYOUT', message, { remedy });
}

function checkSizes(view: DataView, body: Uint8Array, { at, bytes, zeros }: Fields, resident: number): void {
  const must = (holds: boolean, what: string, offset: number, code: `IMAGE_${string}` = 'IMAGE_BODY') => {
    if (!holds) throw imageError(code, what, offset);
  };
  const end = tableEnd(bytes);
  const header = view.getUint32(at.headerBytes, true);
  must(header === end, `a body header that is not ${end} bytes long`, at.headerBytes);
  const said = view.getUint32(at.bodyBytes, true);
  must(said === body.length, 'the body is not as long as it says', at.bodyBytes);
  const isWithin = resident >= end && resident <= body.length;
  must(isWithin, 'the resident bytes are not within the body', at.residentBytes);
  const checksum = crc32c(body.subarray(BODY_CHECKED_FROM, resident));
  const isRight = view.getUint32(at.checksum, true) === checksum;
  must(isRight, 'the CRC-32C of the resident bytes is wrong', at.checksum, 'IMAGE_CHECKSUM');
  const moveCells = view.getUint32(at.moveCellsMax, true);
  must(moveCells <= SWEEP_CELLS_MAX, 'a move may cross more cells than any core looks at', at.moveCellsMax);
  for (const offset of zeros)
    must(view.getUint32(offset, true) === 0, 'a field that must be 0 is not', offset);
  const axes = view.getUint8(at.axes);
  must(axes === 1 && view.getUint16(at.axes + 2, true) === 0, 'a line has one axis and no flags', at.axes);
}

function decodeOutside(view: DataView, { at }: Fields): ActionName {
  const outside = actionName(view.getUint8(at.outsideAction));
  if (outside === undefined) throw imageError('IMAGE_BODY', 'unknown outside action', at.outsideAction);
  return outside;
}

type Counts = Pick<
  BodyHeader,
  'phasePeriod' | 'phases' | 'phaseSteps' | 'steps' | 'ruleBits' | 'rules' | 'zones' | 'cells'
>;

function decodeCounts(view: DataView, { at }: Fields): Counts {
  const read = (name: keyof Counts, least: number, most: number): number => {
    const value = view.getUint32(at[name], true);
    if (value >= least && value <= most) return value;
    throw imageError('IMAGE_BODY', `${name} is ${value}, outside the range ${least} to ${most}`, at[name]);
  };
  const phasePeriod = read('phasePeriod', 1, TICKS_MAX);
  const rules = read('rules', 1, 2 ** RULE_BITS_MAX);
  return {
    phasePeriod,
    phases: read('phases', 1, Math.min(WINDOWS_MAX, phasePeriod)),
    phaseSteps: read('phaseSteps', 0, STEPS_MAX),
    steps: read('steps', 0, STEPS_MAX),
    ruleBits: read('ruleBits', 0, RULE_BITS_MAX),
    rules,
    zones: read('zones', 0, rules),
    cells: read('cells', 1, TICKS_MAX),
  };
}
