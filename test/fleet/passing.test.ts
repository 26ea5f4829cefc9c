/** What passes by itself alarms nobody: requests that were given up, a store that is away, a server that is begun anew. */
import { createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Given, Reports, Welcome } from '../../fleet/wire/messages.ts';
import { tlsOptions } from '../../fleet/wire/tls.ts';
import { type Clock, systemClock } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { Disk, keyOf, NetworkPlant } from './support/network-plant.ts';

let plant: NetworkPlant;
let disk: Disk;

beforeEach(async () => {
  plant = await NetworkPlant.boot();
  disk = new Disk();
});
afterEach(() => plant.end());

const HELLO = { epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] };
const silent = () => new HoldfastError('SERVER_SILENT', 'the server does not answer', { exitCode: 3 });

test('a gateway that goes in the middle of a message', async () => {
  const { port } = await plant.openDoor();
  const socket = connectTls({ ...tlsOptions(keyOf('gw-1')), host: '127.0.0.1', port });
  const head = 'POST /v1/hello HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"epoch"';
  await new Promise<void>((resolve) => socket.write(head, () => resolve()));
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await gone;
  const link = plant.link(port);
  expect((await link.hello(HELLO)).lease).toBe(1);
  link.close();
  expect(await plant.store.told()).toEqual([]);
});

test('a store that is away for a moment; what is no trouble of a store is told', async () => {
  let fault = Object.assign(new Error('terminating connection'), { code: '57P01' });
  const { port } = await plant.openDoor({
    stateText: async () => {
      throw fault;
    },
    isPassing: (error) => (error as { code?: string }).code === '57P01',
  });
  const link = plant.link(port);
  await expect(link.state()).rejects.toMatchObject({ code: 'SERVER_SAYS_TRY_AGAIN' });
  expect(await plant.store.told()).toEqual([]);
  fault = Object.assign(new Error('no such thing'), { code: '42P01' });
  await expect(link.state()).rejects.toMatchObject({ code: 'SERVER_SAYS_SERVER_FAULT' });
  const codes = async () => (await plant.store.told()).map(({ code }) => code);
  await expect.poll(codes, { timeout: 60_000 }).toEqual(['SERVER_FAULT']);
  link.close();
});

test('a wait and a report that a gateway gave up before it came back with a later lease', async () => {
  plant.epoch = await plant.store.lead();
  const desk = plant.desk(60_000);
  const { epoch, lease } = await desk.hello('gw-1', HELLO);
  const given = new AbortController();
  const waits = desk.pull('gw-1', { epoch, lease, taken: 0, waitMs: 60_000 }, given.signal);
  await desk.hello('gw-1', HELLO);
  given.abort();
  expect((await waits).orders).toEqual([]);
  const late = { epoch, lease, reports: [], incidents: [] };
  await expect(desk.report('gw-1', late, given.signal)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(await plant.store.told()).toEqual([]);
  // Whoever listens still with that lease is another computer.
  const { signal } = new AbortController();
  await expect(desk.report('gw-1', late, signal)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect((await plant.store.told()).map(({ code }) => code)).toEqual(['LEASE_LOST']);
});

test('a gateway reports nothing under a lease that is about to be replaced, and all of it under the next', async () => {
  const calls: string[] = [];
  const reports: Reports[] = [];
  const hold = { hello: () => {}, order: () => {} };
  const ordered = new Promise<void>((resolve) => {
    hold.order = resolve;
  });
  let hellos = 0;
  const c1 = plant.controllers.get('c1');
  if (c1 === undefined) throw new TypeError('c1 is there');
  const station = plant.station(
    {
      hello: async (): Promise<Welcome> => {
        hellos++;
        calls.push(`hello ${hellos}`);
        const answered = new Promise<void>((resolve) => {
          hold.hello = resolve;
        });
        if (hellos > 1) await answered;
        return { epoch: 1, lease: hellos, leaseMs: 90_000, waitMs: 1000 };
      },
      pull: async ({ lease }): Promise<Given> => {
        calls.push(`pull ${lease}`);
        if (calls.filter((call) => call === 'pull 1').length > 1) {
          if (lease === 1) throw silent();
          return new Promise(() => {});
        }
        const order = { id: 5, controller: 'c1', act: 'read' as const, hash: '', force: false };
        return { epoch: 1, lease, state: plant.stateName(), orders: [{ position: 1, order }] };
      },
      report: async (message) => {
        calls.push(`report ${message.lease}`);
        reports.push(message);
        return { epoch: 1, lease: message.lease };
      },
      state: async () => plant.stateText,
      image: async () => new Uint8Array(),
      close: () => {},
    },
    disk,
    {
      lines: { device: () => ordered.then(() => c1.open()), drop: async () => {}, close: async () => {} },
    },
  );
  void station.run();
  await expect.poll(() => hellos, { timeout: 60_000 }).toBe(2);
  hold.order();
  await expect.poll(() => disk.controllers.get('c1')?.report?.id, { timeout: 60_000 }).toBe(5);
  expect(reports).toEqual([]);
  hold.hello();
  await expect.poll(() => reports.length, { timeout: 60_000 }).toBe(1);
  expect(calls.filter((call) => call.startsWith('report'))).toEqual(['report 2']);
  expect(reports[0]?.reports.map(({ id, end }) => [id, end])).toEqual([[5, 'done']]);
});

test('a server that is begun anew is asked again soon for half a minute, and then more and more rarely', async () => {
  const pauses: number[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (ms, act) => {
      pauses.push(ms);
      return systemClock.after(0, act);
    },
  };
  const fails = async () => {
    throw silent();
  };
  const link = { hello: fails, pull: fails, report: fails, state: fails, image: fails, close: () => {} };
  const station = plant.station(link, disk, { clock, random: () => 0 });
  const run = station.run();
  await expect.poll(() => pauses.length, { timeout: 60_000 }).toBeGreaterThan(40);
  await station.end();
  await run;
  expect(new Set(pauses.slice(0, 30))).toEqual(new Set([1000]));
  expect(pauses.slice(31, 40)).toEqual([2000, 4000, 8000, 16_000, 32_000, ...Array(4).fill(60_000)]);
  expect(plant.incidents).toEqual([]);
});

test('a server waits for the port that the one before it still has', async () => {
  const before = createServer();
  await new Promise<void>((resolve) => before.listen(0, '127.0.0.1', resolve));
  const { port } = before.address() as { port: number };
  const opened = plant.openDoor({ port });
  await new Promise((resolve) => setTimeout(resolve, 50));
  before.close();
  expect((await opened).port).toBe(port);
});
