import { expect, test } from 'vitest';
import { audit } from '../../host/audit/audit.ts';
import { auditWords } from '../../host/audit/words.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { MapImage } from '../../host/core/ask.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { compileText } from '../support/compile.ts';
import { Random, seedFor } from '../support/random.ts';

/** Who wins where zones lie over one another, judged anew at every place and phase, against what the compiler says. */

const LENGTH = 40;
const PERIOD = 6;
const ROUNDS = 250;

interface Zone {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  /** Phases in which it holds; the same zones come and go together more than once. */
  readonly phases: readonly number[];
  readonly tier: number;
  readonly limit: number | null;
}

const PHASES = [[0, 2, 4], [1, 3, 4, 5], [0, 1, 2, 3, 4, 5], [2], [0, 1, 4, 5]] as const;

type Wins = (over: string, under: string) => boolean;

function randomZones(random: Random): Zone[] {
  return Array.from({ length: 2 + random.below(6) }, (_, index) => {
    const from = random.below(LENGTH - 1);
    const to = random.between(from + 1, LENGTH + 1);
    return {
      id: `z${index}`,
      from,
      to,
      phases: random.pick(PHASES),
      tier: random.below(6),
      limit: random.onceIn(4) ? null : random.below(4),
    };
  });
}

/** Pairs without circles: each zone over some of those that come later in a random order. */
function randomPairs(random: Random, zones: readonly Zone[]): (readonly [string, string])[] {
  const order = zones.map(({ id }) => id);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] ?? '', order[i] ?? ''];
  }
  const pairs: (readonly [string, string])[] = [];
  order.forEach((over, index) => {
    for (const under of order.slice(index + 1)) if (!random.onceIn(3)) pairs.push([over, under]);
  });
  return pairs;
}

/** What is over A is over everything that A is over. */
function reach(pairs: readonly (readonly [string, string])[]): Wins {
  const wins: Wins = (over, under) =>
    pairs.some(([left, right]) => left === over && (right === under || wins(right, under)));
  return wins;
}

