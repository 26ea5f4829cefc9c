import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toHex, viewOf } from '../../host/body/bytes.ts';
import { crc32c } from '../../host/body/crc32c.ts';
import { decodeBody } from '../../host/body/decode.ts';
import { packWord, unpackWord } from '../../host/body/words.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { compileSource } from '../../host/compile/compile.ts';
import { STEP_KIND, TLV, TLV_PLAIN_MAGIC, TLV_PROTECTED_MAGIC } from '../../host/format.ts';
import {
  BURNED_DEFAULTS,
  type BurnedConfig,
  decodeBurned,
  deriveBurned,
  encodeBurned,
} from '../../host/image/burned.ts';
import { readBurnedConfig } from '../../host/image/burned-config.ts';
import {
  hasRightDigest,
  isSignedBy,
  parseContainer,
  parseImage,
  verifyImage,
} from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import {
  generateKeyPair,
  keyHash,
  privateKeyFromPem,
  publicKeyFromPem,
  rawPublicKey,
  sha256,
} from '../../host/image/sign.ts';
import { encodeTlvArea, findTlv, type Tlv } from '../../host/image/tlv.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { Random, seedFor } from '../support/random.ts';

const FIXTURES = new URL('../fixtures/mcuboot/', import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, FIXTURES)));

const SOURCE = `holdfast: 1
map: pump-7
device: rp2040
epoch: 300
replaces: [ 299, 298@3fa9c2 ]
space: { axes: [ { name: angle, unit: deg, scale: 10, min: -1800, max: 1800, origin: -900 } ] }
phase: { unit: tick, period: 50 }
zones:
  - { id: open, at: { from: -1800, to: 0 }, limit: -5 }
  - { id: shut, at: { from: 0, to: 1500 }, tier: 7, when: { from: 10, to: 20 } }
gaps:
  - { anywhere: true, action: skip, limit: 9 }
fault: { action: hold }
outside: { action: slow }
budget: { steps: 9 }
`;
const compile = async (key?: string) => {
  const { image } = await compileSource('m.map.yaml', {
    key,
    reader: memoryReader({ 'm.map.yaml': SOURCE }),
  });
  return image;
};

/** The code of the error that `run` throws, or null. Anything but a HoldfastError is passed on. */
function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof HoldfastError) return error.code;
    throw error;
  }
}

describe('what imgtool made', () => {
  const image = fixture('imgtool-signed.img');
  const key = createPublicKey(readFileSync(new URL('imgtool-public.pem', FIXTURES)));

  test('parses, with its body, counter and vendor TLVs', () => {
    const container = parseContainer(image);
    expect(container.body).toEqual(fixture('imgtool-body.bin'));
    expect(container.protectedTlvs.map(({ type }) => type)).toEqual([
      TLV.securityCounter,
      0x75,
      0xa0,
      TLV.deviceClass,
    ]);
    expect(container.plainTlvs.map(({ type }) => type)).toEqual([TLV.sha256, TLV.keyHash, TLV.ed25519]);
    expect(container.imageBytes).toBe(image.length);
    expect(findTlv(container.protectedTlvs, TLV.securityCounter)?.value).toEqual(Uint8Array.of(12, 0, 0, 0));
  });

  test('digest and signature verify', () => {
    const container = parseContainer(image);
    expect(hasRightDigest(container)).toBe(true);
    expect(toHex(keyHash(key))).toBe(
      toHex(findTlv(container.plainTlvs, TLV.keyHash)?.value ?? new Uint8Array()),
    );
    expect(isSignedBy(container, key)).toBe(true);
    expect(isSignedBy(container, publicKeyFromPem(generateKeyPair().publicPem))).toBe(false);
  });

  test('with any byte flipped it does not', () => {
    for (let at = 0; at < image.length; at++) {
      const flipped = image.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      let verified = false;
      const code = codeOf(() => {
        verified = isSignedBy(parseContainer(flipped), key);
      });
      expect([at, verified && code === null]).toEqual([at, false]);
    }
  });

  test('it is no image of ours', () => {
    expect(codeOf(() => parseImage(image))).toBe('IMAGE_FOREIGN');
  });

  test('ours has the same structure', async () => {
    const container = parseContainer(await compile(generateKeyPair().privatePem));
    expect(container.headerBytes).toBe(32);
    expect(container.protectedTlvs.map(({ type }) => type)).toEqual([
      TLV.securityCounter,
      TLV.mapId,
      TLV.deviceClass,
      TLV.replaces,
      TLV.steps,
      TLV.burn,
    ]);
    expect(container.plainTlvs.map(({ type }) => type)).toEqual([TLV.sha256, TLV.keyHash, TLV.ed25519]);
  });
});

