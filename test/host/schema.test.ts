import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadMap } from '../../host/compile/compile.ts';
import { mapSchema, mapSchemaText } from '../../host/schema/schema.ts';
import { OBJECTS } from '../../host/schema/table.ts';
import { type Diagnostic, SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { holdfast } from '../support/command.ts';
import { SHIPPED_MAPS, SHIPPED_PLANES } from '../support/shipped-maps.ts';

const SCHEMA_FILE = fileURLToPath(new URL('../../firmware-maps/map.schema.json', import.meta.url));

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validate = ajv.compile(mapSchema());

/** What the schema says of a source, as an editor would show it; empty when it has nothing to say. */
function schemaSays(source: string): string {
  return validate(parse(source)) ? '' : ajv.errorsText(validate.errors);
}

async function parserSays(source: string): Promise<readonly Diagnostic[]> {
  const files = { 'm.map.yaml': source, 't.csv': 'a,b\n0,100\n', 'a.geojson': AREAS };
  try {
    await loadMap('m.map.yaml', memoryReader(files));
    return [];
  } catch (error) {
    if (error instanceof SourceError) return error.diagnostics;
    throw error;
  }
}

describe('the published schema', () => {
  test('is the one that the table gives; `node host/schema/generate.mjs` writes it', async () => {
    expect(await readFile(SCHEMA_FILE, 'utf8')).toBe(mapSchemaText());
  });

  test('is what `holdfast schema` prints', async () => {
    const { code, stdout, stderr } = await holdfast(['schema']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(mapSchemaText());
  });

  test('describes every object and every field, ended by a full stop', () => {
    const texts = Object.values(OBJECTS).flatMap(({ says, fields }) => [
      says,
      ...Object.values(fields).map((field) => field.says),
    ]);
    expect(texts.length).toBeGreaterThan(80);
    for (const text of texts) expect(text).toMatch(/^[A-Z].*\.$/);
  });

  test.each([...SHIPPED_MAPS, ...SHIPPED_PLANES])(
    'takes %s, which names the schema in its first line',
    async (path) => {
      const source = await readFile(path, 'utf8');
      expect(source.split('\n')[0]).toBe('# yaml-language-server: $schema=../map.schema.json');
      expect(schemaSays(source)).toBe('');
    },
  );
});

const HEAD =
  'holdfast: 1\nmap: test\nepoch: 12\nspace: { axes: [ { name: s, unit: mm, min: 0, max: 100 } ] }\n';
const WHOLE = `${HEAD}phase: { unit: tick, period: 9 }
limits: { unit: km/h }
zones:
  - { id: a, at: [ { from: 0, to: 2 cm } ], when: { from: 0, to: 9 }, tier: 1, limit: 40 km/h }
  - { id: 7, at: { from: 20, to: 90 } }
gaps:
  - { id: g, at: { from: 15, to: 20 }, action: slow, limit: 5, cuts: true }
  - { anywhere: true, action: hold }
overlaps: by-tier
outside: { action: stop }
fault: { action: stop }
budget: { steps: 9 }
`;
const APPROACH = `${HEAD}limits: { unit: m/s }
approach: { deceleration: 0.5 m/s2, steps: 4, margin: 10 mm, toward: both }
zones: [ { id: a, at: { from: 0, to: 100 }, limit: 4 } ]
`;
const RING = `${HEAD.replace('max: 100', 'max: 100, wraps: true, round: nearest')}phase: { unit: ms, period: 6.5 s, wraps: true }
limits: { unit: km/h, round: down }
overlaps: lowest-limit
zones:
  - { id: a, at: { from: 90.0, to: 10.5 }, when: { from: 5 s, to: 1.5 s }, limit: 25 mph }
  - { id: b, at: { from: 0, to: 0+000.1 } }
gaps: [ { anywhere: true, action: hold } ]
marks: [ { name: Bern, at: 5.0 } ]
`;
const TABLE = `${HEAD}zones:\n  - { file: t.csv, columns: { from: a, to: b } }\n`;
const TIME = HEAD.replace(
  /space.*/,
  'space: { axes: [ { name: t, unit: s, origin: 2026-01-01T00:00:00Z, min: 2026-01-01T00:00:00Z, max: 2026-01-02T00:00:00+01:00 } ] }',
).concat('zones: [ { id: a, at: { from: 2026-01-01T00:00:00Z, to: 2026-01-01T23:00Z } } ]\n');

const PLANE = `${HEAD.replace('max: 100 }', 'max: 100 }, { name: r, unit: mm, min: -5, max: 10 cm }')}moves: { longest: 5 cm, cells: 64 }
limits: { unit: mm/s }
overlaps: by-tier
zones:
  - { id: a, at: { polygon: [[0, 0], [100, 0], [5 cm, 90]], holes: [[[40, 10], [45, 10], [45, 15]]] }, limit: 5 }
  - { id: b, tier: 1, at: [ { box: { from: [1, 1], to: [9, 9] } }, { capsule: { from: [20, 20], to: [30, 20], radius: 3 mm } } ] }
  - { file: a.geojson, unit: mm, where: kind=a, properties: { id: name, tier: rank, limit: v, limitUnit: per }, tier: 9 }
gaps:
  - { id: g, at: { circle: { at: [50, 50], radius: 5 } }, action: stop, cuts: true }
  - { file: a.geojson, unit: mm, where: [ kind=b ], properties: { id: name, action: do }, cuts: true, id: c, layers: ignore, dates: ignore, periods: ignore }
  - { anywhere: true, action: hold }
`;
const square = (x: number) => `[[[${x},${x}],[${x + 2},${x}],[${x + 2},${x + 2}],[${x},${x}]]]`;
const feature = (properties: string, x: number) =>
  `{"type":"Feature","properties":${properties},"geometry":{"type":"Polygon","coordinates":${square(x)}}}`;
const AREAS = `{"type":"FeatureCollection","features":[${feature('{"kind":"a","name":"n","rank":3,"v":4,"per":"mm/s"}', 60)},${feature('{"kind":"b","name":"m","do":"slow"}', 70)}]}`;

describe('schema and parser agree', () => {
  test.each([
    ['fields of every kind', WHOLE],
    ['a table', TABLE],
    ['an approach', APPROACH],
    ['a plane', PLANE],
    ['what goes around, decimals and rounding', RING],
    ['an axis of time', TIME],
    ['editions replaced', `${TABLE}replaces: [ 11, 10@3fa9c2 ]\n`],
    ['one edition replaced', `${TABLE}replaces: 11@3fa9c2\n`],
    ['orders', `${TABLE}overlaps: []\n`],
  ])('right for both: %s', async (_name, source) => {
    expect(await parserSays(source)).toEqual([]);
    expect(schemaSays(source)).toBe('');
  });

  const MISTAKES: readonly (readonly [name: string, source: string])[] = [
    ['a list at the top', '- 1\n'],
    ['another version', WHOLE.replace('holdfast: 1', 'holdfast: 2')],
    ...['holdfast', 'map', 'epoch', 'space', 'zones'].map((field): readonly [string, string] => [
      `no ${field}`,
      field === 'zones'
        ? HEAD
        : `${HEAD.replace(new RegExp(`^${field}:.*\n`, 'm'), '')}zones: []\ngaps: [ { anywhere: true, action: hold } ]\n`,
    ]),
    ['an unknown field', `${WHOLE}overlapps: forbid\n`],
    ['an unknown field of a zone', WHOLE.replace('tier: 1', 'teir: 1')],
    ['an unknown field of an axis', WHOLE.replace('min: 0', 'min: 0, start: 0')],
    ['an unknown field of an interval', WHOLE.replace('from: 20', 'from: 20, by: 1')],
    ['an unknown column', TABLE.replace('to: b', 'to: b, speed: c')],
    ['a map id with capitals', WHOLE.replace('map: test', 'map: Test')],
    ['an empty map id', WHOLE.replace('map: test', 'map:')],
    ['epoch 0', WHOLE.replace('epoch: 12', 'epoch: 0')],
    ['an epoch in words', WHOLE.replace('epoch: 12', 'epoch: twelve')],
    ['nine editions replaced', `${TABLE}replaces: [ 1, 2, 3, 4, 5, 6, 7, 8, 9 ]\n`],
    ['a wrong hash prefix', `${TABLE}replaces: 11@xyz\n`],
    ['no axis', TABLE.replace(/axes: .*/, 'axes: [] }')],
    ['an axis that is no list', TABLE.replace(/axes: .*/, 'axes: { name: s, unit: mm, min: 0, max: 9 } }')],
    ['an axis without unit', TABLE.replace('unit: mm, ', '')],
    ['an axis without end', TABLE.replace(', max: 100', '')],
    ['scale 0', TABLE.replace('max: 100', 'max: 100, scale: 0')],
    ['a quoted number', TABLE.replace('max: 100', 'max: "100"')],
    ['a quoted limit', WHOLE.replace('limit: 5', 'limit: "5"')],
    ['a decimal quantity', TABLE.replace('max: 100', 'max: 0..1 m')],
    ['a naive timestamp', TIME.replace('23:00Z', '23:00')],
    ['a date alone', TIME.replace('2026-01-01T23:00Z', '2026-01-01')],
    ['an axis of time in mm', TIME.replace('unit: s', 'unit: mm')],
    ['an axis of time that ends in a number', TIME.replace(/max: [^ ]*/, 'max: 1767312000')],
    ['a timestamp as an end without origin', TIME.replace(/origin: [^,]*, /, '')],
    ['a phase without period', WHOLE.replace(', period: 9', '')],
    ['a phase in millimetres', WHOLE.replace('unit: tick', 'unit: mm')],
    ['period 0', WHOLE.replace('period: 9', 'period: 0')],
    ['limits without unit', WHOLE.replace('limits: { unit: km/h }', 'limits: {}')],
    ['zones that are no list', WHOLE.replace(/zones:\n.*\n.*\n/, 'zones: { id: a }\n')],
    ['a zone that is a word', WHOLE.replace('- { id: 7', '- word\n  - { id: 7')],
    ['a zone without id', WHOLE.replace('id: a, ', '')],
    ['a zone without place', WHOLE.replace('{ id: 7, at: { from: 20, to: 90 } }', '{ id: 7 }')],
    ['an interval without end', WHOLE.replace(', to: 90', '')],
    ['an empty list of intervals', WHOLE.replace('{ from: 20, to: 90 }', '[]')],
    ['an id that is none', WHOLE.replace('id: a,', 'id: "a b",')],
    ['tier 256', WHOLE.replace('tier: 1', 'tier: 256')],
    ['a negative tier', WHOLE.replace('tier: 1', 'tier: -1')],
    ['a limit beyond i32', WHOLE.replace('limit: 5', 'limit: 2147483648')],
    ['a limit that is no number', WHOLE.replace('limit: 5', 'limit: 5.5.5 m')],
    ['a gap rule without action', WHOLE.replace('action: slow, ', '')],
    ['an unknown action', WHOLE.replace('action: slow', 'action: halt')],
    ['cuts that is no yes or no', WHOLE.replace('cuts: true', 'cuts: maybe')],
    ['a catch-all that says false', WHOLE.replace('anywhere: true', 'anywhere: false')],
    ['a catch-all with a place', WHOLE.replace('anywhere: true', 'anywhere: true, at: { from: 1, to: 2 }')],
    ['an unknown way of overlaps', WHOLE.replace('by-tier', 'by-name')],
    ['an order without its lower zone', WHOLE.replace('by-tier', '[ { over: a } ]')],
    ['an outside without action', WHOLE.replace('outside: { action: stop }', 'outside: {}')],
    ['an outside that is a word', WHOLE.replace('outside: { action: stop }', 'outside: stop')],
    ['a table without columns', TABLE.replace(', columns: { from: a, to: b }', '')],
    ['a table without its column of ends', TABLE.replace(', to: b', '')],
    ['a budget without steps', WHOLE.replace('{ steps: 9 }', '{}')],
    ['a budget in cycles of no board', WHOLE.replace('steps: 9', 'cycles: 90')],
    ['a budget in cycles of no call', WHOLE.replace('steps: 9', 'cycles: {}, target: rp2040')],
    ['a budget in both', WHOLE.replace('steps: 9', 'steps: 9, cycles: 90, target: rp2040')],
    ['a budget in steps of a board', WHOLE.replace('steps: 9', 'steps: 9, target: rp2040')],
    ['a negative budget', WHOLE.replace('steps: 9', 'steps: -9')],
    ['three axes', PLANE.replace('max: 100 }', 'max: 100 }, { name: q, unit: mm, min: 0, max: 9 }')],
    ['a point of three', PLANE.replace('[100, 0]', '[100, 0, 0]')],
    ['a polygon of two points', PLANE.replace('[[0, 0], [100, 0], [5 cm, 90]]', '[[0, 0], [100, 0]]')],
    ['two shapes in one', PLANE.replace('{ box: {', '{ circle: { at: [9, 9], radius: 1 }, box: {')],
    ['a shape that is none', PLANE.replace('{ box: { from: [1, 1], to: [9, 9] } }', '{}')],
    ['a circle without radius', PLANE.replace(', radius: 5', '')],
    ['a box with holes', PLANE.replace('{ box: {', '{ holes: [], box: {')],
    ['layers that are none', PLANE.replace('layers: ignore', 'layers: 5')],
    ['dates that are none', PLANE.replace('dates: ignore', 'dates: 2026')],
    ['periods that are none', PLANE.replace('periods: ignore', 'periods: month')],
    ['inclusions that are none', PLANE.replace('dates: ignore', 'inclusions: all')],
    ['moves of no cells', PLANE.replace('cells: 64', 'cells: 0')],
    ['moves without length', PLANE.replace('longest: 5 cm, ', '')],
  ];
  test.each(MISTAKES)('wrong for both: %s', async (_name, source) => {
    expect([WHOLE, TABLE, TIME, PLANE]).not.toContain(source);
    expect(await parserSays(source)).not.toEqual([]);
    expect(schemaSays(source)).not.toBe('');
  });

  /** A source in which the object of each name has a field that nobody knows. */
  const WITH_UNKNOWN: Readonly<Record<string, string>> = {
    approach: APPROACH.replace('steps: 4', 'zzzz: 1, steps: 4'),
    mark: `${WHOLE}marks: [ { zzzzzz: 1, name: a, at: 5 } ]\n`,
    source: `${WHOLE}zzzzzz: 1\n`,
    space: WHOLE.replace('axes:', 'zzzzzz: 1, axes:'),
    axis: WHOLE.replace('name: s', 'zzzzzz: 1, name: s'),
    phase: WHOLE.replace('period: 9', 'zzzzzz: 1, period: 9'),
    limits: WHOLE.replace('unit: km/h }', 'unit: km/h, zzzzzz: 1 }'),
    interval: WHOLE.replace('from: 20', 'zzzzzz: 1, from: 20'),
    window: WHOLE.replace('when: { ', 'when: { zzzzzz: 1, '),
    zone: WHOLE.replace('id: a', 'zzzzzz: 1, id: a'),
    zoneTable: TABLE.replace('file:', 'zzzzzz: 1, file:'),
    tableOptions: TABLE.replace('file:', 'table: { zzzzzz: 1 }, file:'),
    tablePhases: TABLE.replace('file:', 'table: { phases: { zzzzzz: 1 } }, file:'),
    zoneColumns: TABLE.replace('from: a', 'zzzzzz: 1, from: a'),
    gap: WHOLE.replace('id: g', 'zzzzzz: 1, id: g'),
    catchAll: WHOLE.replace('anywhere:', 'zzzzzz: 1, anywhere:'),
    gapTable: TABLE.replace('zones:', 'zones: []\ngaps:').replace('file:', 'zzzzzz: 1, action: hold, file:'),
    gapColumns: TABLE.replace('zones:', 'zones: []\ngaps:').replace('from: a', 'zzzzzz: 1, from: a'),
    order: WHOLE.replace('by-tier', '[ { zzzzzz: 1, over: a, under: 7 } ]'),
    reaction: WHOLE.replace('outside: { ', 'outside: { zzzzzz: 1, '),
    budget: WHOLE.replace('steps: 9', 'steps: 9, zzzzzz: 1'),
    moves: PLANE.replace('cells: 64', 'cells: 64, zzzzzz: 1'),
    shape: PLANE.replace('{ polygon:', '{ zzzzzz: 1, polygon:'),
    box: PLANE.replace('from: [1, 1]', 'zzzzzz: 1, from: [1, 1]'),
    circle: PLANE.replace('radius: 5', 'radius: 5, zzzzzz: 1'),
    capsule: PLANE.replace('radius: 3 mm', 'radius: 3 mm, zzzzzz: 1'),
    zoneFile: PLANE.replace('where: kind=a', 'zzzzzz: 1, where: kind=a'),
    zoneProperties: PLANE.replace('tier: rank', 'tier: rank, zzzzzz: 1'),
    gapFile: PLANE.replace('where: [', 'zzzzzz: 1, where: ['),
    gapProperties: PLANE.replace('action: do', 'action: do, zzzzzz: 1'),
    cycles: WHOLE.replace('steps: 9', 'cycles: { check: 90, zzzzzz: 1 }, target: rp2040'),
  };

  test('every object of the table is tried', () => {
    expect(Object.keys(WITH_UNKNOWN).sort()).toEqual(Object.keys(OBJECTS).sort());
  });

  test.each(Object.entries(WITH_UNKNOWN))(
    'the fields of %s are those that the parser knows',
    async (name, source) => {
      const unknown = (await parserSays(source)).find(({ code }) => code === 'UNKNOWN_FIELD');
      const known = unknown?.remedy.replace(/^Fields known here: |\.$/g, '').split(', ') ?? [];
      expect(known.sort()).toEqual(Object.keys(OBJECTS[name]?.fields ?? {}).sort());
      expect(schemaSays(source)).not.toBe('');
    },
  );
});
