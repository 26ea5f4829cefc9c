import { type AreaFault, areaFault } from '../geometry/area.ts';
import { type RingFault, type RingRepair, repairRing } from '../geometry/repair.ts';
import { boxRing, capsuleRing, circleRing, type Rounding } from '../geometry/shapes.ts';
import { stepName } from './axis-words.ts';
import type { Report } from './diagnostics.ts';
import { type Fields, readFields, readList, reportAt } from './fields.ts';
import type { Remark } from './model.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea, PlanePoint, PlaneRing } from './plane-model.ts';
import { type PlaneScopes, pointWords, readPoint, readPoints } from './plane-points.ts';
import type { TreeNode } from './tree.ts';
import { parseSteps } from './units.ts';
import { readQuantityText } from './values.ts';

/**
 * Shapes of a plane as sources write them: polygons with holes, boxes, circles and capsules. A ring is repaired where there is no doubt
 * what it means, and every repair is told.
 */

const SHAPE_NAMES = ['polygon', 'box', 'circle', 'capsule'] as const;
type ShapeName = (typeof SHAPE_NAMES)[number];
const SHAPE_FIELDS = [...SHAPE_NAMES, 'holes'];

/**
 * One shape or a list of them; undefined when any of it is wrong. `rounding`: what becomes of circles and capsules. A zone never covers
 * more than is said, a gap rule never less.
 */
export function readAreas(
  node: TreeNode,
  what: string,
  rounding: Rounding,
  context: PlaneContext,
): readonly PlaneArea[] | undefined {
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length === 0) {
    const remedy = 'Write at least one shape, such as { box: { from: [0, 0], to: [5 m, 4 m] } }.';
    context.diagnostics.add('BAD_VALUE', node.place, `${what} is an empty list`, remedy);
    return undefined;
  }
  const areas = nodes.map((item, index) => {
    const name = nodes.length === 1 ? what : `shape ${index + 1} of ${what}`;
    return readShape(item, name, rounding, context);
  });
  return areas.every((area) => area !== undefined) ? areas : undefined;
}

function readShape(
  node: TreeNode,
  what: string,
  rounding: Rounding,
  context: PlaneContext,
): PlaneArea | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, what, SHAPE_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const given = SHAPE_NAMES.filter((name) => fields.get(name) !== undefined);
  const [shape, second] = given;
  if (shape === undefined || second !== undefined) {
    const message =
      shape === undefined
        ? `${what} has no shape`
        : `${what} has ${given.length} shapes: ${given.join(', ')}`;
    const remedy =
      shape === undefined
        ? `Add one of ${SHAPE_NAMES.join(', ')}.`
        : 'Write a list of shapes, each with "- ".';
    if (shape !== undefined || !SHAPE_NAMES.some((name) => fields.isMisspelt(name)))
      diagnostics.add('MISSING_FIELD', node.place, message, remedy);
    return undefined;
  }
  if (shape === 'polygon') return readPolygon(fields, what, context);
  const holes = fields.get('holes');
  if (holes !== undefined) {
    const remedy = 'Write it as a polygon, or give the hole a zone or gap rule of its own and say who wins.';
    diagnostics.add('BAD_VALUE', holes.place, `${what} has holes in a ${shape}`, remedy);
    return undefined;
  }
  return readRound(shape, fields, what, rounding, context);
}

function readPolygon(fields: Fields, what: string, context: PlaneContext): PlaneArea | undefined {
  const { axes, diagnostics } = context;
  const node = fields.need('polygon');
  const outline = node && readPoints(node, `the outline of ${what}`, axes, diagnostics);
  const holesNode = fields.get('holes');
  const holeNodes = holesNode === undefined ? [] : readList(holesNode, `holes of ${what}`, diagnostics);
  const holes = holeNodes?.map((hole, index) =>
    readPoints(hole, `hole ${index + 1} of ${what}`, axes, diagnostics),
  );
  if (outline === undefined || holes === undefined || !holes.every((hole) => hole !== undefined))
    return undefined;
  return areaOf([outline, ...holes], what, fields.place, false, context);
}

/**
 * An outline and its holes, repaired; undefined, and reported, where they have no plain meaning. `isClosed`: the format wants the first
 * point of a ring at its end, too.
 */
export function areaOf(
  chains: readonly (readonly PlanePoint[])[],
  what: string,
  place: Place,
  isClosed: boolean,
  context: PlaneContext,
): PlaneArea | undefined {
  const report = reportAt(context.diagnostics, place);
  const rings: PlaneRing[] = [];
  chains.forEach((points, index) => {
    const name = index === 0 ? `the outline of ${what}` : `hole ${index} of ${what}`;
    const repaired = repairRing(points, isClosed);
    if ('fault' in repaired) reportRing(repaired.fault, name, context.axes, report);
    else {
      rings.push(repaired.ring);
      for (const repair of repaired.repairs)
        context.remarks.push(remarkOf(repair, name, place, isClosed, context.axes));
    }
  });
  if (rings.length < chains.length) return undefined;
  const fault = areaFault(rings);
  if (fault === undefined) return { place, rings };
  reportArea(fault, what, context.axes, report);
  return undefined;
}

function reportRing(fault: RingFault, name: string, axes: PlaneScopes, report: Report): void {
  const at = (point: PlanePoint) => pointWords(point, axes);
  switch (fault.kind) {
    case 'short':
      report(
        'RING_SHORT',
        `${name} has ${fault.points} ${fault.points === 1 ? 'point' : 'points that differ'}`,
        'Give it at least three.',
      );
      return;
    case 'no-area':
      report(
        'RING_EMPTY',
        `${name} encloses nothing: all of it lies on a line from ${at(fault.at)}`,
        'Correct its points.',
      );
      return;
    case 'crossing': {
      const { one, other } = fault.crossing;
      const [first, second] = [one, other].map(({ from, to }) => `${at(from)} to ${at(to)}`);
      const message = `${name} crosses itself: ${first} meets ${second}`;
      report(
        'RING_CROSSES_ITSELF',
        message,
        'Exchange points that are in the wrong order, or write two shapes.',
      );
      return;
    }
    case 'too-many':
      reportThicket(name, report);
  }
}

