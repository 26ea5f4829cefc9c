/**
 * `boot` of the released core: what is proved of it holds where memory and flash are anything, and its bound grows with the bytes of a
 * slot by so many instructions a byte.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startUpImages } from '../../bench/start-up.mjs';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { coreUrl } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { SimulatedFlash, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { type Geometry, geometryBytes, geometryWords } from '../../host/core/geometry.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { ARENAS, BUILD_LIMITS } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { coreMap } from '../../host/timing/wasm/core-map.ts';
import type { MemoryMap } from '../../host/timing/wasm/memory-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';
import { record, takeRecords } from './support/record.ts';

const RUNS = 100;
/** Of an arena: what lies behind it no start looks at before it is written. */
const FILLED_BYTES_MAX = 4_096;
/** Of a journal and all else that does not depend on slots; and for each byte that an image may have. Instructions. */
const FIXED_MOST = 75e6;
const A_BYTE_MOST = 1_400;

const images = await startUpImages();
const small = await compileEdition({ epoch: 3, limit: 80 });

/** The map of a core whose device has this geometry. */
function mapWith(module: ReturnType<typeof readModule>, geometry: Geometry): MemoryMap {
  const map = coreMap(module);
  if (map === undefined) throw new Error('the core no longer exports its addresses');
  const boot = { ...map.exports?.boot, holds: { GEOMETRY: geometryWords(geometry) } };
  return { ...map, exports: { ...map.exports, boot } };
}

const withSlots = (bytes: number): Geometry => {
  const [, , ...journals] = VIRTUAL_GEOMETRY.areaBytes;
  return { ...VIRTUAL_GEOMETRY, areaBytes: [bytes, bytes, ...journals] as unknown as Geometry['areaBytes'] };
};

function boundOf(module: ReturnType<typeof readModule>, geometry: Geometry): number {
  const { counts, obligations } = proveExport(module, 'boot', { map: mapWith(module, geometry) });
  expect(obligations.filter(({ isDischarged }) => !isDischarged)).toEqual([]);
  return counts?.instructions ?? Number.NaN;
}

/** A device of a recorded core: boots on memory and flash as given; says what that did. */
class Device {
  readonly #recorder;
  readonly #module: WebAssembly.Module;
  readonly #map: MemoryMap;
  readonly #geometry: Geometry;

  constructor(bytes: Uint8Array, map: MemoryMap, geometry: Geometry) {
    const arenas = (names: readonly string[] = []) => map.arenas.filter(({ name }) => names.includes(name));
    const rule = map.exports?.boot;
    this.#recorder = record(bytes, { loads: arenas(rule?.loads), stores: arenas(rule?.stores) });
    this.#module = new WebAssembly.Module(this.#recorder.bytes);
    this.#map = map;
    this.#geometry = geometry;
  }

