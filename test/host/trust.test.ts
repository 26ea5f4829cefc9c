/** Whose images a firmware takes: what the verbs burn, what they refuse, and what a device says of it. */
import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32c } from '../../host/body/crc32c.ts';
import { startController } from '../../host/controller/process.ts';
import { BURNED_AT, BURNED_CHECKED_FROM, REFUSALS } from '../../host/format.ts';
import { decodeBurned, deriveBurned, encodeBurned, keyId } from '../../host/image/burned.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import { generateKeyPair, keyHash, publicKeyFromPem } from '../../host/image/sign.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

const folder = temporaryFolder('trust');
const KEYS = ['test-one', 'test-two', 'test-three', 'test-four', 'test-five'] as const;
const pairs = new Map(KEYS.map((name) => [name as string, generateKeyPair()]));
const file = (name: string) => folder.at(`${name}.pub.pem`);
let unsigned: Uint8Array;

const idOf = (name: string) => keyId(keyHash(publicKeyFromPem(pairs.get(name)?.publicPem ?? '')));

beforeAll(async () => {
  unsigned = await compileEdition({ epoch: 1, limit: 80 });
  writeFileSync(folder.at('unsigned.img'), unsigned);
  for (const [name, { publicPem, privatePem }] of pairs) {
    writeFileSync(file(name), publicPem);
    writeFileSync(folder.at(`${name}.pem`), privatePem);
    writeFileSync(folder.at(`${name}.img`), reissueImage(unsigned, { key: privatePem, epoch: 2 }));
  }
  const forged = new Uint8Array(reissueImage(unsigned, { key: pairs.get('test-one')?.privatePem, epoch: 2 }));
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  writeFileSync(folder.at('forged.img'), forged);
});
afterAll(() => folder.remove());

const keyOptions = (...names: string[]) => names.flatMap((name) => ['--key', file(name)]);

describe.each([
  ['firmware rp2040', ['firmware', 'rp2040', '-o', folder.at('out.bin')], folder.at('out.bin')],
  ['firmware library', ['firmware', 'library', '-o', folder.at('library')], folder.at('library')],
  ['controller', ['controller', '--state', folder.at('state')], folder.at('state/burned.bin')],
])('%s burns nothing', (_verb, argv, product) => {
  test.each([
    ['without a key', 'unsigned', [], 2, /NO_KEYS[\s\S]*--key[\s\S]*--development/],
    ['an unsigned image with a key', 'unsigned', keyOptions('test-one'), 1, /IMAGE_UNSIGNED/],
    ['an image of another key', 'test-two', keyOptions('test-one', 'test-three'), 1, /IMAGE_KEY_UNKNOWN/],
    ['a forged image', 'forged', keyOptions('test-one'), 1, /IMAGE_SIGNATURE/],
    [
      'a forged image, not even in development mode',
      'forged',
      [...keyOptions('test-one'), '--development'],
      1,
      /IMAGE_SIGNATURE/,
    ],
    ['five keys', 'test-one', keyOptions(...KEYS), 2, /TOO_MANY/],
    ['one key twice', 'test-one', keyOptions('test-one', 'test-one'), 2, /KEY_REPEATED/],
    ['a private key', 'test-one', ['--key', folder.at('test-one.pem')], 2, /BAD_KEY[\s\S]*private/],
    ['a key that is none', 'test-one', ['--key', folder.at('unsigned.img')], 2, /unsigned.img/],
    [
      'keys of two places',
      'test-one',
      [...keyOptions('test-one'), '--config', folder.at('keys.yaml')],
      2,
      /KEYS_TWICE/,
    ],
  ])('%s', async (_what, image, options, code, words) => {
    writeFileSync(folder.at('keys.yaml'), 'holdfast-firmware: 1\nmap: line\ndevelopment: true\n');
    const ended = await holdfast([...argv, '--image', folder.at(`${image}.img`), ...options]);
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(words) });
    expect(existsSync(product)).toBe(false);
  });
});

