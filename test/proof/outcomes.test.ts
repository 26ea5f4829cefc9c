/** What became of editions is decided once and not forgotten, and no token is given twice, whatever a cut or a wrong read leaves. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { coreUrl } from '../../host/core/core.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { GROUP, HOLDFAST, OUTCOME, REFUSALS } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { DrillDevice, PowerCut } from '../../sim/drill/drill-device.ts';
import { type DrillEdition, drillEdition } from '../../sim/drill/editions.ts';
import { GEOMETRIES } from '../../sim/drill/geometries.ts';
import { historyOf } from '../../sim/drill/looker.ts';
import { coresOf, openModule } from '../../sim/drill/open-core.ts';
import type { Flicker, Operation } from '../../sim/drill/paged-flash.ts';
import { Random } from '../../sim/drill/random.ts';
import { unstableBits } from '../../sim/drill/torn-variants.ts';
import { seedFor } from '../support/random.ts';

const OUTCOME_AREA = 4;
const SIZES = { zonesLeast: 6, zonesMore: 3 };
const first = await drillEdition(1, SIZES);
const [second, third, fourth, fifth] = (await Promise.all(
  [2, 3, 4, 5].map((epoch) => drillEdition(epoch, { ...SIZES, replaces: [1, 2, 3, 4].slice(0, epoch - 1) })),
)) as [DrillEdition, DrillEdition, DrillEdition, DrillEdition];
const makeCore = coresOf(openModule(readFileSync(coreUrl('device'))));
const REVERTED_BEFORE = REFUSALS.find(({ name }) => name === 'REVERTED_BEFORE')?.code;

function boot(geometry = GEOMETRIES[0]?.geometry, config = {}): DrillDevice {
  if (geometry === undefined) throw new RangeError('no such geometry');
  const burned = encodeBurned({
    ...deriveBurned(first.bytes, 'development'),
    ...{ checksToConfirm: 20, trialTicks: 0, leaseTicks: 1000, ...config },
  });
  const device = new DrillDevice({ makeCore, geometry, burned, content: contentWith(first, geometry) });
  device.start();
  device.settle();
  return device;
}

function restart(device: DrillDevice): void {
  device.start();
  device.settle();
}

/** An edition goes on trial and is given up. */
function revertOnTrial(device: DrillDevice, edition: DrillEdition): void {
  bringOnTrial(device, edition);
  device.open();
  expect(device.revert()).toBeNull();
  device.close();
  device.settle();
}

function bringOnTrial(device: DrillDevice, edition: DrillEdition): void {
  device.open();
  expect(device.upload(edition.bytes, edition.hash)).toBeNull();
  expect(device.mark(edition.hash)).toBeNull();
  device.close({ activate: true });
  device.settle();
  device.run(30);
  expect(device.stateOf('epoch')).toBe(edition.epoch);
}

/** Why an edition that nobody insists on is refused; null: it is taken, and given up again. */
function refusalOf(device: DrillDevice, edition: DrillEdition): unknown {
  device.open();
  const refusal = device.upload(edition.bytes, edition.hash) ?? device.mark(edition.hash);
  const why = refusal === null ? null : device.read(GROUP.holdfast, HOLDFAST.why).get('code');
  if (refusal === null) device.revert();
  device.close();
  device.settle();
  return why;
}

/** Marks an edition, and takes the mark away: an outcome more. */
function withdraw(device: DrillDevice, edition: DrillEdition): void {
  expect(device.upload(edition.bytes, edition.hash)).toBeNull();
  expect(device.mark(edition.hash)).toBeNull();
  expect(device.revert()).toBeNull();
}

describe.each(GEOMETRIES.slice(0, 3).map(({ name, geometry }) => ({ name, geometry })))(
  'on flash of $name',
  ({ geometry }) => {
    test.each<Flicker>(['each start', 'each read'])(
      'an outcome that power tore, with bits that differ with %s, is one for ever',
      (flicker) => {
        const seed = seedFor('outcomes', 11);
        const device = boot(geometry);
        device.open();
        withdraw(device, third);
        device.close();
        bringOnTrial(device, second);
        device.open();
        const kept = device.flash.keep();
        const core = device.core.keep();
        const token = device.token;
        for (let round = 0; round < 25; round++) {
          const random = new Random(seed + round);
          device.flash.putBack(kept);
          device.core.putBack(core);
          device.takeUp(token);
          const cut = cutInOutcome(device, random.below(3));
          device.flash.unsettle(unstableBits(cut, random), flicker, random);
          restart(device);
          const told = historyOf(device);
          expect(told.split(' ')[0], `seed ${seed + round}`).toMatch(/^[23]:/);
          for (let start = 0; start < 4; start++) {
            restart(device);
            expect(historyOf(device), `seed ${seed + round}, start ${start}`).toBe(told);
          }
          expect(refusalOf(device, second), `seed ${seed + round}`).toBe(REVERTED_BEFORE);
        }
      },
    );

    test('an edition that was reverted is refused however much became of others since', () => {
      const device = boot(geometry);
      revertOnTrial(device, second);
      for (let round = 0; round < 40; round++) {
        device.open();
        withdraw(device, third);
        device.close();
      }
      device.settle();
      expect(refusalOf(device, second)).toBe(REVERTED_BEFORE);
      restart(device);
      expect(refusalOf(device, second)).toBe(REVERTED_BEFORE);
      expect(refusalOf(device, third)).toBeNull();
    });
  },
);

