import { describe, expect, test } from 'vitest';
import { sealEnvelope } from '../../fleet/desired/envelope.ts';
import { reissueForRepair, requireImages, wantedOf } from '../../fleet/desired/images.ts';
import { signState } from '../../fleet/desired/sign.ts';
import { encodeState, STATE } from '../../fleet/desired/state.ts';
import { type Follower, verifyState } from '../../fleet/desired/verify.ts';
import { toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { parseImage } from '../../host/image/container.ts';
import { burnableKey, privateKeyFromPem, sha256 } from '../../host/image/sign.ts';
import { testKeyPair } from '../../sim/drill/test-keys.ts';
import { compileText } from '../support/compile.ts';
import { sourceText } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

const ISSUED = Date.parse('2026-11-27T00:00:00Z');
const EXPIRES = Date.parse('2026-12-24T00:00:00Z');
const STATES = testKeyPair('state');
const FOREIGN = testKeyPair('somebody else');
const MAPS = testKeyPair('release');

const edition = await compileText(sourceText({ epoch: 12, replaces: '11@3fa9c2', limit: 40 }), {
  key: MAPS.privatePem,
});
const pair = { edition, reissue: reissueForRepair(edition, MAPS.privatePem) };

function signed(change: Partial<Parameters<typeof signState>[0]> = {}): string {
  const standard = {
    fleet: 'north-works',
    sequence: 7,
    issuedMs: ISSUED,
    expiresMs: EXPIRES,
    images: [pair],
  };
  return signState({ ...standard, key: STATES.privatePem, ...change });
}

function follower(change: Partial<Follower> = {}): Follower {
  const signers = [toHex(burnableKey(STATES.publicPem))];
  return { fleet: 'north-works', signers, last: null, nowMs: ISSUED, ...change };
}

/** The code that a text is refused with; empty when it may be followed. */
function refusal(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    if (error instanceof HoldfastError && error.remedy !== undefined) return error.code;
    throw error;
  }
}
const refusalOf = (text: string, change: Partial<Follower> = {}) =>
  refusal(() => verifyState(text, follower(change)));

describe('a signed state', () => {
  test('says what was signed, and the same inputs give the same bytes', () => {
    const { state, followed } = verifyState(signed(), follower());
    expect(state).toEqual({
      fleet: 'north-works',
      sequence: 7,
      issuedMs: ISSUED,
      expiresMs: EXPIRES,
      maps: [wantedOf(pair)],
    });
    expect(followed).toEqual({ sequence: 7, digest: toHex(sha256(encodeState(state))) });
    expect(signed()).toBe(signed());
  });

  test('may be followed until it expires, and not a millisecond longer', () => {
    expect(refusalOf(signed(), { nowMs: EXPIRES - 1 })).toBe('');
    for (const nowMs of [EXPIRES, EXPIRES + 1, Number.POSITIVE_INFINITY, Number.NaN])
      expect(refusalOf(signed(), { nowMs })).toBe('STATE_EXPIRED');
  });

  test('is refused by a clock that says it is not signed yet', () => {
    for (const nowMs of [ISSUED - 1, 0, -1, -1e18, Number.NEGATIVE_INFINITY])
      expect(refusalOf(signed(), { nowMs })).toBe('STATE_NOT_YET');
  });

  test('is refused when a later one was followed, or another of its sequence', () => {
    const { followed } = verifyState(signed(), follower());
    expect(refusalOf(signed(), { last: followed })).toBe('');
    expect(refusalOf(signed({ sequence: 8 }), { last: followed })).toBe('');
    expect(refusalOf(signed({ sequence: 6 }), { last: followed })).toBe('STATE_OLDER');
    expect(refusalOf(signed({ expiresMs: EXPIRES + 1000 }), { last: followed })).toBe('STATE_CONFLICT');
  });

  test('of another fleet is refused', () => {
    expect(refusalOf(signed({ fleet: 'south-works' }))).toBe('STATE_OTHER_FLEET');
  });

  test('is refused unsigned, and under a foreign key', () => {
    const text = JSON.parse(signed());
    expect(refusalOf(JSON.stringify({ ...text, signatures: [] }))).toBe('STATE_UNSIGNED');
    expect(refusalOf(signed({ key: FOREIGN.privatePem }))).toBe('STATE_KEY_UNKNOWN');
    expect(refusalOf(signed(), { signers: [] })).toBe('STATE_KEY_UNKNOWN');
    // Somebody else's signature under our key's name.
    const foreign = JSON.parse(signed({ key: FOREIGN.privatePem })).signatures[0];
    const lie = { ...text, signatures: [{ ...foreign, keyid: text.signatures[0].keyid }] };
    expect(refusalOf(JSON.stringify(lie))).toBe('STATE_SIGNATURE');
    // One good signature is enough, beside any others.
    expect(refusalOf(JSON.stringify({ ...text, signatures: [foreign, ...text.signatures] }))).toBe('');
  });

  test('signed as another type of document is refused', () => {
    const { payload } = JSON.parse(signed());
    const key = privateKeyFromPem(STATES.privatePem);
    const other = sealEnvelope('application/json', Buffer.from(payload, 'base64'), [key]);
    expect(refusalOf(other)).toBe('STATE_MALFORMED');
    expect(refusalOf(JSON.stringify({ ...JSON.parse(other), payloadType: STATE.type }))).toBe(
      'STATE_SIGNATURE',
    );
  });

  test('of which any bit is changed is refused', () => {
    const random = new Random(seedFor('bits of a signed state', 16));
    const text = signed();
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(text);
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      const changed = bytes.toString('utf8');
      // Blanks between tokens carry nothing.
      if (isSame(changed, text)) continue;
      expect(refusalOf(changed), `bit in byte ${at} of round ${round}`).toMatch(/^STATE_/);
    }
  });

  test.each([
    ['a sequence of 0', { sequence: 0 }],
    ['a sequence that is not whole', { sequence: 1.5 }],
    ['a sequence above the last', { sequence: 2 ** 32 }],
    ['a moment that is not written as it must be', { expires: '2026-12-24' }],
    ['an end before its beginning', { expires: '2026-11-26T00:00:00Z' }],
    ['no maps', { maps: [] }],
    ['a field too many', { more: 1 }],
    ['a field too few', { fleet: undefined }],
    ['another version', { 'holdfast-fleet-state': 2 }],
    ['a name that is none', { fleet: 'North Works' }],
    ['a map twice', { maps: [mapEntry(), mapEntry()] }],
    ['a reissue that is not above', { maps: [{ ...mapEntry(), reissue: mapEntry().edition }] }],
    ['a hash that is none', { maps: [{ ...mapEntry(), edition: { ...mapEntry().edition, hash: '00' } }] }],
    ['an image of no bytes', { maps: [{ ...mapEntry(), edition: { ...mapEntry().edition, bytes: 0 } }] }],
  ])('with %s is refused although it is signed', (_, change) => {
    const payload = {
      ...JSON.parse(Buffer.from(JSON.parse(signed()).payload, 'base64').toString()),
      ...change,
    };
    const text = sealEnvelope(STATE.type, Buffer.from(JSON.stringify(payload)), [
      privateKeyFromPem(STATES.privatePem),
    ]);
    expect(refusalOf(text)).toBe('STATE_MALFORMED');
  });

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"payloadType":1,"payload":"","signatures":[]}',
    '\u0000',
    '{"payload":"a","payload":"b"}',
  ])('is not %j', (text) => {
    expect(refusalOf(text)).toBe('STATE_MALFORMED');
  });

  test.each([
    ['SEQUENCE_RANGE', { sequence: 0 }],
    ['SEQUENCE_RANGE', { sequence: Number.NaN }],
    ['EXPIRY_RANGE', { expiresMs: ISSUED }],
    ['EXPIRY_RANGE', { expiresMs: ISSUED + 401 * 86_400_000 }],
    ['EXPIRY_RANGE', { expiresMs: Number.NaN }],
    ['MAP_TWICE', { images: [pair, pair] }],
    ['USAGE', { images: [] }],
    ['BAD_KEY', { key: STATES.publicPem }],
  ])('is not made: %s', (code, change) => {
    expect(refusal(() => signed(change))).toBe(code);
  });
});

