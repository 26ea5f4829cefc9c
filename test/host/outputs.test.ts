/** Outputs never destroy: each verb that writes, against each thing that its output can be. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IMAGE } from '../../host/cli/common/output-kinds.ts';
import { writeOutput } from '../../host/cli/common/outputs.ts';
import { commandPath } from '../../host/common/root.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('outputs');
const at = (name: string) => folder.at(name);
const read = (name: string) => readFileSync(at(name));
const RAIL = new URL('../../firmware-maps/rail/', import.meta.url).pathname;
const BUILD = new URL('../../build/', import.meta.url).pathname;
const SOURCE = 'rail/rail.map.yaml';
const NEXT = 'rail/rail.next.map.yaml';
/** The source `rail.map.yaml` reads the table `limits.csv`. */
const TABLE = readFileSync(`${RAIL}rail.map.yaml`, 'utf8').match(/file: (\S+\.csv)/)?.[1] ?? '';
const IMPORT = 'import table.csv --from from --to to --id id --map line --unit mm';
const PROVE = `timing wasm ${BUILD}device.wasm --export stateOf --brief`;
const VALLEY =
  '{"stops": {"unit": "m", "values": [0, 9]}, "speed limits": {"units": {"position": "m", "velocity": "km/h"}, "values": [[0, 9]]}}';
const IS_ROOT = process.getuid?.() === 0;

/** A verb with an output OUT; `other` writes other bytes of the same kind. */
interface Writing {
  readonly argv: string;
  readonly other: string;
  /** Ending of the output's name. */
  readonly ending: string;
}

const WRITING: Readonly<Record<string, Writing>> = {
  compile: { argv: `compile ${SOURCE} -o OUT`, other: `compile ${NEXT} -o OUT`, ending: '.img' },
  import: { argv: `${IMPORT} -o OUT`, other: `${IMPORT} --epoch 2 --replaces none -o OUT`, ending: '.yaml' },
  reissue: {
    argv: 'reissue rail.img --epoch 20 -o OUT',
    other: 'reissue rail.img --epoch 21 -o OUT',
    ending: '.img',
  },
  svg: { argv: `audit ${SOURCE} --svg OUT`, other: `audit ${NEXT} --svg OUT`, ending: '.svg' },
  html: { argv: `audit ${SOURCE} --html OUT`, other: `audit ${NEXT} --html OUT`, ending: '.html' },
  firmware: {
    argv: 'firmware rp2040 --development --image rail.img -o OUT --format bin',
    other: 'firmware rp2040 --development --image key.img -o OUT --format bin',
    ending: '.bin',
  },
  proof: {
    argv: `${PROVE} --html OUT`,
    other: `${PROVE} --export checkInvalid --html OUT`,
    ending: '.html',
  },
  golden: {
    argv: `${PROVE} --golden OUT --update`,
    other: `${PROVE} --export checkInvalid --golden OUT --update`,
    ending: '.json',
  },
  pull: { argv: 'pull -o OUT', other: 'pull -o OUT --slot A', ending: '.img' },
};
const VERBS = Object.keys(WRITING);
const writing = (verb: string): Writing => WRITING[verb] ?? expect.fail(verb);

let controller: ReturnType<typeof spawn>;

function run(argv: string, output = '') {
  const words = argv.split(' ').map((word) => (word === 'OUT' ? output : word));
  return holdfast(words, { cwd: folder.path, env: { HOLDFAST_PORT: at('port') } });
}

/** What the verb writes when nothing is there. */
async function written(verb: string, name: string, argv = writing(verb).argv): Promise<Buffer> {
  expect(await run(argv, name)).toMatchObject({ code: 0 });
  return read(name);
}

async function refused(argv: string, output: string, code: string): Promise<void> {
  const ran = await run(argv, output);
  expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(code) });
}

