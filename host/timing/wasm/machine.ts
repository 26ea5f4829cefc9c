import { join, meet, type Range, rangeKey, within } from '../ranges/range.ts';
import { between32, exactly32, isExact32 } from '../ranges/range32.ts';
import { exactly64 } from '../ranges/range64.ts';
import { accessFinding, importFindings, isMultipleOf } from './accesses.ts';
import { assume } from './assume.ts';
import { type Cost, NO_COST, sequence, withInstruction } from './cost.ts';
import type { Effects } from './effects.ts';
import { runLoop } from './loops.ts';
import { type Arena, type ExportRule, type MemoryMap, ruleOf, WORD_BYTES } from './memory-map.ts';
import { type Instruction, unreadable, type WasmFunction, type WasmModule } from './module.ts';
import type { Finding, Obligations } from './obligations.ts';
import { OP, opcode } from './opcodes.ts';
import { joinStates, State } from './state.ts';
import { anyOf, loadedRange, operationOf, resultRange, Value, zeroOf } from './value.ts';

/**
 * Runs functions on ranges instead of numbers, along the structured code: every path at once, memory holding anything. What it
 * says of a place is true of every execution that reaches the place.
 *
 * Where two paths meet and leave a value on the stack (`a || b` in a condition), they are followed apart until the next branch; up
 * to PARTITIONS_MAX of them.
 */

const PARTITIONS_MAX = 8;
/** Summaries of one function that are kept, one for each set of ranges it was called with. */
const SUMMARIES_MAX = 64;

/** Steps of the analysis, one an instruction and pass: loops in loops take more and more of them, and may take for ever. */
const STEPS_MAX = 2 ** 22;

/** Where a branch to a block goes: the states that took it gather there. */
export interface Label {
  /** Values that the branch carries. */
  readonly arity: number;
  /** Height of the stack under them. */
  readonly height: number;
  readonly states: State[];
}

/** The function at hand; `recording` is off while a loop is still being approached. */
export interface Frame {
  readonly function: WasmFunction;
  readonly labels: readonly Label[];
  readonly recording: boolean;
}

/** What a call does to its caller. `from` says that a value is one the function was entered with, plus an offset. */
interface Outcome {
  readonly range: Range;
  readonly from: { readonly index: number; readonly low: number; readonly high: number } | undefined;
}
interface Summary {
  readonly returns: boolean;
  readonly results: readonly Outcome[];
  readonly globals: ReadonlyMap<number, Outcome>;
  readonly cost: Cost;
  readonly recorded: boolean;
}

/** Is told what code does when functions are looked at one by one instead of along their calls: see invariant.ts. */
export interface Witness {
  written(global: number, range: Range): void;
  called(callee: number, parameters: readonly Range[]): void;
  /** What any call of a function gives; undefined when none comes back. */
  resultsOf(callee: number): readonly Range[] | undefined;
}

/** Ranges of globals that hold at every moment. */
export interface Reached {
  readonly ranges: readonly Range[];
  readonly witness?: Witness;
}

export class Machine {
  readonly effects: Effects;
  readonly #reached: Reached | undefined;
  readonly #module: WasmModule;
  readonly #map: MemoryMap;
  readonly #rule: ExportRule;
  readonly #obligations: Obligations;
  readonly #loadArenas: readonly Arena[];
  readonly #storeArenas: readonly Arena[];
  readonly #held: readonly { readonly from: number; readonly words: readonly number[] }[];
  readonly #volatile: ReadonlySet<number>;
  readonly #summaries = new Map<number, Map<string, Summary>>();
  readonly #running: number[] = [];
  #stepsLeft = STEPS_MAX;

