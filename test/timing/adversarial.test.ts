/** Modules made to be called proved though what is claimed of them is false: each is declined, and for its own reason. */
import { describe, expect, test } from 'vitest';
import wabtInit from 'wabt';
import type { ExportRule, MemoryMap } from '../../host/timing/wasm/memory-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import { type Proof, proveExport } from '../../host/timing/wasm/prove.ts';

const wabt = await wabtInit();
const FEATURES = { exceptions: true, multi_memory: true, memory64: true, reference_types: true };
const PAGE_BYTES = 65536;

function binaryOf(wat: string): Uint8Array {
  const parsed = wabt.parseWat('adversarial.wat', wat, FEATURES);
  try {
    return parsed.toBinary({ write_debug_names: true }).buffer;
  } finally {
    parsed.destroy();
  }
}

function proofOf(wat: string, rule: ExportRule = {}, more: Partial<MemoryMap> = {}): Proof {
  const arenas = [{ name: 'memory', from: 0, bytes: PAGE_BYTES }];
  return proveExport(readModule(binaryOf(wat)), 'run', { map: { arenas, exports: { run: rule }, ...more } });
}

/** A function that adds what memory holds at a place to what it is handed: less than 2^31, and odd. */
const ADDS = `(func $adds (param i32 i32) (result i32)
  (i32.add (local.get 0) (i32.add (i32.const 1) (i32.and (i32.load (local.get 1)) (i32.const 0x7ffffffe)))))`;
const SUM = '(call $adds (call $adds (call $adds (i32.const 1) (i32.const 0)) (i32.const 4)) (i32.const 8))';

interface Case {
  readonly name: string;
  /** What would be wrong in calling it proved. */
  readonly why: string;
  readonly wat: string;
  readonly rule?: ExportRule;
  /** Kind of what is left open. */
  readonly kind: string;
  readonly reason: RegExp;
}

