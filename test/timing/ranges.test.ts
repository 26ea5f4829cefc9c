/** Ranges against numbers: what an instruction gives for members of its operands' ranges is a member of the range it is said to give. */
import { expect, test } from 'vitest';
import {
  between32,
  exactly32,
  join32,
  meet32,
  type Range32,
  signedBetween32,
  widen32,
  within32,
} from '../../host/timing/ranges/range32.ts';
import { between64, exactly64, type Range64, within64 } from '../../host/timing/ranges/range64.ts';
import { OP, opcode } from '../../host/timing/wasm/opcodes.ts';
import { resultRange } from '../../host/timing/wasm/value.ts';
import { Random, seedFor } from '../support/random.ts';
import { assemble, localGet } from './support/assemble.ts';

const TRIALS = 3000;
const EDGES = [0, 1, 3, 4, 31, 32, 0x7f, 0x80, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff];
const OPERATIONS32 = Array.from({ length: 256 }, (_, code) => code).filter((code) => {
  const known = opcode(code);
  return (
    known !== undefined &&
    known.bytes === 0 &&
    !known.isFloat &&
    known.operands[0] === 'i32' &&
    known.result === 'i32'
  );
});

function number(random: Random): number {
  return random.onceIn(2) ? random.pick(EDGES) : random.next() >>> random.below(32);
}

/** A range with an interval, perhaps signed, and perhaps known bits; and one of its members. */
function sample(random: Random): { range: Range32; member: number } {
  for (;;) {
    const [a, b] = [number(random), number(random)];
    let range: Range32 | undefined = between32(Math.min(a, b), Math.max(a, b));
    if (random.onceIn(3)) range = signedBetween32(Math.min(a | 0, b | 0), Math.max(a | 0, b | 0));
    const mask = random.onceIn(2) ? number(random) : 0xffffffff;
    const masked = resultRange(0x71, range, exactly32(mask));
    if (masked.kind === 'i32') range = masked;
    const member = ((range.low + random.below(Math.min(2 ** 31, range.high - range.low + 1))) & mask) >>> 0;
    if (within32(exactly32(member), range)) return { range, member };
  }
}

test.each(OPERATIONS32.map((code) => ({ code, name: opcode(code)?.name })))('$name', ({ code, name }) => {
  const random = new Random(seedFor(`range of ${name}`, 3));
  const isUnary = opcode(code)?.operands.length === 1;
  const body = isUnary ? [...localGet(0), code] : [...localGet(0), ...localGet(1), code];
  const bytes = assemble([{ parameters: 2, results: 1, locals: 0, body }], 0, 'run');
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const run = exports.run as (a: number, b: number) => number;
  for (let i = 0; i < TRIALS; i++) {
    const [a, b] = [sample(random), sample(random)];
    if (traps(name ?? '', a.member, b.member)) continue;
    const result = resultRange(code, a.range, isUnary ? undefined : b.range);
    const exact = exactly32(run(a.member, b.member));
    const holds = result.kind === 'i32' && within32(exact, result);
    if (!holds) expect({ a, b, exact, result }).toBe('consistent');
  }
});

function traps(name: string, a: number, b: number): boolean {
  if (!/div|rem/.test(name)) return false;
  return b === 0 || (name === 'i32.div_s' && a === 0x80000000 && b === 0xffffffff);
}

test('what is in both, in either, and beyond', () => {
  const random = new Random(seedFor('range of sets', 4));
  for (let i = 0; i < 20 * TRIALS; i++) {
    const [a, b] = [sample(random), sample(random)];
    const inA = exactly32(a.member);
    const both = meet32(a.range, b.range);
    if (within32(inA, b.range)) expect(both !== undefined && within32(inA, both)).toBe(true);
    expect(within32(inA, join32(a.range, b.range))).toBe(true);
    expect(within32(inA, join32(b.range, a.range))).toBe(true);
    expect(within32(inA, widen32(a.range, b.range, EDGES))).toBe(true);
    expect(within32(inA, widen32(b.range, a.range, []))).toBe(true);
  }
});

const MASK64 = (1n << 64n) - 1n;
const WIDE: Readonly<Record<number, (a: bigint, b: bigint) => bigint>> = {
  124: (a, b) => a + b,
  125: (a, b) => a - b,
  126: (a, b) => a * b,
  128: (a, b) => a / b,
  130: (a, b) => a % b,
  131: (a, b) => a & b,
  132: (a, b) => a | b,
  133: (a, b) => a ^ b,
  134: (a, b) => a << (b & 63n),
  135: (a, b) => BigInt.asIntN(64, a) >> (b & 63n),
  136: (a, b) => a >> (b & 63n),
};
const WIDE_COMPARISONS: Readonly<Record<number, (a: bigint, b: bigint) => boolean>> = {
  81: (a, b) => a === b,
  82: (a, b) => a !== b,
  83: (a, b) => BigInt.asIntN(64, a) < BigInt.asIntN(64, b),
  84: (a, b) => a < b,
  85: (a, b) => BigInt.asIntN(64, a) > BigInt.asIntN(64, b),
  86: (a, b) => a > b,
  89: (a, b) => BigInt.asIntN(64, a) >= BigInt.asIntN(64, b),
  90: (a, b) => a >= b,
};

function sampleWide(random: Random): { range: Range64; member: bigint } {
  const wide = () => ((BigInt(random.next()) << 32n) | BigInt(random.next())) >> BigInt(random.below(64));
  const [a, b] = random.onceIn(4) ? [MASK64 - wide(), MASK64] : [wide(), wide()];
  const [low, high] = a < b ? [a, b] : [b, a];
  return { range: between64(low, high), member: low + ((BigInt(random.next()) * (high - low)) >> 32n) };
}

test('numbers of 64 bits', () => {
  expect(opcode(124)?.name).toBe('i64.add');
  expect(opcode(90)?.name).toBe('i64.ge_u');
  expect(OP.i64Const).toBe(0x42);
  const random = new Random(seedFor('wide ranges', 6));
  for (let i = 0; i < 10 * TRIALS; i++) {
    const [a, b] = [sampleWide(random), sampleWide(random)];
    for (const [code, compute] of Object.entries(WIDE)) {
      if ((code === '128' || code === '130') && b.member === 0n) continue;
      const result = resultRange(Number(code), a.range, b.range);
      const exact = exactly64(compute(a.member, b.member));
      if (result.kind !== 'i64' || !within64(exact, result))
        expect({ code, a, b, result }).toBe('consistent');
    }
    for (const [code, compute] of Object.entries(WIDE_COMPARISONS)) {
      const result = resultRange(Number(code), a.range, b.range);
      const exact = exactly32(Number(compute(a.member, b.member)));
      if (result.kind !== 'i32' || !within32(exact, result))
        expect({ code, a, b, result }).toBe('consistent');
    }
  }
});
