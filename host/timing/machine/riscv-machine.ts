import type { Architecture, Bus, Flow, Instruction } from './architecture.ts';
import {
  add,
  and,
  anyValue,
  apply,
  carryValue,
  exclusiveOr,
  multiply,
  or,
  shiftBy,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  subtract,
} from './arithmetic.ts';
import type { RiscvClass, RiscvCore } from './cores-riscv.ts';
import { Decline, hex } from './decline.ts';
import type { Knowledge, Relation } from './knowledge.ts';
import type { Cost } from './pipeline.ts';
import { decodeRiscv, isWide } from './riscv.ts';
import {
  type Comparison,
  type Compute,
  type Divide,
  GP,
  type Immediate,
  type Multiply,
  type Of,
  RA,
  type RiscvInstruction,
  SP,
  ZERO,
} from './riscv-operation.ts';
import { AT_CALL, type Predicted, RiscvPipeline } from './riscv-pipeline.ts';
import {
  divideSigned,
  divideUnsigned,
  multiplyHigh,
  multiplyHighMixed,
  multiplyHighUnsigned,
  remainderSigned,
  remainderUnsigned,
} from './riscv-ranges.ts';
import { riscvText } from './riscv-text.ts';
import type { State } from './state.ts';
import { Value } from './value.ts';

/** RV32IMC for the engine: what each instruction does to a state, and what it costs on a core, by what its pipeline keeps. */

type Halfword = (address: number) => number | undefined;

export function riscvArchitecture(core: RiscvCore): Architecture {
  return {
    ...{ registers: 32, stackPointer: SP, link: RA, zero: ZERO },
    arguments: [10, 11, 12, 13, 14, 15, 16, 17],
    symbols: new Map([[GP, '__global_pointer$']]),
    pipeline: AT_CALL,
    call: core.rows.jump,
    arrival: (address, halfword) => splitCost(core, address, halfword),
    linkTo: (address) => address,
    placeOf: (number) => (number & ~1) >>> 0,
    decode: (address, halfword) => decodeAt(core, address, halfword),
  };
}

function decodeAt(core: RiscvCore, address: number, halfword: Halfword): Instruction {
  const first = halfword(address);
  if (first === undefined) throw new Decline('not-code', address, `the file has no bytes at ${hex(address)}`);
  const second = halfword(address + 2) ?? 0;
  const decoded = decodeRiscv(first, second);
  if (decoded === undefined) {
    const bits = isWide(first) ? first | (second << 16) : first;
    throw new Decline('unknown-opcode', address, `${hex(bits)} is no instruction of RV32IMC`);
  }
  if (decoded.bytes === 2 && !core.hasCompressed) {
    throw new Decline('unknown-opcode', address, `a ${core.id} of this table has no instructions of 16 bits`);
  }
  const timing = new Timing(core, decoded, address, halfword);
  return {
    ...{ address, bytes: decoded.bytes, flow: flowOf(decoded, address), text: riscvText(decoded, address) },
    counts: countedBy(decoded),
    uses: usesOf(decoded),
    cost: (state, isTaken) => timing.of(state, isTaken),
    execute: (state, bus) => new Execution(state, bus, address).run(decoded),
    assume: (state, isTaken) => decoded.kind !== 'branch' || assume(state, decoded, isTaken),
  };
}

function flowOf(instruction: RiscvInstruction, address: number): Flow {
  switch (instruction.kind) {
    case 'branch':
      return { kind: 'branch', to: (address + instruction.offset) >>> 0 };
    case 'jump': {
      const to = (address + instruction.offset) >>> 0;
      if (instruction.d > RA)
        throw new Decline('indirect-target', address, 'it links by another register than ra');
      return { kind: instruction.d === RA ? 'call' : 'jump', to };
    }
    case 'jump-register':
      if (instruction.d > RA)
        throw new Decline('indirect-target', address, 'it links by another register than ra');
      if (instruction.d === RA) return { kind: 'call-indirect' };
      return { kind: 'indirect', isReturn: instruction.n === RA && instruction.constant === 0 };
    default:
      return { kind: 'next' };
  }
}

