import type { AxisModel } from '../source/model.ts';
import {
  AT,
  AXIS_AT,
  AXIS_KINDS,
  AXIS_RECORD_BYTES,
  AXIS_TEXT_BYTES,
  BODY_MAGIC,
  BODY_VERSION,
  DIRECTORY_ENTRY_BYTES,
  FLAG_RESIDENT,
  HEADER_FIXED_BYTES,
  LAYOUT_LINE,
} from './layout.ts';
import type { Partition } from './partition.ts';
import { actionCode } from './words.ts';

/** Header, axis record and directory of a body, SPEC section 2.1. */

export interface Section {
  readonly id: number;
  readonly resident: boolean;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface HeaderFigures {
  readonly bodyBytes: number;
  readonly residentBytes: number;
  readonly phaseSteps: number;
  readonly lineSteps: number;
  readonly ruleBits: number;
  readonly cells: number;
}

export function headerBytes(sections: number): number {
  return HEADER_FIXED_BYTES + AXIS_RECORD_BYTES + 4 + sections * DIRECTORY_ENTRY_BYTES;
}

/** Cells that a move may cross before it has to be asked for in pieces: what bounds the time of a sweep. */
const MOVE_CELLS_MAX = 256;

/** Writes everything before the first section; the checksum is written by the caller, over the finished body. */
export function writeHeader(
  view: DataView,
  partition: Partition,
  figures: HeaderFigures,
  sections: readonly Section[],
): void {
  view.setUint32(AT.magic, BODY_MAGIC, true);
  view.setUint16(AT.version, BODY_VERSION, true);
  view.setUint16(AT.layout, LAYOUT_LINE, true);
  view.setUint32(AT.headerBytes, headerBytes(sections.length), true);
  view.setUint32(AT.bodyBytes, figures.bodyBytes, true);
  view.setUint32(AT.residentBytes, figures.residentBytes, true);
  view.setUint8(AT.axes, 1);
  view.setUint8(AT.outsideAction, actionCode(partition.outside));
  view.setUint32(AT.phasePeriod, partition.phasePeriod, true);
  view.setUint32(AT.windows, partition.windows.length, true);
  view.setUint32(AT.phaseSteps, figures.phaseSteps, true);
  view.setUint32(AT.lineSteps, figures.lineSteps, true);
  view.setUint32(AT.ruleBits, figures.ruleBits, true);
  view.setUint32(AT.rules, partition.rules.length, true);
  view.setUint32(AT.zones, partition.zones, true);
  view.setUint32(AT.cells, figures.cells, true);
  view.setUint32(AT.moveLengthMax, partition.axis.max - partition.axis.min, true);
  view.setUint32(AT.moveCellsMax, MOVE_CELLS_MAX, true);
  writeAxis(view, HEADER_FIXED_BYTES, partition.axis);
  writeDirectory(view, HEADER_FIXED_BYTES + AXIS_RECORD_BYTES, sections);
}

function writeAxis(view: DataView, at: number, axis: AxisModel): void {
  view.setInt32(at + AXIS_AT.min, axis.min, true);
  view.setInt32(at + AXIS_AT.max, axis.max, true);
  view.setBigInt64(at + AXIS_AT.origin, axis.origin, true);
  view.setUint32(at + AXIS_AT.scale, axis.scale, true);
  view.setUint8(at + AXIS_AT.kind, AXIS_KINDS.indexOf(axis.kind));
  writeText(view, at + AXIS_AT.name, axis.name);
  writeText(view, at + AXIS_AT.unit, axis.unit);
}

function writeText(view: DataView, at: number, text: string): void {
  const bytes = Buffer.from(text);
  if (bytes.length > AXIS_TEXT_BYTES)
    throw new TypeError(`a text of ${bytes.length} bytes in an axis record`);
  bytes.forEach((byte, index) => {
    view.setUint8(at + index, byte);
  });
}

function writeDirectory(view: DataView, at: number, sections: readonly Section[]): void {
  view.setUint32(at, sections.length, true);
  sections.forEach((section, index) => {
    const entry = at + 4 + index * DIRECTORY_ENTRY_BYTES;
    view.setUint16(entry, section.id, true);
    view.setUint16(entry + 2, section.resident ? FLAG_RESIDENT : 0, true);
    view.setUint32(entry + 4, section.offset, true);
    view.setUint32(entry + 8, section.bytes.length, true);
  });
}
