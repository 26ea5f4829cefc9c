/**
 * Rewrites a module so that it records what the analysis makes claims about: instructions executed, accesses outside their arenas
 * or misaligned, and the most rounds that each loop ran. Each record is an exported global.
 */

import { everyInstruction } from '../../../host/timing/wasm/effects.ts';
import type { Arena } from '../../../host/timing/wasm/memory-map.ts';
import { type Instruction, readModule, type WasmFunction } from '../../../host/timing/wasm/module.ts';
import { OP, opcode } from '../../../host/timing/wasm/opcodes.ts';
import { Reader } from '../../../host/timing/wasm/reader.ts';
import {
  constant,
  globalGet,
  globalSet,
  I32,
  I64,
  leb,
  localGet,
  localSet,
  localTee,
  nameBytes,
  section,
} from './assemble.ts';

const SECTION = { custom: 0, global: 6, export: 7, code: 10 } as const;
const CONTROL = new Set<number>([
  OP.unreachable,
  OP.block,
  OP.loop,
  OP.if,
  OP.br,
  OP.brIf,
  OP.brTable,
  OP.return,
]);
const [ADD, AND, OR, LT_U, GT_U, EQZ, SELECT, END, ELSE] = [
  0x6a, 0x71, 0x72, 0x49, 0x4b, 0x45, 0x1b, 0x0b, 0x05,
];

export interface Arenas {
  readonly loads: readonly Arena[];
  readonly stores: readonly Arena[];
}

/** Globals that the rewritten module adds, and how the records read. */
export interface Recorder {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offsets of the loops, whose rounds stand in the exported globals `rounds-OFFSET`. */
  readonly loops: readonly number[];
}

export interface Records {
  readonly executed: number;
  readonly outside: number;
  readonly misaligned: number;
  readonly stores: number;
}

const NAMES = ['executed', 'outside', 'misaligned', 'stores'] as const;

/** The module with records. It must import no globals. */
export function record(bytes: Uint8Array, arenas: Arenas): Recorder {
  const module = readModule(bytes);
  const first = module.globals.length;
  const loops = module.functions
    .flatMap(({ body }) => [...everyInstruction(body)])
    .filter(({ op }) => op === OP.loop)
    .map(({ at }) => at);
  const names = [...NAMES, ...loops.map((at) => `rounds-${at}`)];
  const out = [...bytes.subarray(0, 8)];
  const reader = new Reader(bytes, 8);
  const added = names.length;
  while (reader.at < reader.end) {
    const id = reader.byte();
    const part = reader.part(reader.u32());
    if (id === SECTION.custom) continue;
    let content = [...bytes.subarray(part.at, part.end)];
    if (id === SECTION.global) {
      const count = part.u32();
      const fresh = names.flatMap(() => [I32, 1, 0x41, 0, END]);
      content = [...leb(count + added), ...bytes.subarray(part.at, part.end), ...fresh];
    } else if (id === SECTION.export) {
      const count = part.u32();
      const fresh = names.flatMap((name, index) => [...nameBytes(name), 3, ...leb(first + index)]);
      content = [...leb(count + added), ...bytes.subarray(part.at, part.end), ...fresh];
    } else if (id === SECTION.code) {
      const own = module.functions.filter(({ imported }) => imported === undefined);
      content = [
        ...leb(own.length),
        ...own.flatMap((each) => recordedFunction(bytes, each, arenas, first, loops)),
      ];
    }
    // One by one: as arguments of a call, the bytes of a section do not fit the stack.
    for (const byte of section(id, content)) out.push(byte);
  }
  return { bytes: Uint8Array.from(out), loops };
}

function recordedFunction(
  bytes: Uint8Array,
  each: WasmFunction,
  arenas: Arenas,
  first: number,
  loops: readonly number[],
): number[] {
  const own = [...everyInstruction(each.body)].filter(({ op }) => op === OP.loop).map(({ at }) => at);
  const writer = new Writer(bytes, arenas, first, each.locals.length, own, loops);
  const body = writer.body(each.body);
  const parameters = each.type.parameters.length;
  const types = each.locals.slice(parameters).map((type) => (type === 'i64' ? I64 : I32));
  const all = [...types, I32, I32, I64, ...own.map(() => I32)];
  const code = [...leb(all.length), ...all.flatMap((type) => [1, type]), ...body, END];
  return [...leb(code.length), ...code];
}

class Writer {
  readonly #bytes: Uint8Array;
  readonly #arenas: Arenas;
  readonly #first: number;
  /** Locals added behind the function's own: address, i32 value, i64 value, then a counter a loop. */
  readonly #locals: number;
  readonly #own: readonly number[];
  readonly #loops: readonly number[];