function countedBy(instruction: RiscvInstruction): number | undefined {
  if (instruction.kind !== 'immediate' || instruction.op !== 'addi') return undefined;
  const { d, n } = instruction;
  return d === n && d !== SP && d !== ZERO ? d : undefined;
}

const set = (registers: readonly number[]) => registers.reduce((all, each) => all | (1 << each), 0);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
/** By the calling convention: a0 to a7; s0 to s11 with what is never given away; the others. */
const ARGUMENTS = set(range(10, 17));
const KEPT = set([SP, GP, GP + 1, 8, 9, ...range(18, 27)]);
const NOT_KEPT = ~KEPT & ~1;

/** Registers that an instruction reads and writes; one that leaves the function reads what a caller may. */
function usesOf(instruction: RiscvInstruction): { readonly reads: number; readonly writes: number } {
  const { kind } = instruction;
  const own = readsOf(instruction) | (kind === 'store' ? 1 << instruction.m : 0);
  if (kind === 'jump' || kind === 'jump-register') {
    if (instruction.d === RA) return { reads: own | ARGUMENTS | KEPT, writes: NOT_KEPT };
    return { reads: kind === 'jump' ? 0 : own | ARGUMENTS | KEPT, writes: 0 };
  }
  return { reads: own, writes: 'd' in instruction ? 1 << instruction.d : 0 };
}

function splitCost(core: RiscvCore, address: number, halfword: Halfword): Cost {
  const first = halfword(address);
  const isSplit = first !== undefined && (address & 2) !== 0 && isWide(first);
  return isSplit ? core.rows['split-target'] : { least: 0, most: 0 };
}

/** What one instruction costs, by the pipeline it meets. */
class Timing {
  readonly #core: RiscvCore;
  readonly #instruction: RiscvInstruction;
  readonly #address: number;
  readonly #arrival: Cost;
  readonly #reads: number;

  constructor(core: RiscvCore, instruction: RiscvInstruction, address: number, halfword: Halfword) {
    this.#core = core;
    this.#instruction = instruction;
    this.#address = address;
    const isDirect = instruction.kind === 'branch' || instruction.kind === 'jump';
    this.#arrival = isDirect
      ? splitCost(core, (address + instruction.offset) >>> 0, halfword)
      : { least: 0, most: 0 };
    this.#reads = readsOf(instruction);
  }

