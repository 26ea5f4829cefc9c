/** Outputs never destroy: no input, key, device or pipe is replaced by one, under whatever name. */
import { spawnSync } from 'node:child_process';
import { cpSync, linkSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOutput } from '../../host/cli/common/files.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('outputs');
const at = (name: string) => folder.at(name);
const RAIL = new URL('../../firmware-maps/rail/', import.meta.url).pathname;
/** The source `rail.map.yaml` reads the table `limits.csv`. */
const TABLE = readFileSync(`${RAIL}rail.map.yaml`, 'utf8').match(/file: (\S+\.csv)/)?.[1] ?? '';

beforeAll(async () => {
  cpSync(RAIL, at('rail'), { recursive: true });
  for (const argv of [
    ['keygen', '-o', at('key')],
    ['compile', at('rail/rail.map.yaml'), '-o', at('rail.img')],
  ]) {
    expect(await holdfast(argv)).toMatchObject({ code: 0 });
  }
  writeFileSync(at('table.csv'), 'from,to,id\n0,10,a\n10,20,b\n');
  linkSync(at('rail.img'), at('second-name.img'));
  symlinkSync(at('rail/rail.map.yaml'), at('link.map.yaml'));
});
afterAll(() => folder.remove());

describe('an input is never replaced', () => {
  const SOURCE = 'rail/rail.map.yaml';
  const IMPORT = 'import table.csv --from from --to to --id id --map line --unit mm';
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
  ];

  test.each(CASES)('holdfast %s', async (argv, victim) => {
    const before = readFileSync(at(victim));
    const ran = await holdfast(argv.split(' '), { cwd: folder.path });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('SAME_FILE') });
    expect(readFileSync(at(victim)).equals(before)).toBe(true);
  });
});

describe('what is no file is never replaced', () => {
  test('a pipe', async () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    const ran = await holdfast(['compile', at('rail/rail.map.yaml'), '-o', at('pipe')]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('OUTPUT_NOT_A_FILE') });
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
  });

  test('a socket', async () => {
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(writeOutput(at('socket'), new Uint8Array(1))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_A_FILE',
    });
    expect(lstatSync(at('socket')).isSocket()).toBe(true);
    server.close();
  });

  test('a name that other commands take for their output', async () => {
    const ran = await holdfast(['compile', at('rail/rail.map.yaml'), '-o', '-'], { cwd: folder.path });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('OUTPUT_NOT_A_FILE') });
  });

  test('a link keeps leading to the file, whose content is new', async () => {
    writeFileSync(at('old.img'), 'old');
    symlinkSync('old.img', at('to-old.img'));
    const ran = await holdfast(['compile', at('rail/rail.map.yaml'), '-o', at('to-old.img')]);
    expect(ran).toMatchObject({ code: 0 });
    expect(lstatSync(at('to-old.img')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('old.img')).equals(readFileSync(at('rail.img')))).toBe(true);
  });

  test('a link that leads nowhere is named', async () => {
    symlinkSync('gone.img', at('to-nothing.img'));
    const ran = await holdfast(['compile', at('rail/rail.map.yaml'), '-o', at('to-nothing.img')]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('FILE_NOT_WRITTEN') });
    expect(lstatSync(at('to-nothing.img')).isSymbolicLink()).toBe(true);
  });
});
