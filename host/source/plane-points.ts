import { formatRange, sourceWords } from './axis-words.ts';
import { parseCoordinate, type Scope } from './coordinates.ts';
import type { DiagnosticCode, Diagnostics, Report } from './diagnostics.ts';
import { readList, reportAt } from './fields.ts';
import type { PlanePoint } from './plane-model.ts';
import { Rounder } from './rounding.ts';
import type { TreeNode } from './tree.ts';
import { readQuantityText } from './values.ts';

/** Points of a plane as sources write them: `[x, y]`, each as a place of its axis. */

/** What a coordinate of a plane is read against; messages call it by the name of its axis. */
export interface PlaneScope extends Scope {
  readonly label: string;
}

/** What x and y are read against. */
export type PlaneScopes = readonly [PlaneScope, PlaneScope];

/** A point within both axes, their ends included; undefined after a mistake was reported. */
export function readPoint(
  node: TreeNode,
  what: string,
  axes: PlaneScopes,
  diagnostics: Diagnostics,
): PlanePoint | undefined {
  if (node.kind !== 'list' || node.items.length !== 2) {
    const message = `${what} is not a point of two coordinates`;
    diagnostics.add('WRONG_KIND', node.place, message, `Write [${axes[0].label}, ${axes[1].label}].`);
    return undefined;
  }
  const texts = node.items.map((item) => readQuantityText(item, what, diagnostics)?.text);
  const [x, y] = texts;
  if (x === undefined || y === undefined) return undefined;
  return parsePoint([x, y], what, axes, undefined, reportAt(diagnostics, node.place));
}

/** A point whose coordinates are texts, of which bare numbers count `bareUnit`, or steps; `order`: what to do if they are exchanged. */
export function parsePoint(
  [x, y]: readonly [string, string],
  what: string,
  axes: PlaneScopes,
  bareUnit: string | undefined,
  report: Report,
  order = 'Write x first',
): PlanePoint | undefined {
  const mistakes: Mistake[] = [];
  const keep: Report = (code, message, remedy) => mistakes.push({ code, message, remedy });
  const read = (text: string, scope: PlaneScope) =>
    parseCoordinate(text, `${scope.label} of ${what}`, scope, bareUnit, keep);
  const [storedX, storedY] = [read(x, axes[0]), read(y, axes[1])];
  if (storedX !== undefined && storedY !== undefined) return [storedX, storedY];
  const isOutside = mistakes.every(({ code }) => code === 'OUT_OF_RANGE');
  if (isOutside && liesWithin([y, x], axes, bareUnit)) {
    const message = `${what} is [${x}, ${y}], outside of the axes, and inside when x and y are exchanged`;
    report('OUT_OF_RANGE', message, `${order}: ${rangesOf(axes)}.`);
    return undefined;
  }
  for (const { code, message, remedy } of mistakes) report(code, message, remedy);
  return undefined;
}

interface Mistake {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly remedy: string;
}

function liesWithin(
  [x, y]: readonly [string, string],
  axes: PlaneScopes,
  bareUnit: string | undefined,
): boolean {
  const ignore: Report = () => {};
  // What is rounded on trial must not be counted.
  const rounder = new Rounder('nearest', '', '');
  const read = (text: string, scope: PlaneScope) =>
    parseCoordinate(text, '', { ...scope, rounder }, bareUnit, ignore) !== undefined;
  return read(x, axes[0]) && read(y, axes[1]);
}

function rangesOf([x, y]: PlaneScopes): string {
  return [x, y].map((axis) => `${axis.name} ${formatRange(axis, axis.min, axis.max)}`).join(', ');
}

/** A ring of points; undefined when any of it is wrong. */
export function readPoints(
  node: TreeNode,
  what: string,
  axes: PlaneScopes,
  diagnostics: Diagnostics,
): readonly PlanePoint[] | undefined {
  const nodes = readList(node, what, diagnostics);
  if (nodes === undefined) return undefined;
  const points = nodes.map((item, index) =>
    readPoint(item, `point ${index + 1} of ${what}`, axes, diagnostics),
  );
  return points.every((point) => point !== undefined) ? points : undefined;
}

/** `[x, y]` in the coordinates of the source. */
export function pointWords([x, y]: PlanePoint, axes: readonly [Words, Words]): string {
  return `[${sourceWords(axes[0], x)}, ${sourceWords(axes[1], y)}]`;
}

type Words = Parameters<typeof sourceWords>[0];
