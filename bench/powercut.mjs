/**
 * Power cuts in updates of an emulated board, at seeded instructions: sim/drill/powercut.ts.
 *
 *     npm run powercut -- [--target rp2040] [--cuts 500] [--seed N] [--json]
 *
 * Exit codes: 0 none torn and none lost, 1 some were, 2 usage.
 */
import { parseArgs } from 'node:util';
import { cutPower } from '../build/js/sim/drill/powercut.js';

const CUTS = 500;
const SEED = 1;
const TARGETS = ['rp2040'];
const LINES = 20;

function refuseUsage(message) {
  console.error(
    `${message}\nUsage: npm run powercut -- [--target rp2040] [--cuts ${CUTS}] [--seed N] [--json]`,
  );
  process.exit(2);
}

/** A positive integer, or the end of the process. */
function positive(name, text, standard) {
  const value = text === undefined ? standard : Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    refuseUsage(`--${name} must be a positive integer, not ${text}.`);
  return value;
}

function options() {
  const string = { type: 'string' };
  try {
    const { values } = parseArgs({
      options: { target: string, cuts: string, seed: string, json: { type: 'boolean' } },
    });
    return values;
  } catch (error) {
    return refuseUsage(error.message);
  }
}

const { target = 'rp2040', json = false, ...given } = options();
if (!TARGETS.includes(target)) refuseUsage(`--target must be ${TARGETS.join(' or ')}, not ${target}.`);
const cuts = positive('cuts', given.cuts, CUTS);
const every = Math.ceil(cuts / LINES);
const report = await cutPower({
  cuts,
  seed: positive('seed', given.seed, SEED),
  onCut: (done) => {
    if (done % every === 0) console.error(`${done} of ${cuts} cuts`);
  },
});
if (json) {
  console.log(JSON.stringify(report));
} else {
  for (const [moment, count] of Object.entries(report.moments))
    console.log(`${String(count).padStart(5)}  ${moment}`);
  for (const failure of report.failures) console.log(failure);
  const { secondCuts, torn, lost, seed } = report;
  console.log(
    `${target}: ${report.cuts} cuts (${secondCuts} of them twice), ${torn} torn, ${lost} lost, seed ${seed}`,
  );
}
process.exitCode = report.torn + report.lost === 0 ? 0 : 1;
