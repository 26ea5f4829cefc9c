/**
 * `service` in RUN on memory that nobody admitted: random arenas, random buffers, requests whole and damaged, a port that answers
 * anything. Whatever comes, the recorded accesses and counts stay within what was proved.
 */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { coreUrl } from '../../host/core/core.ts';
import { flashWith } from '../../host/core/first-burn.ts';
import type { SimulatedFlash } from '../../host/core/flash.ts';
import { geometryBytes } from '../../host/core/geometry.ts';
import { GROUP, HOLDFAST, IMAGE, OPERATION, OS } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { publicKeyFromPem } from '../../host/image/sign.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import { encodeMessage } from '../../host/serial/smp.ts';
import { coreMap } from '../../host/timing/wasm/core-map.ts';
import type { Arena, MemoryMap } from '../../host/timing/wasm/memory-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { proveExport } from '../../host/timing/wasm/prove.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';
import { type Recorder, record, takeRecords } from './support/record.ts';

/** What status tells the ids of. */
const KEYS = ['one', 'two', 'three', 'four'].map((name) => publicKeyFromPem(testKeyPair(name).publicPem));
const RUNS = 60_000;
/** Bytes of an arena that are renewed at a time. */
const RENEWED_BYTES_MAX = 16 << 10;
/** Slices after which a device starts anew: much of what it does at first stops once its configuration is found damaged. */
const SLICES_A_DEVICE = 250;
/** Damage to these is found out at once or soon; half of the devices are spared it, and most other damage. */
const WATCHED = ['ACTIVE', 'ARENA', 'BURNED', 'GEOMETRY', 'CONSTANTS', 'CRC_TABLE'];
/** What the line may hand over between two slices, so that the core comes to its end of it. */
const FED_BYTES_MAX = 24;

for (const build of BUILD_NAMES) {
  test(`${build} build: ${RUNS} slices of service in RUN on random memory`, async () => {
    const bytes = readFileSync(coreUrl(build));
    const module = readModule(bytes);
    const map = coreMap(module);
    if (map === undefined) throw new Error('the core no longer exports its addresses');
    const proof = proveExport(module, 'service', { map });
    expect(proof.isProved).toBe(true);
    const random = new Random(seedFor(`service arenas ${build}`, 2));
    const device = new WildDevice(random, map, bytes, await compileEdition({ epoch: 1, limit: 40 }));
    const rounds = new Map<number, number>();
    const worst = { executed: 0, outside: 0, misaligned: 0 };
    for (let i = 0; i < RUNS; i++) {
      const slice = device.slice();
      worst.executed = Math.max(worst.executed, slice.executed);
      worst.outside += slice.outside;
      worst.misaligned += slice.misaligned;
      for (const [at, count] of slice.rounds) rounds.set(at, Math.max(count, rounds.get(at) ?? 0));
    }
    const bound = proof.counts?.instructions ?? 0;
    const loops = proof.obligations.filter(({ kind }) => kind === 'loop');
    const entered = loops.filter(({ at }) => (rounds.get(at) ?? 0) > 0);
    console.log(
      `${build} service: ${worst.executed} of ${bound} instructions, ratio ${(worst.executed / bound).toFixed(2)}; ` +
        `${entered.length} of ${loops.length} loops entered, ${device.windows} windows begun`,
    );
    expect(worst).toMatchObject({ outside: 0, misaligned: 0 });
    expect(worst.executed).toBeLessThanOrEqual(bound);
    expect(device.findings).toEqual([]);
    for (const { at, rounds: most } of loops) expect(rounds.get(at) ?? 0).toBeLessThanOrEqual(most ?? 0);
    expect(entered.length / loops.length).toBeGreaterThanOrEqual(0.9);
    expect(device.windows).toBeGreaterThan(0);
  });
}

/** What opens a window, so that slices end in one. */
const OPEN = { group: GROUP.holdfast, id: HOLDFAST.open };

