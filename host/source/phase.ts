import { cutText } from '../common/cut-text.ts';
import { stepName } from './axis-words.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type Fields, readFields, reportAt } from './fields.ts';
import { LABEL_BYTES_MAX, readScale, readWraps } from './measure-fields.ts';
import type { PhaseModel } from './model.ts';
import { type Rounder, readRounder } from './rounding.ts';
import type { TreeNode } from './tree.ts';
import { timeUnit, unitsOf } from './unit-table.ts';
import { parseSteps, type Steps } from './units.ts';
import { I32_MAX, readLabel, readQuantityText } from './values.ts';

/** `phase`: the counter of the machine, and what its windows are written in. */

const PHASE_FIELDS = ['unit', 'period', 'scale', 'wraps', 'round'];

/** The phase, and what rounds its numbers (null: nothing). */
export interface RoundedPhase {
  readonly phase: PhaseModel;
  readonly rounder: Rounder | null;
}

/** `phase: { unit: tick, period: N }`, or with a unit of time: `{ unit: ms, period: 60 s }`. */
export function readPhase(node: TreeNode, diagnostics: Diagnostics): RoundedPhase | undefined {
  const fields = readFields(node, 'phase', PHASE_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const unit = readPhaseUnit(fields, diagnostics);
  const scale = readScale(fields, 'scale of the phase', diagnostics);
  const wraps = readWraps(fields, 'wraps of the phase', diagnostics);
  const periodNode = fields.need('period');
  if (unit === undefined || scale === undefined || wraps === undefined || periodNode === undefined)
    return undefined;
  const rounder = readRounder(fields.get('round'), 'phase', stepName({ unit, scale }), diagnostics);
  if (rounder === undefined) return undefined;
  const period = readPeriod(periodNode, { unit, scale, rounder, name: 'phase' }, diagnostics);
  return period === undefined ? undefined : { phase: { unit, scale, period, wraps }, rounder };
}

function readPhaseUnit(fields: Fields, diagnostics: Diagnostics): string | undefined {
  const node = fields.get('unit');
  if (node === undefined && fields.isMisspelt('unit')) return undefined;
  if (node === undefined) {
    const remedy = 'Say what the loop counts: "unit: tick", or a unit of time such as "unit: ms".';
    diagnostics.add('UNIT_MISSING', fields.place, 'phase has no unit', remedy);
    return undefined;
  }
  const unit = readLabel(node, 'unit of the phase', LABEL_BYTES_MAX, diagnostics);
  if (unit === undefined || unit === 'tick' || timeUnit(unit) !== undefined) return unit;
  const message = `unit of the phase is "${cutText(unit)}", neither tick nor a unit of time`;
  diagnostics.add('BAD_VALUE', node.place, message, `Write one of: tick, ${unitsOf('time').join(', ')}.`);
  return undefined;
}

function readPeriod(node: TreeNode, measure: Steps, diagnostics: Diagnostics): number | undefined {
  const what = 'period of the phase';
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  const period = parseSteps(text.text, what, measure, undefined, report);
  if (period === undefined || (period >= 1n && period <= BigInt(I32_MAX)))
    return period === undefined ? undefined : Number(period);
  const message = `${what} is ${period} ticks, outside the range 1 to ${I32_MAX}`;
  report(
    'OUT_OF_RANGE',
    message,
    'Choose another period, or a coarser unit and convert what is written without one.',
  );
  return undefined;
}
