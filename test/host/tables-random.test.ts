/** Random tables against what was meant: each is read rightly or refused, none is read wrongly; what is said in full is read. */
import { expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { importTable } from '../../host/import/import.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { Random, seedFor } from '../support/random.ts';
import { type MeantRow, type RandomTable, randomTable } from '../support/random-tables.ts';

/** HOLDFAST_TABLES=50000 for the whole campaign. */
const TABLES = Number(process.env.HOLDFAST_TABLES ?? 1500);
const ZONE =
  /^ {2}- \{ id: \S+, at: \{ from: (-?\d+), to: (-?\d+) \}(?:, when: \{ from: (\d+), to: \d+ \})?(?:, limit: (-?\d+))? \}$/;

function zonesOf(source: string): readonly MeantRow[] {
  return source.split('\n').flatMap((line) => {
    const match = ZONE.exec(line);
    if (match === null) return [];
    const [, from, to, phase, limit] = match;
    return [
      {
        from: Number(from),
        to: Number(to),
        limit: limit === undefined ? null : Number(limit),
        phase: phase === undefined ? null : Number(phase),
      },
    ];
  });
}

/** Reads a table; the code of the refusal when it is refused. */
async function read({ bytes, options }: RandomTable): Promise<readonly MeantRow[] | string> {
  try {
    const all = { from: 'von', map: 'line', ...options, reader: memoryReader({ 't.csv': bytes }) };
    return zonesOf((await importTable('t.csv', 'm.yaml', all)).source);
  } catch (error) {
    if (error instanceof HoldfastError) return error.message;
    throw error;
  }
}

const shown = (table: RandomTable) =>
  `${JSON.stringify(table.options)}\n${Buffer.from(table.bytes).toString('latin1')}`;

test(`${TABLES} random tables: none is read wrongly`, { timeout: 3_600_000 }, async () => {
  const seed = seedFor('random tables', 20261126);
  let wholly = 0;
  for (let index = 0; index < TABLES; index++) {
    const table = randomTable(new Random(seed + index));
    const got = await read(table);
    const isRead = typeof got !== 'string';
    if (isRead) wholly++;
    if (table.isSaid) expect(isRead, `table ${index}: ${got}\n${shown(table)}`).toBe(true);
    if (isRead)
      expect(got, `table ${index}\n${shown(table)}`).toEqual(
        table.meant.map(({ from, to, limit, phase }) => ({ from, to, limit, phase })),
      );
  }
  console.log(`${wholly} of ${TABLES} tables were read, the others refused`);
  expect(wholly).toBeGreaterThan(TABLES / 3);
});
