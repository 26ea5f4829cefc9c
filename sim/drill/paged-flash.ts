/**
 * Flash as a drill needs it: kept in pages that never change in place, so that keeping all of it costs a list of pages, with a key
 * by which two contents are known as the same, and with bits that read differently each time.
 */
import { type Geometry, sectorBytesOf } from '../../host/core/geometry.ts';
import { PAGE_BYTES } from '../../host/format.ts';
import type { Random } from './random.ts';

/** Parts of a key: two sums of 32 and 20 bits in one number. */
const KEY_LOW = 2 ** 20;

export class Page {
  readonly bytes: Uint8Array;
  readonly high: number;
  readonly low: number;

  constructor(bytes: Uint8Array) {
    let [high, low] = [0x811c9dc5, 0x9747b28c];
    for (let at = 0; at < PAGE_BYTES; at++) {
      high = Math.imul(high ^ (bytes[at] ?? 0), 0x01000193);
      low = Math.imul((low << 5) ^ (low >>> 27) ^ (bytes[at] ?? 0), 0x5bd1e995);
    }
    this.bytes = bytes;
    this.high = high;
    this.low = low;
  }
}

/** An erase or a program, as it was asked for; `start` is a place in the whole flash. */
export interface Operation {
  readonly kind: 'erase' | 'program';
  readonly area: number;
  readonly start: number;
  /** What stands there before, and what is to stand there after. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Bits that read differently: by place in the whole flash, a mask of the bits of that byte. */
export type Unstable = ReadonlyMap<number, number>;

/** Whether they change with each read or stay as they are until the next start. */
export type Flicker = 'each read' | 'each start';

/** A whole content that is kept. */
export interface Kept {
  readonly pages: readonly Page[];
  readonly key: number;
}

export class PagedFlash {
  readonly geometry: Geometry;
  readonly #areaStarts: readonly number[];
  readonly #erased: Page;
  #pages: Page[];
  #high = 0;
  #low = 0;
  #unstable = new Map<number, number>();
  #flicker: Flicker = 'each read';
  #random: Random | null = null;
  /** What the unstable bits are in this start; only for those that change with each start. */
  readonly #values = new Map<number, number>();
  /** Programs of bytes that were not erased, and operations out of place: nothing that a driver may ask for. */
  misuses = 0;
  reads = 0;

