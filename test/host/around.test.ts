import { describe, expect, test } from 'vitest';
import { audit } from '../../host/audit/audit.ts';
import { compilePartition, loadPartition } from '../../host/compile/compile.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { Random, seedFor } from '../support/random.ts';
import { LENGTH, MAX, MIN, type Owner, ownerAt, PERIOD, randomOwners, sourceOf } from '../support/rings.ts';

/** What goes around: zones and gaps over the seam of a ring, windows over the end of the period, judged anew at every place. */

const load = (source: string) => loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));

async function mistakesOf(source: string) {
  const error = await load(source).catch((thrown: unknown) => thrown);
  return error instanceof SourceError ? error.diagnostics : [];
}

test('300 random rings with windows over the end of the period: every place and phase has its owner', async () => {
  const random = new Random(seedFor('rings', 360));
  for (let round = 0; round < 300; round++) {
    const owners = randomOwners(random);
    const source = sourceOf(random, owners, true);
    const { windows, rules } = await load(source);
    for (const { from, to, cells } of windows) {
      expect([cells[0]?.from, cells.at(-1)?.to]).toEqual([MIN, MAX]);
      for (let phase = from; phase < to; phase++)
        for (const cell of cells)
          for (let place = cell.from; place < cell.to; place++)
            if (rules[cell.rule]?.id !== (ownerAt(owners, place, phase) ?? 'anywhere'))
              expect({ source, place, phase, id: rules[cell.rule]?.id }).toBeNull();
    }
  }
});

/** The holes of one phase, each once around, as [from, to) with `to` behind the seam where it is so. */
function holesAt(owners: readonly Owner[], phase: number): string[] {
  const free = Array.from({ length: LENGTH }, (_, at) => ownerAt(owners, MIN + at, phase) === undefined);
  if (free.every(Boolean)) return [`[${MIN}, ${MAX}) ${LENGTH}`];
  return free.flatMap((isFree, at) => {
    if (!isFree || free[(at + LENGTH - 1) % LENGTH]) return [];
    let length = 1;
    while (free[(at + length) % LENGTH]) length++;
    const end = at + length;
    return [`[${MIN + at}, ${MIN + (end > LENGTH ? end - LENGTH : end)}) ${length}`];
  });
}

test('200 random rings with holes: each is named once, whole, also over the seam', async () => {
  const random = new Random(seedFor('holes of rings', 361));
  for (let round = 0; round < 200; round++) {
    const owners = randomOwners(random);
    const source = sourceOf(random, owners, false);
    const wanted = new Set(Array.from({ length: PERIOD }, (_, phase) => holesAt(owners, phase)).flat());
    const found = (await mistakesOf(source)).map(({ code, message }) => {
      expect(code).toBe('GAP_UNACKNOWLEDGED');
      const [, range, length] = /covers (\[.*?\)) deg.*, (\d+) deg long/.exec(message) ?? [];
      return `${range} ${length}`;
    });
    expect({ source, holes: [...new Set(found)].sort() }).toEqual({ source, holes: [...wanted].sort() });
  }
});

const RING = `holdfast: 1
map: ring
epoch: 1
space: { axes: [ { name: a, unit: deg, min: 0, max: 360, wraps: true } ] }
zones:
  - { id: free, at: { from: 10, to: 350 } }
gaps:
  - { id: seam, at: { from: 350, to: 10 }, action: stop }
`;

