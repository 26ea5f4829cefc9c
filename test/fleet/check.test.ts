/** Controllers checked against what is signed: what they hold is read back, whatever they and records say. */
import { beforeEach, describe, expect, test } from 'vitest';
import { type CheckedController, checkControllers, isRight } from '../../fleet/check/check.ts';
import { checkSources } from '../../fleet/check/dirty.ts';
import { type DesiredState, decodeState } from '../../fleet/desired/state.ts';
import { Agent, type Remembered } from '../../fleet/gateway/agent.ts';
import type { Act } from '../../fleet/order/order.ts';
import { SimController } from '../../fleet/sim/controller.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';
import { toHex } from '../../host/body/bytes.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { sha256 } from '../../host/image/sign.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { networkInventory, signedState } from './support/network-plant.ts';

const editions = await makeEditions();
const { controllers } = await networkInventory();
const [c1, c2] = [controllers.get('c1'), controllers.get('c2')];
if (c1 === undefined || c2 === undefined) throw new TypeError('c1 and c2 are there');

const envelope = JSON.parse(signedState(editions)) as { payload: string };
const state: DesiredState = decodeState(Buffer.from(envelope.payload, 'base64'));

let devices: Map<string, SimController>;
let disk: Map<string, Remembered>;
let agent: Agent;
let nextId: number;

beforeEach(async () => {
  devices = new Map([
    ['c1', await SimController.boot('c1', editions.before)],
    ['c2', await SimController.boot('c2', editions.before)],
  ]);
  // Long answers go out a few bytes a slice while a controller runs.
  for (const { device } of devices.values()) device.patience.afterAnswer = 1000;
  disk = new Map();
  nextId = 1;
  const lines = new Map([...devices].map(([id, device]) => [id, device.open()]));
  agent = new Agent({
    device: async (id) => {
      const line = lines.get(id);
      if (line === undefined) throw new TypeError(`no line to ${id}`);
      return line;
    },
    image: (hash) => editions.images.get(hash) ?? null,
    journal: {
      load: (id) => disk.get(id) ?? null,
      save: async (id, remembered) => void disk.set(id, structuredClone(remembered)),
    },
  });
});

async function does(controller: string, act: Act, hash = editions.edition): Promise<void> {
  const order = { id: nextId++, fence: 1, controller, act, hash, force: true };
  expect((await agent.carryOut(order)).end).toBe('done');
}

/** Brings a controller to an edition, for good unless it stays on trial. */
async function bring(controller: string, hash = editions.edition, isKept = true): Promise<void> {
  for (const act of ['stage', 'open', 'mark', 'close'] as const) await does(controller, act, hash);
  if (!isKept) return;
  await devices.get(controller)?.advance(5000);
  await does(controller, 'confirm', hash);
}

async function check(deep = true, recorded = new Map<string, string>()): Promise<CheckedController[]> {
  nextId += 10;
  return checkControllers({
    ...{ controllers: [c1, c2].flatMap((entry) => entry ?? []), state, deep, recorded, firstId: nextId },
    carryOut: (order) => agent.carryOut({ ...order, fence: 1 }),
  });
}

const verdicts = (checked: readonly CheckedController[]) => checked.map(({ verdict }) => verdict);

test('who runs the edition is right, who runs the reissue too, and who is on trial not yet', async () => {
  await bring('c1');
  await bring('c2', editions.reissue);
  const both = await check();
  expect(verdicts(both)).toEqual(['right', 'reissue']);
  expect(both.every(isRight)).toBe(true);
  expect(verdicts(await check(false))).toEqual(['right', 'reissue']);
});

test('another edition is told with what it answers otherwise, row by row', async () => {
  await bring('c1', editions.edition, false);
  const [first, second] = await check();
  expect(first).toMatchObject({ verdict: 'trial' });
  expect(second?.verdict).toBe('other');
  expect(second?.words).toMatch(/400.*600.*limit 80.*→.*limit 40/);
  expect((await check(false))[1]).toMatchObject({
    verdict: 'other',
    words: 'It runs epoch 1, and should run 2.',
  });
});

test('bits of flash that changed under a controller are found, though it says that all is well', async () => {
  await bring('c1');
  await bring('c2');
  const image = editions.images.get(editions.edition)?.bytes ?? new Uint8Array();
  const { content } = devices.get('c1')?.device ?? { content: new Uint8Array() };
  const at = Buffer.from(content).indexOf(Buffer.from(image));
  expect(at).toBeGreaterThanOrEqual(0);
  content[at + 40] = (content[at + 40] ?? 0) ^ 1;
  expect(verdicts(await check(false))).toEqual(['right', 'right']);
  const [first] = await check();
  expect(first).toMatchObject({ verdict: 'damaged' });
  expect(first?.words).toMatch(/^What lies in its flash is not what it says it is: /);
});

test('a success that was recorded and is not on the device is found by reading', async () => {
  await bring('c1');
  const recorded = new Map([
    ['c1', editions.edition],
    ['c2', editions.edition],
  ]);
  const [first, second] = await check(false, recorded);
  expect(first?.orphaned).toBe('');
  expect(second?.orphaned).toMatch(/^It was reported to run .* for good, and runs .* \(epoch 1\)\.$/);
  expect(isRight(second as CheckedController)).toBe(false);
});

test('who cannot be read is told as that', async () => {
  const device = devices.get('c2');
  if (device !== undefined) device.connected = false;
  expect((await check())[1]).toMatchObject({ verdict: 'unread', orphaned: '' });
});

test('a check writes nothing', async () => {
  await check();
  for (const { device } of devices.values()) expect(device.operations).toBe(0);
});

describe('a source', () => {
  const text = (epoch: number, limit: number) => `holdfast: 1
map: line
epoch: ${epoch}
replaces: ${epoch - 1}
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000 } ] }
zones:
  - { id: slow, at: { from: 400, to: 600 }, limit: ${limit} }
gaps:
  - { anywhere: true, action: hold }
`;
  const images = new Map([...editions.images.values()].map(({ bytes }) => [toHex(sha256(bytes)), bytes]));
  const judged = async (source: string) => {
    const partition = await loadPartition('line.map.yaml', memoryReader({ 'line.map.yaml': source }));
    return checkSources(state, images, [partition])[0];
  };

  test('that says what was signed is clean', async () => {
    expect(await judged(text(2, 40))).toMatchObject({ verdict: 'clean', lines: [] });
  });

  test('that was corrected after it was signed makes its edition dirty, and says where', async () => {
    const dirty = await judged(text(2, 30));
    expect(dirty?.verdict).toBe('dirty');
    expect(dirty?.lines.join('\n')).toMatch(/limit 40.*→.*limit 30/);
  });

  test('that has a later epoch is not signed yet, and one with an earlier one is dirty', async () => {
    expect((await judged(text(3, 30)))?.verdict).toBe('later');
    expect((await judged(text(1, 80).replace('replaces: 0\n', '')))?.verdict).toBe('dirty');
  });

  test('that nobody gave is not judged', () => {
    expect(checkSources(state, images, [])[0]?.verdict).toBe('none');
  });
});
