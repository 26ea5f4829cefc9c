import type { Memory } from './memory.ts';
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

/** Cycles at least and at most. */
export interface Cost {
  readonly least: number;
  readonly most: number;
}

export interface Instruction {
  readonly address: number;
  readonly bytes: number;
  readonly flow: Flow;
  /** What it costs where it goes on, and where it branches, jumps or calls; wait states of memory not counted. */
  readonly cost: Cost;
  readonly costTaken: Cost;
  /** As the manual writes it, without its place. */
  readonly text: string;
  /** Changes the state as the instruction does, but for where it goes on: that is given, where it is a number. Throws Decline. */
  execute(state: State, bus: Bus): Value | undefined;
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
  /** What the link holds that leads to an address. */
  linkTo(address: number): number;
  /** Where a number leads that was jumped to; undefined where the processor stops. */
  placeOf(number: number): number | undefined;
  /** Throws Decline. */
  decode(address: number, halfword: (address: number) => number | undefined): Instruction;
}
