/** What someone met who tried the command for the first time; each of these went wrong once. */

import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import type { Snapshot } from '../../host/controller/controller.ts';
import { modeWords } from '../../host/controller/display.ts';
import { HeldPlace } from '../../host/controller/held-place.ts';
import { PacedLine } from '../../host/controller/paced-line.ts';
import { Report } from '../../host/controller/report.ts';
import { GROUP, IMAGE_HEADER_BYTES, TLV, TLV_PLAIN_MAGIC } from '../../host/format.ts';
import { parseImage, wrapImage } from '../../host/image/container.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import { generateKeyPair } from '../../host/image/sign.ts';
import { encodeTlvArea } from '../../host/image/tlv.ts';
import { describeRefusal } from '../../host/refusals/refusals.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition, sourceText } from '../support/editions.ts';
import { refit } from '../support/refit.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = temporaryFolder('newcomer');
const image = folder.at('line.img');
const source = folder.at('line.map.yaml');
const { privatePem, publicPem } = generateKeyPair();
let bytes: Uint8Array;

beforeAll(async () => {
  writeFileSync(source, sourceText({ epoch: 1, limit: 80 }));
  bytes = await compileEdition({ epoch: 1, limit: 80 });
  writeFileSync(image, bytes);
  writeFileSync(folder.at('good.pem'), privatePem);
  writeFileSync(folder.at('good.pub.pem'), publicPem);
});
afterAll(() => folder.remove());

/** Bytes of the names behind the last rule: examined by the host alone. */
function withBrokenNames(good: Uint8Array): Uint8Array {
  return refit(good, (view, raw) => {
    const bodyEnd = IMAGE_HEADER_BYTES + view.getUint32(12, true);
    raw[bodyEnd - 1] = 0x7a;
  });
}