const DECLINED: readonly Case[] = [
  {
    name: 'sums across calls, as a divisor',
    why: 'three numbers below 2^31 wrap to 0, though each addition rises',
    wat: `(module (memory 1) ${ADDS} (func (export "run") (result i32) (i32.div_u (i32.const 5) ${SUM})))`,
    kind: 'division',
    reason: /may be 0/,
  },
  {
    name: 'sums across calls, before an unreachable',
    why: 'the same sum is 0 where only 0 leads to a trap',
    wat: `(module (memory 1) ${ADDS} (func (export "run") (if (i32.eqz ${SUM}) (then unreachable))))`,
    kind: 'unreachable',
    reason: /may be reached/,
  },
  {
    name: 'sums across calls, clipped to signed numbers',
    why: 'an offset from -1 to beyond 2^31 is negative once it wraps, and less than -1',
    wat: `(module (memory 1)
      (func $f (param i32 i32) (result i32)
        (i32.add (local.get 0) (i32.and (i32.load (local.get 1)) (i32.const 0x7fffffff))))
      (func $d (param i32) (result i32) (i32.sub (local.get 0) (i32.and (i32.load (i32.const 16)) (i32.const 1))))
      (func (export "run") (local $x i32)
        (local.set $x (call $f (call $f (call $d (i32.const 0)) (i32.const 0)) (i32.const 4)))
        (if (i32.lt_s (local.get $x) (i32.const -1)) (then unreachable))))`,
    kind: 'unreachable',
    reason: /may be reached/,
  },
  {
    name: 'sums across calls, as an address',
    why: 'what is not above 100 may still be far below 0',
    wat: `(module (memory 1)
      (func $f (param i32) (result i32)
        (i32.add (local.get 0) (i32.and (i32.load (i32.const 0)) (i32.const 0x7fffffff))))
      (func $d (param i32) (result i32) (i32.sub (local.get 0) (i32.and (i32.load (i32.const 4)) (i32.const 1))))
      (func (export "run") (result i32) (local $x i32)
        (local.set $x (call $f (call $f (call $d (i32.const 0)))))
        (if (i32.gt_s (local.get $x) (i32.const 100)) (then (return (i32.const 0))))
        (i32.load8_u (i32.add (local.get $x) (i32.const 1)))))`,
    kind: 'load',
    reason: /not inside/,
  },
  {
    name: 'a function in an imported table',
    why: 'whoever shares the table calls it, and it writes the variable',
    wat: `(module (import "env" "t" (table 1 funcref)) (memory 1) (global $g (mut i32) (i32.const 0))
      (func $set (global.set $g (i32.const 200000))) (elem (i32.const 0) $set)
      (func (export "run") (result i32) (i32.load8_u (global.get $g))))`,
    rule: { reached: true },
    kind: 'load',
    reason: /not inside/,
  },
  {
    name: 'an exported variable across an import',
    why: 'the import may write what the module exports',
    wat: `(module (import "env" "f" (func $f)) (memory 1) (global $g (export "g") (mut i32) (i32.const 1))
      (func (export "run") (result i32)
        (global.set $g (i32.const 1)) (call $f) (i32.div_u (i32.const 100) (global.get $g))))`,
    rule: { reached: true },
    kind: 'division',
    reason: /may be 0/,
  },
  {
    name: 'an imported variable across an import, in a function that is called',
    why: 'the import may write what the module imports',
    wat: `(module (import "env" "f" (func $f)) (import "env" "g" (global $g (mut i32))) (memory 1)
      (func $calls (call $f))
      (func (export "run") (result i32)
        (global.set $g (i32.const 1)) (call $calls) (i32.div_u (i32.const 100) (global.get $g))))`,
    kind: 'division',
    reason: /may be 0/,
  },
  {
    name: 'a loop that counts with an exported variable across an import',
    why: 'the import may set the counter back in every round',
    wat: `(module (import "env" "f" (func $f)) (memory 1) (global $g (export "g") (mut i32) (i32.const 0))
      (func (export "run") (global.set $g (i32.const 0))
        (loop $l (call $f) (global.set $g (i32.add (global.get $g) (i32.const 1)))
          (br_if $l (i32.lt_u (global.get $g) (i32.const 10))))))`,
    kind: 'loop',
    reason: /no bound/,
  },
  {
    name: 'an import whose module and name together read like another',
    why: 'it may call `b.c` of the module `a`, and calls `c` of the module `a.b`',
    wat: `(module (import "a" "b.c" (func)) (import "a.b" "c" (func $e)) (memory 1) (func (export "run") (call $e)))`,
    rule: { imports: ['a.b.c'] },
    kind: 'import',
    reason: /calls "a\.b"\.c, which this export may not call/,
  },
  {
    name: 'an export that is an import',
    why: 'it may not call that import',
    wat: `(module (import "env" "erase" (func $e)) (memory 1) (export "run" (func $e)))`,
    rule: { imports: [] },
    kind: 'import',
    reason: /may not/,
  },
  {
    name: 'two names that differ in a mark of byte order',
    why: 'the export that writes the variable is not the one that does nothing',
    wat: `(module (memory 1) (global $g (mut i32) (i32.const 0))
      (func (export "\\ef\\bb\\bfset") (global.set $g (i32.const 200000))) (func (export "set") nop)
      (func (export "run") (result i32) (i32.load8_u (global.get $g))))`,
    rule: { reached: true },
    kind: 'load',
    reason: /not inside/,
  },
];

describe('not proved', () => {
  for (const { name, why, wat, rule, kind, reason } of DECLINED) {
    test(`${name}: ${why}`, () => {
      const { obligations, isProved, counts, times } = proofOf(wat, rule);
      const open = obligations.filter(({ isDischarged }) => !isDischarged);
      expect({ isProved, counts, times: times.size }).toEqual({
        isProved: false,
        counts: undefined,
        times: 0,
      });
      expect(open).toContainEqual(expect.objectContaining({ kind, reason: expect.stringMatching(reason) }));
    });
  }
});

