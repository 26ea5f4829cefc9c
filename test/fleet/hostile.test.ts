/** Agents against hostile servers, and a server against hostile agents: what must be refused is, with an incident, and the rest goes on. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createPlainServer, connect as plainConnect, type Socket } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COUNT_MAX, MESSAGE_BYTES_MAX } from '../../fleet/limits.ts';
import type { Act } from '../../fleet/order/order.ts';
import { HttpsLink } from '../../fleet/station/https-link.ts';
import type { ServerLink } from '../../fleet/station/link.ts';
import {
  decodeGiven,
  decodeWelcome,
  encodeMessage,
  type Given,
  type GivenOrder,
  type StateName,
  type Welcome,
} from '../../fleet/wire/messages.ts';
import { tlsOptions } from '../../fleet/wire/tls.ts';
import { Random, seedFor } from '../support/random.ts';
import { Disk, keyOf, NetworkPlant, SIGNED_MS, signedState } from './support/network-plant.ts';

let plant: NetworkPlant;
let disk: Disk;

beforeEach(async () => {
  plant = await NetworkPlant.boot();
  disk = new Disk();
});
afterEach(() => plant.end());

const told = async () => (await plant.store.told()).map(({ gateway, code }) => `${gateway}:${code}`);

describe('a server', () => {
  let port: number;
  beforeEach(async () => {
    ({ port } = await plant.openDoor({
      timesMs: { handshake: 2000, head: 2000, request: 4000, idle: 6000 },
    }));
  });
  /** It answers whom it knows, whatever came before. */
  afterEach(async () => {
    const link = plant.link(port);
    const hello = { epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] };
    // A computer that is busy may be cut off itself, and asks again, as a gateway does.
    const epoch = () => link.hello(hello).then((welcome) => welcome.epoch, String);
    await expect.poll(epoch, { timeout: 60_000 }).toBe(plant.epoch);
    link.close();
  });

  /** A connection as some gateway would make it; `bytes` is what is said on it. Resolves with all that came back, once it is cut. */
  async function said(bytes: string | Buffer, change: object = {}): Promise<string> {
    const socket = connect({ ...tlsOptions(keyOf('gw-1')), host: '127.0.0.1', port, ...change });
    socket.on('secureConnect', () => socket.write(bytes));
    return answerOn(socket);
  }

  async function answerOn(socket: Socket | TLSSocket): Promise<string> {
    let text = '';
    socket.on('data', (piece: Buffer) => {
      text += piece.toString('latin1');
    });
    socket.on('error', () => {});
    await new Promise((resolve) => socket.on('close', resolve));
    return text;
  }

  const post = (path: string, body: string, head = '') =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const HELLO = encodeMessage({ epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] });

  test('cuts off who has no key of a gateway before it can ask: none, an unknown one, those of the signer and of the server', async () => {
    const others = [
      { key: undefined, cert: undefined },
      tlsOptions(keyOf('stranger')),
      tlsOptions(keyOf('state')),
      tlsOptions(keyOf('server')),
    ];
    for (const other of others) expect(await said(post('/v1/hello', HELLO), other)).toBe('');
    expect(await told()).toEqual([':KEY_UNKNOWN']);
    expect(await plant.store.gateways()).toEqual([]);
  });

  test('cuts off who shows the certificate of a gateway without its key, and who speaks an older TLS, or none', async () => {
    const mixed = { key: tlsOptions(keyOf('stranger')).key };
    expect(() => connect({ ...tlsOptions(keyOf('gw-1')), ...mixed, host: '127.0.0.1', port })).toThrow(
      /mismatch|values/i,
    );
    expect(await said(post('/v1/hello', HELLO), { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).toBe('');
    const plain = plainConnect(port, '127.0.0.1');
    plain.write(post('/v1/hello', HELLO));
    expect(await answerOn(plain)).not.toContain('200');
    expect(await plant.store.gateways()).toEqual([]);
  });

  test('ends who says nothing, says its head slowly, or its body slowly, and serves others meanwhile', async () => {
    const open = [plainConnect(port, '127.0.0.1')];
    for (const start of [
      '',
      'POST /v1/hello HTTP/1.1\r\nx-slow: ',
      `${post('/v1/hello', HELLO).slice(0, -40)}`,
    ]) {
      const socket = connect({ ...tlsOptions(keyOf('gw-2')), host: '127.0.0.1', port });
      socket.write(start);
      const trickle = setInterval(() => socket.write('x'.repeat(Math.min(1, start.length))), 50);
      socket.on('close', () => clearInterval(trickle));
      open.push(socket);
    }
    const ends = open.map(answerOn);
    const link = plant.link(port);
    await link.hello({ epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] });
    link.close();
    for (const answer of await Promise.all(ends)) expect(answer).not.toContain(' 200 ');
  });

  test('refuses bodies that are no message, and a person hears of it', async () => {
    const bodies = [
      ...['', 'x', 'null', '[]', '{}', HELLO.slice(0, -1), HELLO.replace('"epoch":0', '"epoch":0,"epoch":0')],
      ...[
        '"epoch":-1',
        '"epoch":1.5',
        '"epoch":1e300',
        '"epoch":"0"',
        '"epoch":null',
        '"epoch":0,"more":1',
      ].map((part) => HELLO.replace('"epoch":0', part)),
      HELLO.replace('"holdfast":1', '"holdfast":2'),
      HELLO.replace('"reports":[]', '"reports":[{}]'),
      HELLO.replace(
        '"begun":[]',
        `"begun":${JSON.stringify(Array.from({ length: 600 }, () => ({ controller: 'c1', id: 1 })))}`,
      ),
      HELLO.replace('"begun":[]', '"begun":[{"controller":"../x","id":1}]'),
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    ];
    for (const body of bodies)
      expect(await said(post('/v1/hello', body)), body.slice(0, 80)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await told()).toEqual(['gw-1:MESSAGE_MALFORMED']);
    expect(await plant.store.gateways()).toEqual([]);
  });

  test('reads no body to its end that is too large, no head that is, and takes no other ways', async () => {
    const huge = `{"holdfast":1,"x":"${'y'.repeat(MESSAGE_BYTES_MAX)}"}`;
    expect(await said(post('/v1/hello', huge))).toMatch(/^(HTTP\/1\.1 413 |$)/);
    expect(await said(post('/v1/hello', HELLO, `x: ${'y'.repeat(20_000)}\r\n`))).not.toContain(' 200 ');
    for (const path of [
      '/',
      '/v1',
      '/v1/hello/',
      '/v1/images/../state',
      `/v1/images/${'0'.repeat(64)}`,
      '/v1/state?x',
    ])
      expect(await said(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`), path).toMatch(
        /^HTTP\/1\.1 404 /,
      );
    expect(
      await said(
        'POST /v1/hello HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n',
      ),
    ).not.toContain(' 200 ');
    expect(await told()).toEqual(['gw-1:MESSAGE_TOO_LARGE']);
  });

  test('believes no report on an order of another gateway, or that nobody gave', async () => {
    const order = { id: 7, controller: 'c3', act: 'read' as const, hash: '', force: false };
    await plant.store.put(plant.epoch, [{ gateway: 'gw-2', order }]);
    const report = { id: 7, controller: 'c3', end: 'done' as const, code: '', words: '', reading: null };
    const link = plant.link(port);
    const { epoch, lease } = await link.hello({
      epoch: 0,
      lease: 0,
      highestId: 0,
      reports: [report],
      begun: [],
    });
    await link.report({
      epoch,
      lease,
      reports: [
        { ...report, id: 6 },
        { ...report, controller: 'c1' },
      ],
      incidents: [],
    });
    expect(await plant.store.reportsAbove(0, 9)).toEqual([]);
    expect((await told()).sort()).toEqual(['gw-1:REPORT_FOREIGN', 'gw-1:REPORT_NEVER_GIVEN']);
    link.close();
  });

  test('gives no order to a gateway that knows a later server or later orders: its database may be an older copy', async () => {
    const link = plant.link(port);
    const hello = { epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] };
    const refused = { code: 'SERVER_SAYS_GATEWAY_AHEAD' };
    await expect(link.hello({ ...hello, epoch: plant.epoch + 1 })).rejects.toMatchObject(refused);
    await expect(link.hello({ ...hello, highestId: 1 })).rejects.toMatchObject(refused);
    await expect(link.hello({ ...hello, lease: COUNT_MAX })).rejects.toMatchObject({
      code: 'SERVER_SAYS_MESSAGE_MALFORMED',
    });
    expect(await told()).toEqual(['gw-1:GATEWAY_AHEAD', 'gw-1:MESSAGE_MALFORMED']);
    link.close();
  });

  test('answers one wait of a gateway at a time, and not more requests at once than a gateway has', async () => {
    const link = plant.link(port);
    const { epoch, lease } = await link.hello({ epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] });
    const pull = { epoch, lease, taken: 0, waitMs: 30_000 };
    const first = link.pull(pull);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = link.pull({ ...pull, waitMs: 1 });
    expect([(await first).orders, (await second).orders]).toEqual([[], []]);
    const body = encodeMessage(pull);
    const flood = Array.from({ length: 40 }, () => said(post('/v1/pull', body)));
    const answers = await Promise.all(flood);
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200')).length).toBeGreaterThan(0);
    link.close();
  });

  test('survives anything that is sent to it', async () => {
    const seed = seedFor('bytes at the door', 23);
    const random = new Random(seed);
    const whole = Buffer.from(post('/v1/hello', HELLO));
    const changed = Array.from({ length: 60 }, () => {
      const bytes = Buffer.from(whole);
      for (let flip = random.between(1, 6); flip > 0; flip--)
        bytes[random.below(bytes.length)] = random.below(256);
      return bytes.subarray(0, random.between(1, bytes.length + 1));
    });
    await Promise.all(changed.map((bytes) => said(bytes)));
  });
});

/** A server that answers what a test has it answer, through the reading that every answer passes. */
class HostileServer implements ServerLink {
  welcome: Partial<Welcome> = {};
  given: (() => Partial<Given>)[] = [];
  text: string;
  bytes: (sha256: string) => Uint8Array;
  lease = 0;
  readonly reports: unknown[] = [];
  hellos = 0;

  constructor(of: NetworkPlant) {
    this.text = of.stateText;
    this.bytes = (name) =>
      [...of.editions.images.values()].find(({ bytes }) => shaOf(bytes) === name)?.bytes ?? new Uint8Array();
  }

  async hello({ lease }: { lease: number }) {
    this.hellos++;
    this.lease = lease + 1;
    const answer = { epoch: 3, lease: this.lease, leaseMs: 60_000, waitMs: 100, ...this.welcome };
    this.lease = answer.lease;
    return decodeWelcome(encodeMessage(answer));
  }

  async pull() {
    const next = this.given.shift();
    if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    return decodeGiven(encodeMessage({ epoch: 3, lease: this.lease, state: null, orders: [], ...next?.() }));
  }

  async report({ reports }: { reports: readonly unknown[] }) {
    this.reports.push(...reports);
    return { epoch: 3, lease: this.lease };
  }

  async state() {
    return this.text;
  }

  async image(name: string) {
    return this.bytes(name);
  }

  close() {}
}

function shaOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a gateway', () => {
  let server: HostileServer;
  let name: StateName;
  let writes: number;

  beforeEach(() => {
    server = new HostileServer(plant);
    name = plant.stateName();
    writes = 0;
  });

  const given = (position: number, act: Act, change: object = {}): GivenOrder => {
    const hash = ['stage', 'mark', 'close', 'confirm'].includes(act) ? plant.editions.edition : '';
    return { position, order: { id: position, controller: 'c1', act, hash, force: false, ...change } };
  };

  /** Starts the gateway, and waits until it has asked for all that the server has ready, and did what it does of it. */
  async function run(isOver: () => boolean = () => server.given.length === 0): Promise<void> {
    const c1 = plant.controllers.get('c1');
    if (c1 !== undefined) c1.onRequest = () => writes++;
    void plant.station(server, disk).run();
    await expect.poll(isOver, { timeout: 60_000, interval: 20 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  const unchanged = () => {
    for (const controller of plant.controllers.values()) {
      expect(controller.device.operations).toBe(0);
      expect(controller.answering).toBe(plant.editions.epochs.before);
    }
  };

  test('stages what was signed, so what follows is refused for its reason', async () => {
    server.given = [() => ({ state: name, orders: [given(1, 'stage')] })];
    await run(() => server.reports.length === 1);
    expect(server.reports).toMatchObject([{ id: 1, end: 'done' }]);
    expect(plant.incidents).toEqual([]);
  });

  const states: [string, string, () => string][] = [
    ['unsigned', 'STATE_UNSIGNED', () => JSON.stringify({ ...JSON.parse(plant.stateText), signatures: [] })],
    ['signed by a stranger', 'STATE_KEY_UNKNOWN', () => signedState(plant.editions, { signer: 'stranger' })],
    ['signed by the server', 'STATE_KEY_UNKNOWN', () => signedState(plant.editions, { signer: 'server' })],
    ['changed', 'STATE_SIGNATURE', () => plant.stateText.replace(/"payload": "(.{30})./, '"payload": "$1A')],
    ['of another fleet', 'STATE_OTHER_FLEET', () => signedState(plant.editions, { fleet: 'other' })],
    ['expired', 'STATE_EXPIRED', () => signedState(plant.editions, { expiresMs: SIGNED_MS + 1000 })],
    [
      'not yet valid',
      'STATE_NOT_YET',
      () => signedState(plant.editions, { issuedMs: SIGNED_MS + 200 * 86_400_000 }),
    ],
    ['older than what was followed', 'STATE_OLDER', () => signedState(plant.editions, { sequence: 4 })],
    [
      'other than what was followed under its sequence',
      'STATE_CONFLICT',
      () => signedState(plant.editions, { expiresMs: SIGNED_MS + 200 * 86_400_000 }),
    ],
    ['no state at all', 'STATE_MALFORMED', () => '{"hello": 1}'],
    ['huge', 'STATE_MALFORMED', () => ' '.repeat(17 * 1024 * 1024)],
  ];
  test.each(states)('does nothing with a state that is %s', async (_, code, text) => {
    disk.followed =
      code === 'STATE_OLDER' || code === 'STATE_CONFLICT' ? { sequence: 5, digest: name.digest } : null;
    server.text = text();
    const orders = (['stage', 'mark', 'close', 'confirm'] as const).map((act, at) => given(at + 1, act));
    server.given = [() => ({ state: { sequence: 5, digest: 'ee'.repeat(32) }, orders })];
    await run(() => server.reports.length > 0);
    expect(plant.codes()).toEqual([code]);
    expect(server.reports).toMatchObject(
      server.reports.map(() => ({ end: 'refused', code: 'STATE_MISSING' })),
    );
    expect(writes).toBe(0);
    unchanged();
  });

  test('does nothing about controllers of other gateways, or editions that the state does not name for them', async () => {
    const orders = [
      given(1, 'revert', { controller: 'c3' }),
      given(2, 'stage', { controller: 'c9' }),
      given(3, 'stage', { hash: 'ab'.repeat(32) }),
      // The edition is signed, and for another map.
      given(4, 'stage', { controller: 'c4' }),
    ];
    server.given = [() => ({ state: name, orders })];
    await run(() => server.reports.length >= 4);
    expect(plant.codes().sort()).toEqual([
      'ORDER_FOREIGN',
      'ORDER_FOREIGN',
      'ORDER_UNSIGNED',
      'ORDER_UNSIGNED',
    ]);
    unchanged();
  });

  test('stages nothing of a state that expired since it was followed', async () => {
    server.given = [() => ({ state: name, orders: [given(1, 'read')] })];
    void plant.station(server, disk).run();
    await expect.poll(() => server.reports.length, { timeout: 60_000 }).toBe(1);
    plant.wallMs = SIGNED_MS + 400 * 86_400_000;
    server.given = [() => ({ state: name, orders: [given(2, 'stage')] })];
    await expect.poll(() => server.reports.length, { timeout: 60_000 }).toBe(2);
    expect(server.reports[1]).toMatchObject({ end: 'refused', code: 'STATE_EXPIRED' });
    expect(plant.codes()).toEqual(['STATE_EXPIRED']);
    unchanged();
  });

  test('takes no image that is not the one that was signed', async () => {
    server.bytes = () => plant.editions.before;
    server.given = [() => ({ state: name, orders: [given(1, 'stage')] })];
    await run(() => server.reports.length === 1);
    expect(server.reports).toMatchObject([{ end: 'refused', code: 'IMAGE_OTHER' }]);
    expect(plant.codes()).toEqual(['IMAGE_OTHER']);
    unchanged();
  });

  test('does nothing for a server with a lower epoch, before and after a reboot', async () => {
    disk.session = { epoch: 4, lease: 2 };
    server.given = [() => ({ orders: [given(1, 'open')] })];
    await run(() => server.hellos > 0);
    expect(plant.codes()).toEqual(['EPOCH_LOWER']);
    expect(disk.session).toEqual({ epoch: 4, lease: 2 });
    expect(writes).toBe(0);
  });

  test('does nothing for an answer with a lower epoch, another lease, or an epoch that would shut out all others', async () => {
    server.given = [
      () => ({ epoch: 2, orders: [given(1, 'open')] }),
      () => ({ lease: server.lease - 1, orders: [given(1, 'open')] }),
      () => ({ epoch: COUNT_MAX, orders: [given(1, 'open')] }),
    ];
    await run();
    expect(plant.codes()).toEqual(['EPOCH_LOWER', 'LEASE_OTHER', 'EPOCH_JUMP']);
    expect(disk.session.epoch).toBe(3);
    expect(writes).toBe(0);
  }, 30_000);

  test('takes no lease that is not above its last one', async () => {
    disk.session = { epoch: 3, lease: 9 };
    server.welcome = { lease: 9 };
    await run(() => server.hellos > 0);
    expect(plant.codes()).toEqual(['LEASE_LOWER']);
  });

  test('carries nothing out twice that is replayed, and nothing that was overtaken', async () => {
    server.given = [
      () => ({ state: name, orders: [given(1, 'stage'), given(1, 'stage')] }),
      () => ({ orders: [given(1, 'stage')] }),
      () => ({ orders: [given(5, 'read', { id: 9 })] }),
      () => ({ orders: [given(6, 'open', { id: 8 })] }),
      () => ({ orders: [given(7, 'stage', { id: 1 })] }),
    ];
    await run(() => server.reports.some((report) => (report as { id: number }).id === 9));
    await expect
      .poll(() => plant.codes().filter((code) => code === 'OVERTAKEN').length, { timeout: 5000 })
      .toBe(1);
    expect(plant.codes().filter((code) => code === 'ORDER_REPLAYED').length).toBe(1);
    expect(plant.controllers.get('c1')?.answering).toBe(plant.editions.epochs.before);
    // The window that was asked for too late is not open: the controller answers.
    expect(disk.controllers.get('c1')).toMatchObject({ seen: 9, fence: 3 });
  });

  test('lets no flood of orders for one controller grow', async () => {
    const orders = Array.from({ length: 64 }, (_, at) => given(at + 1, 'read'));
    server.given = [() => ({ state: name, orders })];
    await run(() => server.reports.length > 0);
    expect(writes).toBeLessThan(60);
  });

  const malformed: [string, () => object][] = [
    [
      'an act that does not exist',
      () => ({ orders: [{ position: 1, order: { ...given(1, 'read').order, act: 'erase' } }] }),
    ],
    ['a name that is a path', () => ({ orders: [given(1, 'read', { controller: '../../etc' })] })],
    ['an edition that is none', () => ({ orders: [given(1, 'stage', { hash: '' })] })],
    ['a field too many', () => ({ orders: [{ ...given(1, 'read'), sudo: true }] })],
    ['a position that is no number', () => ({ orders: [{ ...given(1, 'read'), position: 'first' }] })],
    [
      'more orders than a message has',
      () => ({ orders: Array.from({ length: 65 }, (_, at) => given(at + 1, 'read')) }),
    ],
  ];
  test.each(malformed)('refuses an answer with %s as a whole', async (_, answer) => {
    server.given = [answer as () => Partial<Given>];
    await run();
    expect(plant.codes()).toEqual(['MESSAGE_MALFORMED']);
    expect(writes).toBe(0);
  });
});

describe('a gateway that asks over TLS', () => {
  const sockets: Socket[] = [];
  const servers: { close(): void }[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** Something that answers in the place of the server, on each connection. */
  async function stand(key: string | null, answer: (socket: Socket) => void): Promise<number> {
    const listener = (socket: Socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      answer(socket);
    };
    const server =
      key === null ? createPlainServer(listener) : createServer(tlsOptions(keyOf(key)), listener);
    servers.push(server);
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  const HELLO = { epoch: 0, lease: 0, highestId: 0, reports: [], begun: [] };
  const ask = async (port: number) => {
    const link = plant.link(port);
    try {
      return await link.hello(HELLO);
    } finally {
      link.close();
    }
  };

  test('says nothing to who has not the key of the server', async () => {
    let heard = 0;
    const port = await stand('stranger', (socket) => socket.on('data', () => heard++));
    await expect(ask(port)).rejects.toMatchObject({ code: 'SERVER_KEY' });
    const gateway = await stand('gw-2', (socket) => socket.on('data', () => heard++));
    await expect(ask(gateway)).rejects.toMatchObject({ code: 'SERVER_KEY' });
    expect(heard).toBe(0);
  });

  test('waits for no answer without end, and reads none to its end that is too large', async () => {
    const times = { connect: 300, answer: 300, file: 300 };
    const ends = async (key: string | null, answer: (socket: Socket) => void) => {
      const port = await stand(key, answer);
      const link = new HttpsLink({
        host: '127.0.0.1',
        port,
        key: keyOf('gw-1'),
        serverKey: plant.inventory.server ?? '',
        timesMs: times,
      });
      const code = await link.hello(HELLO).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
      link.close();
      return code;
    };
    expect(await ends(null, () => {})).toBe('SERVER_SILENT');
    expect(await ends(null, (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'))).toBe('SERVER_SILENT');
    expect(await ends('server', () => {})).toBe('SERVER_SILENT');
    const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
    const trickle = (socket: Socket) => {
      socket.write(head(1000));
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    };
    expect(await ends('server', trickle)).toBe('SERVER_SILENT');
    const flood = (socket: Socket) => {
      socket.write(`${head(1e9)}${'x'.repeat(2 * MESSAGE_BYTES_MAX)}`);
    };
    expect(await ends('server', flood)).toBe('ANSWER_TOO_LARGE');
    const garbage = (socket: Socket) => {
      socket.write(`${head(5)}hello`);
    };
    expect(await ends('server', garbage)).toBe('MESSAGE_MALFORMED');
    expect(
      await ends('server', (socket) =>
        socket.write('HTTP/1.1 302 Found\r\nlocation: https://elsewhere\r\ncontent-length: 0\r\n\r\n'),
      ),
    ).toBe('SERVER_SAYS_NO');
    expect(await ends('server', (socket) => socket.end())).toBe('SERVER_SILENT');
  });
});