beforeAll(async () => {
  cpSync(RAIL, at('rail'), { recursive: true });
  for (const argv of [
    'keygen -o key',
    `compile ${SOURCE} -o rail.img`,
    `compile ${SOURCE} --key key.pem -o key.img`,
  ])
    expect(await run(argv)).toMatchObject({ code: 0 });
  writeFileSync(at('table.csv'), 'from,to,id\n0,10,a\n10,20,b\n');
  mkdirSync(at('feed'));
  writeFileSync(at('feed/calendar_dates.txt'), 'service_id,date,exception_type\nw,20260101,1\n');
  writeFileSync(at('valley.json'), VALLEY);
  linkSync(at('rail.img'), at('second-name.img'));
  symlinkSync(at('rail/rail.map.yaml'), at('link.map.yaml'));
  controller = spawn(
    process.execPath,
    [
      commandPath(),
      'controller',
      '--development',
      '--image',
      'rail.img',
      '--link',
      'port',
      '--state',
      'state',
      '--json',
    ],
    { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => controller.stdout?.once('data', resolve));
});
afterAll(async () => {
  const ended = new Promise((resolve) => controller.once('close', resolve));
  controller.kill('SIGTERM');
  await ended;
  folder.remove();
});

describe.each(VERBS)('%s', (verb) => {
  const { argv, other, ending } = writing(verb);

  test('replaces what it wrote itself', async () => {
    const name = `ours-${verb}${ending}`;
    await written(verb, name);
    chmodSync(at(name), 0o640);
    await written(verb, name, other);
    const again = await written(verb, name);
    expect(again.equals(await written(verb, `fresh-${verb}${ending}`))).toBe(true);
    expect(statSync(at(name)).mode & 0o777).toBe(0o640);
  });

  test('refuses a foreign file, an edited one and a protected one, and replaces them with --force', async () => {
    const name = `foreign-${verb}${ending}`;
    const bytes = await written(verb, name);
    // Firmware's own bytes stand at the front; what is burned in may differ.
    const edited = Buffer.from(bytes);
    edited.writeUInt8((edited[600 % edited.length] ?? 0) ^ 1, 600 % edited.length);
    const isGolden = verb === 'golden';
    for (const foreign of ['work of many days\n', '{"a": 1}', ...(isGolden ? [] : [edited])]) {
      writeFileSync(at(name), foreign);
      await refused(argv, name, 'FILE_EXISTS');
      expect(read(name).equals(Buffer.from(foreign))).toBe(true);
    }
    expect(await run(`${argv} --force`, name)).toMatchObject({ code: 0 });
    expect(read(name).equals(bytes)).toBe(true);
    chmodSync(at(name), 0o444);
    await refused(argv, name, 'FILE_EXISTS');
  });

  test('refuses a key, whoever made it', async () => {
    const before = read('key.pem');
    await refused(argv, 'key.pem', 'FILE_EXISTS');
    expect(read('key.pem').equals(before)).toBe(true);
  });

  test('follows a link and leaves it a link; what a link leads to is made, where its folder is', async () => {
    const bytes = await written(verb, `target-${verb}${ending}`);
    symlinkSync(`target-${verb}${ending}`, at(`link-${verb}`));
    expect(await run(argv, `link-${verb}`)).toMatchObject({ code: 0 });
    expect(lstatSync(at(`link-${verb}`)).isSymbolicLink()).toBe(true);
    expect(read(`target-${verb}${ending}`).equals(bytes)).toBe(true);
    mkdirSync(at(`new-${verb}`));
    symlinkSync(`new-${verb}/made${ending}`, at(`first-${verb}`));
    symlinkSync(`first-${verb}`, at(`second-${verb}`));
    expect(await run(argv, `second-${verb}`)).toMatchObject({ code: 0 });
    for (const link of ['first', 'second'])
      expect(lstatSync(at(`${link}-${verb}`)).isSymbolicLink()).toBe(true);
    expect(lstatSync(at(`new-${verb}/made${ending}`)).isFile()).toBe(true);
    symlinkSync('gone/made', at(`lost-${verb}`));
    await refused(argv, `lost-${verb}`, `gone/made, to which lost-${verb} leads`);
    expect(lstatSync(at(`lost-${verb}`)).isSymbolicLink()).toBe(true);
    symlinkSync(`round-${verb}`, at(`round-${verb}`));
    await refused(argv, `round-${verb}`, 'FILE_NOT_WRITTEN');
  });

  test('writes into a pipe', async () => {
    const bytes = await written(verb, `piped-${verb}${ending}`);
    expect(spawnSync('mkfifo', [at(`pipe-${verb}`)]).status).toBe(0);
    const reader = spawn('cat', [at(`pipe-${verb}`)]);
    const chunks: Buffer[] = [];
    reader.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => reader.once('close', resolve));
    expect(await run(argv, `pipe-${verb}`)).toMatchObject({ code: 0 });
    await ended;
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(lstatSync(at(`pipe-${verb}`)).isFIFO()).toBe(true);
  });

  // A node of the kind of /dev/null, made here: the machine's own is at no risk.
  test.skipIf(!IS_ROOT)('writes into a device and leaves it a device', async () => {
    if (spawnSync('mknod', [at(`null-${verb}`), 'c', '1', '3']).status !== 0) return;
    expect(await run(argv, `null-${verb}`)).toMatchObject({ code: 0 });
    expect(lstatSync(at(`null-${verb}`)).isCharacterDevice()).toBe(true);
    spawnSync('mknod', [at(`disk-${verb}`), 'b', '7', '200']);
    await refused(argv, `disk-${verb}`, 'OUTPUT_NOT_A_FILE');
  });

  test('- is standard output, and the report goes to standard error', async () => {
    const bytes = await written(verb, `stdout-${verb}${ending}`);
    for (const name of ['-', '/dev/stdout']) {
      const ran = spawnSync(process.execPath, [commandPath(), ...argv.replace('OUT', name).split(' ')], {
        cwd: folder.path,
        env: { ...process.env, NO_COLOR: '1', HOLDFAST_PORT: at('port') },
        maxBuffer: 2 ** 26,
      });
      expect(ran.status, ran.stderr.toString()).toBe(0);
      expect(ran.stdout.equals(bytes)).toBe(true);
      expect(ran.stderr.length).toBeGreaterThan(verb === 'golden' ? -1 : 10);
    }
    expect(readdirSync(folder.path)).not.toContain('-');
  });

  test('ends quietly when the reader has enough', () => {
    const words = argv.replace('OUT', '-');
    const script = `set -o pipefail; '${process.execPath}' '${commandPath()}' ${words} 2>errors | head -c 1 >head`;
    const ran = spawnSync('bash', ['-c', script], {
      cwd: folder.path,
      env: { ...process.env, HOLDFAST_PORT: at('port') },
    });
    expect(ran.status, read('errors').toString()).toBe(0);
    expect(read('head')).toHaveLength(1);
    expect(read('errors').toString()).not.toMatch(/EPIPE|error/i);
  });

  test('a folder, and a folder that is not there, are named', async () => {
    mkdirSync(at(`folder-${verb}`));
    await refused(argv, `folder-${verb}`, 'OUTPUT_NOT_A_FILE');
    await refused(argv, `none-${verb}/out`, 'FILE_NOT_WRITTEN');
    expect(readdirSync(at(`folder-${verb}`))).toEqual([]);
  });
});

