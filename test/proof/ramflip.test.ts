/** Bits of the released core's memory flip while it works, in part; all of them by `npm run ramflip`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import { flipBits, ramflipWrongs } from '../../sim/drill/ramflip.ts';
import { STAGES_IN_REQUESTS } from '../../sim/drill/ramflip-stages.ts';
import { seedFor } from '../support/random.ts';
import { compileCore } from '../timing/support/compile-core.ts';

test('every so many bits of memory and variables, at every stage of an update', async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device'))));
  const report = await flipBits({ core, seed: seedFor('ramflip', 31), every: 600, everyVariable: 90 });
  const { flips, failures } = report;
  console.log(`${flips} flips`);
  expect(failures).toEqual([]);
  expect(ramflipWrongs(report)).toBe(0);
  expect(flips).toBeGreaterThan(1200);
});

test('the smallest build: every so many bits of memory and variables, at every stage of an update', async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device-4k'))));
  // Not 300: that meets a bit which leaves the device deaf until power goes, and the drill waits for its answers for long.
  const part = { every: 600, everyVariable: 310 };
  const report = await flipBits({ core, seed: seedFor('small ramflip', 32), ...part });
  expect(report.failures).toEqual([]);
  expect(ramflipWrongs(report)).toBe(0);
  expect(report.flips).toBeGreaterThan(400);
});

test('every bit of every variable, while the map answers: what is FAULT stays FAULT', async () => {
  const core = coresOf(openModule(readFileSync(coreUrl('device'))));
  const stages = ['trial, power cycle'];
  const report = await flipBits({ core, seed: 1, every: 10_000, everyVariable: 1, stages });
  expect(report.failures).toEqual([]);
  expect(report.flips).toBeGreaterThan(4000);
});

/** Each bit of a request that was received, before it is decided on: what was not asked for is not done. */
async function flipRequests(wasm: Uint8Array) {
  const buffers = ['FIELDS', 'REQUEST'];
  return flipBits({
    ...{ core: coresOf(openModule(wasm)), seed: 1, every: 1, everyVariable: 1 },
    ...{ stages: STAGES_IN_REQUESTS, buffers },
  });
}

test('every bit of a request before it is decided on: what was not asked for is not done', async () => {
  const report = await flipRequests(readFileSync(coreUrl('device')));
  expect(report.failures).toEqual([]);
  expect(report.flips).toBeGreaterThan(40_000);
});

test('a core that believes what it read is caught: it confirms, and activates, what nobody asked for', async () => {
  const change = {
    file: 'assembly/smp/server.ts',
    text: 'mode() == MODE_WINDOW && !requestHolds()',
    by: 'false && !requestHolds()',
  };
  const { wasm } = await compileCore('assembly/index.ts', [change]);
  const { foreign, wrong_answers } = await flipRequests(wasm);
  expect(foreign).toBeGreaterThan(0);
  expect(wrong_answers).toBeGreaterThan(0);
});
