/** What `npm pack` packs, installed elsewhere: each verb works, or says what to add; what it says to add makes it work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { PackedPackage } from '../support/packed.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Five builds of the core among them, of some 33,000 bytes each, and the pages of lines and of planes. */
const TARBALL_BYTES_MAX = 1_250_000;
const INSTALLED_BYTES_MAX = 8_000_000;
/** holdfast, the bindings of serial ports, and what these need. */
const PACKAGES_MAX = 10;
const QUICK_BYTES_MAX = 200_000;

const RAIL = 'node_modules/holdfast/firmware-maps/rail/rail.map.yaml';
const NEXT = 'node_modules/holdfast/firmware-maps/rail/rail.next.map.yaml';
const PORT = 'port';

const folder = temporaryFolder('packed');
let packed: PackedPackage;
let controller: ChildProcess | null = null;

beforeAll(() => {
  packed = PackedPackage.install(folder.path);
}, 120_000);

afterAll(() => {
  controller?.kill('SIGKILL');
  folder.remove();
});

describe('what is in it', () => {
  test('what a user needs, and nothing of the workshop', () => {
    const files = packed.files();
    for (const needed of [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'build/device.wasm',
      'build/large.wasm',
      'dist/THIRD-PARTY-LICENCES.txt',
      'dist/holdfast.cjs',
      'dist/index.js',
      'dist/page.js',
      'dist/plane-page.js',
      'dist/types/host/index.d.ts',
      'docs/LIBRARY.md',
      'firmware-maps/map.schema.json',
      'targets/common/core.c',
    ])
      expect(files).toContain(needed);
    const allowed =
      /^(build\/[\w-]+\.wasm|(dist|docs|firmware-maps|targets)\/.+|[A-Z]+(\.md)?|package\.json)$/;
    expect(files.filter((path) => !allowed.test(path) || /\.map$|\.test\.|\/\./.test(path))).toEqual([]);
  });

  test('it is small, alone and with what npm installs beside it', () => {
    expect(statSync(packed.tarball).size).toBeLessThan(TARBALL_BYTES_MAX);
    expect(packed.installedBytes()).toBeLessThan(INSTALLED_BYTES_MAX);
    expect(packed.packages().length).toBeLessThanOrEqual(PACKAGES_MAX);
    for (const peer of Object.keys(
      JSON.parse(readFileSync(packed.in('package.json'), 'utf8')).peerDependencies,
    ))
      expect(packed.packages()).not.toContain(peer);
  });

  test('the licence of every package that is bundled', () => {
    const licences = readFileSync(packed.in('dist/THIRD-PARTY-LICENCES.txt'), 'utf8');
    for (const name of ['cborg', 'commander', 'csv-parse', 'serialport', 'yaml'])
      expect(licences).toMatch(new RegExp(`^${name} \\d.*: \\S`, 'm'));
  });
});

