// Judges treatment sessions by the two editions of the terminal's map.
//
//   node firmware-maps/access-terminal/grant.mjs
//
// A session is granted when the whole of it is covered and no longer than the lowest limit on the way. Asking for the moment at
// which it begins is not enough: the column "at its start" shows what that would have said.
import { fileURLToPath } from 'node:url';
import { compileSource, MapImage } from 'holdfast';

const EDITIONS = ['access-terminal.map.yaml', 'access-terminal.next.map.yaml'];

const SESSIONS = [
  { what: 'an evening', from: '2026-10-10T18:00:00+02:00', to: '2026-10-10T22:00:00+02:00' },
  { what: 'into service', from: '2026-10-19T23:00:00+02:00', to: '2026-10-20T03:00:00+02:00' },
  // Six hours on the wall clock, seven that pass.
  { what: 'clock goes back', from: '2026-10-24T22:00:00+02:00', to: '2026-10-25T04:00:00+01:00' },
  { what: 'over midnight', from: '2026-10-31T22:00:00+01:00', to: '2026-11-01T02:00:00+01:00' },
  { what: 'grace runs out', from: '2026-11-07T23:00:00+01:00', to: '2026-11-08T00:30:00+01:00' },
  { what: 'lapsed', from: '2026-11-25T10:00:00+01:00', to: '2026-11-25T11:00:00+01:00' },
];

/** Seconds since 1970: the coordinate of the source. */
const moment = (timestamp) => BigInt(Date.parse(timestamp) / 1000);
const clock = (seconds) => new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');

/** Why a session is refused, or `granted`. */
function judge(map, session) {
  const [from, to] = [moment(session.from), moment(session.to)];
  const minutes = Number(to - from) / 60;
  const { end, until, stop, limit, tier } = map.sweep({ x: from, phase: 0 }, to - 1n);
  if (end === 'uncovered') return `refused: covered until ${clock(until)} only, then ${stop.gap}`;
  if (end !== 'whole') return `refused: ${stop?.gap ?? stop?.state ?? end}`;
  if (minutes > limit) return `refused: ${minutes} minutes, at most ${limit} on its way`;
  return `granted, lowest tier ${tier}, at most ${limit} minutes`;
}

for (const name of EDITIONS) {
  const { image, summary } = await compileSource(fileURLToPath(new URL(name, import.meta.url)));
  const map = await MapImage.open(image);
  console.log(`edition ${summary.epoch}`);
  for (const session of SESSIONS) {
    const start = map.ask({ x: moment(session.from), phase: 0 });
    console.log(`  ${session.what.padEnd(16)} at its start: ${(start.zone ?? start.gap).padEnd(6)}  ${judge(map, session)}`);
  }
}
