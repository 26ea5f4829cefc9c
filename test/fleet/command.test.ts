import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { packageUrl } from '../../host/common/root.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { holdfast, runNode, temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { sourceText } from '../support/editions.ts';
import { fleet } from './support/command.ts';
import { KEY_FILES, PLANT } from './support/plant.ts';

/** Inventory, signing and verifying as a user does it. */

const folder = temporaryFolder('fleet');
afterAll(folder.remove);

const MAPS = testKeyPair('release');
for (const [name, text] of Object.entries({ 'fleet.yaml': PLANT, ...KEY_FILES }))
  writeFileSync(folder.at(name), text);
writeFileSync(folder.at('state.pem'), testKeyPair('state').privatePem);
writeFileSync(folder.at('foreign.pem'), testKeyPair('foreign').privatePem);
writeFileSync(folder.at('release.pem'), MAPS.privatePem);
const source = sourceText({ epoch: 12, replaces: '11', limit: 40 });
writeFileSync(folder.at('line-12.img'), await compileText(source, { key: MAPS.privatePem }));
writeFileSync(folder.at('unsigned.img'), await compileText(source));

const run = (...argv: string[]) => fleet(argv, { cwd: folder.path });
/** Signs the state; what is given instead takes the place of an option. */
const sign = (
  sequence: string,
  output: string,
  instead: Readonly<Record<string, string>> = {},
  ...more: string[]
) => {
  const options = {
    '--sequence': sequence,
    '--expires': '2026-12-24T00:00:00Z',
    '--issued': '2026-11-27T00:00:00Z',
    '--key': 'state.pem',
    '--map-key': 'release.pem',
    '-o': output,
    ...instead,
  };
  return run('sign', 'fleet.yaml', 'line-12.img', ...Object.entries(options).flat(), ...more);
};

test('an inventory is summed up, with the windows of its sites', async () => {
  const { code, stdout, stderr } = await run('inventory', 'fleet.yaml', '--at', '2026-11-25T22:30:00+01:00');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    'north-works: 3 controllers in 2 cells, on 2 gateways, at 1 site\n  hall-2  open until 2026-11-26T04:00:00Z (Europe/Zurich)\n',
  );
  const json = await run('inventory', 'fleet.yaml', '--at', '2026-11-25T12:00:00Z', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    controllers: 3,
    windows: [{ site: 'hall-2', open: false, from: '2026-11-25T21:00:00Z' }],
  });
});

test('mistakes of an inventory are told with place and remedy, with exit code 2', async () => {
  writeFileSync(folder.at('wrong.yaml'), PLANT.replace('cell: press-2', 'cell: press-3'));
  const { code, stdout, stderr } = await run('inventory', 'wrong.yaml');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(
    'wrong.yaml:20:23: UNKNOWN_ID: cell of controller p2-a is press-3, and there is no cell of that id.',
  );
});

test('a state is signed, verified, and refused when it must be', async () => {
  const signed = await sign('7', 'state-7');
  expect(signed.code, signed.stderr).toBe(0);
  expect(signed.stdout).toBe(
    'state-7: state 7 of north-works, valid until 2026-12-24T00:00:00Z\n  line (generic)  epoch 12, for repair 13: 2 controllers\n',
  );
  expect(signed.stderr).toContain(
    '1 controllers have a map that this state does not name; they stay as they are',
  );
  expect(readdirSync(folder.at('state-7/images'))).toHaveLength(2);
  const at = ['--at', '2026-11-28T00:00:00Z'];
  const verified = await run('verify', 'fleet.yaml', 'state-7', '--after', '6', ...at);
  expect({ code: verified.code, stdout: verified.stdout }).toEqual({
    code: 0,
    stdout:
      'state 7 of north-works may be followed until 2026-12-24T00:00:00Z\n  line (generic)  epoch 12, for repair 13\n',
  });
  for (const [code, ...more] of [
    ['STATE_OLDER', '--after', '8', ...at],
    ['STATE_CONFLICT', '--after', '7', ...at],
    ['STATE_EXPIRED', '--at', '2026-12-24T00:00:00Z'],
    ['STATE_NOT_YET', '--at', '2026-11-26T00:00:00Z'],
  ]) {
    const refused = await run('verify', 'fleet.yaml', 'state-7', '--json', ...more);
    expect({ code: refused.code, error: JSON.parse(refused.stderr).error.code }).toEqual({
      code: 1,
      error: code,
    });
  }
});