function mapEntry(): {
  map: string;
  class: string;
  edition: { hash: string; bytes: number };
  reissue: object;
} {
  const { map, device, edition: first, reissue } = wantedOf(pair);
  return { map, class: device, edition: first, reissue };
}

function isSame(left: string, right: string): boolean {
  try {
    return JSON.stringify(JSON.parse(left)) === JSON.stringify(JSON.parse(right));
  } catch {
    return false;
  }
}

describe('a reissue for repair', () => {
  test('follows the edition and all that the edition follows, with the same map', () => {
    const [first, second] = [parseImage(pair.edition), parseImage(pair.reissue)];
    expect(second.identity.epoch).toBe(13);
    expect(second.identity.replaces).toEqual([
      { epoch: 12, hashPrefix: toHex(first.digest).slice(0, 16) },
      { epoch: 11, hashPrefix: '3fa9c2' },
    ]);
    expect(toHex(second.body)).toBe(toHex(first.body));
  });

  test('is not made of the last epoch, or where nothing more can be named', async () => {
    const replaces = '[ 1, 2, 3, 4, 5, 6, 7, 8 ]';
    const full = await compileText(sourceText({ epoch: 12, replaces, limit: 40 }));
    expect(refusal(() => reissueForRepair(full, undefined))).toBe('REPLACES_FULL');
    const last = await compileText(sourceText({ epoch: 2 ** 32 - 1, limit: 40 }));
    expect(refusal(() => reissueForRepair(last, undefined))).toBe('EPOCH_LAST');
  });

  test('that could not repair is refused', async () => {
    const other = await compileText(sourceText({ epoch: 13, replaces: '[ 12, "11@3fa9c2" ]', limit: 41 }), {
      key: MAPS.privatePem,
    });
    const gap = await compileText(sourceText({ epoch: 13, replaces: '12', limit: 40 }), {
      key: MAPS.privatePem,
    });
    const wrong = [
      edition,
      other,
      gap,
      reissueForRepair(edition, undefined),
      reissueForRepair(edition, FOREIGN.privatePem),
    ];
    for (const reissue of wrong) expect(refusal(() => wantedOf({ edition, reissue }))).toBe('REISSUE_WRONG');
  });
});

describe('images beside a state', () => {
  const { state } = verifyState(signed(), follower());
  const named = (images: readonly Uint8Array[]) =>
    new Map(images.map((image) => [toHex(sha256(image)), image]));

  test('are those that were signed', () => {
    expect(requireImages(state, named([pair.edition, pair.reissue])).size).toBe(2);
    expect(refusal(() => requireImages(state, named([pair.edition])))).toBe('IMAGE_MISSING');
  });

  test('under a wrong name are refused', async () => {
    const other = await compileText(sourceText({ epoch: 12, replaces: '11@3fa9c2', limit: 41 }), {
      key: MAPS.privatePem,
    });
    const images = new Map([
      [toHex(sha256(pair.edition)), other],
      [toHex(sha256(pair.reissue)), reissueForRepair(other, MAPS.privatePem)],
    ]);
    expect(refusal(() => requireImages(state, images))).toBe('IMAGE_OTHER');
  });
});