/** A request to revert, whose power goes when the outcome has been programmed `at` times: before, between its two copies, after. */
function cutInOutcome(device: DrillDevice, at: number): Operation {
  let left = at;
  let last: Operation | null = null;
  device.onOperation = (operation) => {
    if (operation.kind !== 'program' || (operation.area !== OUTCOME_AREA && last === null)) return;
    if (operation.area === OUTCOME_AREA) last = operation;
    if (operation.area === OUTCOME_AREA && left-- > 0) return;
    throw new PowerCut();
  };
  expect(() => device.revert()).toThrow(PowerCut);
  device.onOperation = () => {};
  if (last === null) throw new Error('no outcome was written');
  return last;
}

test('several that were reverted: two are known by their hash, those below them by their epoch', () => {
  const device = boot();
  for (const edition of [fourth, second, third]) revertOnTrial(device, edition);
  restart(device);
  for (const edition of [second, third, fourth]) expect(refusalOf(device, edition)).toBe(REVERTED_BEFORE);
  expect(refusalOf(device, fifth)).toBeNull();
});

test('what was insisted on after it was reverted, and given up before it ran, is still one that was reverted', () => {
  const device = boot();
  revertOnTrial(device, second);
  device.open();
  device.force(second.hash);
  withdraw(device, second);
  device.close();
  restart(device);
  expect(historyOf(device)).toMatch(/^6:2:\S+ 3:2:/);
  expect(refusalOf(device, second)).toBe(REVERTED_BEFORE);
});

test('an upload that is refused at its end stands in the history, with why', async () => {
  const device = boot();
  const foreign = await drillEdition(5, { ...SIZES, replaces: [4] });
  device.open();
  expect(device.upload(foreign.bytes, foreign.hash)).not.toBeNull();
  const told = device.read(GROUP.holdfast, HOLDFAST.outcome);
  const reason = REFUSALS.find(({ name }) => name === 'REPLACES_OTHER')?.code;
  expect(['outcome', 'reason', 'epoch'].map((name) => told.get(name))).toEqual([
    OUTCOME.refusedAtUpload,
    reason,
    5,
  ]);
  const damaged = second.bytes.slice();
  damaged[60] = (damaged[60] ?? 0) ^ 1;
  const before = historyOf(device);
  expect(device.upload(damaged, second.hash)).not.toBeNull();
  expect(historyOf(device)).toBe(before);
});

test('no token is given twice, whatever one read says', () => {
  for (const { geometry } of GEOMETRIES.slice(0, 2)) {
    const device = boot(geometry);
    for (let window = 0; window < 5; window++) {
      device.open();
      device.close();
    }
    const read = device.flash.read.bind(device.flash);
    let wrongAt = -1;
    let reads = 0;
    let mask = 0;
    device.flash.read = (area, offset, destination) => {
      const given = read(area, offset, destination);
      if (area === 3 && reads++ === wrongAt && given)
        for (let byte = 0; byte < destination.length; byte++)
          destination[byte] =
            mask === 0
              ? geometry.erasedByte
              : (destination[byte] ?? 0) ^ (byte === mask >> 3 ? 1 << (mask & 7) : 0);
      return given;
    };
    const last = device.stateOf('token');
    const kept = device.flash.keep();
    // One bit of a head, or all that is read taken for erased; in a start, or when the window opens.
    for (const bit of [0, 1, 5, 20, 32, 33, 34, 40, 63]) {
      for (wrongAt = 0; ; wrongAt++) {
        device.flash.putBack(kept);
        [reads, mask] = [0, bit];
        restart(device);
        device.token = null;
        const refusal = device.open();
        if (refusal === null) expect(device.token, `read ${wrongAt}, bit ${bit}`).toBeGreaterThan(last);
        if (reads <= wrongAt) break;
      }
    }
  }
});
