/**
 * What a check of seeded planes of 1,000 corners takes on the RP2040 as its firmware is linked, counted in the emulator: the same for every
 * question, as many cycles as the image's steps say, within the gates; and a ray cast over all edges in the same emulator.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { RAYCASTS, raycastBench } from '../../bench/raycast-rp2040.mjs';
import type { PlanePartition } from '../../host/body/plane-partition.ts';
import { compilePartition } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { stepsOfKinds, totalSteps } from '../../host/cycles/steps.ts';
import { checkCycles, cyclesOf } from '../../host/cycles/table.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { parseImage } from '../../host/image/container.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { planeModel, resolved } from '../support/plane-models.ts';
import { ownerOf } from '../support/plane-oracle.ts';
import { benchPlane, placeOf, type RandomPlane } from '../support/plane-questions.ts';
import { BENCH_KINDS } from '../support/plane-shapes.ts';
import { Random, seedFor } from '../support/random.ts';

/** Cycles at most: without a grid, and with one, which is what compile chooses here. */
const GATES = { without: 275, with: 215 };
/** Times as many cycles as the check that a ray cast takes at least, worst against worst. */
const RAYCAST_TIMES = 30;
const SEEDS = [1, 2, 3];
const QUESTIONS = 150;
const RAYCAST_QUESTIONS = 60;
const EXTREMES = [-(2 ** 31), -1, 2 ** 31 - 1];
const ARENA_BYTES = 120 * 1024;

describe.each(BENCH_KINDS)('%s of 1,000 corners', (kind) => {
  let bench: Rp2040Bench;
  let memoryAt: number;

  beforeAll(async () => {
    const { elf } = await buildFirmware('rp2040');
    bench = new Rp2040Bench(elf);
    memoryAt = elf.addressOf('holdfast_memory');
  });

  /** Cycles of each of many questions, whose answers are those of all edges. */
  async function counted(drawn: RandomPlane, partition: PlanePartition, random: Random) {
    const { image, fits } = compilePartition(partition, undefined);
    expect(fits).not.toBe('large');
    const core = await openImage(image, { build: 'device' });
    const { buffer, byteOffset, length } = core.arena();
    bench.memory(memoryAt, byteOffset + length).set(new Uint8Array(buffer, 0, byteOffset + length));
    const counts = new Set<number>();
    const ask = (phase: number, x: number, y: number) => {
      const { result, cycles } = bench.call('holdfast_check_plane', phase, x >>> 0, y >>> 0);
      expect(result).toBe(core.check(phase, x, y));
      counts.add(cycles);
      return result;
    };
    for (let question = 0; question < QUESTIONS; question++) {
      const [x, y] = placeOf(random, drawn, partition);
      const { rule } = core.verdict(ask(0, x, y), x, y);
      expect(rule, `${x}, ${y}`).toBe(ownerOf(drawn.plane, x, y, 0));
      ask(random.pick([1, 0x7fffffff, 0xffffffff]), x, y);
      ask(0, random.pick(EXTREMES), y);
      ask(0, x, random.pick(EXTREMES));
    }
    return { counts: [...counts], core, declared: stepsOfKinds(parseImage(image).identity.steps) };
  }

  /** The most cycles that each ray cast takes, whose answers are those of the core. */
  function raycast(drawn: RandomPlane, partition: PlanePartition, core: Core, random: Random): number[] {
    const { zones } = drawn.plane;
    const { axes, rules } = partition;
    // Without limits the highest tier answers, of as high ones the first.
    const order = zones
      .map(({ tier }, index) => ({ tier, index }))
      .sort((one, other) => other.tier - one.tier);
    const areas = order.map(({ index }) => ({
      ring: zones[index]?.areas[0]?.[0] ?? expect.unreachable(),
      word: index,
    }));
    const asked = raycastBench({ areas, box: drawn.box, outside: 0xffff, rest: rules.length - 1 });
    const places = Array.from({ length: RAYCAST_QUESTIONS }, () => placeOf(random, drawn, partition));
    expect(axes[0].min).toBe(drawn.box.minX);
    return RAYCASTS.map((form) => {
      asked.prepare(form);
      const taken = places.map(([x, y]) => {
        const { result, cycles } = asked.ask(form, 0, x, y);
        expect(result, `${form} ${x}, ${y}`).toBe(core.verdict(core.check(0, x, y), x, y).rule);
        return cycles;
      });
      expect(asked.ask(form, 0, drawn.box.minX - 1, 0).result).toBe(0xffff);
      return Math.max(...taken);
    });
  }

  test.each(SEEDS)(
    'seed %i: one number of cycles, that of the declared steps, within the gates',
    {
      timeout: 600_000,
    },
    async (seed) => {
      const random = new Random(seedFor(`cycles of ${kind}`, seed));
      const drawn = benchPlane(new Random(seed), kind, 2 ** 20, 1000);
      const table = cyclesOf('rp2040') ?? expect.unreachable();
      for (const [way, most] of Object.entries(GATES)) {
        const limits = { grids: way === 'with', bytesMax: ARENA_BYTES, looksMax: 30_000_000 };
        const partition = resolved(planeModel(drawn.plane, drawn.box), limits);
        const { counts, declared, core } = await counted(drawn, partition, random);
        expect(partition.columns * partition.rows > 1).toBe(way === 'with');
        // Levels, and the look into the grid.
        expect(totalSteps(declared)).toBe(partition.depth + 1);
        expect(counts).toEqual([checkCycles(table, declared)]);
        expect(counts[0]).toBeLessThanOrEqual(most);
        const times = raycast(drawn, partition, core, random).map((cycles) => cycles / (counts[0] ?? 0));
        const words = times.map((each) => each.toFixed(1)).join(' and ');
        console.info(`${kind}, ${seed}, ${way} a grid: ${counts} cycles, ray casts ${words} times as many`);
        expect(Math.min(...times)).toBeGreaterThanOrEqual(RAYCAST_TIMES);
      }
    },
  );
});
