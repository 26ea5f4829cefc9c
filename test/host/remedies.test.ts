import { describe, expect, test } from 'vitest';
import { loadMap } from '../../host/compile/compile.ts';
import { type Diagnostic, SourceError } from '../../host/source/diagnostics.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { proposesText, remediesInCode } from '../support/remedies.ts';

/**
 * A remedy that proposes what to write is followed here, and the map that comes of it is compared with the one that was meant. A remedy
 * that is not in this table fails the first test: whoever adds one shows that it leads to the right map.
 */

const HEAD = `holdfast: 1
map: test
epoch: 2
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000 } ] }
`;
const WHOLE = `${HEAD}zones:
  - { id: a, at: { from: 0, to: 400 }, limit: 40 }
  - { id: b, at: { from: 400, to: 1000 }, limit: 60 }
`;
const PHASED = WHOLE.replace('zones:', 'phase: { unit: s, period: 60 }\nzones:');
const SHIFT = PHASED.replace('limit: 60 }', 'limit: 60, when: { from: 50, to: 10 } }').concat(
  'gaps: [ { anywhere: true, action: hold } ]\n',
);
const RING = WHOLE.replace('max: 1000', 'max: 1000, wraps: true');
const BRAKED = WHOLE.replace(
  'zones:',
  'limits: { unit: mm/s }\napproach: { deceleration: 5 mm/s2, steps: 3, toward: min }\nzones:',
);
/** A zone that runs over the end of the axis. */
const TURNED = WHOLE.replace('from: 0, to: 400', 'from: 900, to: 400').replace('to: 1000 }', 'to: 900 }');
const RING_TURNED = RING.replace(
  'at: { from: 0, to: 400 }',
  'at: [ { from: 0, to: 400 }, { from: 900, to: 1000 } ]',
).replace('from: 400, to: 1000', 'from: 400, to: 900');
const TIME = `holdfast: 1
map: test
epoch: 2
space: { axes: [ { name: t, unit: s, origin: 2026-01-01T00:00:00Z, min: 2026-01-01T00:00:00Z, max: 2026-01-02T00:00:00Z } ] }
zones:
  - { id: a, at: { from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00Z } }
`;
const TABLE = `${HEAD}limits: { unit: km/h }\nzones:\n  - { file: t.csv, columns: { from: a, to: b, limit: v, limitUnit: u } }\n`;
const ROWS = 'a,b,v,u\n0,400,40,km/h\n400,1000,60,km/h\n';

const FILTERED = `${HEAD}zones:\n  - { file: t.csv, columns: { from: a, to: b, limit: v }, table: { where: [ "s=open" ] } }\ngaps: [ { anywhere: true, action: stop } ]\n`;
const FILTER_ROWS = 'a,b,v,s\n0,400,40,open\n400,700,60,closed\n700,1000,80,planned\n';

const PHASES = `${HEAD}zones:\n  - { file: t.csv, columns: { from: a, to: b, limit: v }, table: { phases: { column: p, names: [ up, down ] } } }\n`;
const PHASE_ROWS = 'a,b,v,p\n0,1000,40,up\n0,1000,60,down\n';

/** Areas of a plane, whose file stands beside every source here. */
const AREAS = `${HEAD.replace('max: 1000 }', 'max: 1000 }, { name: r, unit: mm, min: 0, max: 1000 }')}zones: [ { file: a.geojson } ]
gaps: [ { anywhere: true, action: stop } ]
`;
const AREA_FILE =
  '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[1,1],[9,1],[9,9],[1,1]]]}}';

interface Followed {
  /** The source with the mistake, and the table that it names. */
  readonly wrong: string;
  readonly rows?: string;
  /** What a person does who follows the remedy; texts that it proposes are taken out of it, never typed anew. */
  readonly follow: (wrong: string, remedy: string) => string;
  readonly followRows?: (rows: string, remedy: string) => string;
  /** The source that says what was meant; a list: what was meant can be each of these, and the remedy says how to get there. */
  readonly meant: string;
  /** The table of that source; `ROWS` unless given. */
  readonly meantRows?: string;
}

/** A quoted text of a remedy. */
const quoted = (remedy: string, index = 0) => [...remedy.matchAll(/"([^"]+)"/g)][index]?.[1] ?? 'NOTHING';
const firstOf = (pattern: RegExp) => (remedy: string) => pattern.exec(remedy)?.[1] ?? 'NOTHING';
const replacing =
  (old: string | RegExp, take: (remedy: string) => string) => (wrong: string, remedy: string) =>
    wrong.replace(old, take(remedy));
