/**
 * Bits of the core's memory and variables flip while it works (sim/drill/ramflip.ts): in the released wasm, and in the C build on this
 * machine, for which gcc is needed.
 *
 *     npm run ramflip -- [--build device|device-64k|device-16k|device-4k] [--core both|wasm|native] [--every N] [--seed N] [--json]
 *
 * The C of the builds 16k and 4k keeps its variables one by one, where nobody flips them: of these the wasm alone is tried. `--every 1`
 * flips each bit; more makes it shorter. Exit codes: 0 nothing went wrong, 1 something did, 2 usage.
 */
import { readFileSync } from 'node:fs';
import { BUILD_LIMITS } from '../build/js/host/format.js';
import { nativeCores } from '../build/js/sim/drill/native-core.js';
import { coresOf, openModule } from '../build/js/sim/drill/open-core.js';
import { flipBits, ramflipWrongs } from '../build/js/sim/drill/ramflip.js';
import { campaignOptions, printReport, refuseUsage } from './options.mjs';

const USAGE =
  'npm run ramflip -- [--build device|device-64k|device-16k|device-4k] [--core both|wasm|native] [--every N] [--seed N] [--json]';
/** Every so many bits: of memory at one stage each, of variables at every stage. */
const STANDARD = { wasm: { every: 2, everyVariable: 1 }, native: { every: 4, everyVariable: 4 } };

const {
  json,
  seed = 1,
  build,
  core,
  every,
} = campaignOptions(USAGE, {
  words: {
    build: ['device', 'device-64k', 'device-16k', 'device-4k'],
    core: ['both', 'wasm', 'native'],
  },
  numbers: ['every', 'seed'],
});
if (every === 0) refuseUsage('--every must be 1 or more.', USAGE);
const hasNative = BUILD_LIMITS[build].compact === 0;
if (core === 'native' && !hasNative)
  refuseUsage(`--core native has no variables to flip in ${build}; --core wasm has.`, USAGE);

const cores = {
  wasm: async () => coresOf(openModule(readFileSync(new URL(`../build/${build}.wasm`, import.meta.url)))),
  native: () => nativeCores(build),
};
const sum = {};
let failures = [];
const both = hasNative ? ['wasm', 'native'] : ['wasm'];
for (const name of core === 'both' ? both : [core]) {
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
