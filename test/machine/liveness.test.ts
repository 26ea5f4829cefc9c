/** Registers that are still read, block by block. */
import { expect, test } from 'vitest';
import type { Instruction } from '../../host/timing/machine/architecture.ts';
import { liveAt } from '../../host/timing/machine/liveness.ts';

const bits = (registers: readonly number[]) => registers.reduce((all, each) => all | (1 << each), 0);

/** An instruction of which nothing but its registers is told. */
function using(reads: readonly number[], writes: readonly number[]): Instruction {
  const uses = { reads: bits(reads), writes: bits(writes) };
  return { uses } as unknown as Instruction;
}

/** 1: sets register 5, counts in 6; 2, a loop: reads 5 and 6, writes 7; 3, behind it: writes 8, then reads it; 4: nothing leads on. */
const BLOCKS = new Map<number, { readonly code: readonly Instruction[]; readonly next: readonly number[] }>([
  [1, { code: [using([], [5]), using([6], [6])], next: [2] }],
  [2, { code: [using([5], [7]), using([6], [])], next: [2, 3] }],
  [3, { code: [using([], [8]), using([8, 31], [9])], next: [4] }],
  [4, { code: [], next: [] }],
]);
const within = (block: number) => BLOCKS.get(block)?.code ?? [];
const successors = (block: number) => BLOCKS.get(block)?.next ?? [];

test('a register is live from where it is read back to where it is written', () => {
  expect(liveAt(BLOCKS.keys(), within, successors)).toEqual(
    new Map([
      [1, [6, 31]],
      [2, [5, 6, 31]],
      [3, [31]],
      [4, []],
    ]),
  );
});

test('nothing is told where one instruction does not tell what it reads', () => {
  const silent = { uses: undefined } as unknown as Instruction;
  expect(
    liveAt(BLOCKS.keys(), (block) => (block === 3 ? [silent] : within(block)), successors),
  ).toBeUndefined();
});
