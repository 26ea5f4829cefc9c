/** Mutants of the released core, each with one property broken: all are declined, for that reason, at that place. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { coreMap } from '../../host/timing/wasm/core-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import type { Kind } from '../../host/timing/wasm/obligations.ts';
import { type Proof, proveExport } from '../../host/timing/wasm/prove.ts';
import {
  binary,
  branch,
  branchIf,
  call,
  constant,
  DROP,
  ifElse,
  load,
  loop,
  store,
} from './support/assemble.ts';
import { constantOf, edited, reachable, withTable } from './support/mutate.ts';

const MODULE = readModule(readFileSync(coreUrl('device')));
const MAP = coreMap(MODULE);

const ARENA = 20480;
const ARENA_BYTES = 131072;
/** Where a map without phases has its directory. */
const DIRECTORIES = ARENA + 236;
const WORD_MASK = ARENA_BYTES - 4;
const LIST_MASK = ARENA_BYTES / 2 - 4;
/** Right shift by which the index of a word becomes its offset, after its unused bits were shifted out. */
const INDEX_SHIFT = 15;
/** The same of the first word of a list. */
const LIST_SHIFT = 16;
/** What halvings may read behind the arena is there: a mask must let through more to be found. */
const BEHIND_ARENA_BYTES = 512;
const OUTSIDE = /not inside/;
const MISALIGNED = /not known to be a multiple of 4/;

interface Changed {
  readonly name: string;
  readonly export: string;
  /** A constant of the check path, which of its places, and what becomes of it. */
  readonly value: number;
  readonly nth: readonly number[];
  readonly to: number;
  readonly kind: Kind;
  readonly reason: RegExp;
}

const CHANGED: readonly Changed[] = [
  changed(
    'shift of the answer one bit too short',
    'check',
    INDEX_SHIFT,
    [2],
    INDEX_SHIFT - 1,
    'load',
    OUTSIDE,
  ),
  changed('shift of the list removed', 'check', LIST_SHIFT, [2], 0, 'load', OUTSIDE),
  changed('shift of the list one bit too short', 'check', LIST_SHIFT, [2], LIST_SHIFT - 1, 'load', OUTSIDE),
  changed('shift of the phase list removed', 'check', LIST_SHIFT, [3], 0, 'load', OUTSIDE),
  changed(
    'shift of the phase list one bit too short',
    'check',
    LIST_SHIFT,
    [3],
    LIST_SHIFT - 1,
    'load',
    OUTSIDE,
  ),
  changed(
    'shift of the window two bits too short',
    'check',
    LIST_SHIFT,
    [4],
    LIST_SHIFT - 2,
    'load',
    OUTSIDE,
  ),
  changed('shift of the window removed', 'check', LIST_SHIFT, [4], 0, 'load', OUTSIDE),
  changed("mask of a window's list one bit too wide", 'check', LIST_MASK, [0], WORD_MASK, 'load', OUTSIDE),
  changed("mask of a window's list removed", 'check', LIST_MASK, [0], -1, 'load', OUTSIDE),
  changed(
    "mask of a window's list keeps low bits",
    'check',
    LIST_MASK,
    [0],
    LIST_MASK + 2,
    'load',
    MISALIGNED,
  ),
  changed(
    'shift of the answer in a phase one bit too short',
    'check',
    INDEX_SHIFT,
    [5],
    INDEX_SHIFT - 1,
    'load',
    OUTSIDE,
  ),
  changed(
    'arena moved by a word more than stands behind it',
    'check',
    ARENA,
    [1],
    ARENA + BEHIND_ARENA_BYTES + 4,
    'load',
    OUTSIDE,
  ),
  changed('arena moved by two bytes', 'check', ARENA, [1], ARENA + 2, 'load', MISALIGNED),
  changed(
    'shift of an entry that a directory names one bit too short',
    'check',
    INDEX_SHIFT,
    [3],
    INDEX_SHIFT - 1,
    'load',
    OUTSIDE,
  ),
  changed(
    'directory moved behind the arena',
    'check',
    DIRECTORIES,
    [0],
    ARENA + ARENA_BYTES,
    'load',
    OUTSIDE,
  ),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((nth) =>
    changed(
      `shift of place ${nth} one bit too short`,
      'verdict',
      INDEX_SHIFT,
      [nth],
      INDEX_SHIFT - 1,
      'load',
      OUTSIDE,
    ),
  ),
  changed(
    'shift of a place two bits too long',
    'verdict',
    INDEX_SHIFT,
    [1],
    INDEX_SHIFT + 2,
    'load',
    MISALIGNED,
  ),
  changed('verdict stored beside its struct', 'verdict', 728, [0], 832, 'store', OUTSIDE),
  changed(
    'bound of cells read from memory',
    'sweep',
    4096,
    [0, 1],
    -1,
    'loop',
    /no bound that anything is clamped to/,
  ),
  changed(
    'bound of cells backwards read from memory',
    'sweep',
    4096,
    [2, 3],
    -1,
    'loop',
    /no bound that anything is clamped to/,
  ),
  changed('mask of a cell in a sweep removed', 'sweep', WORD_MASK, [2], -1, 'load', OUTSIDE),
  changed(
    'shift of a rule in a sweep one bit too short',
    'sweep',
    INDEX_SHIFT,
    [1],
    INDEX_SHIFT - 1,
    'load',
    OUTSIDE,
  ),
];

function changed(
  name: string,
  of: string,
  value: number,
  nth: readonly number[],
  to: number,
  kind: Kind,
  reason: RegExp,
): Changed {
  return { name, export: of, value, nth, to, kind, reason };
}

