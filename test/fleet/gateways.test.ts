/** Gateways that ask a server over TLS, on controllers that run the real core. */

import { createPublicKey, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { certificateOf } from '../../fleet/wire/certificate.ts';
import { Disk, keyOf, NetworkPlant } from './support/network-plant.ts';

let plant: NetworkPlant;
let disk: Disk;

beforeEach(async () => {
  plant = await NetworkPlant.boot();
  disk = new Disk();
});
afterEach(() => plant.end());

test('a certificate is one that OpenSSL reads, of the key and nothing else, and always the same', () => {
  const certificate = new X509Certificate(certificateOf(keyOf('gw-1')));
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.publicKey.equals(createPublicKey(keyOf('gw-1')))).toBe(true);
  expect([certificate.subject, certificate.issuer]).toEqual(['CN=holdfast', 'CN=holdfast']);
  expect(certificate.validTo).toMatch(/9999/);
  expect(certificateOf(keyOf('gw-1'))).toBe(certificateOf(keyOf('gw-1')));
});

test('a controller is brought to a signed edition, and every step is reported with what was read', async () => {
  const { port } = await plant.openDoor();
  void plant.station(plant.link(port), disk).run();
  const { edition } = plant.editions;
  const ends: string[] = [];
  ends.push((await plant.ask('c1', 'read')).end);
  for (const act of ['stage', 'open', 'mark', 'close'] as const)
    ends.push((await plant.ask('c1', act, act === 'open' ? '' : edition)).end);
  await plant.controllers.get('c1')?.advance(5000);
  const { end, reading } = await plant.ask('c1', 'confirm', edition);
  expect([...ends, end]).toEqual(Array.from({ length: 6 }, () => 'done'));
  expect(reading).toMatchObject({ running: edition, trial: false, window: false });
  expect(disk.followed?.sequence).toBe(5);
  expect(disk.session).toEqual({ epoch: plant.epoch, lease: 1 });
  expect(plant.incidents).toEqual([]);
  expect(await plant.store.told()).toEqual([]);
});

test('after a reboot a gateway reports before it acts, and does nothing twice', async () => {
  const { port } = await plant.openDoor();
  const first = plant.station(plant.link(port), disk);
  void first.run();
  const { edition } = plant.editions;
  expect((await plant.ask('c1', 'stage', edition)).end).toBe('done');
  await first.end();
  // It stops when it has marked and written that down, and nobody heard of it.
  const lease = await plant.store.grant('gw-1', disk.session.lease);
  const staged = disk.controllers.get('c1');
  if (staged === undefined || staged.report === null) throw new TypeError('it was staged');
  const order = { id: 50, controller: 'c1', act: 'open' as const, hash: '', force: false };
  await plant.store.put(plant.epoch, [{ gateway: 'gw-1', order }]);
  expect(await plant.store.take('gw-1', lease, 0, 9)).toHaveLength(1);
  const report = { ...staged.report, id: 50 };
  disk.controllers.set('c1', { ...staged, seen: 50, report });
  disk.session = { ...disk.session, lease };
  let requests = 0;
  const c1 = plant.controllers.get('c1');
  if (c1 !== undefined) c1.onRequest = () => requests++;
  void plant.station(plant.link(port), disk).run();
  expect(await plant.reportOn('c1', 50)).toEqual(report);
  expect((await plant.ask('c2', 'read')).end).toBe('done');
  expect(requests).toBe(0);
});

test('an order that was begun when the gateway stopped is given again, and ends', async () => {
  const { port } = await plant.openDoor();
  const c1 = plant.controllers.get('c1');
  if (c1 === undefined) throw new TypeError('c1 is there');
  let station = plant.station(plant.link(port), disk);
  void station.run();
  await plant.ask('c1', 'read');
  let ended: Promise<void> | null = null;
  let count = 0;
  c1.onRequest = () => {
    if (++count === 12) ended ??= station.end();
  };
  const { edition } = plant.editions;
  const order = { id: 70, controller: 'c1', act: 'stage' as const, hash: edition, force: false };
  await plant.store.put(plant.epoch, [{ gateway: 'gw-1', order }]);
  await expect.poll(() => ended !== null, { timeout: 60_000 }).toBe(true);
  await ended;
  c1.onRequest = () => {};
  station = plant.station(plant.link(port), disk);
  void station.run();
  expect(await plant.reportOn('c1', 70)).toMatchObject({ end: 'done', reading: { other: edition } });
});

