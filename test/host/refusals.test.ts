/** Every code of the table of refusals has words and a remedy for people. */
import { expect, test } from 'vitest';
import { GROUP, IMAGE_ERROR_TEXTS, RC_TEXTS, REFUSALS } from '../../host/format.ts';
import { describeRefusal } from '../../host/refusals/refusals.ts';

const CODES = [
  ...REFUSALS.map(({ code, name }) => [name, GROUP.holdfast, code] as const),
  ...IMAGE_ERROR_TEXTS.map(({ code, name }) => [name, GROUP.image, code] as const),
  ...RC_TEXTS.map(({ code, name }) => [name, null, code] as const),
];

test.each(CODES)('%s has words and a remedy', (name, group, code) => {
  const refusal = describeRefusal(group, code);
  expect(refusal.name).toBe(name);
  expect(refusal.words).toMatch(/^[a-z].*[^.]$/);
  expect(refusal.remedy).toMatch(/^[A-Z].*\.$/);
});
