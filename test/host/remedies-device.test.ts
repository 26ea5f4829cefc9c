/**
 * Remedies of verbs that talk to a device, or that start a virtual one: the commands and options that they propose are taken out of them,
 * run against a virtual controller, and what was meant is there. test/host/remedies-verbs.test.ts knows which remedies these are.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { holdfast, type Ran, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';
import { sentenceIn } from '../support/remedies.ts';

const CONFIG = 'holdfast-firmware: 1\nmap: line\nchecks-to-confirm: 20\nbudget: { steps: 14 }\nfault: stop\n';

const folder = temporaryFolder('remedies-device');
let count = 0;
let running: ControllerProcess[] = [];

beforeAll(async () => {
  const editions = {
    first: { epoch: 1, limit: 80 },
    second: { epoch: 2, replaces: '1', limit: 40 },
    third: { epoch: 3, replaces: '2', limit: 30 },
    stale: { epoch: 1, limit: 70 },
    other: { epoch: 9, replaces: '7', limit: 20 },
  };
  for (const [name, text] of Object.entries(editions))
    writeFileSync(folder.at(`${name}.img`), await compileEdition(text));
  writeFileSync(folder.at('firmware.yaml'), CONFIG);
  writeFileSync(folder.at('a-file'), 'a text\n');
});
beforeEach(() => {
  count += 1;
});
afterEach(async () => {
  for (const controller of running) await controller.end();
  running = [];
});
afterAll(() => folder.remove());

const environment = () => ({ XDG_RUNTIME_DIR: folder.path, COLUMNS: '400' });
const run = (argv: string, env = {}): Promise<Ran> =>
  holdfast(argv.split(' '), { cwd: folder.path, env: { ...environment(), ...env } });

/** A parked controller with the first edition, in a state folder of its own. */
async function start(options: { readonly empty?: boolean; readonly link?: string } = {}) {
  const burned = options.empty ? {} : { image: folder.at('first.img') };
  const state = folder.at(`state-${count}`);
  const controller = await startController({
    ...{ state, config: folder.at('firmware.yaml'), parked: true },
    ...burned,
    ...(options.link === undefined ? {} : { link: options.link }),
  });
  running.push(controller);
  const on = (argv: string) => run(argv, { HOLDFAST_PORT: controller.port });
  return { controller, on };
}

/** What a command is told that is refused: the sentence of this shape. */
function remedyOf(ran: Ran, shape: string): string {
  expect([1, 2, 3], `${ran.stdout}${ran.stderr}`).toContain(ran.code);
  const remedy = sentenceIn(ran.stderr, shape);
  expect(remedy, ran.stderr).toBeDefined();
  return remedy ?? '';
}

