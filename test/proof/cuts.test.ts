/**
 * Power cuts in the life of the released core, in part: singles, pairs and chains of them, and bits that read differently each time.
 * All of them by `npm run powercut`. Cores that are broken on purpose show that the drill sees what it is to see.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { type CutsOptions, type CutsReport, cutCores, wrongs } from '../../sim/drill/cuts.ts';
import { GEOMETRIES } from '../../sim/drill/geometries.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import { tornVariants } from '../../sim/drill/torn-variants.ts';
import { Random, seedFor } from '../support/random.ts';
import { type Change, compileCore } from '../timing/support/compile-core.ts';

const PART = { singlesMost: 120, pairsMost: 60, chains: 6, unstable: 40 };

function cut(options: Partial<CutsOptions> & Pick<CutsOptions, 'core'>): Promise<CutsReport> {
  return cutCores({ geometries: GEOMETRIES, seed: seedFor('cuts', 30), ...PART, ...options });
}

test('cuts of every kind, on flash of every kind', async () => {
  const report = await cut({ core: coresOf(openModule(readFileSync(coreUrl('device')))) });
  const { cuts, pairs, chained, unstable } = report;
  console.log(`${cuts} cuts, ${pairs} pairs, ${chained} in chains, ${unstable} unstable`);
  expect(report.failures).toEqual([]);
  expect(wrongs(report)).toBe(0);
  expect(cuts).toBeGreaterThan(300);
  expect(pairs).toBeGreaterThan(150);
  expect(unstable).toBeGreaterThan(100);
});

test.each([1, 2, 4, 8, 64])('a program of several units of %i is stopped between any two of them', (unit) => {
  const before = new Uint8Array(256).fill(0xff);
  const after = before.map((_, at) => at & 0x7f);
  const operation = { kind: 'program', area: 1, start: 0, before, after } as const;
  const left = new Set<string>();
  for (const { bytes } of tornVariants(operation, new Random(1), unit))
    left.add(Buffer.from(bytes).toString('hex'));
  for (let at = unit; at < after.length; at += unit) {
    const front = Buffer.concat([after.subarray(0, at), before.subarray(at)]);
    expect(left.has(front.toString('hex')), `${at} bytes`).toBe(true);
  }
});

const NO_CHECKSUM: Change = {
  file: 'assembly/slots/records.ts',
  text: 'load<u32>(location) == magic && load<u32>(location + checked) == crcOf(location, checked)',
  by: 'load<u32>(location) == magic',
};
const ERASES_WHAT_HOLDS: readonly Change[] = [
  {
    file: 'assembly/slots/room.ts',
    text: 'beginRoom(area, sectorAfter(area, journalPlace(area)))',
    by: 'beginRoom(area, sectorStart(area, journalPlace(area)))',
  },
  {
    file: 'assembly/slots/journal.ts',
    text: 'if (room(area) == ROOM_ERASED + after) return after;',
    by: 'if (room(area) == ROOM_ERASED + start) return start;',
  },
];
const TOKEN_IN_MEMORY_ONLY: Change = {
  file: 'assembly/slots/tokens.ts',
  text: 'const result = journalAppend(AREA_TOKENS, TOKEN_MAGIC, TOKEN_RECORD_BYTES, 1);',
  by: 'known().token++;\n  return DONE;\n  const result: u32 = DONE;',
};
/** As it would be without a second copy, and without what a start writes afresh. */
const OUTCOMES_WRITTEN_ONCE: readonly Change[] = [
  { file: 'assembly/slots/outcome.ts', text: 'const COPIES: u32 = 2;', by: 'const COPIES: u32 = 1;' },
  {
    file: 'assembly/slots/outcome.ts',
    text: 'if (!inDoubt) return;',
    by: 'if (!inDoubt || COPIES == 1) return;',
  },
];
const FORGETS_REVERTS: Change = {
  file: 'assembly/slots/accept.ts',
  text: 'return isRemembered(known.epoch, hashLocation(known)) ? REVERTED_BEFORE : revertedStep(hashLocation(known));',
  by: 'return known.epoch == 0 && isRemembered(known.epoch, hashLocation(known)) ? REVERTED_BEFORE : DONE;',
};
const GOES_ON_BEHIND_A_TORN_PAGE: Change = {
  file: 'assembly/slots/upload.ts',
  text: 'received % sectorBytes(slot) == 0',
  by: 'false',
};
const TAKES_THE_SECTORS_OF_SLOT_A: Change = {
  file: 'assembly/slots/upload.ts',
  text: 'eraseAt += sectorBytes(slot);',
  by: 'eraseAt += sectorBytes(0);',
};

describe('a core that is broken on purpose is caught', () => {
  test.each<[string, readonly Change[], (report: CutsReport) => number, unstable?: number]>([
    ['takes records without a right checksum', [NO_CHECKSUM], ({ faults, lost }) => faults + lost],
    ['erases the sector with the record that holds', ERASES_WHAT_HOLDS, ({ faults, lost }) => faults + lost],
    ['gives a token before it is in flash', [TOKEN_IN_MEMORY_ONLY], ({ tokens_repeated }) => tokens_repeated],
    ['writes outcomes once', OUTCOMES_WRITTEN_ONCE, ({ outcomes_changed }) => outcomes_changed, 300],
    ['forgets what was reverted', [FORGETS_REVERTS], ({ reverts_forgotten }) => reverts_forgotten, 60],
    ['goes on behind a torn page', [GOES_ON_BEHIND_A_TORN_PAGE], ({ misuses, lost }) => misuses + lost],
    [
      'takes the sectors of slot A for B',
      [TAKES_THE_SECTORS_OF_SLOT_A],
      ({ misuses, lost }) => misuses + lost,
    ],
  ])('%s', async (_, changes, count, unstable = 0) => {
    const { wasm } = await compileCore('assembly/index.ts', changes);
    const isMixed = changes.includes(TAKES_THE_SECTORS_OF_SLOT_A);
    const geometries = GEOMETRIES.filter(({ geometry: { sectorBytes } }) =>
      isMixed ? typeof sectorBytes !== 'number' : sectorBytes === 512,
    );
    const report = await cut({
      core: coresOf(openModule(wasm)),
      geometries,
      pairsMost: 0,
      chains: 0,
      unstable,
    });
    expect(count(report), JSON.stringify(report.failures.slice(0, 3))).toBeGreaterThan(0);
    console.log(report.failures[0]);
  });
});
