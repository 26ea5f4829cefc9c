/**
 * Tables of bench/RESULTS.md whose cycles are exact, against the same benches with fewer questions: `check` on RV32 and C for its job, and
 * which maps directories serve. What C that leaves early takes at worst needs all questions, and is not compared. Cycles are those of one
 * release of the compilers; where others are installed, only what must always hold is looked at.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { benchLookups } from '../../bench/lookups.mjs';
import { benchRiscv32 } from '../../bench/riscv32.mjs';
import { cyclesOf } from '../../host/cycles/table.ts';
import { targetNamed } from '../../host/firmware/targets.ts';

const BORDERS_MOST = 6;
const QUESTIONS_MOST = 150;
const RESULTS = readFileSync(new URL('../../bench/RESULTS.md', import.meta.url), 'utf8');
const RISCV = await benchRiscv32(BORDERS_MOST);
const LOOKUPS = await benchLookups(QUESTIONS_MOST);

/** Whether figures of this compiler are in the tables. */
function isKept(board: string): boolean {
  const version = execFileSync(targetNamed(board).compiler.command, ['--version'], { encoding: 'utf8' });
  return cyclesOf(board)?.compiler === version.split('\n')[0];
}

/** Rows of the tables of a section, by cells. */
function rowsOf(script: string): string[][] {
  const section = RESULTS.split(/^## /m).find((text) => text.startsWith(`\`node bench/${script}\``));
  return [...(section ?? '').matchAll(/^\| (.*) \|$/gm)].map(([, cells = '']) => cells.split(/ *\| */));
}

function riscv(what: string) {
  const found = RISCV.filter(({ name }) => name.startsWith(what));
  expect(found, what).toHaveLength(1);
  return found[0] as (typeof RISCV)[number];
}

const MAPS = [
  ...['16', '256', '4,096'].map((segments) => [`${segments} segments`, `line, ${segments} segments`]),
  ...['16', '256', '4 to 16', '64 to 256'].map((segments) => [
    `16 phase ranges of ${segments}`,
    `16 phase ranges of ${segments} segments`,
  ]),
].map(([row = '', name = '']) => ({ row, name: `check, ${name.replace(',096', '096')}` }));

/** `54 (0.93×)` */
const cell = ({ baseline, ratio }: { baseline: number; ratio: number }) =>
  `${baseline} (${ratio.toFixed(2)}×)`;

test.runIf(isKept('riscv32')).each(MAPS)('RV32, $row: the tables say what is measured', ({ row, name }) => {
  const rows = rowsOf('riscv32.mjs').filter(([first]) => first === row);
  expect(rows).toHaveLength(2);
  const [all = [], means = []] = rows;
  const constant = riscv(`${name}, against constant-time C (`);
  expect([all[1], all[2]]).toEqual([String(constant.value), cell(constant)]);
  const search = riscv(`${name}, against constant-time C with the core's search`);
  const directory = riscv(`${name}, against constant-time C with a directory of`);
  expect([means[1], means[2], means[5]]).toEqual([String(search.value), cell(search), cell(directory)]);
});

test('on RV32 C that is constant in time and asks the mode is nowhere faster, and check takes one number of cycles', () => {
  const fair = RISCV.filter(({ name }) =>
    /against constant-time C (?:\(|with the core's|with a directory of)/.test(name),
  );
  expect(fair).toHaveLength(3 * MAPS.length);
  expect(fair.filter(({ ratio }) => ratio > 1)).toEqual([]);
  const spreads = RISCV.filter(({ name }) => name.includes(', spread,'));
  expect(spreads.map(({ value }) => value)).toEqual(MAPS.map(() => 0));
});

test('the lookup that compile takes is nowhere slower than a tree', () => {
  expect(LOOKUPS.filter(({ ratio }) => ratio > 1)).toEqual([]);
});

test.runIf(isKept('rp2040'))('lookups: the tables say what is measured', () => {
  const rows = rowsOf('lookups.mjs');
  for (const { name, value, baseline } of LOOKUPS) {
    const [, map = '', halvings, bytes] =
      /^check, (.*): (\d) halvings?, ([\d.]+) bytes a cell$/.exec(name) ?? [];
    const [, segments, kind] = /^(\d+) segments, (.*)$/.exec(map) ?? [];
    const row = rows.find(([first]) => first === (kind ?? `\`${map.replace('.map.yaml', '')}\``)) ?? [];
    if (segments === undefined)
      expect(row.slice(1)).toEqual([halvings, String(value), String(baseline), bytes]);
    else
      expect(row[['16', '256', '4096'].indexOf(segments) + 1]).toBe(
        `${halvings}: ${value} (${baseline}), ${bytes}`,
      );
  }
  expect(rows.filter(([first = '']) => first.startsWith('`'))).toHaveLength(
    LOOKUPS.filter(({ name }) => name.includes('.map.yaml')).length,
  );
});
