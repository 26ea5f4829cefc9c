/** Attacks on a device that takes only what is signed with its key. */

import { type Attacker, changed, type Editions, redigested, type Transcript } from './attacker.ts';
import type { DrillEdition } from './editions.ts';

const SIGNATURE_BYTES = 64;

/** Where the signature of an image stands: in the last TLV. */
const signatureAt = (image: Uint8Array) => image.length - SIGNATURE_BYTES;

export function withSignatureOf(image: Uint8Array, other: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(image);
  copy.set(other.subarray(signatureAt(other)), signatureAt(image));
  return copy;
}

/** Each takes what others signed, or nobody. */
export interface Forgeries {
  readonly unsigned: Editions;
  readonly byStranger: Editions;
}

export function signatureAttacks({ unsigned, byStranger }: Forgeries): Readonly<Record<string, Transcript>> {
  const takes = (attacker: Attacker, edition: DrillEdition, image: Uint8Array) =>
    attacker.takes(edition, image);
  return {
    'an unsigned image': (attacker, isAttack) =>
      attacker.updateTo((isAttack ? unsigned : attacker.editions).second),
    'an image that a stranger signed': (attacker, isAttack) =>
      attacker.updateTo((isAttack ? byStranger : attacker.editions).second),
    "a stranger's signature under the name of the right key": (attacker, isAttack) => {
      const { second } = attacker.editions;
      const forged = withSignatureOf(second.bytes, byStranger.second.bytes);
      return takes(attacker, second, isAttack ? forged : second.bytes);
    },
    'the signature of another edition': (attacker, isAttack) => {
      const { second, third } = attacker.editions;
      return takes(attacker, second, isAttack ? withSignatureOf(second.bytes, third.bytes) : second.bytes);
    },
    'a signature of which one bit is other': (attacker, isAttack) => {
      const { second } = attacker.editions;
      const at = signatureAt(second.bytes) + attacker.random.below(SIGNATURE_BYTES);
      return takes(attacker, second, isAttack ? changed(second.bytes, at) : second.bytes);
    },
    'a raised counter, its digest made anew, under the signature of before': (attacker, isAttack) => {
      const { second } = attacker.editions;
      const [image, hash] = redigested(second, (bytes) => {
        const at = bytes.lastIndexOf(Buffer.from([second.epoch, 0, 0, 0]), bytes.indexOf(second.hash));
        if (isAttack) bytes[at] = 9;
      });
      return attacker.takes(second, image, hash) || attacker.runs(9);
    },
  };
}
