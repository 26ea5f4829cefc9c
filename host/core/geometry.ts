/** The geometry of flash: sizes by area, and the bytes that a port gives to the core; docs/SPEC.md section 6. */

import { GEOMETRY_AT, GEOMETRY_BYTES } from '../format.ts';

/** Bytes by area: slots A and B, state, tokens, outcome. */
export type AreaSizes = readonly [number, number, number, number, number];

/** Flash geometry in bytes. */
export interface Geometry {
  /** Erase unit: of all areas, or of each. */
  sectorBytes: number | AreaSizes;
  /** Program unit: a power of two, 1 to 256. */
  programBytes: number;
  /** Value of an erased byte. */
  erasedByte: number;
  areaBytes: AreaSizes;
}

/** The erase unit of an area; 0 where there is no such area. */
export function sectorBytesOf(geometry: Pick<Geometry, 'sectorBytes'>, area: number): number {
  return sectorSizes(geometry)[area] ?? 0;
}

/** The erase units of all areas. */
export function sectorSizes({ sectorBytes }: Pick<Geometry, 'sectorBytes'>): AreaSizes {
  if (typeof sectorBytes !== 'number') return sectorBytes;
  return [sectorBytes, sectorBytes, sectorBytes, sectorBytes, sectorBytes];
}

/** A geometry as a port writes it into the core's memory. */
export function geometryBytes(geometry: Geometry): Uint8Array {
  const bytes = new Uint8Array(GEOMETRY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(GEOMETRY_AT.programBytes, geometry.programBytes, true);
  view.setUint32(GEOMETRY_AT.erasedByte, geometry.erasedByte, true);
  for (const [at, sizes] of [
    [GEOMETRY_AT.sectorBytes, sectorSizes(geometry)],
    [GEOMETRY_AT.areaBytes, geometry.areaBytes],
  ] as const)
    for (const [area, size] of sizes.entries()) view.setUint32(at + 4 * area, size, true);
  return bytes;
}

/** The same, word by word. */
export function geometryWords(geometry: Geometry): number[] {
  const { buffer } = geometryBytes(geometry);
  const view = new DataView(buffer);
  return Array.from({ length: buffer.byteLength / 4 }, (_, index) => view.getUint32(4 * index, true));
}
