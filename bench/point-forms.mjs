/**
 * What a million points cost in each form that people write them in: CPU time of `holdfast check --points`, against whole numbers in the
 * same run. `node bench/point-forms.mjs` prints the table of RESULTS.md, `node bench/point-forms.mjs 50000` one of fewer points.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPath, packageUrl } from '../build/js/host/common/root.js';
import { compileSource } from '../build/js/host/compile/compile.js';
import { lineSource, sequence } from './maps.mjs';
import { cpuSeconds } from './points.mjs';

const POINTS = 1_000_000;

/** `digits` of them, zeros before the number included. */
const digits = (random, count) => `${random(10 ** count)}`.padStart(count, '0');
const grouped = (number, mark) => `${number}`.replace(/\B(?=(?:[0-9]{3})+$)/g, mark);
const metres = (random, mark, places) => `${random(20_000)}${mark}${digits(random, places)}`;
const day = (random) => new Date(1_783_159_200_000 + random(10 ** 8) * 1000).toISOString();

/**
 * Tables of points: the map, the header, how a row is written, what was said, what the file begins with, and how lines end.
 * `line` counts mm, and phases in tenths of a second; `marks` is the same with names of places; `plane` counts mm, `time` seconds.
 */
export const POINT_FORMS = [
  { name: 'whole numbers', map: 'line', header: 'x', row: (r) => `${r(20e6)}` },
  {
    name: '`12.345`, the unit in the header',
    header: 'x (m)',
    row: (r) => metres(r, '.', 3),
    said: { decimal: '.' },
  },
  {
    name: '` 3.355 m `, empty lines between',
    header: 'x',
    row: (r) => ` ${metres(r, '.', 3)} m `,
    end: '\n\n',
    said: { decimal: '.', separator: '\t' },
  },
  {
    name: '`"1933,310";0` with a byte order mark and CR LF',
    header: 'x (m);phase',
    row: (r) => `"${metres(r, ',', 3)}";0`,
    start: '\ufeff',
    end: '\r\n',
    said: { decimal: ',' },
  },
  { name: '`12.5`, the unit in the header', header: 'x (m)', row: (r) => metres(r, '.', 1) },
  { name: '`5.250000`, the header in km', header: 'x (km)', row: (r) => `${r(20)}.${digits(r, 6)}` },
  { name: '`12.50 m`', header: 'x', row: (r) => `${metres(r, '.', 2)} m` },
  {
    name: '`12.345 m`, the blank one that does not break',
    header: 'x',
    row: (r) => `${metres(r, '.', 3)}\u00a0m`,
    said: { decimal: '.' },
  },
  {
    name: 'km, m and mm in turn',
    header: 'x',
    row: (r) => [`${r(20)} km`, `${metres(r, '.', 1)} m`, `${r(20e6)} mm`][r(3)],
  },
  {
    name: '`-12.50`, `+12.50` and `12.50`',
    header: 'x (m)',
    row: (r) => `${['-', '+', ''][r(3)]}${metres(r, '.', 2)}`,
  },
  { name: '`00012.50`', header: 'x (m)', row: (r) => `${digits(r, 5)}.${digits(r, 2)}` },
  { name: '`12.345.678`', header: 'x', row: (r) => grouped(r(20e6), '.'), said: { thousands: '.' } },
  {
    name: '`12 345,678`',
    header: 'x (m)',
    row: (r) => `${grouped(r(20_000), ' ')},${digits(r, 3)}`,
    said: { decimal: ',', thousands: ' ', separator: ';' },
  },
  {
    name: "`12'345.678`",
    header: 'x (m)',
    row: (r) => `${grouped(r(20_000), "'")}.${digits(r, 3)}`,
    said: { decimal: '.', thousands: "'" },
  },
  { name: '`5+000`', header: 'x', row: (r) => `${r(20)}+${digits(r, 3)}` },
  { name: '`5+000.25`', header: 'x', row: (r) => `${r(20)}+${digits(r, 3)}.${digits(r, 2)}` },
  { name: '`26.0+050`', header: 'x', row: (r) => `${r(20)}.${r(10)}+${digits(r, 3)}` },
  {
    name: '`="12,50";3`',
    header: 'x (m);phase',
    row: (r) => `="${metres(r, ',', 2)}";${r(100)}`,
    said: { decimal: ',' },
  },
  {
    name: '`12.345|12.5 s`',
    header: 'x (m)|phase',
    row: (r) => `${metres(r, '.', 3)}|${r(60)}.${r(10)} s`,
    said: { decimal: '.' },
  },
  {
    name: '`7.5;12,345`, phases first, their unit in the header',
    header: 'phase (s);x (m)',
    row: (r) => `${r(60)}.${r(10)};${metres(r, ',', 3)}`,
    said: { decimal: ',' },
  },
  {
    name: 'names of places among `12.5 m`',
    map: 'marks',
    header: 'x',
    row: (r) => ['Alpha', 'beta', 'Gate 3', `${metres(r, '.', 1)} m`][r(4)],
  },
  {
    name: 'a plane, `12.345,3.25`',
    map: 'plane',
    header: 'x (m),y (m)',
    row: (r) => `${r(80)}.${digits(r, 3)},${r(50)}.${digits(r, 2)}`,
    said: { decimal: '.' },
  },
  {
    name: 'a plane, `"12,345 m";"3,25 m";5`',
    map: 'plane',
    header: 'x;y;phase',
    row: (r) => `"${r(80)},${digits(r, 3)} m";"${r(50)},${digits(r, 2)} m";${r(60)}`,
    end: '\r\n',
    said: { decimal: ',' },
  },
  { name: '`2026-07-04T10:00:00.000Z`', map: 'time', header: 'x', row: day },
  {
    name: '`04.07.2026 12:00;5`',
    map: 'time',
    header: 'x;phase',
    row: (r) => `${day(r).replace(/^(....)-(..)-(..)T(..:..).*/, '$3.$2.$1 $4')};${r(60)}`,
    said: { dates: 'dd.mm.yyyy', offset: '+02:00' },
  },
];

