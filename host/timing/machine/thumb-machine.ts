import type { Architecture, Bus, Flow, Instruction } from './architecture.ts';
import {
  add,
  and,
  anyValue,
  carryValue,
  exclusiveOr,
  extend,
  invert,
  multiply,
  or,
  reverse,
  rotateRightBy,
  shiftBy,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  subtract,
} from './arithmetic.ts';
import { assumeCondition } from './conditions.ts';
import type { ArmCore, Row, ThumbClass } from './cores-arm.ts';
import { Decline, hex } from './decline.ts';
import type { Knowledge } from './knowledge.ts';
import type { Cost } from './pipeline.ts';
import type { State } from './state.ts';
import {
  decodeThumb,
  LR,
  literalAddress,
  type Of,
  type Operand,
  PC,
  SP,
  type ThumbInstruction,
  targetOf,
} from './thumb.ts';
import { thumbText } from './thumb-text.ts';
import { type Carry, type Flags, Value } from './value.ts';

/** ARMv6-M for the engine: what each instruction does to a state (ARM DDI 0419, chapter A6), and what it costs on a core. */

const PC_BIT = 1 << PC;

export function thumbArchitecture(core: ArmCore): Architecture {
  return {
    registers: 16,
    stackPointer: SP,
    link: LR,
    arguments: [0, 1, 2, 3],
    zero: undefined,
    pipeline: undefined,
    call: core.rows.call,
    symbols: new Map(),
    arrival: () => ({ least: 0, most: 0 }),
    linkTo: (address) => (address | 1) >>> 0,
    placeOf: (number) => (number & ~1) >>> 0,
    decode: (address, halfword) => decodeAt(core, address, halfword),
  };
}

function decodeAt(
  core: ArmCore,
  address: number,
  halfword: (address: number) => number | undefined,
): Instruction {
  const first = halfword(address);
  if (first === undefined) throw new Decline('not-code', address, `the file has no bytes at ${hex(address)}`);
  const decoded = decodeThumb(first, halfword(address + 2) ?? 0);
  if (decoded === undefined) {
    throw new Decline('unknown-opcode', address, `${hex(first)} is no instruction of ARMv6-M`);
  }
  const { isUnbounded, source } = core.rows[classOf(decoded)];
  if (isUnbounded === true) {
    throw new Decline('waits', address, `how long it takes is not said: ${source}`);
  }
  const [cost, costTaken] = costsOf(core, decoded);
  return {
    ...{ address, bytes: decoded.bytes, flow: flowOf(decoded, address), text: thumbText(decoded, address) },
    counts: countedBy(decoded),
    uses: undefined,
    cost: (_, isTaken) => (isTaken ? costTaken : cost),
    execute: (state, bus) => new Execution(state, bus, address).run(decoded),
    assume: (state, isTaken) =>
      decoded.kind !== 'branch-if' || assumeCondition(state, decoded.condition, isTaken),
  };
}

function flowOf(instruction: ThumbInstruction, address: number): Flow {
  switch (instruction.kind) {
    case 'branch':
      return { kind: 'jump', to: targetOf(address, instruction.offset) };
    case 'branch-if':
      return { kind: 'branch', to: targetOf(address, instruction.offset) };
    case 'call':
      return { kind: 'call', to: targetOf(address, instruction.offset) };
    case 'exchange':
      return { kind: 'indirect', isReturn: instruction.m === LR };
    case 'call-register':
      return { kind: 'call-indirect' };
    case 'pop':
      return (instruction.list & PC_BIT) === 0 ? { kind: 'next' } : { kind: 'indirect', isReturn: true };
    case 'move':
    case 'add':
      return instruction.d === PC ? { kind: 'indirect', isReturn: false } : { kind: 'next' };
    default:
      return { kind: 'next' };
  }
}

function countedBy(instruction: ThumbInstruction): number | undefined {
  if (instruction.kind !== 'add' && instruction.kind !== 'subtract') return undefined;
  const { d, n, operand } = instruction;
  return d === n && operand.constant !== undefined && d !== SP ? d : undefined;
}

