import { COORDINATE_MAX } from '../format.ts';
import { formatCoordinate, stepName } from './axis-words.ts';
import { parsePlace } from './chainage.ts';
import type { Diagnostics } from './diagnostics.ts';
import { type Fields, readFields, readList, reportAt } from './fields.ts';
import { LABEL_BYTES_MAX, readScale, readWraps } from './measure-fields.ts';
import type { AxisKind, AxisModel } from './model.ts';
import { readUnit } from './own-unit.ts';
import type { Place } from './place.ts';
import { type Rounder, readRounder } from './rounding.ts';
import { isTimestamp, parseTimestamp } from './timestamp.ts';
import type { TreeNode } from './tree.ts';
import { type Measure, timeUnit, unitsOf } from './unit-table.ts';
import type { Steps } from './units.ts';
import { readLabel, readQuantityText } from './values.ts';

/** `space`: what positions of a source count. */

/** The origin is an i64; sources stay within what 18 digits write. */
const ORIGIN_NONE = 0n;

export interface PlacedAxis {
  readonly axis: AxisModel;
  readonly rounder: Rounder | null;
  readonly place: Place;
}

/** One axis is a line, two are a plane. */
export type PlacedAxes = readonly [PlacedAxis] | readonly [PlacedAxis, PlacedAxis];

/** The axes of `space: { axes: [ ... ] }`. */
export function readSpace(node: TreeNode, diagnostics: Diagnostics): PlacedAxes | undefined {
  const fields = readFields(node, 'space', ['axes'], diagnostics);
  const axesNode = fields?.need('axes');
  if (axesNode === undefined) return undefined;
  const axes = readList(axesNode, 'axes', diagnostics);
  if (axes === undefined) return undefined;
  const [first, second, third] = axes;
  if (first === undefined) {
    diagnostics.add(
      'MISSING_FIELD',
      axesNode.place,
      'space has no axis',
      'Add one: { name, unit, min, max }.',
    );
    return undefined;
  }
  if (third !== undefined) {
    const message = `space has ${axes.length} axes; a map has one, a line, or two, a plane`;
    diagnostics.add(
      'AXES_NOT_SUPPORTED',
      third.place,
      message,
      'Write one map for each storey or band of altitude.',
    );
    return undefined;
  }
  const x = readAxis(first, diagnostics);
  if (second === undefined) return x && [x];
  const y = readAxis(second, diagnostics);
  if (x === undefined || y === undefined) return undefined;
  return isPlane([x, y], diagnostics) ? [x, y] : undefined;
}

/** Whether two axes span a plane: of numbers, with an end on each side, and names that differ. */
function isPlane(axes: readonly [PlacedAxis, PlacedAxis], diagnostics: Diagnostics): boolean {
  const [x, y] = axes;
  for (const { axis, place } of axes) {
    if (axis.kind === 'time') {
      const remedy = 'Count lengths or angles; what changes in time is a phase.';
      diagnostics.add('BAD_VALUE', place, `the axis "${axis.name}" of a plane is one of time`, remedy);
      return false;
    }
    if (axis.wraps) {
      const remedy = 'Leave "wraps" out; a ring is a map of one axis.';
      diagnostics.add('BAD_VALUE', place, `the axis "${axis.name}" of a plane wraps`, remedy);
      return false;
    }
  }
  if (x.axis.name !== y.axis.name) return true;
  const message = `both axes of the plane are called "${x.axis.name}"`;
  diagnostics.add('DUPLICATE_ID', y.place, message, 'Give each axis its own name, such as x and y.');
  return false;
}

const AXIS_FIELDS = ['name', 'unit', 'min', 'max', 'origin', 'scale', 'wraps', 'round'];

