/** `npm run timing -- --json`: rows that other programs may rely on, and what must hold of them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Row {
  function: string;
  target: string;
  image: string;
  bound: number | null;
  best: number | null;
  /** null where nothing counts the board's cycles. */
  measured_max: number | null;
  measured_min: number | null;
  ratio: number | null;
  stack: number;
}

const SCRIPT = fileURLToPath(new URL('../../bench/timing.mjs', import.meta.url));

test('a row for each function and image, in cycles and bytes; check is constant', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--json'], { maxBuffer: 1 << 24 });
  const all: Row[] = JSON.parse(stdout);
  const rows = all.filter(({ target }) => target === 'rp2040');
  const named = rows.map((row) => `${row.function} ${row.image}`);
  expect(new Set(named).size).toBe(rows.length);
  for (const image of [
    'line of 16 segments',
    'line of 4096 segments',
    'rail',
    'weld-cell',
    'access-terminal',
  ])
    for (const name of ['check', 'verdict', 'sweep']) expect(named).toContain(`${name} ${image}`);
  expect(named).toContain('service rail');
  expect(named).toContain('untilChange weld-cell');
  expect(named).toContain('verdict ring of 256 segments');
  for (const row of rows) {
    expect(row.measured_min).toBeGreaterThan(0);
    expect(row.measured_max).toBeGreaterThanOrEqual(row.measured_min ?? 0);
    expect(row.stack).toBeGreaterThan(0);
    expectBounds(row);
  }
  expectShown(all.filter(({ target }) => target === 'riscv32'));
});

/** Nothing counts this board's cycles: bounds stand by themselves. */
function expectShown(rows: readonly Row[]): void {
  const named = rows.map((row) => `${row.function} ${row.image}`);
  expect(new Set(named).size).toBe(rows.length);
  expect(named).toEqual(expect.arrayContaining(['check rail', 'sweep rail', 'untilChange weld-cell']));
  for (const row of rows) {
    expect(row).toMatchObject({ measured_max: null, measured_min: null, ratio: null });
    expect(row.bound, `${row.function} ${row.image}`).toBeGreaterThan(0);
    expect(row.best).toBeLessThanOrEqual(row.bound ?? 0);
    if (row.function === 'check') expect(row.best).toBe(row.bound);
  }
}

/** What the analysis of the linked program shows holds what was measured. */
function expectBounds(row: Row): void {
  const { bound, best, measured_max, measured_min } = row;
  expect(bound, row.image).toBeGreaterThanOrEqual(measured_max ?? Number.POSITIVE_INFINITY);
  expect(best, row.image).toBeLessThanOrEqual(measured_min ?? 0);
  // Constant in time: the longest way and the shortest are one, and it was measured.
  if (row.function === 'check')
    expect(row, row.image).toMatchObject({
      bound: measured_max,
      best: measured_max,
      measured_min: measured_max,
    });
}

test('an option that does not exist is refused at once', async () => {
  const refused = promisify(execFile)(process.execPath, [SCRIPT, '--jsn']);
  await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--jsn') });
});