  /** `anything` says what memory holds before, but for geometry and burned block; `fails`: whether a read of flash does. */
  boot(image: Uint8Array, content: Uint8Array | null, random: Random | null) {
    const flash = new SimulatedFlash(
      this.#geometry,
      content ?? contentWith(readEdition(image), this.#geometry),
    );
    let memory = new Uint8Array();
    let outside = 0;
    const inside = (from: number, bytes: number, names: readonly string[] = []) => {
      const isInside = this.#map.arenas.some(
        (arena) =>
          names.includes(arena.name) && from >= arena.from && from + bytes <= arena.from + arena.bytes,
      );
      if (!isInside) outside++;
      return memory.subarray(from, from + bytes);
    };
    const rule = this.#map.exports?.boot;
    const fails = () => random?.onceIn(200) ?? false;
    const none = () => {
      throw new Error('boot asks for nothing but flash');
    };
    const port = {
      flashRead: (area: number, offset: number, to: number, bytes: number) => {
        const target = inside(to >>> 0, bytes >>> 0, rule?.stores);
        return !fails() && flash.read(area, offset, target) ? 0 : 1;
      },
      flashErase: (area: number, offset: number) => (!fails() && flash.erase(area, offset) ? 0 : 1),
      flashProgram: (area: number, offset: number, from: number, bytes: number) =>
        !fails() && flash.program(area, offset, inside(from >>> 0, bytes >>> 0, rule?.loads)) ? 0 : 1,
      ...Object.fromEntries(
        ['serialWrite', 'safeInput', 'ticks', 'reset', 'cycles', 'cycleRate', 'interrupts', 'timed'].map(
          (name) => [name, none],
        ),
      ),
    };
    const { exports } = new WebAssembly.Instance(this.#module, { port });
    memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
    const place = (name: string) => this.#map.arenas.find((arena) => arena.name === name)?.from ?? Number.NaN;
    if (random !== null) {
      for (const { name, from, bytes } of this.#map.arenas)
        if (name !== 'CONSTANTS' && random.onceIn(2))
          for (let at = from; at < from + Math.min(bytes, FILLED_BYTES_MAX); at++)
            memory[at] = random.below(256);
    }
    memory.set(geometryBytes(this.#geometry), place('GEOMETRY'));
    if (!(random?.onceIn(8) ?? false))
      memory.set(encodeBurned(deriveBurned(image, 'development')), place('BURNED'));
    takeRecords(exports, this.#recorder.loops);
    const reason = (exports.boot as () => number)();
    const records = takeRecords(exports, this.#recorder.loops);
    return { ...records, outside: records.outside + outside, reason };
  }
}

/** Flash with a slot or journals spoiled: bits, words, stretches, records torn anywhere. */
function spoiled(content: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(content);
  for (let i = random.below(12); i > 0; i--) {
    const isJournal = random.onceIn(2);
    const [slot = 0] = VIRTUAL_GEOMETRY.areaBytes;
    const from = isJournal ? 2 * slot : random.below(2) * slot;
    const at = from + random.below(isJournal ? bytes.length - from : 8_192);
    const value = random.pick([0, 1, 0xff, random.below(256)]);
    bytes.fill(value, at, at + random.pick([1, 4, 64, 600, 4_096]));
  }
  return bytes;
}

for (const build of BUILD_NAMES) {
  const bytes = readFileSync(coreUrl(build));
  const module = readModule(bytes);
  const fitting = [small, ...Object.values(images)].filter(
    ({ length }) => length < BUILD_LIMITS[build].arenaBytes,
  );

  test(`${build} build: ${RUNS} starts on memory and flash that hold anything stay within what is proved`, () => {
    const bound = boundOf(module, VIRTUAL_GEOMETRY);
    const random = new Random(seedFor(`boot ${build}`, 13));
    const device = new Device(bytes, mapWith(module, VIRTUAL_GEOMETRY), VIRTUAL_GEOMETRY);
    const worst = { executed: 0, outside: 0, misaligned: 0, refused: 0 };
    for (let i = 0; i < RUNS; i++) {
      const image = random.pick(fitting);
      const content = spoiled(contentWith(readEdition(image)), random);
      const { executed, outside, misaligned, reason } = device.boot(image, content, random);
      worst.executed = Math.max(worst.executed, executed);
      worst.outside += outside;
      worst.misaligned += misaligned;
      worst.refused += Number(reason !== 0);
    }
    expect(worst.outside).toBe(0);
    expect(worst.misaligned).toBe(0);
    expect(worst.executed).toBeLessThanOrEqual(bound);
    expect(worst.refused).toBeGreaterThan(RUNS / 4);
    expect(worst.refused).toBeLessThan(RUNS);
  });
}

describe('the bound of a start', () => {
  const bytes = readFileSync(coreUrl('device'));
  const module = readModule(bytes);

  test.each([16, 40, 132, 256])('grows with the bytes of a slot: %i KiB', (kibibytes) => {
    const bound = boundOf(module, withSlots(kibibytes * 1024));
    expect(bound).toBeLessThan(FIXED_MOST + A_BYTE_MOST * kibibytes * 1024);
  });

  test.each(['rp2040', 'riscv32', 'microbit'])('is there for the board %s', (name) => {
    const { geometry, arena } = targetNamed(name);
    const core = readModule(readFileSync(coreUrl(ARENAS[arena ?? '128K'])));
    expect(boundOf(core, geometry)).toBeGreaterThan(0);
  });

  test.each(Object.entries(images))(
    'is not reached by the image %s, in a slot that it fills',
    (name, image) => {
      const { sectorBytes } = VIRTUAL_GEOMETRY;
      const geometry = withSlots((Math.ceil(image.length / sectorBytes) + 1) * sectorBytes);
      const bound = boundOf(module, geometry);
      const { executed, outside, reason } = new Device(bytes, mapWith(module, geometry), geometry).boot(
        image,
        null,
        null,
      );
      console.log(
        `${name}: ${executed} instructions of at most ${bound}, ${(bound / executed).toFixed(1)} times`,
      );
      expect(reason).toBe(0);
      expect(outside).toBe(0);
      expect(executed).toBeLessThanOrEqual(bound);
    },
  );
});