describe('images', () => {
  test('carry what the source says', async () => {
    const { identity, signature } = parseImage(await compile());
    expect(signature).toBeNull();
    expect(identity).toEqual({
      map: 'pump-7',
      device: 'rp2040',
      epoch: 300,
      replaces: [
        { epoch: 299, hashPrefix: '' },
        { epoch: 298, hashPrefix: '3fa9c2' },
      ],
      steps: [
        { kind: STEP_KIND.directory, steps: 2 },
        { kind: STEP_KIND.halving, steps: 2 },
      ],
      burn: { faultAction: 1, holdAction: 1, budgetLimit: 9, budgetBase: 0, costs: [1, 1, 1, 1, 1, 1, 1, 1] },
      units: { limit: null, phase: { unit: 'tick', scale: 1 } },
    });
  });

  test('the container, byte by byte', async () => {
    const image = await compile();
    const { body, protectedTlvs } = parseContainer(image);
    const at = 32 + body.length;
    expect(toHex(image.subarray(0, 32))).toBe(
      `3db8f396000000002000${u16(viewOf(image).getUint16(at + 2, true))}${u32(body.length)}0000000000000000${u32(300)}00000000`,
    );
    expect(toHex(image.subarray(at, at + 2))).toBe('0869');
    expect(toHex(findTlv(protectedTlvs, TLV.replaces)?.value ?? new Uint8Array())).toBe(
      `${u32(299)}${u32(0)}0000000000000000${u32(298)}${u32(6)}3fa9c20000000000`,
    );
    expect(toHex(findTlv(protectedTlvs, TLV.steps)?.value ?? new Uint8Array())).toBe('0300020004000200');
    const burn = `01010000${u32(9)}${u32(0)}${u16(1).repeat(8)}${u32(0)}`;
    expect(toHex(findTlv(protectedTlvs, TLV.burn)?.value ?? new Uint8Array())).toBe(burn);
    const plainAt = image.length - 40;
    expect(toHex(image.subarray(plainAt, plainAt + 8))).toBe('0769280010002000');
    expect(toHex(image.subarray(plainAt + 8))).toBe(toHex(sha256(image.subarray(0, plainAt))));
  });

  test('signing changes neither body nor hash, and is reproducible', async () => {
    const pair = generateKeyPair();
    const [unsigned, signed, again] = [
      await compile(),
      await compile(pair.privatePem),
      await compile(pair.privatePem),
    ];
    expect(again).toEqual(signed);
    expect(parseImage(signed).digest).toEqual(parseImage(unsigned).digest);
    const key = publicKeyFromPem(pair.publicPem);
    expect(() =>
      verifyImage(parseImage(signed), [publicKeyFromPem(generateKeyPair().publicPem), key]),
    ).not.toThrow();
    expect(codeOf(() => verifyImage(parseImage(unsigned), [key]))).toBe('IMAGE_UNSIGNED');
    expect(codeOf(() => verifyImage(parseImage(signed), []))).toBe('IMAGE_KEY_UNKNOWN');
  });

  test('another key type is refused', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(codeOf(() => privateKeyFromPem(pem))).toBe('BAD_KEY');
    expect(codeOf(() => privateKeyFromPem('hello'))).toBe('BAD_KEY');
  });

  test('every flipped bit and every truncation is refused or fails its signature', async () => {
    const pair = generateKeyPair();
    const image = await compile(pair.privatePem);
    const keys = [publicKeyFromPem(pair.publicPem)];
    const accept = (bytes: Uint8Array) => codeOf(() => verifyImage(parseImage(bytes), keys)) === null;
    expect(accept(image)).toBe(true);
    for (let bit = 0; bit < 8 * image.length; bit++) {
      const flipped = image.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (accept(flipped)) expect.fail(`bit ${bit} flipped and accepted`);
    }
    for (let length = 0; length < image.length; length++) {
      if (accept(image.subarray(0, length))) expect.fail(`accepted at ${length} bytes`);
    }
    expect(accept(Uint8Array.from([...image, 0]))).toBe(false);
  });

  type Tlvs = readonly Pick<Tlv, 'type' | 'value'>[];
  const empty = (type: number): Tlvs => [{ type, value: new Uint8Array() }];

  test.each<[string, (tlvs: Tlvs) => Tlvs, string | null]>([
    ['nothing changed', (tlvs) => tlvs, null],
    ['a TLV twice', (tlvs) => [...tlvs.slice(0, 2), ...tlvs.slice(1)], 'IMAGE_TLV'],
    ['an unknown TLV', (tlvs) => [...tlvs, ...empty(0x48a9)], 'IMAGE_INCOMPLETE'],
    ['a missing TLV', (tlvs) => tlvs.slice(0, 5), 'IMAGE_INCOMPLETE'],
    ['another order', (tlvs) => [...tlvs.slice(1, 2), ...tlvs.slice(0, 1), ...tlvs.slice(2)], null],
    ['a digest in the protected area', (tlvs) => [...tlvs, ...empty(TLV.sha256)], 'IMAGE_TLV'],
    ['an empty map id', (tlvs) => [...tlvs.slice(0, 1), ...empty(TLV.mapId), ...tlvs.slice(2)], 'IMAGE_TLV'],
    [
      'another counter',
      (tlvs) => [{ type: TLV.securityCounter, value: Uint8Array.of(1, 0, 0, 0) }, ...tlvs.slice(1)],
      'IMAGE_HEADER',
    ],
  ])('protected area with %s', async (_name, change, code) => {
    const image = withProtected(await compile(), change);
    expect(codeOf(() => parseImage(image))).toBe(code);
  });

  test('what is not in the form of a burned block is read, and no block derived from it', async () => {
    const image = withProtected(await compile(), (tlvs) =>
      tlvs.map(({ type, value }) => ({
        type,
        value: type === TLV.burn ? Uint8Array.from(value, (byte, at) => (at === 0 ? 9 : byte)) : value,
      })),
    );
    expect(readPartition(image)).toMatchObject({ map: 'pump-7', fault: 'stop', budgetSteps: null });
    expect(codeOf(() => deriveBurned(image, 'development'))).toBe('IMAGE_TLV');
    expect(codeOf(() => reissueImage(image, { epoch: 301 }))).toBe('IMAGE_TLV');
  });

  test.each<[string, readonly number[]]>([
    ['another number of them', [1, 0, 2, 0, 2, 0, 4, 0]],
    ['none for the phases', [2, 0, 3, 0]],
    ['a kind that its layout does not have', [1, 0, 2, 0, 2, 0, 3, 0, 3, 0, 0, 0]],
  ])('steps that are not those of the body: %s', async (_name, steps) => {
    const image = withProtected(await compile(), (tlvs) =>
      tlvs.map((tlv) => (tlv.type === TLV.steps ? { ...tlv, value: Uint8Array.from(steps) } : tlv)),
    );
    expect(codeOf(() => readPartition(image))).toBe('IMAGE_TLV');
    expect(codeOf(() => reissueImage(image, { epoch: 301 }))).toBe('IMAGE_TLV');
  });

  /** The image with another protected area, and lengths and digest that fit it. */
  function withProtected(image: Uint8Array, change: (tlvs: Tlvs) => Tlvs): Uint8Array {
    const { body, protectedTlvs } = parseContainer(image);
    const area = encodeTlvArea(TLV_PROTECTED_MAGIC, change(protectedTlvs));
    const signed = Buffer.concat([image.subarray(0, 32), body, area]);
    signed.writeUInt16LE(area.length, 10);
    const plain = encodeTlvArea(TLV_PLAIN_MAGIC, [{ type: TLV.sha256, value: sha256(signed) }]);
    return Uint8Array.from(Buffer.concat([signed, plain]));
  }
});