test('a server that leads no more says so, and gives no order', async () => {
  const { port } = await plant.openDoor();
  void plant.station(plant.link(port), disk).run();
  await plant.ask('c1', 'read');
  const epoch = await plant.store.lead();
  await plant.store.put(epoch, [
    { gateway: 'gw-1', order: { id: 90, controller: 'c1', act: 'read', hash: '', force: false } },
  ]);
  await expect
    .poll(() => plant.notes.some((note) => note.includes('epoch 2 leads')), { timeout: 60_000 })
    .toBe(true);
  expect((await plant.store.lag()).open).toBe(1);
});

test('two computers with the key of one gateway: the one with the older lease is told off, and a person hears of it', async () => {
  const { port } = await plant.openDoor();
  void plant.station(plant.link(port), disk).run();
  await plant.ask('c1', 'read');
  const other = plant.link(port);
  const { lease } = await other.hello({ epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] });
  expect(lease).toBe(2);
  const stale = { epoch: plant.epoch, lease: 1 };
  const refused = { code: 'SERVER_SAYS_LEASE_LOST' };
  await expect(other.report({ ...stale, reports: [], incidents: [] })).rejects.toMatchObject(refused);
  await expect(other.pull({ ...stale, taken: 0, waitMs: 0 })).rejects.toMatchObject(refused);
  expect((await plant.store.told()).map(({ gateway, code }) => [gateway, code])).toContainEqual([
    'gw-1',
    'LEASE_LOST',
  ]);
  other.close();
});

test('a lease that nobody renews is over by the clock of the gateway: nothing more is written', async () => {
  plant.epoch = await plant.store.lead();
  const desk = plant.desk(1000, 400);
  const never = new AbortController().signal;
  let isCut = false;
  const cut = <T>(answer: () => Promise<T>): Promise<T> => (isCut ? new Promise(() => {}) : answer());
  const station = plant.station(
    {
      hello: (hello) => cut(() => desk.hello('gw-1', hello)),
      pull: (pull) => cut(() => desk.pull('gw-1', { ...pull, waitMs: Math.min(pull.waitMs, 100) }, never)),
      report: (reports) => cut(() => desk.report('gw-1', reports, never)),
      state: async () => plant.stateText,
      image: async () => plant.editions.images.get(plant.editions.edition)?.bytes ?? new Uint8Array(),
      close: () => {},
    },
    disk,
  );
  void station.run();
  expect((await plant.ask('c1', 'read')).end).toBe('done');
  const c1 = plant.controllers.get('c1');
  if (c1 === undefined) throw new TypeError('c1 is there');
  let requests = 0;
  c1.onRequest = () => {
    // From its first request on, the server cannot be reached, until the lease is over.
    if (requests++ > 0) return;
    isCut = true;
    const endMs = performance.now() + 500;
    while (performance.now() < endMs);
  };
  const order = {
    id: 60,
    controller: 'c1',
    act: 'stage' as const,
    hash: plant.editions.edition,
    force: false,
  };
  await plant.store.put(plant.epoch, [{ gateway: 'gw-1', order }]);
  await expect.poll(() => disk.controllers.get('c1')?.seen, { timeout: 60_000 }).toBe(60);
  await expect.poll(() => disk.controllers.get('c1')?.begun, { timeout: 60_000 }).toBe(false);
  expect(disk.controllers.get('c1')?.report?.id).not.toBe(60);
  expect(c1.device.operations).toBe(0);
});

test('swapped cables are noticed: what is meant for one controller does not reach another', async () => {
  const { port } = await plant.openDoor();
  void plant.station(plant.link(port), disk).run();
  // The inventory says that c4 has another map than what hangs on its line.
  const c4 = plant.controllers.get('c4');
  expect(await plant.ask('c4', 'open')).toMatchObject({
    end: 'refused',
    code: 'OTHER_CONTROLLER',
    reading: null,
  });
  expect(c4?.answering).toBe(plant.editions.epochs.before);
  expect(plant.codes()).toEqual(['OTHER_CONTROLLER']);
  await expect
    .poll(async () => (await plant.store.told()).map(({ code }) => code))
    .toEqual(['OTHER_CONTROLLER']);
});

test('a controller that answers another edition than it was left with is told: a swapped cable, or somebody else', async () => {
  const { port } = await plant.openDoor();
  void plant.station(plant.link(port), disk).run();
  await plant.ask('c1', 'read');
  const known = disk.controllers.get('c1');
  if (known?.report == null || known.report.reading === null) throw new TypeError('it was read');
  const reading = { ...known.report.reading, running: 'ab'.repeat(32), epoch: 9 };
  disk.controllers.set('c1', { ...known, report: { ...known.report, reading } });
  expect((await plant.ask('c1', 'read')).end).toBe('done');
  expect(plant.codes()).toEqual(['OTHER_EDITION']);
});
