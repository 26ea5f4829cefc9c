import { sameBytes, toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { REPLACES_MAX } from '../../host/format.ts';
import { type ParsedImage, parseImage } from '../../host/image/container.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import { sha256 } from '../../host/image/sign.ts';
import type { Replaced } from '../../host/source/model.ts';
import type { DesiredState, Wanted, WantedImage } from './state.ts';

/** Images and what a state says of them. */

/** Digits of a hash that a `replaces` of ours names. */
const HASH_DIGITS = 16;
const EPOCH_MAX = 2 ** 32 - 1;

export interface ImagePair {
  readonly edition: Uint8Array;
  readonly reissue: Uint8Array;
}

/**
 * The reissue of an edition, for repair: its map under the next epoch, for every device that runs the edition or what it replaces.
 * `key` is the PEM text of the private key that signs maps; without it the reissue is unsigned.
 */
export function reissueForRepair(edition: Uint8Array, key: string | undefined): Uint8Array {
  const { identity, digest } = parseImage(edition);
  const own = { epoch: identity.epoch, hashPrefix: toHex(digest).slice(0, HASH_DIGITS) };
  const replaces = [own, ...identity.replaces];
  if (replaces.length > REPLACES_MAX) {
    throw new HoldfastError(
      'REPLACES_FULL',
      `epoch ${identity.epoch} of ${identity.map} replaces ${identity.replaces.length} editions, which leaves no room in its reissue`,
      { remedy: `Let it replace at most ${REPLACES_MAX - 1}.` },
    );
  }
  if (identity.epoch >= EPOCH_MAX) {
    const message = `epoch ${identity.epoch} of ${identity.map} is the last one, so nothing can follow it`;
    throw new HoldfastError('EPOCH_LAST', message, { remedy: 'Give it a lower epoch.' });
  }
  return reissueImage(edition, { epoch: identity.epoch + 1, replaces, key });
}

/**
 * What a state says of an edition and its reissue.
 * @throws HoldfastError of `parseImage`; REISSUE_WRONG when the reissue could not repair
 */
export function wantedOf({ edition, reissue }: ImagePair): Wanted {
  const [first, second] = [parseImage(edition), parseImage(reissue)];
  const fault = reissueFault(first, second);
  if (fault !== null) {
    throw new HoldfastError('REISSUE_WRONG', `the reissue of ${first.identity.map} ${fault}`, {
      remedy: 'Let `fleet sign` make the reissues.',
    });
  }
  const { map, device } = first.identity;
  return { map, device, edition: imageOf(edition, first), reissue: imageOf(reissue, second) };
}

function imageOf(bytes: Uint8Array, { identity, digest }: ParsedImage): WantedImage {
  return { epoch: identity.epoch, hash: toHex(digest), sha256: toHex(sha256(bytes)), bytes: bytes.length };
}

/** Why an image is no reissue that repairs, as the end of a sentence; null when it is one. */
function reissueFault(edition: ParsedImage, reissue: ParsedImage): string | null {
  const [from, to] = [edition.identity, reissue.identity];
  if (to.map !== from.map || to.device !== from.device) return 'is of another map or class';
  if (to.epoch <= from.epoch) return 'has no higher epoch';
  if (!sameBytes(edition.body, reissue.body)) return 'holds another map';
  const isFollowed = ({ epoch, hashPrefix }: Replaced): boolean =>
    to.replaces.some((other) => other.epoch === epoch && hashPrefix.startsWith(other.hashPrefix));
  const before = [{ epoch: from.epoch, hashPrefix: toHex(edition.digest) }, ...from.replaces];
  if (!before.every(isFollowed)) return 'does not replace the edition and all that the edition replaces';
  const signers = [edition, reissue].map(({ signature }) => signature && toHex(signature.keyHash));
  return signers[0] === signers[1] ? null : 'is not signed by the key that signed the edition';
}

/**
 * Whether files are what a state names: each there, and each what its entry says. Gives them by their SHA-256.
 * @throws HoldfastError IMAGE_MISSING or IMAGE_OTHER (exit code 1), or those of `wantedOf`
 */
export function requireImages(
  state: DesiredState,
  images: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  for (const wanted of state.maps) {
    const [edition, reissue] = [wanted.edition, wanted.reissue].map(({ sha256: name }) => images.get(name));
    if (edition === undefined || reissue === undefined) {
      throw new HoldfastError('IMAGE_MISSING', `an image of ${wanted.map} (${wanted.device}) is not there`, {
        remedy: 'Copy the whole folder that `fleet sign` wrote.',
        exitCode: 1,
      });
    }
    const found = wantedOf({ edition, reissue });
    if (JSON.stringify(found) === JSON.stringify(inOrder(wanted))) continue;
    throw new HoldfastError(
      'IMAGE_OTHER',
      `an image of ${wanted.map} (${wanted.device}) is not the one that was signed`,
      {
        remedy: 'Get the folder again from whoever signs for this fleet.',
        exitCode: 1,
      },
    );
  }
  return images;
}

/** What gives an image of a state by the hash of its edition, with that hash as bytes; null: the state names none. */
export function imageByHash(
  maps: DesiredState['maps'],
  images: ReadonlyMap<string, Uint8Array>,
): (hash: string) => { readonly bytes: Uint8Array; readonly hash: Uint8Array } | null {
  const named = maps.flatMap(({ edition, reissue }) => [edition, reissue]);
  const held = new Map(
    named.flatMap(({ hash, sha256: name }) => {
      const bytes = images.get(name);
      return bytes === undefined ? [] : [[hash, { bytes, hash: Buffer.from(hash, 'hex') }] as const];
    }),
  );
  return (hash) => held.get(hash) ?? null;
}

/** The images of a state in pairs, from their bytes by SHA-256. */
export function pairsOf(
  { maps }: Pick<DesiredState, 'maps'>,
  images: ReadonlyMap<string, Uint8Array>,
): ImagePair[] {
  return maps.flatMap((wanted) => {
    const [edition, reissue] = [images.get(wanted.edition.sha256), images.get(wanted.reissue.sha256)];
    return edition === undefined || reissue === undefined ? [] : [{ edition, reissue }];
  });
}

/** With fields in the order of `wantedOf`. */
function inOrder({ map, device, edition, reissue }: Wanted): Wanted {
  const image = ({ epoch, hash, sha256: name, bytes }: WantedImage) => ({ epoch, hash, sha256: name, bytes });
  return { map, device, edition: image(edition), reissue: image(reissue) };
}