const REFUSED: readonly { readonly name: string; readonly wat: string; readonly message: RegExp }[] = [
  {
    name: 'an imported tag, which is no variable',
    wat: `(module (import "env" "t" (tag)) (memory 1) (global $a i32 (i32.const 4)) (global $b i32 (i32.const 400000))
      (func (export "run") (result i32) (i32.load (global.get $b))))`,
    message: /unknown kind, 4/,
  },
  {
    name: 'two memories, the first smaller',
    wat: `(module (memory 1) (memory 10) (func (export "run") (result i32) (i32.load (i32.const 100000))))`,
    message: /more than one memory/,
  },
  {
    name: 'two memories, one of them imported',
    wat: `(module (import "env" "m" (memory 10)) (memory 1) (func (export "run")))`,
    message: /more than one memory/,
  },
  {
    name: 'a memory of 64 bits',
    wat: `(module (memory i64 1) (func (export "run")))`,
    message: /of a kind that is not read/,
  },
];

describe('refused as a module that cannot be read', () => {
  for (const { name, wat, message } of REFUSED) {
    test(name, () => {
      const refused = expect.objectContaining({
        code: 'WASM_MALFORMED',
        message: expect.stringMatching(message),
      });
      expect(() => readModule(binaryOf(wat))).toThrow(refused);
    });
  }

  /** The same text with one run of bytes replaced by another as long. */
  function patched(wat: string, from: readonly number[], to: readonly number[]): Uint8Array {
    const bytes = Buffer.from(binaryOf(wat));
    const at = bytes.indexOf(Buffer.from(from));
    expect(at).toBeGreaterThan(0);
    bytes.set(to, at);
    return bytes;
  }

  const malformed = expect.objectContaining({ code: 'WASM_MALFORMED' });

  test('two exports of one name', () => {
    const wat = '(module (func (export "aaaa")) (func (export "bbbb")))';
    expect(() => readModule(patched(wat, [...Buffer.from('bbbb')], [...Buffer.from('aaaa')]))).toThrow(
      malformed,
    );
  });

  test('a name that is not UTF-8', () => {
    const wat = '(module (func (export "bbbb")))';
    expect(() => readModule(patched(wat, [...Buffer.from('bbbb')], [0x62, 0xff, 0x62, 0x62]))).toThrow(
      malformed,
    );
  });

  test('a load that names its memory is not analysed', () => {
    const wat = '(module (memory 1) (func (export "run") (result i32) (i32.load offset=5 (i32.const 0))))';
    const open = proveExport(readModule(patched(wat, [0x28, 2, 5], [0x28, 0x42, 0])), 'run').obligations;
    expect(open).toContainEqual(expect.objectContaining({ kind: 'instruction', isDischarged: false }));
  });
});

test.each([
  { map: { volatile: ['head'] }, message: /no variable head/ },
  { map: { imports: { 'env.log': { reads: [[0, 1]] as const } } }, message: /imports no function env\.log/ },
  { map: { exports: { runn: { loads: [] } } }, message: /exports no function runn/ },
])('a memory map that speaks of what is not there is refused: $message', ({ map, message }) => {
  const refused = expect.objectContaining({
    code: 'MEMORY_MAP_INVALID',
    message: expect.stringMatching(message),
  });
  expect(() => proofOf('(module (memory 1) (func (export "run")))', {}, map)).toThrow(refused);
});

test('loops in loops that nothing bounds are given up after a number of steps, and declined', () => {
  const nested = (depth: number): string =>
    depth === 0 ? '' : `(loop ${nested(depth - 1)} (br_if 0 (i32.load (i32.const 0))))`;
  const { isProved, obligations } = proofOf(`(module (memory 1) (func (export "run") ${nested(24)}))`);
  expect(isProved).toBe(false);
  expect(obligations).toContainEqual(
    expect.objectContaining({ kind: 'instruction', reason: expect.stringMatching(/analysis stopped here/) }),
  );
});

test('a variable may be called as every object has one', () => {
  const wat = '(module (memory 1) (global $toString (mut i32) (i32.const 1)) (func (export "run")))';
  expect(proveExport(readModule(binaryOf(wat)), 'run').isProved).toBe(true);
});