  constructor(
    module: WasmModule,
    effects: Effects,
    map: MemoryMap,
    rule: ExportRule,
    obligations: Obligations,
    reached?: Reached,
  ) {
    this.effects = effects;
    this.#reached = reached;
    this.#module = module;
    this.#map = map;
    this.#rule = rule;
    this.#obligations = obligations;
    const named = (names: readonly string[] | undefined) =>
      names === undefined ? map.arenas : map.arenas.filter(({ name }) => names.includes(name));
    this.#loadArenas = named(rule.loads);
    const isHeld = (name: string) => ruleOf(rule.holds, name) !== undefined;
    this.#storeArenas = named(rule.stores).filter(({ name }) => !isHeld(name));
    this.#held = map.arenas
      .filter(({ name }) => isHeld(name))
      .map(({ name, from }) => ({ from, words: ruleOf(rule.holds, name) ?? [] }));
    this.#volatile = new Set(
      module.globals.filter(({ name }) => map.volatile?.includes(name)).map(({ index }) => index),
    );
  }

  /** Runs a function on any arguments, globals in the given ranges. Gives the worst cost of a call. */
  runFunction(index: number, globals: readonly Range[]): { cost: Cost; returns: boolean } {
    const called = this.#function(index);
    const parameters = called.type.parameters.map(anyOf);
    if (called.imported === undefined) return this.#summarise(index, parameters, globals, true);
    const state = new State(
      [],
      globals.map((range) => new Value(range)),
    );
    const frame = { function: called, labels: [], recording: true };
    return { cost: NO_COST, returns: this.#callImport(called, parameters, 0, state, frame) };
  }

  /** What a function gives for parameters in these ranges, globals holding what they can at any moment; undefined if nothing. */
  resultsOf(index: number, parameters: readonly Range[]): readonly Range[] | undefined {
    const summary = this.#enter(this.#function(index), parameters, this.#reached?.ranges ?? [], true);
    return summary.returns ? summary.results.map(({ range }) => range) : undefined;
  }

  /** Whether loops without a counter are walked round by round, and costs kept; not worth it where only ranges are asked for. */
  get isWalking(): boolean {
    return this.#reached?.witness === undefined;
  }

  /** Runs a body on states; gives those that fall out of its end. */
  execute(body: readonly Instruction[], states: State[], frame: Frame): State[] {
    let current = states;
    for (const instruction of body) {
      if (current.length === 0) return current;
      current = this.#step(instruction, current, frame);
      if (current.length > PARTITIONS_MAX) current = merged(current);
    }
    return current;
  }

  record(frame: Frame, at: number, finding: Finding): void {
    if (frame.recording) this.#obligations.add(frame.function, at, finding);
  }

  #function(index: number): WasmFunction {
    const found = this.#module.functions[index];
    if (found === undefined)
      throw new RangeError(`the module is not valid: function ${index} does not exist`);
    return found;
  }

  /** Declines where the last step is spent, once; from there on nothing is followed, so that the analysis ends soon. */
  #hasStepLeft({ at: place }: Instruction, { function: inFunction }: Frame): boolean {
    this.#stepsLeft--;
    if (this.#stepsLeft === 0) {
      const reason = `the analysis stopped here, after ${STEPS_MAX} steps`;
      this.#obligations.add(inFunction, place, { kind: 'instruction', holds: false, reason });
    }
    return this.#stepsLeft > 0;
  }

  #step(instruction: Instruction, states: State[], frame: Frame): State[] {
    if (instruction.unknown !== undefined || !this.#hasStepLeft(instruction, frame)) return [];
    // Costs are kept on the last pass only, which records, and only where they are asked for.
    if (frame.recording && this.isWalking) {
      for (const state of states) state.cost = withInstruction(state.cost, instruction.op, instruction.at);
    }
    switch (instruction.op) {
      case OP.block:
        return this.#block(instruction, states, frame);
      case OP.loop:
        return runLoop(this, instruction, merged(states), frame);
      case OP.if:
        return this.#if(instruction, states, frame);
      case OP.br:
        for (const state of states) branch(state, instruction.index, frame);
        return [];
      case OP.return:
        for (const state of states) branch(state, frame.labels.length - 1, frame);
        return [];
      case OP.brIf:
        return this.#branchIf(instruction, states, frame);
      case OP.brTable:
        for (const state of states) branchByTable(state, instruction.labels, frame);
        return [];
      case OP.unreachable:
        this.record(frame, instruction.at, {
          kind: 'unreachable',
          holds: false,
          reason: 'an `unreachable` may be reached',
        });
        return [];
      case OP.call:
        return states.filter((state) => this.#call(instruction, state, frame));
      default:
        return states.filter((state) => this.#plain(instruction, state, frame));
    }
  }

  #block({ body, result }: Instruction, states: State[], frame: Frame): State[] {
    const label = labelFor(result === undefined ? 0 : 1, states);
    const through = this.execute(body, states, { ...frame, labels: [...frame.labels, label] });
    const out = [...through, ...label.states];
    return result === undefined ? merged(out) : out;
  }

  #if(instruction: Instruction, states: State[], frame: Frame): State[] {
    const taken: State[] = [];
    const other: State[] = [];
    for (const state of states) {
      const condition = state.pop();
      const no = state.copy();
      if (assume(state, condition, true)) taken.push(state);
      if (assume(no, condition, false)) other.push(no);
    }
    const label = labelFor(instruction.result === undefined ? 0 : 1, [...taken, ...other]);
    const inner = { ...frame, labels: [...frame.labels, label] };
    const out = [
      ...this.execute(instruction.body, merged(taken), inner),
      ...this.execute(instruction.orElse, merged(other), inner),
    ];
    out.push(...label.states);
    return instruction.result === undefined ? merged(out) : out;
  }

  #branchIf({ index }: Instruction, states: State[], frame: Frame): State[] {
    const through: State[] = [];
    for (const state of states) {
      const condition = state.pop();
      const taken = state.copy();
      if (assume(taken, condition, true)) branch(taken, index, frame);
      if (assume(state, condition, false)) through.push(state);
    }
    return merged(through);
  }

  /** An instruction that neither branches nor calls. Gives false when nothing goes on behind it. */
  #plain(instruction: Instruction, state: State, frame: Frame): boolean {
    const { op, index } = instruction;
    switch (op) {
      case OP.nop:
        return true;
      case OP.drop:
        state.pop();
        return true;
      case OP.localGet:
        state.push(at(state.locals, index));
        return true;
      case OP.localSet:
        state.locals[index] = state.pop();
        return true;
      case OP.localTee:
        state.locals[index] = at(state.stack, state.stack.length - 1);
        return true;
      case OP.globalGet:
        return this.#readGlobal(index, state);
      case OP.globalSet:
        return this.#writeGlobal(index, state, frame);
      case OP.i32Const:
        state.push(new Value(exactly32(instruction.constant)));
        return true;
      case OP.i64Const:
        state.push(new Value(exactly64(instruction.wide)));
        return true;
      case OP.select:
        return pushSelected(state);
      case OP.memorySize:
        state.push(new Value(between32(this.#module.memoryPages, 65536)));
        return true;
      default:
        return this.#declinedOrOperation(instruction, state, frame);
    }
  }

  #readGlobal(index: number, state: State): boolean {
    const value = this.#volatile.has(index)
      ? new Value(anyOf(this.#globalType(index)))
      : at(state.globals, index);
    state.push(value);
    const reached = this.#reached?.ranges[index];
    const known = state.known(value);
    if (reached === undefined || known === undefined) return known !== undefined;
    return within(known, reached) || state.narrow(value, reached);
  }

  #writeGlobal(index: number, state: State, frame: Frame): boolean {
    const value = state.pop();
    state.globals[index] = value;
    const range = state.known(value);
    if (range !== undefined && frame.recording) this.#reached?.witness?.written(index, range);
    return range !== undefined;
  }

  #globalType(index: number) {
    return this.#module.globals[index]?.type ?? 'other';
  }

  #declinedOrOperation(instruction: Instruction, state: State, frame: Frame): boolean {
    const { op, at: place } = instruction;
    if (op === OP.memoryGrow) {
      this.record(frame, place, {
        kind: 'memory-grow',
        holds: false,
        reason: 'memory.grow: the memory may change its size',
      });
      state.pop();
      state.push(new Value(anyOf('i32')));
      return true;
    }
    if (op === OP.callIndirect) {
      const reason = 'call_indirect: which function it calls is not known';
      this.record(frame, place, { kind: 'indirect-call', holds: false, reason });
      return false;
    }
    const known = opcode(op);
    if (known === undefined) throw new RangeError(`no rule for opcode ${op}`);
    if (known.isFloat) {
      this.record(frame, place, { kind: 'float', holds: false, reason: `${known.name}: a float` });
    }
    if (known.bytes > 0) return this.#access(instruction, state, frame);
    return this.#operation(instruction, state, frame);
  }

  #access({ op, at: place, index: offset }: Instruction, state: State, frame: Frame): boolean {
    const isStore = opcode(op)?.class === 'store';
    if (isStore) state.pop();
    const address = state.known(state.pop());
    if (address === undefined) return false;
    this.record(
      frame,
      place,
      accessFinding(op, address, offset, isStore ? this.#storeArenas : this.#loadArenas),
    );
    if (!isStore) state.push(new Value(this.#heldAt(op, address, offset) ?? loadedRange(op)));
    return true;
  }

  /** What a load of a word gives where it is known; undefined elsewhere. */
  #heldAt(op: number, address: Range, offset: number): Range | undefined {
    if (op !== OP.i32Load || address.kind !== 'i32') return undefined;
    const first = address.low + offset;
    const last = address.high + offset;
    const held = this.#held.find(
      ({ from, words }) => first >= from && last < from + WORD_BYTES * words.length,
    );
    let range: Range | undefined;
    for (const [index, word] of (held?.words ?? []).entries()) {
      const at = (held?.from ?? 0) + WORD_BYTES * index;
      if (at < first || at > last) continue;
      range = range === undefined ? exactly32(word) : join(range, exactly32(word));
    }
    return isMultipleOf(address, offset - (held?.from ?? 0), WORD_BYTES) ? range : undefined;
  }

  #operation({ op, at: place }: Instruction, state: State, frame: Frame): boolean {
    const known = opcode(op);
    const b = known?.operands.length === 2 ? state.pop() : undefined;
    const a = known?.operands.length === 0 ? undefined : state.pop();
    if (a === undefined) {
      state.push(new Value(anyOf(known?.result ?? 'other')));
      return true;
    }
    if (b !== undefined && known?.class === 'divide' && !this.#division(op, place, a, b, state, frame))
      return false;
    const aRange = state.known(a);
    const bRange = b === undefined ? undefined : state.known(b);
    if (aRange === undefined || (b !== undefined && bRange === undefined)) return false;
    const range = resultRange(op, aRange, bRange);
    state.push(
      new Value(range, {
        op,
        a,
        ...(b === undefined ? {} : { b }),
        offset: offsetOf(op, a, b, aRange, bRange),
        madeOf: [aRange, bRange],
      }),
    );
    return true;
  }

  /** Whether dividing can go on at all; what goes on has a divisor other than 0. */
  #division(op: number, place: number, a: Value, b: Value, state: State, frame: Frame): boolean {
    const divisor = state.known(b);
    const dividend = state.known(a);
    if (divisor === undefined || dividend === undefined || divisor.kind === 'other') return false;
    const name = opcode(op)?.name ?? '';
    const isZero = divisor.kind === 'i64' ? divisor.low === 0n : divisor.low === 0;
    const overflows = operationOf(op) === 'div_s' && mayOverflow(dividend, divisor);
    const ends =
      divisor.kind === 'i64' ? `${divisor.low} to ${divisor.high}` : `${divisor.low} to ${divisor.high}`;
    let reason = `${name}: the divisor is ${ends}`;
    if (isZero) reason = `${name}: the divisor may be 0 (it is ${ends})`;
    else if (overflows) reason = `${name}: the least number may be divided by −1`;
    this.record(frame, place, { kind: 'division', holds: !isZero && !overflows, reason });
    return assume(state, b, true);
  }

  #call({ index, at: place }: Instruction, state: State, frame: Frame): boolean {
    const callee = this.#function(index);
    const parameters = callee.type.parameters.map(() => state.pop()).reverse();
    const ranges = parameters.map((value) => state.known(value) ?? value.range);
    if (callee.imported !== undefined) return this.#callImport(callee, ranges, place, state, frame);
    const witness = this.#reached?.witness;
    if (witness !== undefined) return this.#callUnfollowed(witness, callee, ranges, state, frame);
    if (this.#running.includes(index)) return this.#recursion(callee, place, state, frame);
    const globals = state.globals.map((value) => state.known(value) ?? value.range);
    const summary = this.#summarise(index, ranges, globals, frame.recording);
    if (!summary.returns) return false;
    const entered = [...parameters, ...state.globals];
    const make = ({ range, from }: Outcome): Value => {
      const base = from === undefined ? undefined : entered[from.index];
      if (from === undefined || base === undefined) return new Value(range);
      if (from.low === 0 && from.high === 0) {
        return state.narrow(base, range) ? base : new Value(range);
      }
      return new Value(range, { offset: shifted(base, from.low, from.high) });
    };
    const results = summary.results.map(make);
    const changed = [...summary.globals].map(([global, outcome]) => [global, make(outcome)] as const);
    for (const [global, value] of changed) state.globals[global] = value;
    state.stack.push(...results);
    if (frame.recording) state.cost = sequence(state.cost, summary.cost);
    return true;
  }

  /** A call that is looked at by itself: it changes globals to what they can be at any moment. */
  #callUnfollowed(
    witness: Witness,
    { index }: WasmFunction,
    parameters: readonly Range[],
    state: State,
    frame: Frame,
  ): boolean {
    if (frame.recording) witness.called(index, parameters);
    const results = witness.resultsOf(index);
    if (results === undefined) return false;
    for (const global of this.effects.changedGlobals(index))
      state.globals[global] = new Value(this.#reached?.ranges[global] ?? anyOf(this.#globalType(global)));
    for (const range of results) state.push(new Value(range));
    return true;
  }

  #callImport(
    callee: WasmFunction,
    parameters: readonly Range[],
    place: number,
    state: State,
    frame: Frame,
  ): boolean {
    const name = callee.imported ?? '';
    const isAllowed = this.#rule.imports === undefined || this.#rule.imports.includes(name);
    const reason = isAllowed
      ? `calls ${name}, which the rules name`
      : `calls ${name}, which this export may not call`;
    this.record(frame, place, { kind: 'import', holds: isAllowed, reason, name });
    for (const finding of importFindings(
      ruleOf(this.#map.imports, name) ?? {},
      parameters,
      this.#loadArenas,
      this.#storeArenas,
      name,
    )) {
      this.record(frame, place, finding);
    }
    this.#forget(callee.index, state);
    for (const type of callee.type.results) state.push(new Value(anyOf(type)));
    return true;
  }

  /** All that a call of the function may change holds anything. */
  #forget(index: number, state: State): void {
    for (const global of this.effects.changedGlobals(index))
      state.globals[global] = new Value(anyOf(this.#globalType(global)));
  }

  /** Declines; what the call would do is not followed, so all that it may change is unknown. */
  #recursion(callee: WasmFunction, place: number, state: State, frame: Frame): boolean {
    this.record(frame, place, {
      kind: 'recursion',
      holds: false,
      reason: `${callee.name} calls itself, directly or through others`,
    });
    this.#forget(callee.index, state);
    for (const type of callee.type.results) state.push(new Value(anyOf(type)));
    return true;
  }

  #summarise(
    index: number,
    parameters: readonly Range[],
    globals: readonly Range[],
    recording: boolean,
  ): Summary {
    const used = this.effects.usedGlobals(index);
    const relevant = globals.map((range, global) =>
      used.has(global) ? range : anyOf(this.#globalType(global)),
    );
    const key = [...parameters, ...[...used].map((global) => relevant[global] ?? anyOf('other'))]
      .map(rangeKey)
      .join(',');
    const known = this.#summaries.get(index) ?? new Map<string, Summary>();
    this.#summaries.set(index, known);
    const found = known.get(key);
    if (found !== undefined && (found.recorded || !recording)) return found;
    this.#running.push(index);
    const summary = this.#enter(this.#function(index), parameters, relevant, recording);
    this.#running.pop();
    if (known.size >= SUMMARIES_MAX) known.clear();
    known.set(key, summary);
    return summary;
  }

  /** A body that could not be read to its end is declined as a whole, whatever is reached of it. */
  #declineUnknown(callee: WasmFunction, recording: boolean): void {
    const last = unreadable(callee.body);
    if (last === undefined) return;
    const frame = { function: callee, labels: [], recording };
    const reason = `${last.unknown} is not analysed, nor what follows it`;
    this.record(frame, last.at, { kind: 'instruction', holds: false, reason });
  }

  #enter(
    callee: WasmFunction,
    parameters: readonly Range[],
    globals: readonly Range[],
    recording: boolean,
  ): Summary {
    this.#declineUnknown(callee, recording);
    const locals = callee.locals.map((type, index) => new Value(parameters[index] ?? zeroOf(type)));
    const state = new State(
      [...locals],
      globals.map((range) => new Value(range)),
    );
    const entered = [...locals.slice(0, parameters.length), ...state.globals];
    const label: Label = { arity: callee.type.results.length, height: 0, states: [] };
    const through = this.execute(callee.body, [state], { function: callee, labels: [label], recording });
    for (const each of through) label.states.push(each);
    const end = joinStates(label.states);
    if (end === undefined)
      return { returns: false, results: [], globals: new Map(), cost: NO_COST, recorded: recording };
    const outcome = (value: Value): Outcome => outcomeOf(value, end, entered);
    const changed = [...this.effects.changedGlobals(callee.index)].map(
      (index) => [index, outcome(at(end.globals, index))] as const,
    );
    const results = end.stack.slice(end.stack.length - label.arity).map(outcome);
    return { returns: true, results, globals: new Map(changed), cost: end.cost, recorded: recording };
  }
}

