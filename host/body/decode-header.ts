import {
  AXIS_BYTES,
  DIRECTORY_FROM,
  LAYOUT,
  LIST_ENTRY_BYTES,
  RULE_BYTES,
  SECTION,
  WINDOW_BYTES,
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

/**
 * Header, axis and section table of a body of either version, read strictly: SPEC sections 2.1 and 10. What is wrong is found in the order
 * in which the core looks (assembly/admit/body.ts, line.ts), so that both name the same reason; limits are those of the large build.
 */

export interface BodyHeader extends Counts, RuleCounts {
  readonly version: number;
  /** LAYOUT.tree or LAYOUT.directory. */
  readonly layout: number;
  readonly axis: AxisModel;
  readonly outside: ActionName;
  readonly residentBytes: number;
  /** By section id. */
  readonly sections: ReadonlyMap<number, SectionBytes>;
}

const LAYOUTS_OF_LINES: readonly number[] = [LAYOUT.tree, LAYOUT.directory];

/**
 * @throws HoldfastError IMAGE_BODY, IMAGE_BODY_VERSION, IMAGE_LAYOUT, IMAGE_TOO_LARGE, IMAGE_DIRECTORY or IMAGE_CHECKSUM
 */
export function decodeBodyHeader(body: Uint8Array): BodyHeader {
  const view = viewOf(body);
  const fields = fieldsOf(body, view, LAYOUTS_OF_LINES);
  const { at, bytes, version, layout } = fields;
  const residentBytes = checkExtent(view, body, fields, 1);
  const outside = decodeOutside(view, fields);
  const counts = { ...decodeCounts(view, fields), ...decodeRuleCounts(view, fields) };
  const axis = decodeAxis(body, bytes, version);
  const longest = view.getUint32(at.moveLengthMax, true);
  must(!axis.wraps || longest <= axis.max - axis.min, 'a move may go round more than once', at.moveLengthMax);
  const saidBytes = view.getUint32(at.headerBytes, true);
  const place = { tableAt: bytes + AXIS_BYTES, saidBytes, residentBytes, ruleBits: counts.ruleBits, layout };
  const sections = decodeTable(body, place);
  checkSizes(sections, counts, layout);
  checkChecksum(view, body, fields, residentBytes);
  return { version, layout, axis, outside, ...counts, residentBytes, sections };
}

/** Sections have the bytes that the header's numbers make of them. */
function checkSizes(
  sections: ReadonlyMap<number, SectionBytes>,
  { phaseSteps, phases, rules, steps, ruleBits }: Counts & Pick<RuleCounts, 'rules'>,
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