test('a controller without image says that keys are missing, too', async () => {
  writeFileSync(folder.at('plain.yaml'), 'holdfast-firmware: 1\nmap: line\n');
  const argv = ['controller', '--state', folder.at('plain'), '--config', folder.at('plain.yaml')];
  expect(await holdfast(argv)).toMatchObject({ code: 2, stderr: expect.stringMatching(/NO_KEYS/) });
});

test('status names the burned keys', async () => {
  const controller = await startController({
    state: folder.at('signed'),
    image: folder.at('test-two.img'),
    keys: [file('test-one'), file('test-two')],
  });
  try {
    const { stdout } = await holdfast(['status', '--port', controller.port]);
    expect(stdout).toContain(`key      ${idOf('test-one')}\nkey      ${idOf('test-two')}\n`);
    expect(stdout).not.toContain('development');
  } finally {
    await controller.end();
  }
});

test('a key is revoked by new firmware, over the state and with the image that it signed; what is confirmed goes on', async () => {
  const [state, image] = [folder.at('revoked'), folder.at('test-one.img')];
  await (await startController({ state, image, keys: [file('test-one')] })).end();
  const keys = [file('test-two')];
  const controller = await startController({ state, image, keys, reflash: true });
  try {
    const { stdout } = await holdfast(['status', '--port', controller.port]);
    expect(stdout).toMatch(new RegExp(`key      ${idOf('test-two')}\nedition  epoch 2,`));
    expect(stdout).not.toContain(idOf('test-one'));
  } finally {
    await controller.end();
  }
  // A folder without a state is burned with the image, which must then be signed by a burned key.
  const argv = [
    'controller',
    '--state',
    folder.at('none'),
    '--image',
    image,
    '--reflash',
    '--key',
    file('test-two'),
  ];
  expect(await holdfast(argv)).toMatchObject({ code: 1, stderr: expect.stringMatching(/IMAGE_KEY_UNKNOWN/) });
});

test('status shows development mode in red', async () => {
  const controller = await startController({ state: folder.at('open'), image: folder.at('unsigned.img') });
  try {
    const argv = ['status', '--port', controller.port];
    expect((await holdfast(argv)).stdout).toContain('\ndevelopment mode: takes unsigned maps\n');
    expect(JSON.parse((await holdfast([...argv, '--json'])).stdout)).toMatchObject({ dev: true, keys: [] });
  } finally {
    await controller.end();
  }
});

describe('the device', () => {
  const BURNED_BLOCK = REFUSALS.find(({ name }) => name === 'BURNED_BLOCK')?.code;
  const asBurned = (change: (block: Uint8Array, view: DataView) => void) => {
    const block = encodeBurned(deriveBurned(unsigned, 'development'));
    const view = new DataView(block.buffer);
    change(block, view);
    view.setUint32(BURNED_AT.checksum, crc32c(block.subarray(BURNED_CHECKED_FROM)), true);
    return block;
  };
  const reasonWith = async (block: Uint8Array) => {
    const device = new SimDevice({ image: unsigned });
    device.burned.set(block);
    await device.reboot();
    return device.bootReason;
  };

  test.each([
    ['neither key nor development mode', 0, 0],
    ['an unknown mark and no key', 1, 0],
    ['an unknown mark and a key', 1, 1],
  ])('starts in FAULT on a block with %s', async (_what, mark, keys) => {
    const block = asBurned((bytes, view) => {
      view.setUint32(BURNED_AT.development, mark, true);
      bytes[BURNED_AT.keys] = keys;
    });
    expect(await reasonWith(block)).toBe(BURNED_BLOCK);
    expect(() => decodeBurned(block)).toThrow(/burned block is damaged/);
  });

  test('starts on a block that names a key, and tells its id', async () => {
    const key = publicKeyFromPem(pairs.get('test-four')?.publicPem ?? '');
    const device = new SimDevice({ image: unsigned });
    device.burned.set(encodeBurned(deriveBurned(unsigned, [key])));
    await device.reboot();
    expect(device.bootReason).toBe(0);
    expect(await device.client().status()).toMatchObject({ keys: [idOf('test-four')], dev: false });
  });
});