const removing = (old: string | RegExp) => replacing(old, () => '');
const nearest = firstOf(/nearest are (.+?) and/);
const otherNearest = firstOf(/nearest are .+? and (.+?)[:.]/);

const AIR = `holdfast: 1
map: air
epoch: 1
space: { axes: [ { name: lon, unit: deg, min: 0, max: 90 }, { name: lat, unit: deg, min: 0, max: 90 } ] }
gaps: [ { anywhere: true, action: stop } ]
`;
const OF_A_DAY = `${AIR}phase: { unit: s, period: 1 d }\n`;
const geozones = (schedule: string) =>
  `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"limitedApplicability":[{"schedule":[${schedule}]}]},
  "geometry":{"type":"Polygon","coordinates":[[[1,1],[5,1],[5,4],[1,1]]]}}]}`;
const fence = (x: number) => `{"inclusion":true,"polygon":[[1,${x}],[1,${x + 2}],[3,${x}]]}`;
/** Geozones and fences, which stand beside every source here too. */
const AIR_FILES = {
  'daily.json': geozones('{"day":["ANY"],"startTime":"10:00Z","endTime":"12:00Z"}'),
  'weekend.json': geozones('{"day":["SAT","SUN"],"startTime":"10:00Z","endTime":"12:00Z"}'),
  'daylight.json': geozones('{"day":["ANY"],"startEvent":"SR","endEvent":"SS"}'),
  'two.plan': `{"fileType":"Plan","geoFence":{"version":2,"circles":[],"polygons":[${fence(1)},${fence(10)}]}}`,
};
const airZones = (entry: string) => `zones: [ { file: ${entry} } ]\n`;