test('a folder that somebody changed is refused', async () => {
  expect((await sign('8', 'state-8')).code).toBe(0);
  const [name = ''] = readdirSync(folder.at('state-8/images'));
  const bytes = readFileSync(folder.at(`state-8/images/${name}`));
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  writeFileSync(folder.at(`state-8/images/${name}`), bytes);
  const { code, stderr } = await run('verify', 'fleet.yaml', 'state-8', '--at', '2026-11-28T00:00:00Z');
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/IMAGE_|SHA-256/);
});

test('nothing is written over, and nothing is signed that nobody would follow', async () => {
  mkdirSync(folder.at('there'));
  const before = readdirSync(folder.path).sort();
  for (const [code, instead] of [
    ['FILE_EXISTS', { '-o': 'there' }],
    ['USAGE', { '-o': '-' }],
    ['STATE_KEY_UNKNOWN', { '--key': 'foreign.pem' }],
    ['REISSUE_WRONG', { '--map-key': 'foreign.pem' }],
    ['EXPIRY_RANGE', { '--expires': '2028-12-24T00:00:00Z' }],
    ['FILE_MISSING', { '--key': 'none.pem' }],
    ['FILE_NOT_WRITTEN', { '-o': 'state.pem/new' }],
    ['FILE_NOT_WRITTEN', { '-o': 'no/such/folder' }],
  ] as const) {
    const { code: exit, stdout, stderr } = await sign('9', 'new', instead, '--json');
    expect({ exit, stdout, error: JSON.parse(stderr).error.code }).toEqual({
      exit: 2,
      stdout: '',
      error: code,
    });
  }
  expect(readdirSync(folder.path).sort()).toEqual(before);
});

test('an unsigned image is no map for devices that verify', async () => {
  const common = [
    '--sequence',
    '9',
    '--expires',
    '2026-12-24T00:00:00Z',
    '--issued',
    '2026-11-27T00:00:00Z',
    '--key',
    'state.pem',
  ];
  const refused = await run(
    'sign',
    'fleet.yaml',
    'unsigned.img',
    ...common,
    '--map-key',
    'release.pem',
    '-o',
    'new',
  );
  expect(refused.stderr).toContain('unsigned.img is not signed');
  const signedWithout = await run('sign', 'fleet.yaml', 'line-12.img', ...common, '-o', 'new');
  expect(signedWithout.stderr).toContain('line-12.img is signed, and its reissue would not be');
  expect((await run('sign', 'fleet.yaml', 'unsigned.img', ...common, '-o', 'development')).code).toBe(0);
});

test('the main command hands everything to that of the fleet, its exit code included', async () => {
  const [direct, handed] = [await fleet(['schema']), await holdfast(['fleet', 'schema'])];
  expect(handed).toEqual(direct);
  const { code, stderr } = await holdfast(['fleet', 'inventory', folder.at('nowhere.yaml'), '--json']);
  expect(code).toBe(2);
  expect(stderr).toContain('nowhere.yaml');
});

test('where the package of the fleet is not installed, the main command says how to come to it', async () => {
  const alone = folder.at('alone');
  mkdirSync(alone);
  for (const name of ['dist', 'package.json'])
    cpSync(fileURLToPath(packageUrl(name)), `${alone}/${name}`, { recursive: true });
  const ran = await runNode([`${alone}/dist/holdfast.cjs`, 'fleet', 'status', 'plant']);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain('FLEET_MISSING: the package of the fleet is not installed here');
  expect(ran.stderr).toContain('npm run fleet');
});
