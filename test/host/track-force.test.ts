/** States and days of validity in railML: asked about before they are used, and the answer, followed, gives what was meant. */
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { register } from '../../host/cli/verbs/track.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { draftTrack, type TrackOptions } from '../../host/track/track.ts';
import { covered } from '../support/covered.ts';

interface Parts {
  /** Attributes and what lies within. */
  readonly change?: string;
  readonly inside?: string;
  readonly list?: string;
  readonly track?: string;
  readonly inTrack?: string;
  readonly infrastructure?: string;
  readonly profile?: string;
}

/** 80 from 0 on, 120 from 400 m on by a change that may not be in force, to 1000 m. */
const file = (parts: Parts) => `<railml xmlns="http://www.railml.org/schemas/2013" version="2.2">
<infrastructure ${parts.infrastructure ?? ''}><tracks><track id="tr1" ${parts.track ?? ''}>
<trackTopology><trackBegin pos="0"/><trackEnd pos="1000"/></trackTopology><trackElements><speedChanges ${parts.list ?? ''}>
<speedChange id="a" pos="0" dir="up" vMax="80"/>
<speedChange id="b" pos="400" dir="up" vMax="120" ${parts.change ?? ''}>${parts.inside ?? ''}</speedChange>
</speedChanges></trackElements>${parts.inTrack ?? ''}</track></tracks>
<speedProfiles><speedProfile id="tilting" influence="increasing" ${parts.profile ?? ''}/></speedProfiles>
</infrastructure></railml>`;

const BOTH = ['a [0, 400) limit 80', 'b [400, 1000) limit 120'];
const FIRST = ['a [0, 1000) limit 80'];

/** The options of the verb as somebody types them. */
function optionsOf(argv: readonly string[]): TrackOptions {
  const program = new Command();
  register(program);
  const [verb] = program.commands;
  verb?.exitOverride().parseOptions(['--map', 'm', '-o', 'out.yaml', '--axis-unit', 'm', ...argv]);
  const { direction, profile, status, ...flags } = verb?.opts() ?? {};
  return {
    ...(flags as TrackOptions),
    directions: direction,
    profiles: profile ?? [],
    statuses: status,
    scale: { factor: 1 },
  };
}

async function run(parts: Parts, argv: readonly string[] = []) {
  const { source, assumptions } = await draftTrack(file(parts), 'l.xml', 'out.yaml', optionsOf(argv));
  const rows = await covered('out.yaml', memoryReader({ 'out.yaml': source }));
  return { rows, assumptions };
}

