import type { Memory } from './memory.ts';
import type { Cost, Pipeline } from './pipeline.ts';
import type { State } from './state.ts';
import type { Value } from './value.ts';

/** What the engine needs to know of a processor's instructions. */

/** Where execution goes on. */
export type Flow =
  | { readonly kind: 'next' }
  | { readonly kind: 'jump' | 'branch' | 'call'; readonly to: number }
  /** To a number that `execute` gives. `isReturn`: as functions come back, and nothing else. */
  | { readonly kind: 'indirect'; readonly isReturn: boolean }
  | { readonly kind: 'call-indirect' };

export interface Instruction {
  readonly address: number;
  readonly bytes: number;
  readonly flow: Flow;
  /** The register that it moves by a constant, as loops count. */
  readonly counts: number | undefined;
  /** Registers that it reads and writes, a bit each; a call those of arguments, and what functions need not keep. undefined: not told. */
  readonly uses: { readonly reads: number; readonly writes: number } | undefined;
  /** As the manual writes it, without its place. */
  readonly text: string;
  /** Changes the state as the instruction does, but for where it goes on: that is given, where it is a number. Throws Decline. */
  execute(state: State, bus: Bus): Value | undefined;
  /**
   * What it costs where it goes on, or where it branches, jumps or calls (`isTaken`); wait states of memory not counted. Asked once an
   * execution, after `execute`: the state's pipeline becomes what the next instruction meets.
   */
  cost(state: State, isTaken: boolean): Cost;
  /** Narrows the state to one side of a branch; false when it cannot be taken. */
  assume(state: State, isTaken: boolean): boolean;
}

/** Memory, and the cycles that its regions add to the instruction under way. */
export interface Bus {
  readonly memory: Memory;
  wait(cycles: number): void;
}

export interface Architecture {
  readonly registers: number;
  readonly stackPointer: number;
  readonly link: number;
  /** Registers in which functions get their arguments. */
  readonly arguments: readonly number[];
  /** Always 0. */
  readonly zero: number | undefined;
  /** When a function is called; undefined where instructions do not depend on those before. */
  readonly pipeline: Pipeline | undefined;
  /** What the call of a function costs. */
  readonly call: Cost;
  /** What the link holds that leads to an address. */
  linkTo(address: number): number;
  /** Where a number leads that was jumped to; undefined where the processor stops. */
  placeOf(number: number): number | undefined;
  /** Registers that hold a symbol's address throughout, where the file has the symbol. */
  readonly symbols: ReadonlyMap<number, string>;
  /** What is added where a number leads to an address. */
  arrival(address: number, halfword: (address: number) => number | undefined): Cost;
  /** Throws Decline. */
  decode(address: number, halfword: (address: number) => number | undefined): Instruction;
}
