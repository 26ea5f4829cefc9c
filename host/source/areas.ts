import { sourceWords, stepName } from './axis-words.ts';
import { type BorderWords, cleanBorder, polygonOf } from './borders.ts';
import { parsePlace } from './chainage.ts';
import type { SharedContext } from './context.ts';
import { parseCoordinate, type Scope } from './coordinates.ts';
import { type Diagnostics, formatPlace } from './diagnostics.ts';
import { readFields, readList, reportAt } from './fields.ts';
import type { Border, Corner, Polygon } from './plane-model.ts';
import { capsule, circle, type Roundness } from './round-shapes.ts';
import type { TreeNode } from './tree.ts';
import { readQuantityText } from './values.ts';

/** `at` of a plane: polygons with holes, boxes, circles, capsules. */

/** What entries of a plane are read against. */
export interface PlaneContext extends SharedContext {
  readonly x: Scope;
  readonly y: Scope;
  /** What was put right so far. */
  readonly repairs: string[];
}

const SHAPES = ['polygon', 'box', 'circle', 'capsule'] as const;

/** One shape or a list of them, which may lie over one another; undefined when any of them is wrong. */
export function readAreas(
  node: TreeNode,
  what: string,
  roundness: Roundness,
  context: PlaneContext,
): readonly Polygon[] | undefined {
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length === 0) {
    context.diagnostics.add('BAD_VALUE', node.place, `${what} is an empty list`, 'Write at least one area.');
    return undefined;
  }
  const areas = nodes.map((item) => readArea(item, what, roundness, context));
  return areas.every((area) => area !== undefined) ? areas : undefined;
}

function readArea(
  node: TreeNode,
  what: string,
  roundness: Roundness,
  context: PlaneContext,
): Polygon | undefined {
  const { diagnostics } = context;
  const fields = readFields(node, what, [...SHAPES, 'holes'], diagnostics);
  if (fields === undefined) return undefined;
  const [shape, other] = SHAPES.filter((name) => fields.get(name) !== undefined);
  if (
    shape === undefined ||
    other !== undefined ||
    (shape !== 'polygon' && fields.get('holes') !== undefined)
  ) {
    const message = shape === undefined ? `${what} names no shape` : `${what} names more than one shape`;
    const remedy = 'Write one of polygon (with "holes" if it has any), box, circle, capsule.';
    diagnostics.add('BAD_VALUE', node.place, message, remedy);
    return undefined;
  }
  const value = fields.get(shape) as TreeNode;
  switch (shape) {
    case 'polygon':
      return readPolygon([value, ...holesOf(fields.get('holes'), what, diagnostics)], what, context);
    case 'box':
      return readBox(value, what, context);
    case 'circle':
      return readRound(value, ['middle'], roundness, what, context);
    default:
      return readRound(value, ['from', 'to'], roundness, what, context);
  }
}

function holesOf(node: TreeNode | undefined, what: string, diagnostics: Diagnostics): readonly TreeNode[] {
  return node === undefined ? [] : (readList(node, `"holes" of ${what}`, diagnostics) ?? []);
}

/** Lists of corners, the outer border first; `bareUnit`: what numbers without a unit count, steps unless given. */
export function readPolygon(
  nodes: readonly TreeNode[],
  what: string,
  context: PlaneContext,
  bareUnit?: string,
): Polygon | undefined {
  const { diagnostics, repairs } = context;
  const words = nodes.map((_, index): BorderWords => {
    const name = index === 0 ? `border of ${what}` : `hole ${index} of ${what}`;
    return { name, corner: (corner) => cornerWords(corner, context) };
  });
  const borders = nodes.map((node, index) => {
    const corners = readCorners(node, (words[index] as BorderWords).name, context, bareUnit);
    if (corners === undefined) return undefined;
    const repaired = (said: string) => repairs.push(`${formatPlace(node.place)}: ${said}`);
    return cleanBorder(corners, words[index] as BorderWords, repaired, reportAt(diagnostics, node.place));
  });
  if (!borders.every((border) => border !== undefined)) return undefined;
  const [outer, ...holes] = borders;
  const report = reportAt(diagnostics, (nodes[0] as TreeNode).place);
  return outer && polygonOf([outer, ...holes], words, report);
}

function cornerWords([x, y]: Corner, context: PlaneContext): string {
  return `(${sourceWords(context.x, x)}, ${sourceWords(context.y, y)})`;
}

function readCorners(
  node: TreeNode,
  what: string,
  context: PlaneContext,
  bareUnit: string | undefined,
): readonly Corner[] | undefined {
  const nodes = readList(node, what, context.diagnostics);
  const corners = nodes?.map((item, index) =>
    readCorner(item, `corner ${index + 1} of ${what}`, context, bareUnit),
  );
  return corners?.every((corner) => corner !== undefined) ? corners : undefined;
}

