/** The first burning of the C library: it refuses each geometry that boot refuses and no other, and believes no flash. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { AREAS, REFUSALS } from '../../host/format.ts';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder, words } from '../support/library.ts';
import { Random, seedFor } from '../support/random.ts';

const BURN = { failed: 3, tooLarge: 2, geometry: 4 };
const GEOMETRIES = 3000;
const REASON = REFUSALS.find(({ name }) => name === 'GEOMETRY')?.code;

const image = await compileEdition({ epoch: 7, limit: 80 });
const folder = await libraryFolder(image);
afterAll(() => folder.remove());
const program = folder.at('geometries');
const sources = ['src/holdfast.c', 'src/holdfast_burned.c'].map(folder.at);
const unit = fileURLToPath(new URL('library/geometries.c', import.meta.url));
execFileSync('gcc', ['-std=gnu11', '-O1', `-I${folder.at('src')}`, unit, ...sources, '-o', program]);

/** Near what holds, with one word or another changed. */
function geometry(random: Random): number[] {
  const sectors = Array.from({ length: AREAS }, () => 256 * random.pick([1, 2, 3, 16, 64]));
  const areas = sectors.map((sector) => sector * random.pick([2, 3, 8, 40]));
  const given = [1 << random.below(9), 0xff, ...sectors, ...areas];
  if (random.onceIn(3)) return given;
  const at = random.below(given.length);
  const sector = random.pick(sectors);
  given[at] = random.pick([0, 1, 3, 255, 257, 512, sector, sector + 1, 65536, given[at] ?? 0]);
  return given;
}

test(`${GEOMETRIES} geometries: refused by both or by none, nothing programmed where refused`, () => {
  const random = new Random(seedFor('library-burn', 71));
  const given = Array.from({ length: GEOMETRIES }, () => geometry(random));
  const output = execFileSync(program, { input: words(given.flat()), encoding: 'utf8' });
  const lines = output.trimEnd().split('\n');
  expect(lines).toHaveLength(GEOMETRIES);
  const seen = { refused: 0, tooLarge: 0, programmed: 0 };
  lines.forEach((line, index) => {
    const [burned = 0, programs = 0, reason = 0] = line.split(' ').map(Number);
    const of = `${given[index]?.join(' ')}: ${line}`;
    expect(burned === BURN.geometry, of).toBe(reason === REASON);
    if (burned === BURN.geometry || burned === BURN.tooLarge) expect(programs, of).toBe(0);
    // What this flash was given does not read back, and that is said after the first page.
    else expect([burned, programs], of).toEqual([BURN.failed, 1]);
    if (burned === BURN.geometry) seen.refused++;
    else if (burned === BURN.tooLarge) seen.tooLarge++;
    else seen.programmed++;
  });
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
});