describe('an input is never replaced without being told to', () => {
  const CASES: readonly (readonly [argv: string, victim: string])[] = [
    [`compile ${SOURCE} -o ${SOURCE}`, SOURCE],
    [`compile ${SOURCE} -o link.map.yaml`, SOURCE],
    [`compile ${SOURCE} -o rail/${TABLE}`, `rail/${TABLE}`],
    [`compile ${SOURCE} --key key.pem -o key.pem`, 'key.pem'],
    [`audit ${SOURCE} --html ${SOURCE}`, SOURCE],
    [`audit ${SOURCE} --svg rail/${TABLE}`, `rail/${TABLE}`],
    ['audit rail.img --svg rail.img', 'rail.img'],
    ['reissue rail.img --epoch 20 -o rail.img', 'rail.img'],
    ['reissue rail.img --epoch 20 -o second-name.img', 'rail.img'],
    [`${IMPORT} -o table.csv`, 'table.csv'],
    [`${IMPORT} -o rail/../table.csv`, 'table.csv'],
    ['calendar feed --zone UTC --map m -o feed/calendar_dates.txt', 'feed/calendar_dates.txt'],
    ['track valley.json --map m -o valley.json', 'valley.json'],
    ['firmware rp2040 --development --image rail.img --format bin -o rail.img', 'rail.img'],
  ];

  test.each(CASES)('holdfast %s', async (argv, victim) => {
    const before = read(victim);
    await refused(argv, '', 'SAME_FILE');
    expect(read(victim).equals(before)).toBe(true);
  });
});