  constructor(geometry: Geometry, content: Uint8Array) {
    this.geometry = geometry;
    this.#areaStarts = geometry.areaBytes.map((_, area) =>
      geometry.areaBytes.slice(0, area).reduce((sum, bytes) => sum + bytes, 0),
    );
    this.#erased = new Page(new Uint8Array(PAGE_BYTES).fill(geometry.erasedByte));
    const same = new Map<string, Page>();
    this.#pages = Array.from({ length: content.length / PAGE_BYTES }, (_, index) => {
      const bytes = content.slice(index * PAGE_BYTES, (index + 1) * PAGE_BYTES);
      const name = Buffer.from(bytes).toString('latin1');
      const page = same.get(name) ?? new Page(bytes);
      same.set(name, page);
      return page;
    });
    for (const [index, page] of this.#pages.entries()) this.#mix(page, index);
  }

  keep(): Kept {
    return { pages: this.#pages.slice(), key: (this.#high >>> 0) * KEY_LOW + (this.#low >>> 12) };
  }

  /** Puts a content back, all of its bits stable. */
  putBack({ pages }: Kept): void {
    this.#pages = pages.slice();
    this.#high = 0;
    this.#low = 0;
    for (const [index, page] of this.#pages.entries()) this.#mix(page, index);
    this.#unstable.clear();
    this.#values.clear();
  }

  /** From here on these bits read as they like. */
  unsettle(unstable: Unstable, flicker: Flicker, random: Random): void {
    this.#unstable = new Map(unstable);
    this.#flicker = flicker;
    this.#random = random;
    this.start();
  }

  /** Bits that are still unstable. */
  get unstableBytes(): number {
    return this.#unstable.size;
  }

  /** Power comes: bits that change with each start change now. */
  start(): void {
    this.#values.clear();
  }

  /** Fills `destination`; false when that is out of range. */
  read(area: number, offset: number, destination: Uint8Array): boolean {
    const start = this.#locate(area, offset, destination.length, 1);
    if (start === null) return false;
    this.reads++;
    this.copy(start, destination);
    if (this.#unstable.size > 0) this.#disturb(start, destination);
    return true;
  }

  /** The bytes that stand there, unstable bits as what they were before. */
  copy(start: number, destination: Uint8Array): void {
    for (let at = 0; at < destination.length; ) {
      const from = (start + at) % PAGE_BYTES;
      const bytes = Math.min(PAGE_BYTES - from, destination.length - at);
      const page = this.#pages[(start + at - from) / PAGE_BYTES];
      if (page === undefined) throw new RangeError('there is no such page');
      destination.set(bytes === PAGE_BYTES ? page.bytes : page.bytes.subarray(from, from + bytes), at);
      at += bytes;
    }
  }

  #disturb(start: number, destination: Uint8Array): void {
    for (const [place, mask] of this.#unstable) {
      const at = place - start;
      if (at < 0 || at >= destination.length) continue;
      destination[at] = ((destination[at] ?? 0) & ~mask) | (this.#valueAt(place) & mask);
    }
  }

  #valueAt(place: number): number {
    const known = this.#flicker === 'each start' ? this.#values.get(place) : undefined;
    const value = known ?? (this.#random?.next() ?? 0) >>> 24;
    this.#values.set(place, value);
    return value;
  }

  /** What is asked for, or null when a driver must not ask for it. */
  eraseOperation(area: number, offset: number): Operation | null {
    const sectorBytes = sectorBytesOf(this.geometry, area);
    const start = this.#locate(area, offset, sectorBytes, sectorBytes);
    if (start === null) return null;
    const before = new Uint8Array(sectorBytes);
    this.copy(start, before);
    return {
      kind: 'erase',
      area,
      start,
      before,
      after: new Uint8Array(sectorBytes).fill(this.geometry.erasedByte),
    };
  }

  programOperation(area: number, offset: number, source: Uint8Array): Operation | null {
    const start = this.#locate(area, offset, source.length, this.geometry.programBytes);
    if (start === null) return null;
    const before = new Uint8Array(source.length);
    this.copy(start, before);
    return { kind: 'program', area, start, before, after: source.slice() };
  }

  /** Does an operation whole. What it writes is stable but for bits that a program leaves as they are erased. */
  perform({ kind, start, before, after }: Operation): void {
    if (this.#unstable.size > 0) this.#settle(kind, start, after);
    const { erasedByte } = this.geometry;
    if (
      kind === 'program' &&
      before.some((byte, at) => byte !== erasedByte && !this.#unstable.has(start + at))
    )
      this.misuses++;
    this.write(start, after);
  }

  #settle(kind: Operation['kind'], start: number, after: Uint8Array): void {
    const { erasedByte } = this.geometry;
    for (const [place, mask] of this.#unstable) {
      const at = place - start;
      if (at < 0 || at >= after.length) continue;
      const left = kind === 'erase' ? 0 : mask & ~((after[at] ?? 0) ^ erasedByte);
      if (left === 0) this.#unstable.delete(place);
      else this.#unstable.set(place, left);
    }
  }

  /** Makes bytes stand there, as power or a test leaves them. */
  write(start: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const from = (start + at) % PAGE_BYTES;
      const index = (start + at - from) / PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - from, bytes.length - at);
      const old = this.#pages[index];
      if (old === undefined) throw new RangeError('there is no such page');
      const page = this.#pageWith(old, bytes.subarray(at, at + count), from);
      this.#mix(old, index);
      this.#mix(page, index);
      this.#pages[index] = page;
      at += count;
    }
  }

  #pageWith(old: Page, bytes: Uint8Array, from: number): Page {
    if (bytes.length === PAGE_BYTES && Buffer.compare(bytes, this.#erased.bytes) === 0) return this.#erased;
    const changed = old.bytes.slice();
    changed.set(bytes, from);
    return new Page(changed);
  }

  /** Adds a page to the key, or takes it off. */
  #mix({ high, low }: Page, index: number): void {
    this.#high ^= Math.imul(high ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
    this.#low ^= Math.imul(low ^ Math.imul(index + 1, 0xc2b2ae35), 0x27d4eb2f);
  }

  #locate(area: number, offset: number, bytes: number, alignment: number): number | null {
    const limit = this.geometry.areaBytes[area];
    const isInside = limit !== undefined && offset >= 0 && bytes >= 1 && offset + bytes <= limit;
    return isInside && offset % alignment === 0 && bytes % alignment === 0
      ? (this.#areaStarts[area] ?? 0) + offset
      : null;
  }
}
