/**
 * Bits of the core's memory and variables flip while it works (sim/drill/ramflip.ts): in the released wasm, and in the C build on this
 * machine, for which gcc is needed.
 *
 *     npm run ramflip -- [--core both|wasm|native] [--every N] [--seed N] [--json]
 *
 * `--every 1` flips each bit; more makes it shorter. Exit codes: 0 nothing went wrong, 1 something did, 2 usage.
 */
import { readFileSync } from 'node:fs';
import { nativeCores } from '../build/js/sim/drill/native-core.js';
import { coresOf, openModule } from '../build/js/sim/drill/open-core.js';
import { flipBits, ramflipWrongs } from '../build/js/sim/drill/ramflip.js';
import { campaignOptions, printReport, refuseUsage } from './options.mjs';

const USAGE = 'npm run ramflip -- [--core both|wasm|native] [--every N] [--seed N] [--json]';
/** Every so many bits: of memory at one stage each, of variables at every stage. */
const STANDARD = { wasm: { every: 2, everyVariable: 1 }, native: { every: 4, everyVariable: 4 } };

const {
  json,
  seed = 1,
  core,
  every,
} = campaignOptions(USAGE, {
  words: { core: ['both', 'wasm', 'native'] },
  numbers: ['every', 'seed'],
});
if (every === 0) refuseUsage('--every must be 1 or more.', USAGE);

const cores = {
  wasm: async () => coresOf(openModule(readFileSync(new URL('../build/device.wasm', import.meta.url)))),
  native: nativeCores,
};
const sum = {};
let failures = [];
for (const name of core === 'both' ? ['wasm', 'native'] : [core]) {
  const steps = every === undefined ? STANDARD[name] : { every, everyVariable: every };
  const onStage = (stage, flips) => console.error(`${name}, ${stage}: ${flips} flips`);
  const report = await flipBits({ core: await cores[name](), seed, ...steps, onStage });
  failures = [...failures, ...report.failures.map((failure) => `${name}: ${failure}`)];
  for (const [key, value] of Object.entries(report))
    if (typeof value === 'number' && key !== 'seed') sum[key] = (sum[key] ?? 0) + value;
}
const total = { ...sum, seed, failures };
printReport(total, json);
process.exitCode = ramflipWrongs(total) === 0 ? 0 : 1;
