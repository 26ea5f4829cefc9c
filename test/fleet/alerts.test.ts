/** What people are told: each incident reaches each channel, within three minutes when it can be reached, whatever is killed on the way. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Alerter, LATE_MS, pauseMs } from '../../fleet/alerts/alerter.ts';
import { sendersOf, terminalSender } from '../../fleet/alerts/channel.ts';
import { MailSender } from '../../fleet/alerts/mail.ts';
import type { PostedAlert } from '../../fleet/alerts/message.ts';
import type { Sender } from '../../fleet/alerts/sender.ts';
import { WebhookSender } from '../../fleet/alerts/webhook.ts';
import { channelsSeen, type QueuedAlert } from '../../fleet/store/alerts.ts';
import { listIncidents, raise } from '../../fleet/store/incidents.ts';
import { PlantDatabase } from './support/database.ts';
import { MailServer } from './support/mail-server.ts';

const S = 1000;
const BOUND_MS = 180 * S;
const START_MS = Date.parse('2026-11-27T22:00:00Z');
const never = new AbortController().signal;
let database: PlantDatabase;
let epoch: number;
let nowMs: number;

beforeAll(async () => {
  database = await PlantDatabase.start('alerts');
});
afterAll(() => database.end());

beforeEach(async () => {
  await database.pool.query('truncate fleet.alerts, fleet.incidents, fleet.told restart identity');
  epoch = await database.exchange.lead();
  nowMs = START_MS;
});

const HOSTILE = 'c1 says \u001b[2J\r\nBcc: all@plant.example <script>';
const incident = (key: string, words = HOSTILE) => ({
  ...{ key, rollout: 3, cell: 'press-1', kind: 'stuck' as const, words, remedy: 'Hold its machines.' },
});

function alerterOf(senders: readonly Sender[], of = epoch): Alerter {
  return new Alerter({ pool: database.pool, epoch: of, senders, nowMs: async () => nowMs });
}

/** One second of a server: what its loops do, in their order. */
async function second(alerter: Alerter, senders: readonly Sender[]): Promise<void> {
  await alerter.queue();
  for (const sender of senders) while (await alerter.sendOne(sender, never));
  if (nowMs % (5 * S) === 0) await alerter.watch();
  nowMs += S;
}

/** A channel that takes what it is sent, unless it is away. */
class Pretended implements Sender {
  readonly channel: string;
  readonly got: { atMs: number; key: string; ids: number[] }[] = [];
  isAway = false;
  onTaken = () => {};

  constructor(channel: string) {
    this.channel = channel;
  }

  async send({ id, incidents }: QueuedAlert): Promise<void> {
    if (this.isAway) throw new Error('it is away');
    this.got.push({ atMs: nowMs, key: `${id}`, ids: incidents.map((each) => each.id) });
    this.onTaken();
  }

  close(): void {}
}

