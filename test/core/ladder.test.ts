/** The core is a ladder: a file imports only what stands below it, so that no circle is possible, between rooms or inside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const CORE = fileURLToPath(new URL('../../assembly', import.meta.url));

/** From the lowest rung up: files for all, and rooms. */
const LADDER = [
  ...['limits', 'refusal', 'words', 'bytes', 'memory', 'port'],
  ...['digest/', 'burned', 'check/', 'mode', 'admit/', 'slots/', 'window/', 'smp/'],
  ...['boot', 'service', 'index'],
];

/** File by file, without its ending: what it imports. */
const IMPORTS = new Map(
  readdirSync(CORE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const text = readFileSync(join(CORE, file), 'utf8');
      const named = [...text.matchAll(/ from '(\.[^']*)';/g)].map(([, path = '']) => path);
      return [file.slice(0, -3), named.map((path) => normalize(join(dirname(file), path)))] as const;
    }),
);

const roomOf = (file: string): string => (file.includes('/') ? `${dirname(file)}/` : file);
const rungOf = (file: string): number => LADDER.indexOf(roomOf(file));

/** The files that `file` reaches by its imports; itself too when it is in a circle. */
function reachedFrom(file: string, seen = new Set<string>()): Set<string> {
  for (const next of IMPORTS.get(file) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachedFrom(next, seen);
  }
  return seen;
}

test('the ladder names what there is', () => {
  expect([...new Set([...IMPORTS.keys()].map(roomOf))].sort()).toEqual([...LADDER].sort());
  expect([...IMPORTS.values()].flat().filter((file) => !IMPORTS.has(file))).toEqual([]);
});

describe.each([...IMPORTS])('%s', (file, imported) => {
  test('imports its own room and what stands below', () => {
    const above = imported.filter((each) => roomOf(each) !== roomOf(file) && rungOf(each) >= rungOf(file));
    expect(above).toEqual([]);
  });

  test('does not come back to itself', () => {
    expect(reachedFrom(file)).not.toContain(file);
  });
});