describe('without anything added', () => {
  /** Arguments by verb, in an order in which each finds what it needs; what ends otherwise than with 0 says so. */
  const RUNS: readonly (readonly [argv: string, code: number, words: RegExp])[] = [
    [`compile ${RAIL} -o rail.img`, 0, /epoch +11/],
    [`compile ${NEXT} -o next.img`, 0, /epoch +12/],
    ['schema', 0, /"\$schema"/],
    [`audit ${RAIL} --html rail.html`, 0, /covered|coverage/],
    [`audit ${RAIL} ${NEXT} --svg change.svg`, 0, /epoch/],
    ['check rail.img --at 5050000', 0, /"gap":"tunnel"/],
    ['check rail.img --points points.csv', 0, /"at":2\b/],
    ['sweep rail.img --from 4000000 --to 6000000', 1, /safe for 1 km, /],
    ['keygen -o key', 0, /key/],
    [`compile ${RAIL} --key key.pem -o signed.img`, 0, /epoch +11/],
    ['reissue rail.img --epoch 20 -o again.img', 0, /20/],
    ['import table.csv --from from --to to --id id --map line --unit mm -o table.map.yaml', 0, /./],
    ['timing wasm node_modules/holdfast/build/device.wasm --export check --brief', 0, /proved/],
    [`lint ${RAIL}`, 0, /./],
    [
      'calendar hours.txt --map shop --zone Europe/Berlin --from 2026-11-02 --to 2026-11-03 --gaps stop -o shop.map.yaml',
      0,
      /2 rows/,
    ],
    ['track nowhere.json --map track -o track.map.yaml', 2, /FILE_MISSING/],
    ['ports', 0, /./],
    ['stage rail.img --port nowhere', 3, /PORT_NOT_FOUND/],
    ['mark rail.img --port nowhere', 3, /PORT_NOT_FOUND/],
    ['status --port nowhere', 3, /PORT_NOT_FOUND/],
    ['view --port nowhere', 3, /PORT_NOT_FOUND/],
    ['fleet status', 2, /FLEET_MISSING/],
    ['controller --image rail.img', 2, /npm install koffi@/],
    ['firmware library -o lib', 2, /npm install wabt@/],
    ['firmware rp2040 --image rail.img --development -o rail.uf2', 2, /npm install wabt@/],
  ];

  beforeAll(() => {
    packed.write('points.csv', '1\n2\n');
    packed.write('hours.txt', 'shop = Mo-Fr 08:00-18:00\n');
    packed.write('table.csv', 'from,to,id\n0,10,a\n10,20,b\n');
  });

  test.each(RUNS)('holdfast %s', async (argv, code, words) => {
    const ran = await packed.holdfast(...argv.split(' '));
    expect(ran.stdout + ran.stderr).toMatch(words);
    expect(ran.code).toBe(code);
  });

  test('a verb that misses a package has made nothing', () => {
    expect(['.holdfast', 'lib', 'rail.uf2'].filter((name) => existsSync(folder.at(name)))).toEqual([]);
  });

  test('check needs one file of the bundles, and no process module', async () => {
    for (const path of ['package.json', 'dist/holdfast.cjs', 'build/device.wasm', 'build/large.wasm']) {
      mkdirSync(dirname(folder.at(`alone/${path}`)), { recursive: true });
      copyFileSync(packed.in(path), folder.at(`alone/${path}`));
    }
    const listing = "process.on('exit', () => console.error(process.moduleLoadList.join('\\n')))";
    packed.write('listing.cjs', listing);
    const ran = await packed.node(
      ...['--require', './listing.cjs', 'alone/dist/holdfast.cjs'],
      ...['check', 'rail.img', '--at', '5050000'],
    );
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('"gap":"tunnel"') });
    expect(ran.stderr).toContain('NativeModule fs');
    expect(ran.stderr).not.toMatch(/^NativeModule child_process$/m);
    expect(statSync(packed.in('dist/holdfast.cjs')).size).toBeLessThan(QUICK_BYTES_MAX);
  });

  test('check asks an image whose body an earlier version wrote', async () => {
    copyFileSync(
      fileURLToPath(new URL('../fixtures/body-1/rail.img', import.meta.url)),
      folder.at('old.img'),
    );
    const ran = await packed.node(packed.in('dist/holdfast.cjs'), 'check', 'old.img', '--at', '5050000');
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('"gap":"tunnel"') });
  });

  test('every verb of the help is run here or below', async () => {
    const { stdout } = await packed.holdfast('--help');
    const verbs = [...stdout.matchAll(/^ {2}(\w+)(?: \[options\]| {2})/gm)].map(([, verb]) => verb);
    expect(verbs.length).toBeGreaterThan(15);
    const run = new Set([...RUNS, ...DEVICE_RUNS].map(([argv]) => argv.split(' ')[0]));
    expect(verbs.filter((verb) => verb !== 'help' && !run.has(verb ?? ''))).toEqual([]);
  });

  test('the examples beside the maps run where they are installed', async () => {
    for (const example of [
      'weld-cell/weld.mjs',
      'access-terminal/grant.mjs',
      'depot/drive.mjs',
      'drone-zones/fly.mjs',
    ]) {
      const ran = await packed.node(packed.in(`firmware-maps/${example}`));
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.stdout.length).toBeGreaterThan(100);
    }
  });

  test('the library answers, and a strict project of TypeScript takes its types', async () => {
    packed.write('use.ts', USE);
    const options = { module: 'nodenext', target: 'es2023', strict: true, types: ['node'], outDir: 'out' };
    packed.write('tsconfig.json', JSON.stringify({ compilerOptions: options, files: ['use.ts'] }));
    mkdirSync(folder.at('node_modules/@types'));
    symlinkSync(`${ROOT}node_modules/@types/node`, folder.at('node_modules/@types/node'));
    const tsc = await packed.node(`${ROOT}node_modules/typescript/bin/tsc`, '-p', '.');
    expect(tsc).toMatchObject({ code: 0, stdout: '' });
    expect(await packed.node('out/use.js')).toMatchObject({ code: 0, stdout: 'tunnel 11\n' });
  });
});

