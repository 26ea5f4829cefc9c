/** Each kind of fault strikes a plant of real gateways, agents and cores: what was noticed, and how it ended. */
import { expect, test } from 'vitest';
import { quarterOf, runDrill, seedOfQuarter } from '../../fleet/drill/drill.ts';
import { DRILL_KINDS } from '../../fleet/drill/faults.ts';
import { drillPage, exerciseLines } from '../../fleet/drill/words.ts';
import { seedFor } from '../support/random.ts';

test('every kind strikes, nothing is broken, and each cell ends on one edition', async () => {
  const seed = seedFor('drill', 11);
  const drill = await runDrill({ seed, rounds: 1, onExercise: () => {} });
  const { exercises } = drill;
  expect(exercises.map(({ fault }) => fault)).toEqual(DRILL_KINDS);
  expect(exercises.flatMap(({ fault, broken }) => broken.map((words) => `${fault}: ${words}`))).toEqual([]);
  for (const { fault, outcomes, phase } of exercises) {
    expect([fault, phase === null]).toEqual([fault, false]);
    expect([fault, outcomes.at(-1)]).toEqual([fault, expect.stringMatching(/^(confirmed|forward)$/)]);
  }
  const page = drillPage('Drill <of> a test', drill);
  expect(page).toContain('<h1>Drill &lt;of&gt; a test</h1>');
  expect(page.match(/<tr>/g)).toHaveLength(1 + DRILL_KINDS.length);
  expect(page).not.toMatch(/<script|https?:/);
  for (const exercise of exercises)
    expect(exerciseLines(exercise).join('\n')).not.toMatch(/undefined|NaN|BROKEN/);
});

test('the same seed gives the same drill, and each quarter has its own', async () => {
  const twice = [];
  for (let time = 0; time < 2; time++)
    twice.push(JSON.stringify((await runDrill({ seed: 5, rounds: 1, onExercise: () => {} })).exercises));
  expect(twice[0]).toBe(twice[1]);
  expect(quarterOf(new Date('2026-11-27T00:00:00Z'))).toBe('2026-Q4');
  expect(seedOfQuarter('2026-Q4')).not.toBe(seedOfQuarter('2027-Q1'));
});
