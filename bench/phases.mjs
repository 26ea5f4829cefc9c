/**
 * Compiling maps with 16 phases: how time and memory grow with the input. Each size is compiled in a process of its own, because peak
 * memory is a figure of a process.
 *
 *   apart:   every phase has its own 1/16 of the segments
 *   shared:  all segments hold in every phase, and a gap at another place in each: 16 times the cells
 */
import { spawnSync } from 'node:child_process';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { sequence } from './maps.mjs';

const PHASES = 16;

/** Rows `from,to,limit` of stretches from 0 on, and where they end. */
function table(segments, seed) {
  const random = sequence(seed);
  const rows = ['from,to,limit'];
  let from = 0;
  for (let i = 0; i < segments; i++) {
    const to = from + 1000 + random(9000);
    rows.push(`${from},${to},${i % 200}`);
    from = to;
  }
  return { csv: `${rows.join('\n')}\n`, end: from };
}

function source(end, zones, gaps) {
  return [
    'holdfast: 1',
    'map: bench',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${end} } ] }`,
    `phase: { unit: tick, period: ${PHASES} }`,
    'zones:',
    ...zones,
    'gaps:',
    ...gaps,
    '',
  ].join('\n');
}

const columns = 'columns: { from: from, to: to, limit: limit }';
const phases = Array.from({ length: PHASES }, (_, phase) => phase);
const when = (phase) => `when: { from: ${phase}, to: ${phase + 1} }`;

/** Files of a source by name; `segments` in all. */
function phasedSource(shape, segments) {
  if (shape === 'apart') {
    const tables = phases.map((phase) => table(Math.ceil(segments / PHASES), phase + 1));
    const end = Math.max(...tables.map((each) => each.end));
    const zones = phases.map((phase) => `  - { file: p${phase}.csv, ${columns}, ${when(phase)} }`);
    const files = Object.fromEntries(tables.map(({ csv }, phase) => [`p${phase}.csv`, csv]));
    return { ...files, 'bench.map.yaml': source(end, zones, ['  - { anywhere: true, action: hold }']) };
  }
  const { csv, end } = table(segments, segments);
  const zones = [`  - { file: rows.csv, ${columns} }`];
  const width = Math.floor(end / PHASES);
  const gaps = phases.map((phase) => {
    const at = `at: { from: ${phase * width + 10}, to: ${phase * width + 500} }`;
    return `  - { id: works-${phase}, ${at}, ${when(phase)}, action: slow, cuts: true }`;
  });
  return { 'rows.csv': csv, 'bench.map.yaml': source(end, zones, gaps) };
}

/**
 * A source of 16 phases that share `zones` zones: each phase has `segments` / 16 stretches of its own, every `gapEvery`th of them a gap
 * (0: none). What bytes a segment are measured on.
 */
export function phasedLine({ segments, zones, gapEvery = 0 }) {
  const random = sequence(segments);
  const places = Array.from({ length: zones }, () => []);
  const zonesAPhase = zones / PHASES;
  const end = (segments / PHASES) * 10_000;
  for (const phase of phases) {
    for (let i = 0, from = 0; i < segments / PHASES; i++) {
      const to = i === segments / PHASES - 1 ? end : i * 10_000 + 1000 + random(9000);
      const isGap = gapEvery > 0 && i % gapEvery === gapEvery - 1;
      if (!isGap) places[phase * zonesAPhase + (i % zonesAPhase)].push(`{ from: ${from}, to: ${to} }`);
      from = to;
    }
  }
  const lines = places.map(
    (at, zone) =>
      `  - { id: zone-${zone}, at: [${at.join(', ')}], ${when(Math.floor(zone / zonesAPhase))}, limit: ${zone} }`,
  );
  return source(end, lines, ['  - { anywhere: true, action: hold }']);
}

/** Seconds, peak bytes of the process, bytes of the image and cells, of a compilation apart; without segments, of the program itself. */
function compilePhasesApart(shape, segments) {
  const path = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, shape, String(segments)]);
  if (status !== 0) throw new Error(`compiling ${segments} segments failed: ${stderr}`);
  return JSON.parse(String(stdout));
}

/** Rows for the bench: time and memory of the largest size against the smaller ones, scaled up by their size; 1 is linear. */
export function phaseGrowth(sizes) {
  return ['apart', 'shared'].flatMap((shape) => {
    const none = compilePhasesApart(shape, 0);
    const [small, large] = sizes.map((size) => compilePhasesApart(shape, size));
    const factor = sizes[1] / sizes[0];
    const name = (what) =>
      `${what}, ${sizes[1]} segments in 16 phases, ${shape}, against ${factor} × ${sizes[0]}`;
    const row = (what, unit, value, baseline) => ({
      ...{ name: name(what), target: 'host', unit },
      ...{ value, baseline, ratio: value / baseline },
    });
    const mib = ({ peakBytes }) => (peakBytes - none.peakBytes) / 2 ** 20;
    return [
      row('compile', 's', large.seconds, factor * small.seconds),
      row('peak memory', 'MiB', mib(large), factor * mib(small)),
      row('image', 'bytes', large.bytes, factor * small.bytes),
    ];
  });
}

async function compileHere(shape, segments) {
  const { compileSource } = await import('../build/js/host/compile/compile.js');
  const { memoryReader } = await import('../build/js/host/source/reader.js');
  const reader = memoryReader(phasedSource(shape, Math.max(PHASES, segments)));
  const start = performance.now();
  const { summary } = await compileSource('bench.map.yaml', { large: true, reader });
  const seconds = (performance.now() - start) / 1000;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ seconds, peakBytes, bytes: summary.bytes, cells: summary.cells }));
}

if (argv[1] === fileURLToPath(import.meta.url)) await compileHere(argv[2], Number(argv[3]));
