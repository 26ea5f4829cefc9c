import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { OracleArea, OraclePoint } from './plane-oracle.ts';

/** Counties of the United States by the quantised grid of the npm package `us-atlas`, whose neighbours share their borders exactly. */

interface Topology {
  readonly arcs: readonly (readonly OraclePoint[])[];
  readonly objects: { readonly counties: { readonly geometries: readonly Geometry[] } };
}

type Geometry =
  | { readonly type: 'Polygon'; readonly id: string; readonly arcs: readonly (readonly number[])[] }
  | {
      readonly type: 'MultiPolygon';
      readonly id: string;
      readonly arcs: readonly (readonly (readonly number[])[])[];
    };

export interface County {
  readonly id: string;
  readonly areas: readonly OracleArea[];
  /** Numbers of arcs, in the direction in which they are stored. */
  readonly arcs: readonly number[];
}

export interface Atlas {
  readonly counties: readonly County[];
  /** Points of each arc. */
  readonly arcs: readonly (readonly OraclePoint[])[];
}

/** By degrees, and projected, in pixels. */
export type AtlasFile = 'counties-10m' | 'counties-albers-10m';

/** Counties whose number begins with that of a state, such as '19' for Iowa; points times `scale`. */
export function countiesOf(state: string, scale: number, name: AtlasFile = 'counties-10m'): Atlas {
  const file = createRequire(import.meta.url).resolve(`us-atlas/${name}.json`);
  const { arcs, objects } = JSON.parse(readFileSync(file, 'utf8')) as Topology;
  const points = arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]): OraclePoint => {
      x += dx;
      y += dy;
      return [x * scale, y * scale];
    });
  });
  const ringOf = (numbers: readonly number[]): OraclePoint[] =>
    numbers.flatMap((number) => {
      const forward = points[number < 0 ? ~number : number] ?? [];
      return (number < 0 ? [...forward].reverse() : forward).slice(0, -1);
    });
  const counties = objects.counties.geometries
    .filter(({ id }) => id.startsWith(state))
    .map((geometry): County => {
      const polygons = geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs;
      return {
        id: geometry.id,
        areas: polygons.map((rings) => rings.map(ringOf)),
        arcs: polygons.flat(2).map((number) => (number < 0 ? ~number : number)),
      };
    });
  return { counties, arcs: points };
}
