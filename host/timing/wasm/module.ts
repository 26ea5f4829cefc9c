import { OP, opcode, type ValueType } from './opcodes.ts';
import { malformed, Reader } from './reader.ts';

/** A module in binary form, read into structured functions. Core specification, section 5; the name section: appendix. */

/** One instruction; `at` and `end` are offsets in the file. */
export interface Instruction {
  readonly op: number;
  readonly at: number;
  end: number;
  /** Index, label, or the offset of a load or store. */
  readonly index: number;
  /** Constant of i32.const, as u32. */
  readonly constant: number;
  readonly wide: bigint;
  /** Labels of a br_table; the last is the default. */
  readonly labels: readonly number[];
  /** What a block, loop or if gives. */
  readonly result: ValueType | undefined;
  readonly body: readonly Instruction[];
  readonly orElse: readonly Instruction[];
  /** Offset behind the head of a block, loop or if. */
  readonly headEnd: number;
  /** Why the analysis cannot read on from here; set on the last instruction of a body only. */
  readonly unknown: string | undefined;
}

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface WasmFunction {
  readonly index: number;
  readonly name: string;
  readonly type: FunctionType;
  /** Types of parameters and locals. */
  readonly locals: readonly ValueType[];
  readonly body: readonly Instruction[];
  /** Where the body stands in the file: its size field, its first byte, the byte behind it. */
  readonly at: number;
  readonly codeAt: number;
  readonly end: number;
  /** `module.name` of an import. */
  readonly imported: string | undefined;
}

export interface WasmGlobal {
  readonly index: number;
  readonly name: string;
  readonly type: ValueType;
  readonly isMutable: boolean;
  /** Whether others can change it: it is mutable, and imported or exported. */
  readonly isShared: boolean;
  /** Value at the start; undefined when an import gives it. */
  readonly value: bigint | undefined;
}

export type ExportKind = 'function' | 'table' | 'global' | 'other';

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly functions: readonly WasmFunction[];
  readonly globals: readonly WasmGlobal[];
  /** Pages of 64 KiB that the memory has at least; 0 without a memory. */
  readonly memoryPages: number;
  /** Whether it shares a table with others, who can then call what stands in it. */
  readonly importsTable: boolean;
  readonly exports: ReadonlyMap<string, { readonly kind: ExportKind; readonly index: number }>;
  /** The function that instantiating the module calls. */
  readonly start: number | undefined;
  readonly sourceMap: string | undefined;
}

const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
} as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const EXPORT_KINDS: readonly ExportKind[] = ['function', 'table', 'other', 'global'];
const FUNCTION_TYPE = 0x60;
const EMPTY = 0x40;
/** Bit 0: a greatest size follows; bit 1: shared. Beyond: 64 bits, or pages of another size. */
const LIMITS_FLAGS_MAX = 3;
/** Bit of a load's or store's alignment that says a number of a memory follows. */
const MEMORY_INDEX = 0x40;

interface Parts {
  types: FunctionType[];
  imports: { name: string; type: FunctionType }[];
  declared: number[];
  bodies: Reader[];
  globals: (Omit<WasmGlobal, 'name' | 'index' | 'isShared'> & { isImported: boolean })[];
  exports: Map<string, { kind: ExportKind; index: number }>;
  start: number | undefined;
  functionNames: Map<number, string>;
  globalNames: Map<number, string>;
  memoryPages: number | undefined;
  importsTable: boolean;
  sourceMap: string | undefined;
}

/** Reads a module. Throws HoldfastError WASM_MALFORMED. */
export function readModule(bytes: Uint8Array): WasmModule {
  const reader = new Reader(bytes);
  if (bytes.length < 8 || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== '\0asm\x01\0\0\0') {
    throw malformed(0, 'it does not begin like a module of version 1');
  }
  reader.at = 8;
  const parts: Parts = {
    types: [],
    imports: [],
    declared: [],
    bodies: [],
    globals: [],
    exports: new Map(),
    functionNames: new Map(),
    globalNames: new Map(),
    memoryPages: undefined,
    importsTable: false,
    start: undefined,
    sourceMap: undefined,
  };
  while (reader.at < reader.end) {
    const id = reader.byte();
    readSection(id, reader.part(reader.u32()), parts);
  }
  return assemble(bytes, parts);
}

function readSection(id: number, reader: Reader, parts: Parts): void {
  if (id === SECTION.custom) readCustom(reader, parts);
  if (id === SECTION.start) parts.start = reader.u32();
  const read = {
    [SECTION.type]: readType,
    [SECTION.import]: readImport,
    [SECTION.function]: (each: Reader) => parts.declared.push(each.u32()),
    [SECTION.memory]: readMemory,
    [SECTION.global]: readGlobal,
    [SECTION.export]: readExport,
    [SECTION.code]: (each: Reader) => parts.bodies.push(each.part(each.u32())),
  }[id];
  if (read === undefined) return;
  for (let left = reader.u32(); left > 0; left--) read(reader, parts);
}