/** Requests of every group, reading and writing, in both versions. */
function requests(): Uint8Array[] {
  const text = 'x'.repeat(200);
  const bytes = new Uint8Array(32);
  const asked = [
    { group: GROUP.os, id: OS.echo, write: true, fields: { d: text } },
    { group: GROUP.os, id: OS.parameters, write: false, fields: {} },
    { group: GROUP.os, id: OS.info, write: false, fields: { format: 's' } },
    { group: GROUP.os, id: OS.reset, write: true, fields: {} },
    { group: GROUP.image, id: IMAGE.state, write: false, fields: {} },
    { group: GROUP.image, id: IMAGE.state, write: true, fields: { hash: bytes, confirm: false } },
    { group: GROUP.image, id: IMAGE.slotInfo, write: false, fields: {} },
    {
      group: GROUP.image,
      id: IMAGE.upload,
      write: true,
      fields: { off: 0, len: 4000, data: bytes, sha: bytes },
    },
    { group: GROUP.image, id: IMAGE.erase, write: true, fields: { slot: 1 } },
    ...Object.values(HOLDFAST).flatMap((id) => [
      { group: GROUP.holdfast, id, write: false, fields: { slot: 0, off: 3, len: 100, x: 5, phase: 0 } },
      { group: GROUP.holdfast, id, write: true, fields: { token: 7, ticks: 9, unknown: 1, x: -1 } },
    ]),
  ];
  return asked.flatMap(({ group, id, write, fields }) =>
    [0, 1].map((version) => {
      const operation = write ? OPERATION.write : OPERATION.read;
      return encodeFrame(encodeMessage({ version, operation, group, id, sequence: 1 }, fields));
    }),
  );
}

interface Core {
  readonly memory: WebAssembly.Memory;
  readonly boot: () => number;
  readonly receive: (byte: number) => void;
  readonly service: (checks: number) => number;
}

