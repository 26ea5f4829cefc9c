import type { Point, Ring } from '../geometry/point.ts';
import { Carriers, CUT_NONE, Fragments } from './fragments.ts';
import type { Lines } from './lines.ts';

/**
 * The edges of numbered areas, whose points are offsets from the minima of the axes: each once, however many areas share it, and which
 * areas one enters or leaves where a line of edges is crossed.
 */
export interface AreaEdges {
  readonly carriers: Carriers;
  /** Every edge, whole. */
  readonly fragments: Fragments;
  /** By line: the stretches of it where something is crossed. */
  readonly stretches: ReadonlyMap<number, readonly Stretch[]>;
}

/** A stretch of a line between two places along it, x, or y of an upright line; rising, apart from each other. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Areas of which one border or an odd number lies there, rising. */
  readonly areas: readonly number[];
}

export function areaEdges(lines: Lines, areas: readonly (readonly Ring[])[]): AreaEdges {
  const carriers = new Carriers();
  const fragments = new Fragments();
  const known = new Set<string>();
  const crossed = new Map<number, { readonly at: number; readonly area: number }[]>();
  areas.forEach((rings, area) => {
    for (const ring of rings)
      ring.forEach(([x0, y0], index) => {
        const [x1, y1] = ring[(index + 1) % ring.length] as Point;
        if (x0 === x1 && y0 === y1) return;
        const line = lines.through(x0, y0, x1, y1);
        const ends = crossed.get(line) ?? [];
        if (ends.length === 0) crossed.set(line, ends);
        const isUpright = lines.b[line] === 0;
        ends.push({ at: isUpright ? y0 : x0, area }, { at: isUpright ? y1 : x1, area });
        const isForward = isUpright ? y0 < y1 : x0 < x1;
        const [px, py, qx, qy] = isForward ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
        const key = `${px} ${py} ${qx} ${qy}`;
        if (known.has(key)) return;
        known.add(key);
        fragments.push(carriers.add(line, px, py, qx, qy), 0, CUT_NONE, 1, CUT_NONE);
      });
  });
  const stretches = new Map([...crossed].map(([line, ends]) => [line, stretchesOf(ends)]));
  return { carriers, fragments, stretches };
}

/** Between neighbouring ends an area is crossed if an odd number of its ends lies before. */
function stretchesOf(ends: { readonly at: number; readonly area: number }[]): Stretch[] {
  ends.sort((left, right) => left.at - right.at);
  const inside = new Set<number>();
  const found: Stretch[] = [];
  ends.forEach(({ at, area }, index) => {
    if (!inside.delete(area)) inside.add(area);
    const to = ends[index + 1]?.at ?? at;
    if (to === at || inside.size === 0) return;
    found.push({ from: at, to, areas: [...inside].sort((left, right) => left - right) });
  });
  return found;
}
