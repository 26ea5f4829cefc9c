/**
 * Every build of the core against the oracle, by trees and by directories, with phases and without: whatever the size of the arena, the
 * answers are the same. And a build takes just those maps that the compiler says it holds.
 */
import { expect, test } from 'vitest';
import { ARENA_NAMES, BUILD_NAMES } from '../../host/common/arenas.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { Compiled } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { ARENAS, type BuildName, STEP_KIND } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { compiledText, holds } from '../support/compile.ts';
import { type RandomMap, randomMap } from '../support/maps.ts';
import { Oracle } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

const MAPS = 120;
const QUESTIONS = 300;
const LOOKUPS = ['tree', 'auto'] as const;

/** The map of this index, by both lookups; undefined where its phases are more than even the large build holds. */
async function drawn(random: Random, index: number): Promise<{ map: RandomMap; compiled: Compiled[] }> {
  const segments = 1 + random.below(2 ** (1 + (index % 12)));
  const period = index % 3 === 0 ? 1 : random.between(2, index % 3 === 1 ? 12 : 60);
  const zones = 1 + random.below(random.pick([1, 16, segments]));
  const map = randomMap(random, { segments, zones, overlaps: index % 2 === 0, period });
  const compiled = [];
  for (const lookup of LOOKUPS) compiled.push(await compiledText(map.source, { lookup, large: true }));
  return { map, compiled };
}

/** The core of a build with the image; null where it refuses it. */
async function opened(build: BuildName, image: Uint8Array): Promise<Core | null> {
  try {
    return await openImage(image, { build });
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_ADMITTED') {
      expect(error.message).toContain('TOO_LARGE');
      return null;
    }
    throw error;
  }
}

function questions(random: Random, oracle: Oracle, period: number): { x: number; phase: number }[] {
  return Array.from({ length: QUESTIONS }, () => ({
    x: random.onceIn(3)
      ? random.between(oracle.map.min, oracle.map.max)
      : random.pick(oracle.borders) + random.between(-1, 2),
    phase: random.onceIn(12) ? random.pick([period, 2 ** 32 - 1]) : random.below(period),
  }));
}

test(`${MAPS} random maps: each build takes what it holds, and answers as the oracle does`, async () => {
  const random = new Random(seedFor('builds', 12));
  const taken = new Map<string, number>();
  for (let index = 0; index < MAPS; index++) {
    const { map, compiled } = await drawn(random, index);
    const oracle = new Oracle(map.oracle);
    const asked = questions(random, oracle, map.oracle.period);
    for (const each of compiled) {
      const { rules } = readPartition(each.image);
      const hasDirectories = parseImage(each.image).identity.steps.some(
        ({ kind }) => kind === STEP_KIND.directory,
      );
      for (const build of BUILD_NAMES) {
        const core = await opened(build, each.image);
        expect(core !== null, `${build}, map ${index}`).toBe(holds(build, each));
        if (core === null) continue;
        const kind = `${build} ${hasDirectories ? 'directory' : 'tree'} ${map.oracle.period > 1}`;
        taken.set(kind, (taken.get(kind) ?? 0) + 1);
        const wrong = asked.filter(({ x, phase }) => {
          const { state, rule, tier, limit, action, toGapAhead, toGapBehind } = core.verdict(
            core.check(phase, x),
            x,
          );
          const id = rule === null ? null : rules[rule]?.id;
          const answer = { state, id, tier, limit, action, toGapAhead, toGapBehind };
          return JSON.stringify(answer) !== JSON.stringify(inOrder(oracle.answer(x, phase)));
        });
        expect(wrong.slice(0, 3), `${build}, map ${index}`).toEqual([]);
      }
    }
  }
  // Each build had maps of each kind.
  expect(
    [...taken.values()].every((count) => count >= 5),
    JSON.stringify([...taken]),
  ).toBe(true);
  expect(taken.size).toBe(4 * BUILD_NAMES.length);
});

function inOrder({ state, id, tier, limit, action, toGapAhead, toGapBehind }: ReturnType<Oracle['answer']>) {
  return { state, id, tier, limit, action, toGapAhead, toGapBehind };
}

/** As many stretches, each covered with a gap behind it. */
function stretches(count: number): string {
  const at = Array.from(
    { length: count / 2 },
    (_, index) => `{ from: ${20 * index}, to: ${20 * index + 10} }`,
  );
  return [
    'holdfast: 1\nmap: test\nepoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${10 * count} } ] }`,
    `zones:\n  - { id: a, at: [ ${at.join(', ')} ] }`,
    'gaps: [ { anywhere: true, action: stop } ]',
  ].join('\n');
}

test('a map for an arena is refused where it takes more, with figures and the arena that holds it', async () => {
  for (const [index, segments] of [60, 600, 3000, 9000].entries()) {
    const source = stretches(segments);
    const { fits, summary } = await compiledText(source);
    expect(fits).toBe(Object.values(ARENAS)[index]);
    expect(summary.arena).toBe(ARENA_NAMES[index]);
    for (const [at, arena] of ARENA_NAMES.entries()) {
      const compiling = compiledText(source, { arena });
      if (at >= index) expect((await compiling).fits).toBe(fits);
      else
        await expect(compiling).rejects.toMatchObject({
          code: 'TOO_LARGE',
          message: expect.stringMatching(
            new RegExp(
              `does not fit an arena of ${arena}: ${summary.residentBytes} resident bytes, at most \\d+`,
            ),
          ),
          remedy: expect.stringContaining(`--arena ${summary.arena}`),
        });
    }
  }
});
