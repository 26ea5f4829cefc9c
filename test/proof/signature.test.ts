/** Signatures as the core verifies them: against node:crypto, RFC 8032, plain arithmetic, and what nobody honest signs. */
import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyFault } from '../../host/image/key-point.ts';
import { burnableKey, publicKeyFromRaw, rawPublicKey } from '../../host/image/sign.ts';
import {
  addPoints,
  BASE,
  bytesOf,
  COFACTOR,
  challenge,
  encode,
  isSame,
  L,
  modulo,
  NEUTRAL,
  numberOf,
  P,
  type Point,
  pointOf,
  signatureOf,
  TORSION,
  times,
} from '../support/ed25519.ts';
import { Random, seedFor } from '../support/random.ts';
import { SignatureRoom } from '../support/signature-room.ts';

const SIGNATURES = 2000;
const UNIT = 2 ** 12 + 3;
const LIMBS = 20;

let room: SignatureRoom;
beforeAll(async () => {
  room = await SignatureRoom.load();
});

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
const bytes = (random: Random, count: number) => Uint8Array.from({ length: count }, () => random.below(256));
const flipped = (given: Uint8Array, bit: number) =>
  given.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

/** What node:crypto says; a key that it does not take is refused. */
function nodeAccepts(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, digest, publicKeyFromRaw(key), signature);
  } catch {
    return false;
  }
}

describe('arithmetic modulo p', () => {
  const valueOfLimbs = (limbs: readonly number[]) =>
    limbs.reduce((sum, limb, at) => sum + (BigInt(limb) << BigInt(13 * at)), 0n);

  test('products of all units that are promised, at their largest and at random', () => {
    const random = new Random(seedFor('products', 1));
    for (const [left, right] of [
      [1, 6],
      [2, 3],
      [3, 2],
      [6, 1],
      [2, 2],
      [1, 1],
    ] as const) {
      for (let round = 0; round < 500; round++) {
        const limbs = (units: number) =>
          Array.from({ length: LIMBS }, () => {
            const most = units * UNIT;
            return round < 8
              ? (round & 1 ? most : -most) * (random.below(round < 4 ? 1 : 2) ? -1 : 1)
              : random.between(-most, most + 1);
          });
        const [a, b] = [limbs(left), limbs(right)];
        expect(numberOf(room.multiply(a, b))).toBe(modulo(valueOfLimbs(a) * valueOfLimbs(b), P));
        for (const limb of room.productLimbs(a, b)) expect(Math.abs(limb)).toBeLessThanOrEqual(UNIT);
      }
    }
  });

  test('packing gives the one number below p, whatever the limbs', () => {
    const random = new Random(seedFor('packing', 2));
    for (const value of [0n, 1n, 18n, 19n, P - 1n, P, P + 1n, P + 18n, 2n ** 255n - 1n])
      expect(numberOf(room.unpackedAndPacked(bytesOf(value)))).toBe(value % P);
    for (let round = 0; round < 2000; round++) {
      const limbs = Array.from({ length: LIMBS }, () => random.between(-(2 ** 15) + 1, 2 ** 15));
      for (const carried of [false, true])
        expect(numberOf(room.pack(limbs, carried))).toBe(modulo(valueOfLimbs(limbs), P));
    }
  });
});

test(`${SIGNATURES} signatures of node:crypto hold, and with one bit flipped anywhere they do not`, () => {
  const random = new Random(seedFor('signatures', 3));
  for (let round = 0; round < SIGNATURES; round++) {
    const secret = privateKeyOf(bytes(random, 32));
    const [key, digest] = [rawPublicKey(secret), bytes(random, 32)];
    const signature = Uint8Array.from(sign(null, digest, secret));
    if (!room.accepts(key, digest, signature)) expect.fail(`round ${round}: refused`);
    const bit = random.below(8 * 128);
    const changed = [
      flipped(key, bit - 8 * 64),
      flipped(digest, bit - 8 * 96),
      bit < 8 * 64 ? flipped(signature, bit) : signature,
    ] as const;
    if (room.accepts(...changed)) expect.fail(`round ${round}: accepted with bit ${bit} flipped`);
    if (nodeAccepts(...changed)) expect.fail(`round ${round}: node accepts bit ${bit} flipped`);
  }
});

