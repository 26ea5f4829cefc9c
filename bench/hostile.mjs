/**
 * Hostile frames into the released core, in RUN and in every state of a window: sim/drill/hostile.ts.
 *
 *     npm run hostile -- [--build device|device-64k|device-16k|device-4k|large] [--frames N] [--seed N] [--json]
 *
 * Exit codes: 0 nothing went wrong, 1 something did, 2 usage.
 */
import { readFileSync } from 'node:fs';
import { hostileWrongs, sendHostile } from '../build/js/sim/drill/hostile.js';
import { coresOf, openModule } from '../build/js/sim/drill/open-core.js';
import { campaignOptions, printReport } from './options.mjs';

const FRAMES = 1_000_000;
const LINES = 20;

const USAGE =
  'npm run hostile -- [--build device|device-64k|device-16k|device-4k|large] [--frames N] [--seed N] [--json]';
const options = campaignOptions(USAGE, {
  words: { build: ['device', 'device-64k', 'device-16k', 'device-4k', 'large'] },
  numbers: ['frames', 'seed'],
});
const { build, frames = FRAMES } = options;
let shown = 0;
const report = await sendHostile({
  core: coresOf(openModule(readFileSync(new URL(`../build/${build}.wasm`, import.meta.url)))),
  seed: options.seed ?? 1,
  frames,
  onFrames: (done) => {
    if (done - shown < frames / LINES) return;
    shown = done;
    console.error(`${done} of ${frames} frames`);
  },
});
printReport(report, options.json);
process.exitCode = hostileWrongs(report) === 0 ? 0 : 1;
