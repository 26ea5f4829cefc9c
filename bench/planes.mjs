/**
 * `node bench/planes.mjs [--json] [--corners N]`: planes of many areas from GeoJSON. Which time of the processor a compilation takes, how
 * large its process becomes and its image; and checks a second of the core in Node against ray casts over the same areas, in the same run.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import booleanPointInPolygon from '@turf/boolean-point-in-polygon';
import Flatbush from 'flatbush';
import { compileSource } from '../build/js/host/compile/compile.js';
import { openImage } from '../build/js/host/core/checker.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { campaignOptions } from './options.mjs';

/** The last takes half a minute and more. */
const SIZES = [1_000, 10_000, 60_000];
const QUICK = SIZES.slice(0, -1);
const CORNERS_A_STAR = 50;
const SPAN = 2 ** 20;
const QUESTIONS = 1 << 15;
const ROUNDS = 5;
const KIB = 1024;
/** Of a corner: what a ray cast has to hold. */
const CORNER_BYTES = 8;
/** Of a word, the bits that name its rule. */
const ROW = 0x3ffffff;

/** A generator of 32 bits that everybody has. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Stars apart from each other, in rows and columns, none of them straight. */
function stars(corners, seed = 1) {
  const random = seeded(seed);
  const count = Math.ceil(corners / CORNERS_A_STAR);
  const columns = Math.ceil(Math.sqrt(count));
  const room = Math.floor(SPAN / columns);
  return Array.from({ length: count }, (_, index) => {
    const [middleX, middleY] = [(index % columns) + 0.5, Math.floor(index / columns) + 0.5];
    return Array.from({ length: CORNERS_A_STAR }, (_each, corner) => {
      const angle = ((corner + 0.8 * random()) / CORNERS_A_STAR) * 2 * Math.PI;
      const radius = room * (0.15 + 0.33 * random());
      return [
        Math.round(middleX * room + radius * Math.cos(angle)),
        Math.round(middleY * room + radius * Math.sin(angle)),
      ];
    });
  });
}

/** Source and GeoJSON of a plane of stars. */
export function starPlane(corners) {
  const rings = stars(corners);
  return { rings, span: SPAN, files: filesOf(rings) };
}

function filesOf(rings) {
  const features = rings.map((ring, id) => ({
    type: 'Feature',
    id: `star-${id}`,
    properties: {},
    geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
  }));
  const axis = (name) => `{ name: ${name}, unit: mm, min: 0, max: ${SPAN} }`;
  return {
    'stars.map.yaml': `holdfast: 1
map: stars
epoch: 1
space: { axes: [ ${axis('x')}, ${axis('y')} ] }
zones: [ { file: stars.geojson, unit: mm } ]
gaps: [ { anywhere: true, action: stop } ]
`,
    'stars.geojson': JSON.stringify({ type: 'FeatureCollection', features }),
  };
}

/** Least seconds of a few rounds. */
function leastSeconds(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

function isInRing(ring, x, y) {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [x0, y0] = ring[before];
    const [x1, y1] = ring[at];
    if (y0 > y !== y1 > y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) inside = !inside;
  }
  return inside;
}

/** How each finds the star of a point; −1: none. */
function rivalsOf(rings) {
  const index = new Flatbush(rings.length);
  for (const ring of rings) {
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    index.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  }
  index.finish();
  const polygons = rings.map((ring) => ({ type: 'Polygon', coordinates: [[...ring, ring[0]]] }));
  return {
    'ray cast over all edges': (x, y) => rings.findIndex((ring) => isInRing(ring, x, y)),
    'flatbush and ray cast': (x, y) =>
      index.search(x, y, x, y).find((each) => isInRing(rings[each], x, y)) ?? -1,
    '@turf/boolean-point-in-polygon': (x, y) =>
      polygons.findIndex((polygon) => booleanPointInPolygon([x, y], polygon)),
  };
}

