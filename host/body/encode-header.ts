import {
  AXIS_AT,
  AXIS_BYTES,
  AXIS_KIND_NAMES,
  AXIS_WRAPS,
  BODY_CHECKED_FROM,
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
import type { ActionName, AxisModel } from '../source/model.ts';
import { crc32c } from './crc32c.ts';
import { writePadded } from './text.ts';
import { actionCode } from './words.ts';

/** Header, axis records and section table of a body, and the body that they begin: SPEC section 2.1. */

export interface Section {
  readonly id: number;
  readonly resident: boolean;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What NODES begins at a multiple of. */
export const NODES_ALIGN = 16;

/** Whether a section is not copied to RAM: of a line NAMES alone. */
export function staysInFlash(id: number): boolean {
  return id === SECTION.levels || id === SECTION.names;
}

/** Sections one after the other from an offset on, each at the next multiple of its alignment. */
export function inOrder(
  from: number,
  contents: readonly { readonly id: number; readonly bytes: Uint8Array; readonly align?: number }[],
): Section[] {
  let end = from;
  return contents.map(({ id, bytes, align = 4 }) => {
    const offset = Math.ceil(end / align) * align;
    end = offset + bytes.length;
    return { id, bytes, offset, resident: !staysInFlash(id) };
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

/** What a header says of a map, whatever its layout. */
export interface HeaderContent {
  readonly axes: readonly AxisModel[];
  readonly outside: ActionName;
  /** Ticks. */
  readonly phasePeriod: number;
  readonly phases: number;
  readonly rules: number;
  readonly zones: number;
  readonly approaches: number;
  /** Steps of the axis along which a move is longer; 0: no moves. */
  readonly longestMove: number;
  readonly mostCells: number;
}

/** Bytes before the first section; `besides` are those between the axis records and the section table. */
export function headerBytes(sections: number, axes = 1, besides = 0): number {
  return BODY_HEADER_BYTES + axes * AXIS_BYTES + besides + 4 + sections * SECTION_ENTRY_BYTES;
}

/**
 * A body of its sections, with its checksum.
 * @param besides what stands between the axis records and the section table
 */
export function bodyOf(
  content: HeaderContent,
  figures: Omit<HeaderFigures, 'bodyBytes' | 'residentBytes'>,
  sections: readonly Section[],
  besides: Uint8Array = new Uint8Array(0),
): { readonly body: Uint8Array; readonly residentBytes: number } {
  const last = sections.at(-1);
  const bodyBytes = last === undefined ? 0 : last.offset + last.bytes.length;
  const residentBytes = sections.find(({ resident }) => !resident)?.offset ?? 0;
  const body = new Uint8Array(bodyBytes);
  for (const section of sections) body.set(section.bytes, section.offset);
  body.set(besides, BODY_HEADER_BYTES + content.axes.length * AXIS_BYTES);
  const view = new DataView(body.buffer);
  writeHeader(view, content, { ...figures, bodyBytes, residentBytes }, sections);
  view.setUint32(BODY_HEADER_AT.checksum, crc32c(body.subarray(BODY_CHECKED_FROM, residentBytes)), true);
  return { body, residentBytes };
}

/** Writes everything before the first section but what stands between the axis records and the section table, and the checksum. */
function writeHeader(
  view: DataView,
  content: HeaderContent,
  figures: HeaderFigures,
  sections: readonly Section[],
): void {
  const tableAt = (sections[0]?.offset ?? 0) - 4 - sections.length * SECTION_ENTRY_BYTES;
  view.setUint32(BODY_HEADER_AT.magic, BODY_MAGIC, true);
  view.setUint16(BODY_HEADER_AT.version, BODY_VERSION_2, true);
  view.setUint16(BODY_HEADER_AT.layout, figures.layout, true);
  view.setUint32(BODY_HEADER_AT.headerBytes, sections[0]?.offset ?? 0, true);
  view.setUint32(BODY_HEADER_AT.bodyBytes, figures.bodyBytes, true);
  view.setUint32(BODY_HEADER_AT.residentBytes, figures.residentBytes, true);
  view.setUint8(BODY_HEADER_AT.axes, content.axes.length);
  view.setUint8(BODY_HEADER_AT.outsideAction, actionCode(content.outside));
  view.setUint16(BODY_HEADER_AT.flags, content.approaches > 0 ? BODY_HAS_APPROACH : 0, true);
  view.setUint32(BODY_HEADER_AT.phasePeriod, content.phasePeriod, true);
  view.setUint32(BODY_HEADER_AT.phases, content.phases, true);
  view.setUint32(BODY_HEADER_AT.phaseSteps, figures.phaseSteps, true);
  view.setUint32(BODY_HEADER_AT.steps, figures.lineSteps, true);
  view.setUint32(BODY_HEADER_AT.ruleBits, figures.ruleBits, true);
  view.setUint32(BODY_HEADER_AT.rules, content.rules, true);
  view.setUint32(BODY_HEADER_AT.zones, content.zones, true);
  view.setUint32(BODY_HEADER_AT.approaches, content.approaches, true);
  view.setUint32(BODY_HEADER_AT.cells, figures.cells, true);
  view.setUint32(BODY_HEADER_AT.moveLengthMax, content.longestMove, true);
  view.setUint32(BODY_HEADER_AT.moveCellsMax, content.mostCells, true);
  view.setUint32(BODY_HEADER_AT.phaseShape, figures.phaseShape, true);
  content.axes.forEach((axis, index) => {
    writeAxis(view, BODY_HEADER_BYTES + index * AXIS_BYTES, axis);
  });
  writeTable(view, tableAt, sections);
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
