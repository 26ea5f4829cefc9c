/** A plane of stars on the RP2040, against ray casts over all edges in C, worst against worst. */
import { compileSource } from '../build/js/host/compile/compile.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { loadedImage, measure, result } from './contest.mjs';
import { sequence } from './maps.mjs';
import { starPlane } from './planes.mjs';
import { RAYCASTS, raycastBench } from './raycast-rp2040.mjs';

const CORNERS = 1000;
/** At which is asked; half of them are beside corners. */
const PLACES = 400;

/** Rows of bench/run.mjs. */
export async function benchPlaneCycles(platform) {
  const { rings, span, files } = starPlane(CORNERS);
  const { image } = await compileSource('stars.map.yaml', { reader: memoryReader(files) });
  const { core, bench } = await loadedImage(platform, image);
  const random = sequence(CORNERS);
  const beside = ([x, y]) => [x + random(3) - 1, y + random(3) - 1];
  const places = Array.from({ length: PLACES }, (_, index) => {
    const ring = rings[random(rings.length)];
    return index % 2 === 0 ? [random(span), random(span)] : beside(ring[random(ring.length)]);
  });
  const words = places.map(([x, y]) => core.check(0, x, y));
  const asked = places.map(([x, y]) => [0, x >>> 0, y >>> 0]);
  const { min, max } = measure(bench, 'holdfast_check_plane', asked, words);
  if (min !== max) throw new Error(`a check of a plane takes ${min} to ${max} cycles`);
  const areas = rings.map((ring) => ({ ring, word: core.check(0, ...middleOf(ring)) }));
  const box = { minX: 0, minY: 0, width: span, height: span };
  const raycast = raycastBench({ areas, box, outside: core.check(0, -1, -1), rest: core.check(0, 0, 0) });
  return RAYCASTS.map((form) => {
    raycast.prepare(form);
    const taken = places.map(([x, y], index) => {
      const { result: answer, cycles } = raycast.ask(form, 0, x, y);
      if (answer !== words[index]) throw new Error(`the ray cast (${form}) answers differently`);
      return cycles;
    });
    const name = `check, plane of ${CORNERS} corners, against a ray cast in C (${form})`;
    return result(platform.target, name, max, Math.max(...taken));
  });
}

/** The middle of a star, which is in it. */
function middleOf(ring) {
  const middle = (axis) => Math.round(ring.reduce((sum, corner) => sum + corner[axis], 0) / ring.length);
  return [middle(0), middle(1)];
}
