/** Speed limits of tracks, from railML 2 and TTOBench, and what hostile files get. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { combined, intervalsOf } from '../../host/track/steps.ts';
import { draftTrack, type TrackOptions } from '../../host/track/track.ts';
import { Random, seedFor } from '../support/random.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/tracks/${name}`, import.meta.url), 'utf8');
const VALLEY = fixture('valley.railml.xml');
const OPTIONS: TrackOptions = {
  map: 'valley',
  track: 'tr1',
  directions: ['up'],
  profiles: [],
  axis: 's',
  axisUnit: 'mm',
  scale: { factor: 1 },
  epoch: 1,
  gaps: 'stop',
};

const draft = (text: string, options: Partial<TrackOptions> = {}) =>
  draftTrack(text, 'line.xml', 'out.map.yaml', { ...OPTIONS, ...options });

/** `id from-to limit`, with the phase when there is one. */
async function rowsOf(text: string, options: Partial<TrackOptions> = {}): Promise<string[]> {
  const { source, mistakes } = await draft(text, options);
  expect(mistakes).toEqual([]);
  const zones = /zones:\n([\s\S]*?)\n(?:gaps|overlaps):/.exec(source)?.[1]?.split('\n') ?? [];
  return zones.map((line) => {
    const [, id] = /id: ([^,]+),/.exec(line) ?? [];
    const [, from, to] = /at: \{ from: (\d+), to: (\d+) \}/.exec(line) ?? [];
    const [, phase] = /when: \{ from: (\d+)/.exec(line) ?? [];
    const [, limit] = /limit: (\d+)/.exec(line) ?? [];
    return `${phase === undefined ? '' : `${phase}| `}${id} ${from}-${to} ${limit}`;
  });
}

/** A limit of 80 on [0, 1000), and this change besides. */
const endingAt = (pos: number, dir: string, vMax = '60') =>
  VALLEY.replace('pos="12500.5">', 'pos="1000">').replace(
    /<speedChanges>[\s\S]*<\/speedChanges>/,
    `<speedChanges><speedChange id="a" pos="0" dir="up" vMax="80"/><speedChange id="b" pos="1000" dir="down" vMax="80"/>` +
      `<speedChange id="e" pos="${pos}" dir="${dir}" vMax="${vMax}"/></speedChanges>`,
  );

describe('railML', () => {
  test.each([
    ['up', 1000, 'up', {}],
    ['down', 0, 'down', {}],
    ['up', 1000, 'both', {}],
    ['down', 0, 'both', { both: 'place' }],
  ] as const)('%s: a limit that begins where the track ends is named', async (travel, pos, dir, more) => {
    const options = { directions: [travel], axisUnit: 'm', ...more };
    const { assumptions, zones } = await draft(endingAt(pos, dir), options);
    expect(zones).toBe(1);
    expect(assumptions).toContain('the limit of "e" begins where the track ends, and holds nowhere on it');
    const ended = await draft(endingAt(pos, dir, 'end'), options);
    expect(ended.assumptions.join()).not.toContain('begins where the track ends');
    const before = await draft(endingAt(500, dir), options);
    expect(before.zones).toBe(2);
    expect(before.assumptions.join()).not.toContain('begins where the track ends');
  });

  test('up: each limit holds from its place on', async () => {
    expect(await rowsOf(VALLEY)).toEqual([
      'u1 0-2400250 80',
      'u2 2400250-9800000 120',
      'u3 9800000-12500500 60',
    ]);
  });

  test('down: each limit holds from its place downwards', async () => {
    expect(await rowsOf(VALLEY, { directions: ['down'] })).toEqual([
      'd3 0-2300000 80',
      'd2 2300000-9700000 120',
      'd1 9700000-12500500 60',
    ]);
  });

  test('a profile lowers or replaces the limits of all trains, as the file says', async () => {
    expect(await rowsOf(VALLEY, { profiles: ['freight'] })).toEqual([
      'u1 0-2400250 80',
      'f1 2400250-9800000 90',
      'u3 9800000-12500500 60',
    ]);
    expect(await rowsOf(VALLEY, { profiles: ['Tilting trains'] })).toEqual([
      'u1 0-2400250 80',
      't1 2400250-9000000 140',
      'u2 9000000-9800000 120',
      'u3 9800000-12500500 60',
    ]);
  });

  test('a category that does not say how it stands to all trains is asked', async () => {
    await expect(draft(VALLEY, { profiles: ['R'] })).rejects.toThrow('does not say how its limits stand');
    expect(await rowsOf(VALLEY, { profiles: ['R'], combine: 'lower' })).toContain('c1 2400250-9800000 100');
  });

  test('directions and profiles become phases, each with its own limits', async () => {
    const rows = await rowsOf(VALLEY, { directions: ['up', 'down'] });
    expect(rows.filter((row) => row.startsWith('0| '))).toHaveLength(3);
    expect(rows).toContain('1| d2 2300000-9700000 120');
    const { source, phases } = await draft(VALLEY, { directions: ['up', 'down'] });
    expect(phases).toEqual(['up', 'down']);
    const partition = await loadPartition('x.yaml', memoryReader({ 'x.yaml': source }));
    expect(partition.phasePeriod).toBe(2);
    await expect(draft(VALLEY, { profiles: ['freight'], directions: ['up', 'down'] })).rejects.toThrow(
      'holds down the track for "freight"',
    );
  });

  test('changes of both directions are asked for a train that runs down', async () => {
    const down: Partial<TrackOptions> = { track: 'Siding', directions: ['down'] };
    await expect(draft(VALLEY, down)).rejects.toThrow('read in two ways');
    expect(await rowsOf(VALLEY, { ...down, both: 'section' })).toEqual([
      'b1 0-200000 25',
      'b2 200000-500000 40',
      'b3 500000-600000 25',
    ]);
    expect(await rowsOf(VALLEY, { ...down, both: 'place' })).toEqual([
      'b2 0-200000 40',
      'b3 200000-500000 25',
    ]);
  });

  test.each([
    ['trackBegin', /<trackBegin ([^>]*)pos="0"/, 'pos="100"'],
    ['trackEnd', /<trackEnd ([^>]*)pos="12500.5"/, 'pos="9000"'],
  ])('a second %s is refused', async (name, pattern, pos) => {
    const [own = ''] = pattern.exec(VALLEY) ?? [];
    expect(own).not.toBe('');
    const second = `<${name} id="second-${name}" ${pos}/>`;
    const text = VALLEY.replace(`<${name} `, `${second}<${name} `);
    await expect(draft(text)).rejects.toThrow(`the track has another ${name}`);
  });

  test('what a change of speed says of itself in words is named, and text in CDATA too', async () => {
    const text = VALLEY.replace('<speedChange ', '<speedChange description="only with tilting" ').replace(
      '<speedChanges>',
      '<speedChanges><![CDATA[all of it is planned]]>',
    );
    const { assumptions } = await draft(text);
    expect(assumptions).toContain('attribute description of 1 speed changes is not used');
    expect(assumptions.join('\n')).toContain('text within speedChanges');
  });

  test('what is not used is named', async () => {
    const { assumptions } = await draft(VALLEY);
    expect(assumptions).toEqual([
      'the map is for trains that run: up',
      '2 speed changes for "freight" are not used',
      '2 speed changes for "tilting" are not used',
      '1 speed changes for "R" are not used',
      'mainDir="up" of the track "tr1" is not used',
      'type="mainTrack" of the track "tr1" is not used',
      'places are pos, in metres from the beginning of the track',
      'attribute signalised of 1 speed changes is not used',
      'attribute trainRelation of 1 speed changes is not used',
      '1 elements openEnd of the file are not used',
      '1 elements bufferStop of the file are not used',
      '1 elements x:speedChange of the file are not used',
      '1 elements gradientChange of the file are not used',
      expect.stringContaining('an interval holds its beginning'),
    ]);
  });

  const swap = (from: string, to: string) => VALLEY.replace(from, to);

  test('so is what a list of speed changes holds besides, and what nobody has heard of', async () => {
    const inside =
      '<speedChanges><speedRestriction pos="700" vMax="10"/><speedRestriction pos="900" vMax="10"/>';
    const beside = '<frostHeaves><frostHeave pos="3"/></frostHeaves><speedChanges>';
    const { assumptions } = await draft(swap('<speedChanges>', inside).replace('<speedChanges>', beside));
    expect(assumptions).toContain('2 elements speedRestriction of the file are not used');
    expect(assumptions).toContain('1 elements frostHeave of the file are not used');
  });

  test('what profiles in use and the track say of limits besides is named with its words', async () => {
    const said =
      '<speedProfile id="freight" basicSpeedProfile="yes" verbalConstraints="only in rain" maxAxleLoad="22.5"><braking brakeType="x"/><path kind="a"/></speedProfile>' +
      '<speedProfile id="unused" verbalConstraints="never"/>';
    const file = VALLEY.replace(/<speedProfile id="freight"[^>]*\/>/, said).replace(
      '<trackElements>',
      '<ocsElements><signals><signal id="s"/></signals></ocsElements><trackElements>',
    );
    expect(file).toContain('verbalConstraints');
    const options = { profiles: ['freight'], combine: 'lower' as const };
    await expect(draft(file, options)).rejects.toThrow(
      'holds on a condition, verbalConstraints="only in rain"',
    );
    const omitted = await draft(file, { ...options, constraints: 'omit' }).catch((error) => error.message);
    expect(omitted).toContain('no speed change holds up the track for "freight"');
    const { assumptions } = await draft(file, { ...options, constraints: 'take' });
    for (const words of [
      'basicSpeedProfile="yes" of the profile "freight" is not used',
      '2 speed changes hold whatever verbalConstraints="only in rain" says, as --constraints take asks',
      '2 speed changes hold whatever maxAxleLoad="22.5" says, as --constraints take asks',
      '1 elements braking of the profile "freight" are not used',
      '1 elements path of the profile "freight" are not used',
      '1 elements signal of the file are not used',
    ])
      expect(assumptions).toContain(words);
    expect(assumptions.join()).toMatch(/mainDir="up" of the track "\w+" is not used/);
    expect(assumptions.join()).not.toContain('never');
  });

  test.each([
    ['a change', (file: string) => file.replace('<speedChange ', '<speedChange onlyIf="wet" ')],
    [
      'an element of a change',
      (file: string) =>
        file.replace(
          /(<speedChange [^>]*)\/>/,
          '$1><verbalConstraints>wet</verbalConstraints></speedChange>',
        ),
    ],
    ['the track', (file: string) => file.replace('<track ', '<track verbalConstraints="wet" ')],
  ])('a condition of %s is asked about', async (_, edit) => {
    await expect(draft(edit(VALLEY))).rejects.toThrow(/holds on a condition, \w+="wet"|wet/);
  });

  test('so is no word of the ends and lists of a track lost, nor what another namespace says', async () => {
    const { assumptions } = await draft(
      swap('<trackBegin ', '<trackBegin xmlns:x="urn:x" x:limit="30" vMax="30" ')
        .replace('<speedChanges>', '<speedChanges vMax="10">only by day')
        .replace('<trackElements>', '<trackElements><note text="slow"/>'),
    );
    for (const name of [
      'trackBegin, of which x:limit',
      'vMax of trackBegin',
      'vMax of speedChanges',
      'text within speedChanges',
      'note',
      'openEnd',
      'bufferStop',
    ])
      expect(assumptions).toContain(`1 elements ${name} of the file are not used`);
  });

  test('of many names that nobody has heard of, the first are told and the others counted', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `<odd${index}/>`).join('');
    const { assumptions } = await draft(swap('<speedChanges>', `<speedChanges>${many}`));
    expect(assumptions.filter((words) => /^1 elements/.test(words))).toHaveLength(20);
    expect(assumptions.join()).toMatch(/elements of 3[0-9] more names are not used/);
  });

  test.each([
    ['two tracks and no choice', VALLEY, { track: undefined }, 'has 2 tracks'],
    ['an unknown track', VALLEY, { track: 'tr9' }, 'has no track "tr9"'],
    ['an unknown profile', VALLEY, { profiles: ['x'] }, 'for "x"'],
    [
      'a profile that is not there',
      swap('profileRef="freight"', 'profileRef="gone"'),
      {},
      '"gone" does not exist',
    ],
    ['no direction', swap('dir="up" vMax="80"', 'vMax="80"'), {}, 'has no dir'],
    ['a direction unknown', swap('dir="up" vMax="80"', 'dir="unknown" vMax="80"'), {}, 'dir="unknown"'],
    ['a limit with decimals', swap('vMax="80"', 'vMax="80.5"'), {}, 'not a whole number'],
    ['a limit in words', swap('vMax="80"', 'vMax="fast"'), {}, 'is no number'],
    ['a limit below 0', swap('vMax="80"', 'vMax="-80"'), {}, 'below 0'],
    ['a place finer than the axis', swap('2400.25', '2400.2501'), {}, 'not a whole number'],
    [
      'a place outside',
      swap('pos="9800" dir="up" vMax="60"', 'pos="99999" dir="up" vMax="60"'),
      {},
      'outside',
    ],
    [
      'two limits at a place',
      swap('pos="9800" dir="up" vMax="60"', 'pos="0" dir="up" vMax="60"'),
      {},
      'same place',
    ],
    [
      'a track that ends before it begins',
      swap('pos="12500.5"><buf', 'pos="0"><buf'),
      {},
      'begins or before',
    ],
    ['railML 3', swap('schemas/2013" xmlns', 'schemas/3.1" xmlns'), {}, 'railML 3'],
    ['another file', '<svg xmlns="http://www.w3.org/2000/svg"/>', {}, 'no railML 2'],
    ['an attribute twice', swap('vMax="80"', 'vMax="80" vMax="90"'), {}, 'duplicate attribute'],
    ['a tag that is not closed', VALLEY.replace('</infrastructure>', ''), {}, 'line.xml:'],
    ['another encoding', swap('UTF-8', 'ISO-8859-1'), {}, 'ISO-8859-1'],
    ['an entity of its own', swap('vMax="80"', 'vMax="&v;"'), {}, 'undefined entity'],
    [
      'entities that grow',
      VALLEY.replace('<railml', '<!DOCTYPE railml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<railml'),
      {},
      'document type',
    ],
    [
      'a file of the machine as an entity',
      VALLEY.replace('<railml', '<!DOCTYPE railml [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<railml'),
      {},
      'document type',
    ],
    [
      'a tower',
      `<railml xmlns="http://www.railml.org/schemas/2013" version="2.2">${'<a>'.repeat(5000)}`,
      {},
      'deeper than',
    ],
  ] as const)('%s is refused in words', async (_, text, options, words) => {
    await expect(draft(text, options)).rejects.toThrow(words);
    await expect(draft(text, options)).rejects.toMatchObject({ name: 'HoldfastError' });
  });

  test('speeds of an infrastructure are named as unused', async () => {
    const speeds = '<infraAttributes id="i"><speeds><speed vMax="40"/></speeds></infraAttributes><tracks>';
    const { assumptions } = await draft(swap('<tracks>', speeds));
    expect(assumptions).toContain('1 elements speed (of an infrastructure) of the file are not used');
  });

  test('a change of all trains at the beginning is missing: the compiler names the hole', async () => {
    const { mistakes } = await draft(swap('<speedChange id="u1" pos="0"', '<speedChange id="u1" pos="100"'), {
      gaps: undefined,
    });
    expect(mistakes.map(({ code }) => code)).toEqual(['GAP_UNACKNOWLEDGED']);
  });
});

