/**
 * Simulated NOR flash: a sector is erased as a whole, program units are written whole and only where they are erased. What real
 * flash would do badly (misaligned, out of range, over what is not erased) is refused and counted, so that it shows in a test.
 */

import { type Geometry, sectorBytesOf } from './geometry.ts';

/** The flash of the virtual controller: sectors of 4 KiB, program units of 256 bytes, slots of 256 KiB. */
export const VIRTUAL_GEOMETRY: Geometry & { sectorBytes: number } = {
  sectorBytes: 4096,
  programBytes: 256,
  erasedByte: 0xff,
  areaBytes: [262_144, 262_144, 8192, 8192, 8192],
};

export interface FlashCounters {
  reads: number;
  erases: number;
  programs: number;
  /** Operations that were not done because they broke a rule. */
  refused: number;
}

/** Told about every change: the byte range of the whole content that is different now. */
export type Persist = (content: Uint8Array, offset: number, bytes: number) => void;

export function flashBytes(geometry: Geometry): number {
  return geometry.areaBytes.reduce((sum, bytes) => sum + bytes, 0);
}

/** All areas erased, one after the other. */
export function erasedContent(geometry: Geometry): Uint8Array {
  return new Uint8Array(flashBytes(geometry)).fill(geometry.erasedByte);
}

export class SimulatedFlash {
  readonly geometry: Geometry;
  readonly counters: FlashCounters = { reads: 0, erases: 0, programs: 0, refused: 0 };
  /** All areas, one after the other. */
  readonly #content: Uint8Array;
  readonly #persist: Persist;

  /** `content` has `flashBytes(geometry)` bytes and is changed in place. */
  constructor(geometry: Geometry, content: Uint8Array, persist: Persist = () => {}) {
    if (content.length !== flashBytes(geometry)) {
      throw new RangeError(`content has ${content.length} bytes, the geometry ${flashBytes(geometry)}`);
    }
    this.geometry = geometry;
    this.#content = content;
    this.#persist = persist;
  }

  /** Fills `destination` from `offset` of an area; false when that is out of range. */
  read(area: number, offset: number, destination: Uint8Array): boolean {
    const start = this.#locate(area, offset, destination.length, 1);
    if (start === null) return this.#refuse();
    destination.set(this.#content.subarray(start, start + destination.length));
    this.counters.reads++;
    return true;
  }

  /** Erases the sector at `offset`, a multiple of its size. */
  erase(area: number, offset: number): boolean {
    const bytes = sectorBytesOf(this.geometry, area);
    const start = this.#locate(area, offset, bytes, bytes);
    if (start === null) return this.#refuse();
    this.#content.fill(this.geometry.erasedByte, start, start + bytes);
    this.#persist(this.#content, start, bytes);
    this.counters.erases++;
    return true;
  }

  /** Writes whole program units, all of them erased. */
  program(area: number, offset: number, source: Uint8Array): boolean {
    const start = this.#locate(area, offset, source.length, this.geometry.programBytes);
    if (start === null || !this.#isErased(start, source.length)) return this.#refuse();
    this.#content.set(source, start);
    this.#persist(this.#content, start, source.length);
    this.counters.programs++;
    return true;
  }

  /** Where the range begins in the content; null when it is empty, misaligned or outside its area. */
  #locate(area: number, offset: number, bytes: number, alignment: number): number | null {
    const { areaBytes } = this.geometry;
    const limit = areaBytes[area];
    if (limit === undefined || offset < 0 || bytes < 1 || offset + bytes > limit) return null;
    if (offset % alignment !== 0 || bytes % alignment !== 0) return null;
    return areaBytes.slice(0, area).reduce((sum, length) => sum + length, 0) + offset;
  }

  #isErased(start: number, bytes: number): boolean {
    return this.#content.subarray(start, start + bytes).every((byte) => byte === this.geometry.erasedByte);
  }

  #refuse(): false {
    this.counters.refused++;
    return false;
  }
}

/** Flash that is gone with the process, erased. */
export function createMemoryFlash(geometry: Geometry = VIRTUAL_GEOMETRY): SimulatedFlash {
  return new SimulatedFlash(geometry, erasedContent(geometry));
}
