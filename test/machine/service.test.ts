/** `service` in RUN on the linked firmware of the boards: its bound, and what is believed of variables. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { boundOf, type Question } from '../../host/timing/machine/bounds.ts';
import type { Core } from '../../host/timing/machine/cores.ts';
import { WITHOUT_FLASH_WAITS } from '../../host/timing/machine/cores-arm.ts';
import { HAZARD3_VIRT } from '../../host/timing/machine/cores-riscv.ts';
import { boundWithFacts, type FactBound, factsIn } from '../../host/timing/machine/facts.ts';
import { arenasIn, CALLS, stackIn } from '../../host/timing/machine/holdfast.ts';
import { exactly32 } from '../../host/timing/ranges/range32.ts';
import { readModule } from '../../host/timing/wasm/module.ts';

/** Devices answer at once, as those of emulators do. The goal is 2,500 cycles, and on the RP2040 1.25 of what is measured there at most. */
const BOARDS = [
  { board: 'rp2040', core: WITHOUT_FLASH_WAITS, most: 2100, best: 300, stack: 328 },
  { board: 'riscv32', core: HAZARD3_VIRT, most: 1900, best: 100, stack: 328 },
] as const;

async function questionOf(board: string, core: Core): Promise<Question> {
  const { elf } = await buildFirmware(board);
  return { elf, core, parts: arenasIn(elf, module), stack: stackIn(elf) };
}

const module = readModule(readFileSync(coreUrl('device')));

describe.each(BOARDS)('service in RUN on $board', ({ board, core, most, best, stack }) => {
  let bound: FactBound;

  beforeAll(async () => {
    bound = boundWithFacts(await questionOf(board, core), CALLS.service, module, 'service');
    console.log(`service, ${board}: ${bound.best} to ${bound.bound}, stack ${bound.stack}`);
  }, 300_000);

  test('takes no more cycles than are said, flash apart, and little stack', () => {
    expect(bound.declined).toBeNull();
    expect(bound.bound).toBeLessThanOrEqual(most);
    expect(bound.best).toBeGreaterThan(best);
    expect(bound.stack).toBeLessThanOrEqual(stack);
  });

  test('keeps all variables in the ranges that are believed, and says what it takes for granted', () => {
    expect(bound.facts.length).toBeGreaterThan(100);
    expect(bound.accesses.filter(({ breaks }) => breaks.length > 0)).toEqual([]);
    expect(bound.assumptions.join('\n')).toMatch(/mode\/current is 0 .*\n?.*variables are in the ranges/);
  });

  test('stores to no map, and to nothing that was burned', () => {
    const stored = new Set(
      bound.accesses.filter(({ kind }) => kind === 'store').flatMap(({ regions }) => regions),
    );
    expect(
      [...stored].filter((name) => ['ARENA', 'BURNED', 'GEOMETRY', 'EDITIONS', 'KNOWN'].includes(name)),
    ).toEqual([]);
  });
});

describe('what is believed of a variable', () => {
  let question: Question;

  beforeAll(async () => {
    question = await questionOf('rp2040', WITHOUT_FLASH_WAITS);
  }, 120_000);

  test('is not taken where a store may leave it', () => {
    const facts = factsIn(question.elf, module);
    const line = facts.find(({ name }) => name === 'assembly/smp/receive/line') ?? expect.unreachable();
    const believed = new Map([[line.address, exactly32(0)]]);
    const { accesses } = boundOf({ ...question, believed }, 'holdfast_receive');
    expect(accesses.flatMap(({ breaks }) => breaks)).toEqual([]);
    const moved = facts.find(({ name }) => name === 'assembly/smp/receive/head') ?? expect.unreachable();
    const broken = boundOf(
      { ...question, believed: new Map([[moved.address, exactly32(7)]]) },
      'holdfast_receive',
    );
    const places = broken.accesses.flatMap(({ breaks }) => breaks).map(Number);
    expect(new Set(places)).toEqual(new Set([moved.address]));
  });

  test('is nothing where the structure of the globals has another size', () => {
    const symbols = question.elf.symbols.map((each) =>
      each.name === 'core' ? { ...each, bytes: each.bytes + 16 } : each,
    );
    expect(factsIn({ ...question.elf, symbols }, module)).toEqual([]);
  });
});