test('an export may be called as every object has one', () => {
  const wat = '(module (memory 1) (func (export "constructor") (result i32) (i32.const 1)))';
  expect(proveExport(readModule(binaryOf(wat)), 'constructor').counts?.instructions).toBe(1);
});

test('what is assumed of a name that two variables have is refused', () => {
  const wat =
    '(module (memory 1) (global $aa (mut i32) (i32.const 1)) (global $bb (mut i32) (i32.const 1)) (func (export "run")))';
  const bytes = Buffer.from(binaryOf(wat));
  bytes.write('aa', bytes.indexOf('bb'), 'latin1');
  expect(() => proveExport(readModule(bytes), 'run', { assumptions: { aa: 0 } })).toThrow(/2 globals/);
});

describe('what an arena holds', () => {
  const arenas = [
    { name: 'known', from: 0, bytes: 64 },
    { name: 'other', from: 64, bytes: 64 },
  ];
  /** Counts down from the word at a place, after a store to another. */
  const counting = (at: number, storesAt: number) => `(module (memory 1)
    (func (export "run") (local i32)
      (i32.store (i32.const ${storesAt}) (i32.const -1))
      (local.set 0 (i32.load (i32.const ${at})))
      (block (loop
        (br_if 1 (i32.eqz (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br 0)))))`;
  const prove = (wat: string, words: readonly number[]) =>
    proofOf(wat, { holds: { known: words } }, { arenas });
  const openKinds = ({ obligations }: Proof) =>
    obligations.filter(({ isDischarged }) => !isDischarged).map(({ kind }) => kind);

  test('bounds a loop over a word of it', () => {
    const proof = prove(counting(4, 64), [7, 9, 7]);
    expect(openKinds(proof)).toEqual([]);
    expect(proof.obligations.find(({ kind }) => kind === 'loop')?.rounds).toBe(10);
    expect(proof.held).toEqual(['known']);
  });

  test('is not known of a word behind those given, nor of one that lies across two', () => {
    expect(openKinds(prove(counting(12, 64), [7, 9, 7]))).toContain('loop');
    expect(openKinds(prove(counting(2, 64), [0, 0, 0]))).toContain('loop');
  });

  test('is not stored to: a module that does is declined, though its rule would let it', () => {
    expect(openKinds(prove(counting(4, 8), [7, 9, 7]))).toEqual(['store']);
  });

  test('is one of its words where the place is not known', () => {
    const wat = `(module (memory 1) (func (export "run") (param i32) (result i32)
      (i32.div_u (i32.const 1) (i32.load (i32.and (local.get 0) (i32.const 12))))))`;
    expect(openKinds(prove(wat, [1, 2, 3, 4]))).toEqual([]);
    expect(openKinds(prove(wat, [1, 2, 0, 4]))).toEqual(['division']);
    expect(openKinds(prove(wat, [1, 2, 3]))).toEqual(['division']);
  });
});

describe('bits that a mask shows to be 0', () => {
  const aligned = (mask: number, operation: string) => `(module (memory 1)
    (func (export "run") (param i32 i32) (result i32)
      (local.set 0 (i32.and (local.get 0) (i32.const 255)))
      (if (i32.eqz (i32.and (i32.${operation} (local.get 0) (local.get 1)) (i32.const ${mask})))
        (then (return (i32.load (local.get 0)))))
      (i32.const 0)))`;
  const isOpen = (wat: string) => proofOf(wat).obligations.some(({ isDischarged }) => !isDischarged);

  test('are 0 in both of what was or-ed', () => {
    expect(isOpen(aligned(3, 'or'))).toBe(false);
  });

  test('are not in what was added or xor-ed, and no others are', () => {
    expect(isOpen(aligned(3, 'add'))).toBe(true);
    expect(isOpen(aligned(3, 'xor'))).toBe(true);
    expect(isOpen(aligned(2, 'or'))).toBe(true);
    expect(isOpen(aligned(1, 'or'))).toBe(true);
  });
});
