// Drives a vehicle through depot.map.yaml, and prints what the map told it on the way.
//
//   node firmware-maps/depot/drive.mjs
//
// The vehicle asks the map on each turn of its loop, twenty times a second, and does what it is told: it goes as fast as the limit lets it,
// waits where the map says hold, and never enters a gap that says stop. It senses nothing.
import { fileURLToPath } from 'node:url';
import { compileSource, PlaneImage } from 'holdfast';

const TURNS_A_SECOND = 20;
const PERIOD_S = 60;
/** From the chargers through an aisle, around the crossing, over the way of the people, to a dock. Metres. */
const WAY = [[10, 45], [24, 44], [28, 41], [53, 41], [58, 43], [64, 43], [65, 34], [57, 30], [57, 20], [66, 8], [76, 8]];

const source = fileURLToPath(new URL('depot.map.yaml', import.meta.url));
const { image } = await compileSource(source);
const map = await PlaneImage.open(image);

let turn = 0;
let waited = 0;
let driven = 0;
let last = '';
const phase = () => Math.floor(turn / TURNS_A_SECOND) % PERIOD_S;
const ask = (x, y) => map.ask({ x: BigInt(Math.round(x)), y: BigInt(Math.round(y)), phase: phase() });

/** Says what changed: the zone or gap, and from when on. */
function tell({ zone, gap, action, limit }, x, y) {
  const name = zone ?? `${gap}, ${action}`;
  if (name === last) return;
  last = name;
  const clock = `${(turn / TURNS_A_SECOND).toFixed(1).padStart(6)} s`;
  const place = `[${(x / 1000).toFixed(1)}, ${(y / 1000).toFixed(1)}] m`;
  console.log(`${clock}  ${place.padEnd(16)} ${name}${limit === null ? '' : ` at ${limit / 1000} m/s`}`);
}

let [x, y] = WAY[0].map((metres) => metres * 1000);
for (const [toX, toY] of WAY.slice(1).map((point) => point.map((metres) => metres * 1000))) {
  for (;;) {
    const here = ask(x, y);
    const left = Math.hypot(toX - x, toY - y);
    const step = Math.min(left, (here.limit ?? 0) / TURNS_A_SECOND);
    const next = left === 0 ? [x, y] : [x + ((toX - x) / left) * step, y + ((toY - y) / left) * step];
    const there = ask(...next);
    tell(there, ...next);
    turn += 1;
    if (there.action === 'stop') throw new Error(`the way leads into ${there.gap ?? 'what lies outside'}`);
    if (there.action === 'hold') {
      waited += 1;
      continue;
    }
    driven += step;
    [x, y] = next;
    if (step === left) break;
  }
}
const seconds = (turns) => (turns / TURNS_A_SECOND).toFixed(1);
console.log(`${(driven / 1000).toFixed(1)} m in ${seconds(turn)} s, of which ${seconds(waited)} s waited for people; never in a gap that says stop`);
