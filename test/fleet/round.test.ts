/** A scheduled check as a machine: time is virtual, gateways are the real agent, and controllers run the real core. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  beginRound,
  type Round,
  type RoundStep,
  roundWakeMs,
  roundWords,
  stepRound,
} from '../../fleet/check/round.ts';
import { stateIn } from '../../fleet/desired/state.ts';
import { Agent, type Remembered } from '../../fleet/gateway/agent.ts';
import type { Report } from '../../fleet/order/order.ts';
import { SimController } from '../../fleet/sim/controller.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';
import { signedState } from './support/network-plant.ts';

const editions = await makeEditions();
const [wanted] = stateIn(signedState(editions)).maps;
if (wanted === undefined) throw new TypeError('the state names a map');
const BEFORE_HASH = 'b'.repeat(64);

let devices: Map<string, SimController>;
let agent: Agent;
let round: Round;
let nowMs: number;
let nextId: number;
/** By id; what is missing was overtaken. */
let answers: Map<number, Report | 'open'>;
let busy: Set<string>;
/** Who should run the edition; others are only asked. */
let due: Set<string>;
let marks: Map<string, string>;
let recorded: Map<string, string>;

beforeEach(async () => {
  devices = new Map();
  for (const id of ['c1', 'c2']) {
    const device = await SimController.boot(
      id,
      editions.images.get(editions.edition)?.bytes ?? new Uint8Array(),
    );
    device.device.patience.afterAnswer = 1000;
    devices.set(id, device);
  }
  const lines = new Map([...devices].map(([id, device]) => [id, device.open()]));
  const disk = new Map<string, Remembered>();
  agent = new Agent({
    device: async (id) => lines.get(id) ?? Promise.reject(new TypeError(`no line to ${id}`)),
    image: (hash) => editions.images.get(hash) ?? null,
    journal: { load: (id) => disk.get(id) ?? null, save: async (id, kept) => void disk.set(id, kept) },
  });
  [nowMs, nextId] = [1_000_000, 1];
  [answers, busy, marks] = [new Map(), new Set(), new Map()];
  due = new Set(['c1', 'c2']);
  recorded = new Map([...due].map((id) => [id, editions.edition]));
  round = beginRound(
    [...due].map((controller) => ({ controller, cell: 'press' })),
    nowMs,
  );
});

/** One step; gateways carry out what it asks unless they are away. */
async function step(isAway = false): Promise<RoundStep> {
  const next = stepRound(round, {
    ...{ nowMs, nextId, isBusy: (id: string) => busy.has(id) },
    expected: (id) => ({
      mark: marks.get(id) ?? '',
      wanted: due.has(id) ? (wanted ?? null) : null,
      recorded: recorded.get(id) ?? '',
    }),
    answer: (_controller, id) => answers.get(id) ?? 'gone',
  });
  // What is written down and read again is the same.
  round = JSON.parse(JSON.stringify(next.round)) as Round;
  expect(round).toEqual(next.round);
  nextId += next.orders.length;
  for (const order of next.orders)
    answers.set(order.id, isAway ? 'open' : await agent.carryOut({ ...order, fence: 1 }));
  return next;
}

/** Until it is over; time goes on by as much as nothing happens. */
async function run(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    if ((await step()).isOver) return;
    nowMs = Math.max(
      nowMs + 2000,
      round.members.some(({ asked }) => asked !== null) ? 0 : roundWakeMs(round),
    );
  }
  throw new Error(`it never ends: ${JSON.stringify(round)}`);
}

const verdicts = () => round.members.map(({ found }) => found?.verdict);

test('who runs what is signed is examined byte by byte, and nobody is told anything', async () => {
  const first = await step();
  expect(first.orders.map(({ act, hash }) => [act, hash])).toEqual(
    Array(2).fill(['examine', editions.edition]),
  );
  const second = await step();
  expect(second).toMatchObject({ isOver: true, alarms: [], orders: [], dropped: [] });
  expect(roundWords(round)).toBe('2 controllers: 2 as signed, byte by byte');
});