function valueType(byte: number): ValueType {
  if (byte === 0x7f) return 'i32';
  return byte === 0x7e ? 'i64' : 'other';
}

function readTypes(reader: Reader): ValueType[] {
  return Array.from({ length: reader.u32() }, () => valueType(reader.byte()));
}

function readType(reader: Reader, parts: Parts): void {
  if (reader.byte() !== FUNCTION_TYPE) throw malformed(reader.at - 1, 'an unknown kind of type');
  parts.types.push({ parameters: readTypes(reader), results: readTypes(reader) });
}

function typeAt(parts: Parts, index: number, at: number): FunctionType {
  const type = parts.types[index];
  if (type === undefined) throw malformed(at, `type ${index} does not exist`);
  return type;
}

/** Least pages of a memory, least entries of a table. */
function readLimits(reader: Reader): number {
  const flags = reader.byte();
  if (flags > LIMITS_FLAGS_MAX)
    throw malformed(reader.at - 1, 'a memory or table of a kind that is not read');
  const least = reader.u32();
  if ((flags & 1) === 1) reader.u32();
  return least;
}

/** What rules call an import, `module.name`; a module whose own name has dots or quotes is written as JSON does, so no two are alike. */
function importName(module: string, name: string): string {
  return `${/[."]/.test(module) ? JSON.stringify(module) : module}.${name}`;
}

function readImport(reader: Reader, parts: Parts): void {
  const name = importName(reader.name(), reader.name());
  const kind = reader.byte();
  if (kind === KIND.function) parts.imports.push({ name, type: typeAt(parts, reader.u32(), reader.at) });
  else if (kind === KIND.memory) readMemory(reader, parts);
  else if (kind === KIND.table) {
    reader.byte();
    readLimits(reader);
    parts.importsTable = true;
  } else if (kind === KIND.global) {
    const type = valueType(reader.byte());
    parts.globals.push({ type, isMutable: reader.byte() === 1, isImported: true, value: undefined });
  } else throw malformed(reader.at - 1, `it imports something of an unknown kind, ${kind}`);
}

function readMemory(reader: Reader, parts: Parts): void {
  if (parts.memoryPages !== undefined) throw malformed(reader.at, 'it has more than one memory');
  parts.memoryPages = readLimits(reader);
}

function readGlobal(reader: Reader, parts: Parts): void {
  const type = valueType(reader.byte());
  const isMutable = reader.byte() === 1;
  const op = reader.byte();
  let value: bigint | undefined;
  if (op === OP.i32Const) value = BigInt.asUintN(32, reader.signed(32));
  else if (op === OP.i64Const) value = BigInt.asUintN(64, reader.signed(64));
  else if (op === OP.f32Const) reader.skip(4);
  else if (op === OP.f64Const) reader.skip(8);
  else if (op === OP.globalGet) value = parts.globals[reader.u32()]?.value;
  else throw malformed(reader.at - 1, 'a global starts with an expression that is not a constant');
  if (reader.byte() !== OP.end) throw malformed(reader.at - 1, 'a global starts with more than a constant');
  parts.globals.push({ type, isMutable, isImported: false, value });
}

function readExport(reader: Reader, parts: Parts): void {
  const name = reader.name();
  const kind = reader.byte();
  const index = reader.u32();
  if (parts.exports.has(name)) throw malformed(reader.at, `it exports ${name} twice`);
  parts.exports.set(name, { kind: EXPORT_KINDS[kind] ?? 'other', index });
}

function readCustom(reader: Reader, parts: Parts): void {
  const name = reader.name();
  if (name === 'sourceMappingURL') parts.sourceMap = reader.name();
  if (name !== 'name') return;
  while (reader.at < reader.end) {
    const kind = reader.byte();
    const part = reader.part(reader.u32());
    if (kind === 1) readNames(part, parts.functionNames);
    else if (kind === 7) readNames(part, parts.globalNames);
  }
}

function readNames(reader: Reader, names: Map<number, string>): void {
  for (let left = reader.u32(); left > 0; left--) names.set(reader.u32(), reader.name());
}

