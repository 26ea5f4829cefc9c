import { cutText } from '../common/cut-text.ts';
import { parsePlace } from './chainage.ts';
import { isRational, parseDecimal, type Rational } from './decimal.ts';
import type { Diagnostics, Report } from './diagnostics.ts';
import { type Fields, readFields, readTextNode, reportAt } from './fields.ts';
import type { LimitScope } from './limit.ts';
import type { ApproachModel, AxisModel } from './model.ts';
import type { TreeNode } from './tree.ts';
import { type Dimension, type Unit, unitNamed } from './unit-table.ts';
import { splitQuantity } from './units.ts';
import { readChoice, readInteger, readQuantityText } from './values.ts';

/** `approach`: how the machine brakes before what lies ahead. */

const APPROACH_FIELDS = ['deceleration', 'steps', 'margin', 'toward'];
export const APPROACH_STEPS_MAX = 64;
export const APPROACH_WAYS = ['max', 'min', 'both'] as const;

/** By what the axis counts: what limits and deceleration must then be. */
const KINDS: Partial<Record<Dimension, { speed: Dimension; braking: Dimension; example: string }>> = {
  length: { speed: 'speed', braking: 'acceleration', example: '0.5 m/s2' },
  angle: { speed: 'turning', braking: 'turning-faster', example: '20 deg/s2' },
};

/** `approach: { deceleration: 0.5 m/s2, steps: 8, margin: 20 m, toward: max }` */
export function readApproach(
  node: TreeNode,
  axis: AxisModel,
  limits: LimitScope | null,
  diagnostics: Diagnostics,
): ApproachModel | undefined {
  const fields = readFields(node, 'approach', APPROACH_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const perStep = readPerStep(fields, axis, limits, diagnostics);
  const stepsNode = fields.need('steps');
  const steps = stepsNode && readInteger(stepsNode, 'steps of approach', 1, APPROACH_STEPS_MAX, diagnostics);
  const towardNode = fields.need('toward');
  const toward = towardNode && readChoice(towardNode, 'toward of approach', APPROACH_WAYS, diagnostics);
  const margin = readMargin(fields, axis, diagnostics);
  if (perStep === undefined || steps === undefined || toward === undefined || margin === undefined)
    return undefined;
  return { place: node.place, perStep, steps, margin, toward };
}

/** By how much the square of a limit may grow with each step away from where it must be lower: 2 a, in units of the map. */
function readPerStep(
  fields: Fields,
  axis: AxisModel,
  limits: LimitScope | null,
  diagnostics: Diagnostics,
): Rational | undefined {
  const node = fields.need('deceleration');
  const text = node && readTextNode(node, 'deceleration', diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  const [place, kind] = [unitNamed(axis.unit), KINDS[unitNamed(axis.unit)?.dimension ?? 'ticks']];
  if (place === undefined || kind === undefined || axis.kind === 'time') {
    const message = `approach needs an axis of lengths or angles; the axis "${axis.name}" counts ${axis.unit}`;
    report('UNIT_MISMATCH', message, 'Leave "approach" out.');
    return undefined;
  }
  const speed = unitNamed(limits?.unit ?? '');
  if (limits === null || speed?.dimension !== kind.speed) {
    const words = limits === null ? 'without a unit' : `in ${limits.unit}`;
    const message = `approach needs limits that are speeds along the axis; they are ${words}`;
    report('UNIT_MISMATCH', message, `Say which speed they are, such as "limits: { unit: ${axis.unit}/s }".`);
    return undefined;
  }
  const braking = readDeceleration(text.text, kind.braking, kind.example, report);
  // (limit * speed)^2 grows by 2 a for each step * place / scale.
  return (
    braking && {
      numerator: 2n * braking.numerator * place.numerator * speed.denominator ** 2n,
      denominator: braking.denominator * place.denominator * BigInt(axis.scale) * speed.numerator ** 2n,
    }
  );
}

function readDeceleration(
  text: string,
  dimension: Dimension,
  example: string,
  report: Report,
): Unit | undefined {
  const quantity = splitQuantity(text);
  const number = parseDecimal(quantity?.number ?? '');
  const unit = unitNamed(quantity?.unit ?? '');
  if (!isRational(number) || unit?.dimension !== dimension) {
    report(
      'BAD_VALUE',
      `deceleration is "${cutText(text)}"`,
      `Write a number with its unit, such as ${example}.`,
    );
    return undefined;
  }
  if (number.numerator > 0n) {
    const numerator = number.numerator * unit.numerator;
    return { dimension, numerator, denominator: number.denominator * unit.denominator };
  }
  report('OUT_OF_RANGE', `deceleration is ${cutText(text)}, which never stops`, 'Write a number above 0.');
  return undefined;
}

/** Steps of the axis between the end of the braking and what lies ahead; 0 unless given. */
function readMargin(fields: Fields, axis: AxisModel, diagnostics: Diagnostics): number | undefined {
  const node = fields.get('margin');
  if (node === undefined) return 0;
  const what = 'margin of approach';
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  const { unit, scale } = axis;
  const margin = parsePlace(text.text, what, { unit, scale }, undefined, report);
  const most = axis.max - axis.min;
  if (margin === undefined || (margin >= 0n && margin <= BigInt(most)))
    return margin === undefined ? undefined : Number(margin);
  report(
    'OUT_OF_RANGE',
    `${what} is ${margin} steps`,
    `Write a length from 0 to that of the axis, ${most} steps.`,
  );
  return undefined;
}
