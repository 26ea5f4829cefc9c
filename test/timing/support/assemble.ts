/** Writes WebAssembly in binary form, as little of it as the tests need. */

export const I32 = 0x7f;
export const I64 = 0x7e;
const EMPTY = 0x40;

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** Signed LEB128 of an i32. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    if ((rest >> 6 === 0 && (low & 0x40) === 0) || (rest >> 6 === -1 && (low & 0x40) !== 0))
      return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

export function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

export function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

export function nameBytes(name: string): number[] {
  return [...leb(name.length), ...Buffer.from(name)];
}

export const constant = (value: number) => [0x41, ...signedLeb(value)];
export const localGet = (index: number) => [0x20, ...leb(index)];
export const localSet = (index: number) => [0x21, ...leb(index)];
export const localTee = (index: number) => [0x22, ...leb(index)];
export const globalGet = (index: number) => [0x23, ...leb(index)];
export const globalSet = (index: number) => [0x24, ...leb(index)];
export const call = (index: number) => [0x10, ...leb(index)];
export const branch = (depth: number) => [0x0c, ...leb(depth)];
export const branchIf = (depth: number) => [0x0d, ...leb(depth)];
export const UNREACHABLE = [0x00];
export const SELECT = [0x1b];
export const DROP = [0x1a];

const OPERATIONS = {
  eqz: 0x45,
  eq: 0x46,
  ne: 0x47,
  lt_s: 0x48,
  lt_u: 0x49,
  gt_s: 0x4a,
  gt_u: 0x4b,
  le_s: 0x4c,
  le_u: 0x4d,
  ge_s: 0x4e,
  ge_u: 0x4f,
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  div_s: 0x6d,
  div_u: 0x6e,
  rem_s: 0x6f,
  rem_u: 0x70,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shr_s: 0x75,
  shr_u: 0x76,
  rotl: 0x77,
} as const;

export type Operation = keyof typeof OPERATIONS;

/** `a` then `b` then the operation on them. */
export function binary(operation: Operation, a: readonly number[], b: readonly number[] = []): number[] {
  return [...a, ...b, OPERATIONS[operation]];
}

/** A load of 1, 2 or 4 bytes, unsigned. */
export function load(bytes: 1 | 2 | 4, address: readonly number[], offset = 0): number[] {
  return [...address, { 1: 0x2d, 2: 0x2f, 4: 0x28 }[bytes], 0, ...leb(offset)];
}

export function store(
  bytes: 1 | 2 | 4,
  address: readonly number[],
  value: readonly number[],
  offset = 0,
): number[] {
  return [...address, ...value, { 1: 0x3a, 2: 0x3b, 4: 0x36 }[bytes], 0, ...leb(offset)];
}

export const block = (body: readonly number[]) => [0x02, EMPTY, ...body, 0x0b];
export const loop = (body: readonly number[]) => [0x03, EMPTY, ...body, 0x0b];

export function ifElse(
  condition: readonly number[],
  then: readonly number[],
  otherwise: readonly number[] = [],
): number[] {
  return [...condition, 0x04, EMPTY, ...then, ...(otherwise.length === 0 ? [] : [0x05, ...otherwise]), 0x0b];
}

export function branchTable(
  selector: readonly number[],
  labels: readonly number[],
  standard: number,
): number[] {
  return [...selector, 0x0e, ...vector(labels.map(leb)), ...leb(standard)];
}

export interface FunctionParts {
  readonly parameters: number;
  readonly results: number;
  /** Locals behind the parameters, all i32. */
  readonly locals: number;
  readonly body: readonly number[];
}

/** A module of i32 functions with one memory page; `exported` names the exports of the last of them, one by one. */
export function assemble(
  functions: readonly FunctionParts[],
  globals: number,
  ...exported: readonly string[]
): Uint8Array<ArrayBuffer> {
  const firstExported = functions.length - exported.length;
  const i32s = (count: number) => vector(Array.from({ length: count }, () => [I32]));
  const types = functions.map(({ parameters, results }) => [0x60, ...i32s(parameters), ...i32s(results)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals === 0 ? [] : [[...leb(locals), I32]]), ...body, 0x0b];
    return [...leb(code.length), ...code];
  });
  return Uint8Array.from([
    ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => leb(index)))),
    ...section(5, vector([[1, 1, 1]])),
    ...section(6, vector(Array.from({ length: globals }, () => [I32, 1, 0x41, 0, 0x0b]))),
    ...section(
      7,
      vector([
        ...exported.map((name, index) => [...nameBytes(name), 0, ...leb(firstExported + index)]),
        [...nameBytes('memory'), 2, 0],
      ]),
    ),
    ...section(10, vector(bodies)),
  ]);
}