describe('bodies', () => {
  test('every flipped bit of a body is refused or changes names only', async () => {
    const { body } = parseImage(await compile());
    const decoded = decodeBody(body);
    for (let bit = 0; bit < 8 * body.length; bit++) {
      const flipped = body.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const code = codeOf(() => {
        const { rules, ...rest } = decodeBody(flipped);
        const { rules: rulesBefore, ...restBefore } = decoded;
        expect(rest).toEqual(restBefore);
        expect(rules.map((rule) => ({ ...rule, id: '' }))).toEqual(
          rulesBefore.map((rule) => ({ ...rule, id: '' })),
        );
      });
      expect(code === null || code.startsWith('IMAGE_')).toBe(true);
    }
  });

  test('random bytes with a right checksum are refused with a name', async () => {
    const { body } = parseImage(await compile());
    const residentBytes = viewOf(body).getUint32(20, true);
    const random = new Random(seedFor('damaged bodies', 7));
    const codes = new Set<string | null>();
    for (let round = 0; round < 5000; round++) {
      const damaged = body.slice();
      for (let count = 1 + random.below(3); count > 0; count--) {
        damaged[8 + random.below(residentBytes - 8)] = random.pick([0, 1, 0xff, 0x80, random.below(256)]);
      }
      viewOf(damaged).setUint32(4, crc32c(damaged.subarray(8, residentBytes)), true);
      codes.add(codeOf(() => decodeBody(damaged)));
    }
    for (const code of [
      'IMAGE_BODY',
      'IMAGE_DIRECTORY',
      'IMAGE_PHASES',
      'IMAGE_KEYS',
      'IMAGE_WORDS',
      'IMAGE_RUNS',
      'IMAGE_RULES',
    ]) {
      expect(codes).toContain(code);
    }
  });
});

