/** Mutants of the core's source, compiled like the core: all are declined, for the reason that was put in, where it was put in. */
import { expect, test } from 'vitest';
import { coreMap } from '../../host/timing/wasm/core-map.ts';
import { readModule } from '../../host/timing/wasm/module.ts';
import type { Kind } from '../../host/timing/wasm/obligations.ts';
import { type Proof, proveExport } from '../../host/timing/wasm/prove.ts';
import { readSourceMap } from '../../host/timing/wasm/source-map.ts';
import { type Change, compileCore } from './support/compile-core.ts';

/** The check path alone: it compiles faster than the whole core. */
const ENTRY = 'assembly/check-path.ts';
const ENTRY_TEXT = `export { check, checkInvalid, checkPlane } from './check/check';
export { untilChange, untilChangePlane } from './check/change';
export { sweep, sweepPlane } from './check/sweep';
export { verdict } from './check/verdict';
export { ARENA_LOCATION as ARENA, GEOMETRY_LOCATION as GEOMETRY } from './format';
export { ARENA_BYTES } from './format';`;
interface Mutant extends Change {
  readonly name: string;
  readonly export: string;
  readonly kind: Kind;
  readonly reason: RegExp;
  /** Source files in which the open places must be. */
  readonly places: RegExp;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: 'a change is looked for in as many phases as memory says',
    file: 'assembly/check/phase-change.ts',
    text: 'i <= PHASES_MAX',
    by: 'i <= map.lastPhase',
    export: 'untilChange',
    kind: 'loop',
    reason: /bound|rounds/,
    // With directories a round begins with what directory.ts has for it.
    places: /check\/(?:phase-change|directory)\.ts/,
  },
  {
    name: 'the entry of the next phase is not masked',
    file: 'assembly/check/phase-change.ts',
    text: 'load<u32>(listBase(at), WINDOW_AT_START)',
    by: 'load<u32>(at << 2, WINDOW_AT_START)',
    export: 'untilChange',
    kind: 'load',
    reason: /not inside/,
    places: /check\/phase-change\.ts/,
  },
  {
    name: 'a change in a plane is looked for in as many phases as memory says',
    file: 'assembly/check/phase-change.ts',
    text: 'i <= PHASES_MAX',
    by: 'i <= map.lastPhase',
    export: 'untilChangePlane',
    kind: 'loop',
    reason: /bound|rounds/,
    places: /check\/(?:phase-change|directory)\.ts/,
  },
  {
    name: 'a link of a node is not cut',
    file: 'assembly/check/plane-walk.ts',
    text: 'NODE_16_AT_C);\n  return rotr<u32>(load<u32>(node), (f >>> 31) << 4) & SHARED_MASK;',
    by: 'NODE_16_AT_C);\n  return rotr<u32>(load<u32>(node), (f >>> 31) << 4);',
    export: 'checkPlane',
    kind: 'load',
    reason: /not inside|multiple of 4/,
    places: /check\/plane-walk\.ts/,
  },
  {
    name: 'a link of a short node is not cut',
    file: 'assembly/check/plane-walk.ts',
    text: 'NODE_12_AT_C);\n    return rotr<u32>(load<u32>(node), (f >>> 31) << 4) & SHARED_MASK;',
    by: 'NODE_12_AT_C);\n    return rotr<u32>(load<u32>(node), (f >>> 31) << 4);',
    export: 'checkPlane',
    kind: 'load',
    reason: /not inside|multiple of [24]/,
    places: /check\/plane-walk\.ts/,
  },
  {
    name: 'a link may be no whole word',
    file: 'assembly/check/plane-walk.ts',
    text: 'ARENA_BYTES : SHARED_REACH) - 4',
    by: 'ARENA_BYTES : SHARED_REACH) - 2',
    export: 'checkPlane',
    kind: 'load',
    reason: /multiple of 4/,
    places: /check\/plane-walk\.ts/,
  },
  {
    name: 'links reach behind the arena',
    file: 'assembly/check/plane-walk.ts',
    text: 'ARENA_BYTES : SHARED_REACH) - 4',
    by: 'ARENA_BYTES : SHARED_REACH) * 2 - 4',
    export: 'checkPlane',
    kind: 'load',
    reason: /not inside/,
    places: /check\/plane-walk\.ts/,
  },
  {
    name: 'a root is not cut',
    file: 'assembly/check/plane-walk.ts',
    text: 'return offset & (nodeBytes == NODE_20_BYTES ? WIDE_MASK : SHARED_MASK);',
    by: 'return offset;',
    export: 'checkPlane',
    kind: 'load',
    reason: /not inside|multiple of [24]/,
    places: /check\/plane-walk\.ts/,
  },
  {
    name: 'the square of a place is not cut',
    file: 'assembly/check/plane.ts',
    text: '((grid + (square << 1)) & (ARENA_BYTES - 2))',
    by: '(grid + (square << 1))',
    export: 'checkPlane',
    kind: 'load',
    reason: /not inside/,
    places: /check\/plane\.ts/,
  },
  {
    name: 'the square of a place begins within an entry',
    file: 'assembly/check/plane.ts',
    text: '((grid + (square << 1)) & (ARENA_BYTES - 2))',
    by: '((grid + (square << 1)) & (ARENA_BYTES - 1))',
    export: 'untilChangePlane',
    kind: 'load',
    reason: /multiple of 2/,
    places: /check\/plane\.ts/,
  },
  {
    name: 'a plane is walked as far as memory says',
    file: 'assembly/check/plane.ts',
    text: '  const out = map.shape >>> WALK_SHIFT;',
    by: '  let out = map.shape;\n  while (out >= 15) out -= map.grid;',
    export: 'checkPlane',
    kind: 'loop',
    reason: /bound|rounds/,
    places: /check\/plane\.ts/,
  },
  {
    name: 'a plane keeps the phase that it was asked in',
    file: 'assembly/check/plane.ts',
    text: '  return wordInGrid(map, nodeBytes, gridOf(map, phase),',
    by: '  map.epoch = phase;\n  return wordInGrid(map, nodeBytes, gridOf(map, phase),',
    export: 'checkPlane',
    kind: 'store',
    reason: /nothing may be touched/,
    places: /check\/plane\.ts/,
  },
  {
    name: 'a plane divides by a field of the map',
    file: 'assembly/check/plane.ts',
    text: '  const shape = map.shape;\n',
    by: '  const shape = map.shape / map.height;\n',
    export: 'checkPlane',
    kind: 'division',
    reason: /may be 0/,
    places: /check\/plane\.ts/,
  },
  {
    name: 'distances on a ring are bent where another struct lies',
    file: 'assembly/check/line-verdict.ts',
    text: 'out.toGapBehind = isRound ? around : behind;',
    by: 'store<u32>(changetype<usize>(out) + 112, behind);',
    export: 'verdict',
    kind: 'store',
    reason: /not inside/,
    places: /check\/line-verdict\.ts/,
  },
  {
    name: 'the list of a search is not masked',
    file: 'assembly/check/search.ts',
    text: '((list << LIST_UNUSED_BITS) >>> (LIST_UNUSED_BITS - 2))',
    by: '(list << 2)',
    export: 'check',
    kind: 'load',
    reason: /not inside/,
    places: /check\/(search|phase)\.ts/,
  },
  {
    name: 'the number of an entry that a directory names is not cut',
    file: 'assembly/check/directory.ts',
    text: '((u32(load<u16>(DIRECTORIES + place)) << ENTRY_UNUSED_BITS) >>> (ENTRY_UNUSED_BITS - 3))',
    by: '(u32(load<u16>(DIRECTORIES + place)) << 3)',
    export: 'check',
    kind: 'load',
    reason: /not inside/,
    places: /check\/directory\.ts/,
  },
  {
    name: 'the bucket of a value is not cut',
    file: 'assembly/check/directory.ts',
    text: '((value >>> (list >>> LIST_WORD_SHIFT_SHIFT)) << BUCKET_UNUSED_BITS) >>> (BUCKET_UNUSED_BITS - 1)',
    by: '(value >>> (list >>> LIST_WORD_SHIFT_SHIFT)) << 1',
    export: 'check',
    kind: 'load',
    reason: /not inside/,
    places: /check\/directory\.ts/,
  },
  {
    name: 'the place of a directory is taken for a number of bytes',
    file: 'assembly/check/directory.ts',
    text: '<< SUM_UNUSED_BITS) >>> (SUM_UNUSED_BITS - 1)',
    by: '<< SUM_UNUSED_BITS) >>> SUM_UNUSED_BITS',
    export: 'check',
    kind: 'load',
    reason: /multiple of 2/,
    places: /check\/directory\.ts/,
  },
  {
    name: 'a halving goes on as far as memory says',
    file: 'assembly/check/directory.ts',
    text: '    case 3: at = halve(at, value, 6);',
    by: '    case 3: at = halve(at, value, out + 6);',
    export: 'check',
    kind: 'load',
    reason: /not inside|multiple of 4/,
    places: /check\/directory\.ts/,
  },
  {
    name: 'a move with directories crosses cells without end',
    file: 'assembly/check/line-sweep.ts',
    text: '    reach = startOf(map, cell + 1)',
    by: '    if (stride == ENTRY_STRIDE) i = 0;\n    reach = startOf(map, cell + 1)',
    export: 'sweep',
    kind: 'loop',
    reason: /bound|rounds/,
    places: /check\/line-sweep\.ts/,
  },
  {
    name: 'an index of a word is not masked',
    file: 'assembly/check/place.ts',
    text: '((index << INDEX_UNUSED_BITS) >>> (INDEX_UNUSED_BITS - 2))',
    by: '(index << 2)',
    export: 'verdict',
    kind: 'load',
    reason: /not inside/,
    places: /check\/(place|verdict|line-verdict)\.ts/,
  },
  {
    name: 'an index of a word becomes half its offset',
    file: 'assembly/check/place.ts',
    text: '(INDEX_UNUSED_BITS - 2)',
    by: '(INDEX_UNUSED_BITS - 1)',
    export: 'verdict',
    kind: 'load',
    reason: /multiple of 4/,
    places: /check\/(place|verdict|line-verdict)\.ts/,
  },
  {
    name: 'a sweep crosses as many cells as the image says',
    file: 'assembly/check/line-sweep.ts',
    text: 'min(map.moveCellsMax, SWEEP_CELLS_MAX)',
    by: 'map.moveCellsMax',
    export: 'sweep',
    kind: 'loop',
    reason: /no bound that anything is clamped to/,
    places: /check\/line-sweep\.ts/,
  },
  {
    name: 'a move through a plane crosses as many leaves as the image says',
    file: 'assembly/check/plane-sweep.ts',
    text: 'min(plane.moveCellsMax, SWEEP_CELLS_MAX)',
    by: 'plane.moveCellsMax',
    export: 'sweepPlane',
    kind: 'loop',
    reason: /no bound that anything is clamped to/,
    places: /check\/plane-sweep\.ts/,
  },
  {
    name: 'a move through a plane goes on to a place that is not masked',
    file: 'assembly/check/plane-sweep.ts',
    text: 'const leads = nodePlace(nodeBytesOf(plane), leadsTo(plane, node));',
    by: 'const leads = leadsTo(plane, node);',
    export: 'sweepPlane',
    kind: 'load',
    reason: /not inside|multiple of 4/,
    places: /check\/plane-sweep\.ts/,
  },
  {
    name: 'check keeps what it was asked last',
    file: 'assembly/check/check.ts',
    text: '  const map = active();\n',
    by: '  const map = active();\n  map.epoch = phase;\n',
    export: 'check',
    kind: 'store',
    reason: /nothing may be touched/,
    places: /check\/check\.ts/,
  },
  {
    name: 'verdict divides by a field of the map',
    file: 'assembly/check/verdict.ts',
    text: 'out.action = ',
    by: 'out.toGapAhead = word / map.lastPhase;\n  out.action = ',
    export: 'verdict',
    kind: 'division',
    reason: /may be 0/,
    places: /check\/verdict\.ts/,
  },
];

function prove(wasm: Uint8Array, name: string): Proof {
  const module = readModule(wasm);
  const map = coreMap(module);
  if (map === undefined) throw new Error('the module exports no addresses');
  return proveExport(module, name, { map });
}

test('unchanged, the check path is proved', async () => {
  const { wasm } = await compileCore(ENTRY, [], ENTRY_TEXT);
  for (const name of [
    'check',
    'checkPlane',
    'checkInvalid',
    'verdict',
    'sweep',
    'sweepPlane',
    'untilChange',
    'untilChangePlane',
  ])
    expect(prove(wasm, name).isProved).toBe(true);
});

test.each(MUTANTS)('declined: $name', async (mutant) => {
  const { wasm, map } = await compileCore(ENTRY, [mutant], ENTRY_TEXT);
  const placeOf = readSourceMap(map);
  const open = prove(wasm, mutant.export).obligations.filter(({ isDischarged }) => !isDischarged);
  expect(open.length).toBeGreaterThan(0);
  for (const each of open) {
    expect(each).toMatchObject({ kind: mutant.kind, reason: expect.stringMatching(mutant.reason) });
    expect(placeOf(each.at)?.file).toMatch(mutant.places);
  }
});