/** What it costs where it goes on, and where it branches or jumps. */
function costsOf({ rows }: ArmCore, instruction: ThumbInstruction): [Cost, Cost] {
  const of = ({ least, most, perRegister }: Row): Cost => {
    const more = 'list' in instruction ? perRegister * countOf(instruction.list) : 0;
    return { least: least + more, most: most + more };
  };
  if (instruction.kind === 'branch-if') return [of(rows['branch-not-taken']), of(rows['branch-taken'])];
  const cost = of(rows[classOf(instruction)]);
  return [cost, cost];
}

function classOf(instruction: ThumbInstruction): ThumbClass {
  const { kind } = instruction;
  switch (kind) {
    case 'multiply':
    case 'load':
    case 'store':
    case 'load-many':
    case 'store-many':
    case 'branch':
    case 'call':
    case 'exchange':
    case 'call-register':
    case 'barrier':
    case 'hint':
    case 'interrupts':
      return kind;
    case 'load-literal':
      return 'load';
    case 'push':
      return 'store-many';
    case 'pop':
      return (instruction.list & PC_BIT) === 0 ? 'load-many' : 'pop-pc';
    case 'read-special':
    case 'write-special':
      return 'special';
    case 'move':
    case 'add':
      return instruction.d === PC ? 'write-pc' : 'alu';
    default:
      return 'alu';
  }
}