/** A device whose memory, flash, line and inputs hold anything, as seen between slices in RUN. */
class WildDevice {
  readonly #random: Random;
  readonly #map: MemoryMap;
  readonly #recorder: Recorder;
  readonly #module: WebAssembly.Module;
  readonly #image: Uint8Array;
  readonly #requests = requests();
  readonly #open = encodeFrame(
    encodeMessage({ ...OPEN, version: 1, operation: OPERATION.write, sequence: 1 }, { ticks: 9 }),
  );
  readonly findings: string[] = [];
  /** How often a slice ended in WINDOW; the device starts anew then. */
  windows = 0;
  #core: Core;
  #exports: WebAssembly.Exports;
  #isInService = false;
  #isSpared = false;
  #isParked = false;
  #slicesLeft = 0;
  #line: number[] = [];

  constructor(random: Random, map: MemoryMap, bytes: Uint8Array, image: Uint8Array) {
    this.#random = random;
    this.#map = map;
    this.#image = image;
    this.#recorder = record(bytes, { loads: this.#arenas('loads'), stores: this.#arenas('stores') });
    this.#module = new WebAssembly.Module(this.#recorder.bytes);
    this.#exports = this.#start();
    this.#core = this.#exports as unknown as Core;
  }

  /** One slice in RUN, and what it did. */
  slice(): ReturnType<typeof takeRecords> {
    this.#spoil();
    this.#feed();
    takeRecords(this.#exports, this.#recorder.loops);
    this.#isInService = true;
    const mode = this.#core.service(this.#random.below(3));
    this.#isInService = false;
    const records = takeRecords(this.#exports, this.#recorder.loops);
    this.windows += mode;
    if (mode !== 0 || this.#slicesLeft-- === 0) {
      this.#exports = this.#start();
      this.#core = this.#exports as unknown as Core;
    }
    return records;
  }

  #arenas(which: 'loads' | 'stores'): Arena[] {
    const names = this.#map.exports?.service?.[which] ?? [];
    return this.#map.arenas.filter(({ name }) => names.includes(name));
  }

  #arena(name: string): Uint8Array {
    const found = this.#map.arenas.find((each) => each.name === name);
    if (found === undefined) throw new RangeError(`there is no arena ${name}`);
    return new Uint8Array(this.#core.memory.buffer, found.from, found.bytes);
  }

  /** A new instance, booted on an edition now and then. */
  #start(): WebAssembly.Exports {
    const flash = flashWith(readEdition(this.#image));
    const { exports } = new WebAssembly.Instance(this.#module, { port: this.#port(flash) });
    this.#core = exports as unknown as Core;
    this.#line = [];
    this.#isSpared = this.#random.onceIn(2);
    this.#isParked = this.#random.onceIn(2);
    this.#slicesLeft = SLICES_A_DEVICE;
    if (this.#random.onceIn(4)) return exports;
    this.#arena('GEOMETRY').set(geometryBytes(flash.geometry));
    this.#arena('BURNED').set(encodeBurned(deriveBurned(this.#image, KEYS)));
    this.#core.boot();
    return exports;
  }

  #port(flash: SimulatedFlash) {
    const random = this.#random;
    const anything = () => random.next() | 0;
    const mayNot = (name: string) => () => {
      if (this.#isInService) this.findings.push(`${name} in RUN`);
      return 0;
    };
    return {
      flashRead: (area: number, offset: number, to: number, bytes: number) => {
        const target = new Uint8Array(this.#core.memory.buffer, to >>> 0, bytes >>> 0);
        if (!this.#isInService) return flash.read(area, offset, target) ? 0 : 1;
        this.#inside(to >>> 0, bytes >>> 0, 'stores');
        for (let i = 0; i < target.length; i++) target[i] = random.next();
        return random.onceIn(4) ? 1 : 0;
      },
      flashErase: mayNot('flashErase'),
      flashProgram: mayNot('flashProgram'),
      reset: mayNot('reset'),
      interrupts: mayNot('interrupts'),
      timed: mayNot('timed'),
      serialWrite: (from: number, bytes: number) => {
        this.#inside(from >>> 0, bytes >>> 0, 'loads');
        return random.pick([0, 1, bytes, anything()]);
      },
      safeInput: () => Number(this.#isParked !== random.onceIn(50)),
      ticks: anything,
      cycles: anything,
      cycleRate: anything,
    };
  }

  /** Notes when what an import is handed is not in one arena. */
  #inside(from: number, bytes: number, which: 'loads' | 'stores'): void {
    const isInside = this.#arenas(which).some(
      (arena) => from >= arena.from && from + bytes <= arena.from + arena.bytes,
    );
    if (!isInside) this.findings.push(`${bytes} bytes at ${from} are not in ${which}`);
  }

  /** Changes memory: some bytes, a buffer, or all of them. */
  #spoil(): void {
    const random = this.#random;
    if (!random.onceIn(this.#isSpared ? 16 : 2)) return;
    const all = random.onceIn(16);
    for (const { name, bytes } of this.#map.arenas) {
      if (WATCHED.includes(name) ? this.#isSpared || !random.onceIn(16) : !all && !random.onceIn(12))
        continue;
      const arena = this.#arena(name);
      const count = random.pick([1, 4, Math.min(bytes, RENEWED_BYTES_MAX)]);
      const from = random.below(bytes - count + 1);
      for (let i = from; i < from + count; i++) arena[i] = random.next();
    }
  }

  /** Hands bytes over: pieces of a request, whole or with a byte changed, or anything. */
  #feed(): void {
    const random = this.#random;
    if (this.#line.length === 0 && random.onceIn(4)) {
      this.#line = [...(random.onceIn(6) ? this.#open : random.pick(this.#requests))];
      if (random.onceIn(4)) this.#line[random.below(this.#line.length)] = random.below(256);
    }
    const piece = this.#line.splice(0, random.below(FED_BYTES_MAX + 1));
    for (const byte of random.onceIn(200) ? [random.next() & 0xff] : piece) this.#core.receive(byte);
  }
}
