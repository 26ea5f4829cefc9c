import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { printError } from '../../host/cli/common/output.ts';
import * as audit from '../../host/cli/verbs/audit.ts';
import * as compile from '../../host/cli/verbs/compile.ts';
import * as keygen from '../../host/cli/verbs/keygen.ts';
import * as reissue from '../../host/cli/verbs/reissue.ts';
import { parseImage, verifyImage } from '../../host/image/container.ts';
import { publicKeyFromPem } from '../../host/image/sign.ts';

const RAIL = new URL('../../firmware-maps/rail/rail.map.yaml', import.meta.url).pathname;

let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a verb as the command does, with what it prints caught. */
async function holdfast(...args: string[]): Promise<Outcome> {
  const program = new Command('holdfast').exitOverride();
  for (const verb of [audit, compile, keygen, reissue]) verb.register(program);
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return { ...written, exitCode: 0 };
  } catch (error) {
    const exitCode = printError(error, args.includes('--json'));
    return { ...written, exitCode };
  } finally {
    vi.restoreAllMocks();
  }
}

describe('keygen', () => {
  test('writes a pair, the private half for its owner only, and never overwrites', async () => {
    const made = await holdfast('keygen', '-o', at('release'), '--json');
    expect(made.exitCode).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({
      private: at('release.pem'),
      public: at('release.pub.pem'),
    });
    expect((await stat(at('release.pem'))).mode & 0o777).toBe(0o600);
    const before = await readFile(at('release.pem'));
    const again = await holdfast('keygen', '-o', at('release.pem'));
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('FILE_EXISTS') });
    expect(await readFile(at('release.pem'))).toEqual(before);
  });

  test('leaves no half of a pair behind', async () => {
    await writeFile(at('release.pub.pem'), 'mine');
    expect(await holdfast('keygen', '-o', at('release'))).toMatchObject({ exitCode: 2 });
    expect(await readdir(folder)).toEqual(['release.pub.pem']);
  });
});

describe('compile, audit, reissue', () => {
  test('from a source to a signed image, and back to an older map', async () => {
    await holdfast('keygen', '-o', at('k'));
    const compiled = await holdfast('compile', RAIL, '-o', at('rail.img'), '--key', at('k.pem'), '--json');
    expect(compiled).toMatchObject({ exitCode: 0, stderr: '' });
    const image = new Uint8Array(await readFile(at('rail.img')));
    const keys = [publicKeyFromPem(await readFile(at('k.pub.pem'), 'utf8'))];
    expect(() => verifyImage(parseImage(image), keys)).not.toThrow();
    expect(JSON.parse(compiled.stdout)).toMatchObject({
      map: 'rail-fribourg-bern',
      epoch: 11,
      bytes: image.length,
    });

    const audited = await holdfast('audit', at('rail.img'), '--json');
    expect(JSON.parse(audited.stdout)).toMatchObject({ epoch: 11, gaps: [{ id: 'tunnel' }], overlaps: null });
    expect((await holdfast('audit', RAIL)).stdout).toContain('tunnel  [5000000, 5100000)');

    const reissued = await holdfast('reissue', at('rail.img'), '--epoch', '13', '--replaces', '12@3fa9,11');
    expect(reissued).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('unsigned') });
    const { identity, body } = parseImage(new Uint8Array(await readFile(at('rail-13.img'))));
    expect(body).toEqual(parseImage(image).body);
    expect(identity.replaces).toEqual([
      { epoch: 12, hashPrefix: '3fa9' },
      { epoch: 11, hashPrefix: '' },
    ]);
    expect((await readdir(folder)).sort()).toEqual(['k.pem', 'k.pub.pem', 'rail-13.img', 'rail.img']);
  });

  test('without a key the image is unsigned and stderr says so', async () => {
    const { stderr, exitCode } = await holdfast('compile', RAIL, '-o', at('rail.img'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('unsigned') });
  });

  test('mistakes go to stderr, as lines or as JSON, and nothing is written', async () => {
    const source = at('m.map.yaml');
    await writeFile(source, 'holdfast: 1\nepoch: 0\n');
    const words = await holdfast('compile', source);
    expect(words).toMatchObject({ exitCode: 2, stdout: '' });
    expect(words.stderr).toContain(`${source}:2:8: OUT_OF_RANGE: `);
    const json = await holdfast('compile', source, '--json');
    expect(json).toMatchObject({ exitCode: 2, stdout: '' });
    expect(JSON.parse(json.stderr).error).toMatchObject({ code: 'SOURCE', diagnostics: expect.any(Array) });
    expect(await readdir(folder)).toEqual(['m.map.yaml']);
  });

  test('a folder that is not there, an image that is damaged', async () => {
    const unwritten = await holdfast('compile', RAIL, '-o', at('no/rail.img'));
    expect(unwritten).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('FILE_NOT_WRITTEN') });
    await holdfast('compile', RAIL, '-o', at('rail.img'));
    await writeFile(at('rail.img'), (await readFile(at('rail.img'))).subarray(0, 500));
    const damaged = await holdfast('audit', at('rail.img'));
    expect(damaged).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('IMAGE_LENGTH') });
  });
});

test.each([
  ['maps/rail.map.yaml', 'maps/rail.img'],
  ['rail.next.map.yaml', 'rail.next.img'],
  ['other.yml', 'other.img'],
  ['plain', 'plain.img'],
])('the image of %s is %s', (source, image) => {
  expect(compile.imageBeside(source)).toBe(image);
});