function countOf(list: number): number {
  let count = 0;
  for (let rest = list; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** One instruction on one state. */
class Execution {
  readonly #state: State;
  readonly #known: Knowledge;
  readonly #bus: Bus;
  readonly #address: number;

  constructor(state: State, bus: Bus, address: number) {
    this.#state = state;
    this.#known = state.known;
    this.#bus = bus;
    this.#address = address;
  }

  /** Gives where it leads, where that is a number. */
  run(instruction: ThumbInstruction): Value | undefined {
    switch (instruction.kind) {
      case 'move':
      case 'add':
      case 'subtract':
      case 'compare':
      case 'compare-negative':
        return this.#sum(instruction);
      case 'load':
      case 'store':
      case 'load-literal':
        return this.#access(instruction);
      case 'load-many':
      case 'store-many':
      case 'push':
      case 'pop':
        return this.#accesses(instruction);
      case 'exchange':
      case 'call-register':
        return this.#jump(instruction.m);
      case 'address':
        return this.#set(instruction.d, Value.exactly(literalAddress(this.#address, instruction.offset)));
      default:
        return this.#compute(instruction);
    }
  }

  #read(register: number): Value {
    return register === PC ? Value.exactly(this.#address + 4) : this.#state.register(register);
  }

  #operand(operand: Operand): Value {
    return operand.register === undefined ? Value.exactly(operand.constant) : this.#read(operand.register);
  }

  /** Gives the value where the register is the program counter. */
  #set(register: number, value: Value): Value | undefined {
    if (register === PC) return value;
    if (register !== SP) {
      this.#state.registers[register] = value;
      return undefined;
    }
    // The two lowest bits of the stack pointer stay 0.
    const aligned = and(this.#known, value, Value.exactly(0xffff_fffc));
    const place = aligned.exact;
    if (place === undefined)
      throw new Decline('stack-pointer', this.#address, 'the stack pointer becomes what is not known');
    this.#state.registers[SP] = aligned;
    this.#state.lowestStack = Math.min(this.#state.lowestStack, place);
    return undefined;
  }

  #flags(flags: Flags, carry?: Carry): void {
    this.#state.flags = flags;
    if (carry !== undefined) this.#state.carry = carry;
  }

  #result(d: number, result: Value): undefined {
    this.#set(d, result);
    this.#flags({ kind: 'result', result });
    return undefined;
  }

  #jump(m: number): Value {
    const target = this.#read(m);
    // To an even address: the processor would leave Thumb, and fault.
    const { bits, unknown } = this.#known.rangeOf(target);
    if (((bits | unknown) & 1) === 0)
      throw new Decline('indirect-target', this.#address, 'it leads out of Thumb');
    return target;
  }

  #sum(instruction: Of<'move' | 'add' | 'subtract' | 'compare' | 'compare-negative'>) {
    const b = this.#operand(instruction.operand);
    if (instruction.kind === 'move') {
      return instruction.setsFlags ? this.#result(instruction.d, b) : this.#set(instruction.d, b);
    }
    const a = this.#read(instruction.n);
    const isSum = instruction.kind === 'add' || instruction.kind === 'compare-negative';
    const result = isSum ? add(this.#known, a, b) : subtract(this.#known, a, b);
    if (!('d' in instruction) || instruction.setsFlags) this.#flagsOfSum(isSum, a, b, result);
    return 'd' in instruction ? this.#set(instruction.d, result) : undefined;
  }

  #flagsOfSum(isSum: boolean, a: Value, b: Value, result: Value): void {
    this.#flags(
      { kind: isSum ? 'sum' : 'difference', a, b, result },
      { kind: isSum ? 'overflow' : 'at-least', a, b },
    );
  }

  #compute(instruction: ThumbInstruction): undefined {
    switch (instruction.kind) {
      case 'shift':
        return this.#shift(instruction);
      case 'logic':
        return this.#logic(instruction);
      case 'add-carry':
      case 'subtract-carry':
        return this.#withCarry(instruction);
      case 'multiply':
        return this.#result(
          instruction.d,
          multiply(this.#known, this.#read(instruction.d), this.#read(instruction.m)),
        );
      case 'negate': {
        const [a, b] = [Value.exactly(0), this.#read(instruction.m)];
        const result = subtract(this.#known, a, b);
        this.#flagsOfSum(false, a, b, result);
        this.#set(instruction.d, result);
        return undefined;
      }
      case 'invert':
        return this.#result(instruction.d, invert(this.#known, this.#read(instruction.m)));
      case 'extend': {
        const { extension, d, m } = instruction;
        const bits = extension.endsWith('b') ? 8 : 16;
        this.#set(d, extend(this.#known, this.#read(m), bits, extension.startsWith('s')));
        return undefined;
      }
      case 'reverse':
        this.#set(instruction.d, reverse(this.#known, instruction.reversal, this.#read(instruction.m)));
        return undefined;
      default:
        return this.#system(instruction);
    }
  }

  #system(instruction: ThumbInstruction): undefined {
    if (instruction.kind === 'trap' || (instruction.kind === 'hint' && instruction.hint.startsWith('wf'))) {
      const what = instruction.kind === 'trap' ? instruction.trap : instruction.hint;
      throw new Decline('waits', this.#address, `${what} waits for what is not analysed`);
    }
    if (instruction.kind === 'read-special') this.#set(instruction.d, anyValue());
    if (instruction.kind === 'write-special') this.#writeSpecial(instruction.special);
    return undefined;
  }

  #writeSpecial(special: number): void {
    // 8, 9 and 20: the stack pointers, and which of them is used. 0 to 3: the flags.
    if (special === 8 || special === 9 || special === 20) {
      throw new Decline('stack-pointer', this.#address, 'a stack pointer is changed by MSR');
    }
    if (special > 3) return;
    this.#state.flags = undefined;
    this.#state.carry = undefined;
  }

  #logic({ logic, d, m }: Of<'logic'>): undefined {
    const [a, b] = [this.#read(d), this.#read(m)];
    const rules = { and, tst: and, eor: exclusiveOr, orr: or };
    const result =
      logic === 'bic' ? and(this.#known, a, invert(this.#known, b)) : rules[logic](this.#known, a, b);
    if (logic === 'tst') this.#flags({ kind: 'result', result });
    else this.#result(d, result);
    return undefined;
  }

  #withCarry({ kind, d, m }: Of<'add-carry' | 'subtract-carry'>): undefined {
    const { carry } = this.#state;
    const [a, b] = [this.#read(d), this.#read(m)];
    const bit = carryValue(this.#known, carry);
    const known = bit.exact;
    if (kind === 'add-carry') {
      const result = add(this.#known, add(this.#known, a, b), bit);
      if (known === 0) this.#flagsOfSum(true, a, b, result);
      else this.#openFlags(result, this.#carryOfSum(a, b, bit));
      this.#set(d, result);
      return undefined;
    }
    // a − b − 1 + C.
    const difference = subtract(this.#known, a, b);
    const result = add(this.#known, subtract(this.#known, difference, Value.exactly(1)), bit);
    if (known === 1) this.#flagsOfSum(false, a, b, result);
    // a − a − 1 + C borrows when C is 0: the carry stays.
    else this.#openFlags(result, a === b ? carry : this.#carryOfSum(a, invert(this.#known, b), bit));
    this.#set(d, result);
    return undefined;
  }

  #openFlags(result: Value, carry: Carry | undefined): void {
    this.#state.flags = { kind: 'result', result };
    this.#state.carry = carry;
  }

  /** The carry of a sum of three, where ranges tell. */
  #carryOfSum(a: Value, b: Value, bit: Value): 0 | 1 | undefined {
    const ranges = [a, b, bit].map((each) => this.#known.rangeOf(each));
    const least = ranges.reduce((sum, { low }) => sum + low, 0);
    const most = ranges.reduce((sum, { high }) => sum + high, 0);
    if (least >= 2 ** 32) return 1;
    return most < 2 ** 32 ? 0 : undefined;
  }

  #shift({ shift, d, m, by }: Of<'shift'>): undefined {
    const value = this.#read(m);
    if (by.register === undefined) {
      this.#state.carry = this.#bit(value, shift === 'lsl' ? 32 - by.constant : by.constant - 1);
      const rules = { lsl: shiftLeft, lsr: shiftRight, asr: shiftRightSigned, ror: shiftRight };
      return this.#result(d, rules[shift](this.#known, value, by.constant));
    }
    const amount = this.#read(by.register);
    const low = and(this.#known, amount, Value.exactly(0xff));
    // By nothing the carry stays.
    if (low.exact !== 0)
      this.#state.carry = low.exact === undefined ? undefined : this.#shiftedOut(shift, value, low.exact);
    const result =
      shift === 'ror'
        ? rotateRightBy(this.#known, value, amount)
        : shiftBy(this.#known, shift, value, amount);
    return this.#result(d, result);
  }

  #shiftedOut(shift: 'lsl' | 'lsr' | 'asr' | 'ror', value: Value, by: number): Carry | undefined {
    if (shift === 'ror') return this.#bit(value, (by - 1) & 31);
    if (shift === 'asr') return this.#bit(value, Math.min(by, 32) - 1);
    if (by > 32) return 0;
    return this.#bit(value, shift === 'lsl' ? 32 - by : by - 1);
  }

  /** A bit as a carry: 1 when the value with that bit on top is at least 2^31. */
  #bit(value: Value, index: number): Carry | undefined {
    const { bits, unknown } = this.#known.rangeOf(value);
    if (((unknown >>> index) & 1) === 0) return ((bits >>> index) & 1) as 0 | 1;
    const top = shiftLeft(this.#known, value, 31 - index);
    return { kind: 'at-least', a: top, b: Value.exactly(2 ** 31) };
  }

  #access(instruction: Of<'load' | 'store' | 'load-literal'>): undefined {
    const { memory } = this.#bus;
    if (instruction.kind === 'load-literal') {
      const at = Value.exactly(literalAddress(this.#address, instruction.offset));
      this.#load(instruction.t, at, 4, false);
      return undefined;
    }
    const at = add(this.#known, this.#read(instruction.n), this.#operand(instruction.offset));
    if (instruction.kind === 'load') this.#load(instruction.t, at, instruction.width, instruction.isSigned);
    else {
      const value = this.#read(instruction.t);
      this.#bus.wait(memory.store(this.#state, at, instruction.width, value, this.#address));
    }
    return undefined;
  }

  #load(t: number, at: Value, width: 1 | 2 | 4, isSigned: boolean): Value | undefined {
    const [value, cycles] = this.#bus.memory.load(this.#state, at, width, isSigned, this.#address);
    this.#bus.wait(cycles);
    return this.#set(t, value);
  }

  #accesses(instruction: Of<'load-many' | 'store-many' | 'push' | 'pop'>): Value | undefined {
    const { kind, list } = instruction;
    const base = 'n' in instruction ? instruction.n : SP;
    const count = countOf(list);
    let at = this.#read(base);
    if (kind === 'push') {
      at = subtract(this.#known, at, Value.exactly(4 * count));
      this.#set(SP, at);
    }
    let target: Value | undefined;
    for (let register = 0; register < 16; register++) {
      if (((list >> register) & 1) === 0) continue;
      if (kind === 'push' || kind === 'store-many') {
        const value = this.#state.register(register);
        this.#bus.wait(this.#bus.memory.store(this.#state, at, 4, value, this.#address));
      } else target = this.#load(register, at, 4, false) ?? target;
      at = add(this.#known, at, Value.exactly(4));
    }
    const isKept = kind === 'push' || (kind === 'load-many' && ((list >> base) & 1) === 1);
    if (!isKept) this.#set(base, at);
    return target;
  }
}
