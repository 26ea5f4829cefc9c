/** The burned block: the firmware's own configuration, which no image changes. docs/SPEC.md section 4. */
import { CRC_START, crcWord } from './digest/crc32c';
import { IDENTITY_BYTES_MAX, STEP_KINDS_MAX, TICKS_MAX } from './limits';
import { BURNED_BYTES, BURNED_LOCATION } from './memory';
import { ACTION_CONTINUE } from './words';

const MAGIC: u32 = 0x42424648;
const VERSION: u32 = 1;
const KEYS_MAX: u32 = 4;
const TICKS_A_SECOND_MAX: u32 = 1000000;
/** The checksum covers the block from here on. */
export const BURNED_CHECKED_FROM: u32 = 8;
export const POLICY_ON_SAFE_INPUT: u32 = 1;

@unmanaged
class Burned {
  magic: u32;
  checksum: u32;
  version: u16;
  bytes: u16;
  ticksPerSecond: u32;
  checksToConfirm: u32;
  trialTicksMax: u32;
  leaseTicksMax: u32;
  budgetLimit: u32;
  budgetBase: u32;
}

const COSTS_OFFSET: usize = 36;
const FAULT_ACTION_OFFSET: usize = 52;
const HOLD_ACTION_OFFSET: usize = 53;
const POLICY_OFFSET: usize = 54;
const KEYS_OFFSET: usize = 55;
const MAP_ID_OFFSET: usize = 56;
const DEVICE_CLASS_OFFSET: usize = 88;

export function burned(): Burned {
  return changetype<Burned>(BURNED_LOCATION);
}

/** What one step of a kind (1 to 8) costs. */
export function burnedStepCost(kind: u32): u32 {
  return load<u16>(BURNED_LOCATION + COSTS_OFFSET + (min(kind - 1, STEP_KINDS_MAX - 1) << 1));
}

export function burnedFaultAction(): u32 {
  return load<u8>(BURNED_LOCATION + FAULT_ACTION_OFFSET);
}

export function burnedHoldAction(): u32 {
  return load<u8>(BURNED_LOCATION + HOLD_ACTION_OFFSET);
}

export function burnedWindowPolicy(): u32 {
  return load<u8>(BURNED_LOCATION + POLICY_OFFSET);
}

export function burnedMapId(): usize {
  return BURNED_LOCATION + MAP_ID_OFFSET;
}

export function burnedDeviceClass(): usize {
  return BURNED_LOCATION + DEVICE_CLASS_OFFSET;
}

/** Whether the block is whole and its fields are in range. */
export function burnedHolds(): bool {
  const block = burned();
  if (block.magic != MAGIC || block.version != VERSION || block.bytes != BURNED_BYTES) return false;
  let crc = CRC_START;
  for (let at = BURNED_CHECKED_FROM; at < u32(BURNED_BYTES); at += 4) crc = crcWord(crc, load<u32>(BURNED_LOCATION + at));
  if (~crc != block.checksum) return false;
  if (block.ticksPerSecond == 0 || block.ticksPerSecond > TICKS_A_SECOND_MAX) return false;
  if (block.trialTicksMax > TICKS_MAX || block.leaseTicksMax > TICKS_MAX || block.leaseTicksMax == 0) return false;
  if (burnedFaultAction() > ACTION_CONTINUE || burnedHoldAction() > ACTION_CONTINUE) return false;
  if (burnedWindowPolicy() > POLICY_ON_SAFE_INPUT || load<u8>(BURNED_LOCATION + KEYS_OFFSET) > KEYS_MAX) return false;
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
  return bytes == paddedTextBytes(location) && memory.compare(location, text, bytes) == 0;
}
