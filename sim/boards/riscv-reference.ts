/**
 * RV32IMC executed number by number: a second reading of the manual and, for Hazard3, of its table of cycles. Registers, memory and the
 * pipeline's state are plain; what an instruction does is written anew here, its fields come from the decoder that objdump checks.
 */
import { decodeRiscv, isWide } from '../../host/timing/machine/riscv.ts';
import type { RiscvInstruction } from '../../host/timing/machine/riscv-operation.ts';

const MASK = 0xffff_ffffn;
const signed = (word: number) => BigInt(word | 0);
const unsigned = (word: number) => BigInt(word >>> 0);
const low = (number: bigint) => Number(number & MASK);
const upper = (number: bigint) => Number((number >> 32n) & MASK);

/** Results of two operands, by the mnemonic of the instruction for registers. */
export const RESULTS: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => low(unsigned(a) + unsigned(b)),
  sub: (a, b) => low(unsigned(a) - unsigned(b)),
  sll: (a, b) => low(unsigned(a) << (unsigned(b) & 31n)),
  srl: (a, b) => low(unsigned(a) >> (unsigned(b) & 31n)),
  sra: (a, b) => low(signed(a) >> (unsigned(b) & 31n)),
  slt: (a, b) => (signed(a) < signed(b) ? 1 : 0),
  sltu: (a, b) => (unsigned(a) < unsigned(b) ? 1 : 0),
  xor: (a, b) => low(unsigned(a) ^ unsigned(b)),
  or: (a, b) => low(unsigned(a) | unsigned(b)),
  and: (a, b) => low(unsigned(a) & unsigned(b)),
  mul: (a, b) => low(unsigned(a) * unsigned(b)),
  mulh: (a, b) => upper(signed(a) * signed(b)),
  mulhsu: (a, b) => upper(signed(a) * unsigned(b)),
  mulhu: (a, b) => upper(unsigned(a) * unsigned(b)),
  div: (a, b) => (b === 0 ? 0xffff_ffff : low(signed(a) / signed(b))),
  divu: (a, b) => (b === 0 ? 0xffff_ffff : low(unsigned(a) / unsigned(b))),
  rem: (a, b) => (b === 0 ? a >>> 0 : low(signed(a) % signed(b))),
  remu: (a, b) => (b === 0 ? a >>> 0 : low(unsigned(a) % unsigned(b))),
};

const HOLDS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  beq: (a, b) => a >>> 0 === b >>> 0,
  bne: (a, b) => a >>> 0 !== b >>> 0,
  blt: (a, b) => (a | 0) < (b | 0),
  bge: (a, b) => (a | 0) >= (b | 0),
  bltu: (a, b) => a >>> 0 < b >>> 0,
  bgeu: (a, b) => a >>> 0 >= b >>> 0,
};

export class RiscvReference {
  readonly x = new Uint32Array(32);
  readonly memory: DataView;
  readonly #base: number;
  pc = 0;
  /** Hazard3's: the register that the instruction before loaded, and the branch that is predicted. */
  #loaded = 0;
  #predicted: number | undefined;
  readonly #known = new Map<number, { word: number; instruction: RiscvInstruction }>();

  /** Memory begins at `base`. */
  constructor(base: number, bytes: Uint8Array) {
    this.#base = base;
    this.memory = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Calls a function and gives Hazard3's cycles, the call included; the link is an address that nothing is at. */
  call(entry: number, link: number, predicted: number | undefined): number {
    this.#loaded = 0;
    this.#predicted = predicted;
    this.x[1] = link;
    this.pc = entry;
    let cycles = 2;
    for (let steps = 0; this.pc !== link; steps++) {
      if (steps > 10_000_000) throw new RangeError('it does not come back');
      cycles += this.step();
    }
    return cycles;
  }

  at(address: number): number {
    return address - this.#base;
  }

  /** Executes one instruction and gives Hazard3's cycles. */
  step(): number {
    const instruction = this.#decoded();
    const from = this.pc;
    const waits = this.#loaded !== 0 && uses(instruction).includes(this.#loaded) ? 1 : 0;
    const isTaken = this.#isTaken(instruction);
    this.pc = (from + instruction.bytes) >>> 0;
    this.#execute(instruction, from);
    this.x[0] = 0;
    this.#loaded = instruction.kind === 'load' ? instruction.d : 0;
    return this.#cycles(instruction, from, isTaken) + waits + (isTaken ? this.#split() : 0);
  }

  /** The instruction at the program counter; decoded again only when its bytes have changed. */
  #decoded(): RiscvInstruction {
    const first = this.memory.getUint16(this.at(this.pc), true);
    const second = isWide(first) ? this.memory.getUint16(this.at(this.pc) + 2, true) : 0;
    const word = (second << 16) | first;
    const known = this.#known.get(this.pc);
    if (known?.word === word) return known.instruction;
    const instruction = decodeRiscv(first, second);
    if (instruction === undefined) throw new RangeError(`no instruction at ${this.pc.toString(16)}`);
    this.#known.set(this.pc, { word, instruction });
    return instruction;
  }

