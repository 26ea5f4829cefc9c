/**
 * Attacks over the line, each with its control: sim/drill/attack.ts.
 *
 *     npm run attack -- [--build device|device-64k|device-16k|device-4k|large] [--seed N] [--json]
 *
 * Exit codes: 0 no attack was accepted and every control was, 1 otherwise, 2 usage.
 */
import { readFileSync } from 'node:fs';
import { attackCore } from '../build/js/sim/drill/attack.js';
import { coresOf, openModule } from '../build/js/sim/drill/open-core.js';
import { campaignOptions, printReport } from './options.mjs';

const USAGE = 'npm run attack -- [--build device|device-64k|device-16k|device-4k|large] [--seed N] [--json]';
const {
  json,
  seed = 1,
  build,
} = campaignOptions(USAGE, {
  words: { build: ['device', 'device-64k', 'device-16k', 'device-4k', 'large'] },
  numbers: ['seed'],
});
const wasm = readFileSync(new URL(`../build/${build}.wasm`, import.meta.url));
const report = await attackCore(coresOf(openModule(wasm)), seed);
printReport(report, json);
process.exitCode = report.accepted === 0 && report.controls_accepted === report.attacks ? 0 : 1;