/** `[x, y]`, stored coordinates within the axes, their ends included. */
function readCorner(
  node: TreeNode,
  what: string,
  context: PlaneContext,
  bareUnit?: string,
): Corner | undefined {
  const { diagnostics, x, y } = context;
  const items = readList(node, what, diagnostics);
  if (items === undefined) return undefined;
  const [first, second] = items;
  if (first === undefined || second === undefined || items.length > 2) {
    const message = `${what} has ${items.length} numbers`;
    const remedy = items.length > 2 ? 'Leave heights out: a plane has none.' : 'Write [x, y].';
    diagnostics.add('BAD_VALUE', node.place, message, remedy);
    return undefined;
  }
  const [xText, yText] = [first, second].map((item) => readQuantityText(item, what, diagnostics)?.text);
  if (xText === undefined || yText === undefined) return undefined;
  if (isSwapped(xText, yText, context, bareUnit)) {
    const message = `${what} is [${xText}, ${yText}], outside of both axes; the other way round it lies inside`;
    diagnostics.add('OUT_OF_RANGE', node.place, message, `Write ${x.name} before ${y.name}.`);
    return undefined;
  }
  const stored = [first, second].map((item, index) => {
    const scope = index === 0 ? x : y;
    const report = reportAt(diagnostics, item.place);
    return parseCoordinate(index === 0 ? xText : yText, `${scope.name} of ${what}`, scope, bareUnit, report);
  });
  return stored[0] === undefined || stored[1] === undefined ? undefined : [stored[0], stored[1]];
}

/** Whether two numbers lie on no axis as they stand, and on both the other way round. */
function isSwapped(
  xText: string,
  yText: string,
  { x, y }: PlaneContext,
  bareUnit: string | undefined,
): boolean {
  const isOn = (text: string, scope: Scope): boolean => {
    // Only asked whether it fits: neither counted as rounded nor reported.
    const steps = parsePlace(text, '', { ...scope, rounder: null }, bareUnit, () => {});
    if (steps === undefined) return false;
    const stored = steps - scope.origin;
    return stored >= BigInt(scope.min) && stored <= BigInt(scope.max);
  };
  return !isOn(xText, x) && !isOn(yText, y) && isOn(yText, x) && isOn(xText, y);
}

/** `{ from: [x, y], to: [x, y] }`: half-open, as an interval on each axis. */
function readBox(node: TreeNode, what: string, context: PlaneContext): Polygon | undefined {
  const fields = readFields(node, `box of ${what}`, ['from', 'to'], context.diagnostics);
  const [from, to] = ['from', 'to'].map((name) => {
    const corner = fields?.need(name);
    return corner && readCorner(corner, `"${name}" of the box of ${what}`, context);
  });
  if (from === undefined || to === undefined) return undefined;
  if (from[0] < to[0] && from[1] < to[1]) return [[from, [to[0], from[1]], to, [from[0], to[1]]]];
  const message = `the box of ${what} runs from ${cornerWords(from, context)} to ${cornerWords(to, context)}`;
  context.diagnostics.add(
    'INTERVAL_REVERSED',
    node.place,
    message,
    'Write the corner with the smaller x and y first.',
  );
  return undefined;
}

/** A circle round one point, or a capsule round the way between two. */
function readRound(
  node: TreeNode,
  names: readonly string[],
  roundness: Roundness,
  what: string,
  context: PlaneContext,
): Polygon | undefined {
  const kind = names.length === 1 ? 'circle' : 'capsule';
  const fields = readFields(node, `${kind} of ${what}`, [...names, 'radius'], context.diagnostics);
  const points = names.map((name) => {
    const corner = fields?.need(name);
    return corner && readCorner(corner, `"${name}" of the ${kind} of ${what}`, context);
  });
  const radiusNode = fields?.need('radius');
  const radius = radiusNode && readRadius(radiusNode, `radius of the ${kind} of ${what}`, context);
  const [from, to = from] = points;
  if (from === undefined || to === undefined || points.includes(undefined) || radius === undefined)
    return undefined;
  const border = kind === 'circle' ? circle(from, radius, roundness) : capsule(from, to, radius, roundness);
  if (isWithinAxes(border, context)) return [border];
  const message = `the ${kind} of ${what} reaches beyond the axes`;
  context.diagnostics.add('OUT_OF_RANGE', node.place, message, 'Choose a smaller one, or widen the axes.');
  return undefined;
}

function readRadius(node: TreeNode, what: string, { x, diagnostics }: PlaneContext): number | undefined {
  const text = readQuantityText(node, what, diagnostics);
  if (text === undefined) return undefined;
  const report = reportAt(diagnostics, text.place);
  const steps = parsePlace(text.text, what, x, undefined, report);
  if (steps === undefined || (steps >= 1n && steps <= BigInt(x.max - x.min)))
    return steps === undefined ? undefined : Number(steps);
  report(
    'OUT_OF_RANGE',
    `${what} is ${steps} ${stepName(x)}`,
    'Write a radius of at least one step that the axes have room for.',
  );
  return undefined;
}

function isWithinAxes(border: Border, { x, y }: PlaneContext): boolean {
  return border.every(([u, v]) => u >= x.min && u <= x.max && v >= y.min && v <= y.max);
}