/** By remedy, with `…` for what is filled in: how it was followed, each time with another thing meant. */
const FOLLOWED: Readonly<Record<string, readonly Followed[]>> = {
  'If its numbers are …, add "unit: …" beside "file"; else let the axes count deg, with a scale.': [
    {
      wrong: AREAS,
      follow: (wrong, remedy) => wrong.replace('geojson }', `geojson, ${quoted(remedy)} }`),
      meant: AREAS.replace('geojson }', 'geojson, unit: mm }'),
    },
  ],
  'Add "limits: { unit: … }".': [
    {
      wrong: WHOLE.replace('limit: 40', 'limit: 40 km/h'),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: `${WHOLE}limits: { unit: km/h }\n`,
    },
  ],
  'Add "limits: { unit: ... }".': [
    {
      wrong: TABLE.replace('limits: { unit: km/h }\n', ''),
      rows: ROWS,
      follow: (wrong, remedy) => `${wrong}${quoted(remedy).replace('...', 'km/h')}\n`,
      meant: TABLE,
    },
  ],
  'Add "phase: { unit: tick, period: N }".': [
    {
      wrong: SHIFT.replace(/phase.*\n/, '').replace('from: 50, to: 10', 'from: 5, to: 10'),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy).replace('N', '60')}\n`,
      meant: SHIFT.replace('from: 50, to: 10', 'from: 5, to: 10').replace('unit: s', 'unit: tick'),
    },
  ],
  'Add "phase: { unit: tick, period: … }".': [
    {
      wrong: PHASES,
      rows: PHASE_ROWS,
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: `${PHASES}phase: { unit: tick, period: 2 }\n`,
      meantRows: PHASE_ROWS,
    },
  ],
  'All the way round is ….': [
    {
      wrong: RING.replace('from: 0, to: 400', 'from: 400, to: 400').replace(/ {2}- \{ id: b.*\n/, ''),
      follow: replacing('{ from: 400, to: 400 }', firstOf(/is (\{.*\})\./)),
      meant: RING.replace('to: 400', 'to: 1000').replace(/ {2}- \{ id: b.*\n/, ''),
    },
    {
      wrong: RING.replace('from: 0, to: 400', 'from: 1000, to: 0').replace(/ {2}- \{ id: b.*\n/, ''),
      follow: replacing('{ from: 1000, to: 0 }', firstOf(/is (\{.*\})\./)),
      meant: RING.replace('to: 400', 'to: 1000').replace(/ {2}- \{ id: b.*\n/, ''),
    },
    {
      wrong: PHASED.replace('period: 60', 'period: 60, wraps: true').replace(
        'limit: 40 }',
        'limit: 40, when: { from: 60, to: 0 } }',
      ),
      follow: replacing('{ from: 60, to: 0 }', firstOf(/is (\{.*\})\./)),
      meant: PHASED.replace('period: 60', 'period: 60, wraps: true'),
    },
  ],
  'Convert it to … in the table.': [
    {
      wrong: TABLE,
      rows: ROWS.replace('60,km/h', '60,m'),
      follow: (wrong) => wrong,
      followRows: replacing('60,m', (remedy) => `60,${firstOf(/to (.+) in the/)(remedy)}`),
      meant: TABLE,
    },
  ],
  'Did you mean "…"?': [
    { wrong: WHOLE.replace('limit: 40', 'limt: 40'), follow: replacing('limt', quoted), meant: WHOLE },
    {
      wrong: `${WHOLE}outside: { action: slov }\n`,
      follow: replacing('slov', quoted),
      meant: `${WHOLE}outside: { action: slow }\n`,
    },
    {
      wrong: `${WHOLE.replace('to: 400', 'to: 500').replace('id: a', 'id: dock')}overlaps: [ { over: dok, under: b } ]\n`,
      follow: replacing('dok,', (remedy) => `${quoted(remedy)},`),
      meant: `${WHOLE.replace('to: 400', 'to: 500').replace('id: a', 'id: dock')}overlaps: [ { over: dock, under: b } ]\n`,
    },
    {
      wrong: TABLE.replace('limit: v', 'limit: speeed'),
      rows: ROWS.replace('v', 'speed'),
      follow: replacing('speeed', quoted),
      meant: TABLE.replace('limit: v', 'limit: speed'),
      meantRows: ROWS.replace('v', 'speed'),
    },
  ],
  'Exchange "from" and "to": time does not come round.': [
    {
      wrong: TIME.replace(
        'from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00Z',
        'from: 2026-01-02T00:00:00Z, to: 2026-01-01T00:00:00Z',
      ),
      follow: (wrong) => wrong.replace(/from: (\S+), to: (\S+) \} \}$/m, 'from: $2, to: $1 } }'),
      meant: TIME,
    },
  ],
  'If it runs over the end of the axis, …, or add "wraps: true" to the axis; else exchange "from" and "to".':
    [
      {
        wrong: TURNED,
        follow: replacing('{ from: 900, to: 400 }', firstOf(/windows, (\[ .* \]), or/)),
        meant: RING_TURNED.replace(', wraps: true', ''),
      },
      {
        wrong: WHOLE.replace('from: 0, to: 400', 'from: 1000, to: 400'),
        follow: replacing('{ from: 1000, to: 400 }', firstOf(/write (\{ .* \}), or/)),
        meant: WHOLE,
      },
      {
        wrong: WHOLE.replace('from: 400, to: 1000', 'from: 400, to: 0'),
        follow: replacing('{ from: 400, to: 0 }', firstOf(/write (\{ .* \}), or/)),
        meant: WHOLE,
      },
      {
        wrong: WHOLE.replace('from: 400, to: 1000', 'from: 1000, to: 400'),
        follow: (wrong) => wrong.replace('from: 1000, to: 400', 'to: 1000, from: 400'),
        meant: WHOLE,
      },
      {
        wrong: TURNED,
        follow: (wrong, remedy) => wrong.replace('max: 1000', `max: 1000, ${quoted(remedy)}`),
        meant: RING_TURNED,
      },
    ],
  'Give it "limit: …".': [
    {
      wrong: BRAKED.replace('- { id: a', '- { id: c, at: { from: 0, to: 100 }, limit: 10 }\n  - { id: a')
        .replace('from: 0, to: 400', 'from: 110, to: 400')
        .concat('gaps: [ { id: g, at: { from: 100, to: 110 }, action: slow, limit: 50 } ]\n'),
      follow: replacing('limit: 50', quoted),
      meant: BRAKED.replace('- { id: a', '- { id: c, at: { from: 0, to: 100 }, limit: 10 }\n  - { id: a')
        .replace('from: 0, to: 400', 'from: 110, to: 400')
        .concat('gaps: [ { id: g, at: { from: 100, to: 110 }, action: slow, limit: 10 } ]\n'),
    },
  ],
  'Leave "target" out, or give "cycles".': [
    {
      wrong: `${WHOLE}budget: { steps: 9, target: rp2040 }\n`,
      follow: (wrong) => wrong.replace(', target: rp2040', ''),
      meant: `${WHOLE}budget: { steps: 9 }\n`,
    },
  ],
  'Keep one of "steps" and "cycles".': [
    {
      wrong: `${WHOLE}budget: { steps: 9, cycles: 200, target: rp2040 }\n`,
      follow: (wrong) => wrong.replace('steps: 9, ', ''),
      meant: `${WHOLE}budget: { cycles: 200, target: rp2040 }\n`,
    },
  ],
  'Add "check", "verdict" or "sweep".': [
    {
      wrong: `${WHOLE}budget: { cycles: {}, target: rp2040 }\n`,
      follow: (wrong, remedy) => wrong.replace('{}', `{ ${quoted(remedy)}: 200 }`),
      meant: `${WHOLE}budget: { cycles: 200, target: rp2040 }\n`,
    },
  ],
  'Name one of them, or give the budget in steps: { steps: 24 }.': [
    {
      wrong: `${WHOLE}budget: { cycles: 400, target: nano }\n`,
      follow: replacing('{ cycles: 400, target: nano }', firstOf(/(\{.*\})/)),
      meant: `${WHOLE}budget: { steps: 24 }\n`,
    },
  ],
  'Give the edition an epoch above ….': [
    {
      wrong: `${WHOLE}replaces: 7\n`,
      follow: replacing('epoch: 2', (remedy) => `epoch: ${Number(firstOf(/above (\d+)/)(remedy)) + 1}`),
      meant: `${WHOLE.replace('epoch: 2', 'epoch: 8')}replaces: 7\n`,
    },
  ],
  'Give them different tiers; both have tier ….': [
    {
      wrong: `${WHOLE.replace('to: 400', 'to: 500')}overlaps: by-tier\n`,
      follow: replacing(
        'limit: 40',
        (remedy) => `limit: 40, tier: ${Number(firstOf(/tier (\d+)/)(remedy)) + 1}`,
      ),
      meant: `${WHOLE.replace('to: 400', 'to: 500').replace('limit: 40', 'limit: 40, tier: 1')}overlaps: by-tier\n`,
    },
  ],
  'If it runs over the end of the period, …, or add "wraps: true" to the phase.': [
    {
      wrong: SHIFT,
      follow: replacing('{ from: 50, to: 10 }', firstOf(/(\[ \{.*\} \])/)),
      meant: SHIFT.replace('{ from: 50, to: 10 }', '[ { from: 0, to: 10 }, { from: 50, to: 60 } ]'),
    },
    {
      wrong: SHIFT,
      follow: replacing('period: 60', (remedy) => `period: 60, ${quoted(remedy)}`),
      meant: SHIFT.replace('{ from: 50, to: 10 }', '[ { from: 0, to: 10 }, { from: 50, to: 60 } ]'),
    },
  ],
  'Leave "approach" out.': [
    {
      wrong: BRAKED.replace('unit: mm,', 'unit: slot,'),
      follow: removing(/approach: .*\n/),
      meant: BRAKED.replace('unit: mm,', 'unit: slot,').replace(/approach: .*\n/, ''),
    },
  ],
  'Leave "wraps" out; what comes again and again is a phase.': [
    {
      wrong: TIME.replace('Z } ] }', 'Z, wraps: true } ] }'),
      follow: removing(', wraps: true'),
      meant: TIME,
    },
  ],
  'Move it, or write "cuts: true" to take the place out of the zone.': [
    {
      wrong: `${WHOLE}gaps: [ { id: g, at: { from: 100, to: 200 }, action: slow } ]\n`,
      follow: replacing('action: slow', (remedy) => `action: slow, ${quoted(remedy)}`),
      meant: `${WHOLE.replace('{ from: 0, to: 400 }', '[ { from: 0, to: 100 }, { from: 200, to: 400 } ]')}gaps: [ { id: g, at: { from: 100, to: 200 }, action: slow } ]\n`,
    },
  ],
  'Move one, or add { over: …, under: … } or its reverse to "overlaps".': [
    {
      wrong: `${WHOLE.replace('to: 400', 'to: 500')}overlaps: []\n`,
      follow: (wrong, remedy) => wrong.replace('[]', `[ ${firstOf(/(\{.*\})/)(remedy)} ]`),
      meant: WHOLE,
    },
    {
      wrong: `${WHOLE.replace('to: 400', 'to: 500')}overlaps: []\n`,
      follow: (wrong, remedy) => {
        const [, over, under] = /over: (.*?), under: (.*?) \}/.exec(remedy) ?? [];
        return wrong.replace('[]', `[ { over: ${under}, under: ${over} } ]`);
      },
      meant: WHOLE.replace('to: 400', 'to: 500').replace('from: 400', 'from: 500'),
    },
  ],
  'If it is all of it, write …; else correct it.': [
    {
      wrong: WHOLE.replace('from: 0, to: 400', 'from: 1000, to: 0').replace(/ {2}- \{ id: b.*\n/, ''),
      follow: replacing('{ from: 1000, to: 0 }', firstOf(/write (\{.*\});/)),
      meant: WHOLE.replace('to: 400', 'to: 1000').replace(/ {2}- \{ id: b.*\n/, ''),
    },
    {
      wrong: PHASED.replace('limit: 40 }', 'limit: 40, when: { from: 60, to: 0 } }'),
      follow: replacing('{ from: 60, to: 0 }', firstOf(/write (\{.*\});/)),
      meant: PHASED,
    },
  ],
  'Move one, or say who wins with "overlaps: by-tier" or "overlaps: lowest-limit".': [
    {
      wrong: WHOLE.replace('to: 400', 'to: 500').replace('limit: 60', 'limit: 60, tier: 1'),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: WHOLE.replace('limit: 60', 'limit: 60, tier: 1'),
    },
    {
      wrong: WHOLE.replace('to: 400', 'to: 500').replace('limit: 60', 'limit: 60, tier: 1'),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy, 1)}\n`,
      meant: WHOLE.replace('to: 400', 'to: 500')
        .replace('from: 400', 'from: 500')
        .replace('limit: 60', 'limit: 60, tier: 1'),
    },
  ],
  'Move one, or say who wins with "overlaps: by-tier".': [
    {
      wrong: WHOLE.replace('to: 400', 'to: 500').replace('limit: 60', 'limit: 40, tier: 1'),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: WHOLE.replace('limit: 60', 'limit: 40, tier: 1'),
    },
  ],
  'Move one, or say who wins with "overlaps: lowest-limit".': [
    {
      wrong: WHOLE.replace('to: 400', 'to: 500'),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: WHOLE.replace('to: 400', 'to: 500').replace('from: 400', 'from: 500'),
    },
  ],
  'Move one, or say who wins with "overlaps: [ { over: …, under: … } ]" or its reverse.': [
    {
      wrong: WHOLE.replace('to: 400', 'to: 500').replace(', limit: 40', '').replace(', limit: 60', ''),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: WHOLE.replace(', limit: 40', '').replace(', limit: 60', ''),
    },
  ],
  'On a ring places lie from … to …: this one is ….': [
    {
      wrong: RING.replace('at: { from: 0, to: 400 }', 'at: { from: 900, to: 1400 }').replace(
        'to: 1000 }',
        'to: 900 }',
      ),
      follow: replacing('1400', firstOf(/one is (.*)\.$/)),
      meant: RING.replace('at: { from: 0, to: 400 }', 'at: { from: 900, to: 400 }').replace(
        'to: 1000 }',
        'to: 900 }',
      ),
    },
  ],
  'Remove the leading zeros: ….': [
    {
      wrong: WHOLE.replaceAll('400', '0400'),
      follow: (wrong, remedy) => wrong.replaceAll('0400', firstOf(/: (.*)\.$/)(remedy)),
      meant: WHOLE,
    },
    {
      wrong: WHOLE.replaceAll('400', '0.400 m').replace('to: 1000', 'to: 0001.000 m'),
      follow: (wrong, remedy) => wrong.replaceAll('0001.000 m', firstOf(/: (.*)\.$/)(remedy)),
      meant: WHOLE,
    },
  ],
  'Remove the quotes.': [
    { wrong: WHOLE.replaceAll('400', '"400"'), follow: (wrong) => wrong.replaceAll('"', ''), meant: WHOLE },
  ],
  'Say what it counts, such as "unit: mm".': [
    {
      wrong: WHOLE.replace('unit: mm, ', ''),
      follow: replacing('name: s,', (remedy) => `name: s, ${quoted(remedy)},`),
      meant: WHOLE,
    },
  ],
  'Say what the loop counts: "unit: tick", or a unit of time such as "unit: ms".': [
    {
      wrong: SHIFT.replace('unit: s, period', 'period').replace('from: 50, to: 10', 'from: 5, to: 10'),
      follow: replacing('period', (remedy) => `${quoted(remedy)}, period`),
      meant: SHIFT.replace('from: 50, to: 10', 'from: 5, to: 10').replace('unit: s', 'unit: tick'),
    },
  ],
  'Say which clock it is: …Z, or an offset such as +01:00.': [
    {
      wrong: TIME.replace('2026-01-02T00:00:00Z } }', '2026-01-02T00:00:00 } }'),
      follow: replacing('2026-01-02T00:00:00 } }', (remedy) => `${firstOf(/is: (.*?),/)(remedy)} } }`),
      meant: TIME,
    },
  ],
  'Say which speed they are, such as "limits: { unit: …/s }".': [
    {
      wrong: BRAKED.replace('limits: { unit: mm/s }\n', ''),
      follow: (wrong, remedy) => `${wrong}${quoted(remedy)}\n`,
      meant: BRAKED,
    },
  ],
  'A date alone has no time and no offset: its first moment is …T00:00:00, with an offset or Z behind it.': [
    {
      wrong: TIME.replace('2026-01-02T00:00:00Z } }', '2026-01-02 } }'),
      follow: replacing('2026-01-02 } }', (remedy) => `${firstOf(/moment is (.*?),/)(remedy)}Z } }`),
      meant: TIME,
    },
  ],
  'The nearest are … and ….': [
    { wrong: WHOLE.replace('epoch: 2', 'epoch: 2.5'), follow: replacing('2.5', nearest), meant: WHOLE },
    {
      wrong: WHOLE.replace('epoch: 2', 'epoch: 2.5'),
      follow: replacing('2.5', otherNearest),
      meant: WHOLE.replace('epoch: 2', 'epoch: 3'),
    },
  ],
  'The nearest are … and …: write the lower one, or choose a finer unit of limits.': [
    {
      wrong: TABLE.replace(', limitUnit: u', '').replace(/limits.*\n/, ''),
      rows: ROWS.replace('40,', '40.5,').replaceAll(',km/h', '').replace(',u', ''),
      follow: (wrong) => wrong,
      followRows: (rows, remedy) => rows.replace('40.5', nearest(remedy)),
      meant: TABLE,
    },
  ],
  'The nearest are … and …: …write …….': [
    {
      wrong: WHOLE.replaceAll('400', '0.4003 m'),
      follow: (wrong, remedy) => wrong.replaceAll('0.4003 m', nearest(remedy)),
      meant: WHOLE,
    },
    {
      wrong: WHOLE.replaceAll('400', '0.4003 m'),
      follow: (wrong, remedy) => wrong.replaceAll('0.4003 m', otherNearest(remedy)),
      meant: WHOLE.replaceAll('400', '401'),
    },
    {
      wrong: WHOLE.replaceAll('400', '0.4003 m'),
      follow: replacing('max: 1000', (remedy) => `max: 1000, ${quoted(remedy)}`),
      meant: WHOLE,
    },
    {
      wrong: WHOLE.replace('zones:', 'limits: { unit: km/h }\nzones:').replace('limit: 40', 'limit: 25 mph'),
      follow: replacing('25 mph', nearest),
      meant: WHOLE,
    },
    {
      wrong: WHOLE.replace('zones:', 'limits: { unit: km/h }\nzones:').replace('limit: 40', 'limit: 25 mph'),
      follow: replacing('unit: km/h', (remedy) => `unit: km/h, ${quoted(remedy)}`),
      meant: WHOLE,
    },
    {
      wrong: TIME.replace('02T00:00:00Z } ]', '02T00:00:00.0Z } ]')
        .replace(/to: [^ ]+ \}/, 'to: 2026-01-01T23:59:59.4Z }')
        .concat('gaps: [ { anywhere: true, action: hold } ]\n'),
      follow: replacing('unit: s', quoted),
      meant: TIME.replace('unit: s', 'unit: ms')
        .replace(/to: [^ ]+ \}/, 'to: 2026-01-01T23:59:59.4Z }')
        .concat('gaps: [ { anywhere: true, action: hold } ]\n'),
    },
    {
      wrong: PHASED.replace('limit: 60 }', 'limit: 60, when: { from: 0, to: 10.4 } }').concat(
        'gaps: [ { anywhere: true, action: hold } ]\n',
      ),
      follow: replacing('period: 60', (remedy) => `period: 60, ${quoted(remedy)}`),
      meant: PHASED.replace('limit: 60 }', 'limit: 60, when: { from: 0, to: 10 } }').concat(
        'gaps: [ { anywhere: true, action: hold } ]\n',
      ),
    },
    {
      wrong: TIME.replace('02T00:00:00Z } ]', '02T00:00:00.0Z } ]')
        .replace(/to: [^ ]+ \}/, 'to: 2026-01-01T23:59:59.4Z }')
        .concat('gaps: [ { anywhere: true, action: hold } ]\n'),
      follow: replacing('2026-01-01T23:59:59.4Z', nearest),
      meant: TIME.replace(/to: [^ ]+ \}/, 'to: 2026-01-01T23:59:59Z }').concat(
        'gaps: [ { anywhere: true, action: hold } ]\n',
      ),
    },
  ],
  'Did you mean "…"? If not, leave this condition out.': [
    {
      wrong: FILTERED.replace('s=open', 's=open", "s=clsed'),
      rows: FILTER_ROWS,
      follow: replacing('clsed', quoted),
      meant: FILTERED.replace('s=open', 's=open", "s=closed'),
      meantRows: FILTER_ROWS,
    },
    {
      wrong: FILTERED.replace('s=open', 's=open", "s=clsed'),
      rows: FILTER_ROWS,
      follow: removing(', "s=clsed"'),
      meant: FILTERED,
      meantRows: FILTER_ROWS,
    },
  ],
  'Write them into the names of the columns, such as "…", and take the row out.': [
    {
      wrong: TABLE,
      rows: ROWS.replace('u\n', 'u\nmm,mm,km/h,\n'),
      follow: (wrong) => wrong.replace('from: a', 'from: "a [mm]"').replace('to: b', 'to: "b [mm]"'),
      followRows: (rows, remedy) =>
        rows.replace('a,b,', `${quoted(remedy)},b [mm],`).replace('mm,mm,km/h,\n', ''),
      meant: TABLE,
    },
  ],
  'Say …, or rename the column.': [
    {
      wrong: TABLE.replace('from: a', 'from: a_m').replace('to: b', 'to: b_m'),
      rows: 'a_m,b_m,v,u\n0,0.4,40,km/h\n0.4,1,60,km/h\n',
      follow: replacing('{ file: t.csv,', (remedy) => `{ file: t.csv, ${firstOf(/Say (.+?), or/)(remedy)},`),
      meant: TABLE,
    },
  ],
  'To make it an axis of time, write its origin as a timestamp: "origin: 2026-01-01T00:00:00Z".': [
    {
      wrong: TIME.replace(/origin: .*?, /, ''),
      follow: replacing('min:', (remedy) => `${quoted(remedy)}, min:`),
      meant: TIME,
    },
  ],
  'Write "holdfast: …".': [
    {
      wrong: WHOLE.replace('holdfast: 1', 'holdfast: 2'),
      follow: replacing('holdfast: 2', quoted),
      meant: WHOLE,
    },
  ],
  'Write a limit from 0 on, or leave "approach" out.': [
    {
      wrong: BRAKED.replace('limit: 40', 'limit: -40'),
      follow: replacing('limit: -40', () => 'limit: 40'),
      meant: BRAKED,
    },
  ],
  'Write a number with its unit, such as ….': [
    {
      wrong: BRAKED.replace('5 mm/s2', '5'),
      follow: replacing('deceleration: 5', () => 'deceleration: 5 mm/s2'),
      meant: BRAKED,
    },
  ],
  'Let the loop count from …, "phase: { unit: s, period: … }", or write "periods: ignore".': [
    {
      wrong: `${AIR}${airZones('daily.json, periods: day')}`,
      follow: (wrong, remedy) => wrong.replace('zones:', `${firstOf(/"(phase: .*? })"/)(remedy)}\nzones:`),
      meant: `${OF_A_DAY}${airZones('daily.json, periods: day')}`,
    },
  ],
  'Write "periods: week", with a phase of 7 d.': [
    {
      wrong: `${OF_A_DAY}${airZones('weekend.json, periods: day')}`,
      follow: (wrong, remedy) =>
        wrong.replace('periods: day', quoted(remedy)).replace('1 d', firstOf(/of (.*?)\.$/)(remedy)),
      meant: `${OF_A_DAY.replace('1 d', '7 d')}${airZones('weekend.json, periods: week')}`,
    },
  ],
  'Write times in their place, or "periods: ignore" if it may hold all day.': [
    {
      wrong: `${OF_A_DAY}${airZones('daylight.json, periods: day')}`,
      follow: replacing('periods: day', quoted),
      meant: `${OF_A_DAY}${airZones('daylight.json, periods: ignore')}`,
    },
  ],
  'Write "inclusions: any" if one is enough, else draw what they share as one polygon.': [
    {
      wrong: `${AIR}${airZones('two.plan')}`,
      follow: replacing('two.plan', (remedy) => `two.plan, ${quoted(remedy)}`),
      meant: `${AIR}${airZones('two.plan, inclusions: any')}`,
    },
  ],
  'Write it in …….': [
    {
      wrong: WHOLE.replaceAll('400', '400 s'),
      follow: (wrong, remedy) => wrong.replaceAll('400 s', `400 ${firstOf(/in (.*?),/)(remedy)}`),
      meant: WHOLE,
    },
  ],
  'Write km+mmm, such as 12+400 or 26.0+100, or a length with its unit.': [
    {
      wrong: WHOLE.replace('max: 1000', 'max: 1 km')
        .replace('to: 1000', 'to: 1+00')
        .replace('unit: mm', 'unit: m')
        .replaceAll('400', '400 m'),
      follow: replacing('to: 1+00', () => 'to: 1+000'),
      meant: WHOLE.replace('unit: mm', 'unit: m'),
    },
  ],
};

