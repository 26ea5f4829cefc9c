import { HoldfastError } from '../common/errors.ts';
import {
  AXIS_AT,
  AXIS_BYTES,
  AXIS_KIND_NAMES,
  AXIS_TEXT_BYTES,
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_MAGIC,
  BODY_VERSION_1,
  BODY_VERSION_2,
  COORDINATE_MAX,
  LAYOUT,
  LAYOUT_2,
  RULE_BITS_MAX,
  SECTION,
  SECTION_ENTRY_AT,
  SECTION_ENTRY_BYTES,
  SECTION_RESIDENT,
  SWEEP_CELLS_MAX,
  TICKS_MAX,
  WINDOWS_MAX,
} from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { timeUnit } from '../source/unit-table.ts';
import { viewOf } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { imageError } from './errors.ts';
import { actionName } from './words.ts';

/** Header, axis and directory of a body, read strictly: SPEC section 2.1. */

export interface SectionBytes {
  readonly bytes: Uint8Array;
  /** In the body. */
  readonly offset: number;
}

export interface BodyHeader {
  readonly axis: AxisModel;
  readonly outside: ActionName;
  readonly phasePeriod: number;
  readonly windows: number;
  readonly phaseSteps: number;
  readonly lineSteps: number;
  readonly ruleBits: number;
  readonly rules: number;
  readonly zones: number;
  readonly cells: number;
  readonly residentBytes: number;
  /** By section id. */
  readonly sections: ReadonlyMap<number, SectionBytes>;
}

const SECTIONS = 7;
const HEADER_BYTES = BODY_HEADER_BYTES + AXIS_BYTES + 4 + SECTIONS * SECTION_ENTRY_BYTES;
/** What follows in the header is reserved. */
const RESERVED_FROM = BODY_HEADER_AT.moveCellsMax + 4;
const STEPS_MAX = 30;

/** Throws HoldfastError IMAGE_BODY, IMAGE_BODY_VERSION, IMAGE_LAYOUT, IMAGE_DIRECTORY or IMAGE_CHECKSUM. */
export function decodeBodyHeader(body: Uint8Array): BodyHeader {
  const view = viewOf(body);
  if (body.length < HEADER_BYTES)
    throw imageError('IMAGE_BODY', 'the body is shorter than its header', body.length);
  if (view.getUint32(BODY_HEADER_AT.magic, true) !== BODY_MAGIC)
    throw imageError('IMAGE_BODY', 'not a map body', BODY_HEADER_AT.magic);
  checkLayout(view);
  const residentBytes = view.getUint32(BODY_HEADER_AT.residentBytes, true);
  checkSizes(view, body, residentBytes);
  const counts = decodeCounts(view);
  return {
    axis: decodeAxis(body, BODY_HEADER_BYTES),
    outside: decodeOutside(view),
    ...counts,
    residentBytes,
    sections: decodeDirectory(body, residentBytes, counts.ruleBits),
  };
}

/** Version 1 has one layout; those of version 2 are laid down (SPEC section 10), and nothing here reads them yet. */
function checkLayout(view: DataView): void {
  const version = view.getUint16(BODY_HEADER_AT.version, true);
  const layout = view.getUint16(BODY_HEADER_AT.layout, true);
  if (version === BODY_VERSION_2) {
    const name = Object.entries(LAYOUT_2).find(([, code]) => code === layout)?.[0] ?? layout;
    const message = `body version ${version}, layout ${name}, which this version of holdfast cannot read`;
    const remedy = 'Use a newer version of holdfast, or compile the source with this one.';
    throw new HoldfastError('IMAGE_BODY_VERSION', message, { remedy });
  }
  if (version !== BODY_VERSION_1)
    throw imageError('IMAGE_BODY_VERSION', `unknown body version ${version}`, BODY_HEADER_AT.version);
  if (layout !== LAYOUT.line)
    throw imageError('IMAGE_LAYOUT', `unknown layout ${layout}`, BODY_HEADER_AT.layout);
}

function checkSizes(view: DataView, body: Uint8Array, residentBytes: number): void {
  if (view.getUint32(BODY_HEADER_AT.headerBytes, true) !== HEADER_BYTES) {
    throw imageError(
      'IMAGE_BODY',
      `a body header that is not ${HEADER_BYTES} bytes long`,
      BODY_HEADER_AT.headerBytes,
    );
  }
  if (view.getUint32(BODY_HEADER_AT.bodyBytes, true) !== body.length) {
    throw imageError('IMAGE_BODY', 'the body is not as long as it says', BODY_HEADER_AT.bodyBytes);
  }
  if (residentBytes < HEADER_BYTES || residentBytes > body.length) {
    throw imageError(
      'IMAGE_BODY',
      'the resident bytes are not within the body',
      BODY_HEADER_AT.residentBytes,
    );
  }
  if (
    view.getUint32(BODY_HEADER_AT.checksum, true) !== crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes))
  ) {
    throw imageError('IMAGE_CHECKSUM', 'the CRC-32C of the resident bytes is wrong', BODY_HEADER_AT.checksum);
  }
  if (view.getUint32(BODY_HEADER_AT.moveCellsMax, true) > SWEEP_CELLS_MAX) {
    throw imageError(
      'IMAGE_BODY',
      'a move may cross more cells than any core looks at',
      BODY_HEADER_AT.moveCellsMax,
    );
  }
  for (let at = RESERVED_FROM; at < BODY_HEADER_BYTES; at += 4) {
    if (view.getUint32(at, true) !== 0) throw imageError('IMAGE_BODY', 'a field that must be 0 is not', at);
  }
  if (view.getUint8(BODY_HEADER_AT.axes) !== 1 || view.getUint16(BODY_HEADER_AT.axes + 2, true) !== 0) {
    throw imageError('IMAGE_BODY', 'a line has one axis', BODY_HEADER_AT.axes);
  }
}

