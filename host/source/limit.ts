import type { Diagnostics, Report } from './diagnostics.ts';
import { readFields, reportAt } from './fields.ts';
import { readUnit } from './own-unit.ts';
import { type Rounder, readRounder } from './rounding.ts';
import type { TreeNode } from './tree.ts';
import { parseSteps, splitQuantity } from './units.ts';
import { I32_MAX, I32_MIN, parseIntegerBetween, readQuantityText } from './values.ts';

/** Limits: integers that the application gives meaning to. A source may say their unit; others convert to it, exactly. */

const UNIT_BYTES_MAX = 20;

/** What limits count, where the source says it. */
export interface LimitScope {
  readonly name: 'limits';
  readonly unit: string;
  readonly scale: 1;
  readonly rounder: Rounder | null;
}

/** `limits: { unit: km/h }` */
export function readLimits(node: TreeNode, diagnostics: Diagnostics): LimitScope | undefined {
  const fields = readFields(node, 'limits', ['unit', 'round'], diagnostics);
  const unitNode = fields?.need('unit');
  const unit = unitNode && readUnit(unitNode, 'unit of limits', UNIT_BYTES_MAX, diagnostics);
  if (fields === undefined || unit === undefined) return undefined;
  const rounder = readRounder(fields.get('round'), 'limits', unit, diagnostics);
  return rounder === undefined ? undefined : { name: 'limits', unit, scale: 1, rounder };
}

/** An i32: `40`, in the declared unit or in `bareUnit` when one is given; or `40 km/h`, converted to the declared unit. */
export function parseLimit(
  text: string,
  what: string,
  limits: LimitScope | null,
  bareUnit: string | undefined,
  report: Report,
): number | undefined {
  const unit = splitQuantity(text)?.unit ?? bareUnit;
  if (limits === null) {
    if (unit === undefined) return parseIntegerBetween(text, what, I32_MIN, I32_MAX, report);
    const message = `${what} has the unit "${unit}", but the source declares none`;
    report('UNIT_MISSING', message, `Add "limits: { unit: ${unit} }".`);
    return undefined;
  }
  const limit = parseSteps(text, what, limits, bareUnit, report);
  return limit === undefined ? undefined : parseIntegerBetween(`${limit}`, what, I32_MIN, I32_MAX, report);
}

export function readLimit(
  node: TreeNode,
  what: string,
  limits: LimitScope | null,
  diagnostics: Diagnostics,
): number | undefined {
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  return parseLimit(text.text, what, limits, undefined, reportAt(diagnostics, text.place));
}
