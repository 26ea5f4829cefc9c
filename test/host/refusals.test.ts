/** Every refusal of the core has its code, its words and its remedy in the host and in docs/SPEC.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REFUSALS } from '../../host/refusals/refusals.ts';

const root = new URL('../../', import.meta.url);
const core = [
  ...readFileSync(new URL('assembly/refusal.ts', root), 'utf8').matchAll(/export const (\w+): u32 = (\d+);/g),
]
  .map(([, name = '', code = '']): [number, string] => [Number(code), name])
  .filter(([code]) => code !== 0);
const section = readFileSync(new URL('docs/SPEC.md', root), 'utf8').split('## 8. Refusals').at(-1) ?? '';
const spec = [...section.matchAll(/^\| (\d+) \| ([A-Z_]+) \| /gm)].map(
  ([, code = '', name = '']): [number, string] => [Number(code), name],
);

test('core, host and SPEC name the same codes', () => {
  expect(core.length).toBeGreaterThan(40);
  expect([...REFUSALS].map(([code, { name }]) => [code, name])).toEqual(core);
  expect(spec).toEqual(core);
});

test.each([...REFUSALS])('%i has words and a remedy', (_, { words, remedy }) => {
  expect(words).toMatch(/^[a-z].*[^.]$/);
  expect(remedy).toMatch(/^[A-Z].*\.$/);
});