function foreignImage(): Uint8Array {
  const { body, digest } = parseImage(bytes);
  const header = bytes.slice(0, IMAGE_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint16(10, 0, true);
  const text = new Uint8Array(body.length).fill(0x2e);
  const tlvs = encodeTlvArea(TLV_PLAIN_MAGIC, [{ type: TLV.sha256, value: digest }]);
  return Uint8Array.from(Buffer.concat([header, text, tlvs]));
}

describe('files that are none', () => {
  const noFile = 'it is a device or a pipe, not a file';

  test.each([
    ['a device', '/dev/zero'],
    ['a pipe', 'pipe'],
  ])('%s is refused before it is read, by every verb', async (_, name) => {
    const path = name.startsWith('/') ? name : folder.at(name);
    if (path !== name) expect(spawnSync('mkfifo', [path]).status).toBe(0);
    writeFileSync(
      folder.at('names.map.yaml'),
      sourceText({ epoch: 1, limit: 80 })
        .replace(/at: \{ from: 0[^}]*\}.*/, '')
        .replace(/ {2}- \{ id: fast, .*\n/, `  - { file: ${path}, columns: { from: a, to: b } }\n`),
    );
    for (const argv of [
      ['compile', path],
      ['compile', folder.at('names.map.yaml')],
      ['compile', source, '--key', path],
      ['check', path, '--at', '1'],
      ['audit', path],
      ['push', path, '--port', 'none'],
      ['controller', '--image', path, '--state', folder.at('never')],
      ['controller', '--image', image, '--config', path, '--state', folder.at('never')],
    ]) {
      const { code, stderr } = await holdfast(argv);
      expect({ argv, code, stderr }).toEqual({ argv, code: 2, stderr: expect.stringContaining(noFile) });
    }
  });

  test('a file that is not there is said in words', async () => {
    for (const argv of [
      ['push', folder.at('nosuch'), '--port', 'none'],
      ['check', image, '--points', folder.at('nosuch')],
    ]) {
      const { code, stderr } = await holdfast(argv);
      expect(code).toBe(2);
      expect(stderr).toContain('the file or folder does not exist');
      expect(stderr).not.toContain('ENOENT');
    }
  });

  test.each([
    ['audit', 'noise.bin', Buffer.from([0x80, 0xff, 0, 1]), 'neither a map source nor an image'],
    ['check', 'foreign.img', null, 'an MCUboot image, but not a Holdfast map'],
    ['audit', 'foreign.img', null, 'an MCUboot image, but not a Holdfast map'],
  ])('%s %s', async (verb, name, content, words) => {
    writeFileSync(folder.at(name), content ?? foreignImage());
    const ran = await holdfast([verb, folder.at(name), ...(verb === 'check' ? ['--at', '1'] : [])]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });
});

test('npm ci that fails is not explained, only named', () => {
  const root = folder.at('clone');
  const [npm, setup] = [`${root}/bin/npm`, `${root}/host/setup`];
  mkdirSync(`${root}/bin`, { recursive: true });
  cpSync(`${ROOT}/host/setup`, setup, { recursive: true });
  writeFileSync(`${root}/package.json`, JSON.stringify({ engines: { node: '>=20.0' } }));
  writeFileSync(`${root}/package-lock.json`, '{}');
  writeFileSync(npm, '#!/bin/sh\necho the lockfile is wrong >&2\nexit 7\n', { mode: 0o755 });
  const { status, stderr } = spawnSync(process.execPath, [`${setup}/prepare.mjs`], {
    env: { PATH: `${root}/bin:/bin:/usr/bin` },
    encoding: 'utf8',
  });
  expect(status).toBe(7);
  expect(stderr).toMatch(/the lockfile is wrong\nnpm ci failed; its errors are above\.\n$/);
});

describe('names instead of stack traces', () => {
  test.each([
    ['an empty --port', ['status', '--port', ''], {}, 2, '--port is empty'],
    ['an empty HOLDFAST_PORT', ['status'], { HOLDFAST_PORT: '' }, 2, 'PORT_MISSING'],
    ['a baud rate of 0', ['status', '--port', 'none', '--baud', '0'], {}, 2, 'It must be 1 or more'],
    ['a pace of 0', ['controller', '--pace', '0'], {}, 2, 'It must be 1 or more'],
    ['a port that is a folder', ['status', '--port', '/'], {}, 3, 'it is not a serial port'],
    ['a place of 25 digits', ['check', 'IMAGE', '--at', '9'.repeat(25)], {}, 2, 'OUT_OF_RANGE'],
    ['a phase with a point', ['check', 'IMAGE', '--at', '1', '--phase', '1.5'], {}, 2, 'Give whole ticks'],
    ['a train at 25 digits', ['controller', '--at', '9'.repeat(25)], {}, 2, 'more than 19 digits'],
    [
      'a state folder that is a file',
      ['controller', '--development', '--image', 'IMAGE', '--state', 'IMAGE'],
      {},
      2,
      'STATE_FOLDER',
    ],
    [
      'one inside of a file',
      ['controller', '--development', '--image', 'IMAGE', '--state', 'IMAGE/x'],
      {},
      2,
      'STATE_FOLDER',
    ],
    [
      'a link inside of a file',
      ['controller', '--development', '--image', 'IMAGE', '--state', 'FOLDER', '--link', 'IMAGE/x'],
      {},
      2,
      'LINK_FAILED',
    ],
  ])('%s', async (_, argv, env, code, words) => {
    const filled = argv.map((word) => word.replace('IMAGE', image).replace('FOLDER', folder.at('linked')));
    const ran = await holdfast(filled, { env });
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) });
    expect(ran.stderr).not.toContain('    at ');
  });

  test('an output that cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [commandPath(), 'check', image, '--at', '5', '--json'], {
      cwd: ROOT,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'OUTPUT_FAILED', exitCode: 3 } });
  });

  test('the tour ends quietly when its reader does', async () => {
    const child = spawn(process.execPath, ['build/js/sim/tour/main.js'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
  });
});

