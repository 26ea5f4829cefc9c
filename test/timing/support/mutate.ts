/** Changes a module's code: bytes of instructions replaced or put in, sizes made right again. */
import { everyInstruction } from '../../../host/timing/wasm/effects.ts';
import type { Instruction, WasmFunction, WasmModule } from '../../../host/timing/wasm/module.ts';
import { OP } from '../../../host/timing/wasm/opcodes.ts';
import { Reader } from '../../../host/timing/wasm/reader.ts';
import { leb, section } from './assemble.ts';

const SECTION_TABLE = 4;
const SECTION_CODE = 10;

export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly bytes: readonly number[];
}

/** The module with its code edited. */
export function edited(module: WasmModule, edits: readonly Edit[]): Uint8Array {
  const { bytes } = module;
  const out = [...bytes.subarray(0, 8)];
  const reader = new Reader(bytes, 8);
  while (reader.at < reader.end) {
    const id = reader.byte();
    const part = reader.part(reader.u32());
    const own = module.functions.filter(({ imported }) => imported === undefined);
    const code = () => [...leb(own.length), ...own.flatMap((each) => editedBody(bytes, each, edits))];
    // One by one: as arguments of a call, the bytes of a section do not fit the stack.
    const content = id === SECTION_CODE ? code() : [...bytes.subarray(part.at, part.end)];
    for (const byte of section(id, content)) out.push(byte);
  }
  return Uint8Array.from(out);
}

function editedBody(bytes: Uint8Array, { at, end }: WasmFunction, edits: readonly Edit[]): number[] {
  const own = edits.filter(({ from }) => from >= at && from < end).sort((a, b) => a.from - b.from);
  const body: number[] = [];
  let copied = at;
  for (const edit of own) {
    body.push(...bytes.subarray(copied, edit.from), ...edit.bytes);
    copied = edit.to;
  }
  body.push(...bytes.subarray(copied, end));
  return [...leb(body.length), ...body];
}

/** The module with a table of one empty entry, which call_indirect needs. */
export function withTable(bytes: Uint8Array): Uint8Array {
  const out = [...bytes.subarray(0, 8)];
  const reader = new Reader(bytes, 8);
  while (reader.at < reader.end) {
    const id = reader.byte();
    const part = reader.part(reader.u32());
    for (const byte of section(id, [...bytes.subarray(part.at, part.end)])) out.push(byte);
    if (id === SECTION_TABLE - 1) out.push(...section(SECTION_TABLE, [1, 0x70, 0, 1]));
  }
  return Uint8Array.from(out);
}

/** Functions that an export may call, itself first. */
export function reachable(module: WasmModule, name: string): WasmFunction[] {
  const reached = new Set([module.exports.get(name)?.index ?? -1]);
  for (const index of reached) {
    for (const { op, index: callee } of everyInstruction(module.functions[index]?.body ?? [])) {
      if (op === OP.call) reached.add(callee);
    }
  }
  return [...reached].flatMap((index) => module.functions[index] ?? []);
}

/** The nth constant of this value among the functions that an export may call. */
export function constantOf(
  module: WasmModule,
  name: string,
  value: number,
  nth: number,
): { in: WasmFunction; instruction: Instruction } {
  const found = reachable(module, name).flatMap((each) =>
    [...everyInstruction(each.body)]
      .filter(({ op, constant }) => op === OP.i32Const && constant === value >>> 0)
      .map((instruction) => ({ in: each, instruction })),
  );
  const constant = found[nth];
  if (constant === undefined)
    throw new RangeError(`${name} has ${found.length} constants ${value}, no number ${nth}`);
  return constant;
}