function reportThicket(name: string, report: Report): void {
  const remedy = 'Simplify it, or cut it into several shapes.';
  report('TOO_MANY', `${name} has too many edges near each other to look for crossings`, remedy);
}

function reportArea(fault: AreaFault, what: string, axes: PlaneScopes, report: Report): void {
  const [inner, other] = [fault.ring, fault.other].map((ring) =>
    ring === 0 ? 'its outline' : `hole ${ring}`,
  );
  if (fault.kind === 'too-many') {
    reportThicket(what, report);
    return;
  }
  const at = pointWords(fault.at, axes);
  const words = { crossing: 'crosses', outside: 'does not lie in', inside: 'lies in' }[fault.kind];
  const message = `${what}: ${inner} ${words} ${other}, at ${at}`;
  report(
    'HOLE_OUTSIDE',
    message,
    'Holes lie in their outline, apart from each other; write another shape for what lies elsewhere.',
  );
}

const REPAIR_WORDS = {
  repeated: 'names a point twice in a row, taken once',
  spike: 'runs to a point and straight back, which encloses nothing and is left out',
};

function remarkOf(
  { kind, at }: RingRepair,
  name: string,
  place: Place,
  isClosed: boolean,
  axes: PlaneScopes,
): Remark {
  const closing = isClosed
    ? 'does not end where it begins, and is closed'
    : 'ends where it begins, which is taken once';
  const words = kind === 'closing' ? closing : REPAIR_WORDS[kind];
  return { place, words: `${name} ${words}: ${pointWords(at, axes)}` };
}

/** A box, a circle or a capsule. */
function readRound(
  shape: Exclude<ShapeName, 'polygon'>,
  fields: Fields,
  what: string,
  rounding: Rounding,
  context: PlaneContext,
): PlaneArea | undefined {
  const { axes, diagnostics } = context;
  const node = fields.need(shape);
  const names: readonly string[] = {
    box: ['from', 'to'],
    circle: ['at', 'radius'],
    capsule: ['from', 'to', 'radius'],
  }[shape];
  const own = node && readFields(node, `the ${shape} of ${what}`, names, diagnostics);
  if (own === undefined) return undefined;
  const point = (name: string) => {
    const given = own.need(name);
    return given && readPoint(given, `"${name}" of ${what}`, axes, diagnostics);
  };
  if (shape === 'circle') {
    const [centre, radius] = [point('at'), readRadius(own, what, context)];
    if (centre === undefined || radius === undefined) return undefined;
    return ringWithin(circleRing(centre, radius, rounding), what, fields.place, context);
  }
  const [from, to] = [point('from'), point('to')];
  const radius = shape === 'capsule' ? readRadius(own, what, context) : 0;
  if (from === undefined || to === undefined || radius === undefined) return undefined;
  if (shape === 'capsule')
    return ringWithin(capsuleRing(from, to, radius, rounding), what, fields.place, context);
  if (from[0] < to[0] && from[1] < to[1]) return { place: fields.place, rings: [boxRing(from, to)] };
  const message = `the box of ${what} holds nothing: from ${pointWords(from, axes)} to ${pointWords(to, axes)}`;
  diagnostics.add(
    'INTERVAL_EMPTY',
    own.place,
    message,
    '"from" is its corner of least x and y, "to" the opposite one.',
  );
  return undefined;
}

/** Steps from 1 on; both axes must count the same. */
function readRadius(fields: Fields, what: string, { axes, diagnostics }: PlaneContext): number | undefined {
  const node = fields.need('radius');
  const text = node && readQuantityText(node, `radius of ${what}`, diagnostics);
  if (text === undefined) return undefined;
  const [x, y] = axes;
  const report = reportAt(diagnostics, text.place);
  if (x.unit !== y.unit || x.scale !== y.scale) {
    const message = `${what} has a radius, but the axes count ${stepName(x)} and ${stepName(y)}`;
    report('UNIT_MISMATCH', message, 'Let both axes count the same, or write a polygon.');
    return undefined;
  }
  const { unit, scale } = x;
  const steps = parseSteps(text.text, `radius of ${what}`, { unit, scale }, undefined, report);
  if (steps === undefined) return undefined;
  if (steps >= 1n && steps <= BigInt(RADIUS_MAX)) return Number(steps);
  report('OUT_OF_RANGE', `radius of ${what} is ${steps} steps`, `Write one of 1 to ${RADIUS_MAX} steps.`);
  return undefined;
}

/** Steps. */
export const RADIUS_MAX = 2 ** 29;

/** What reaches over the ends of the axes has no points there. */
export function ringWithin(
  ring: PlaneRing,
  what: string,
  place: Place,
  { axes, diagnostics }: PlaneContext,
): PlaneArea | undefined {
  const [x, y] = axes;
  const outside = ring.find(([px, py]) => px < x.min || px > x.max || py < y.min || py > y.max);
  if (outside === undefined) return { place, rings: [ring] };
  const message = `${what} reaches over the ends of the axes, at ${pointWords(outside, axes)}`;
  diagnostics.add(
    'OUT_OF_RANGE',
    place,
    message,
    'Widen the axes, or write the part that lies inside as a polygon.',
  );
  return undefined;
}