/** A command that a remedy names in grave accents, without `holdfast`. */
const commandIn = (remedy: string, index = 0): string =>
  [...remedy.matchAll(/`holdfast ([^`]*)`/g)][index]?.[1] ?? 'NOTHING';
const optionIn = (remedy: string): string => /--[a-z-]+/.exec(remedy)?.[0] ?? 'NOTHING';

async function done(ran: Promise<Ran>): Promise<Ran> {
  const ended = await ran;
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

type Device = Awaited<ReturnType<typeof start>>;

const status = async ({ on }: Device) => JSON.parse((await on('status --json')).stdout);

describe('a port', () => {
  test('is given as the remedy says, or found', async () => {
    const { controller } = await start();
    const remedy = remedyOf(
      await run('status', { HOLDFAST_PORT: '' }),
      'Give `--port PATH` or set HOLDFAST_PORT; `holdfast ports` lists the ports.',
    );
    await done(run(`status ${optionIn(remedy)} ${controller.port}`));
    await done(run('status', { [/HOLDFAST_\w+/.exec(remedy)?.[0] ?? '']: controller.port }));
    await done(run(commandIn(remedy)));
  });

  test.each([
    ['nowhere', 'Run `holdfast ports` to see the ports, or start `holdfast controller`.'],
    ['a-file', 'Run `holdfast ports` to see the ports.'],
  ])('that is none: %s', async (port, shape) => {
    const remedy = remedyOf(await run(`status --port ${folder.at(port)}`), shape);
    await done(run(commandIn(remedy)));
  });
});

describe('a window', () => {
  test('is opened, and its token is given', async () => {
    const device = await start();
    const remedy = remedyOf(
      await device.on('stage second.img'),
      'Park the machine, then run `holdfast window open`.',
    );
    await done(device.on(commandIn(remedy)));
    const { token } = (await status(device)).window ?? (await status(device));
    const wrong = remedyOf(
      await device.on('stage second.img --token 99'),
      'Give the right one with `--token`: ….',
    );
    const shown = await device.on(commandIn(wrong));
    const [, number = ''] = /token (\d+)/.exec(shown.stdout) ?? [];
    expect(number, `${shown.stdout} ${token}`).not.toBe('');
    await done(device.on(`stage second.img ${optionIn(wrong)} ${number}`));
  });

  test('of one’s own is closed before another is opened', async () => {
    const { on } = await start();
    await done(on('window open'));
    const remedy = remedyOf(
      await on('push second.img --window'),
      'Go on in it, without `--window`, or run `holdfast window close --keep` first.',
    );
    await done(on(commandIn(remedy)));
    await done(on('push second.img --window'));
  });

  test('of one’s own is gone on in', async () => {
    const device = await start();
    await done(device.on('window open'));
    const remedy = remedyOf(
      await device.on('push second.img --window'),
      'Go on in it, without `--window`, …',
    );
    const left = /without `(--window)`/.exec(remedy)?.[1] ?? 'NOTHING';
    await done(device.on('push second.img --window'.replace(` ${left}`, '')));
    await done(device.on('window close'));
    expect((await status(device)).epoch).toBe(2);
  });
});

describe('an edition', () => {
  test('is staged before it is marked', async () => {
    const device = await start();
    await done(device.on('window open'));
    const remedy = remedyOf(await device.on('mark second.img'), 'Stage it first: `holdfast stage IMAGE`.');
    await done(device.on(commandIn(remedy).replace('IMAGE', 'second.img')));
    await done(device.on('mark second.img'));
    await done(device.on('window close'));
    expect((await status(device)).epoch).toBe(2);
  });

  test.each(['confirm', 'revert'] as const)('on trial is kept or given up: %s', async (verb) => {
    const device = await start();
    await done(device.on('push second.img --window'));
    const remedy = remedyOf(
      await device.on('push third.img --window'),
      'Run `holdfast confirm` or `holdfast revert` first.',
    );
    const command =
      [0, 1].map((index) => commandIn(remedy, index)).find((each) => each === verb) ?? 'NOTHING';
    await expect.poll(async () => (await status(device)).checksLeft ?? 0, { timeout: 20_000 }).toBe(0);
    await done(device.on('window open'));
    await done(device.on(command));
    await done(device.on('window close --keep'));
    const pushed = await device.on('push third.img --window');
    if (verb === 'confirm') expect(pushed.code, pushed.stderr).toBe(0);
    else remedyOf(pushed, 'Name the running epoch in `replaces` and compile again.');
  });

  test('that replaces another is compiled anew, with the running epoch', async () => {
    const device = await start();
    const remedy = remedyOf(
      await device.on('push other.img --window'),
      'Name the running epoch in `replaces` and compile again.',
    );
    const field = /`(\w+)`/.exec(remedy)?.[1] ?? 'NOTHING';
    const epoch = String((await status(device)).epoch);
    writeFileSync(folder.at('again.img'), await compileEdition({ epoch: 9, [field]: epoch, limit: 20 }));
    await done(device.on('push again.img --window'));
    expect((await status(device)).epoch).toBe(9);
  });

  test('of an older epoch is compiled with a later one, or issued anew', async () => {
    const device = await start();
    const remedy = remedyOf(
      await device.on('push stale.img --window'),
      'Raise `epoch` in the source and compile again; `holdfast reissue` brings an older map back.',
    );
    await done(run(`${commandIn(remedy)} stale.img --epoch 2 --replaces 1 -o reissued.img --force`));
    await done(device.on('push reissued.img --window'));
    expect((await status(device)).epoch).toBe(2);
  });

  test('that was reverted is insisted on', async () => {
    const device = await start();
    await done(device.on('push second.img --window'));
    await done(device.on('window open'));
    await done(device.on('revert'));
    await done(device.on('window close --keep'));
    const remedy = remedyOf(
      await device.on('push second.img --window'),
      'Find out why it was reverted and compile a later epoch, or insist on this one with `--force`.',
    );
    await done(device.on(`push second.img --window ${optionIn(remedy)}`));
    expect((await status(device)).epoch).toBe(2);
  });

  test('of a slot is pulled where none runs', async () => {
    const { on } = await start({ empty: true });
    await done(on('window open'));
    await done(on('stage first.img'));
    const remedy = remedyOf(await on('pull -o pulled.img'), 'Name a slot with `--slot`.');
    await done(on(`pull -o pulled.img ${optionIn(remedy)} 0`));
    expect(readFileSync(folder.at('pulled.img'))).toEqual(readFileSync(folder.at('first.img')));
  });
});

/** Whether a virtual controller comes up; else what it said. It is ended as soon as it is up. */
function comesUp(argv: readonly string[]): Promise<Ran | 'up'> {
  const child = spawn(process.execPath, [commandPath(), 'controller', '--json', ...argv], {
    cwd: folder.path,
    env: { ...process.env, NO_COLOR: '1', ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let isUp = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.includes('"ready"')) return;
    isUp = true;
    child.kill('SIGTERM');
  });
  return new Promise((done) => {
    child.on('close', (code) => done(isUp ? 'up' : { code, stdout: '', stderr: remedyText(stderr) }));
  });
}

/** With --json an error is an object. */
function remedyText(stderr: string): string {
  try {
    return Object.values(JSON.parse(stderr).error ?? JSON.parse(stderr)).join(' ');
  } catch {
    return stderr;
  }
}

const FIRST = ['--development', '--image', 'first.img'];
type Start = readonly string[];

interface Started {
  readonly shape: string;
  /** Before the controller is started; gives what it is started with. */
  readonly argv: () => Promise<Start>;
  readonly follow: (remedy: string, argv: Start) => Start;
}

const fresh = () => `fresh-${count}`;
const with_ = (option: string, value: string, argv: Start): Start => {
  const at = argv.indexOf(option);
  return at < 0 ? [...argv, option, value] : [...argv.slice(0, at), option, value, ...argv.slice(at + 2)];
};

const STARTS: Readonly<Record<string, Started>> = {
  'without anything to burn': {
    shape:
      'Give the first image with `--image IMAGE`, or a firmware configuration with `--config FILE` and push the first edition.',
    argv: async () => ['--development', '--state', fresh()],
    follow: (remedy, argv) => [...argv, optionIn(remedy), 'first.img'],
  },
  'without anything to burn, by a configuration': {
    shape:
      'Give the first image with `--image IMAGE`, or a firmware configuration with `--config FILE` and push …',
    argv: async () => ['--development', '--state', fresh()],
    follow: (remedy, argv) => [...argv, /`(--config) FILE`/.exec(remedy)?.[1] ?? '', 'firmware.yaml'],
  },
  'in a state folder that runs': {
    shape: 'End it, or give another folder with `--state`.',
    argv: async () => {
      await start();
      return [...FIRST, '--state', `state-${count}`];
    },
    follow: (remedy, argv) => with_(optionIn(remedy), fresh(), argv),
  },
  'in a state folder that is a file': {
    shape: 'Give another folder with `--state`.',
    argv: async () => [...FIRST, '--state', 'a-file'],
    follow: (remedy, argv) => with_(optionIn(remedy), fresh(), argv),
  },
  'with a burned block that was cut': {
    shape: 'Delete the state folder and start with `--image` again.',
    argv: async () => {
      expect(await comesUp([...FIRST, '--state', fresh()])).toBe('up');
      truncateSync(folder.at(`${fresh()}/burned.bin`), 10);
      return ['--development', '--state', fresh()];
    },
    follow: (remedy, argv) => with_('--state', `${fresh()}-new`, [...argv, optionIn(remedy), 'first.img']),
  },
  'with a flash of another size': {
    shape: 'Give another folder with `--state`, or delete this one to start over.',
    argv: async () => {
      expect(await comesUp([...FIRST, '--state', fresh()])).toBe('up');
      truncateSync(folder.at(`${fresh()}/flash.bin`), 10);
      return [...FIRST, '--state', fresh()];
    },
    follow: (remedy, argv) => with_(optionIn(remedy), `${fresh()}-new`, argv),
  },
  'with a link in place of something else': {
    shape: 'Give another path with `--link`, or remove that one.',
    argv: async () => [...FIRST, '--state', fresh(), '--link', 'a-file'],
    follow: (remedy, argv) => with_(optionIn(remedy), `link-${count}`, argv),
  },
  'with a link in a folder that is not there': {
    shape: 'Give another path with `--link`.',
    argv: async () => [...FIRST, '--state', fresh(), '--link', 'a-file/link'],
    follow: (remedy, argv) => with_(optionIn(remedy), `link-${count}`, argv),
  },
  'with a link that another has': {
    shape: 'End it, or give another path with `--link`.',
    argv: async () => {
      await start({ link: folder.at(`taken-${count}`) });
      return [...FIRST, '--state', fresh(), '--link', `taken-${count}`];
    },
    follow: (remedy, argv) => with_(optionIn(remedy), `link-${count}`, argv),
  },
  'of a board, with a place for the virtual one': {
    shape: 'Leave them out, or leave out --target.',
    argv: async () => [...FIRST, '--state', fresh(), '--at', '500', '--target', 'rp2040'],
    follow: (remedy, argv) => {
      const at = argv.indexOf(optionIn(remedy));
      return argv.filter((_, index) => index !== at && index !== at + 1);
    },
  },
};

describe.each(Object.entries(STARTS))('a controller %s', (_name, { shape, argv, follow }) => {
  test('starts as the remedy says', async () => {
    const asked = await argv();
    const refused = await comesUp(asked);
    if (refused === 'up') throw new Error(`it started: ${asked.join(' ')}`);
    expect(await comesUp(follow(remedyOf(refused, shape), asked))).toBe('up');
  });
});

/** A module with one function `f`, which gives its argument back. */
const MODULE = Buffer.from(
  '0061736d0100000001060160017f017f03020100070501016600000a06010400200' + '00b',
  'hex',
);

describe('an analysis', () => {
  beforeAll(() => {
    writeFileSync(folder.at('tiny.wasm'), MODULE);
    mkdirSync(folder.at('golden'), { recursive: true });
  });

  test('of a module names its exports', async () => {
    const remedy = remedyOf(await run('timing wasm tiny.wasm'), 'Name the exports to prove with --export.');
    await done(run(`timing wasm tiny.wasm ${optionIn(remedy)} f`));
  });

  test('assumes what is written as the remedy writes it', async () => {
    const asked = 'timing wasm tiny.wasm --export f --assume';
    const remedy = remedyOf(await run(`${asked} x`), 'Write --assume NAME=NUMBER.');
    const [, form = ''] = /--assume (\S+)\.$/.exec(remedy) ?? [];
    const ran = await run(`${asked} ${form.replace('NAME', 'x').replace('NUMBER', '3')}`);
    expect(ran.stderr).not.toContain('NAME=NUMBER');
  });

  test('writes its golden file anew', async () => {
    const asked = 'timing wasm tiny.wasm --export f --golden golden/counts.json';
    await done(run(`${asked} --update`));
    const golden = readFileSync(folder.at('golden/counts.json'), 'utf8');
    writeFileSync(
      folder.at('golden/counts.json'),
      golden.replace(/\d+/, (digits) => `${Number(digits) + 1}`),
    );
    const changed = await run(asked);
    const remedy = sentenceIn(
      changed.stderr,
      'If this is intended, run it again with --update and review the change in ….',
    );
    expect(remedy, changed.stderr).toBeDefined();
    await done(run(`${asked} ${optionIn(remedy ?? '')}`));
    expect(readFileSync(folder.at('golden/counts.json'), 'utf8')).toBe(golden);
    writeFileSync(folder.at('golden/counts.json'), 'no JSON');
    const broken = remedyOf(await run(asked), 'Make it again with --update --force.');
    const both = broken.match(/--[a-z]+/g) ?? [];
    const again = await run([asked, ...both].join(' '));
    expect(again.code, again.stderr).toBe(0);
    expect(readFileSync(folder.at('golden/counts.json'), 'utf8')).toBe(golden);
  });
});
