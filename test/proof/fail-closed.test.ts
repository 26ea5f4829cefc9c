/** No damaged image answers: every bit flip and every truncation is refused, or changes no answer. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { crc32c } from '../../host/body/crc32c.ts';
import { bootEdition } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import {
  AXIS_AT,
  AXIS_BYTES,
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  IMAGE_HEADER_BYTES,
} from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseImage } from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { generateKeyPair } from '../../host/image/sign.ts';
import { compileText } from '../support/compile.ts';

const SOURCE = `
holdfast: 1
map: small
epoch: 3
space: { axes: [ { name: s, unit: mm, min: -50, max: 950 } ] }
phase: { unit: tick, period: 10 }
zones:
  - { id: a, at: { from: -50, to: 300 }, tier: 1, limit: 95 }
  - { id: b, at: { from: 300, to: 600 }, limit: -7 }
  - { id: c, at: { from: 700, to: 900 }, when: { from: 2, to: 5 } }
gaps:
  - { id: tunnel, at: { from: 100, to: 120 }, action: slow, limit: 40, cuts: true }
  - { anywhere: true, action: hold }
outside: { action: stop }
fault: { action: hold }
`;
const FAULT_HOLD = 0x07ffffff;
const PLACES = [-51, -50, 99, 100, 119, 120, 299, 300, 599, 600, 699, 700, 899, 900, 949, 950];
const PHASES = [0, 1, 2, 4, 5, 9, 10];
const BODY_AT = IMAGE_HEADER_BYTES;

const image = await compileText(SOURCE, { key: generateKeyPair().privatePem });
const original = parseImage(image);
const burned = encodeBurned(deriveBurned(original, 'development'));
const edition = { epoch: original.identity.epoch, hash: original.digest };

function answersOf(core: Core): string {
  const answers = PHASES.flatMap((phase) =>
    PLACES.map((x) => {
      const word = core.check(phase, x);
      return [word, JSON.stringify(core.verdict(word, x))];
    }),
  );
  return JSON.stringify(answers);
}

const { core: whole, reason: wholeReason } = await bootEdition({ ...edition, bytes: image }, burned, {
  build: 'device',
});
const wholeAnswers = answersOf(whole);

test('control: the undamaged image is admitted and answers from its map', () => {
  expect(wholeReason).toBe(0);
  expect(whole.verdict(whole.check(3, 750), 750)).toMatchObject({
    state: 'covered',
    toGapAhead: 150,
    toGapBehind: 50,
    epoch: 3,
  });
  expect(whole.verdict(whole.check(0, 750), 750)).toMatchObject({ state: 'gap', action: 'hold' });
});

/** Boots a damaged image; it must be refused and answer FAULT with the burned action everywhere, or answer as the whole one. */
async function expectFailClosed(bytes: Uint8Array, what: string): Promise<boolean> {
  const { core, reason } = await bootEdition({ ...edition, bytes }, burned, { build: 'device' });
  if (reason === 0) {
    expect(answersOf(core), what).toBe(wholeAnswers);
    return false;
  }
  for (const phase of PHASES) for (const x of PLACES) expect(core.check(phase, x), what).toBe(FAULT_HOLD);
  expect(core.checkInvalid(), what).toBe(FAULT_HOLD);
  return true;
}

test('every single bit flip', async () => {
  let refused = 0;
  for (let bit = 0; bit < image.length * 8; bit++) {
    const damaged = image.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    refused += Number(await expectFailClosed(damaged, `bit ${bit & 7} of byte ${bit >> 3}`));
  }
  // Key hash and signature are not looked at here yet: 96 bytes whose flips change no answer.
  expect(refused).toBe((image.length - 96) * 8);
});

test('every truncation', async () => {
  for (let bytes = 1; bytes < image.length; bytes++) {
    const refused = await expectFailClosed(image.slice(0, bytes), `${bytes} bytes`);
    // What is missing reads as erased flash; in the 64 bytes of the signature no value changes an answer yet.
    expect(refused, `${bytes} bytes`).toBe(bytes < image.length - 64);
  }
});

/** Makes checksum and digest right again, as an attacker would. */
function refit(damaged: Uint8Array): Uint8Array {
  const view = new DataView(damaged.buffer, damaged.byteOffset);
  const bodyBytes = original.body.length;
  const residentBytes = view.getUint32(BODY_AT + BODY_HEADER_AT.residentBytes, true);
  if (residentBytes >= 8 && residentBytes <= bodyBytes) {
    view.setUint32(
      BODY_AT + BODY_HEADER_AT.checksum,
      crc32c(damaged.subarray(BODY_AT + BODY_CHECKED_FROM, BODY_AT + residentBytes)),
      true,
    );
  }
  const protectedBytes = view.getUint16(10, true);
  const signedBytes = BODY_AT + bodyBytes + protectedBytes;
  const digest = createHash('sha256').update(damaged.subarray(0, signedBytes)).digest();
  damaged.set(digest, signedBytes + 8);
  return digest;
}

test('every bit flip of the body with checksum and digest made right: refused, or every answer is what the body says', async () => {
  let admitted = 0;
  for (let bit = 0; bit < original.body.length * 8; bit++) {
    const at = BODY_AT + (bit >> 3);
    const damaged = image.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
    const hash = refit(damaged);
    const { core, reason } = await bootEdition({ epoch: 3, hash, bytes: damaged }, burned, {
      build: 'device',
    });
    if (reason !== 0) {
      expect(core.check(0, 0)).toBe(FAULT_HOLD);
      continue;
    }
    admitted++;
    if (isDescription(bit >> 3)) continue;
    expectAnswersOfPartition(core, damaged, `bit ${bit & 7} of body byte ${bit >> 3}`);
  }
  // A flip may make another good map: another limit, border, name. Most do not.
  expect(admitted).toBeGreaterThan(0);
  expect(admitted).toBeLessThan(original.body.length * 8 * 0.6);
});

/** Bytes that only the host reads: kind, name and unit of the axis, and the ids. It is stricter with them than the device. */
function isDescription(at: number): boolean {
  const residentBytes = new DataView(image.buffer, image.byteOffset + BODY_AT).getUint32(
    BODY_HEADER_AT.residentBytes,
    true,
  );
  return (
    (at >= BODY_HEADER_BYTES + AXIS_AT.kind && at < BODY_HEADER_BYTES + AXIS_BYTES) || at >= residentBytes
  );
}

/** Compares with what the host's own reader makes of the same bytes. */
function expectAnswersOfPartition(core: Core, bytes: Uint8Array, what: string): void {
  const partition = readPartition(bytes);
  for (const window of partition.windows) {
    for (const cell of window.cells) {
      const rule = partition.rules[cell.rule];
      for (const x of [cell.from, cell.to - 1]) {
        const verdict = core.verdict(core.check(window.from, x), x);
        expect(verdict.rule, `${what}, x ${x}, phase ${window.from}`).toBe(cell.rule);
        expect(verdict.limit, what).toBe(rule?.limit);
        expect(verdict.state, what).toBe(rule?.kind === 'zone' ? 'covered' : 'gap');
      }
    }
  }
}
