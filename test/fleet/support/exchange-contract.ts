/** What every store of the traffic with gateways promises, looked at over any of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ExchangeStore, OutboxOrder, Posting } from '../../../fleet/exchange/store.ts';
import type { Report } from '../../../fleet/order/order.ts';

export interface StoreUnderTest {
  readonly store: ExchangeStore;
  /** Another connection to the same data, as a second server has; the same store where there is none. */
  readonly second: ExchangeStore;
}

/** `open` gives an empty store; called before each test. */
export function promisesOfAnExchange(open: () => Promise<StoreUnderTest>): void {
  let store: ExchangeStore;
  let second: ExchangeStore;
  let epoch: number;

  beforeEach(async () => {
    ({ store, second } = await open());
    epoch = await store.lead();
  });

  describe('a leader', () => {
    test('has an epoch above all before it, and above what it is told', async () => {
      expect(await store.epoch()).toBe(epoch);
      expect(await second.lead()).toBe(epoch + 1);
      expect(await store.lead(100)).toBe(101);
      expect(await second.lead(50)).toBe(102);
      expect(await store.epoch()).toBe(102);
    });

    test('that is followed by another changes nothing any more', async () => {
      await store.put(epoch, [posting('c1', 1)]);
      const next = await second.lead();
      const refused = { code: 'EPOCH_LOWER' };
      await expect(store.put(epoch, [posting('c1', 2)])).rejects.toMatchObject(refused);
      await expect(store.withdraw(epoch, ['c1'])).rejects.toMatchObject(refused);
      await expect(store.reserveIds(epoch, 1)).rejects.toMatchObject(refused);
      await expect(store.readUpTo(epoch, 1)).rejects.toMatchObject(refused);
      expect(await idsOf('g1')).toEqual([1]);
      await second.put(next, [posting('c1', 2)]);
      expect(await idsOf('g1')).toEqual([2]);
    });

    test('that there never was is refused too', async () => {
      await expect(store.put(epoch + 1, [posting('c1', 1)])).rejects.toMatchObject({ code: 'EPOCH_LOWER' });
    });
  });

  test('ids are reserved once, above what was put and above what is told', async () => {
    expect(await store.highestId()).toBe(0);
    expect(await store.reserveIds(epoch, 10)).toBe(1);
    expect(await second.reserveIds(epoch, 5)).toBe(11);
    await store.put(epoch, [posting('c1', 40)]);
    expect(await store.highestId()).toBe(40);
    expect(await store.reserveIds(epoch, 1)).toBe(41);
    expect(await store.reserveIds(epoch, 1, 1000)).toBe(1001);
    expect(await store.highestId()).toBe(1001);
  });

  describe('an order', () => {
    test('goes to its gateway in the order of putting, and its attempts are counted', async () => {
      await store.put(epoch, [posting('c1', 7), posting('c2', 5), posting('c3', 6, 'g2')]);
      await store.put(epoch, [posting('c4', 4)]);
      const lease = await store.grant('g1');
      const first = await store.take('g1', lease, 0, 2);
      expect(first?.map(({ order, attempts }) => [order.id, attempts])).toEqual([
        [7, 1],
        [5, 1],
      ]);
      expect(first?.[0]).toMatchObject(posting('c1', 7));
      const rest = await second.take('g1', lease, first?.at(-1)?.position ?? 0, 9);
      expect(rest?.map(({ order }) => order.id)).toEqual([4]);
      const again = await store.take('g1', lease, 0, 9);
      expect(again?.map(({ order, attempts }) => [order.id, attempts])).toEqual([
        [7, 2],
        [5, 2],
        [4, 2],
      ]);
      const positions = again?.map(({ position }) => position) ?? [];
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(await idsOf('g2')).toEqual([6]);
    });

    test('is overtaken by a later one of its controller, and an earlier one changes nothing', async () => {
      await store.put(epoch, [posting('c1', 3), posting('c2', 3)]);
      await store.put(epoch, [posting('c1', 8)]);
      expect(await store.put(epoch, [posting('c1', 3), posting('c1', 5)])).toEqual([null, null]);
      expect(await idsOf('g1')).toEqual([3, 8]);
      const lease = await store.grant('g1');
      expect(await store.receive('g1', lease, [report('c1', 3), report('c1', 5)])).toEqual([
        'late',
        'never-given',
      ]);
    });

    test('that is put again while it is open goes out once more, at a new position', async () => {
      const lease = await store.grant('g1');
      await store.put(epoch, [posting('c1', 1)]);
      const [first] = (await store.take('g1', lease, 0, 9)) ?? [];
      expect(await store.take('g1', lease, first?.position ?? 0, 9)).toEqual([]);
      expect(await store.put(epoch, [posting('c1', 1)])).toEqual([null]);
      const again = await store.take('g1', lease, first?.position ?? 0, 9);
      expect(again?.map(({ order, attempts }) => [order.id, attempts])).toEqual([[1, 2]]);
    });

    test('that was reported on and is put again gives its report, and goes out no more', async () => {
      await store.put(epoch, [posting('c1', 1)]);
      const lease = await store.grant('g1');
      await store.receive('g1', lease, [report('c1', 1)]);
      expect(await second.put(epoch, [posting('c1', 1), posting('c2', 1)])).toEqual([report('c1', 1), null]);
      expect((await store.take('g1', lease, 0, 9))?.map(({ order }) => order.controller)).toEqual(['c2']);
    });

    test('with another content under its id is refused, and all that was put with it', async () => {
      await store.put(epoch, [posting('c1', 1)]);
      const changed = { gateway: 'g1', order: { ...posting('c1', 1).order, act: 'open' as const } };
      const refused = { code: 'ORDER_CHANGED' };
      await expect(store.put(epoch, [posting('c2', 2), changed])).rejects.toMatchObject(refused);
      await expect(store.put(epoch, [posting('c1', 1, 'g2')])).rejects.toMatchObject(refused);
      expect(await idsOf('g1')).toEqual([1]);
    });

    test('that is withdrawn goes out no more, and its report is late', async () => {
      await store.put(epoch, [posting('c1', 1), posting('c2', 1)]);
      await store.withdraw(epoch, ['c1', 'c9']);
      expect(await store.put(epoch, [posting('c1', 1)])).toEqual([null]);
      expect(await idsOf('g1')).toEqual([1]);
      const lease = await store.grant('g1');
      expect(await store.receive('g1', lease, [report('c1', 1)])).toEqual(['late']);
      await store.put(epoch, [posting('c1', 2)]);
      expect(await idsOf('g1')).toEqual([1, 2]);
    });
  });

  describe('a lease', () => {
    test('rises with each grant, above what is told, and each gateway has its own', async () => {
      const first = await store.grant('g1');
      expect(await second.grant('g1')).toBe(first + 1);
      expect(await store.grant('g1', 70)).toBe(71);
      expect(await store.grant('g2')).toBe(1);
      expect((await store.gateways()).map(({ gateway, lease }) => [gateway, lease])).toEqual([
        ['g1', 71],
        ['g2', 1],
      ]);
    });

    test('that is not the last one is refused everywhere, and changes nothing', async () => {
      await store.put(epoch, [posting('c1', 1)]);
      const old = await store.grant('g1');
      const lease = await second.grant('g1');
      for (const wrong of [old, lease + 1]) {
        expect(await store.touch('g1', wrong)).toBe(false);
        expect(await store.take('g1', wrong, 0, 9)).toBeNull();
        expect(await store.receive('g1', wrong, [report('c1', 1)])).toBeNull();
      }
      expect(await store.touch('g3', 1)).toBe(false);
      expect(await store.touch('g1', lease)).toBe(true);
      expect(await store.reportsAbove(0, 9)).toEqual([]);
      expect((await store.take('g1', lease, 0, 9))?.map(({ attempts }) => attempts)).toEqual([1]);
    });
  });

  describe('a report', () => {
    test('settles its order once, and is read in the order of coming', async () => {
      await store.put(epoch, [posting('c1', 1), posting('c2', 2), posting('c3', 3, 'g2')]);
      const [one, two] = [await store.grant('g1'), await store.grant('g2')];
      expect(await store.receive('g1', one, [report('c2', 2), report('c2', 2)])).toEqual(['taken', 'again']);
      expect(await second.receive('g2', two, [report('c3', 3)])).toEqual(['taken']);
      expect(await store.receive('g1', one, [report('c1', 1), report('c2', 2)])).toEqual(['taken', 'again']);
      const read = await second.reportsAbove(0, 9);
      expect(read.map((received) => [received.number, received.gateway, received.report])).toEqual([
        [1, 'g1', report('c2', 2)],
        [2, 'g2', report('c3', 3)],
        [3, 'g1', report('c1', 1)],
      ]);
      expect((await store.reportsAbove(1, 1)).map(({ number }) => number)).toEqual([2]);
      expect(await idsOf('g1')).toEqual([]);
    });

    test('of an order that another gateway has, or nobody gave, is not taken', async () => {
      await store.put(epoch, [posting('c3', 3, 'g2')]);
      const lease = await store.grant('g1');
      const reports = [report('c3', 3), report('c3', 4), report('nobody', 3)];
      expect(await store.receive('g1', lease, reports)).toEqual(['foreign', 'never-given', 'never-given']);
      expect(await idsOf('g2')).toEqual([3]);
    });

    test('keeps all that it says', async () => {
      await store.put(epoch, [posting('c1', 1)]);
      const lease = await store.grant('g1');
      const whole: Report = {
        ...report('c1', 1),
        end: 'unlike',
        code: 'UNLIKE',
        words: 'ü "\' \\ \u{1f600}',
        reading: READING,
      };
      await store.receive('g1', lease, [whole]);
      expect((await second.reportsAbove(0, 1))[0]?.report).toEqual(whole);
    });
  });

  describe('what is over', () => {
    test('is archived once it was settled and read, not before, and is still known', async () => {
      await store.put(epoch, [posting('c1', 1), posting('c2', 2), posting('c3', 3)]);
      const lease = await store.grant('g1');
      await store.receive('g1', lease, [report('c1', 1), report('c2', 2)]);
      await store.readUpTo(epoch, 1);
      await store.readUpTo(epoch, 0);
      expect(await store.archive(0, 100)).toBe(0);
      expect(await store.archive(LATER_MS, 100)).toBe(3);
      expect(await store.archive(LATER_MS, 100)).toBe(0);
      expect((await store.reportsAbove(0, 9)).map(({ number }) => number)).toEqual([2]);
      expect(await store.receive('g1', lease, [report('c1', 1)])).toEqual(['again']);
      expect(await store.put(epoch, [posting('c1', 1)])).toEqual([report('c1', 1)]);
      expect(await idsOf('g1')).toEqual([3]);
      expect(await store.lag()).toMatchObject({ open: 1, unread: 1, kept: 2, archived: 3 });
      await store.readUpTo(epoch, 99);
      expect(await store.archive(LATER_MS, 100)).toBe(1);
      await store.put(epoch, [posting('c1', 4)]);
      await store.receive('g1', await store.grant('g1'), [report('c1', 4)]);
      expect((await store.reportsAbove(0, 9)).map(({ number }) => number)).toEqual([3]);
      expect((await store.lag()).unread).toBe(1);
    });

    test('is archived piece by piece', async () => {
      await store.put(
        epoch,
        Array.from({ length: 5 }, (_, at) => posting(`c${at}`, 1)),
      );
      await store.withdraw(epoch, ['c0', 'c1', 'c2', 'c3']);
      expect([await store.archive(LATER_MS, 3), await store.archive(LATER_MS, 3)]).toEqual([3, 1]);
    });
  });

  test('lag counts what is open, not taken and unread, with ages', async () => {
    expect(await store.lag()).toEqual({
      ...{ open: 0, openMs: null, untaken: 0, untakenMs: null, unread: 0, unreadMs: null },
      ...{ kept: 0, archived: 0 },
    });
    await store.put(epoch, [posting('c1', 1), posting('c2', 2), posting('c3', 3)]);
    const lease = await store.grant('g1');
    await store.take('g1', lease, 0, 2);
    await store.receive('g1', lease, [report('c1', 1)]);
    const lag = await store.lag();
    expect(lag).toMatchObject({ open: 2, untaken: 1, unread: 1, kept: 4 });
    for (const ageMs of [lag.openMs, lag.untakenMs, lag.unreadMs]) {
      expect(ageMs).toBeGreaterThanOrEqual(0);
      expect(ageMs).toBeLessThan(600_000);
    }
  });

  test('incidents are kept once for each code of a gateway, and counted', async () => {
    const incident = { gateway: 'g1', code: 'LEASE_LOST', words: 'First.', remedy: 'Look.' };
    await store.tell(incident);
    await second.tell({ ...incident, words: 'Second.' });
    await store.tell({ ...incident, gateway: '' });
    const told = await store.told();
    expect(told.map(({ gateway, words, count }) => [gateway, words, count])).toEqual([
      ['g1', 'First.', 2],
      ['', 'First.', 1],
    ]);
    expect(told[0]?.lastMs).toBeGreaterThanOrEqual(told[0]?.firstMs ?? Number.NaN);
  });

  test('who watches hears of orders and of reports, until it is ended', async () => {
    const heard: (string | null)[] = [];
    const end = store.watch((gateway) => heard.push(gateway));
    let id = 0;
    // What comes before somebody listens is heard by nobody.
    await until(async () => {
      await store.put(epoch, [posting('c1', ++id)]);
      return heard.includes('g1');
    });
    const lease = await store.grant('g1');
    await until(async () => {
      await store.put(epoch, [posting('c1', ++id)]);
      await store.receive('g1', lease, [report('c1', id)]);
      return heard.includes(null);
    });
    end();
    const count = heard.length;
    await store.put(epoch, [posting('c1', ++id)]);
    expect(await idsOf('g1')).toEqual([id]);
    expect(heard.length).toBe(count);
  });

  /** Ids of what is open for a gateway, each time under a new lease. */
  async function idsOf(gateway: string): Promise<number[]> {
    const lease = await store.grant(gateway);
    const entries = (await store.take(gateway, lease, 0, 99)) ?? [];
    return entries.map(({ order }) => order.id).toSorted((a, b) => a - b);
  }
}

const LATER_MS = Date.parse('2100-01-01T00:00:00Z');

const READING = {
  ...{ running: 'aa'.repeat(32), epoch: 3, trial: true, other: '', pending: false, armed: false },
  ...{ window: false, parked: true, checks: 12, need: 100 },
};

function posting(controller: string, id: number, gateway = 'g1'): Posting {
  const order: OutboxOrder = { id, controller, act: 'read', hash: '', force: false };
  return { gateway, order };
}

function report(controller: string, id: number): Report {
  return { id, controller, end: 'done', code: '', words: '', reading: null };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it never is so');
}