test('twice as many changes cost about twice as much', async () => {
  const file = (count: number) => {
    const changes = Array.from({ length: count }, (_, index) => {
      const profile = index % 2 === 0 ? '' : ' profileRef="freight"';
      return `<speedChange id="n${index}" pos="${index}" dir="up" vMax="${60 + (index % 7)}"${profile}/>`;
    });
    return VALLEY.replace(
      /<speedChanges>[\s\S]*?<\/speedChanges>/,
      `<speedChanges>${changes.join('')}</speedChanges>`,
    );
  };
  // The number of steps is what is compared: 12,000 would take minutes if each piece were looked for in all of them.
  const { zones, mistakes } = await draft(file(12_000), { profiles: ['freight'] });
  expect(zones).toBeGreaterThan(0);
  // So many fit the large build only, which a draft says.
  expect(mistakes.map(({ code }) => code)).toEqual(['TOO_MANY']);
}, 30_000);

describe('TTOBench', () => {
  const REAL = fixture('CH_StGallen_Wil.json');

  test('the real line is that of the table beside the shipped map', async () => {
    const table = readFileSync(
      new URL('../../firmware-maps/rail-lines/stgallen-wil.csv', import.meta.url),
      'utf8',
    );
    const expected = table
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(',').slice(0, 3).join(' '));
    const rows = (await rowsOf(REAL, { axisUnit: 'cm' })).map((row) =>
      row.replace(/^\S+ (\d+)-(\d+) /, '$1 $2 '),
    );
    expect(rows).toEqual(expected);
  });

  test('what is not used is named', async () => {
    const { assumptions } = await draft(REAL);
    expect(assumptions.join()).toContain('fields that are not used: metadata, altitude, gradients');
  });

  interface Track {
    stops: unknown;
    'speed limits': { units?: Record<string, string>; values: unknown[][] };
  }
  const changed = (change: (track: Track) => void) => {
    const track = JSON.parse(REAL) as Track;
    change(track);
    return JSON.stringify(track);
  };
  test.each([
    ['no JSON', '{', 'is not JSON'],
    ['no units', changed((track) => delete track['speed limits'].units), 'units'],
    ['the layout of version 1.0', changed((track) => (track.stops = [0, 5])), 'no object with a unit'],
    ['places that fall', changed((track) => track['speed limits'].values.reverse()), 'do not rise'],
    ['a limit outside', changed((track) => track['speed limits'].values.push([99_999, 40])), 'outside'],
    ['a triple', changed((track) => track['speed limits'].values[0]?.push(1)), 'no pair'],
    [
      'a limit in words',
      changed((track) => track['speed limits'].values.splice(0, 1, [0, '90'])),
      'no number',
    ],
    [
      'decimals',
      changed((track) => track['speed limits'].values.splice(0, 1, [0, 90.5])),
      'not a whole number',
    ],
    [
      'an unknown unit',
      changed((track) => Object.assign(track['speed limits'].units ?? {}, { position: 'furlong' })),
      'furlong',
    ],
    ['a limit below 0', changed((track) => track['speed limits'].values.splice(0, 1, [0, -90])), 'below 0'],
    [
      'velocities in metres',
      changed((track) => Object.assign(track['speed limits'].units ?? {}, { velocity: 'm' })),
      'is no speed',
    ],
    ['no limits', changed((track) => track['speed limits'].values.splice(0)), 'has no values'],
    ['a field that stands twice', REAL.replace('"stops"', '"stops": 1, "st\\u006fps"'), '"stops" twice'],
    ['digits that a parser loses', REAL.replace('49.6', '49.60000000000000000001'), 'more than 15 digits'],
  ])('%s is refused in words', async (_, text, words) => {
    await expect(draft(text)).rejects.toThrow(words);
  });

  test('fields within those that are read are named, too', async () => {
    const text = changed((track) => Object.assign(track['speed limits'], { validity: 'works' }));
    expect((await draft(text)).assumptions.join()).toContain('validity');
  });

  test('a limit at the last stop is named', async () => {
    const track = JSON.stringify({
      stops: { unit: 'm', values: [0, 1000] },
      'speed limits': {
        units: { position: 'm', velocity: 'km/h' },
        values: [
          [0, 80],
          [1000, 70],
        ],
      },
    });
    const { assumptions, zones } = await draft(track);
    expect(zones).toBe(1);
    expect(assumptions).toContain(
      'the limit of "limit-2" begins where the track ends, and holds nowhere on it',
    );
  });

  test('decimals are taken with a finer unit', async () => {
    const text = changed((track) => track['speed limits'].values.splice(0, 1, [0, 90.5]));
    expect((await rowsOf(text, { scale: { factor: 1000, unit: 'm/h' } }))[0]).toBe('limit-1 0-49600 90500');
  });

  test('limits are converted to the unit that is asked for, exactly or not at all', async () => {
    const text = changed((track) => track['speed limits'].values.splice(0, 1, [0, 90.5]));
    const first = async (unit: string, factor = 1) => (await rowsOf(text, { scale: { factor, unit } }))[0];
    expect(await first('m/h')).toBe('limit-1 0-49600 90500');
    expect(await first('m/h', 1000)).toBe('limit-1 0-49600 90500');
    await expect(first('mph')).rejects.toMatchObject({ code: 'UNIT_INEXACT' });
    await expect(first('bananas')).rejects.toThrow('no unit of speed that is known here');
    await expect(first('m')).rejects.toThrow('no unit of speed that is known here');
    await expect(first('mm/h', 10)).rejects.toThrow('1 km/h is not 10 of these');
  });
});

