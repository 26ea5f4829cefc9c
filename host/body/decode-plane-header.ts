import {
  AXIS_BYTES,
  LAYOUT,
  LIST_ENTRY_BYTES,
  PLANE_HEADER_AT,
  PLANE_HEADER_BYTES,
  RULE_BYTES,
  SECTION,
} from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { decodeAxis } from './decode-axis.ts';
import {
  type Counts,
  checkChecksum,
  checkExtent,
  decodeCounts,
  decodeOutside,
  decodeRuleCounts,
  fieldsOf,
  must,
  type RuleCounts,
} from './decode-fields.ts';
import { decodeTable, type SectionBytes } from './decode-table.ts';
import { ruleBitsFor } from './encode-rows.ts';
import { type GridShape, gridBytesOf, squaresOf, strideFor, WHOLE_AXIS } from './plane-grids.ts';
import { LONG_BYTES, SHARED_LINK_END, SHORT_BYTES, WIDE_BYTES } from './plane-nodes.ts';

/** Header, axis records, plane header and section table of a plane, as assembly/admit/plane.ts examines them: SPEC sections 2.1, 2.9. */

const AXES = 2;

/** What the plane header says, and what follows from it. */
export interface PlaneShape extends GridShape {
  readonly nodeBytes: number;
  readonly isWide: boolean;
  /** Leaves included. */
  readonly nodes: number;
  readonly leaves: number;
  /** Offset in the body of the leaf of the outside. */
  readonly outsideLeaf: number;
}

export interface PlaneBodyHeader extends Counts, RuleCounts {
  readonly axes: readonly [AxisModel, AxisModel];
  readonly outside: ActionName;
  readonly shape: PlaneShape;
  readonly residentBytes: number;
  /** The section of an id; all that the layout has are there. */
  section(id: number): SectionBytes;
}

/**
 * @throws HoldfastError IMAGE_BODY, IMAGE_BODY_VERSION, IMAGE_LAYOUT, IMAGE_TOO_LARGE, IMAGE_DIRECTORY or IMAGE_CHECKSUM
 */
export function decodePlaneHeader(body: Uint8Array): PlaneBodyHeader {
  const view = viewOf(body);
  const fields = fieldsOf(body, view, [LAYOUT.plane]);
  const { at, bytes, version, layout } = fields;
  const shapeAt = bytes + AXES * AXIS_BYTES;
  const tableAt = shapeAt + PLANE_HEADER_BYTES;
  must(body.length >= tableAt + 4, 'the body is shorter than its header', body.length);
  const residentBytes = checkExtent(view, body, fields, AXES);
  const outside = decodeOutside(view, fields);
  const counts = { ...decodeCounts(view, fields), ...decodeRuleCounts(view, fields) };
  must(counts.approaches === 0, 'a plane with approaches', at.rules);
  must(counts.ruleBits === ruleBitsFor(counts.rules), 'the number of rule bits is wrong', at.ruleBits);
  const axisAt = (index: number): AxisModel => {
    const axis = decodeAxis(body, bytes + index * AXIS_BYTES, version);
    must(!axis.wraps, 'an axis of a plane that wraps', bytes + index * AXIS_BYTES);
    return axis;
  };
  const axes = [axisAt(0), axisAt(1)] as const;
  const shape = decodeShape(view, shapeAt, axes, counts);
  const saidBytes = view.getUint32(at.headerBytes, true);
  const sections = decodeTable(body, {
    tableAt,
    saidBytes,
    residentBytes,
    ruleBits: counts.ruleBits,
    layout,
  });
  const section = (id: number): SectionBytes => sections.get(id) ?? { bytes: new Uint8Array(0), offset: 0 };
  checkSizes(section, counts, shape);
  const { offset, bytes: nodes } = section(SECTION.nodes);
  const outsideAt = shapeAt + PLANE_HEADER_AT.outside;
  must(
    shape.outsideLeaf === offset + nodes.length - shape.nodeBytes,
    'the last leaf is not that of the outside',
    outsideAt,
  );
  checkChecksum(view, body, fields, residentBytes);
  return { ...counts, axes, outside, shape, residentBytes, section };
}

function decodeShape(
  view: DataView,
  at: number,
  [x, y]: readonly [AxisModel, AxisModel],
  { cells, steps }: Counts,
): PlaneShape {
  const byte = (name: 'nodeBytes' | 'gridShiftX' | 'gridShiftY' | 'gridStride') =>
    view.getUint8(at + PLANE_HEADER_AT[name]);
  const word = (name: 'nodes' | 'leaves' | 'outside' | 'levels') =>
    view.getUint32(at + PLANE_HEADER_AT[name], true);
  const [nodeBytes, shiftX, shiftY, stride] = [
    byte('nodeBytes'),
    byte('gridShiftX'),
    byte('gridShiftY'),
    byte('gridStride'),
  ];
  must([SHORT_BYTES, LONG_BYTES, WIDE_BYTES].includes(nodeBytes), `nodes of ${nodeBytes} bytes`, at);
  const columns = squaresOf(x.max - x.min, shiftX);
  const rows = squaresOf(y.max - y.min, shiftY);
  const isOneForm = (squares: number, shift: number) =>
    shift <= WHOLE_AXIS && (squares > 1 || shift === WHOLE_AXIS);
  const isGrid = isOneForm(columns, shiftX) && isOneForm(rows, shiftY) && stride === strideFor(columns);
  must(isGrid, `a grid of 2^${shiftX} by 2^${shiftY} steps and 2^${stride} entries a row`, at);
  const [nodes, leaves] = [word('nodes'), word('leaves')];
  const isRight = leaves > 0 && leaves <= nodes && leaves === cells && word('levels') === steps + 1;
  must(isRight, `${nodes} nodes, ${leaves} leaves and ${word('levels')} levels`, at + PLANE_HEADER_AT.nodes);
  for (let offset = PLANE_HEADER_AT.levels + 4; offset < PLANE_HEADER_BYTES; offset += 4)
    must(view.getUint32(at + offset, true) === 0, 'a field that must be 0 is not', at + offset);
  const isWide = nodeBytes === WIDE_BYTES;
  return {
    ...{ nodeBytes, isWide, shiftX, shiftY, columns, rows, stride, nodes, leaves },
    outsideLeaf: word('outside'),
  };
}

/** Sections have the bytes that the header's numbers make of them. */
function checkSizes(
  section: (id: number) => SectionBytes,
  { phaseSteps, phases, rules, steps }: Counts & RuleCounts,
  shape: PlaneShape,
): void {
  const bytesOf = (id: number) => section(id).bytes.length;
  const gridBytes = gridBytesOf(shape, shape.isWide);
  const nodes = section(SECTION.nodes);
  const isRight =
    bytesOf(SECTION.phases) === LIST_ENTRY_BYTES * Math.max(phases + 1, 2 ** phaseSteps) &&
    bytesOf(SECTION.grids) > 0 &&
    bytesOf(SECTION.grids) % gridBytes === 0 &&
    nodes.bytes.length === shape.nodes * shape.nodeBytes &&
    (shape.isWide || nodes.offset + nodes.bytes.length <= SHARED_LINK_END) &&
    bytesOf(SECTION.rules) === rules * RULE_BYTES &&
    bytesOf(SECTION.levels) === 4 * (steps + 1);
  must(isRight, 'a section is not as long as the header says', 0, 'IMAGE_DIRECTORY');
}
