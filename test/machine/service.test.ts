/** `service` in RUN on the linked firmware of the RP2040: its bound, what is believed of variables, and slices on the emulated board. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { boundOf, type Question } from '../../host/timing/machine/bounds.ts';
import { WITHOUT_FLASH_WAITS } from '../../host/timing/machine/cores-arm.ts';
import { boundWithFacts, type FactBound, factsIn } from '../../host/timing/machine/facts.ts';
import { arenasIn, CALLS, stackIn } from '../../host/timing/machine/holdfast.ts';
import { exactly32 } from '../../host/timing/ranges/range32.ts';
import { readModule, type WasmModule } from '../../host/timing/wasm/module.ts';

let question: Question;
let module: WasmModule;
let bound: FactBound;

beforeAll(async () => {
  const { elf } = await buildFirmware('rp2040');
  module = readModule(readFileSync(coreUrl('device')));
  const parts = arenasIn(elf, module);
  question = { elf, core: WITHOUT_FLASH_WAITS, parts, stack: stackIn(elf) };
  bound = boundWithFacts(question, CALLS.service, module, 'service');
}, 120_000);

describe('service in RUN', () => {
  test('takes no more than 2,500 cycles, flash apart, and little stack', () => {
    expect(bound.declined).toBeNull();
    expect(bound.bound).toBeLessThanOrEqual(2500);
    expect(bound.best).toBeGreaterThan(300);
    expect(bound.stack).toBeLessThanOrEqual(328);
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