describe('a ring', () => {
  test('has one gap over its seam, in the audit as in the source', async () => {
    const report = audit(await load(RING));
    expect(report.axis.wraps).toBe(true);
    expect(report.gaps).toEqual([
      { id: 'seam', action: 'stop', limit: null, from: 350, to: 10, length: 20, phaseFrom: 0, phaseTo: 1 },
    ]);
  });

  test('is compiled, and read back as it was', async () => {
    const { axis, windows, rules } = await load(RING);
    const { image } = compilePartition(await load(RING), undefined);
    expect(readPartition(image)).toMatchObject({ axis, windows, rules });
    expect(axis.wraps).toBe(true);
  });

  test('names what lies on both sides of a hole at its seam', async () => {
    const [hole] = await mistakesOf(RING.replace(/gaps:\n.*\n/, ''));
    expect(hole?.message).toMatch(
      /^nothing covers \[350, 10\) deg, 20 deg long, between zone "free" \(.*\) and zone "free" \(.*\)$/,
    );
  });

  test('takes max for min, and all of it in one interval', async () => {
    for (const [from, to] of [
      ['360', '350'],
      ['10', '0'],
      ['0', '360'],
    ]) {
      const source = RING.replace('{ from: 10, to: 350 }', `{ from: ${from}, to: ${to} }`).replace(
        'action: stop }',
        'action: stop, cuts: true }\n  - { anywhere: true, action: hold }',
      );
      const { windows, rules } = await load(source);
      const cells = windows[0]?.cells.map(({ from: start, rule }) => `${start} ${rules[rule]?.id}`);
      // The gap rule cuts what lies under it, however the zone says its ends.
      expect(cells).toEqual(['0 seam', '10 free', '350 seam']);
    }
  });

  test('is no axis of time', async () => {
    const axis =
      '{ name: t, unit: s, origin: 2026-01-01T00:00:00Z, min: 2026-01-01T00:00:00Z, max: 2026-01-02T00:00:00Z, wraps: true }';
    const [mistake] = await mistakesOf(RING.replace(/\{ name: a[^}]*\}/, axis));
    expect(mistake?.message).toContain('an axis of time that wraps');
  });

  test('without "wraps" is a reversed interval, and the remedy says both that it can be', async () => {
    const mistakes = await mistakesOf(RING.replace(', wraps: true', ''));
    expect(mistakes.map(({ code }) => code)).toContain('INTERVAL_REVERSED');
    expect(mistakes.find(({ code }) => code === 'INTERVAL_REVERSED')?.remedy).toContain('"wraps: true"');
  });

  test('an empty interval is not taken for all of it', async () => {
    const [mistake] = await mistakesOf(RING.replace('from: 10, to: 350', 'from: 10, to: 10'));
    expect(mistake).toMatchObject({
      code: 'INTERVAL_EMPTY',
      remedy: 'All the way round is { from: 0, to: 360 }.',
    });
  });
});

const SHIFTS = `holdfast: 1
map: shifts
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 10 } ] }
phase: { unit: s, period: 24 h }
zones:
  - { id: day, at: { from: 0, to: 10 }, when: { from: 6 h, to: 22 h } }
  - { id: night, at: { from: 0, to: 10 }, when: { from: 22 h, to: 6 h } }
`;

describe('a phase of time', () => {
  test('takes any unit of time, and windows over the end of the period where it says so', async () => {
    const { windows, phasePeriod, rules } = await load(SHIFTS.replace('24 h }', '24 h, wraps: true }'));
    expect(phasePeriod).toBe(86_400);
    expect(windows.map(({ from, to, cells }) => [from, to, rules[cells[0]?.rule ?? -1]?.id])).toEqual([
      [0, 21_600, 'night'],
      [21_600, 79_200, 'day'],
      [79_200, 86_400, 'night'],
    ]);
  });

  test('a window that runs backwards says "two windows"; followed, it means what was meant', async () => {
    const mistakes = await mistakesOf(SHIFTS);
    const reversed = mistakes.find(({ code }) => code === 'INTERVAL_REVERSED');
    expect(reversed?.remedy).toContain('two windows');
    expect(reversed?.remedy).not.toMatch(/exchange|swap/i);
    const two = /(\[ \{.*\} \])/.exec(reversed?.remedy ?? '')?.[1] ?? '';
    const followed = await load(SHIFTS.replace('{ from: 22 h, to: 6 h }', two));
    const wrapped = await load(SHIFTS.replace('24 h }', '24 h, wraps: true }'));
    expect(followed.windows).toEqual(wrapped.windows);
  });

  test('counts parts of a unit with a scale', async () => {
    const { windows, phasePeriod } = await load(
      SHIFTS.replace('unit: s, period: 24 h', 'unit: min, scale: 2, period: 24 h, wraps: true'),
    );
    expect(phasePeriod).toBe(2880);
    expect(windows[0]?.to).toBe(720);
  });

  test.each([
    ['unit: mm', 'neither tick nor a unit of time'],
    ['unit: tick', 'measured in tick'],
  ])('%s is refused', async (unit, says) => {
    const [mistake] = await mistakesOf(SHIFTS.replace('unit: s', unit));
    expect(mistake?.message).toContain(says);
  });
});
