// Flies a drone over the town of drone-zones.map.yaml, and prints what the map told it on the way.
//
//   node firmware-maps/drone-zones/fly.mjs
//
// The drone asks the map ten times a second for the place where it would be next, and does what it is told: it flies no faster than the
// limit, stands in the air before a zone that says hold until somebody allowed it, and turns back before one that says stop. The same way
// is flown on a weekday, on a Saturday afternoon, and with the next edition of the map.
import { fileURLToPath } from 'node:url';
import { compileSource, PlaneImage } from 'holdfast';

const TURNS_A_SECOND = 10;
const STEPS_A_DEGREE = 1e7;
/** At this latitude, within a part in a thousand. */
const METRES_A_DEGREE = [75_600, 111_200];
/** From the meadow over the stadium, around the old town and over it to the roof of the hospital: longitude and latitude. */
const WAY = [[8.45, 47.3], [8.478, 47.289], [8.489, 47.2805], [8.5105, 47.2745], [8.4965, 47.2665], [8.486, 47.2625], [8.47, 47.262]];
/** How long the hospital takes to answer, and how fast the drone flies where it was allowed to. */
const ANSWER_SECONDS = 120;
const ALLOWED_METRES_A_SECOND = 3;

const FLIGHTS = [
  { what: 'on a Wednesday', edition: 'drone-zones.map.yaml', starts: '2026-04-15T10:00:00Z' },
  { what: 'on a Saturday', edition: 'drone-zones.map.yaml', starts: '2026-04-18T13:30:00Z' },
  { what: 'with the crane', edition: 'drone-zones.next.map.yaml', starts: '2026-04-22T10:00:00Z' },
];

/** Minutes since the midnight before Monday, of UTC: the phase of the map. 1970 began on a Thursday. */
const minuteOfWeek = (seconds) => (Math.floor(seconds / 60) + 3 * 24 * 60) % (7 * 24 * 60);
const metresBetween = ([x, y], [toX, toY]) => Math.hypot((toX - x) * METRES_A_DEGREE[0], (toY - y) * METRES_A_DEGREE[1]);

/** One flight: how far it came, and how long it stood. */
function fly(map, starts) {
  const startSeconds = Date.parse(starts) / 1000;
  let turn = 0;
  let stood = 0;
  let flown = 0;
  let last = '';
  let place = WAY[0];
  const allowed = new Set();

  const ask = ([lon, lat]) => {
    const [x, y] = [lon, lat].map((degrees) => BigInt(Math.round(degrees * STEPS_A_DEGREE)));
    return map.ask({ x, y, phase: minuteOfWeek(startSeconds + turn / TURNS_A_SECOND) });
  };
  const tell = (words, [lon, lat]) => {
    if (words === last) return;
    last = words;
    const clock = `${(turn / TURNS_A_SECOND).toFixed(1).padStart(7)} s`;
    console.log(`${clock}  [${lon.toFixed(4)}, ${lat.toFixed(4)}]  ${words}`);
  };
  /** Metres a second that an answer lets the drone fly; 0: it stands. */
  const speedFor = ({ state, gap, limit }) => {
    if (state === 'covered') return limit;
    return allowed.has(gap) ? ALLOWED_METRES_A_SECOND : 0;
  };

  /** Flies on to a point; false: a zone that says stop lies before it. */
  function flyTo(target) {
    let waits = 0;
    while (metresBetween(place, target) > 0) {
      const left = metresBetween(place, target);
      const here = ask(place);
      if (here.action === 'stop') throw new Error(`the drone is in ${here.gap ?? 'what lies outside'}, which says stop`);
      const step = Math.min(left, speedFor(here) / TURNS_A_SECOND);
      const next = step === left ? target : place.map((at, axis) => at + ((target[axis] - at) / left) * step);
      const there = ask(next);
      if (there.action === 'stop') {
        tell(`${there.gap ?? 'outside'} says stop: the drone turns back`, place);
        return false;
      }
      turn += 1;
      if (there.action === 'hold' && !allowed.has(there.gap)) {
        tell(`${there.gap} says hold: the drone stands and asks`, place);
        stood += 1;
        waits += 1;
        if (waits === ANSWER_SECONDS * TURNS_A_SECOND) allowed.add(there.gap);
        continue;
      }
      tell(`${there.zone ?? `${there.gap}, allowed`} at ${speedFor(there)} m/s`, next);
      flown += step;
      place = next;
    }
    return true;
  }

  let reached = 0;
  while (reached + 1 < WAY.length && flyTo(WAY[reached + 1])) reached += 1;
  const isThere = reached + 1 === WAY.length;
  for (; !isThere && reached >= 0; reached -= 1)
    if (!flyTo(WAY[reached])) throw new Error('the way back is closed, too');
  const seconds = (turns) => (turns / TURNS_A_SECOND).toFixed(1);
  const end = isThere ? 'landed on the roof' : 'back on the meadow';
  const how = `of which ${seconds(stood)} s stood; never in a zone that says stop`;
  console.log(`  ${end}: ${(flown / 1000).toFixed(2)} km in ${seconds(turn)} s, ${how}`);
}

for (const { what, edition, starts } of FLIGHTS) {
  const { image, summary } = await compileSource(fileURLToPath(new URL(edition, import.meta.url)));
  console.log(`${what}, edition ${summary.epoch}, ${starts}`);
  fly(await PlaneImage.open(image), starts);
}
