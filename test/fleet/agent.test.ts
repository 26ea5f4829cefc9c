/** The agent of a gateway on controllers that run the real core. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Agent, type Journal, type Remembered } from '../../fleet/gateway/agent.ts';
import type { Act, Order, Report } from '../../fleet/order/order.ts';
import { SimController } from '../../fleet/sim/controller.ts';
import { makeEditions } from '../../fleet/sim/editions.ts';

const editions = await makeEditions();

let controller: SimController;
let disk: Map<string, Remembered>;
let requests: number;
let agent: Agent;
let nextId: number;

beforeEach(async () => {
  controller = await SimController.boot('c', editions.before);
  disk = new Map();
  nextId = 1;
  requests = 0;
  controller.onRequest = () => requests++;
  agent = start();
});

/** An agent that starts: only its journal is as it was. */
function start(): Agent {
  const line = controller.open();
  const journal: Journal = {
    load: (id) => disk.get(id) ?? null,
    save: async (id, remembered) => void disk.set(id, structuredClone(remembered)),
  };
  return new Agent({ device: async () => line, image: (hash) => editions.images.get(hash) ?? null, journal });
}

const HASHED: readonly Act[] = ['stage', 'mark', 'close', 'confirm'];

function order(act: Act, change: Partial<Order> = {}): Order {
  const hash = HASHED.includes(act) ? editions.edition : '';
  return { id: nextId++, fence: 3, controller: 'c', act, hash, force: false, ...change };
}

const does = async (act: Act, change: Partial<Order> = {}): Promise<Report> =>
  agent.carryOut(order(act, change));

test('a controller is brought to an edition, each step read back', async () => {
  const ends: unknown[] = [];
  for (const act of ['read', 'stage', 'open', 'mark', 'close'] as const) ends.push((await does(act)).end);
  await controller.advance(5000);
  const { end, reading } = await does('confirm');
  expect([...ends, end]).toEqual(['done', 'done', 'done', 'done', 'done', 'done']);
  expect(reading).toMatchObject({ running: editions.edition, trial: false, window: false });
  expect(controller.answering).toBe(editions.epochs.edition);
});

describe('an order', () => {
  test('that comes again is answered from the journal, after a reboot too, and nothing reaches the controller', async () => {
    const staging = order('stage');
    const first = await agent.carryOut(staging);
    const before = requests;
    expect(await agent.carryOut(staging)).toEqual(first);
    agent = start();
    expect(await agent.carryOut(staging)).toEqual(first);
    expect(requests).toBe(before);
  });

  test('with a lower fence than was seen is refused, after a reboot too, and nothing reaches the controller', async () => {
    await does('read');
    const before = requests;
    agent = start();
    for (const act of ['read', 'stage', 'open', 'mark', 'close', 'confirm', 'revert', 'leave'] as const)
      expect(await does(act, { fence: 2 })).toMatchObject({ end: 'fenced', code: 'FENCED' });
    expect(requests).toBe(before);
    expect((await does('read', { fence: 4 })).end).toBe('done');
    expect(await does('read', { fence: 3 })).toMatchObject({ end: 'fenced' });
  });

  test('that a later one overtook is refused', async () => {
    const late = order('open');
    await does('read');
    expect(await agent.carryOut(late)).toMatchObject({ end: 'fenced', code: 'OVERTAKEN' });
    expect(controller.answering).toBe(editions.epochs.before);
  });

  test('that was begun by a server which is followed by another stops before its next write', async () => {
    const staging = order('stage');
    let count = 0;
    controller.onRequest = () => {
      // The other server's order is seen while this one is on its way.
      if (++count === 3) disk.set('c', { fence: 9, seen: 99, report: null, token: null, begun: false });
    };
    expect(await agent.carryOut(staging)).toMatchObject({ end: 'fenced', code: 'FENCED' });
    expect(controller.device.operations).toBe(0);
  });

  test('is told as it ended: moving, unreachable, refused', async () => {
    controller.device.parked = false;
    expect(await does('stage')).toMatchObject({
      end: 'moving',
      code: 'NOT_PARKED',
      reading: { running: expect.any(String) },
    });
    controller.device.parked = true;
    expect(await does('mark')).toMatchObject({ end: 'refused', code: 'NO_WINDOW' });
    controller.connected = false;
    expect(await does('read')).toMatchObject({ end: 'unreachable', code: 'NO_ANSWER', reading: null });
  });

  test('that did not end well may come again under its id, and is then carried out', async () => {
    controller.connected = false;
    const staging = order('stage');
    expect((await agent.carryOut(staging)).end).toBe('unreachable');
    controller.connected = true;
    expect((await agent.carryOut(staging)).end).toBe('done');
  });

  test('of which power went in the middle is not believed', async () => {
    for (const act of ['stage', 'open', 'mark'] as const) await does(act);
    controller.device.cutAt(controller.device.operations, 'inside');
    expect((await does('close')).end).toBe('unreachable');
    await controller.device.reboot();
    const { reading } = await does('read');
    expect(reading?.running).not.toBe(editions.edition);
  });
});

test('a window that was opened when the gateway stopped is its own after the reboot', async () => {
  await does('stage');
  const opening = order('open');
  let stopped = false;
  controller.onRequest = () => {
    if (stopped || disk.get('c')?.begun !== true || controller.answering !== null) return;
    stopped = true;
    throw new Error('the gateway stops here');
  };
  await expect(agent.carryOut(opening)).rejects.toThrow('the gateway stops here');
  agent = start();
  expect((await agent.carryOut(opening)).end).toBe('done');
  expect((await does('mark')).end).toBe('done');
});

test('a window of somebody else is not taken', async () => {
  await does('stage');
  const person = controller.open();
  await person.openWindow();
  agent = start();
  expect(await does('open')).toMatchObject({ end: 'refused', code: 'WINDOW_HELD' });
  expect(await does('mark')).toMatchObject({ end: 'refused' });
});
