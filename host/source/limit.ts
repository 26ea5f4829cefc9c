import type { Diagnostics, Report } from './diagnostics.ts';
import { readFields, reportAt } from './fields.ts';
import type { TreeNode } from './tree.ts';
import { I32_MAX, I32_MIN, parseIntegerBetween, readLabel, readQuantityText } from './values.ts';

/** Limits: integers that the application gives meaning to. A source may say their unit, and then hold them to it. */

const UNIT_BYTES_MAX = 20;
const WITH_UNIT = /^([+-]?[0-9.]+)\s*(\p{L}\S*)$/u;

/** The unit of `limits: { unit: km/h }`. */
export function readLimitUnit(node: TreeNode, diagnostics: Diagnostics): string | undefined {
  const unit = readFields(node, 'limits', ['unit'], diagnostics)?.need('unit');
  return unit && readLabel(unit, 'unit of limits', UNIT_BYTES_MAX, diagnostics);
}

/** An i32, alone or with the declared unit: `40` or `40 km/h`. Limits are never converted. */
export function parseLimit(
  text: string,
  what: string,
  declaredUnit: string | null,
  report: Report,
): number | undefined {
  const withUnit = WITH_UNIT.exec(text);
  if (withUnit !== null) {
    const unit = withUnit[2] ?? '';
    if (!checkLimitUnit(unit, what, declaredUnit, report)) return undefined;
  }
  return parseIntegerBetween(withUnit?.[1] ?? text, what, I32_MIN, I32_MAX, report);
}

/** Whether `unit` is the one that the source declared for all limits. */
export function checkLimitUnit(
  unit: string,
  what: string,
  declaredUnit: string | null,
  report: Report,
): boolean {
  if (unit === declaredUnit) return true;
  if (declaredUnit === null) {
    report(
      'UNIT_MISSING',
      `${what} has the unit "${unit}", but the source declares none`,
      `Add "limits: { unit: ${unit} }".`,
    );
  } else {
    report(
      'UNIT_MISMATCH',
      `${what} is in "${unit}", but limits are in "${declaredUnit}"`,
      `Convert it to ${declaredUnit}.`,
    );
  }
  return false;
}

export function readLimit(
  node: TreeNode,
  what: string,
  declaredUnit: string | null,
  diagnostics: Diagnostics,
): number | undefined {
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  return parseLimit(text.text, what, declaredUnit, reportAt(diagnostics, text.place));
}