test('bits that changed in flash are an alarm once, in the step in which they are known', async () => {
  const { content } = devices.get('c2')?.device ?? { content: new Uint8Array() };
  const image = Buffer.from(editions.images.get(editions.edition)?.bytes ?? []);
  const at = Buffer.from(content).indexOf(image);
  content[at + 40] = (content[at + 40] ?? 0) ^ 1;
  await step();
  const told = await step();
  expect(told.alarms.map(({ controller, found }) => [controller, found?.verdict])).toEqual([
    ['c2', 'damaged'],
  ]);
  expect((await step()).alarms).toEqual([]);
  expect(roundWords(round)).toBe('2 controllers: 1 as signed, byte by byte, 1 otherwise');
});

test('a reported success that is not on the device is found, also where the state is not due', async () => {
  recorded.set('c1', BEFORE_HASH);
  recorded.set('c2', BEFORE_HASH);
  due.delete('c2');
  await run();
  expect(verdicts()).toEqual(['right', 'asked']);
  expect(round.members.map(({ found }) => found?.orphaned)).toEqual(
    Array(2).fill(expect.stringMatching(/^It was reported to run bbbbbbbb… for good, and runs /)),
  );
});

test('who cannot be read is asked five times, half a minute apart, and then told', async () => {
  const device = devices.get('c1');
  if (device !== undefined) device.connected = false;
  const startMs = nowMs;
  await run();
  expect(verdicts()).toEqual(['unread', 'right']);
  expect(nextId - 1).toBe(1 + 5);
  expect(nowMs - startMs).toBeGreaterThanOrEqual(4 * 30_000);
  expect(nowMs - startMs).toBeLessThan(5 * 60_000);
});

test('a gateway that never reports ends with the time of the check, and its orders are dropped', async () => {
  await step(true);
  nowMs = round.untilMs - 1;
  expect(await step(true)).toMatchObject({ isOver: false, dropped: [], orders: [] });
  nowMs = round.untilMs;
  expect(await step(true)).toMatchObject({ isOver: true, dropped: ['c1', 'c2'] });
  expect(verdicts()).toEqual(['unread', 'unread']);
});

describe('a cell that is changed', () => {
  test('is left alone until it is not, and until the end of the check at most', async () => {
    busy.add('c1');
    busy.add('c2');
    expect((await step()).orders).toEqual([]);
    busy.delete('c2');
    nowMs += 60_000;
    expect((await step()).orders.map(({ controller }) => controller)).toEqual(['c2']);
    nowMs = round.untilMs;
    const end = await step();
    expect(verdicts()).toEqual(['changed', 'right']);
    expect(end).toMatchObject({ isOver: true, alarms: [], dropped: [] });
  });

  test('overtakes the orders of a check, which asks again afterwards', async () => {
    await step(true);
    answers.clear();
    busy.add('c1');
    expect((await step()).orders.map(({ controller }) => controller)).toEqual(['c2']);
    busy.clear();
    await run();
    expect(verdicts()).toEqual(['right', 'right']);
  });

  test('while an answer was on its way makes that answer worth nothing', async () => {
    recorded.set('c1', BEFORE_HASH);
    await step();
    // It was asked before its cell was changed, and answers as it ran then.
    marks.set('c1', 'changed');
    recorded.set('c1', editions.edition);
    await run();
    expect(round.members.map(({ found }) => found?.orphaned)).toEqual(['', '']);
  });
});

test('who runs the reissue is examined against that', async () => {
  const reissue = editions.images.get(editions.reissue);
  devices.set('c1', await SimController.boot('c1', reissue?.bytes ?? new Uint8Array()));
  const device = devices.get('c1');
  if (device === undefined) throw new TypeError('c1 is there');
  device.device.patience.afterAnswer = 1000;
  const line = device.open();
  agent = new Agent({
    device: async () => line,
    image: (hash) => editions.images.get(hash) ?? null,
    journal: { load: () => null, save: async () => {} },
  });
  round = beginRound([{ controller: 'c1', cell: 'press' }], nowMs);
  recorded.set('c1', editions.reissue);
  await run();
  expect(verdicts()).toEqual(['reissue']);
  expect(nextId - 1).toBe(2);
});