function outcomeOf(value: Value, end: State, entered: readonly Value[]): Outcome {
  const index = entered.indexOf(value.base);
  const range = end.known(value) ?? value.range;
  return { range, from: index < 0 ? undefined : { index, low: value.offsetLow, high: value.offsetHigh } };
}

function at(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new RangeError('the module is not valid: an index is out of range');
  return value;
}

function merged(states: State[]): State[] {
  if (states.length < 2) return states;
  const state = joinStates(states);
  return state === undefined ? [] : [state];
}

function labelFor(arity: number, states: readonly State[]): Label {
  return { arity, height: states[0]?.stack.length ?? 0, states: [] };
}

/** Sends a state to a label, its stack cut to what the label wants. */
function branch(state: State, depth: number, { labels }: Frame): void {
  const label = labels[labels.length - 1 - depth];
  if (label === undefined) throw new RangeError('the module is not valid: a branch leads nowhere');
  const carried = state.stack.slice(state.stack.length - label.arity);
  state.stack.length = label.height;
  if (label.arity > 0) state.stack.push(...carried);
  label.states.push(state);
}

function branchByTable(state: State, labels: readonly number[], frame: Frame): void {
  const selector = state.pop();
  const last = labels.length - 1;
  for (const [index, depth] of labels.entries()) {
    const taken = state.supposing();
    const range = index < last ? exactly32(index) : between32(last, 2 ** 32 - 1);
    if (taken.narrow(selector, range)) branch(taken.copy(), depth, frame);
  }
}

