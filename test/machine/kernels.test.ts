/**
 * Other people's programs: kernels as benchmark suites have them, compiled by the vendor's GCC, on inputs that nobody knows and without
 * annotations. Bounds against the worst that a search on the emulator finds.
 */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { readElf } from '../../host/firmware/elf.ts';
import { boundOf } from '../../host/timing/machine/bounds.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { stackIn } from '../../host/timing/machine/holdfast.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';
import { build } from './support/assemble.ts';

const folder = temporaryFolder('elf-kernels');
afterAll(() => folder.remove());

const source = readFileSync(new URL('support/kernels.c', import.meta.url), 'utf8');
const elf = readElf(
  readFileSync(build(folder, 'kernels.c', source, ['-O2', '-std=gnu11', '-ffreestanding'])),
);
const question = { elf, core: CORTEX_M0PLUS, stack: stackIn(elf) };
const bench = new Rp2040Bench(elf);
/** What kernels read, and how many bytes it has. */
const INPUTS: readonly (readonly [string, number])[] = [
  ['values', 64],
  ['bytes', 16],
  ['a', 100],
  ['b', 100],
];

interface Input {
  readonly argument: number;
  readonly memory: readonly Uint8Array[];
}

function anyByte(random: Random): number {
  return random.pick([random.below(256), 0, 0xff, 0x20, 0x30, 0x41]);
}

function fresh(random: Random): Input {
  const memory = INPUTS.map(([, bytes]) => Uint8Array.from({ length: bytes }, () => anyByte(random)));
  return { argument: random.pick([random.next(), random.below(64), 0xffff_ffff]), memory };
}

/** The same with a byte or two changed. */
function varied(random: Random, { argument, memory }: Input): Input {
  const copies = memory.map((bytes) => Uint8Array.from(bytes));
  for (const bytes of copies) if (random.onceIn(2)) bytes[random.below(bytes.length)] = anyByte(random);
  return { argument: random.onceIn(4) ? random.next() : argument, memory: copies };
}

function cyclesOf(name: string, { argument, memory }: Input): number {
  for (const [index, [symbol, bytes]] of INPUTS.entries()) {
    bench.memory(elf.addressOf(symbol), bytes).set(memory[index] ?? []);
  }
  return bench.call(name, argument).cycles;
}

/** The worst and the best that a search finds: random inputs, and the best of them varied. */
function search(name: string, random: Random): { most: number; least: number } {
  const climb = (isBetter: (a: number, b: number) => boolean) => {
    let best = fresh(random);
    let cycles = cyclesOf(name, best);
    for (let turn = 0; turn < 1200; turn++) {
      const next = turn < 300 ? fresh(random) : varied(random, best);
      const found = cyclesOf(name, next);
      if (!isBetter(cycles, found)) [best, cycles] = [next, found];
    }
    return cycles;
  };
  return { most: climb((a, b) => a > b), least: climb((a, b) => a < b) };
}

test.each([
  ['crc', 1],
  ['crc_branching', 1.1],
  ['search', 1.1],
  ['multiply', 1],
  ['eliminate', 1],
  ['scan', 1.1],
] as const)('%s is bounded within %f of the worst that is found', (name, ratio) => {
  const { bound, best, declined } = boundOf(question, name);
  expect(declined).toBe(null);
  const { most, least } = search(name, new Random(seedFor(name, 1)));
  console.log(`${name}: shown ${best} to ${bound}, found ${least} to ${most}`);
  expect(most).toBeLessThanOrEqual(bound ?? 0);
  expect(least).toBeGreaterThanOrEqual(best ?? 0);
  expect((bound ?? 0) / most).toBeLessThanOrEqual(ratio);
});

test('sort is bounded, and not exceeded', () => {
  const { bound, best } = boundOf(question, 'sort');
  const { most, least } = search('sort', new Random(seedFor('sort', 1)));
  console.log(`sort: shown ${best} to ${bound}, found ${least} to ${most}`);
  expect(most).toBeLessThanOrEqual(bound ?? 0);
  expect(least).toBeGreaterThanOrEqual(best ?? Number.POSITIVE_INFINITY);
});

test('a long loop is bounded by its counter', () => {
  const { bound } = boundOf(question, 'pause');
  expect(bench.call('pause', 0xffff_ffff).cycles).toBe(bound);
});

test('as many rounds as the caller likes are declined at the loop', () => {
  const { declined } = boundOf(question, 'forever');
  expect(declined?.reason).toBe('unbounded-loop');
  expect(declined?.place).toMatch(/^forever\+/);
});