function assemble(bytes: Uint8Array, parts: Parts): WasmModule {
  const exported = (kind: string, index: number) =>
    [...parts.exports].find(([, each]) => each.kind === kind && each.index === index)?.[0];
  const nameOf = (index: number) =>
    parts.functionNames.get(index) ?? exported('function', index) ?? `function ${index}`;
  const functions: WasmFunction[] = parts.imports.map(({ name, type }, index) => {
    return { index, name, type, locals: [], body: [], at: 0, codeAt: 0, end: 0, imported: name };
  });
  for (const [i, typeIndex] of parts.declared.entries()) {
    const body = parts.bodies[i];
    if (body === undefined) throw malformed(bytes.length, 'a function has no body');
    const index = parts.imports.length + i;
    functions.push(readFunction(index, nameOf(index), typeAt(parts, typeIndex, body.at), body));
  }
  const globals = parts.globals.map(({ isImported, ...global }, index) => {
    const exportedAs = exported('global', index);
    const name = parts.globalNames.get(index) ?? exportedAs ?? `global ${index}`;
    const isShared = global.isMutable && (isImported || exportedAs !== undefined);
    return { ...global, index, name, isShared };
  });
  const { memoryPages = 0, importsTable, exports, start, sourceMap } = parts;
  return { bytes, functions, globals, memoryPages, importsTable, exports, start, sourceMap };
}

function readFunction(index: number, name: string, type: FunctionType, reader: Reader): WasmFunction {
  const at = reader.at;
  const locals = [...type.parameters];
  for (let groups = reader.u32(); groups > 0; groups--) {
    const count = reader.u32();
    const kind = valueType(reader.byte());
    if (locals.length + count > 50_000) throw malformed(reader.at, 'a function has too many locals');
    for (let i = 0; i < count; i++) locals.push(kind);
  }
  const codeAt = reader.at;
  const { body } = readBody(reader);
  return { index, name, type, locals, body, at, codeAt, end: reader.end, imported: undefined };
}

/** Instructions up to the `end` or `else` that closes them. */
function readBody(reader: Reader): { body: Instruction[]; closedBy: number } {
  const body: Instruction[] = [];
  for (;;) {
    const at = reader.at;
    const op = reader.byte();
    if (op === OP.end || op === OP.else) return { body, closedBy: op };
    const instruction = readInstruction(op, at, reader);
    body.push(instruction);
    if (unreadable(body) !== undefined) return { body, closedBy: OP.end };
  }
}

/** The instruction at which reading a body stopped, because it is not known; undefined when the body was read to its end. */
export function unreadable(body: readonly Instruction[]): Instruction | undefined {
  const last = body.at(-1);
  if (last === undefined || last.unknown !== undefined) return last;
  return unreadable(last.orElse) ?? unreadable(last.body);
}

const PLAIN = {
  index: 0,
  constant: 0,
  wide: 0n,
  labels: [],
  result: undefined,
  body: [],
  orElse: [],
  headEnd: 0,
  unknown: undefined,
} as const;

function readInstruction(op: number, at: number, reader: Reader): Instruction {
  if (op === OP.block || op === OP.loop || op === OP.if) return readStructured(op, at, reader);
  const known = opcode(op);
  if (known === undefined) return { ...PLAIN, op, at, end: reader.at, unknown: unknownName(op) };
  if (op === OP.brTable) {
    const labels = Array.from({ length: reader.u32() + 1 }, () => reader.u32());
    return { ...PLAIN, op, at, labels, end: reader.at };
  }
  let { index, constant, wide } = PLAIN as { index: number; constant: number; wide: bigint };
  if (op === OP.callIndirect) {
    index = reader.u32();
    reader.u32();
  } else if (known.immediates === 'index') index = reader.u32();
  else if (known.immediates === 'memory') {
    if (reader.u32() >= MEMORY_INDEX)
      return { ...PLAIN, op, at, end: reader.at, unknown: 'a load or store that names its memory' };
    index = reader.u32();
  } else if (known.immediates === 'i32') constant = Number(BigInt.asUintN(32, reader.signed(32)));
  else if (known.immediates === 'i64') wide = BigInt.asUintN(64, reader.signed(64));
  else if (known.immediates === 'f32') reader.skip(4);
  else if (known.immediates === 'f64') reader.skip(8);
  return { ...PLAIN, op, at, index, constant, wide, end: reader.at };
}

function unknownName(op: number): string {
  if (op === 0xfc) return 'an instruction of the group 0xfc (bulk memory or saturating floats)';
  if (op === 0xfd) return 'a vector instruction';
  return `an instruction that is not known, 0x${op.toString(16)}`;
}

function readStructured(op: number, at: number, reader: Reader): Instruction {
  const kind = reader.byte();
  const result = kind === EMPTY ? undefined : valueType(kind);
  if (kind !== EMPTY && (kind < 0x7c || kind > 0x7f)) {
    return { ...PLAIN, op, at, end: reader.at, unknown: 'a block with parameters or several results' };
  }
  const headEnd = reader.at;
  const first = readBody(reader);
  const orElse = first.closedBy === OP.else ? readBody(reader).body : [];
  return { ...PLAIN, op, at, result, headEnd, body: first.body, orElse, end: reader.at };
}