describe('by a clock that is passed in', () => {
  test('a channel is told within a second, and one that is away for two minutes within three minutes of the failure', async () => {
    const [duty, office] = [new Pretended('duty'), new Pretended('office')];
    const alerter = alerterOf([duty, office]);
    for (let awayMs = 0; awayMs <= 150 * S; awayMs += 50 * S) {
      const failedMs = nowMs;
      await raise(database.pool, [incident(`stuck/${awayMs}`)]);
      const before = office.got.length;
      while (office.got.length === before && nowMs < failedMs + 2 * BOUND_MS) {
        office.isAway = nowMs - failedMs < awayMs;
        await second(alerter, [duty, office]);
      }
      expect(office.got.at(-1)?.atMs, `away for ${awayMs}`).toBeLessThanOrEqual(failedMs + BOUND_MS);
      const told = duty.got.find(({ ids }) => ids.includes(office.got.at(-1)?.ids[0] ?? 0));
      expect(told?.atMs).toBeLessThanOrEqual(failedMs + S);
    }
  });

  test('that one channel takes nothing for two minutes is told by the others, once', async () => {
    const [duty, office] = [new Pretended('duty'), new Pretended('office')];
    office.isAway = true;
    const alerter = alerterOf([duty, office]);
    await raise(database.pool, [incident('stuck/1')]);
    while (nowMs <= START_MS + BOUND_MS) await second(alerter, [duty, office]);
    const incidents = await listIncidents(database.pool, true);
    expect(incidents.map(({ kind }) => kind)).toEqual(['stuck', 'alert-late']);
    expect(incidents[1]?.words).toBe('1 alerts did not reach office for more than two minutes: it is away.');
    expect(duty.got.map(({ ids }) => ids)).toEqual([[1], [2]]);
    expect(duty.got[1]?.atMs).toBeLessThanOrEqual(START_MS + LATE_MS + 10 * S);
    office.isAway = false;
    while (office.got.length < 2) await second(alerter, [duty, office]);
    expect(office.got.map(({ ids }) => ids).sort()).toEqual([[1], [2]]);
  });

  test('tries are bounded: a day after it was made a message is given up, and that can be seen', async () => {
    const office = new Pretended('office');
    office.isAway = true;
    const alerter = alerterOf([office]);
    await raise(database.pool, [incident('stuck/1')]);
    await alerter.queue();
    let tries = 0;
    const DAY_MS = 86_400 * S;
    while (nowMs < START_MS + 2 * DAY_MS) {
      if (await alerter.sendOne(office, never)) tries++;
      nowMs += nowMs < START_MS + 900 * S ? 5 * S : 300 * S;
    }
    expect(tries).toBeGreaterThan(24);
    expect(tries).toBeLessThan(24 + (24 * 60) / 5);
    expect(await channelsSeen(database.pool)).toMatchObject([
      { channel: 'office', open: 0, arrived: 0, givenUp: 1 },
    ]);
    expect([1, 2, 5, 24, 25].map(pauseMs)).toEqual([2 * S, 4 * S, 30 * S, 30 * S, 300 * S]);
  });

  test('a server that is killed at any place loses none; the next one sends again under the same key, and nothing else', async () => {
    const killed = new Error('killed');
    for (const where of ['before it is sent', 'after it arrived'] as const) {
      await database.pool.query('truncate fleet.alerts, fleet.incidents restart identity');
      const duty = new Pretended('duty');
      const first = alerterOf([duty]);
      await raise(database.pool, [incident('stuck/1'), incident('stuck/2')]);
      await first.queue();
      if (where === 'before it is sent') duty.send = () => new Promise(() => {});
      // The process is gone: what follows the effect never happens.
      else {
        const send = duty.send.bind(duty);
        duty.send = async (alert) => {
          await send(alert);
          await new Promise(() => {});
        };
      }
      void first.sendOne(duty, never).catch(() => killed);
      await expect
        .poll(async () => (await database.count('alerts', 'tries = 1')) === 1, { timeout: 60_000 })
        .toBe(true);
      if (where === 'after it arrived') await expect.poll(() => duty.got.length, { timeout: 60_000 }).toBe(1);
      const next = new Pretended('duty');
      const second = alerterOf([next], await database.exchange.lead());
      await second.queue();
      expect(await second.sendOne(next, never), 'its time comes in two seconds').toBe(false);
      nowMs += 2 * S;
      expect(await second.sendOne(next, never)).toBe(true);
      expect(await second.sendOne(next, never)).toBe(false);
      const keys = new Set([...duty.got, ...next.got].map(({ key }) => key));
      expect([keys.size, next.got.map(({ ids }) => ids)]).toEqual([1, [[1, 2]]]);
      epoch = await database.exchange.epoch();
    }
  });

  test('a server that leads no more sends nothing', async () => {
    const duty = new Pretended('duty');
    const alerter = alerterOf([duty]);
    await raise(database.pool, [incident('stuck/1')]);
    await alerter.queue();
    await database.exchange.lead();
    await expect(alerter.sendOne(duty, never)).rejects.toMatchObject({ code: 'EPOCH_LOWER' });
    await expect(alerter.queue()).rejects.toMatchObject({ code: 'EPOCH_LOWER' });
    expect(duty.got).toEqual([]);
  });

  test('what the traffic tells becomes an incident, and the same again only an hour later', async () => {
    const duty = new Pretended('duty');
    const alerter = alerterOf([duty]);
    const told = {
      gateway: 'gw-1',
      code: 'LEASE_LOST',
      words: 'Two computers have its key.',
      remedy: 'End one.',
    };
    nowMs = Date.now();
    for (let count = 0; count < 3; count++) {
      await database.exchange.tell(told);
      await second(alerter, [duty]);
    }
    expect(duty.got).toHaveLength(1);
    await database.pool.query("update fleet.told set last_at = raised_at + interval '61 minutes'");
    await second(alerter, [duty]);
    const incidents = await listIncidents(database.pool, false);
    expect(incidents.map(({ kind, words }) => `${kind} ${words}`)).toEqual(
      Array(2).fill('traffic LEASE_LOST: Two computers have its key.'),
    );
  });
});

/** A message as the database gives it. */
function queued(change: Partial<QueuedAlert> = {}): QueuedAlert {
  const at = new Date(START_MS);
  const kept = { id: 12, at, ackedBy: null, ackedAt: null, ...incident('x') };
  return { id: 7, channel: 'duty', madeMs: START_MS, tries: 1, incidents: [kept], ...change };
}