describe('other places', () => {
  test('a table that a source names, but this command does not read', async () => {
    const before = read(`rail/${TABLE}`);
    await refused(`audit rail.img --svg rail/${TABLE}`, '', 'FILE_EXISTS');
    expect(read(`rail/${TABLE}`).equals(before)).toBe(true);
  });

  test('a socket', async () => {
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(writeOutput(at('socket'), new Uint8Array(1), { kind: IMAGE })).rejects.toMatchObject({
      code: 'OUTPUT_NOT_A_FILE',
    });
    expect(lstatSync(at('socket')).isSocket()).toBe(true);
    server.close();
  });

  test('the file that standard output was sent to', () => {
    const script = `'${process.execPath}' '${commandPath()}' compile ${SOURCE} -o both.img > both.img`;
    const ran = spawnSync('bash', ['-c', script], { cwd: folder.path });
    expect(ran.stderr.toString()).toContain('SAME_FILE');
  });

  test('a descriptor that the shell made', () => {
    rmSync(at('through.img'), { force: true });
    const script = `'${process.execPath}' '${commandPath()}' compile ${SOURCE} -o >(cat > through.img); wait $!; sync`;
    const ran = spawnSync('bash', ['-c', script], { cwd: folder.path });
    expect(ran.status, ran.stderr.toString()).toBe(0);
    expect(read('through.img').equals(read('rail.img'))).toBe(true);
  });

  test('a file that standard output is appended to keeps its beginning', () => {
    writeFileSync(at('log'), 'first\n');
    const script = `'${process.execPath}' '${commandPath()}' audit ${SOURCE} --svg /dev/stdout >> log`;
    expect(spawnSync('bash', ['-c', script], { cwd: folder.path }).status).toBe(0);
    expect(read('log').toString()).toMatch(/^first\n<svg /);
  });

  test('a descriptor that stands open keeps what was written to it before', () => {
    const script = `exec 3>numbered; echo first >&3; '${process.execPath}' '${commandPath()}' audit ${SOURCE} --svg /dev/fd/3; echo last >&3`;
    expect(spawnSync('bash', ['-c', script], { cwd: folder.path }).status).toBe(0);
    expect(read('numbered').toString()).toMatch(/^first\n<svg [\s\S]*-->\nlast\n$/);
  });

  test('two outputs in one place', async () => {
    await refused(`audit ${SOURCE} --svg - --html /dev/stdout`, '', 'USAGE');
    await refused(`audit ${SOURCE} --svg same --html ./same`, '', 'USAGE');
  });

  test('keys on standard output, and never over a file', async () => {
    const ran = await run('keygen -o -');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/PRIVATE KEY[\s\S]*PUBLIC KEY/) });
    await refused('keygen -o key', '', 'FILE_EXISTS');
  });

  test('the library is a folder', async () => {
    await refused('firmware library -o -', '', 'OUTPUT_NOT_A_FILE');
  });
});