/** What is asked, and the options that the remedy proposes, each as words of a command. */
async function asked(parts: Parts, argv: readonly string[] = []) {
  const error = await run(parts, argv).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof HoldfastError)) throw new Error(`nothing is asked: ${JSON.stringify(parts)}`);
  const proposed = [...(error.remedy ?? '').matchAll(/(--\w+) ('[^']*'|[^\s']*[^\s',.])/g)];
  return {
    message: error.message,
    remedy: error.remedy ?? '',
    options: proposed.map(([, name = '', value = '']) => [name, value.replaceAll("'", '')]),
  };
}

const STATES: readonly (readonly [name: string, parts: Parts, quoted: RegExp])[] = [
  ['an attribute', { change: 'status="planned"' }, /l\.xml:5:\d+: the speed change "b" has status="planned"/],
  ['another word', { change: 'status="under construction"' }, /status="under construction"/],
  ['capitals', { change: 'Status="PLANNED"' }, /Status="PLANNED"/],
  ['a word of its own', { change: 'operationalStatus="closed"' }, /operationalStatus="closed"/],
  ['disabled', { change: 'disabled="true"' }, /disabled="true"/],
  ['not enabled', { change: 'enabled="false"' }, /enabled="false"/],
  ['an element', { inside: '<states><state status="planned"/></states>' }, /status="planned"/],
  ['an element with a text', { inside: '<status> planned </status>' }, /status="planned"/],
  ['the list', { list: 'status="planned"' }, /"a" has status="planned"/],
];

describe('a state that is not in force is asked about', () => {
  test.each(STATES)('%s', async (name, parts, quoted) => {
    const { message, options } = await asked(parts);
    expect(message).toMatch(quoted);
    expect(options).toHaveLength(2);
    const [without = [], taken = []] = options;
    expect((await run(parts, taken)).rows).toEqual(BOTH);
    if (name === 'the list') return;
    const { rows, assumptions } = await run(parts, without);
    expect(rows).toEqual(FIRST);
    expect(assumptions.filter((words) => /^1 speed change with .* is not used$/.test(words))).toHaveLength(1);
  });

  test('what is in force is taken, and stays so when others are left out', async () => {
    for (const change of ['status="operational"', 'status="Active"', 'disabled="false"', 'inForce="true"'])
      expect((await run({ change })).rows).toEqual(BOTH);
    const parts: Parts = { change: 'status="active"', inside: '<state status="planned"/>' };
    const { options } = await asked(parts);
    expect(options).toEqual([
      ['--status', 'active'],
      ['--status', 'active,planned'],
    ]);
    expect((await run(parts, options[0])).rows).toEqual(FIRST);
  });

  test.each([
    ['of the track', { track: 'status="planned"' }],
    ['of the track, behind its changes', { inTrack: '<states><state disabled="true"/></states>' }],
    ['of all that the file holds', { infrastructure: 'status="planned"' }],
  ] as const)('%s, which is refused when it is not asked for', async (_name, parts) => {
    const { message, options } = await asked(parts);
    expect(message).toContain('the track "tr1"');
    expect((await run(parts, options[1])).rows).toEqual(BOTH);
    await expect(run(parts, options[0])).rejects.toThrow('is left out by what was said');
  });

  test('of a profile, where that is asked for', async () => {
    const parts: Parts = { change: 'profileRef="tilting"', profile: 'status="planned"' };
    expect((await run(parts)).rows).toEqual(FIRST);
    const { message, options } = await asked(parts, ['--profile', 'tilting']);
    expect(message).toContain('for "tilting" has status="planned"');
    expect((await run(parts, ['--profile', 'tilting', ...(options[1] ?? [])])).rows).toEqual(BOTH);
  });

  test('only of what is used: nothing is asked of the other direction', async () => {
    expect(
      (await run({ change: 'status="planned"', list: '' }, ['--direction', 'up', '--status', 'x'])).rows,
    ).toEqual(FIRST);
    const down = file({ change: 'status="planned"' }).replace('dir="up" vMax="120"', 'dir="down" vMax="120"');
    const { source } = await draftTrack(down, 'l.xml', 'out.yaml', optionsOf([]));
    expect(await covered('out.yaml', memoryReader({ 'out.yaml': source }))).toEqual(FIRST);
  });
});

describe('days of validity are asked about', () => {
  const BOUNDED = 'validFrom="2026-07-01" validTo="2026-07-31"';

  test('and the day that is said settles them; both days belong to it', async () => {
    const { message, options } = await asked({ change: BOUNDED });
    expect(message).toMatch(/l\.xml:5:\d+: the speed change "b" has validFrom="2026-07-01"/);
    expect(options).toEqual([['--on', '2026-07-01']]);
    const on = async (day: string) => (await run({ change: BOUNDED }, ['--on', day])).rows;
    expect(await on('2026-07-01')).toEqual(BOTH);
    expect(await on('2026-07-31')).toEqual(BOTH);
    expect(await on('2026-06-30')).toEqual(FIRST);
    expect(await on('2026-08-01')).toEqual(FIRST);
    const { assumptions } = await run({ change: BOUNDED }, ['--on', '2026-08-01']);
    expect(assumptions).toContain('1 speed change out of force on 2026-08-01 is not used');
  });

  test.each([
    ['operationalFrom="2026-07-01"', '2026-06-30', FIRST],
    ['operationalFrom="2026-07-01T00:00:00+02:00"', '2026-07-01', BOTH],
    ['validUntil="2026-07-01T00:00:00"', '2026-07-01', FIRST],
    ['endDate="2026-07-01T23:59:59Z"', '2026-07-01', BOTH],
    ['startDate="2026-07-02"', '2026-07-01', FIRST],
  ] as const)('%s on %s', async (change, day, rows) => {
    expect((await asked({ change })).remedy).toMatch(/such as --on 2026-07-0\d\.$/);
    expect((await run({ change }, ['--on', day])).rows).toEqual(rows);
  });

  test('in elements, with names that say it there only', async () => {
    const parts: Parts = { inside: '<validity from="2026-07-01" to="2026-07-31"/>' };
    expect((await asked(parts)).options).toEqual([['--on', '2026-07-01']]);
    expect((await run(parts, ['--on', '2026-07-15'])).rows).toEqual(BOTH);
    expect((await run(parts, ['--on', '2027-07-15'])).rows).toEqual(FIRST);
  });

  test('a moment within the day that is said is asked about again', async () => {
    const change = 'validFrom="2026-07-01T12:00:00"';
    expect((await asked({ change }, ['--on', '2026-07-01'])).remedy).toBe(
      'Say the day before it, or the day after.',
    );
    expect((await run({ change }, ['--on', '2026-07-02'])).rows).toEqual(BOTH);
    expect((await run({ change }, ['--on', '2026-06-30'])).rows).toEqual(FIRST);
  });

  test.each(['soon', '2026-02-30', '01.07.2026', ''])('%j is no day', async (value) => {
    await expect(run({ change: `validFrom="${value}"` }, ['--on', '2026-07-01'])).rejects.toThrow(
      /is no day/,
    );
  });

  test('a track that does not hold on that day is refused', async () => {
    await expect(run({ track: 'validTo="2026-01-01"' }, ['--on', '2026-07-01'])).rejects.toThrow(
      'the track "tr1", out of force on 2026-07-01, is left out',
    );
  });
});