test('steps and their combinations, against each place by itself', () => {
  const random = new Random(seedFor('steps', 881));
  for (let round = 0; round < 2000; round++) {
    const extent = { min: 0n, max: 40n };
    const places = [...new Set(Array.from({ length: random.between(1, 7) }, () => random.below(41)))];
    const stepsOf = (name: string) =>
      places.map((at, index) => ({
        id: `${name}${index}`,
        at: BigInt(at),
        limit: random.onceIn(4) ? null : BigInt(random.between(1, 9)),
        where: 'x',
      }));
    const travel = random.onceIn(2) ? 'up' : 'down';
    const [general, special] = [stepsOf('g'), stepsOf('s')];
    const limitAt = (steps: typeof general, place: number) => {
      const met = steps
        .filter(({ at }) => (travel === 'up' ? at <= BigInt(place) : at > BigInt(place)))
        .sort((left, right) => Number(travel === 'up' ? right.at - left.at : left.at - right.at));
      return met[0]?.limit ?? null;
    };
    const ways = [intervalsOf(general, extent, travel), intervalsOf(special, extent, travel)] as const;
    for (const combination of ['lower', 'replace'] as const) {
      const pieces = combined(...ways, combination);
      for (let place = 0; place < 40; place++) {
        const found = pieces.filter(({ from, to }) => from <= BigInt(place) && BigInt(place) < to);
        const [all, own] = [limitAt(general, place), limitAt(special, place)];
        const lower = all === null ? own : own === null ? all : own < all ? own : all;
        const expected = combination === 'replace' ? (own ?? all) : lower;
        expect(found.map(({ limit }) => limit)).toEqual(expected === null ? [] : [expected]);
      }
    }
  }
});
