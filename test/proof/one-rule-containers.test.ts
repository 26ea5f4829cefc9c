/**
 * Both sides read one rule of containers, too: header and TLVs are changed by hand, with lengths and digest made right or not. What the
 * core runs the host reads, and what the host reads the core runs, on a device that was made for the map and class that the image names.
 * HOLDFAST_ONE_RULE_CHANGES makes as many changes; 3,000 are in the suite.
 */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  IMAGE_HEADER_AT,
  IMAGE_HEADER_BYTES,
  TLV,
  TLV_PLAIN_MAGIC,
  TLV_PROTECTED_MAGIC,
} from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseContainer, parseImage, wrapImage } from '../../host/image/container.ts';
import { generateKeyPair, privateKeyFromPem } from '../../host/image/sign.ts';
import { encodeTlvArea, type Tlv } from '../../host/image/tlv.ts';
import { codeOf, judgeImage } from '../support/one-rule.ts';
import { imageOf, randomPartition } from '../support/partitions.ts';
import { Random, seedFor } from '../support/random.ts';

const CHANGES = Number(process.env.HOLDFAST_ONE_RULE_CHANGES ?? 3000);
const EDGES = [0, 1, 2, 3, 4, 8, 15, 16, 17, 31, 32, 33, 64, 127, 255, 256, TLV_PLAIN_MAGIC, 0xffff];

type Field = Pick<Tlv, 'type' | 'value'>;

/** A container in its parts. */
interface Parts {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  protectedTlvs: Field[];
  plainTlvs: Field[];
}

function partsOf(image: Uint8Array): Parts {
  const { body, protectedTlvs, plainTlvs } = parseContainer(image);
  const copies = (tlvs: readonly Tlv[]) => tlvs.map(({ type, value }) => ({ type, value: value.slice() }));
  const header = image.slice(0, IMAGE_HEADER_BYTES);
  return { header, body, protectedTlvs: copies(protectedTlvs), plainTlvs: copies(plainTlvs) };
}

/** One image again, its lengths and its digest right. */
function joined({ header, body, protectedTlvs, plainTlvs }: Parts): {
  image: Uint8Array;
  digest: Uint8Array;
} {
  const area = encodeTlvArea(TLV_PROTECTED_MAGIC, protectedTlvs);
  new DataView(header.buffer).setUint16(IMAGE_HEADER_AT.protectedBytes, area.length, true);
  const signed = Buffer.concat([header, body, area]);
  const digest = new Uint8Array(createHash('sha256').update(signed).digest());
  const plain = plainTlvs.map(({ type, value }) => ({
    type,
    value: type === TLV.sha256 && value.length === digest.length ? digest : value,
  }));
  return { image: Uint8Array.from(Buffer.concat([signed, encodeTlvArea(TLV_PLAIN_MAGIC, plain)])), digest };
}

/** Another order, one that is gone, one that is there twice, one that nobody knows. */
function changeFields(random: Random, parts: Parts): string {
  const isPlain = random.onceIn(3);
  const fields = isPlain ? parts.plainTlvs : parts.protectedTlvs;
  const index = random.below(fields.length);
  const field = fields[index] as Field;
  const place = random.below(fields.length + 1);
  const kind = random.pick(['moved', 'gone', 'twice', 'unknown', 'in the other area', 'of another length']);
  if (kind === 'moved') {
    fields.splice(index, 1);
    fields.splice(random.below(fields.length + 1), 0, field);
  } else if (kind === 'gone') fields.splice(index, 1);
  else if (kind === 'twice') fields.splice(place, 0, field);
  else if (kind === 'unknown') fields.splice(place, 0, { type: random.below(65_536), value: field.value });
  else if (kind === 'in the other area') {
    fields.splice(index, 1);
    (isPlain ? parts.protectedTlvs : parts.plainTlvs).push(field);
  } else {
    const value = new Uint8Array(random.pick([0, 1, 3, 4, 15, 16, 30, 31, 32, 33, 36, 44, 64, 128, 144]));
    value.set(field.value.subarray(0, value.length));
    fields[index] = { type: field.type, value };
  }
  return `TLV 0x${field.type.toString(16)} ${kind}`;
}

