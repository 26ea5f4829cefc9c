/** Planes on the RP2040 by ray casts over all edges (bench/baseline/raycast.c), in the emulator that counts the core's check. */
import { Rp2040Bench } from '../build/js/sim/boards/rp2040-bench.js';
import { compileBaseline, FOR_RP2040, fill } from './baselines.mjs';

export const RAYCASTS = ['plain', 'prepared'];

/** bench/baseline/raycast.c */
const AREAS_MAX = 512;
const EDGES_MAX = 4096;

let compiled;

/**
 * What asks both ray casts for the word of a place.
 * @param areas of one ring each, the one that answers before the others first; `word` is what it answers
 * @param box the axes: minX, minY, width, height
 */
export function raycastBench({ areas, box, outside, rest }) {
  compiled ??= compileBaseline(FOR_RP2040, '-O2', 'raycast.c', 'raycast_plain');
  const bench = new Rp2040Bench(compiled);
  const corners = areas.flatMap(({ ring }) => ring);
  if (areas.length > AREAS_MAX || corners.length > EDGES_MAX)
    throw new RangeError(
      `${areas.length} areas of ${corners.length} corners are more than the baseline holds`,
    );
  const { minX, minY, width, height } = box;
  const map = [1, 0, minX, minY, width, height, 1, outside, rest, areas.length];
  const fillAreas = (countOf) => {
    let first = 0;
    const records = areas.flatMap(({ ring, word }) => {
      const record = [first, first + countOf(ring), word];
      first = record[1];
      return record;
    });
    fill(bench, 'raycast_areas', records);
  };
  fill(bench, 'raycast', map);
  fill(bench, 'raycast_corners', corners.flat());
  fill(
    bench,
    'raycast_edges',
    areas.flatMap(({ ring }) => upwardEdges(ring).flat()),
  );
  return {
    /** Cycles of a question, and its word. */
    ask(form, phase, x, y) {
      return bench.call(`raycast_${form}`, phase, x >>> 0, y >>> 0);
    },
    /** Before questions of a form. */
    prepare(form) {
      fillAreas(form === 'plain' ? (ring) => ring.length : (ring) => upwardEdges(ring).length);
    },
  };
}

/** Edges that are not level: y of the lower end, height, x of the lower end, and how far x is from there at the upper one. */
function upwardEdges(ring) {
  return ring.flatMap((corner, index) => {
    const next = ring[(index + 1) % ring.length];
    const [low, high] = corner[1] < next[1] ? [corner, next] : [next, corner];
    return low[1] === high[1] ? [] : [[low[1], high[1] - low[1], low[0], high[0] - low[0]]];
  });
}
