import { SECTION } from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { type BodyHeader, decodeBodyHeader } from './decode-header.ts';
import { decodeWindows } from './decode-lists.ts';
import { decodeRules } from './decode-rules.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { PhaseWindow, Rule } from './partition.ts';

/** A body read back: what the compiler put into it, with the ids of the source. SPEC sections 2 and 10. */
export interface DecodedBody {
  /** BODY_VERSION_1 or BODY_VERSION_2. */
  readonly version: number;
  readonly axis: AxisModel;
  readonly phasePeriod: number;
  readonly windows: readonly PhaseWindow[];
  readonly rules: readonly Rule[];
  readonly zones: number;
  readonly outside: ActionName;
  readonly steps: { readonly phase: number; readonly line: number };
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
  const section = (id: number) => sectionOf(header, id);
  const rules = decodeRules(header, section(SECTION.rules), section(SECTION.names));
  const windows = decodeWindows(header, rules, {
    phases: section(SECTION.phases),
    windows: section(SECTION.windows),
    keys: section(SECTION.keys),
    words: section(SECTION.words),
    rows: section(header.ruleBits === 0 ? SECTION.rows : SECTION.runs),
  });
  const { version, axis, phasePeriod, zones, outside, residentBytes, ruleBits } = header;
  const steps = { phase: header.phaseSteps, line: header.steps };
  const counts = { phasePeriod, zones, steps, residentBytes, ruleBits };
  return { version, axis, windows, rules, outside, ...counts };
}

function sectionOf(header: BodyHeader, id: number): SectionBytes {
  const section = header.sections.get(id);
  if (section === undefined) throw imageError('IMAGE_DIRECTORY', `section ${id} is missing`, 0);
  return section;
}