describe('a webhook', () => {
  let server: Server;
  let url: string;
  let answer: (path: string) => { status: number; headers?: Record<string, string> } | null;
  const asked: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => {
        body += data;
      });
      request.on('end', () => {
        asked.push({ path: request.url ?? '', headers: request.headers, body });
        const said = answer(request.url ?? '');
        if (said !== null) response.writeHead(said.status, said.headers).end('<html>');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked.length = 0;
    answer = () => ({ status: 204 });
  });

  const sender = (change = {}) =>
    new WebhookSender({ fleet: 'works', channel: 'duty', url, token: 'TOKEN', timeoutMs: 300, ...change });

  test('gets JSON with the secret, a key that stays the same, and words that obey nothing', async () => {
    await sender().send(queued(), never);
    await sender({ token: null }).send(queued({ tries: 2 }), never);
    const bodies = asked.map(({ body }) => JSON.parse(body) as PostedAlert);
    expect(bodies.map(({ again }) => again)).toEqual([false, true]);
    expect(new Set(bodies.map(({ key }) => key))).toEqual(new Set([`works-7-${START_MS}`]));
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer TOKEN', undefined]);
    expect(asked[0]?.headers['idempotency-key']).toBe(`works-7-${START_MS}`);
    expect(bodies[0]?.incidents[0]).toMatchObject({ id: 12, cell: 'press-1', kind: 'stuck', rollout: 3 });
    expect(bodies[0]?.incidents[0]?.words).toBe(
      'c1 says \\u{1b}[2J\\u{d}\\u{a}Bcc: all@plant.example <script>',
    );
  });

  test('that answers anything but yes, nothing, or that it has moved, has not taken it; and no message tells the address', async () => {
    for (const status of [301, 302, 307, 400, 403, 500]) {
      answer = () => ({ status, headers: { location: `${url}/elsewhere` } });
      await expect(sender().send(queued(), never)).rejects.toThrow(`it answered ${status}`);
    }
    expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['/hook']));
    answer = () => null;
    await expect(sender().send(queued(), never)).rejects.toThrow('it did not answer in time');
    await expect(sender({ url: 'http://127.0.0.1:1/SECRET' }).send(queued(), never)).rejects.toThrow(
      /^it could not be reached(: ECONNREFUSED)?$/,
    );
  });
});

describe('mail', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await MailServer.start();
  });
  afterEach(() => server.close());

  const sender = () =>
    new MailSender(
      'works',
      {
        ...{ id: 'office', kind: 'mail', server: server.url, from: 'plant@works.example' },
        ...{ to: ['duty@works.example', 'ann@works.example'], login: null },
      },
      null,
    );

  test('is plain text to everybody, with an id that stays the same, and words that make no header', async () => {
    const mail = sender();
    await mail.send(queued(), never);
    await mail.send(queued({ tries: 2 }), never);
    mail.close();
    expect(server.mails.map(({ to }) => to)).toEqual(
      Array(2).fill(['duty@works.example', 'ann@works.example']),
    );
    const [head = '', body = ''] = (server.mails[0]?.text ?? '').split('\n\n');
    expect(head).toContain(`Message-ID: <works-7-${START_MS}@works.example>`);
    expect(head).toContain('Subject: works: an incident');
    expect(head).toContain('Content-Type: text/plain');
    expect(head).not.toContain('Bcc');
    expect(body).toContain('12  2026-11-27T22:00:00.000Z');
    expect(body.replace(/=\r?\n/g, '')).toMatch(/c1 says \\u\{1b\}\[2J\\u\{d\}\\u\{a\}Bcc/);
    expect(server.mails[1]?.text).toContain('This may have been sent before.');
    expect(server.mails[1]?.text).toContain(`Message-ID: <works-7-${START_MS}@works.example>`);
  });

  test('that is refused was not sent', async () => {
    server.verdict = '451 later';
    const mail = sender();
    await expect(mail.send(queued(), never)).rejects.toThrow('451');
    mail.close();
    expect(server.mails).toEqual([]);
  });
});

test('the terminal gets a line an incident', async () => {
  const lines: string[] = [];
  await terminalSender((line) => lines.push(line)).send(queued(), never);
  expect(lines).toEqual([`INCIDENT 12  ${HOSTILE} Hold its machines.`]);
});

test('a secret that is not there, or is none, is told before anything starts, and never repeated', async () => {
  const hook = (name: string, url: string | { from: 'environment'; name: string } = 'https://a.example/x') =>
    sendersOf(
      'works',
      new Map([['duty', { id: 'duty', kind: 'webhook', url, secret: { from: 'environment', name } }]]),
    );
  process.env.HOLDFAST_TEST_SECRET = 'two\nlines';
  process.env.HOLDFAST_TEST_URL = 'http://plant.example/SECRET';
  process.env.HOLDFAST_TEST_GOOD = 'TOKEN';
  await expect(hook('HOLDFAST_TEST_NONE')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  await expect(hook('HOLDFAST_TEST_SECRET')).rejects.toMatchObject({
    code: 'SECRET_UNUSABLE',
    message: expect.not.stringContaining('lines\n'),
  });
  const hidden = hook('HOLDFAST_TEST_GOOD', { from: 'environment', name: 'HOLDFAST_TEST_URL' });
  await expect(hidden).rejects.toMatchObject({
    code: 'WEBHOOK',
    message: 'the address of alert duty is not encrypted',
  });
  expect(await hook('HOLDFAST_TEST_GOOD')).toHaveLength(1);
});