function sourceOf(zones: readonly Zone[], overlaps: string): string {
  const lines = zones.map(({ id, from, to, phases, tier, limit }) => {
    const when = phases.map((phase) => `{ from: ${phase}, to: ${phase + 1} }`).join(', ');
    return `  - { id: ${id}, at: { from: ${from}, to: ${to} }, when: [${when}], tier: ${tier}${limit === null ? '' : `, limit: ${limit}`} }`;
  });
  return [
    'holdfast: 1',
    'map: overlaps',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${LENGTH} } ] }`,
    `phase: { unit: tick, period: ${PERIOD} }`,
    `overlaps: ${overlaps}`,
    'zones:',
    ...lines,
    'gaps: [ { anywhere: true, action: hold } ]',
    '',
  ].join('\n');
}

/** By place and phase: who answers, and who lies over whom; and every pair that nothing orders. */
function judge(zones: readonly Zone[], wins: Wins) {
  const owners: string[] = [];
  const overlaps: string[] = [];
  const unordered = new Set<string>();
  for (let phase = 0; phase < PERIOD; phase++) {
    for (let place = 0; place < LENGTH; place++) {
      const here = zones.filter(
        ({ from, to, phases }) => from <= place && place < to && phases.includes(phase),
      );
      const best = here.find(({ id }) => here.every((other) => other.id === id || wins(id, other.id)));
      owners.push(here.length === 0 ? 'anywhere' : (best?.id ?? 'nobody'));
      for (const over of here) {
        for (const under of here) {
          if (wins(over.id, under.id)) overlaps.push(`${phase} ${place} ${over.id} over ${under.id}`);
          else if (over.id < under.id && !wins(under.id, over.id)) unordered.add(`${over.id} ${under.id}`);
        }
      }
    }
  }
  return { owners, overlaps: overlaps.sort(), unordered: [...unordered].sort() };
}

const keyOf = (place: object, phase: number) => `${JSON.stringify(place)} ${phase}`;

async function compiled(source: string) {
  const partition = await loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));
  const owners: string[] = [];
  for (const window of partition.windows) {
    for (let phase = window.from; phase < window.to; phase++) {
      for (const { from, to, rule } of window.cells)
        for (let place = from; place < to; place++) owners.push(partition.rules[rule]?.id ?? '');
    }
  }
  const idOf = (rule: number) => partition.rules[rule]?.id ?? '';
  const overlaps: string[] = [];
  const ends = new Set(partition.overlaps?.map(({ phaseFrom, phaseTo, ...place }) => keyOf(place, phaseTo)));
  for (const { phaseFrom, phaseTo, ...place } of partition.overlaps ?? []) {
    const { over, under, from, to } = place;
    // Neighbouring phases are one entry.
    expect(ends).not.toContain(keyOf(place, phaseFrom));
    for (let phase = phaseFrom; phase < phaseTo; phase++)
      for (let place = from; place < to; place++)
        overlaps.push(`${phase} ${place} ${idOf(over)} over ${idOf(under)}`);
  }
  return { owners, overlaps: overlaps.sort(), why: new Set(partition.overlaps?.map(({ why }) => why)) };
}

/** Pairs that the compiler says nothing orders. */
async function unorderedOf(source: string): Promise<string[]> {
  const error = await loadPartition('m.yaml', memoryReader({ 'm.yaml': source })).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceError)) throw new Error('the compiler has nothing against it');
  return error.diagnostics
    .map(({ code, message }) => {
      expect(code).toBe('OVERLAP');
      const [, later = '', earlier = ''] = /^zone "(z\d)" and zone "(z\d)"/.exec(message) ?? [];
      return [earlier, later].sort().join(' ');
    })
    .sort();
}

test.each(['list', 'tier'] as const)(
  `overlaps ordered by %s: who wins, over whom, and what nothing orders`,
  async (why) => {
    const random = new Random(seedFor(`overlaps by ${why}`, 31));
    const seen = { right: 0, wrong: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const zones = randomZones(random);
      const pairs = randomPairs(random, zones);
      const tierOf = new Map(zones.map(({ id, tier }) => [id, tier]));
      const byTier: Wins = (over, under) => (tierOf.get(over) ?? 0) > (tierOf.get(under) ?? 0);
      const wanted = judge(zones, why === 'list' ? reach(pairs) : byTier);
      const list = `[${pairs.map(([over, under]) => `{ over: ${over}, under: ${under} }`).join(', ')}]`;
      const source = sourceOf(zones, why === 'list' ? list : 'by-tier');
      if (wanted.unordered.length > 0) {
        seen.wrong++;
        expect(await unorderedOf(source)).toEqual(wanted.unordered);
        continue;
      }
      seen.right++;
      const got = await compiled(source);
      expect(got.owners).toEqual(wanted.owners);
      expect(got.overlaps).toEqual(wanted.overlaps);
      expect([...got.why].filter((reason) => reason !== why)).toEqual([]);
    }
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(ROUNDS / 20);
  },
);

test('overlaps ordered by the lowest limit: the most restrictive zone answers, and nothing is a conflict', async () => {
  const random = new Random(seedFor('overlaps by limit', 32));
  const whys = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const zones = randomZones(random);
    const byId = new Map(zones.map((zone, index) => [zone.id, { ...zone, index }]));
    const lowest: Wins = (over, under) => {
      const [one, other] = [byId.get(over), byId.get(under)];
      if (one === undefined || other === undefined || one === other) return false;
      if (one.limit !== other.limit) return other.limit === null || (one.limit ?? 1e9) < other.limit;
      return one.tier === other.tier ? one.index < other.index : one.tier > other.tier;
    };
    const wanted = judge(zones, lowest);
    const got = await compiled(sourceOf(zones, 'lowest-limit'));
    expect(got.owners).toEqual(wanted.owners);
    expect(got.overlaps).toEqual(wanted.overlaps);
    for (const why of got.why) whys.add(why);
  }
  expect([...whys].sort()).toEqual(['first', 'limit', 'tier']);
});

test('the audit says which limit won, and the answer has it', async () => {
  const source = `holdfast: 1
map: overlaps
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 30 } ] }
limits: { unit: km/h }
overlaps: lowest-limit
zones:
  - { id: line, at: { from: 0, to: 30 }, limit: 120 }
  - { id: works, at: { from: 10, to: 20 }, limit: 40 }
  - { id: free, at: { from: 15, to: 25 } }
  - { id: works-again, at: { from: 12, to: 18 }, limit: 40 }
`;
  const words = auditWords(audit(await loadPartition('m.yaml', memoryReader({ 'm.yaml': source }))));
  expect(words).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}works over line +\[10, 20\) m +10 m long +limit 40 km\/h below 120 km\/h$/),
      expect.stringMatching(
        /^ {2}works over free +\[15, 20\) m +5 m long +limit 40 km\/h where the other has none$/,
      ),
      expect.stringMatching(/^ {2}works over works-again .* they say the same; the first in the source$/),
      expect.stringMatching(/^ {2}free +tier 0 +never answers/),
    ]),
  );
  const image = await MapImage.open(await compileText(source));
  expect([5, 12, 22].map((x) => image.ask({ x: BigInt(x), phase: 0 }).limit)).toEqual([120, 40, 120]);
});

test('a hostile pile of zones is refused, quickly and with its number', async () => {
  const zones = Array.from(
    { length: 8_000 },
    (_, index) => `  - { id: z${index}, at: { from: ${index}, to: 100000 }, limit: ${index % 7} }`,
  );
  const source = `holdfast: 1
map: pile
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 100000 } ] }
overlaps: lowest-limit
zones:
${zones.join('\n')}
`;
  const error = await loadPartition('m.yaml', memoryReader({ 'm.yaml': source })).catch((thrown) => thrown);
  expect(error.diagnostics).toMatchObject([{ code: 'TOO_MANY' }]);
  expect(error.message).toMatch(
    /once for each place and each range of phases .*Cut zones to the places and phases/s,
  );
});