const USE = `
import { type Answer, type Compiled, compileSource, Core, HoldfastError, MapImage, type Transport } from 'holdfast';
const { image }: Compiled = await compileSource('${RAIL}');
const answer: Answer = (await MapImage.open(image)).ask({ x: 5_050_000n, phase: 0 });
// @ts-expect-error: a place is a bigint
export const mistaken: Transport = { x: 1 };
export const error: string = new HoldfastError('A', 'b').code;
export const core: Promise<Core> | null = null;
console.log(answer.gap, answer.epoch);
`;

const DEVICE_RUNS: readonly (readonly [argv: string, code: number, words: RegExp])[] = [
  [`status --port ${PORT}`, 0, /edition +epoch 11/],
  [`timing measure --port ${PORT} --function service`, 1, /NO_COUNTER/],
  [`pull --port ${PORT} -o pulled.img`, 0, /pulled\.img/],
  [`diff ${RAIL} --port ${PORT}`, 0, /equal|same|no difference/i],
  [`window open --port ${PORT}`, 0, /token/],
  [`push next.img --port ${PORT}`, 0, /./],
  [`revert --port ${PORT}`, 0, /./],
  [`push next.img --port ${PORT}`, 0, /./],
  [`window close --port ${PORT}`, 0, /./],
  [`confirm --port ${PORT}`, 1, /./],
];

/** In order: each does to the device what the next one needs. */
describe('with what it says to add', () => {
  beforeAll(async () => {
    const { peerDependencies } = JSON.parse(readFileSync(packed.in('package.json'), 'utf8'));
    packed.add(...Object.entries(peerDependencies).map(([peer, version]) => `${peer}@${version}`));
    await start('--image', 'rail.img', '--link', PORT, '--parked');
  }, 120_000);

  test.each(DEVICE_RUNS)('holdfast %s', async (argv, code, words) => {
    const ran = await packed.holdfast(...argv.split(' '));
    expect(ran.stdout + ran.stderr).toMatch(words);
    expect(ran.code).toBe(code);
  });

  test('holdfast firmware library writes the folder', async () => {
    expect(await packed.holdfast('firmware', 'library', '-o', 'lib')).toMatchObject({ code: 0 });
    expect(statSync(folder.at('lib/src/holdfast_core.inc')).size).toBeGreaterThan(10_000);
  });

  test('a board runs in its emulator', async () => {
    controller?.kill('SIGKILL');
    await start(...['--target', 'rp2040', '--state', 'board', '--image', 'rail.img', '--link', PORT]);
    expect(await packed.holdfast('status', '--port', PORT)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('epoch 11'),
    });
  });
});

/** Starts the installed command's controller, and waits until it is ready. */
async function start(...argv: string[]): Promise<void> {
  const command = packed.at('node_modules/.bin/holdfast');
  const child = spawn(command, ['controller', '--json', '--development', ...argv], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  controller = child;
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the controller ended')));
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout }))
      if (JSON.parse(line).event === 'ready') return;
  })();
  await Promise.race([ready, ended]);
  ended.catch(() => {});
  child.stdout.resume();
}
