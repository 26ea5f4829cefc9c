/** Files that are no images of ours: what another tool wrapped, and sources, are refused in words that say what is missing. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  IMAGE_HEADER_AT,
  IMAGE_HEADER_BYTES,
  TLV,
  TLV_PLAIN_MAGIC,
  TLV_PROTECTED_MAGIC,
} from '../../host/format.ts';
import { parseContainer, parseImage } from '../../host/image/container.ts';
import { loadEdition } from '../../host/image/edition-file.ts';
import { encodeTlvArea } from '../../host/image/tlv.ts';
import { compileEdition } from '../support/editions.ts';

const image = await compileEdition({ epoch: 2, limit: 40 });
const { body, protectedTlvs, plainTlvs } = parseContainer(image);

const hex = (type: number) => `0x${type.toString(16)}`;
const NEEDED = [
  ...[`security counter (${hex(TLV.securityCounter)})`, `map id (${hex(TLV.mapId)})`],
  ...[`device class (${hex(TLV.deviceClass)})`, `replaces (${hex(TLV.replaces)})`],
  ...[`steps by kind (${hex(TLV.steps)})`, `burn (${hex(TLV.burn)})`],
].join(', ');

type Tlvs = readonly { type: number; value: Uint8Array }[];

/** The body in a container as another tool makes it. */
function wrapped({ tlvs = [] as Tlvs, plain = plainTlvs as Tlvs, headerBytes = IMAGE_HEADER_BYTES }): Buffer {
  const area = tlvs.length === 0 ? new Uint8Array(0) : encodeTlvArea(TLV_PROTECTED_MAGIC, tlvs);
  const header = Buffer.alloc(headerBytes);
  header.set(image.subarray(0, IMAGE_HEADER_BYTES));
  header.writeUInt16LE(headerBytes, IMAGE_HEADER_AT.headerBytes);
  header.writeUInt16LE(area.length, IMAGE_HEADER_AT.protectedBytes);
  return Buffer.concat([header, body, area, encodeTlvArea(TLV_PLAIN_MAGIC, plain)]);
}

const HASH = { type: 0x10, value: new Uint8Array(32) };

describe('images of other tools', () => {
  test.each<[string, Buffer, string]>([
    ['nothing of ours', wrapped({}), `it has no protected TLVs, and needs ${NEEDED}`],
    [
      'a security counter only',
      wrapped({ tlvs: protectedTlvs.slice(0, 1) }),
      `its protected area lacks map id (${hex(TLV.mapId)}), device class`,
    ],
    [
      'a header for a vector table',
      wrapped({ tlvs: protectedTlvs, headerBytes: 512 }),
      'its header has 512 bytes instead of 32',
    ],
    [
      'SHA-512',
      wrapped({ tlvs: protectedTlvs, plain: [{ type: 0x12, value: new Uint8Array(64) }] }),
      'its digest is SHA-512, where SHA-256 is needed',
    ],
    ['no digest', wrapped({ tlvs: protectedTlvs, plain: [] }), 'it has no SHA-256 (0x10)'],
    [
      'ECDSA',
      wrapped({
        tlvs: protectedTlvs,
        plain: [HASH, { type: 1, value: new Uint8Array(32) }, { type: 0x22, value: new Uint8Array(72) }],
      }),
      'it is signed with ECDSA P-256, where Ed25519 of the digest is needed',
    ],
    [
      'padding',
      Buffer.concat([image, Buffer.alloc(65_536 - image.length, 0xff)]),
      `it is padded to 65536 bytes, where the image ends at ${image.length}`,
    ],
    [
      'padding with a trailer',
      Buffer.concat([image, Buffer.alloc(65_520 - image.length, 0xff), Buffer.alloc(16, 0x77)]),
      'it is padded to 65536 bytes',
    ],
  ])('with %s', (_, bytes, words) => {
    expect(() => parseImage(bytes)).toThrow(
      expect.objectContaining({ code: 'IMAGE_INCOMPLETE', message: expect.stringContaining(words) }),
    );
  });

  /** As wrapped, with a digest that is right for what it holds. */
  const whole = (tlvs: Tlvs, more: Tlvs = [], change: (header: Buffer) => void = () => {}): Buffer => {
    const bytes = wrapped({ tlvs, plain: [HASH, ...more] });
    change(bytes);
    const digest = parseContainer(bytes).digest;
    return wrapped({ tlvs, plain: [{ ...HASH, value: digest }, ...more] }).fill(
      bytes.subarray(0, IMAGE_HEADER_BYTES),
      0,
      IMAGE_HEADER_BYTES,
    );
  };
  const more = (type: number, bytes: number) => ({ type, value: new Uint8Array(bytes) });

  test.each<[string, Buffer, string]>([
    [
      'encryption',
      whole(protectedTlvs, [more(0x31, 24)], (header) => header.writeUInt32LE(4, IMAGE_HEADER_AT.flags)),
      'its flags are 0x4, encrypted with AES-128; it has what no map has: encryption key (0x31)',
    ],
    [
      'a load address',
      whole(protectedTlvs, [], (header) => header.writeUInt32LE(0x2000_0000, IMAGE_HEADER_AT.loadAddress)),
      'it has a load address, 0x20000000',
    ],
    [
      'a version',
      whole(protectedTlvs, [], (header) => header.writeUInt8(1, IMAGE_HEADER_AT.versionMajor)),
      'its version is 1.0.0, where 0.0.0 and the epoch are needed',
    ],
    ['a dependency', whole([...protectedTlvs, more(0x40, 12)]), 'it has what no map has: dependency (0x40)'],
    ['a TLV of a vendor', whole([...protectedTlvs, more(0xa1, 4)]), 'it has what no map has: TLV (0xa1)'],
    ['a public key', whole(protectedTlvs, [more(0x02, 91)]), 'public key (0x2)'],
    [
      'the hash of a key alone',
      whole(protectedTlvs, [more(0x01, 32)]),
      'it names a key (0x1), and has no signature (0x24)',
    ],
    [
      'a signature alone',
      whole(protectedTlvs, [more(0x24, 64)]),
      'it is signed, and does not name the key (0x1)',
    ],
    ['two digests', whole(protectedTlvs, [more(0x12, 64)]), 'it has a digest more, SHA-512'],
    [
      'padding of zeros',
      Buffer.concat([image, Buffer.alloc(20_000)]),
      `it is padded to ${image.length + 20_000} bytes`,
    ],
  ])('with %s', (_, bytes, words) => {
    expect(() => parseImage(bytes)).toThrow(
      expect.objectContaining({ code: 'IMAGE_INCOMPLETE', message: expect.stringContaining(words) }),
    );
  });

  test('a bit that flipped is damage, and no other tool', () => {
    const bytes = Buffer.from(image);
    bytes.writeUInt8(1, IMAGE_HEADER_AT.versionMajor);
    expect(() => parseImage(bytes)).toThrow(expect.objectContaining({ code: 'IMAGE_HEADER' }));
  });

  test('our own is complete, and one byte too many is no padding', () => {
    expect(parseImage(image).identity.epoch).toBe(2);
    expect(() => parseImage(Buffer.concat([image, Buffer.of(1)]))).toThrow(/after the end of the image/);
  });
});