interface Inserted {
  readonly name: string;
  readonly export: string;
  /** Put in front of everything the export does. */
  readonly bytes: readonly number[];
  readonly kind: Kind;
  readonly reason: RegExp;
}

const LOADED = load(4, constant(652));
const SELF = MODULE.exports.get('check')?.index ?? 0;
const TICKS = MODULE.functions.find(({ imported }) => imported === 'port.ticks')?.index ?? 0;
const LOADED_WIDE = [...constant(656), 0x29, 3, 0];

const INSERTED: readonly Inserted[] = [
  inserted('a float', 'check', [0x43, 0, 0, 0, 0, ...DROP], 'float', /f32\.const/),
  inserted('a float conversion', 'check', [...LOADED, 0xb2, ...DROP], 'float', /float/),
  inserted('memory.grow', 'check', [...constant(1), 0x40, 0, ...DROP], 'memory-grow', /memory\.grow/),
  inserted(
    'recursion',
    'check',
    [...constant(0), ...constant(0), ...constant(0), ...call(SELF), ...DROP],
    'recursion',
    /calls itself/,
  ),
  inserted('call_indirect', 'verdict', [...constant(0), 0x11, 0, 0], 'indirect-call', /call_indirect/),
  inserted(
    'an import',
    'check',
    [...call(TICKS), ...DROP],
    'import',
    /port\.ticks, which this export may not call/,
  ),
  inserted(
    'a store in check',
    'check',
    store(4, constant(652), constant(0)),
    'store',
    /nothing may be touched/,
  ),
  inserted(
    'a store into the arena in verdict',
    'verdict',
    store(4, constant(ARENA), constant(0)),
    'store',
    OUTSIDE,
  ),
  inserted('a misaligned load', 'check', [...load(4, constant(653)), ...DROP], 'load', MISALIGNED),
  inserted('a load of address 0', 'check', [...load(1, constant(0)), ...DROP], 'load', OUTSIDE),
  inserted('a load through a loaded address', 'check', [...load(1, LOADED), ...DROP], 'load', OUTSIDE),
  inserted(
    'a division by a loaded value',
    'check',
    [...binary('div_u', constant(1), LOADED), ...DROP],
    'division',
    /may be 0/,
  ),
  inserted(
    'a remainder by a loaded value',
    'check',
    [...binary('rem_u', constant(1), LOADED), ...DROP],
    'division',
    /may be 0/,
  ),
  inserted(
    'a wide division by a loaded value',
    'check',
    [0x42, 1, ...LOADED_WIDE, 0x80, ...DROP],
    'division',
    /may be 0/,
  ),
  inserted(
    'the least number by −1',
    'check',
    [...binary('div_s', LOADED, constant(-1)), ...DROP],
    'division',
    /least number/,
  ),
  inserted('an unreachable', 'check', ifElse(LOADED, [0x00]), 'unreachable', /may be reached/),
  inserted('an endless loop', 'checkInvalid', ifElse(LOADED, loop(branch(0))), 'loop', /no bound found/),
  inserted(
    'a loop until memory says so',
    'check',
    loop([...LOADED, ...branchIf(0)]),
    'loop',
    /no bound found/,
  ),
  inserted(
    'bulk memory',
    'check',
    [...constant(0), ...constant(0), ...constant(0), 0xfc, 0x0b, 0],
    'instruction',
    /not analysed/,
  ),
];

function inserted(name: string, of: string, bytes: readonly number[], kind: Kind, reason: RegExp): Inserted {
  return { name, export: of, bytes, kind, reason };
}

function prove(bytes: Uint8Array, name: string): Proof {
  return proveExport(readModule(bytes), name, MAP === undefined ? {} : { map: MAP });
}

test('the core itself is proved, and the memory map is at hand', () => {
  expect(MAP).toBeDefined();
  for (const name of ['check', 'checkInvalid', 'verdict', 'sweep'])
    expect(prove(MODULE.bytes, name).isProved).toBe(true);
});

test.each(CHANGED)('declined in $export: $name', ({ export: name, value, nth, to, kind, reason }) => {
  const places = nth.map((each) => constantOf(MODULE, name, value, each));
  const edits = places.map(({ instruction: { at, end } }) => ({ from: at, to: end, bytes: constant(to) }));
  const open = prove(edited(MODULE, edits), name).obligations.filter(({ isDischarged }) => !isDischarged);
  expect(open.length).toBeGreaterThan(0);
  for (const each of open) {
    expect(each).toMatchObject({ kind, function: places[0]?.in.name, reason: expect.stringMatching(reason) });
    // A clamp of a loop stands before the loop, a mask before the loads that it guards.
    expect(each.at).toBeGreaterThan(Math.min(...places.map(({ instruction }) => instruction.at)));
  }
});

test.each(INSERTED)('declined in $export: $name', ({ export: name, bytes, kind, reason }) => {
  const [first] = reachable(MODULE, name);
  const from = first?.codeAt ?? 0;
  const mutant = withTable(edited(MODULE, [{ from, to: from, bytes }]));
  const open = prove(mutant, name).obligations.filter(({ isDischarged }) => !isDischarged);
  const code = readModule(mutant).functions.find(({ index }) => index === first?.index)?.codeAt ?? 0;
  expect(open).toHaveLength(1);
  expect(open[0]).toMatchObject({ kind, function: first?.name, reason: expect.stringMatching(reason) });
  expect(open[0]?.at).toBeGreaterThanOrEqual(code);
  expect(open[0]?.at).toBeLessThan(code + bytes.length);
});