test('an old map as a new edition', async () => {
  const image = await compile();
  const pair = generateKeyPair();
  const reissued = parseImage(reissueImage(image, { epoch: 302, key: pair.privatePem }));
  const before = parseImage(image);
  expect(reissued.body).toEqual(before.body);
  expect(reissued.identity).toEqual({
    ...before.identity,
    epoch: 302,
    replaces: [{ epoch: 301, hashPrefix: '' }],
  });
  expect(codeOf(() => verifyImage(reissued, [publicKeyFromPem(pair.publicPem)]))).toBeNull();
  expect(codeOf(() => reissueImage(image, { epoch: 300 }))).toBe('EPOCH_NOT_ABOVE');
  const replaces = [{ epoch: 305, hashPrefix: '' }];
  expect(codeOf(() => reissueImage(image, { epoch: 302, replaces }))).toBe('EPOCH_NOT_ABOVE_REPLACED');
  expect(readPartition(reissueImage(image, { epoch: 302 })).windows).toEqual(readPartition(image).windows);
});

test('CRC-32C of the check text', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
  expect(crc32c(new Uint8Array())).toBe(0);
});

test('words pack and unpack', () => {
  expect(packWord(0, 0, 0)).toBe(0);
  expect(packWord(4, 7, 0x3ffffff)).toBe(0x9fff_ffff);
  expect(unpackWord(0x6800_0002)).toEqual({ state: 3, action: 2, row: 2 });
});