/** Text of a table with so many points, the same each time. */
export function tableOf({ header, row, start = '', end = '\n' }, points) {
  const random = sequence(7);
  return `${start}${header}${end}${Array.from({ length: points }, () => row(random) + end).join('')}`;
}

const SPELLED = {
  '.': 'point',
  ',': 'comma',
  ' ': 'space',
  "'": 'apostrophe',
  ';': 'semicolon',
  '\t': 'tab',
};

function optionsOf(said = {}) {
  return Object.entries(said).flatMap(([name, value]) => [`--${name}`, SPELLED[value] ?? value]);
}

const TIME_SOURCE = `holdfast: 1
map: days
epoch: 1
space: { axes: [ { name: t, unit: s, origin: 2026-01-01T00:00:00Z, min: 2026-01-01T00:00:00Z, max: 2060-01-01T00:00:00Z } ] }
phase: { unit: s, period: 60 s }
zones: [ { id: all, at: { from: 2026-01-01T00:00:00Z, to: 2060-01-01T00:00:00Z } } ]
`;

/** Files of the maps, by name. */
async function writeMaps(folder) {
  const line = lineSource({ segments: 4096, zones: 64 }).text.replace(
    'zones:',
    'phase: { unit: s, scale: 10, period: 100 s }\nzones:',
  );
  const marks =
    'marks: [ { name: Alpha, at: 5 m }, { name: Beta, at: 50 m }, { name: Gate 3, at: 60 m } ]\nzones:';
  const files = Object.fromEntries(
    ['line', 'marks', 'plane', 'time'].map((name) => [name, join(folder, `${name}.map.yaml`)]),
  );
  writeFileSync(files.line, line);
  writeFileSync(files.marks, line.replace('zones:', marks));
  writeFileSync(files.time, TIME_SOURCE);
  files.plane = fileURLToPath(packageUrl('firmware-maps/depot/depot.map.yaml'));
  for (const name of ['line', 'plane', 'time']) {
    const { image } = await compileSource(files[name]);
    files[name] = join(folder, `${name}.img`);
    writeFileSync(files[name], image);
  }
  return files;
}

/** Prints a line for each form. */
async function main(points) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-point-forms-'));
  try {
    const maps = await writeMaps(folder);
    const table = join(folder, 'points.csv');
    let whole = 0;
    console.log('| form | s of CPU | against whole numbers |\n|---|---|---|');
    for (const form of POINT_FORMS) {
      writeFileSync(table, tableOf(form, points));
      const argv = [
        commandPath(),
        'check',
        maps[form.map ?? 'line'],
        '--points',
        table,
        ...optionsOf(form.said),
      ];
      const seconds = cpuSeconds(argv, folder);
      if (whole === 0) whole = seconds;
      console.log(
        `| ${form.name.replaceAll('|', '\\|')} | ${seconds.toFixed(2)} | ${(seconds / whole).toFixed(2)} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(Number(process.argv[2] ?? POINTS));