test('every bit of one signature, its key and its digest counts', () => {
  const random = new Random(seedFor('bits', 4));
  const secret = privateKeyOf(bytes(random, 32));
  const [key, digest] = [rawPublicKey(secret), bytes(random, 32)];
  const signature = Uint8Array.from(sign(null, digest, secret));
  for (let bit = 0; bit < 512; bit++)
    if (room.accepts(key, digest, flipped(signature, bit))) expect.fail(`bit ${bit} of the signature`);
  for (let bit = 0; bit < 256; bit++) {
    if (room.accepts(flipped(key, bit), digest, signature)) expect.fail(`bit ${bit} of the key`);
    if (room.accepts(key, flipped(digest, bit), signature)) expect.fail(`bit ${bit} of the digest`);
  }
});

/** Secret key, public key, message and signature of RFC 8032 section 7.1, tests 1 to 3. */
const RFC_8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

test.each(RFC_8032)('RFC 8032: the secret key %s', (...texts) => {
  const [seed, key, message, signature] = texts.map((text) => Uint8Array.from(Buffer.from(text, 'hex'))) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const secret = privateKeyOf(seed);
  expect(rawPublicKey(secret)).toEqual(key);
  // Messages of the core have 32 bytes: the vector itself holds by plain arithmetic, which the core is then held to.
  expect(Uint8Array.from(sign(null, message, secret))).toEqual(signature);
  expect(holdsPlainly(pointFrom(key), key, message, signature)).toBe(true);
  const digest = bytesOf(numberOf(signature) % 2n ** 256n);
  const ours = Uint8Array.from(sign(null, digest, secret));
  expect(holdsPlainly(pointFrom(key), key, digest, ours)).toBe(true);
  expect(room.accepts(key, digest, ours)).toBe(true);
  expect(room.accepts(key, digest, signature)).toBe(false);
});

function pointFrom(key: Uint8Array): Point {
  const number = numberOf(key);
  const point = pointOf(number & (2n ** 255n - 1n), number >> 255n);
  if (point === null) throw new TypeError('the bytes are no point');
  return point;
}

/** S·B = R + h·A, without the factor 8, R compared as bytes. */
function holdsPlainly(a: Point, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = [signature.slice(0, 32), numberOf(signature.slice(32))];
  const h = challenge(r, key, message);
  const found = addPoints(times(BASE, s), times(negated(a), h));
  return s < L && Buffer.from(encode(found)).equals(r);
}

const negated = ({ x, y }: Point): Point => ({ x: modulo(-x, P), y });

