import type { KeyObject } from 'node:crypto';
import { toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { publicKeyFromRaw, sha256 } from '../../host/image/sign.ts';
import { openEnvelope } from './envelope.ts';
import { type DesiredState, decodeState, STATE, timestampOf } from './state.ts';

/** Whether a signed state may be followed, by whoever would follow it: server and agent ask the same. */

/** What was followed last, kept by whoever follows. */
export interface Followed {
  readonly sequence: number;
  /** SHA-256 of the signed bytes, 64 hexadecimal digits. */
  readonly digest: string;
}

export interface Follower {
  readonly fleet: string;
  /** Ed25519 public keys that may sign, 64 hexadecimal digits each. */
  readonly signers: readonly string[];
  readonly last: Followed | null;
  /** The one clock that is read: milliseconds since 1970. What is no moment counts as one after all. */
  readonly nowMs: number;
}

export interface VerifiedState {
  readonly state: DesiredState;
  readonly followed: Followed;
}

/**
 * The state in a signed text, if it may be followed now. The same state again may.
 * @throws HoldfastError STATE_MALFORMED (exit code 2); with exit code 1: STATE_UNSIGNED, STATE_KEY_UNKNOWN, STATE_SIGNATURE,
 * STATE_OTHER_FLEET, STATE_EXPIRED, STATE_NOT_YET, STATE_OLDER, STATE_CONFLICT
 */
export function verifyState(text: string, follower: Follower): VerifiedState {
  const keys: KeyObject[] = follower.signers.map((key) => publicKeyFromRaw(Buffer.from(key, 'hex')));
  const payload = openEnvelope(text, STATE, keys);
  const state = decodeState(payload);
  const followed = { sequence: state.sequence, digest: toHex(sha256(payload)) };
  if (state.fleet !== follower.fleet) {
    const message = `the state is for the fleet ${state.fleet}, not for ${follower.fleet}`;
    throw no('STATE_OTHER_FLEET', message, 'Get the state of this fleet.');
  }
  requireTime(state, follower.nowMs);
  requireSequence(followed, follower.last);
  return { state, followed };
}

function requireTime({ issuedMs, expiresMs }: DesiredState, nowMs: number): void {
  if (!(nowMs < expiresMs)) {
    const message = `the state expired at ${timestampOf(expiresMs)}`;
    throw no(
      'STATE_EXPIRED',
      message,
      'Sign a new one; if it has not expired, set the clock of this computer.',
    );
  }
  if (nowMs < issuedMs) {
    const message = `the state is valid from ${timestampOf(issuedMs)}, and the clock says ${momentWords(nowMs)}`;
    throw no('STATE_NOT_YET', message, 'Set the clock of this computer, or wait until then.');
  }
}

/** A clock that is far off says moments that no date has. */
function momentWords(ms: number): string {
  return Number.isNaN(new Date(ms).getTime()) ? `${ms} ms since 1970` : timestampOf(ms);
}

function requireSequence(followed: Followed, last: Followed | null): void {
  if (last === null || followed.sequence > last.sequence) return;
  if (followed.sequence < last.sequence) {
    const message = `the state has sequence ${followed.sequence}, and ${last.sequence} was followed already`;
    throw no('STATE_OLDER', message, `Sign what is wanted again with a sequence above ${last.sequence}.`);
  }
  if (followed.digest === last.digest) return;
  const message = `another state with sequence ${followed.sequence} was followed already`;
  throw no('STATE_CONFLICT', message, `Sign this one again with a sequence above ${last.sequence}.`);
}

function no(code: string, message: string, remedy: string): HoldfastError {
  return new HoldfastError(code, message, { remedy, exitCode: 1 });
}
