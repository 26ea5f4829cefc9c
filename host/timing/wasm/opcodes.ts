/** WebAssembly's instructions as the analysis needs them: core specification, sections 5.4 (binary) and 3.3 (types). */

/** Classes that worst-case counts are kept in; a cost table of a target gives cycles for each. */
export const CLASSES = [
  'constant',
  'local',
  'global',
  'load',
  'store',
  'alu',
  'multiply',
  'divide',
  'compare',
  'select',
  'branch',
  'call',
] as const;
export type OpcodeClass = (typeof CLASSES)[number];

/** Type of a value on the stack; `other` stands for floats and references, of which nothing is known. */
export type ValueType = 'i32' | 'i64' | 'other';

export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Load: 0x28,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
} as const;

/** What stands behind an opcode in the binary. */
export type Immediates = 'none' | 'index' | 'memory' | 'i32' | 'i64' | 'f32' | 'f64';

export interface Opcode {
  readonly name: string;
  readonly class: OpcodeClass | undefined;
  readonly immediates: Immediates;
  /** Operands and result of instructions without control; undefined for those that the interpreter knows by themselves. */
  readonly operands: readonly ValueType[];
  readonly result: ValueType | undefined;
  /** Bytes that a load or store moves, 0 for everything else. */
  readonly bytes: number;
  readonly isFloat: boolean;
}

const TABLE: (Opcode | undefined)[] = [];

function define(code: number, name: string, fields: Partial<Opcode> = {}): void {
  TABLE[code] = {
    name,
    class: undefined,
    immediates: 'none',
    operands: [],
    result: undefined,
    bytes: 0,
    isFloat: /(^|_)f(32|64)/.test(name),
    ...fields,
  };
}

function typeOf(prefix: string): ValueType {
  return prefix === 'i32' || prefix === 'i64' ? prefix : 'other';
}

function defineControl(): void {
  define(OP.unreachable, 'unreachable', { class: 'branch' });
  define(OP.nop, 'nop');
  define(OP.br, 'br', { class: 'branch', immediates: 'index' });
  define(OP.brIf, 'br_if', { class: 'branch', immediates: 'index' });
  define(OP.brTable, 'br_table', { class: 'branch' });
  define(OP.return, 'return', { class: 'branch' });
  define(OP.if, 'if', { class: 'branch' });
  define(OP.block, 'block');
  define(OP.loop, 'loop');
  define(OP.call, 'call', { class: 'call', immediates: 'index' });
  define(OP.callIndirect, 'call_indirect', { class: 'call' });
  define(OP.drop, 'drop');
  define(OP.select, 'select', { class: 'select' });
  define(OP.localGet, 'local.get', { class: 'local', immediates: 'index' });
  define(OP.localSet, 'local.set', { class: 'local', immediates: 'index' });
  define(OP.localTee, 'local.tee', { class: 'local', immediates: 'index' });
  define(OP.globalGet, 'global.get', { class: 'global', immediates: 'index' });
  define(OP.globalSet, 'global.set', { class: 'global', immediates: 'index' });
  define(OP.memorySize, 'memory.size', { class: 'global', immediates: 'index' });
  define(OP.memoryGrow, 'memory.grow', { class: 'call', immediates: 'index' });
  define(OP.i32Const, 'i32.const', { class: 'constant', immediates: 'i32' });
  define(OP.i64Const, 'i64.const', { class: 'constant', immediates: 'i64' });
  define(OP.f32Const, 'f32.const', { class: 'constant', immediates: 'f32', result: 'other' });
  define(OP.f64Const, 'f64.const', { class: 'constant', immediates: 'f64', result: 'other' });
}

/** Loads from 0x28 on, then stores, in the order of the specification: name and bytes moved. */
const MEMORY: readonly (readonly [string, number])[] = [
  ['i32.load', 4],
  ['i64.load', 8],
  ['f32.load', 4],
  ['f64.load', 8],
  ['i32.load8_s', 1],
  ['i32.load8_u', 1],
  ['i32.load16_s', 2],
  ['i32.load16_u', 2],
  ['i64.load8_s', 1],
  ['i64.load8_u', 1],
  ['i64.load16_s', 2],
  ['i64.load16_u', 2],
  ['i64.load32_s', 4],
  ['i64.load32_u', 4],
  ['i32.store', 4],
  ['i64.store', 8],
  ['f32.store', 4],
  ['f64.store', 8],
  ['i32.store8', 1],
  ['i32.store16', 2],
  ['i64.store8', 1],
  ['i64.store16', 2],
  ['i64.store32', 4],
];