  constructor(
    bytes: Uint8Array,
    arenas: Arenas,
    first: number,
    locals: number,
    own: readonly number[],
    loops: readonly number[],
  ) {
    this.#bytes = bytes;
    this.#arenas = arenas;
    this.#first = first;
    this.#locals = locals;
    this.#own = own;
    this.#loops = loops;
  }

  body(instructions: readonly Instruction[]): number[] {
    const out: number[] = [];
    let stretch: number[] = [];
    let count = 0;
    const flush = () => {
      if (count > 0) out.push(...this.#add(0, constant(count)));
      out.push(...stretch);
      stretch = [];
      count = 0;
    };
    for (const instruction of instructions) {
      if (opcode(instruction.op)?.class !== undefined) count++;
      stretch.push(...this.#instruction(instruction));
      if (CONTROL.has(instruction.op)) flush();
    }
    flush();
    return out;
  }

  #raw(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from, to);
  }

  /** Adds the number that `value` leaves on the stack to a record. */
  #add(index: number, value: readonly number[]): number[] {
    const global = this.#first + index;
    return [...globalGet(global), ...value, ADD, ...globalSet(global)];
  }

  #instruction(instruction: Instruction): number[] {
    const { op, at, end, headEnd } = instruction;
    if (op === OP.loop) return this.#loop(instruction);
    if (op === OP.block || op === OP.if) {
      const otherwise = instruction.orElse.length === 0 ? [] : [ELSE, ...this.body(instruction.orElse)];
      return [...this.#raw(at, headEnd), ...this.body(instruction.body), ...otherwise, END];
    }
    if ((opcode(op)?.bytes ?? 0) > 0) return this.#access(instruction);
    return [...this.#raw(at, end)];
  }

  #loop({ at, headEnd, body }: Instruction): number[] {
    const counter = this.#locals + 3 + this.#own.indexOf(at);
    const most = this.#first + NAMES.length + this.#loops.indexOf(at);
    const count = [...localGet(counter), ...constant(1), ADD, ...localTee(counter), ...globalGet(most)];
    const keepMost = [...localGet(counter), ...globalGet(most), GT_U, SELECT, ...globalSet(most)];
    const round = [...count, ...keepMost];
    return [
      ...constant(0),
      ...localSet(counter),
      ...this.#raw(at, headEnd),
      ...round,
      ...this.body(body),
      END,
    ];
  }

  #access({ op, at, end, index: offset }: Instruction): number[] {
    const known = opcode(op);
    const bytes = known?.bytes ?? 1;
    const isStore = known?.class === 'store';
    const value = known?.operands[1] === 'i64' ? this.#locals + 2 : this.#locals + 1;
    const address = this.#locals;
    const before = isStore ? [...localSet(value), ...localSet(address)] : localSet(address);
    const after = isStore ? [...localGet(address), ...localGet(value)] : localGet(address);
    const place = [...localGet(address), ...constant(offset), ADD];
    const misaligned = [...constant(0), ...place, ...constant(bytes - 1), AND, LT_U];
    const checks = [
      ...this.#add(1, this.#isOutside(place, bytes, isStore ? this.#arenas.stores : this.#arenas.loads)),
      ...this.#add(2, misaligned),
      ...(isStore ? this.#add(3, constant(1)) : []),
    ];
    return [...before, ...checks, ...after, ...this.#raw(at, end)];
  }

  /** 1 unless `bytes` from the place on lie in one of the arenas. */
  #isOutside(place: readonly number[], bytes: number, arenas: readonly Arena[]): number[] {
    const inside = arenas.flatMap(({ from, bytes: size }) => {
      return [...place, ...constant(-from), ADD, ...constant(size - bytes + 1), LT_U, OR];
    });
    return [...constant(0), ...inside, EQZ];
  }
}

/** The records of an instance, and sets them back to 0. */
export function takeRecords(
  exports: WebAssembly.Exports,
  loops: readonly number[],
): Records & { rounds: Map<number, number> } {
  const take = (name: string): number => {
    const global = exports[name];
    if (!(global instanceof WebAssembly.Global)) throw new RangeError(`the module records no ${name}`);
    const value = Number(global.value) >>> 0;
    global.value = 0;
    return value;
  };
  const [executed = 0, outside = 0, misaligned = 0, stores = 0] = NAMES.map(take);
  return {
    executed,
    outside,
    misaligned,
    stores,
    rounds: new Map(loops.map((at) => [at, take(`rounds-${at}`)])),
  };
}