  /** Whether it leads elsewhere, be it to the instruction that follows anyway. */
  #isTaken(instruction: RiscvInstruction): boolean {
    const { x } = this;
    if (instruction.kind !== 'branch')
      return instruction.kind === 'jump' || instruction.kind === 'jump-register';
    return HOLDS[instruction.op]?.(x[instruction.n] ?? 0, x[instruction.m] ?? 0) === true;
  }

  #split(): number {
    if ((this.pc & 2) === 0 || this.at(this.pc) < 0 || this.at(this.pc) >= this.memory.byteLength) return 0;
    return isWide(this.memory.getUint16(this.at(this.pc), true)) ? 1 : 0;
  }

  #cycles(instruction: RiscvInstruction, from: number, isTaken: boolean): number {
    const { x } = this;
    switch (instruction.kind) {
      case 'divide':
        // One more where signs are to be corrected; which those are its documentation does not say.
        return instruction.op.endsWith('u') ? 18 : 18 + ((x[instruction.d] ?? 0) & 1);
      case 'jump':
      case 'jump-register':
        return 2;
      case 'branch': {
        const isPredicted = this.#predicted === from && instruction.offset < 0;
        if (instruction.offset < 0 && isTaken) this.#predicted = from;
        else if (isPredicted) this.#predicted = undefined;
        return isPredicted === isTaken ? 1 : 2;
      }
      default:
        return 1;
    }
  }

  #execute(instruction: RiscvInstruction, from: number): void {
    const { x } = this;
    switch (instruction.kind) {
      case 'upper':
        x[instruction.d] = instruction.constant;
        break;
      case 'address':
        x[instruction.d] = from + instruction.constant;
        break;
      case 'immediate': {
        const rule = instruction.op === 'sltiu' ? 'sltu' : instruction.op.replace(/i$/, '');
        x[instruction.d] = RESULTS[rule]?.(x[instruction.n] ?? 0, instruction.constant >>> 0) ?? Number.NaN;
        break;
      }
      case 'compute':
      case 'multiply':
      case 'divide':
        x[instruction.d] =
          RESULTS[instruction.op]?.(x[instruction.n] ?? 0, x[instruction.m] ?? 0) ?? Number.NaN;
        break;
      case 'branch':
        if (this.#isTaken(instruction)) this.pc = (from + instruction.offset) >>> 0;
        break;
      case 'jump':
        x[instruction.d] = this.pc;
        this.pc = (from + instruction.offset) >>> 0;
        break;
      case 'jump-register': {
        const to = ((x[instruction.n] ?? 0) + instruction.constant) & ~1;
        x[instruction.d] = this.pc;
        this.pc = to >>> 0;
        break;
      }
      default:
        this.#access(instruction);
    }
  }

  #access(instruction: RiscvInstruction): void {
    if (instruction.kind !== 'load' && instruction.kind !== 'store') return;
    const { x, memory } = this;
    const at = this.at(((x[instruction.n] ?? 0) + instruction.constant) >>> 0);
    if (instruction.kind === 'store') {
      const value = x[instruction.m] ?? 0;
      if (instruction.width === 4) memory.setUint32(at, value, true);
      else if (instruction.width === 2) memory.setUint16(at, value & 0xffff, true);
      else memory.setUint8(at, value & 0xff);
      return;
    }
    const { width, isSigned, d } = instruction;
    if (width === 4) x[d] = memory.getUint32(at, true);
    else if (width === 2) x[d] = isSigned ? memory.getInt16(at, true) : memory.getUint16(at, true);
    else x[d] = isSigned ? memory.getInt8(at) : memory.getUint8(at);
  }
}

/** Registers that an instruction needs in the stage in which a load before it is not done. */
function uses(instruction: RiscvInstruction): number[] {
  switch (instruction.kind) {
    case 'compute':
    case 'multiply':
    case 'divide':
    case 'branch':
      return [instruction.n, instruction.m];
    case 'immediate':
    case 'load':
    case 'store':
    case 'jump-register':
      return [instruction.n];
    default:
      return [];
  }
}
