import type { Instruction, WasmFunction, WasmModule } from './module.ts';
import { OP } from './opcodes.ts';

/** Globals that a function reads and changes, functions that it calls: itself, without what those do. */
interface Direct {
  readonly gets: ReadonlySet<number>;
  readonly sets: ReadonlySet<number>;
  readonly calls: ReadonlySet<number>;
}

/** Which globals functions read and change, the functions they call included; what a loop changes; constants of a function. */
export class Effects {
  readonly #module: WasmModule;
  readonly #changed = new Map<number, ReadonlySet<number>>();
  readonly #read = new Map<number, ReadonlySet<number>>();
  readonly #used = new Map<number, ReadonlySet<number>>();
  readonly #steps = new Map<number, readonly number[]>();
  readonly #directs = new Map<number, Direct>();
  readonly #globalSteps = new Map<number, readonly number[]>();
  readonly #loops = new Map<
    Instruction,
    { readonly locals: readonly number[]; readonly globals: readonly number[] }
  >();

  constructor(module: WasmModule) {
    this.#module = module;
  }

  /** Indices of globals that a call of the function may change. */
  changedGlobals(index: number): ReadonlySet<number> {
    return this.#transitive(index, OP.globalSet, this.#changed);
  }

  /** Indices of globals that a call of the function may read or change. */
  usedGlobals(index: number): ReadonlySet<number> {
    const known = this.#used.get(index);
    if (known !== undefined) return known;
    const read = this.#transitive(index, OP.globalGet, this.#read);
    const used = new Set([...read, ...this.changedGlobals(index)]);
    this.#used.set(index, used);
    return used;
  }

  /** Locals and globals that a loop may change. */
  changedBy(loop: Instruction): { readonly locals: readonly number[]; readonly globals: readonly number[] } {
    const known = this.#loops.get(loop);
    if (known !== undefined) return known;
    const locals = new Set<number>();
    const globals = new Set<number>();
    for (const each of everyInstruction(loop.body)) {
      if (each.op === OP.localSet || each.op === OP.localTee) locals.add(each.index);
      else if (each.op === OP.globalSet) globals.add(each.index);
      else if (each.op === OP.call) for (const global of this.changedGlobals(each.index)) globals.add(global);
      else if (each.op === OP.callIndirect) for (const { index } of this.#module.globals) globals.add(index);
    }
    const changed = { locals: [...locals], globals: [...globals] };
    this.#loops.set(loop, changed);
    return changed;
  }

  /** Where widening of a range may stop: the constants of a function and their neighbours, rising. */
  wideningSteps(inFunction: WasmFunction): readonly number[] {
    const known = this.#steps.get(inFunction.index);
    if (known !== undefined) return known;
    const steps = new Set([0, 1]);
    for (const { op, constant } of everyInstruction(inFunction.body)) {
      if (op !== OP.i32Const) continue;
      for (const each of [constant, constant | 0]) for (const by of [-1, 0, 1]) steps.add(each + by);
    }
    const sorted = [...steps].sort((a, b) => a - b);
    this.#steps.set(inFunction.index, sorted);
    return sorted;
  }

  /** Where widening of a global may stop: the constants of the functions that write to it. */
  stepsOfGlobal(global: number): readonly number[] {
    if (this.#globalSteps.size === 0) this.#collectGlobalSteps();
    return this.#globalSteps.get(global) ?? [];
  }

  #collectGlobalSteps(): void {
    const steps = new Map<number, Set<number>>();
    for (const each of this.#module.functions) {
      for (const { op, index } of everyInstruction(each.body)) {
        if (op !== OP.globalSet) continue;
        const found = steps.get(index) ?? new Set<number>();
        steps.set(index, found);
        for (const step of this.wideningSteps(each)) found.add(step);
      }
    }
    for (const [global, found] of steps)
      this.#globalSteps.set(
        global,
        [...found].sort((a, b) => a - b),
      );
  }

  #transitive(index: number, op: number, known: Map<number, ReadonlySet<number>>): ReadonlySet<number> {
    const found = known.get(index);
    if (found !== undefined) return found;
    const globals = new Set<number>();
    for (const reached of this.#reachable(index)) {
      const own = this.#direct(reached);
      for (const global of op === OP.globalSet ? own.sets : own.gets) globals.add(global);
    }
    known.set(index, globals);
    return globals;
  }

  /** The function and all that it may call. */
  #reachable(index: number): ReadonlySet<number> {
    const reached = new Set([index]);
    for (const each of reached) for (const callee of this.#direct(each).calls) reached.add(callee);
    return reached;
  }

  /** What a function does itself; a call through a table may do anything, an import may change what it shares with the module. */
  #direct(index: number): Direct {
    const known = this.#directs.get(index);
    if (known !== undefined) return known;
    const found = { gets: new Set<number>(), sets: new Set<number>(), calls: new Set<number>() };
    for (const each of everyInstruction(this.#module.functions[index]?.body ?? [])) {
      if (each.op === OP.globalGet) found.gets.add(each.index);
      else if (each.op === OP.globalSet) found.sets.add(each.index);
      else if (each.op === OP.call) found.calls.add(each.index);
      else if (each.op === OP.callIndirect) {
        for (const global of this.#module.globals) {
          found.gets.add(global.index);
          found.sets.add(global.index);
        }
      }
    }
    if (this.#module.functions[index]?.imported !== undefined)
      for (const { index: global, isShared } of this.#module.globals) if (isShared) found.sets.add(global);
    this.#directs.set(index, found);
    return found;
  }
}

/** All instructions of a body, those of blocks inside it too. */
export function* everyInstruction(body: readonly Instruction[]): Generator<Instruction> {
  for (const instruction of body) {
    yield instruction;
    yield* everyInstruction(instruction.body);
    yield* everyInstruction(instruction.orElse);
  }
}
