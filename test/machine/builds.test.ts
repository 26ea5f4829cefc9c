/** The firmware of each build of the core: whatever the size of the arena, the loop's calls take the same cycles with the same map. */
import { expect, test } from 'vitest';
import { ARENA_NAMES } from '../../host/common/arenas.ts';
import { cyclesOf } from '../../host/cycles/table.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { ARENAS } from '../../host/format.ts';
import { editionBounds } from '../../host/timing/machine/edition.ts';
import { buildIn } from '../../host/timing/machine/holdfast.ts';
import { compileText } from '../support/compile.ts';
import { randomMap } from '../support/maps.ts';
import { Random, seedFor } from '../support/random.ts';

const LOOKUPS = ['tree', 'auto'] as const;
/** That of most, and one of those that are compiled for size; the tables of the boards tell of the others. */
const ARENAS_ASKED = ['128K', '4K'] as const;
/** Cycles by which a check of trees may differ from that of the largest build: on RISC-V the compiler writes the search and its jumps. */
const BOARDS = [
  ['rp2040', 0],
  ['riscv32', 5],
] as const;
/** By which a verdict may differ: small builds have it once, and call it. */
const VERDICT_WITHIN = 24;

/** Maps that the smallest build holds: without phases and with them, by both lookups. */
async function maps(): Promise<{ what: string; image: Uint8Array }[]> {
  const random = new Random(seedFor('machine, builds', 3));
  const found = [];
  for (const period of [1, 4]) {
    const { source } = randomMap(random, { segments: 24, zones: 5, overlaps: false, period });
    for (const lookup of LOOKUPS) {
      const image = await compileText(source, { lookup, arena: '4K' });
      found.push({ what: `period ${period}, ${lookup}`, image });
    }
  }
  return found;
}

test.each(BOARDS)(
  '%s: check takes the same in each build, within %i cycles, and verdict all but a call',
  async (board, within) => {
    const taken = new Map<string, number>();
    for (const arena of ARENAS_ASKED) {
      const { elf } = await buildFirmware(board, ARENAS[arena]);
      expect(buildIn(elf)).toBe(ARENAS[arena]);
      for (const { what, image } of await maps()) {
        const { check, verdict } = await editionBounds(elf, image);
        expect(check.best, `${arena}, ${what}`).toBe(check.bound);
        for (const [call, { bound }] of Object.entries({ check, verdict })) {
          const key = `${call}, ${what}`;
          if (!taken.has(key)) taken.set(key, bound ?? 0);
          const more = (bound ?? Number.NaN) - (taken.get(key) ?? 0);
          expect(Math.abs(more), `${arena}, ${key}`).toBeLessThanOrEqual(
            call === 'check' ? within : VERDICT_WITHIN,
          );
        }
      }
    }
    expect([...taken.values()].every((cycles) => cycles > 0)).toBe(true);
  },
);

test.each(BOARDS)('%s: so say the tables that maps are judged by, of every build', (board, within) => {
  const table = cyclesOf(board);
  if (table === undefined) throw new Error(`${board} has no table`);
  const { checkMore, verdict } = table;
  for (const arena of ARENA_NAMES) {
    expect(checkMore[arena], arena).toBeLessThanOrEqual(within);
    const more = (verdict[arena].line ?? Number.NaN) - (verdict['128K'].line ?? Number.NaN);
    expect(more, arena).toBeLessThanOrEqual(VERDICT_WITHIN);
  }
});
