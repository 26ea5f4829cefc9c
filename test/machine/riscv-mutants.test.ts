/** RV32: the real firmware with an instruction changed is declined where it stands, for its own reason. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { boundOf, type Question } from '../../host/timing/machine/bounds.ts';
import { HAZARD3 } from '../../host/timing/machine/cores-riscv.ts';
import { hex, type Reason } from '../../host/timing/machine/decline.ts';
import { arenasIn, stackIn } from '../../host/timing/machine/holdfast.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { changed, placesOf } from './support/mutants.ts';

/** What an instruction is replaced by, from its first halfword on, why that is declined, and how far behind. No code uses tp. */
const REPLACEMENTS: readonly (readonly [string, readonly number[], Reason, number])[] = [
  ['nothing of RV32IMC', [0x0000], 'unknown-opcode', 0],
  ['a trap', [0x9002], 'waits', 0],
  ['waiting', [0x0073, 0x1050], 'waits', 0],
  ['a jump to itself', [0xa001], 'unbounded-loop', 0],
  ['a jump to what the caller gives', [0x8202], 'indirect-target', 0],
  ['a stack pointer from the caller', [0x8112], 'stack-pointer', 0],
  ['a load from anywhere', [0x2283, 0x0002], 'outside', 0],
  ['a store to code', [0x0217, 0x0000, 0x2023, 0x0052], 'store-to-code', 4],
  ['a write to what protects memory', [0x1073, 0x3b02], 'privileged', 0],
];

let question: Question;

beforeAll(async () => {
  const { elf } = await buildFirmware('riscv32');
  const parts = arenasIn(elf, readModule(readFileSync(coreUrl('device'))));
  question = { elf, core: HAZARD3, stack: stackIn(elf), parts };
});

describe.each(['holdfast_check', 'holdfast_check_plane', 'holdfast_spell'])('%s', (name) => {
  test.each(REPLACEMENTS)('with %s is declined there', (_, halfwords, reason, behind) => {
    const places = placesOf(question, name);
    expect(places.length).toBeGreaterThan(2);
    for (const place of places) {
      const { declined, bound, best } = boundOf(changed(question, place, ...halfwords), name);
      // Where something jumps to the second of two instructions, the first has not been, and the store may go anywhere.
      const reasons = behind === 0 ? [reason] : [reason, 'outside'];
      expect(reasons).toContain(declined?.reason);
      expect([declined?.at, bound, best]).toEqual([hex(place + behind), null, null]);
    }
  });
});
