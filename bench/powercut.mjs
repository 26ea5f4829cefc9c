/**
 * Power cuts: in the life of the released core on flash of several kinds, at every operation (sim/drill/cuts.ts), or in updates of an
 * emulated board, at seeded instructions (sim/drill/powercut.ts).
 *
 *     npm run powercut -- [--target core] [--build device-4k] [--geometry N] [--cuts N] [--seed N] [--json]
 *     npm run powercut -- --target rp2040 [--cuts 500] [--seed N] [--json]
 *
 * `--cuts`: for the core, at most so many single cuts of each geometry. Exit codes: 0 nothing went wrong, 1 something did, 2 usage.
 */
import { readFileSync } from 'node:fs';
import { cutCores, wrongs } from '../build/js/sim/drill/cuts.js';
import { GEOMETRIES } from '../build/js/sim/drill/geometries.js';
import { coresOf, openModule } from '../build/js/sim/drill/open-core.js';
import { cutPower } from '../build/js/sim/drill/powercut.js';
import { campaignOptions, printReport } from './options.mjs';

const BOARD_CUTS = 500;
const LINES = 20;
const USAGE = `npm run powercut -- [--target core|rp2040] [--build device|device-64k|device-16k|device-4k] [--geometry 0-${GEOMETRIES.length - 1}] [--cuts N] [--seed N] [--json]`;
/** Of each geometry. */
const CORE = { singlesMost: 12_000, pairsMost: 30_000, chains: 60, unstable: 1_400 };

const options = campaignOptions(USAGE, {
  words: { target: ['core', 'rp2040'], build: ['device', 'device-64k', 'device-16k', 'device-4k'] },
  numbers: ['cuts', 'seed', 'geometry'],
});
const { json, seed = 1, cuts } = options;
process.exitCode = (await (options.target === 'rp2040' ? cutBoard() : cutCore())) ? 0 : 1;

/** Gives whether nothing went wrong. */
async function cutCore() {
  const core = coresOf(openModule(readFileSync(new URL(`../build/${options.build}.wasm`, import.meta.url))));
  const geometries =
    options.geometry === undefined ? GEOMETRIES : [GEOMETRIES[options.geometry]].filter(Boolean);
  const report = await cutCores({
    ...CORE,
    ...(cuts === undefined ? {} : { singlesMost: cuts }),
    ...{ core, geometries, seed },
    onGeometry: (name, { cuts, pairs, chained, unstable }) =>
      console.error(
        `${name}: ${cuts} cuts, ${pairs} pairs, ${chained} in chains, ${unstable} unstable so far`,
      ),
  });
  printReport(report, json);
  return wrongs(report) === 0;
}

/** Gives whether nothing was torn or lost. */
async function cutBoard() {
  const count = cuts ?? BOARD_CUTS;
  const every = Math.ceil(count / LINES);
  const report = await cutPower({
    cuts: count,
    seed,
    onCut: (done) => {
      if (done % every === 0) console.error(`${done} of ${count} cuts`);
    },
  });
  if (json) {
    console.log(JSON.stringify(report));
  } else {
    for (const [moment, times] of Object.entries(report.moments))
      console.log(`${String(times).padStart(5)}  ${moment}`);
    for (const failure of report.failures) console.log(failure);
    const { secondCuts, torn, lost } = report;
    console.log(
      `rp2040: ${report.cuts} cuts (${secondCuts} of them twice), ${torn} torn, ${lost} lost, seed ${report.seed}`,
    );
  }
  return report.torn + report.lost === 0;
}