function defineMemory(): void {
  for (const [index, [name, bytes]] of MEMORY.entries()) {
    const type = typeOf(name.slice(0, 3));
    const isLoad = name.includes('load');
    define(0x28 + index, name, {
      class: isLoad ? 'load' : 'store',
      immediates: 'memory',
      operands: isLoad ? ['i32'] : ['i32', type],
      result: isLoad ? type : undefined,
      bytes,
    });
  }
}

const COMPARISONS = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'];
const ARITHMETIC = [
  'clz',
  'ctz',
  'popcnt',
  'add',
  'sub',
  'mul',
  'div_s',
  'div_u',
  'rem_s',
  'rem_u',
  'and',
  'or',
  'xor',
  'shl',
  'shr_s',
  'shr_u',
  'rotl',
  'rotr',
];
const UNARY = new Set(['clz', 'ctz', 'popcnt']);

function classOf(name: string): OpcodeClass {
  if (name === 'mul') return 'multiply';
  return name.startsWith('div') || name.startsWith('rem') ? 'divide' : 'alu';
}

function defineIntegers(): void {
  for (const [type, eqzAt, clzAt] of [
    ['i32', 0x45, 0x67],
    ['i64', 0x50, 0x79],
  ] as const) {
    define(eqzAt, `${type}.eqz`, { class: 'compare', operands: [type], result: 'i32' });
    for (const [index, name] of COMPARISONS.entries()) {
      define(eqzAt + 1 + index, `${type}.${name}`, {
        class: 'compare',
        operands: [type, type],
        result: 'i32',
      });
    }
    for (const [index, name] of ARITHMETIC.entries()) {
      const operands: ValueType[] = UNARY.has(name) ? [type] : [type, type];
      define(clzAt + index, `${type}.${name}`, { class: classOf(name), operands, result: type });
    }
  }
  for (const [code, name, from, to] of [
    [0xa7, 'i32.wrap_i64', 'i64', 'i32'],
    [0xac, 'i64.extend_i32_s', 'i32', 'i64'],
    [0xad, 'i64.extend_i32_u', 'i32', 'i64'],
    [0xc0, 'i32.extend8_s', 'i32', 'i32'],
    [0xc1, 'i32.extend16_s', 'i32', 'i32'],
    [0xc2, 'i64.extend8_s', 'i64', 'i64'],
    [0xc3, 'i64.extend16_s', 'i64', 'i64'],
    [0xc4, 'i64.extend32_s', 'i64', 'i64'],
  ] as const) {
    define(code, name, { class: 'alu', operands: [from], result: to });
  }
}

/** Floats are declined wherever they stand; operands and results are kept so that what follows can still be read. */
function defineFloats(): void {
  const float = (code: number, name: string, operands: ValueType[], result: ValueType) =>
    define(code, name, { class: 'alu', operands, result, isFloat: true });
  for (let code = 0x5b; code <= 0x66; code++)
    float(code, `float comparison 0x${code.toString(16)}`, ['other', 'other'], 'i32');
  for (const first of [0x8b, 0x99]) {
    for (let i = 0; i < 7; i++)
      float(first + i, `float operation 0x${(first + i).toString(16)}`, ['other'], 'other');
    for (let i = 7; i < 14; i++)
      float(first + i, `float operation 0x${(first + i).toString(16)}`, ['other', 'other'], 'other');
  }
  for (let code = 0xa8; code <= 0xab; code++) float(code, 'i32.trunc of a float', ['other'], 'i32');
  for (let code = 0xae; code <= 0xb1; code++) float(code, 'i64.trunc of a float', ['other'], 'i64');
  for (const [from, type] of [
    [0xb2, 'i32'],
    [0xb7, 'i32'],
  ] as const) {
    for (let i = 0; i < 2; i++) float(from + i, 'float.convert_i32', [type], 'other');
    for (let i = 2; i < 4; i++) float(from + i, 'float.convert_i64', ['i64'], 'other');
    float(from + 4, 'float to float', ['other'], 'other');
  }
  float(0xbc, 'i32.reinterpret_f32', ['other'], 'i32');
  float(0xbd, 'i64.reinterpret_f64', ['other'], 'i64');
  float(0xbe, 'f32.reinterpret_i32', ['i32'], 'other');
  float(0xbf, 'f64.reinterpret_i64', ['i64'], 'other');
}

defineControl();
defineMemory();
defineIntegers();
defineFloats();

/** What is known of an opcode; undefined for one that the analysis does not know. */
export function opcode(code: number): Opcode | undefined {
  return TABLE[code];
}