  of(state: State, isTaken: boolean): Cost {
    const { rows, predictsLastBackward } = this.#core;
    const before = state.pipeline instanceof RiscvPipeline ? state.pipeline : AT_CALL;
    const parts = [rows[classOf(this.#instruction, isTaken)], this.#waits(before)];
    let { predicted } = before;
    if (this.#instruction.kind === 'branch' && predictsLastBackward) {
      parts.push(this.#mispredicted(predicted, isTaken));
      predicted = this.#predictedAfter(predicted, isTaken);
    }
    if (isTaken) parts.push(this.#arrival);
    const loaded = this.#instruction.kind === 'load' ? 1 << this.#instruction.d : 0;
    state.pipeline = new RiscvPipeline(loaded & ~1, (loaded & ~1) !== 0, predicted);
    return parts.reduce((sum, { least, most }) => ({ least: sum.least + least, most: sum.most + most }));
  }

  #waits({ loaded, isLoadSure }: RiscvPipeline): Cost {
    const row = this.#core.rows['load-use'];
    if ((loaded & this.#reads) === 0) return { least: 0, most: 0 };
    return { least: isLoadSure ? row.least : 0, most: row.most };
  }

  get #isBackward(): boolean {
    return this.#instruction.kind === 'branch' && this.#instruction.offset < 0;
  }

  #mispredicted(predicted: Predicted, isTaken: boolean): Cost {
    const row = this.#core.rows.mispredicted;
    const isOpen = this.#isBackward && predicted === 'unknown';
    const isPredicted = this.#isBackward && predicted === this.#address;
    if (isOpen) return { least: 0, most: row.most };
    return isPredicted === isTaken ? { least: 0, most: 0 } : row;
  }

  #predictedAfter(predicted: Predicted, isTaken: boolean): Predicted {
    if (!this.#isBackward) return predicted;
    if (isTaken) return this.#address;
    return predicted === this.#address ? 'none' : predicted;
  }
}

/** Registers, a bit each, that it needs when it begins; what a store stores is needed later. */
function readsOf(instruction: RiscvInstruction): number {
  switch (instruction.kind) {
    case 'compute':
    case 'multiply':
    case 'divide':
    case 'branch':
      return (1 << instruction.n) | (1 << instruction.m);
    case 'immediate':
    case 'load':
    case 'store':
    case 'jump-register':
      return 1 << instruction.n;
    case 'csr':
      return instruction.isConstant ? 0 : 1 << instruction.n;
    default:
      return 0;
  }
}

function classOf(instruction: RiscvInstruction, isTaken: boolean): RiscvClass {
  switch (instruction.kind) {
    case 'immediate':
    case 'compute':
      return /^s[lr][la]/.test(instruction.op) ? 'shift' : 'alu';
    case 'multiply':
      return instruction.op === 'mul' ? 'multiply' : 'multiply-high';
    case 'divide':
      return instruction.op.endsWith('u') ? 'divide-unsigned' : 'divide';
    case 'branch':
      return isTaken ? 'branch-taken' : 'branch-not-taken';
    case 'upper':
    case 'address':
    case 'trap':
      return 'alu';
    default:
      return instruction.kind;
  }
}

const RELATIONS: Readonly<Record<Comparison, readonly [Relation, Relation]>> = {
  beq: ['equal', 'unequal'],
  bne: ['unequal', 'equal'],
  blt: ['less', 'not-less'],
  bge: ['not-less', 'less'],
  bltu: ['below', 'at-least'],
  bgeu: ['at-least', 'below'],
};

function assume(state: State, { op, n, m }: Of<'branch'>, isTaken: boolean): boolean {
  const relation = RELATIONS[op][isTaken ? 0 : 1];
  return state.known.learnOrder(state.register(n), relation, state.register(m));
}

/** CSRs whose writing changes nothing that is analysed: mstatus, mie, mscratch, mip, and the counters. */
const HARMLESS_CSRS = new Set([0x300, 0x304, 0x340, 0x344, 0xb00, 0xb02, 0xb80, 0xb82, 0x320]);
const TOP_BIT = 2 ** 31;

type Rule = (known: Knowledge, a: Value, b: Value) => Value;

const low5 = (known: Knowledge, amount: Value) => and(known, amount, Value.exactly(31));

/** 1 where a < b, else 0. */
const isBelow: Rule = (known, a, b) =>
  subtract(known, Value.exactly(1), carryValue(known, { kind: 'at-least', a, b }));

/** Signed order is unsigned order with the top bits flipped. */
const isLess: Rule = (known, a, b) => {
  const flip = (value: Value) => add(known, value, Value.exactly(TOP_BIT));
  return isBelow(known, flip(a), flip(b));
};

const COMPUTE: Readonly<Record<Compute, Rule>> = {
  add,
  sub: subtract,
  and,
  or,
  xor: exclusiveOr,
  slt: isLess,
  sltu: isBelow,
  sll: (known, a, b) => shiftBy(known, 'lsl', a, low5(known, b)),
  srl: (known, a, b) => shiftBy(known, 'lsr', a, low5(known, b)),
  sra: (known, a, b) => shiftBy(known, 'asr', a, low5(known, b)),
};

const IMMEDIATE: Readonly<Record<Exclude<Immediate, 'slli' | 'srli' | 'srai'>, Rule>> = {
  ...{ addi: add, xori: exclusiveOr, ori: or, andi: and, slti: isLess, sltiu: isBelow },
};
const SHIFTS = { slli: shiftLeft, srli: shiftRight, srai: shiftRightSigned } as const;

const MULTIPLY: Readonly<Record<Multiply, Rule>> = {
  mul: multiply,
  mulh: (known, a, b) => apply(known, multiplyHigh, a, b),
  mulhsu: (known, a, b) => apply(known, multiplyHighMixed, a, b),
  mulhu: (known, a, b) => apply(known, multiplyHighUnsigned, a, b),
};

const DIVIDE: Readonly<Record<Divide, Rule>> = {
  div: (known, a, b) => apply(known, divideSigned, a, b),
  divu: (known, a, b) => apply(known, divideUnsigned, a, b),
  rem: (known, a, b) => apply(known, remainderSigned, a, b),
  remu: (known, a, b) => apply(known, remainderUnsigned, a, b),
};

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
  run(instruction: RiscvInstruction): Value | undefined {
    switch (instruction.kind) {
      case 'upper':
        return this.#set(instruction.d, Value.exactly(instruction.constant >>> 0));
      case 'address':
        return this.#set(instruction.d, Value.exactly((this.#address + instruction.constant) >>> 0));
      case 'immediate':
        return this.#immediate(instruction);
      case 'compute':
        return this.#result(instruction, COMPUTE[instruction.op]);
      case 'multiply':
        return this.#result(instruction, MULTIPLY[instruction.op]);
      case 'divide':
        return this.#result(instruction, DIVIDE[instruction.op]);
      case 'load':
      case 'store':
        return this.#access(instruction);
      case 'jump-register':
        return this.#sum(instruction.n, instruction.constant);
      default:
        return this.#system(instruction);
    }
  }

  #set(register: number, value: Value): undefined {
    if (register === ZERO) return undefined;
    if (register === SP) {
      const place = value.exact;
      if (place === undefined)
        throw new Decline('stack-pointer', this.#address, 'the stack pointer becomes what is not known');
      this.#state.lowestStack = Math.min(this.#state.lowestStack, place);
    }
    this.#state.registers[register] = value;
    return undefined;
  }

  #sum(register: number, constant: number): Value {
    return add(this.#known, this.#state.register(register), Value.exactly(constant >>> 0));
  }

  #immediate({ op, d, n, constant }: Of<'immediate'>): undefined {
    const value = this.#state.register(n);
    if (op === 'slli' || op === 'srli' || op === 'srai')
      return this.#set(d, SHIFTS[op](this.#known, value, constant));
    return this.#set(d, IMMEDIATE[op](this.#known, value, Value.exactly(constant >>> 0)));
  }

  #result({ d, n, m }: Of<'compute' | 'multiply' | 'divide'>, rule: Rule): undefined {
    return this.#set(d, rule(this.#known, this.#state.register(n), this.#state.register(m)));
  }

  #access(instruction: Of<'load' | 'store'>): undefined {
    const { memory } = this.#bus;
    const at = this.#sum(instruction.n, instruction.constant);
    if (instruction.kind === 'store') {
      const value = this.#state.register(instruction.m);
      this.#bus.wait(memory.store(this.#state, at, instruction.width, value, this.#address));
      return undefined;
    }
    const { width, isSigned, d } = instruction;
    const [value, cycles] = memory.load(this.#state, at, width, isSigned, this.#address);
    this.#bus.wait(cycles);
    return this.#set(d, value);
  }

  #system(instruction: RiscvInstruction): undefined {
    if (instruction.kind === 'trap') {
      throw new Decline('waits', this.#address, `${instruction.trap} leads to what is not analysed`);
    }
    if (instruction.kind !== 'csr') return undefined;
    const { op, d, csr, n } = instruction;
    const isWritten = op === 'csrrw' || n !== 0;
    if (isWritten && !HARMLESS_CSRS.has(csr)) {
      throw new Decline(
        'privileged',
        this.#address,
        `it writes CSR ${hex(csr)}, which may change what follows`,
      );
    }
    return this.#set(d, anyValue());
  }
}