/** Of one size, in this process. */
async function benchSize(corners) {
  const { rings, files } = starPlane(corners);
  const start = process.cpuUsage();
  const { image, summary } = await compileSource('stars.map.yaml', {
    large: true,
    reader: memoryReader(files),
  });
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const peakBytes = process.resourceUsage().maxRSS * KIB;
  const core = await openImage(image);
  const random = seeded(2);
  const points = Array.from({ length: QUESTIONS }, () => [
    Math.floor(random() * SPAN),
    Math.floor(random() * SPAN),
  ]);
  const ours = (x, y) => {
    const rule = core.check(0, x, y) & ROW;
    return rule < rings.length ? rule : -1;
  };
  const checks = {};
  for (const [name, ask] of Object.entries({ core: ours, ...rivalsOf(rings) })) {
    // Those that look at all edges are asked less.
    const isQuick = name === 'core' || name.startsWith('flatbush');
    const some = isQuick ? points : points.slice(0, Math.max(64, Math.round(2 ** 22 / corners)));
    let differs = 0;
    for (const [x, y] of some.slice(0, 2048)) if (ask(x, y) !== ours(x, y)) differs++;
    const least = leastSeconds(() => {
      for (const [x, y] of some) ask(x, y);
    });
    checks[name] = { aSecond: Math.round(some.length / least), differs };
  }
  return { corners, seconds, peakBytes, imageBytes: image.length, ...summary.plane, checks };
}

/** Each size in a process of its own, whose memory is its own. */
function benchApart(corners) {
  const arguments_ = [fileURLToPath(import.meta.url), '--json', '--corners', String(corners)];
  const { stdout, status, stderr } = spawnSync(process.execPath, arguments_, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`a plane of ${corners} corners failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** Results as bench/run.mjs prints them, of the sizes that do not take long, or of all. */
export function benchPlanes(isAll) {
  const measured = (isAll ? SIZES : QUICK).map(benchApart);
  const [first] = measured;
  return measured.flatMap(({ corners, seconds, peakBytes, imageBytes, checks }) => {
    const name = `plane of ${corners} corners`;
    const row = (what, target, value, unit, baseline) => {
      return { name: what, target, value, unit, baseline, ratio: value / baseline };
    };
    const times = corners / first.corners;
    const many = times === 1 ? 'that of itself' : `${times} times that of ${first.corners}`;
    const mib = (bytes) => bytes / 2 ** 20;
    const rivals = Object.entries(checks).filter(([rival]) => rival !== 'core');
    return [
      row(`compile, ${name}, against ${many}`, 'host', seconds, 's of CPU', times * first.seconds),
      row(
        `peak memory, ${name}, against ${many}`,
        'host',
        mib(peakBytes),
        'MiB',
        times * mib(first.peakBytes),
      ),
      row(
        `image size, ${name}, against ${CORNER_BYTES} bytes a corner`,
        'image',
        imageBytes,
        'bytes',
        CORNER_BYTES * corners,
      ),
      ...rivals.map(([rival, { aSecond, differs }]) => {
        if (differs > 0) throw new Error(`${rival} answers differently in a ${name}`);
        return row(`check, ${name}, against ${rival}`, 'node', checks.core.aSecond, 'checks/s', aSecond);
      }),
    ];
  });
}

function words({ corners, seconds, peakBytes, imageBytes, depth, columns, rows, nodes, nodeBytes, checks }) {
  const asked = Object.entries(checks).map(([name, { aSecond, differs }]) => {
    const ratio =
      name === 'core' ? '' : `, the core is ${(checks.core.aSecond / aSecond).toFixed(1)} times as fast`;
    return `    ${name}: ${aSecond} a second${ratio}${differs === 0 ? '' : `; ${differs} answers differ`}`;
  });
  const lookup = `${nodes} nodes of ${nodeBytes} bytes, ${depth} levels below ${columns} by ${rows} squares`;
  const memory = `${Math.round(peakBytes / 2 ** 20)} MiB at most`;
  return [
    `${corners} corners: ${seconds.toFixed(2)} s of CPU, ${memory}, an image of ${imageBytes} bytes: ${lookup}`,
    ...asked,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { corners, json } = campaignOptions('node bench/planes.mjs [--json] [--corners N]', {
    numbers: ['corners'],
  });
  if (corners !== undefined) {
    const row = await benchSize(corners);
    console.log(json ? JSON.stringify(row) : words(row));
  } else {
    const rows = SIZES.map(benchApart);
    console.log(json ? JSON.stringify({ planes: rows }, null, 2) : rows.map(words).join('\n'));
  }
}