async function tried(source: string, rows: string | undefined) {
  const files = {
    'm.yaml': source,
    'a.geojson': AREA_FILE,
    ...AIR_FILES,
    ...(rows === undefined ? {} : { 't.csv': rows }),
  };
  try {
    const map = await loadMap('m.yaml', memoryReader(files));
    if (isPlane(map)) return map;
    const { windows, rules, axis, phasePeriod, epoch } = map;
    return { windows, rules, axis, phasePeriod, epoch };
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}

/** Whether a remedy is one of those with this text. */
function hasShape(remedy: string, shape: string): boolean {
  const pattern = shape.split(/…+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[\\s\\S]*')}$`).test(remedy);
}

test('every remedy that proposes a text is followed here, and no other', () => {
  const remedies = remediesInCode();
  expect(remedies.length).toBeGreaterThan(80);
  const missing = remedies.filter((remedy) => proposesText(remedy) && FOLLOWED[remedy] === undefined);
  expect(missing.filter((remedy) => !OPEN.includes(remedy))).toEqual([]);
  expect(Object.keys(FOLLOWED).filter((remedy) => !remedies.includes(remedy))).toEqual([]);
});

/** Texts that are only a beginning: what follows is the author's to say. */
const OPEN = ['A map source begins with "holdfast: 1".', 'Order zones by tier instead: "overlaps: by-tier".'];

describe.each(Object.entries(FOLLOWED).filter(([, cases]) => cases.length > 0))('%s', (shape, cases) => {
  test.each(cases.map((one, index) => [index + 1, one] as const))('followed, %i', async (_index, one) => {
    const mistakes = (await tried(one.wrong, one.rows)) as readonly Diagnostic[];
    expect(Array.isArray(mistakes), one.wrong).toBe(true);
    const found = mistakes.find(({ remedy }) => hasShape(remedy, shape));
    expect(found, mistakes.map(({ message, remedy }) => `${message}. ${remedy}`).join('\n')).toBeDefined();
    const remedy = found?.remedy ?? '';
    const source = one.follow(one.wrong, remedy);
    const rows = one.followRows === undefined ? one.rows : one.followRows(one.rows ?? '', remedy);
    expect(source + rows).not.toBe(one.wrong + one.rows);
    const wanted = await tried(one.meant, one.meantRows ?? ROWS);
    expect(Array.isArray(wanted), one.meant).toBe(false);
    expect(await tried(source, rows)).toEqual(wanted);
  });
});
