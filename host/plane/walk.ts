import type { PlanePartition } from '../body/plane-partition.ts';

/** Index of the rule that a lookup leads to at offsets from the minima, as cores walk it: f modulo 2^32; −1 beyond axes and phases. */
export function ruleAt(
  plane: Pick<PlanePartition, 'axes' | 'phases' | 'grids' | 'nodes' | 'shiftX' | 'shiftY' | 'columns'>,
  x: number,
  y: number,
  phase: number,
): number {
  const { axes, phases, grids, nodes, shiftX, shiftY, columns } = plane;
  const isInside = x >= 0 && y >= 0 && x < axes[0].max - axes[0].min && y < axes[1].max - axes[1].min;
  const grid = phases.find(({ from, to }) => from <= phase && phase < to)?.grid;
  if (!isInside || grid === undefined) return -1;
  let link = grids[grid]?.roots[(y >>> shiftY) * columns + (x >>> shiftX)];
  // Every link leads to a later node.
  for (let node = nodes[link ?? -1]; node !== undefined; node = nodes[link])
    link = ((Math.imul(node.a, x) + Math.imul(node.b, y) + node.c) | 0) < 0 ? node.left : node.right;
  return link === undefined ? -1 : -1 - link;
}
