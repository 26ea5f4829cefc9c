// Plays three passes over the seam of weld-cell.map.yaml and prints what was welded when.
//
//   node firmware-maps/weld-cell/weld.mjs
//
// The arm asks the map on each turn of its loop, one millimetre after the other, and does what it is told: it welds where it is
// covered, and skips where a clamp stands. It senses nothing; that each place is welded three times is the map's doing.
import { fileURLToPath } from 'node:url';
import { compileSource, MapImage } from 'holdfast';

const TURN_UM = 1000;
const PASSES = ['root pass', 'fill pass', 'cap pass'];

/** Milliseconds for a length in micrometres at a speed in mm/min. */
const durationMs = (lengthUm, speed) => Math.round((lengthUm * 60) / speed);
const millimetres = (um) => String(um / 1000).padStart(4);
const clock = (ms) => `${(ms / 1000).toFixed(1).padStart(6)} s`;

/** One pass: stretches [from, to) with what the map said there. */
function playPass(map, pass) {
  const { min, max } = map.axis;
  const stretches = [];
  for (let s = min; s < max; s += TURN_UM) {
    const { state, zone, gap, action, limit } = map.ask({ x: BigInt(s), phase: pass });
    const last = stretches.at(-1);
    if (last?.name === (zone ?? gap)) last.to = s + TURN_UM;
    else stretches.push({ from: s, to: s + TURN_UM, name: zone ?? gap, state, action, limit });
  }
  return stretches;
}

const source = fileURLToPath(new URL('weld-cell.map.yaml', import.meta.url));
const { image } = await compileSource(source);
const map = await MapImage.open(image);

/** Layers of weld at each turn of the loop. */
const layers = new Array((map.axis.max - map.axis.min) / TURN_UM).fill(0);
let toMend = [];
let nowMs = 0;
for (const [pass, title] of PASSES.entries()) {
  console.log(`pass ${pass}, ${title}`);
  const skipped = [];
  for (const { from, to, name, state, action, limit } of playPass(map, pass)) {
    const place = `  ${millimetres(from)} to ${millimetres(to)} mm`;
    if (state !== 'covered') {
      console.log(`${place}  ${name}: ${action}`);
      skipped.push({ from, to });
      continue;
    }
    const mends = toMend.some((place) => place.from === from && place.to === to);
    for (let s = from; s < to; s += TURN_UM) layers[s / TURN_UM] += mends ? 2 : 1;
    console.log(`${place}  ${name} at ${limit} mm/min, begun at ${clock(nowMs)}${mends ? ', mends what was skipped' : ''}`);
    nowMs += durationMs(to - from, limit);
  }
  toMend = skipped;
}
const whole = layers.filter((count) => count === PASSES.length).length;
console.log(`${whole} of ${layers.length} mm have all ${PASSES.length} layers; the arc burned for ${clock(nowMs).trim()}`);
if (whole !== layers.length) process.exitCode = 1;
