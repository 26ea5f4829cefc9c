/**
 * Moves through planes in the firmware as it is linked: the same struct on three machines, by the wasm, by a Cortex-M0+ and by RV32; and
 * the gate of what a leaf of a move may take.
 */
import { expect, test } from 'vitest';
import { compilePartition } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { BURNED_BYTES, SWEEP_BYTES } from '../../host/format.ts';
import { RiscvMachine } from '../../sim/boards/riscv-machine.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { planeModel, resolved } from '../support/plane-models.ts';
import { benchPlane, placeOf } from '../support/plane-questions.ts';
import { BENCH_KINDS } from '../support/plane-shapes.ts';
import { Random, seedFor } from '../support/random.ts';
import { callAnyhow } from './support/riscv-machine.ts';

const SWEEP = 'holdfast_sweep_plane';
const MEMORY = 'holdfast_memory';
const CORNERS = 120;
const MOVES = 40;
const LIMITS = { bytesMax: 64 * 1024, looksMax: 200_000 };
/** The word of ACTIVE that holds the most cells of a move. */
const CELLS_AT = 18 * 4;
/** Cycles that one leaf more may take, for each level of the plane and besides. */
const GATE = { rp2040: { level: 1900, leaf: 6500 }, riscv32: { level: 330, leaf: 1400 } };

test('three machines follow moves alike, and a leaf takes no more than its gate', {
  timeout: 600_000,
}, async () => {
  const random = new Random(seedFor('moves, three machines', 63));
  const [arm, riscv] = [await buildFirmware('rp2040'), await buildFirmware('riscv32')];
  const bench = new Rp2040Bench(arm.elf);
  // The board's own stack lies behind this MiB.
  const machine = new RiscvMachine(riscv.elf, 0x8000_0000, 0x10_0000, 0x8010_0000);
  const worst = { rp2040: 0, riscv32: 0 };
  for (const [index, kind] of BENCH_KINDS.entries()) {
    const span = [2 ** 12, 2 ** 16, 2 ** 20][index % 3] ?? 0;
    const drawn = benchPlane(random, kind, span, CORNERS);
    const model = { ...planeModel(drawn.plane, drawn.box), longestMove: span, mostCells: 4096 };
    const partition = resolved(model, { ...LIMITS, grids: index % 2 === 0 });
    const core = await openImage(compilePartition(partition, undefined).image, { build: 'device' });
    const { buffer, byteOffset, length } = core.arena();
    const memory = new Uint8Array(buffer, 0, byteOffset + length);
    const active = Number(core.globalOf('BURNED').value) + BURNED_BYTES + CELLS_AT;
    const onArm = bench.memory(arm.elf.addressOf(MEMORY), memory.length);
    const onRiscv = machine.memory(riscv.elf.addressOf(MEMORY), memory.length);
    onArm.set(memory);
    onRiscv.set(memory);
    const setCells = (cells: number) => {
      for (const each of [memory, onArm, onRiscv])
        new DataView(each.buffer, each.byteOffset).setUint32(active, cells, true);
    };
    const at = Number(core.globalOf('SWEEP').value);
    for (let move = 0; move < MOVES; move++) {
      const [from, to] = [placeOf(random, drawn, partition), placeOf(random, drawn, partition)];
      const phase = random.below(drawn.box.period);
      const words = [phase, from[0] >>> 0, from[1] >>> 0, to[0] >>> 0, to[1] >>> 0] as const;
      let before: { rp2040: number; riscv32: number } | undefined;
      for (let cells = 1; cells <= 12; cells++) {
        setCells(cells);
        const { end } = core.sweepPlane(phase, from, to);
        const cycles = {
          rp2040: bench.call(SWEEP, ...words).cycles,
          riscv32: callAnyhow(machine, random, SWEEP, words).cycles,
        };
        const struct = (bytes: Uint8Array) =>
          Buffer.from(bytes.subarray(at, at + SWEEP_BYTES)).toString('hex');
        const name = `${kind}, ${cells} cells of ${from} to ${to}`;
        expect([struct(onArm), struct(onRiscv)], name).toEqual([struct(memory), struct(memory)]);
        for (const board of ['rp2040', 'riscv32'] as const) {
          const more = before === undefined ? 0 : cycles[board] - before[board];
          worst[board] = Math.max(
            worst[board],
            more / (GATE[board].leaf + GATE[board].level * partition.depth),
          );
        }
        before = cycles;
        if (end !== 'bound') break;
      }
    }
  }
  console.log(`a leaf more of a move, against its gate: ${JSON.stringify(worst)}`);
  expect(worst.rp2040).toBeGreaterThan(0.1);
  expect(worst.rp2040).toBeLessThanOrEqual(1);
  expect(worst.riscv32).toBeLessThanOrEqual(1);
});
