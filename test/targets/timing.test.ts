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
  measured_max: number;
  measured_min: number;
  stack: number;
}

const SCRIPT = fileURLToPath(new URL('../../bench/timing.mjs', import.meta.url));

test('a row for each function and image, in cycles and bytes; check is constant', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--json'], { maxBuffer: 1 << 24 });
  const rows: Row[] = JSON.parse(stdout);
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
    expect(row.target).toBe('rp2040');
    expect(row.measured_min).toBeGreaterThan(0);
    expect(row.measured_max).toBeGreaterThanOrEqual(row.measured_min);
    expect(row.stack).toBeGreaterThan(0);
    expectBounds(row);
  }
});

/** What the analysis of the linked program shows holds what was measured. */
function expectBounds(row: Row): void {
  const { bound, best, measured_max, measured_min } = row;
  expect(bound, row.image).toBeGreaterThanOrEqual(measured_max);
  expect(best, row.image).toBeLessThanOrEqual(measured_min);
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