describe('the burned block', () => {
  const CONFIG = `holdfast-firmware: 1
map: pump-7
device: rp2040
ticks-per-second: 500
checks-to-confirm: 20
trial-ticks: 0
lease-ticks: 7000
budget: { steps: 9 }
fault: slow
hold: skip
window: on-safe-input
keys: [ release.pub.pem ]
`;
  const pair = generateKeyPair();
  const read = (config: string) =>
    readBurnedConfig(
      'fw.yaml',
      memoryReader({ 'fw.yaml': config, 'release.pub.pem': pair.publicPem, 'private.pem': pair.privatePem }),
    );

  test('derived from an image', async () => {
    const image = await compile();
    const config = deriveBurned(image, 'development');
    expect(config).toEqual({
      ...BURNED_DEFAULTS,
      map: 'pump-7',
      device: 'rp2040',
      budgetLimit: 9,
      fault: 'hold',
      development: true,
    });
    expect(deriveBurned(parseImage(image), 'development')).toEqual(config);
    expect(decodeBurned(encodeBurned(config))).toEqual(config);
  });

  test('read from text, and byte by byte', async () => {
    const config = await read(CONFIG);
    const key = rawPublicKey(publicKeyFromPem(pair.publicPem));
    expect(config).toEqual({
      map: 'pump-7',
      device: 'rp2040',
      ticksPerSecond: 500,
      checksToConfirm: 20,
      trialTicks: 0,
      leaseTicks: 7000,
      budgetLimit: 9,
      budgetBase: 0,
      costs: [1, 1, 1, 1, 1, 1, 1, 1],
      fault: 'slow',
      hold: 'skip',
      windowPolicy: 'on-safe-input',
      keys: [key],
      development: false,
    } satisfies BurnedConfig);
    const block = encodeBurned(config);
    expect(block).toHaveLength(512);
    const numbers = [500, 20, 0, 7000, 9, 0].map(u32).join('');
    expect(toHex(block.subarray(0, 4))).toBe('48464242');
    expect(toHex(block.subarray(8, 56))).toBe(`02000002${numbers}${u16(1).repeat(8)}02030101`);
    expect(Buffer.from(block.subarray(56, 120)).toString('latin1')).toBe(
      'pump-7'.padEnd(32, '\0') + 'rp2040'.padEnd(32, '\0'),
    );
    expect(block.slice(120, 152)).toEqual(Uint8Array.from(key));
    expect(block.subarray(152, 248).every((byte) => byte === 0)).toBe(true);
    expect(block.slice(248, 280)).toEqual(keyHash(publicKeyFromPem(pair.publicPem)));
    expect(block.subarray(280).every((byte) => byte === 0)).toBe(true);
    expect(decodeBurned(block)).toEqual(config);
  });

  test('defaults', async () => {
    expect(await read('holdfast-firmware: 1\nmap: m\n')).toEqual({ ...BURNED_DEFAULTS, map: 'm' });
  });

  test.each([
    ['', 'EMPTY_FILE'],
    ['holdfast-firmware: 2\nmap: m\n', 'FORMAT_VERSION'],
    ['holdfast-firmware: 1\n', 'MISSING_FIELD'],
    [CONFIG.replace('fault', 'falut'), 'UNKNOWN_FIELD'],
    [CONFIG.replace(': 500', ': 0'), 'OUT_OF_RANGE'],
    [CONFIG.replace(': 500', ': 1.5'), 'NOT_AN_INTEGER'],
    [CONFIG.replace(': 7000', ': 0'), 'OUT_OF_RANGE'],
    [CONFIG.replace('on-safe-input', 'always'), 'BAD_VALUE'],
    [CONFIG.replace('release', 'other'), 'FILE_MISSING'],
    [CONFIG.replace('release.pub', 'private'), 'BAD_VALUE'],
    [CONFIG.replace('[ release.pub.pem ]', '[ a, b, c, d, e ]'), 'TOO_MANY'],
  ])('mistakes in the text: %#', async (config, code) => {
    await expect(read(config)).rejects.toMatchObject({ code: 'SOURCE', diagnostics: [{ code }] });
  });

  test('every flipped bit is refused', async () => {
    const block = encodeBurned(await read(CONFIG));
    for (let bit = 0; bit < 8 * block.length; bit++) {
      const flipped = block.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (codeOf(() => decodeBurned(flipped)) !== 'BURNED_BLOCK')
        expect.fail(`bit ${bit} flipped and accepted`);
    }
  });

  test('fields out of range are refused under a right checksum', async () => {
    const block = encodeBurned(await read(CONFIG));
    for (const [at, value] of [
      [8, 1],
      [11, 0],
      [15, 0xff],
      [27, 0xff],
      [52, 5],
      [53, 7],
      [54, 2],
      [55, 5],
      [56, 0],
      [120, 0],
      [248, 0],
      [376, 1],
      [400, 1],
    ] as const) {
      const damaged = block.slice();
      damaged[at] = value;
      if (at === 120) damaged[55] = 0;
      viewOf(damaged).setUint32(4, crc32c(damaged.subarray(8)), true);
      expect([at, codeOf(() => decodeBurned(damaged))]).toEqual([at, 'BURNED_BLOCK']);
    }
  });
});

function u16(value: number): string {
  return toHex(Uint8Array.of(value & 255, value >> 8));
}

function u32(value: number): string {
  return u16(value & 0xffff) + u16(value >>> 16);
}
