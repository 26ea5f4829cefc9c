import { HoldfastError } from '../../host/common/errors.ts';
import { privateKeyFromPem } from '../../host/image/sign.ts';
import { CONTROLLERS_MAX, SEQUENCE_MAX, VALID_DAYS_MAX } from '../limits.ts';
import { sealEnvelope } from './envelope.ts';
import { type ImagePair, wantedOf } from './images.ts';
import { encodeState, STATE } from './state.ts';

const MILLISECONDS_A_SECOND = 1000;
const MILLISECONDS_A_DAY = 86_400_000;

export interface StateToSign {
  readonly fleet: string;
  readonly sequence: number;
  /** Milliseconds since 1970; parts of a second are cut off. */
  readonly issuedMs: number;
  readonly expiresMs: number;
  readonly images: readonly ImagePair[];
  /** PEM text of the private key that signs states. */
  readonly key: string;
}

/**
 * The text of a signed state. The same inputs give the same bytes.
 * @throws HoldfastError BAD_KEY, SEQUENCE_RANGE, EXPIRY_RANGE, MAP_TWICE, or those of `wantedOf`
 */
export function signState(toSign: StateToSign): string {
  const { fleet, sequence } = toSign;
  const [issuedMs, expiresMs] = [wholeSeconds(toSign.issuedMs), wholeSeconds(toSign.expiresMs)];
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > SEQUENCE_MAX) {
    throw new HoldfastError('SEQUENCE_RANGE', `the sequence is ${sequence}`, {
      remedy: `Give a whole number from 1 to ${SEQUENCE_MAX}, above that of the last state.`,
    });
  }
  if (!(expiresMs > issuedMs && expiresMs - issuedMs <= VALID_DAYS_MAX * MILLISECONDS_A_DAY)) {
    throw new HoldfastError(
      'EXPIRY_RANGE',
      `the state would not be valid for 1 second to ${VALID_DAYS_MAX} days`,
      {
        remedy: 'Give a moment in the future at which machines should stop to take it.',
      },
    );
  }
  const maps = toSign.images.map(wantedOf);
  const names = maps.map(({ map, device }) => `${map} (${device})`);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) {
    throw new HoldfastError('MAP_TWICE', `two images are of ${twice}`, {
      remedy: 'Give the one that should run.',
    });
  }
  if (maps.length === 0 || maps.length > CONTROLLERS_MAX) {
    throw new HoldfastError('USAGE', `${maps.length} images`, { remedy: 'Name the images that should run.' });
  }
  const payload = encodeState({ fleet, sequence, issuedMs, expiresMs, maps });
  return sealEnvelope(STATE.type, payload, [privateKeyFromPem(toSign.key)]);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / MILLISECONDS_A_SECOND) * MILLISECONDS_A_SECOND;
}