function decodeOutside(view: DataView): ActionName {
  const outside = actionName(view.getUint8(BODY_HEADER_AT.outsideAction));
  if (outside === undefined)
    throw imageError('IMAGE_BODY', 'unknown outside action', BODY_HEADER_AT.outsideAction);
  return outside;
}

type Counts = Pick<
  BodyHeader,
  'phasePeriod' | 'windows' | 'phaseSteps' | 'lineSteps' | 'ruleBits' | 'rules' | 'zones' | 'cells'
>;

function decodeCounts(view: DataView): Counts {
  const read = (name: keyof Counts, least: number, most: number): number => {
    const value = view.getUint32(BODY_HEADER_AT[name], true);
    if (value >= least && value <= most) return value;
    throw imageError(
      'IMAGE_BODY',
      `${name} is ${value}, outside the range ${least} to ${most}`,
      BODY_HEADER_AT[name],
    );
  };
  const phasePeriod = read('phasePeriod', 1, TICKS_MAX);
  const rules = read('rules', 1, 2 ** RULE_BITS_MAX);
  return {
    phasePeriod,
    windows: read('windows', 1, Math.min(WINDOWS_MAX, phasePeriod)),
    phaseSteps: read('phaseSteps', 0, STEPS_MAX),
    lineSteps: read('lineSteps', 0, STEPS_MAX),
    ruleBits: read('ruleBits', 0, RULE_BITS_MAX),
    rules,
    zones: read('zones', 0, rules),
    cells: read('cells', 1, TICKS_MAX),
  };
}

function decodeAxis(body: Uint8Array, at: number): AxisModel {
  const view = viewOf(body);
  const min = view.getInt32(at + AXIS_AT.min, true);
  const max = view.getInt32(at + AXIS_AT.max, true);
  if (min < -COORDINATE_MAX || max > COORDINATE_MAX || min >= max) {
    throw imageError('IMAGE_BODY', `an axis from ${min} to ${max}`, at + AXIS_AT.min);
  }
  const scale = view.getUint32(at + AXIS_AT.scale, true);
  if (scale === 0) throw imageError('IMAGE_BODY', 'an axis with scale 0', at + AXIS_AT.scale);
  // The three bytes behind the kind are reserved.
  const kind = AXIS_KIND_NAMES[view.getUint32(at + AXIS_AT.kind, true)];
  const unit = decodePadded(body, at + AXIS_AT.unit);
  if (kind === undefined || (kind === 'time' && timeUnit(unit) === undefined)) {
    throw imageError('IMAGE_BODY', 'an axis of an unknown kind', at + AXIS_AT.kind);
  }
  return {
    kind,
    name: decodePadded(body, at + AXIS_AT.name),
    unit,
    min,
    max,
    origin: view.getBigInt64(at + AXIS_AT.origin, true),
    scale,
  };
}

function decodePadded(body: Uint8Array, at: number): string {
  const bytes = Buffer.from(body.subarray(at, at + AXIS_TEXT_BYTES));
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  if (bytes.subarray(length).some((byte) => byte !== 0)) {
    throw imageError('IMAGE_BODY', 'a text of the axis continues after its end', at);
  }
  return decodeText(bytes.subarray(0, length), at);
}

/** UTF-8 text; other bytes are refused. */
export function decodeText(bytes: Uint8Array, offset: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw imageError('IMAGE_BODY', 'a text that is not UTF-8', offset);
  }
}

function decodeDirectory(
  body: Uint8Array,
  residentBytes: number,
  ruleBits: number,
): ReadonlyMap<number, SectionBytes> {
  const view = viewOf(body);
  const directoryAt = BODY_HEADER_BYTES + AXIS_BYTES;
  const rowSection = ruleBits === 0 ? SECTION.rows : SECTION.runs;
  const { phases, windows, keys, words, rules, names } = SECTION;
  const order = [phases, windows, keys, words, rowSection, rules, names];
  if (view.getUint32(directoryAt, true) !== order.length) {
    throw imageError('IMAGE_DIRECTORY', `a line has ${order.length} sections`, directoryAt);
  }
  const sections = new Map<number, SectionBytes>();
  let end = HEADER_BYTES;
  order.forEach((id, index) => {
    const at = directoryAt + 4 + index * SECTION_ENTRY_BYTES;
    const flags = id === names ? 0 : SECTION_RESIDENT;
    const bytes = view.getUint32(at + SECTION_ENTRY_AT.bytes, true);
    const isRight =
      view.getUint16(at + SECTION_ENTRY_AT.section, true) === id &&
      view.getUint16(at + SECTION_ENTRY_AT.flags, true) === flags;
    if (
      !isRight ||
      view.getUint32(at + SECTION_ENTRY_AT.offset, true) !== end ||
      bytes % 4 !== 0 ||
      bytes > body.length - end
    ) {
      throw imageError('IMAGE_DIRECTORY', `the entry of section ${id} is wrong`, at);
    }
    sections.set(id, { bytes: body.subarray(end, end + bytes), offset: end });
    end += bytes;
    if (id === rules && end !== residentBytes) {
      throw imageError('IMAGE_DIRECTORY', 'the resident bytes do not end with the resident sections', at);
    }
  });
  if (end !== body.length) throw imageError('IMAGE_DIRECTORY', 'bytes after the last section', end);
  return sections;
}
