/** The burned block: the firmware's own configuration, which no image changes. docs/SPEC.md section 4. */
import {
  ACTION_CONTINUE, BURNED_AT_COSTS, BURNED_AT_DEVELOPMENT, BURNED_AT_DEVICE, BURNED_AT_FAULT_ACTION, BURNED_AT_HOLD_ACTION,
  BURNED_AT_KEYS, BURNED_AT_KEY_BYTES, BURNED_AT_KEY_HASHES, BURNED_AT_MAP, BURNED_AT_WINDOW_POLICY, BURNED_BYTES, BURNED_CHECKED_FROM,
  BURNED_KEYS_MAX, BURNED_LOCATION, BURNED_MAGIC, BURNED_VERSION, Burned, DEVELOPMENT_MARK, HASH_BYTES, IDENTITY_BYTES_MAX,
  PUBLIC_KEY_BYTES, STEP_KINDS_MAX, TICKS_A_SECOND_MAX, TICKS_MAX, WINDOW_POLICY_ON_SAFE_INPUT,
} from './format';
import { sameBytes } from './bytes';
import { CRC_START, crcWord } from './digest/crc32c';

export function burned(): Burned {
  return changetype<Burned>(BURNED_LOCATION);
}

/** What one step of a kind (1 to 8) costs. */
export function burnedStepCost(kind: u32): u32 {
  return load<u16>(BURNED_LOCATION + BURNED_AT_COSTS + (min(kind - 1, STEP_KINDS_MAX - 1) << 1));
}

export function burnedFaultAction(): u32 {
  return load<u8>(BURNED_LOCATION + BURNED_AT_FAULT_ACTION);
}

export function burnedHoldAction(): u32 {
  return load<u8>(BURNED_LOCATION + BURNED_AT_HOLD_ACTION);
}

export function burnedWindowPolicy(): u32 {
  return load<u8>(BURNED_LOCATION + BURNED_AT_WINDOW_POLICY);
}

export function burnedMapId(): usize {
  return BURNED_LOCATION + BURNED_AT_MAP;
}

export function burnedDeviceClass(): usize {
  return BURNED_LOCATION + BURNED_AT_DEVICE;
}

/** How many public keys there are, at most BURNED_KEYS_MAX. */
export function burnedKeys(): u32 {
  return min(u32(load<u8>(BURNED_LOCATION + BURNED_AT_KEYS)), BURNED_KEYS_MAX);
}

/** A public key: 32 bytes. */
export function burnedKey(key: u32): usize {
  return BURNED_LOCATION + BURNED_AT_KEY_BYTES + min(key, BURNED_KEYS_MAX - 1) * PUBLIC_KEY_BYTES;
}

/** The hash of a key: 32 bytes. */
export function burnedKeyHash(key: u32): usize {
  return BURNED_LOCATION + BURNED_AT_KEY_HASHES + min(key, BURNED_KEYS_MAX - 1) * HASH_BYTES;
}

function developmentWord(): u32 {
  return load<u32>(BURNED_LOCATION + BURNED_AT_DEVELOPMENT);
}

/** Whether images are taken that nobody signed, or somebody whose key is not burned in. */
export function isDevelopment(): bool {
  return developmentWord() == DEVELOPMENT_MARK;
}

/** Whether the block is whole and its fields are in range. */
export function burnedHolds(): bool {
  const block = burned();
  if (block.magic != BURNED_MAGIC || block.version != BURNED_VERSION || block.bytes != BURNED_BYTES) return false;
  let crc = CRC_START;
  for (let at = BURNED_CHECKED_FROM; at < u32(BURNED_BYTES); at += 4) crc = crcWord(crc, load<u32>(BURNED_LOCATION + at));
  if (~crc != block.checksum) return false;
  if (block.ticksPerSecond == 0 || block.ticksPerSecond > TICKS_A_SECOND_MAX) return false;
  if (block.trialTicks > TICKS_MAX || block.leaseTicks > TICKS_MAX || block.leaseTicks == 0) return false;
  if (burnedFaultAction() > ACTION_CONTINUE || burnedHoldAction() > ACTION_CONTINUE) return false;
  if (burnedWindowPolicy() > WINDOW_POLICY_ON_SAFE_INPUT || load<u8>(BURNED_LOCATION + BURNED_AT_KEYS) > BURNED_KEYS_MAX) return false;
  if (developmentWord() != 0 && !isDevelopment()) return false;
  if (burnedKeys() == 0 && !isDevelopment()) return false;
  return isPaddedText(burnedMapId()) && isPaddedText(burnedDeviceClass());
}

/** 1 to 31 bytes, then zeros to 32. */
function isPaddedText(location: usize): bool {
  const bytes = paddedTextBytes(location);
  if (bytes == 0 || bytes == IDENTITY_BYTES_MAX) return false;
  for (let i = bytes; i < IDENTITY_BYTES_MAX; i++) if (load<u8>(location + i) != 0) return false;
  return true;
}

/** Bytes before the first 0, at most 32. */
export function paddedTextBytes(location: usize): u32 {
  let bytes: u32 = 0;
  while (bytes < IDENTITY_BYTES_MAX && load<u8>(location + bytes) != 0) bytes++;
  return bytes;
}

/** Whether `bytes` of text at `text` are the padded text at `location`. */
export function isIdentity(location: usize, text: usize, bytes: u32): bool {
  return bytes == paddedTextBytes(location) && sameBytes(location, text, bytes);
}