/** A signature that somebody made who knows the group well. */
interface Odd {
  readonly key: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** Points of small order, encoded in another way than the right one: y of p or more, or a sign of x = 0. */
const ODD_ENCODINGS = {
  neutral: [bytesOf(P + 1n), bytesOf(1n | (1n << 255n)), bytesOf((P + 1n) | (1n << 255n))],
  orderTwo: [bytesOf((P - 1n) | (1n << 255n))],
  orderFour: [bytesOf(P), bytesOf(P | (1n << 255n))],
} as const;
const ALL_ODD_ENCODINGS = Object.values(ODD_ENCODINGS).flat();

/** Tries digests until one signature is as `make` wants it. */
function search(random: Random, make: (digest: Uint8Array) => Odd | null): Odd {
  for (let round = 0; round < 400; round++) {
    const odd = make(bytes(random, 32));
    if (odd !== null) return odd;
  }
  throw new Error('no such signature was found');
}

const scalar = (random: Random) => modulo(numberOf(bytes(random, 32)), L - 1n) + 1n;

/**
 * A signature by the key a·B + `keyTorsion` with R = r·B + `pointTorsion`, for which the equation holds without the factor 8, or only with
 * it. A key or R of which the first part is left out has small order.
 */
function oddSignature(
  random: Random,
  parts: {
    a: boolean;
    r: boolean;
    keyTorsion: Point;
    pointTorsion: Point;
    holds: boolean;
    keyBytes?: Uint8Array;
    pointBytes?: Uint8Array;
  },
): Odd {
  const { keyTorsion, pointTorsion, holds } = parts;
  const [a, r] = [parts.a ? scalar(random) : 0n, parts.r ? scalar(random) : 0n];
  const key = parts.keyBytes ?? encode(addPoints(times(BASE, a), keyTorsion));
  const point = parts.pointBytes ?? encode(addPoints(times(BASE, r), pointTorsion));
  return search(random, (digest) => {
    const h = challenge(point, key, digest);
    const torsion = addPoints(pointTorsion, times(keyTorsion, h % COFACTOR));
    if (isSame(torsion, NEUTRAL) !== holds) return null;
    return { key, digest, signature: signatureOf(point, modulo(r + h * a, L)) };
  });
}

const T = (at: number) => TORSION[at] as Point;

/**
 * The kinds of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020), table 5, made here by arithmetic; `ours` and `node` say who
 * accepts it. docs/SIGNATURES.md has this table in words.
 */
const KINDS: readonly [name: string, ours: boolean, node: boolean, make: (random: Random) => Odd][] = [
  [
    '0: key and R of small order, S = 0',
    false,
    true,
    (random) =>
      oddSignature(random, { a: false, r: false, keyTorsion: T(1), pointTorsion: T(3), holds: true }),
  ],
  [
    '1: key of small order, R of mixed order',
    false,
    true,
    (random) =>
      oddSignature(random, { a: false, r: true, keyTorsion: T(1), pointTorsion: T(5), holds: true }),
  ],
  [
    '2: key of mixed order, R of small order',
    false,
    true,
    (random) =>
      oddSignature(random, { a: true, r: false, keyTorsion: T(1), pointTorsion: T(3), holds: true }),
  ],
  [
    '3: key and R of mixed order',
    true,
    true,
    (random) => oddSignature(random, { a: true, r: true, keyTorsion: T(1), pointTorsion: T(3), holds: true }),
  ],
  [
    '4: key and R of mixed order, holds only times 8',
    false,
    false,
    (random) =>
      oddSignature(random, { a: true, r: true, keyTorsion: T(1), pointTorsion: T(3), holds: false }),
  ],
  [
    '5: key of mixed order, R of prime order, holds only times 8',
    false,
    false,
    (random) =>
      oddSignature(random, { a: true, r: true, keyTorsion: T(1), pointTorsion: T(0), holds: false }),
  ],
  ['6: S of L or more', false, false, (random) => withS(honest(random), (s) => s + L)],
  ['7: S far above L', false, false, (random) => withS(honest(random), (s) => s + 14n * L)],
  [
    '8: R not as it must be encoded, in the hash as it is',
    false,
    false,
    (random) =>
      oddSignature(random, {
        a: true,
        r: false,
        keyTorsion: T(0),
        pointTorsion: NEUTRAL,
        holds: true,
        pointBytes: ODD_ENCODINGS.neutral[0],
      }),
  ],
  [
    '9: R not as it must be encoded, in the hash as it should be',
    false,
    false,
    (random) => {
      const odd = oddSignature(random, {
        a: true,
        r: false,
        keyTorsion: T(0),
        pointTorsion: NEUTRAL,
        holds: true,
      });
      return { ...odd, signature: Buffer.concat([ODD_ENCODINGS.neutral[0], odd.signature.subarray(32)]) };
    },
  ],
  [
    '10: key not as it must be encoded, in the hash as it should be',
    false,
    false,
    (random) => {
      const [key] = ODD_ENCODINGS.orderTwo;
      return search(random, () => {
        const odd = oddSignature(random, {
          a: false,
          r: true,
          keyTorsion: T(4),
          pointTorsion: T(4),
          holds: true,
        });
        // Hashed as the key is, it must not hold by chance.
        const isOdd = challenge(odd.signature.slice(0, 32), key, odd.digest) % 2n === 1n;
        return isOdd ? null : { ...odd, key };
      });
    },
  ],
  [
    '11: key not as it must be encoded, in the hash as it is',
    false,
    true,
    (random) =>
      oddSignature(random, {
        a: false,
        r: true,
        keyTorsion: NEUTRAL,
        pointTorsion: NEUTRAL,
        holds: true,
        keyBytes: ODD_ENCODINGS.neutral[0],
      }),
  ],
];

function honest(random: Random): Odd {
  return oddSignature(random, { a: true, r: true, keyTorsion: NEUTRAL, pointTorsion: NEUTRAL, holds: true });
}

function withS(odd: Odd, change: (s: bigint) => bigint): Odd {
  const s = change(numberOf(odd.signature.subarray(32)));
  return { ...odd, signature: signatureOf(odd.signature.slice(0, 32), s) };
}

describe('what nobody honest signs', () => {
  test('the host burns no key of small order, no key above p, and nothing that is no point', () => {
    const random = new Random(seedFor('keys to burn', 11));
    for (const key of [...TORSION.map(encode), ...ALL_ODD_ENCODINGS, bytesOf(2n ** 255n - 1n)])
      expect(keyFault(key)).not.toBeNull();
    for (let y = 0n; y < 40n; y++)
      expect(keyFault(bytesOf(y)) === null).toBe(y > 1n && pointOf(y, 0n) !== null);
    for (let round = 0; round < 20; round++) {
      expect(keyFault(rawPublicKey(privateKeyOf(bytes(random, 32))))).toBeNull();
      expect(keyFault(encode(addPoints(times(BASE, scalar(random)), T(1))))).toBeNull();
    }
    const pem = publicKeyFromRaw(encode(T(1)))
      .export({ type: 'spki', format: 'pem' })
      .toString();
    expect(() => burnableKey(pem)).toThrow(/small order/);
  });

  test.each(KINDS)('kind %s', (name, ours, node, make) => {
    const random = new Random(seedFor(name, 5));
    for (let round = 0; round < 4; round++) {
      const { key, digest, signature } = make(random);
      expect({ round, accepted: room.accepts(key, digest, signature) }).toEqual({ round, accepted: ours });
      expect({ round, accepted: nodeAccepts(key, digest, signature) }).toEqual({ round, accepted: node });
    }
  });

  test('the control: the same makes what everybody accepts', () => {
    const random = new Random(seedFor('honest', 6));
    const { key, digest, signature } = honest(random);
    expect([room.accepts(key, digest, signature), nodeAccepts(key, digest, signature)]).toEqual([true, true]);
  });

  test('a key of small order signs nothing, in no encoding and with no R', () => {
    const random = new Random(seedFor('small orders', 7));
    const points = [...TORSION.map(encode), ...ALL_ODD_ENCODINGS];
    for (const key of points) {
      for (const point of points) {
        for (let round = 0; round < 4; round++) {
          if (room.accepts(key, bytes(random, 32), signatureOf(point, 0n))) expect.fail(`${key} ${point}`);
        }
      }
    }
  });

  test('a y of p or more is no key, and neither is one that belongs to no point', () => {
    const random = new Random(seedFor('no keys', 8));
    let noPoints = 0;
    for (let y = 0n; y < 60n; y++) {
      for (const sign of [0n, 1n]) {
        const keys = [bytesOf(y | (sign << 255n)), ...(y < 19n ? [bytesOf((P + y) | (sign << 255n))] : [])];
        for (const key of keys)
          if (room.accepts(key, bytes(random, 32), signatureOf(encode(NEUTRAL), 0n))) expect.fail(`${y}`);
        noPoints += pointOf(y, sign) === null ? 1 : 0;
      }
    }
    expect(noPoints).toBeGreaterThan(20);
  });

  test('every S of L or more is refused, L itself too', () => {
    const random = new Random(seedFor('large S', 9));
    const odd = honest(random);
    for (let factor = 1n; factor <= 15n; factor++) {
      const { key, digest, signature } = withS(odd, (s) => s + factor * L);
      expect(room.accepts(key, digest, signature)).toBe(false);
    }
    for (const s of [L, L + 1n, 2n ** 253n, 2n ** 256n - 1n])
      expect(room.accepts(odd.key, odd.digest, signatureOf(odd.signature.slice(0, 32), s))).toBe(false);
  });
});

test('a verification takes a bounded number of steps', () => {
  const random = new Random(seedFor('steps', 10));
  let most = 0;
  for (let round = 0; round < 20; round++) {
    const secret = privateKeyOf(bytes(random, 32));
    const [key, digest] = [rawPublicKey(secret), bytes(random, 32)];
    const signature = Uint8Array.from(sign(null, digest, secret));
    const { result, steps } = room.verify(key, digest, signature);
    expect(result).toBe(0);
    most = Math.max(most, steps);
  }
  // Hash, scalar, root and its beginning, key, its order, sum, doublings, additions at most as many in two steps each, inverse, point, its
  // order.
  const withoutAdditions = 5 + 16 + 1 + 251 + 1 + 3 + 5 + 253 + 254 + 1 + 3;
  expect(most).toBeLessThanOrEqual(withoutAdditions + 2 * 253);
  expect(most).toBeGreaterThan(withoutAdditions);
});