describe('a source in the place of an image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  test.each([
    ['line.map.yaml', '# a map\nholdfast: 1\n', 'line.img'],
    ['line.yml', 'nonsense', 'line.img'],
    ['line', '---\n"holdfast": 1\n', 'line.img'],
    ['line.img', 'holdfast: 1\n', 'line.compiled.img'],
  ])('%s is to be compiled first', (name, text, img) => {
    const path = write(name, text);
    expect(() => loadEdition(path)).toThrow(
      expect.objectContaining({
        code: 'SOURCE_GIVEN',
        remedy: `Run \`holdfast compile ${path} -o ${join(folder, img)}\`, then give ${join(folder, img)}.`,
      }),
    );
  });

  test('nor is the output of its remedy another name of the source', () => {
    symlinkSync(write('linked.img', 'holdfast: 1\n'), join(folder, 'linked.map.yaml'));
    expect(() => loadEdition(join(folder, 'linked.map.yaml'))).toThrow(
      expect.objectContaining({
        remedy: expect.stringContaining(`-o ${join(folder, 'linked.compiled.img')}`),
      }),
    );
  });

  test('what is neither is not called a source', () => {
    expect(() => loadEdition(write('notes.txt', 'hello'))).toThrow(
      expect.objectContaining({ code: 'IMAGE_LENGTH' }),
    );
    expect(() => loadEdition(write('zeros.yaml', '\0\0\0\0'))).toThrow(
      expect.objectContaining({ code: 'IMAGE_LENGTH' }),
    );
  });

  test.each([
    ['push', '--port', '/dev/null'],
    ['reissue', '--epoch', '9', '-o', join(folder, 'x.img')],
  ])('%s says so', (verb, ...more) => {
    const path = write('line.map.yaml', 'holdfast: 1\n');
    const run = () => execFileSync('node', ['dist/holdfast.cjs', verb, path, ...more], { stdio: 'pipe' });
    expect(run).toThrow(/SOURCE_GIVEN/);
  });

  test('check and sweep take it, and say what is wrong with it', () => {
    const path = write('line.map.yaml', 'holdfast: 1\n');
    for (const argv of [
      ['check', path, '--at', '5'],
      ['sweep', path, '--from', '1', '--to', '2'],
    ]) {
      const run = () => execFileSync('node', ['dist/holdfast.cjs', ...argv], { stdio: 'pipe' });
      expect(run).toThrow(/line\.map\.yaml:1:1: MISSING_FIELD/);
    }
  });
});
