/** The real firmware with an instruction changed: each change is declined where it stands or where it leads, or costs more. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import type { Elf } from '../../host/firmware/elf.ts';
import { type Bound, boundOf, type Question } from '../../host/timing/machine/bounds.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { hex, type Reason } from '../../host/timing/machine/decline.ts';
import { arenasIn, stackIn } from '../../host/timing/machine/holdfast.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { changed, halfwordAt, placesOf } from './support/mutants.ts';

const NAMES = ['holdfast_check', 'holdfast_check_plane', 'holdfast_spell'] as const;

/** What an instruction is replaced by, and why that is declined there. */
const REPLACEMENTS: readonly (readonly [string, number, Reason])[] = [
  ['nothing of ARMv6-M', 0xb100, 'unknown-opcode'],
  ['a trap', 0xde00, 'waits'],
  ['a jump to itself', 0xe7fe, 'unbounded-loop'],
  ['a jump to what the caller gives', 0x4740, 'indirect-target'],
  ['a switch by what the caller gives', 0x44c7, 'indirect-target'],
  ['a stack pointer from the caller', 0x46c5, 'stack-pointer'],
  ['waiting', 0xbf30, 'waits'],
];

let question: Question;
let elf: Elf;

beforeAll(async () => {
  elf = (await buildFirmware('rp2040')).elf;
  const parts = arenasIn(elf, readModule(readFileSync(coreUrl('device'))));
  question = { elf, core: CORTEX_M0PLUS, stack: stackIn(elf), parts };
});

describe.each(NAMES)('%s', (name) => {
  test.each(REPLACEMENTS)('with %s is declined there', (_, halfword, reason) => {
    for (const place of placesOf(question, name)) {
      const { declined } = boundOf(changed(question, place, halfword), name);
      expect([declined?.reason, declined?.at]).toEqual([reason, hex(place)]);
    }
  });

  test('with a store to code is declined there', () => {
    // ADR of what is near, and STR to it.
    for (const place of placesOf(question, name).slice(0, 4)) {
      const { declined } = boundOf(changed(question, place, 0xa000, 0x6000), name);
      expect([declined?.reason, declined?.at]).toEqual(['store-to-code', hex(place + 2)]);
    }
  });
});

/** Instructions of a function that are of some kind, by mask and value. */
function found(name: string, mask: number, value: number): number[] {
  const symbol = elf.symbols.find((each) => each.name === name) ?? expect.unreachable();
  const { accesses } = boundOf(question, name);
  const last = Math.max(...accesses.map(({ at }) => Number(at)));
  return Array.from({ length: symbol.bytes / 2 }, (_, index) => symbol.address + 2 * index).filter(
    (address) => address <= last && (halfwordAt(elf, address) & mask) === value,
  );
}

/** Whether a mutant shows: declined, or with other numbers. */
function shows(mutant: Bound, { bound, best, stack }: Bound): boolean {
  return mutant.declined !== null || mutant.bound !== bound || mutant.best !== best || mutant.stack !== stack;
}

describe('what keeps accesses within the arena', () => {
  // LSRS #15 after LSLS #17 leaves an index of 15 bits, times 4, and after LSLS #16 the place of an entry's number, times 2: one less lets
  // it reach twice as far. What loads that number may stand in front: maps with phases and without share it.
  test('a mask that is one bit wider is declined at the load behind it', () => {
    const masks = NAMES.flatMap((name) =>
      found(name, 0xffc0, 0x0bc0).map((address) => [name, address] as const),
    );
    let indices = 0;
    for (const [name, address] of masks) {
      const { declined } = boundOf(
        changed(question, address, (halfwordAt(elf, address) & ~0x07c0) | (14 << 6)),
        name,
      );
      expect(['outside', 'unaligned']).toContain(declined?.reason);
      const isIndex = [2, 4, 6].some((back) => (halfwordAt(elf, address - back) & 0xffc0) === 0x0440);
      indices += Number(isIndex);
      if (!isIndex) continue;
      expect(Number(declined?.at)).toBeGreaterThan(address);
      expect(Number(declined?.at)).toBeLessThan(address + 32);
    }
    expect(indices).toBeGreaterThanOrEqual(4);
  });

  test('each push, pop and branch back that is changed shows', () => {
    for (const name of NAMES) {
      const right = boundOf(question, name);
      const pushes = found(name, 0xfe00, 0xb400).map(
        (address) => [address, halfwordAt(elf, address) ^ 0x80] as const,
      );
      const pops = found(name, 0xff00, 0xbd00).map(
        (address) => [address, halfwordAt(elf, address) ^ 0x80] as const,
      );
      expect(pushes.length * pops.length).toBeGreaterThan(0);
      for (const [address, halfword] of [...pushes, ...pops]) {
        expect(shows(boundOf(changed(question, address, halfword), name), right), hex(address)).toBe(true);
      }
    }
  });
});

test('an instruction that costs a cycle more, on the longest way, makes the bound higher by it', () => {
  for (const name of NAMES) {
    const right = boundOf(question, name);
    const moves = found(name, 0xf800, 0x2000).filter((address) =>
      right.longest.some(({ at }) => Number(at) === address),
    );
    for (const address of moves) {
      // A load from the stack in its place; what it loads is not what the code wants, so it may be declined as well.
      const mutant = boundOf(changed(question, address, 0x9800 | (halfwordAt(elf, address) & 0x700)), name);
      if (mutant.declined === null) expect(mutant.bound).toBeGreaterThan(right.bound ?? 0);
    }
  }
});
