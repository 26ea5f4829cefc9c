/**
 * How time grows with a map, each size in a process of its own: compiling tables of rows, and zones that have their own windows, against
 * a smaller one scaled up by its size (1 is linear); reports on 100,000 segments beyond reading their images.
 */
import { spawnSync } from 'node:child_process';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { compileApart } from './memory.mjs';

const ROWS = [1000, 10_000, 100_000, 1_000_000];
const ZONES = [1000, 4000];
const SEGMENTS = 100_000;
/** Seconds beyond reading, DESIGN. */
const REPORT_GOAL_SECONDS = 1;
const range = (count, each) => Array.from({ length: count }, (_, index) => each(index));

function source(end, period, zones) {
  return [
    ...['holdfast: 1', 'map: bench', 'epoch: 1'],
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${end} } ] }`,
    `phase: { unit: tick, period: ${period} }`,
    'zones:',
    ...zones,
    'gaps: [ { anywhere: true, action: hold } ]',
    '',
  ].join('\n');
}

const at = (index) => `at: { from: ${index * 10}, to: ${index * 10 + 10} }`;

/** Zones and windows of a source, by shape. */
const SHAPES = {
  'zones with their own place and window': (count) =>
    source(
      count * 10,
      count * 3,
      range(count, (i) => `  - { id: z${i}, ${at(i)}, when: { from: ${i * 3}, to: ${i * 3 + 2} } }`),
    ),
  'zones beside one with as many windows': (count) =>
    source((count + 1) * 10, count * 2, [
      ...range(count, (i) => `  - { id: z${i}, ${at(i)} }`),
      `  - { id: w, ${at(count)}, when: [ ${range(count, (i) => `{ from: ${2 * i}, to: ${2 * i + 1} }`).join(', ')} ] }`,
    ]),
};

/** Rows for the bench; tables have at most `rowsMax` rows. */
export function benchGrowth(rowsMax) {
  const rows = ROWS.filter((size) => size <= rowsMax).map((size) => ({
    size,
    seconds: compileApart(size).seconds,
  }));
  const zones = Object.keys(SHAPES).flatMap((shape) =>
    growthOf(
      (size) => `compile, ${size} ${shape}`,
      ZONES.map((size) => ({ size, seconds: apart('zones', shape, size).seconds })),
    ),
  );
  return [...growthOf((size) => `compile, ${size} rows of CSV`, rows), ...zones, ...reports()];
}

/** Each size against the one before it. */
function growthOf(nameOf, sizes) {
  return sizes.slice(1).map(({ size, seconds }, index) => {
    const smaller = sizes[index];
    const factor = size / smaller.size;
    const baseline = factor * smaller.seconds;
    const name = `${nameOf(size)}, against ${factor} × ${smaller.size}`;
    return { name, target: 'host', value: seconds, unit: 's of CPU', baseline, ratio: seconds / baseline };
  });
}

function reports() {
  const seconds = apart('reports', '', SEGMENTS);
  return Object.entries(seconds).map(([what, value]) => ({
    name: `${what}, ${SEGMENTS} segments, beyond reading, against the goal`,
    ...{
      target: 'host',
      value,
      unit: 's',
      baseline: REPORT_GOAL_SECONDS,
      ratio: value / REPORT_GOAL_SECONDS,
    },
  }));
}

function apart(...words) {
  const path = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...words.map(String)]);
  if (status !== 0) throw new Error(`${words.join(' ')} failed: ${stderr}`);
  return JSON.parse(String(stdout));
}

/** CPU time, user and system, in seconds. */
async function secondsOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const TASKS = {
  async zones(shape, size) {
    const { compileSource } = await import('../build/js/host/compile/compile.js');
    const { memoryReader } = await import('../build/js/host/source/reader.js');
    const reader = memoryReader({ 'bench.map.yaml': SHAPES[shape](Number(size)) });
    return { seconds: await secondsOf(() => compileSource('bench.map.yaml', { large: true, reader })) };
  },
  async reports(_shape, size) {
    const { audit } = await import('../build/js/host/audit/audit.js');
    const { comparePartitions } = await import('../build/js/host/audit/compare.js');
    const { readPartition } = await import('../build/js/host/image/read-partition.js');
    const { createPage } = await import('../build/js/host/report/html.js');
    const [before, after] = [await imageOf(Number(size), 10), await imageOf(Number(size), 11)];
    const [left, right] = [readPartition(before), readPartition(after)];
    return {
      audit: await secondsOf(() => JSON.stringify(audit(left))),
      diff: await secondsOf(() => JSON.stringify(comparePartitions(left, right))),
      html: await secondsOf(() => createPage(left, before)),
    };
  },
};

/** An image of a line whose every `gapEvery`th segment is a gap. */
async function imageOf(segments, gapEvery) {
  const { compileSource } = await import('../build/js/host/compile/compile.js');
  const { memoryReader } = await import('../build/js/host/source/reader.js');
  const rows = range(segments, (i) => `${i * 10},${i * 10 + 10},${i % 200}`);
  const csv = ['from,to,limit', ...rows.filter((_, i) => i % gapEvery !== gapEvery - 1), ''].join('\n');
  const text = source(segments * 10, 1, [
    '  - { file: r.csv, columns: { from: from, to: to, limit: limit } }',
  ]);
  const reader = memoryReader({ 'bench.map.yaml': text.replace(/^phase:.*\n/m, ''), 'r.csv': csv });
  return (await compileSource('bench.map.yaml', { large: true, reader })).image;
}

if (argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(await TASKS[argv[2]](argv[3], argv[4])));
