/** `npm run bench -- --json --quick`: it runs to its end, and what is exact in it holds. Wall-clock times gate nothing. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

interface Result {
  name: string;
  target: string;
  value: number;
  unit: string;
  baseline: number;
  ratio: number;
}

const SCRIPT = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
const GOODPUT_LEAST = 0.9;

test('every figure is there; images and goodput keep to their goals', { timeout: 900_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, '--json', '--quick'], {
    maxBuffer: 1 << 24,
  });
  const results: Result[] = JSON.parse(stdout);
  // The same is asked of several boards.
  expect(new Set(results.map(({ name, target }) => `${target}: ${name}`)).size).toBe(results.length);
  for (const { value, baseline, ratio } of results) expect(ratio).toBe(value / baseline);
  const ratios = (what: RegExp) => results.filter(({ name }) => what.test(name)).map(({ ratio }) => ratio);
  const sizes = ratios(/^image size, 4096 segments/);
  expect(sizes).toHaveLength(5);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1);
  const [goodput, ...others] = ratios(/^upload of /);
  expect(others).toEqual([]);
  expect(goodput).toBeGreaterThanOrEqual(GOODPUT_LEAST);
  expect(goodput).toBeLessThanOrEqual(1);
  // Worst against worst, in cycles.
  const raycasts = ratios(/^check, plane of 1000 corners, against a ray cast in C/);
  expect(raycasts).toHaveLength(2);
  expect(Math.max(...raycasts)).toBeLessThanOrEqual(1 / 30);
  for (const figure of [
    /^check, line, 16 segments$/,
    /^compile, /,
    /^compile, 100000 rows/,
    /^compile, 4000 zones beside/,
    /^(audit|diff|html), 100000 segments/,
    /^peak memory/,
    /^start, /,
    /^start-up, /,
    /^sweep, /,
    /^service /,
    /^(RAM|flash), arena 4K$/,
    /^(compile|peak memory|image size), plane of 1000 corners, /,
    /^check, plane of 10000 corners, against /,
  ])
    expect(ratios(figure).length, String(figure)).toBeGreaterThan(0);
});
