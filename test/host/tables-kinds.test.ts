/** Random tables of days, times of day, rings, categories, and beside a source: none is read as something else than was meant. */
import { expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { importTable } from '../../host/import/import.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { Random, seedFor } from '../support/random.ts';
import { FIRST_DAY, KIND_NAMES, type KindOfTable, type Meant, randomKind } from '../support/random-kinds.ts';

/** Of each kind; HOLDFAST_TABLES=50000 for the whole campaign, ten thousand of each. */
const TABLES = Math.ceil(Number(process.env.HOLDFAST_TABLES ?? 150) / KIND_NAMES.length);

/** What the compiled map of a source covers, in steps from the origin of its axis, but from `FIRST_DAY` on axes of time. */
async function covered(
  source: string,
  files: Record<string, string | Uint8Array>,
): Promise<readonly Meant[]> {
  const reader = memoryReader({ ...files, 'm.yaml': source });
  const { windows, rules, axis } = await loadPartition('m.yaml', reader);
  const origin =
    axis.kind === 'time' ? Number(axis.origin) - Date.parse(FIRST_DAY) / 1000 : Number(axis.origin);
  return windows.flatMap(({ cells, from, to }) =>
    Array.from({ length: to - from }, (_, phase) => phase + from).flatMap((phase) =>
      cells
        .filter(({ rule }) => rules[rule]?.kind === 'zone')
        .map((cell) => ({
          from: cell.from + origin,
          to: cell.to + origin,
          limit: rules[cell.rule]?.limit ?? null,
          phase,
        })),
    ),
  );
}

/** Pieces of one limit that touch are one. */
function joined(pieces: readonly Meant[]): readonly Meant[] {
  const phaseOf = ({ phase }: Meant) => phase ?? 0;
  const sorted = pieces.toSorted((left, right) => phaseOf(left) - phaseOf(right) || left.from - right.from);
  const result: Meant[] = [];
  for (const piece of sorted) {
    const last = result.at(-1);
    const touches = last?.to === piece.from && last.limit === piece.limit && last.phase === phaseOf(piece);
    if (touches) result.splice(-1, 1, { ...last, to: piece.to });
    else result.push({ ...piece, phase: phaseOf(piece) });
  }
  return result;
}

/** What is read; the words of the refusal when it is refused. */
async function read({ text, read: by }: KindOfTable): Promise<readonly Meant[] | string> {
  try {
    if ('source' in by) return await covered(by.source, { 't.csv': text });
    const options = { from: 'from', map: 'm', ...by.options, reader: memoryReader({ 't.csv': text }) };
    return await covered((await importTable('t.csv', 'm.yaml', options)).source, {});
  } catch (error) {
    if (error instanceof HoldfastError) return `${error.message} ${error.remedy ?? ''}`;
    throw error;
  }
}

test.each(KIND_NAMES)(`${TABLES} random tables each: %s`, { timeout: 3_600_000 }, async (name) => {
  const seed = seedFor(name, 20261126);
  let wholly = 0;
  for (let index = 0; index < TABLES; index++) {
    const table = randomKind(name, new Random(seed + index));
    const got = await read(table);
    const shown = () =>
      `table ${index}: ${JSON.stringify(table.read)}\n${Buffer.from(table.text).toString('latin1')}\n${JSON.stringify(got)}`;
    if (typeof got === 'string') {
      if (table.isSaid) expect.fail(shown());
      continue;
    }
    wholly++;
    const [found, wanted] = [got, table.meant].map((pieces) =>
      JSON.stringify(joined(pieces).map(({ from, to, limit, phase }) => [from, to, limit, phase])),
    );
    if (found !== wanted) expect.fail(`${shown()}\nmeant ${wanted}`);
  }
  console.log(`${name}: ${wholly} of ${TABLES} tables were read, the others refused`);
  expect(wholly).toBeGreaterThan(TABLES / 4);
});