describe('--json', () => {
  test.each([
    [['push', '--json'], "missing required argument 'image'"],
    [['compile', 'x', '--no-such', '--json'], "unknown option '--no-such'"],
    [['status', '--port', 'none', '--baud', 'x', '--json'], 'It must be an integer'],
  ])('%j is a mistake in JSON', async (argv, words) => {
    const { code, stdout, stderr } = await holdfast(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'USAGE', message: expect.stringContaining(words), exitCode: 2 },
    });
  });

  test('without it commander speaks as ever', async () => {
    expect((await holdfast(['push'])).stderr).toMatch(/^error: missing required argument/);
  });

  test('compile prints no words', async () => {
    const output = folder.at('unsigned.img');
    const { stdout, stderr } = await holdfast(['compile', source, '-o', output, '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ map: 'line' });
    expect((await holdfast(['compile', source, '-o', output])).stderr).toContain('unsigned');
  });
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
  expect(await holdfast(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test.each([['controller'], ['status'], ['push'], ['window', 'open']])(
  '%s --help has an example',
  async (...verb) => {
    const { stdout } = await holdfast([...verb, '--help']);
    expect(stdout).toMatch(new RegExp(`Examples?:[^]*holdfast ${verb.join(' ')}`));
  },
);

describe('reissue', () => {
  test('signs no body that no device would admit', () => {
    const broken = withBrokenNames(bytes);
    expect(() => parseImage(broken)).not.toThrow();
    expect(() => reissueImage(broken, { epoch: 9, key: privatePem })).toThrow(
      expect.objectContaining({ code: 'IMAGE_NAMES' }),
    );
    expect(() => reissueImage(bytes, { epoch: 9, key: privatePem })).not.toThrow();
  });

  test('and none whose steps are said wrong', () => {
    const { body, identity } = parseImage(bytes);
    for (const steps of [
      identity.steps.map(({ kind, steps: count }) => ({ kind, steps: count + 1 })),
      [...identity.steps, { kind: 3, steps: 1 }],
    ]) {
      expect(() => reissueImage(wrapImage(body, { ...identity, steps }).image, { epoch: 9 })).toThrow(
        expect.objectContaining({ code: 'IMAGE_TLV' }),
      );
    }
  });
});

describe('keys', () => {
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });

  test.each([
    ['a public one', publicPem, 'a public key; signing needs the private one'],
    ['an encrypted one', encrypted.toString(), 'the private key is encrypted'],
    ['none', 'nothing', 'not a private key in PEM form'],
  ])('%s is named as what it is', (_, key, words) => {
    expect(() => reissueImage(bytes, { epoch: 9, key })).toThrow(
      expect.objectContaining({ code: 'BAD_KEY', message: expect.stringContaining(words) }),
    );
  });
});

describe('check --points', () => {
  test.each([
    ['an empty file', '', 2, 'points.csv holds no points'],
    ['a header alone', 'x,y,phase\n', 2, 'points.csv holds no points'],
    ['an empty phase', 'x,phase\n5,\n', 2, 'points.csv:2, phase: it is empty'],
    ['a row that is short', 'x,phase\n5,0\n5\n', 2, 'points.csv:3: 1 field in 2 columns'],
    ['a row that is shorter than the first', '5,,0\n5\n', 2, 'points.csv:2: 1 field in 3 columns'],
    ['a first value that is none', '12x\n13\n', 2, 'points.csv:1, x is 12 x, but it is measured in mm'],
    ['a first decimal', '-1.5\n', 2, '"-1.5" is not an integer'],
    ['a column of an unknown name', 'place\n', 2, 'the column "place"'],
    ['a y on a line', 'x,y\n5,\n6,1\n', 2, 'points.csv:3, y: a line has one axis'],
    ['a y without a header', '5,2\n', 2, 'points.csv:1, y: a line has one axis'],
    ['an error of a spreadsheet', 'x\n#REF!\n5\n', 2, 'points.csv:2, x: "#REF!" is not an integer'],
    ['a column twice', 'x,x\n1,2\n', 2, 'points.csv:1: two columns are named x'],
    ['a NUL', '5\n6\0\n', 2, 'points.csv:2: the file contains a NUL byte'],
    [
      'decimals or thousands',
      'x\n1.400\n',
      2,
      'points.csv:2, x is "1.400", which is 1400 or 1.4\nIf it is 1400, say --thousands point',
    ],
    ['a workbook', 'PK\x03\x04', 2, 'a workbook (.xlsx or .ods)'],
    ['a NUL in what should be a header', '\0\n', 2, 'NUL byte'],
    ['a quote never closed', '5\n6\n"7\n8\n9\n', 2, 'points.csv:3: a quote that opens here is never closed'],
    ['a quote in the middle', '5\n6"7"\n', 2, 'points.csv:2: a quote in the middle of a field'],
    ['something behind a quote', '5\n"6"7\n', 2, 'points.csv:2: text after a closing quote'],
    ['a row without end', `5\n${'7'.repeat(5000)}\n`, 2, 'a row has more than 4096 characters'],
    ['a long value', `x\n${'z'.repeat(1000)}\n`, 2, `"${'z'.repeat(60)}…"`],
  ])('%s', async (_, text, code, words) => {
    writeFileSync(folder.at('points.csv'), text);
    const ran = await holdfast(['check', image, '--points', folder.at('points.csv')]);
    expect(ran).toMatchObject({ code, stderr: expect.stringContaining(words) });
  });

  test('a y that is empty is none', async () => {
    writeFileSync(folder.at('points.csv'), 'x,y,phase\n5,,0\n');
    const ran = await holdfast(['check', image, '--points', folder.at('points.csv')]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ at: 5, zone: 'fast' });
  });
});

describe('sources', () => {
  async function compileWords(text: string, csv?: Buffer | string): Promise<string> {
    writeFileSync(folder.at('odd.map.yaml'), text);
    if (csv !== undefined) writeFileSync(folder.at('odd.csv'), csv);
    const { code, stderr } = await holdfast(['compile', folder.at('odd.map.yaml')]);
    expect(code).toBe(2);
    return stderr;
  }

  test.each([
    ['brackets', `zones: ${'['.repeat(200)}${']'.repeat(200)}`],
    ['a very deep text', `zones: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['brackets that stay open', `zones: ${'{a: ['.repeat(20_000)}`],
    ['blocks', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['lists in a line', `zones: \n  ${'- '.repeat(5000)}x`],
  ])('%s nested too deeply are one mistake', async (_, text) => {
    const words = await compileWords(`holdfast: 1\n${text}\n`);
    expect(words).toMatch(/NOT_YAML: nested too deeply\. [^\n]*\n1 mistake\n$/);
  });

  test('a table that is too large is told its size, and what helps', async () => {
    const text = sourceText({ epoch: 1, limit: 1 }).replace(
      / {2}- \{ id: fast, .*\n/,
      '  - { file: odd.csv, columns: { from: a, to: b } }\n',
    );
    const words = await compileWords(text, Buffer.alloc(64 * 2 ** 20 + 2 ** 19, 0x20));
    expect(words).toContain('has 64.5 MiB, more than 64 MiB. Split the table into several CSV files.');
  });

  test.each([
    [
      'a list in place of text',
      (long: string) => sourceText({ epoch: 1, limit: 1 }).replace('gaps:', `gaps: ${long}\nx:`),
    ],
    ['a map id', (long: string) => sourceText({ epoch: 1, limit: 1, map: long })],
    ['a number', (long: string) => sourceText({ epoch: 1, limit: 1 }).replace('epoch: 1', `epoch: ${long}`)],
    ['a field', (long: string) => `${sourceText({ epoch: 1, limit: 1 })}${long}: 1\n`],
  ])('long texts are cut: %s', async (_, write) => {
    const words = await compileWords(write('Q'.repeat(500)));
    expect(words).toContain(`${'Q'.repeat(60)}…`);
    expect(words).not.toContain('Q'.repeat(61));
  });
});

describe('words of refusals', () => {
  test.each([3, 4, 5])('%i says where the token is', (code) => {
    expect(describeRefusal(GROUP.holdfast, code).remedy).toContain('`holdfast status` shows the token');
  });

  test('a token that is not the right one is not called older', () => {
    expect(describeRefusal(GROUP.holdfast, 4).words).not.toContain('older');
  });

  test('the way back is named', () => {
    expect(describeRefusal(GROUP.holdfast, 22).remedy).toContain('holdfast reissue');
  });
});

describe('the virtual controller', () => {
  const snapshot: Snapshot = {
    mode: 'window',
    epoch: 12,
    isOnTrial: false,
    trialChecks: 0,
    reason: 0,
    leaseTicks: 599_999,
    ticksPerSecond: 1000,
    isParked: true,
    x: 2 ** 31 - 1,
    y: null,
    phase: 0,
    verdict: {
      state: 'maintenance',
      action: 'hold',
      rule: null,
      tier: null,
      limit: null,
      epoch: 12,
      toGapAhead: null,
      toGapBehind: null,
    },
    map: null,
    starts: 1,
  };

  test('tells time in seconds', () => {
    expect(modeWords(snapshot)).toBe('window (600 s left), epoch 12, parked');
  });

  test.each([
    [5_000_000_000n, 1],
    [BigInt(snapshot.x), 0],
    [undefined, 0],
  ])('held at %s it says so when the core is told another place', (at, warnings) => {
    const lines: string[] = [];
    const stream = {
      write: (line: string) => lines.push(line),
      isTTY: false,
    } as unknown as NodeJS.WriteStream;
    const held = at === undefined ? undefined : new HeldPlace(`${at}`);
    const report = new Report({ json: false, at: held, stdout: stream, stderr: stream });
    report.changed(snapshot);
    report.changed({ ...snapshot, mode: 'run' });
    expect(lines.filter((line) => line.includes('the core is told 2147483647'))).toHaveLength(warnings);
  });

  describe('with a pace', () => {
    /** 9,600 bits a second are 960 bytes. */
    const BAUD = 9600;

    function paced() {
      const clock = new SimulatedClock();
      const written: number[] = [];
      let say: (bytes: Uint8Array) => void = () => {};
      const line = new PacedLine(
        {
          onData: (listener) => {
            say = listener;
          },
          write: (bytes) => {
            written.push(...bytes);
            return bytes.length;
          },
        },
        BAUD,
        clock,
      );
      const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
      return { line, clock, written, wait, say: (bytes: Uint8Array) => say(bytes) };
    }

    const numbered = (count: number) => Uint8Array.from({ length: count }, (_, index) => index);

    test('bytes come in at that rate, in order', async () => {
      const { line, say, wait } = paced();
      const arrived: number[] = [];
      line.onData((bytes) => arrived.push(...bytes));
      say(numbered(200));
      say(numbered(300));
      for (let turn = 0; turn < 50; turn++) await wait(2);
      const early = arrived.length;
      expect(early).toBeGreaterThan(60);
      expect(early).toBeLessThan(130);
      for (let turn = 0; turn < 300; turn++) await wait(2);
      expect(arrived).toEqual([...numbered(200), ...numbered(300)]);
    });

    test('and go out at that rate, without waiting', async () => {
      const { line, written, wait } = paced();
      let sent = numbered(100);
      for (let turn = 0; turn < 25; turn++) {
        await wait(2);
        sent = sent.subarray(line.write(sent));
        expect(line.write(new Uint8Array(0))).toBe(0);
      }
      expect(written.length).toBeGreaterThan(30);
      expect(written.length).toBeLessThan(75);
      expect(written).toEqual([...numbered(written.length)]);
    });

    test('nothing comes any more when it is closed', async () => {
      const { line, say, wait } = paced();
      let arrived = 0;
      line.onData((bytes) => {
        arrived += bytes.length;
      });
      say(numbered(500));
      await wait(10);
      line.close();
      const before = arrived;
      await wait(100);
      expect(arrived).toBe(before);
      expect(before).toBeLessThan(500);
    });
  });
});