/** A byte, a half or a word of a value. */
function changeValue(random: Random, { protectedTlvs }: Parts): string {
  const { type, value } = random.pick(protectedTlvs);
  const at = random.below(value.length);
  if (random.onceIn(2) && at + 4 <= value.length) {
    const number = random.pick([0, 1, 16, 17, 2 ** 16, 2 ** 24, 2 ** 31, 2 ** 32 - 1]);
    new DataView(value.buffer, value.byteOffset).setUint32(at & ~3, number, true);
  } else value[at] = random.pick([0, 1, 2, 5, 8, 9, 16, 17, 0x2d, 0x41, 0x61, 0x7f, 0xff, random.below(256)]);
  return `a value of 0x${type.toString(16)}`;
}

/** Lengths and magics as they stand in the file. */
function changeBytes(random: Random, image: Uint8Array, parts: Parts): string {
  const areaAt = IMAGE_HEADER_BYTES + parts.body.length;
  const at = random.onceIn(3)
    ? random.below(IMAGE_HEADER_BYTES)
    : areaAt + random.below(Math.min(200, image.length - areaAt));
  new DataView(image.buffer).setUint16(Math.min(at, image.length - 2), random.pick(EDGES), true);
  return `bytes at ${at}`;
}

/** The digest of what the header and the protected area say is signed, put where it belongs; false: there is no such place. */
function digestAgain(image: Uint8Array): boolean {
  let place = -1;
  const code = codeOf(() => {
    const { plainTlvs, digest } = parseContainer(image);
    const field = plainTlvs.find(({ type, value }) => type === TLV.sha256 && value.length === digest.length);
    place = field?.offset ?? -1;
    if (place >= 0) image.set(digest, place);
  });
  return code === null && place >= 0;
}

test(`${CHANGES} changes of containers: the host reads what the core runs, and the other way round`, async () => {
  const random = new Random(seedFor('containers', 20261128));
  const shape = { cells: 4, wraps: false, approaches: false, period: 7, gapOnceIn: 2 };
  const plain = imageOf(randomPartition(random, shape));
  const key = privateKeyFromPem(generateKeyPair().privatePem);
  const { body, identity } = parseImage(plain);
  const replaces = [
    { epoch: 7, hashPrefix: '0a1b' },
    { epoch: 8, hashPrefix: '' },
  ];
  const signed = wrapImage(body, { ...identity, epoch: 9, replaces }, key).image;
  const config = deriveBurned(plain, 'development');
  const seen = new Map<string, number>();
  const wrong: string[] = [];
  for (let index = 0; index < CHANGES; index++) {
    const parts = partsOf(random.onceIn(2) ? plain : signed);
    const kind = random.below(3);
    let what = kind === 0 ? changeFields(random, parts) : kind === 1 ? changeValue(random, parts) : '';
    let { image, digest } = joined(parts);
    if (kind === 2) {
      what = changeBytes(random, image, parts);
      if (digestAgain(image)) digest = parseContainer(image).digest;
    }
    // A device that is made for whatever map and class the image names; that it is another's is no matter of form.
    let burned = encodeBurned(config);
    let epoch = 1;
    codeOf(() => {
      const { map, device, epoch: said } = parseImage(image).identity;
      burned = encodeBurned({ ...config, map, device });
      epoch = said;
    });
    const { core, host } = await judgeImage(image, burned, digest, epoch);
    if ((core === null) !== (host === null))
      wrong.push(`change ${index} (${what}): the core ${core ?? 'admits'}, the host ${host ?? 'reads'}`);
    for (const each of [core ?? 'admitted', host ?? 'read']) seen.set(each, (seen.get(each) ?? 0) + 1);
  }
  expect(wrong).toEqual([]);
  const kinds = [
    'admitted',
    'CONTAINER_HEADER',
    'CONTAINER_LENGTH',
    'TLV_UNKNOWN',
    'TLV_REPEATED',
    'TLV_MISSING',
  ];
  for (const each of [...kinds, 'TLV_MALFORMED', 'STEPS_WRONG'])
    expect([each, (seen.get(each) ?? 0) > 0]).toEqual([each, true]);
  expect(seen.get('read') ?? 0).toBeGreaterThan(CHANGES / 20);
}, 600_000);
