import {
  AXIS_AT,
  AXIS_BYTES,
  AXIS_KIND_NAMES,
  AXIS_WRAPS,
  BODY_HAS_APPROACH,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_MAGIC,
  BODY_VERSION_2,
  SECTION,
  SECTION_ENTRY_AT,
  SECTION_ENTRY_BYTES,
  SECTION_RESIDENT,
} from '../format.ts';
import type { AxisModel } from '../source/model.ts';
import type { Partition } from './partition.ts';
import { writePadded } from './text.ts';
import { actionCode } from './words.ts';

/** Header, axis record and section table of a body, SPEC section 2.1. */

export interface Section {
  readonly id: number;
  readonly resident: boolean;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Sections one after the other from an offset on, each at the next multiple of its alignment; NAMES alone stays in flash. */
export function inOrder(
  from: number,
  contents: readonly { readonly id: number; readonly bytes: Uint8Array; readonly align?: number }[],
): Section[] {
  let end = from;
  return contents.map(({ id, bytes, align = 4 }) => {
    const offset = Math.ceil(end / align) * align;
    end = offset + bytes.length;
    return { id, bytes, offset, resident: id !== SECTION.names };
  });
}

export interface HeaderFigures {
  /** LAYOUT. */
  readonly layout: number;
  readonly bodyBytes: number;
  readonly residentBytes: number;
  readonly phaseSteps: number;
  readonly lineSteps: number;
  readonly ruleBits: number;
  readonly cells: number;
  /** The list word of the directory of phases; 0 in layout tree. */
  readonly phaseShape: number;
}

export function headerBytes(sections: number): number {
  return BODY_HEADER_BYTES + AXIS_BYTES + 4 + sections * SECTION_ENTRY_BYTES;
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
  view.setUint32(BODY_HEADER_AT.magic, BODY_MAGIC, true);
  view.setUint16(BODY_HEADER_AT.version, BODY_VERSION_2, true);
  view.setUint16(BODY_HEADER_AT.layout, figures.layout, true);
  view.setUint32(BODY_HEADER_AT.headerBytes, headerBytes(sections.length), true);
  view.setUint32(BODY_HEADER_AT.bodyBytes, figures.bodyBytes, true);
  view.setUint32(BODY_HEADER_AT.residentBytes, figures.residentBytes, true);
  view.setUint8(BODY_HEADER_AT.axes, 1);
  view.setUint8(BODY_HEADER_AT.outsideAction, actionCode(partition.outside));
  view.setUint16(BODY_HEADER_AT.flags, partition.approaches > 0 ? BODY_HAS_APPROACH : 0, true);
  view.setUint32(BODY_HEADER_AT.phasePeriod, partition.phasePeriod, true);
  view.setUint32(BODY_HEADER_AT.phases, partition.windows.length, true);
  view.setUint32(BODY_HEADER_AT.phaseSteps, figures.phaseSteps, true);
  view.setUint32(BODY_HEADER_AT.steps, figures.lineSteps, true);
  view.setUint32(BODY_HEADER_AT.ruleBits, figures.ruleBits, true);
  view.setUint32(BODY_HEADER_AT.rules, partition.rules.length, true);
  view.setUint32(BODY_HEADER_AT.zones, partition.zones, true);
  view.setUint32(BODY_HEADER_AT.approaches, partition.approaches, true);
  view.setUint32(BODY_HEADER_AT.cells, figures.cells, true);
  view.setUint32(BODY_HEADER_AT.moveLengthMax, partition.axis.max - partition.axis.min, true);
  view.setUint32(BODY_HEADER_AT.moveCellsMax, MOVE_CELLS_MAX, true);
  view.setUint32(BODY_HEADER_AT.phaseShape, figures.phaseShape, true);
  writeAxis(view, BODY_HEADER_BYTES, partition.axis);
  writeTable(view, BODY_HEADER_BYTES + AXIS_BYTES, sections);
}

function writeAxis(view: DataView, at: number, axis: AxisModel): void {
  view.setInt32(at + AXIS_AT.min, axis.min, true);
  view.setInt32(at + AXIS_AT.max, axis.max, true);
  view.setBigInt64(at + AXIS_AT.origin, axis.origin, true);
  view.setUint32(at + AXIS_AT.scale, axis.scale, true);
  view.setUint8(at + AXIS_AT.kind, AXIS_KIND_NAMES.indexOf(axis.kind));
  view.setUint8(at + AXIS_AT.flags, axis.wraps ? AXIS_WRAPS : 0);
  writePadded(view, at + AXIS_AT.name, axis.name);
  writePadded(view, at + AXIS_AT.unit, axis.unit);
}

function writeTable(view: DataView, at: number, sections: readonly Section[]): void {
  view.setUint32(at, sections.length, true);
  sections.forEach((section, index) => {
    const entry = at + 4 + index * SECTION_ENTRY_BYTES;
    view.setUint16(entry + SECTION_ENTRY_AT.section, section.id, true);
    view.setUint16(entry + SECTION_ENTRY_AT.flags, section.resident ? SECTION_RESIDENT : 0, true);
    view.setUint32(entry + SECTION_ENTRY_AT.offset, section.offset, true);
    view.setUint32(entry + SECTION_ENTRY_AT.bytes, section.bytes.length, true);
  });
}
