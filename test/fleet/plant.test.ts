/**
 * A plant as its user runs it: a server with its database, two gateways with keys of their own, virtual controllers and an emulated RP2040
 * on pseudo-terminals. A gateway is killed on the way.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTask, sealTask } from '../../fleet/bundle/task.ts';
import { freePort } from '../../fleet/kills/free-port.ts';
import { packageUrl } from '../../host/common/root.ts';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { privateKeyFromPem, rawPublicKey } from '../../host/image/sign.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { sourceText } from '../support/editions.ts';
import { fleet } from './support/command.ts';

const folder = temporaryFolder('fleet-plant');
chmodSync(folder.path, 0o711);
const MAIN = fileURLToPath(packageUrl('build/js/fleet/cli/main.js'));
const MAPS = testKeyPair('release');
const MEMBERS = ['a', 'b', 'board', 'shed'];
const controllers: ControllerProcess[] = [];
const processes = new Map<string, ChildProcess>();
const said = new Map<string, string>();
let port: number;

const INVENTORY = `fleet: 1
name: works
signers: [ state.pub.pem ]
server: server.pub.pem
sites: [ { id: hall, zone: UTC, windows: [ { days: daily, from: 00:00, to: 12:00 }, { days: daily, from: 12:00, to: 00:00 } ] } ]
gateways:
  - { id: gw-1, site: hall, key: gw-1.pub.pem, lines: 2 }
  - { id: gw-2, site: hall, key: gw-2.pub.pem, lines: 1 }
  - { id: gw-3, site: hall, key: gw-3.pub.pem, lines: 1 }
cells: [ { id: press, site: hall }, { id: board, site: hall }, { id: shed, site: hall } ]
controllers:
  - { id: a, cell: press, gateway: gw-1, port: ${folder.at('tty-a')}, map: line }
  - { id: b, cell: press, gateway: gw-1, port: ${folder.at('tty-b')}, map: line }
  - { id: board, cell: board, gateway: gw-2, port: ${folder.at('tty-board')}, map: line }
  - { id: shed, cell: shed, gateway: gw-3, port: ${folder.at('tty-shed')}, map: other }
`;

beforeAll(async () => {
  await buildFirmware('rp2040');
  port = await freePort();
  mkdirSync(folder.at('works'));
  chmodSync(folder.at('works'), 0o711);
  const keys = ['state', 'server', 'gw-1', 'gw-2', 'gw-3', 'anna'].flatMap((name) => [
    [`works/${name}.pem`, testKeyPair(name).privatePem],
    [`works/${name}.pub.pem`, testKeyPair(name).publicPem],
  ]);
  const files = {
    ...Object.fromEntries(keys),
    'works/fleet.yaml': INVENTORY,
    'release.pem': MAPS.privatePem,
    'release.pub.pem': MAPS.publicPem,
    'firmware.yaml': 'holdfast-firmware: 1\nmap: line\nchecks-to-confirm: 100\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(folder.at(name), text as string);
  writeFileSync(folder.at('other.yaml'), 'holdfast-firmware: 1\nmap: other\nchecks-to-confirm: 100\n');
  for (const [map, epoch] of [
    ['line', 1],
    ['line', 2],
    ['other', 1],
    ['other', 2],
  ] as const) {
    const edition = { map, epoch, limit: 100 - 20 * epoch, ...(epoch === 1 ? {} : { replaces: '1' }) };
    const text = sourceText(edition);
    writeFileSync(folder.at(`${map}-${epoch}.map.yaml`), text);
    writeFileSync(folder.at(`${map}-${epoch}.img`), await compileText(text, { key: MAPS.privatePem }));
  }
  for (const [sequence, map] of [
    ['1', 'line'],
    ['2', 'other'],
  ] as const) {
    const signed = await run(
      ...[
        'sign',
        'works/fleet.yaml',
        `${map}-2.img`,
        '--sequence',
        sequence,
        '--issued',
        '2026-01-01T00:00:00Z',
      ],
      ...['--expires', '2027-01-30T00:00:00Z', '--key', 'works/state.pem', '--map-key', 'release.pem'],
      ...['-o', `state-${sequence}`],
    );
    expect(signed.code, signed.stderr).toBe(0);
  }
  for (const id of MEMBERS) {
    controllers.push(
      await startController({
        state: folder.at(`flash-${id}`),
        image: folder.at(id === 'shed' ? 'other-1.img' : 'line-1.img'),
        config: folder.at(id === 'shed' ? 'other.yaml' : 'firmware.yaml'),
        ...{ keys: [folder.at('release.pub.pem')], link: folder.at(`tty-${id}`), parked: true },
        ...(id === 'board' ? { target: 'rp2040' } : {}),
      }),
    );
  }
}, 240_000);

afterAll(async () => {
  for (const child of processes.values()) await end(child, 'SIGTERM');
  for (const controller of controllers) await controller.end();
  folder.remove();
}, 60_000);

const run = (...argv: string[]) => fleet(argv, { cwd: folder.path });

function start(name: string, ...argv: string[]): void {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  said.set(name, '');
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.set(name, `${said.get(name)}${text}`));
  processes.set(name, child);
}

const startGateway = (id: string) =>
  start(
    ...([id, 'gateway', 'works/fleet.yaml', '--id', id, '--key', `works/${id}.pem`] as const),
    ...['--server', `127.0.0.1:${port}`, '--journal', `journal-${id}`],
  );

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function status() {
  const { stdout } = await run('status', 'works', '--json');
  return JSON.parse(stdout || '{}') as {
    rollout?: { stage: string; cells: { cell: string; phase: string | null; outcome: string | null }[] };
    lag?: { open: number };
  };
}

async function epochs(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const { port: line } of controllers) {
    const { stdout } = await holdfast(['status', '--port', line, '--json']);
    const { epoch, trial } = JSON.parse(stdout);
    found.push(trial ? `${epoch} on trial` : epoch);
  }
  return found;
}

test('a rollout ends with every controller read back, though a gateway is killed on the way', async () => {
  start('server', 'up', 'works', '--listen', `127.0.0.1:${port}`);
  await expect
    .poll(() => said.get('server'), { timeout: 60_000, interval: 100 })
    .toContain('gateways are answered');
  startGateway('gw-1');
  startGateway('gw-2');
  for (const id of ['gw-1', 'gw-2'])
    await expect.poll(() => said.get(id), { timeout: 120_000, interval: 100 }).toContain('gave lease 1');
  const begun = await run('rollout', 'works', 'state-1', '--canaries', '0');
  expect(begun.code, begun.stderr).toBe(0);
  const isUnderWay = async () => {
    const press = (await status()).rollout?.cells.find(({ cell }) => cell === 'press');
    return press?.phase != null;
  };
  await expect.poll(isUnderWay, { timeout: 60_000, interval: 50 }).toBe(true);
  const victim = processes.get('gw-1');
  if (victim !== undefined) await end(victim, 'SIGKILL');
  startGateway('gw-1');
  const isOver = async () => (await status()).rollout?.stage;
  await expect.poll(isOver, { timeout: 240_000, interval: 500 }).toBe('over');
  const after = await status();
  expect(after.rollout?.cells.map(({ cell, outcome }) => [cell, outcome])).toEqual([
    ['press', 'confirmed'],
    ['board', 'confirmed'],
  ]);
  expect(after.lag?.open).toBe(0);
  expect(said.get('gw-1')).toContain('gave lease 2');
}, 300_000);

test('a gateway does not start with the key of another, or with a journal that another one has', async () => {
  const foreign = await run(
    ...['gateway', 'works/fleet.yaml', '--id', 'gw-1', '--key', 'works/gw-2.pem'],
    ...['--server', `127.0.0.1:${port}`, '--journal', 'journal-foreign', '--json'],
  );
  expect({ code: foreign.code, error: JSON.parse(foreign.stderr).error.code }).toEqual({
    code: 2,
    error: 'GATEWAY_KEY',
  });
  const twice = await run(
    ...['gateway', 'works/fleet.yaml', '--id', 'gw-1', '--key', 'works/gw-1.pem'],
    ...['--server', `127.0.0.1:${port}`, '--journal', 'journal-gw-1', '--json'],
  );
  expect({ code: twice.code, error: JSON.parse(twice.stderr).error.code }).toEqual({
    code: 2,
    error: 'JOURNAL_IN_USE',
  });
});

test('a cell that no network reaches is changed by who carries what is signed, and its receipt is believed once it is read back', async () => {
  const created = await run(
    ...[
      'bundle',
      'create',
      'works',
      'state-2',
      '--cell',
      'shed',
      '--carrier',
      'works/anna.pub.pem',
      '-o',
      'task',
    ],
  );
  expect({ code: created.code, stderr: created.stderr }).toEqual({ code: 0, stderr: '' });
  const again = await run(
    ...['bundle', 'create', 'works', 'state-2', '--cell', 'shed', '--carrier', 'works/anna.pub.pem'],
    ...['-o', 'task-2', '--json'],
  );
  expect({ code: again.code, error: JSON.parse(again.stderr).error.code }).toEqual({
    code: 1,
    error: 'CELL_HELD',
  });
  expect((await run('status', 'works')).stdout).toMatch(
    /^ {2}shed {2}state 2 is carried to it by .*… until 20/m,
  );
  const apply = (key: string) =>
    run(
      ...[
        'bundle',
        'apply',
        'works/fleet.yaml',
        'task',
        '--key',
        key,
        '--journal',
        'journal-anna',
        '-o',
        'receipt',
        '--json',
      ],
    );
  const foreign = await apply('works/gw-1.pem');
  expect({ code: foreign.code, error: JSON.parse(foreign.stderr).error.code }).toEqual({
    code: 1,
    error: 'TASK_OTHER_CARRIER',
  });
  const applied = await apply('works/anna.pem');
  expect(applied.code, applied.stderr).toBe(0);
  expect(JSON.parse(applied.stdout)).toMatchObject({ cell: 'shed', outcome: 'confirmed' });
  const receive = (...more: string[]) => run('bundle', 'receive', 'works', 'receipt', '--json', ...more);
  const unread = await receive('--wait', '2');
  expect({ code: unread.code, belief: JSON.parse(unread.stdout).belief }).toEqual({
    code: 1,
    belief: 'unread',
  });
  expect((await run('status', 'works')).stdout, 'it is held back still').toContain(
    '  shed  state 2 is carried',
  );
  startGateway('gw-3');
  const believed = await receive();
  expect({ code: believed.code, belief: JSON.parse(believed.stdout).belief }).toEqual({
    code: 0,
    belief: 'read-back',
  });
  expect((await run('incidents', 'works', '--json')).stdout).toContain('RECEIPT_UNREAD');
  expect((await run('status', 'works')).stdout).not.toContain('is carried to it');
  expect(await run('bundle', 'return', 'works', 'shed')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('CELL_NOT_HELD'),
  });
}, 120_000);

test('a task that came back unused holds its cell no more, and one that is too old is refused where it is carried out', async () => {
  const create = (...more: string[]) =>
    run(
      ...['bundle', 'create', 'works', 'state-2', '--cell', 'shed', '--carrier', 'works/anna.pub.pem'],
      ...['-o', 'task-3', '--days', '1', ...more],
    );
  const created = await create('--json');
  expect(created.code, created.stderr).toBe(0);
  const untilMs = JSON.parse(created.stdout).untilMs;
  expect(Math.abs(untilMs - Date.now() - 86_400_000)).toBeLessThan(3_600_000);
  expect((await run('bundle', 'return', 'works', 'shed')).stdout).toContain('shed is held back no more');
  // As if a day had passed: the server signed it for an earlier moment.
  const key = privateKeyFromPem(readFileSync(folder.at('works/server.pem'), 'latin1'));
  const server = rawPublicKey(key);
  const { task } = openTask(
    readFileSync(folder.at('task-3/task.json'), 'utf8'),
    Buffer.from(server).toString('hex'),
  );
  writeFileSync(folder.at('task-3/task.json'), sealTask({ ...task, untilMs: Date.now() - 1 }, key));
  const late = await run(
    ...['bundle', 'apply', 'works/fleet.yaml', 'task-3', '--key', 'works/anna.pem'],
    ...['--journal', 'journal-anna', '-o', 'receipt-3', '--json'],
  );
  expect({ code: late.code, error: JSON.parse(late.stderr).error.code }).toEqual({
    code: 1,
    error: 'TASK_EXPIRED',
  });
}, 120_000);

test('gateways and server end by SIGTERM; then flash is read back and compared with what was signed, and sources as well', async () => {
  for (const id of ['gw-1', 'gw-2', 'gw-3', 'server']) {
    const child = processes.get(id);
    if (child !== undefined) await end(child, 'SIGTERM');
    expect([id, child?.exitCode], said.get(id)).toEqual([id, 0]);
  }
  expect(await epochs()).toEqual([2, 2, 2, 2]);
  const check = (...more: string[]) =>
    run('check', 'works/fleet.yaml', 'state-1', '--deep', '--journal', 'journal-gw-1', ...more);
  const good = await check('--gateway', 'gw-1', '--source', 'line-2.map.yaml');
  expect({ code: good.code, stderr: good.stderr }).toEqual({ code: 0, stderr: '' });
  expect(good.stdout).toBe(
    '2 of 2 controllers run what is signed, as read back from their flash\n  a  right\n  b  right\nline (generic), epoch 2: the source says what was signed\n',
  );
  writeFileSync(folder.at('line-2.map.yaml'), sourceText({ epoch: 2, replaces: '1', limit: 70 }));
  const dirty = await check('--cell', 'press', '--source', 'line-2.map.yaml', '--json');
  expect(dirty.code).toBe(1);
  const told = JSON.parse(dirty.stdout);
  expect(told.controllers).toEqual([
    { controller: 'a', cell: 'press', verdict: 'right', words: '', orphaned: '' },
    { controller: 'b', cell: 'press', verdict: 'right', words: '', orphaned: '' },
  ]);
  expect(told.sources[0].verdict).toBe('dirty');
}, 120_000);