function readAxis(node: TreeNode, diagnostics: Diagnostics): PlacedAxis | undefined {
  const fields = readFields(node, 'axis', AXIS_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const name = readOptional(fields.need('name'), (value) =>
    readLabel(value, 'name of the axis', LABEL_BYTES_MAX, diagnostics),
  );
  const unit = readAxisUnit(fields, diagnostics);
  const scale = readScale(fields, 'scale of the axis', diagnostics);
  const wraps = readWraps(fields, 'wraps of the axis', diagnostics);
  if (name === undefined || unit === undefined || scale === undefined || wraps === undefined) {
    fields.need('min');
    fields.need('max');
    return undefined;
  }
  const step = stepName({ unit, scale });
  const rounder = readRounder(fields.get('round'), `axis "${name}"`, step, diagnostics);
  if (rounder === undefined) return undefined;
  const placed = readRange(fields, name, { unit, scale }, rounder, diagnostics);
  if (placed === undefined || !wraps) return placed;
  if (placed.axis.kind === 'number') return { ...placed, axis: { ...placed.axis, wraps } };
  const remedy = 'Leave "wraps" out; what comes again and again is a phase.';
  diagnostics.add('BAD_VALUE', fields.place, 'an axis of time that wraps', remedy);
  return undefined;
}

function readOptional<Value>(
  node: TreeNode | undefined,
  read: (node: TreeNode) => Value | undefined,
): Value | undefined {
  return node === undefined ? undefined : read(node);
}

function readAxisUnit(fields: Fields, diagnostics: Diagnostics): string | undefined {
  const node = fields.get('unit');
  if (node !== undefined) return readUnit(node, 'unit of the axis', LABEL_BYTES_MAX, diagnostics);
  if (fields.isMisspelt('unit')) return undefined;
  diagnostics.add(
    'UNIT_MISSING',
    fields.place,
    'axis has no unit',
    'Say what it counts, such as "unit: mm".',
  );
  return undefined;
}

function readRange(
  fields: Fields,
  name: string,
  measure: Measure,
  rounder: Rounder | null,
  diagnostics: Diagnostics,
): PlacedAxis | undefined {
  const originNode = fields.get('origin');
  const kind = kindOf(originNode);
  const minNode = fields.need('min');
  const maxNode = fields.need('max');
  if (kind === 'time' && !countsTime(originNode, measure, diagnostics)) return undefined;
  const steps = { ...measure, rounder, name: `axis "${name}"` };
  const read = (node: TreeNode, field: string) => readSteps(node, field, kind, steps, diagnostics);
  const origin = originNode === undefined ? ORIGIN_NONE : read(originNode, 'origin');
  const min = readOptional(minNode, (node) => read(node, 'min'));
  const max = readOptional(maxNode, (node) => read(node, 'max'));
  if (origin === undefined || minNode === undefined || maxNode === undefined) return undefined;
  if (min === undefined || max === undefined) return undefined;
  const minFits = checkStored(min - origin, 'min', minNode.place, diagnostics);
  const maxFits = checkStored(max - origin, 'max', maxNode.place, diagnostics);
  if (!minFits || !maxFits) return undefined;
  if (min >= max) {
    const code = min === max ? 'INTERVAL_EMPTY' : 'INTERVAL_REVERSED';
    const words = [min, max].map((value) => formatCoordinate({ kind, ...measure }, value)).join(' to ');
    const message = `the axis "${name}" runs from ${words}${kind === 'time' ? '' : ` ${stepName(measure)}`}`;
    diagnostics.add(
      code,
      maxNode.place,
      message,
      'Write a max above min; max itself is not part of the axis.',
    );
    return undefined;
  }
  const stored = { min: Number(min - origin), max: Number(max - origin) };
  return { axis: { kind, name, ...measure, ...stored, origin, wraps: false }, rounder, place: fields.place };
}

/** An axis is one of time when its origin is written as a timestamp. */
function kindOf(origin: TreeNode | undefined): AxisKind {
  return origin?.kind === 'text' && isTimestamp(origin.text) ? 'time' : 'number';
}

function countsTime(origin: TreeNode | undefined, measure: Measure, diagnostics: Diagnostics): boolean {
  if (origin === undefined || timeUnit(measure.unit) !== undefined) return true;
  const message = `origin of the axis is a timestamp, but the axis counts ${measure.unit}`;
  diagnostics.add(
    'UNIT_MISMATCH',
    origin.place,
    message,
    `Use a unit of time: ${unitsOf('time').join(', ')}.`,
  );
  return false;
}

function readSteps(
  node: TreeNode,
  name: string,
  kind: AxisKind,
  steps: Steps,
  diagnostics: Diagnostics,
): bigint | undefined {
  const what = `${name} of the axis`;
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  // The ends of an axis of time are written out: a number would leave its unit to be guessed.
  if (kind === 'time') return parseTimestamp(text.text, what, steps, report);
  if (!isTimestamp(text.text)) return parsePlace(text.text, what, steps, undefined, report);
  const remedy =
    'To make it an axis of time, write its origin as a timestamp: "origin: 2026-01-01T00:00:00Z".';
  report('TIMESTAMP_UNEXPECTED', `${what} is a timestamp, but the origin of the axis is not one`, remedy);
  return undefined;
}

function checkStored(stored: bigint, name: string, place: Place, diagnostics: Diagnostics): boolean {
  if (stored >= -COORDINATE_MAX && stored <= COORDINATE_MAX) return true;
  const message = `${name} of the axis is ${stored} steps from the origin, more than ${COORDINATE_MAX} (2^30)`;
  diagnostics.add(
    'OUT_OF_RANGE',
    place,
    message,
    'Set an origin near the middle of the axis, or choose a coarser unit and convert what is written without one.',
  );
  return false;
}