function pushSelected(state: State): boolean {
  const c = state.pop();
  const b = state.pop();
  const a = state.pop();
  const whenTrue = rangeWhen(state, a, c, true);
  const whenFalse = rangeWhen(state, b, c, false);
  if (whenTrue === undefined || whenFalse === undefined) {
    const only = whenTrue === undefined ? b : a;
    if (!assume(state, c, whenTrue !== undefined)) return false;
    state.push(only);
    return true;
  }
  const range = join(whenTrue, whenFalse);
  const sameBase = a.base === b.base && range.kind === 'i32';
  const offset = sameBase
    ? { base: a.base, low: Math.min(a.offsetLow, b.offsetLow), high: Math.max(a.offsetHigh, b.offsetHigh) }
    : undefined;
  state.push(new Value(range, { op: OP.select, a, b, c, offset }));
  return true;
}

/** What a value can be when a condition holds, or does not; undefined when it never does. */
function rangeWhen(state: State, value: Value, condition: Value, holds: boolean): Range | undefined {
  const then = state.supposing();
  return assume(then, condition, holds) ? then.known(value) : undefined;
}

/** A sum or difference as an offset from one of its operands. */
function offsetOf(op: number, a: Value, b: Value | undefined, aRange: Range, bRange: Range | undefined) {
  if (b === undefined || aRange.kind !== 'i32' || bRange?.kind !== 'i32') return undefined;
  const operation = operationOf(op);
  if (operation === 'sub') return shifted(a, -bRange.signedHigh, -bRange.signedLow);
  if (operation !== 'add') return undefined;
  const ofFirst = isExact32(bRange) || !isExact32(aRange);
  return ofFirst
    ? shifted(a, bRange.signedLow, bRange.signedHigh)
    : shifted(b, aRange.signedLow, aRange.signedHigh);
}

/** Offsets stay below 2^31 each way, so that sums of them are exact; beyond, the sum is nobody's. */
function shifted(value: Value, low: number, high: number) {
  const offset = { base: value.base, low: value.offsetLow + low, high: value.offsetHigh + high };
  return offset.low > -(2 ** 31) && offset.high < 2 ** 31 ? offset : undefined;
}

function mayOverflow(dividend: Range, divisor: Range): boolean {
  if (dividend.kind === 'i32' && divisor.kind === 'i32') {
    return dividend.signedLow === -(2 ** 31) && meet(divisor, exactly32(-1)) !== undefined;
  }
  return meet(dividend, exactly64(-(1n << 63n))) !== undefined && meet(divisor, exactly64(-1n)) !== undefined;
}
