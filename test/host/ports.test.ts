/** What a port that gives no answer is told to be: in use by another program, at another rate, or silent. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PseudoTerminal } from '../../host/controller/pseudo-terminal.ts';
import { USUAL_BAUD_RATES } from '../../host/serial/ask-port.ts';
import { portUsers } from '../../host/serial/port-users.ts';
import { lossOf } from '../../host/serial/transport-serialport.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const folder = temporaryFolder('ports');
let image: Uint8Array;
let terminal: PseudoTerminal;
const children: ChildProcess[] = [];

beforeAll(async () => {
  image = await compileEdition({ epoch: 3, replaces: '2', limit: 80 });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  terminal.close();
});
afterAll(() => folder.remove());

/** A device that understands a port only while its line has this rate; null: it never answers. */
async function deviceAt(rate: number | null): Promise<string> {
  terminal = await PseudoTerminal.open();
  const { path } = terminal;
  const sim = await SimDevice.boot({ image });
  sim.onData((bytes) => terminal.write(bytes));
  terminal.onData((bytes) => {
    const [speed] = spawnSync('stty', ['-F', path, 'speed']).stdout.toString().split('\n');
    if (rate !== null && Number(speed) === rate) void sim.write(bytes);
  });
  return path;
}

describe('ports --ask', () => {
  test.each([115_200, 57_600, 9_600])('finds a device at %i', async (rate) => {
    const path = await deviceAt(rate);
    const ran = await holdfast(['ports', '--ask', path]);
    const words = rate === 115_200 ? '' : `, at --baud ${rate}`;
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(`epoch 3${words}\n$`) });
  });

  test('asks at the rate that is given, and no other', async () => {
    const path = await deviceAt(57_600);
    const ran = await holdfast(['ports', '--ask', '--baud', '9600', '--json', path]);
    expect(JSON.parse(ran.stdout)).toMatchObject([{ answer: { answers: false, reason: 'NO_ANSWER' } }]);
  });

  test('names the rates that it tries', async () => {
    terminal = await PseudoTerminal.open();
    const { stdout } = await holdfast(['ports', '--help']);
    for (const rate of USUAL_BAUD_RATES) expect(stdout).toContain(String(rate));
  });
});

describe('no answer', () => {
  test('names the program that has the port open too', async () => {
    const path = await deviceAt(null);
    const reader = spawn('sleep', ['60'], { stdio: [openPort(path), 'ignore', 'ignore'] });
    children.push(reader);
    const ran = await holdfast(['status', '--port', path]);
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.stderr).toContain(`also open in sleep (process ${reader.pid})`);
    expect(portUsers(path)).toContainEqual({ name: 'sleep', process: reader.pid });
  }, 20_000);

  test('says that bytes came, and how to try other rates', async () => {
    const path = await deviceAt(null);
    terminal.onData(() => terminal.write(Uint8Array.of(0xf8, 0x80, 0xf8)));
    const ran = await holdfast(['status', '--port', path]);
    expect(ran.stderr).toMatch(
      /\d+ bytes came that are no answer, as from a device at another rate than 115200/,
    );
    expect(ran.stderr).toContain(`holdfast ports --ask ${path}`);
  }, 20_000);

  test('of a device that had answered until then names no other rate or program', async () => {
    terminal = await PseudoTerminal.open();
    const sim = await SimDevice.boot({ image });
    let answers = 0;
    sim.onData((bytes) => {
      if (answers++ === 0) terminal.write(bytes);
    });
    terminal.onData((bytes) => void sim.write(bytes));
    const ran = await holdfast(['status', '--port', terminal.path]);
    expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('Until then it had answered.') });
    expect(ran.stderr).not.toMatch(/bytes came|ports --ask/);
  }, 20_000);
});

/** A descriptor of the port, as another program has it. */
function openPort(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_NOCTTY);
}

test('the other end of a pseudo-terminal is no other program', async () => {
  terminal = await PseudoTerminal.open();
  const ran = await holdfast(['ports', '--ask', '--baud', '9600', '--json', terminal.path]);
  expect(JSON.parse(ran.stdout)).toMatchObject([{ answer: { reason: 'NO_ANSWER', users: [] } }]);
});

describe('a line that was lost is said to be so in words', () => {
  test.each([
    'Error: bad file descriptor',
    'bad file descriptor',
    'EIO: input/output error, read',
    'No such device',
  ])('%s', (said) => expect(lossOf(new Error(said)).message).toBe(`its other end is gone (${said})`));

  test('what is not known is said as the driver says it', () =>
    expect(lossOf(new Error('out of memory')).message).toBe('out of memory'));
});
