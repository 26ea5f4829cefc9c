/** The container of an image in a slot: header and TLVs, read strictly. docs/SPEC.md section 1. */
import {
  AXIS_TEXT_BYTES, BURN_BYTES, CONTAINER_HEADER, CONTAINER_LENGTH, DEVICE_CLASS, DONE, FLASH_FAILED, HASH_BYTES, IDENTITY_BYTES_MAX,
  IMAGE_HEADER_AT_BODY_BYTES, IMAGE_HEADER_AT_FLAGS, IMAGE_HEADER_AT_HEADER_BYTES, IMAGE_HEADER_AT_LOAD_ADDRESS, IMAGE_HEADER_AT_MAGIC,
  IMAGE_HEADER_AT_PAD, IMAGE_HEADER_AT_VERSION_BUILD, IMAGE_HEADER_AT_VERSION_MAJOR, IMAGE_HEADER_BYTES, IMAGE_MAGIC, MAP_ID, OVER_BUDGET,
  PAGE_BYTES, REPLACES_DIGITS_MAX, REPLACES_ENTRY_AT_DIGITS, REPLACES_ENTRY_BYTES, REPLACES_MAX, SIGNATURE_BYTES, STEPS_ENTRY_AT_STEPS,
  STEPS_ENTRY_BYTES, STEP_KINDS_MAX, TLV_AREA_HEAD_AT_BYTES, TLV_AREA_HEAD_BYTES, TLV_BURN,
  TLV_BYTES_MAX, TLV_DEVICE_CLASS, TLV_ED25519, TLV_HEAD_AT_BYTES, TLV_HEAD_BYTES, TLV_KEY_HASH, TLV_LOCATION, TLV_MALFORMED, TLV_MAP_ID,
  TLV_MISSING, TLV_PLAIN_MAGIC, TLV_PROTECTED_MAGIC, TLV_REPEATED, TLV_REPLACES, TLV_SECURITY_COUNTER, TLV_SHA256, TLV_STEPS, TLV_UNITS,
  TLV_UNKNOWN, UNITS_AT_LIMIT, UNITS_AT_PHASE, UNITS_AT_PHASE_SCALE, UNITS_BYTES,
} from '../format';
import { burned, burnedDeviceClass, burnedMapId, burnedStepCost, isIdentity } from '../burned';
import { copyBytes, loadHalf, loadWord } from '../bytes';
import { areaBytes, sectorBytes } from '../port';
import { Edition, forgetSteps, hashLocation, replacesLocation, setSteps } from './edition';
import { Examination } from './examination';
import { readPiece, readWord } from './reader';
import { isPaddedText } from './text';

/** A bit a TLV, to find repeated and missing ones. */
const SEEN_COUNTER: u32 = 1;
const SEEN_MAP_ID: u32 = 2;
const SEEN_DEVICE_CLASS: u32 = 4;
const SEEN_REPLACES: u32 = 8;
const SEEN_STEPS: u32 = 16;
const SEEN_BURN: u32 = 32;
const SEEN_PROTECTED: u32 = 63;
const SEEN_SHA256: u32 = 64;
const SEEN_KEY_HASH: u32 = 128;
const SEEN_SIGNATURE: u32 = 256;
/** There are images without. */
const SEEN_UNITS: u32 = 512;

/** Bytes of a slot that an image may take: its last sector belongs to the upload record. */
export function slotCapacity(slot: u32): u32 {
  return areaBytes(slot) - sectorBytes(slot);
}

/** Reads header and TLVs into `known`. Gives DONE or the refusal. */
export function examineContainer(image: Examination, known: Edition): u32 {
  const refusal = examineHeader(image, known);
  if (refusal != DONE) return refusal;
  const protectedBytes = readWord(image, IMAGE_HEADER_AT_HEADER_BYTES) >>> 16;
  const at = IMAGE_HEADER_BYTES + known.bodyBytes;
  if (protectedBytes == 0) return TLV_MISSING;
  if (protectedBytes < TLV_HEAD_BYTES || protectedBytes + TLV_HEAD_BYTES > TLV_BYTES_MAX) return CONTAINER_LENGTH;
  const capacity = slotCapacity(image.slot);
  if (at + protectedBytes + TLV_HEAD_BYTES > capacity) return CONTAINER_LENGTH;
  copyTlvs(image, at, protectedBytes + TLV_HEAD_BYTES);
  const plainBytes = halfAt(protectedBytes + TLV_AREA_HEAD_AT_BYTES);
  if (plainBytes > TLV_BYTES_MAX - protectedBytes) return CONTAINER_LENGTH;
  known.imageBytes = at + protectedBytes + plainBytes;
  if (known.imageBytes > capacity) return CONTAINER_LENGTH;
  copyTlvs(image, at, protectedBytes + plainBytes);
  if (image.readFailed) return FLASH_FAILED;
  return examineAreas(image, known, protectedBytes, plainBytes);
}

function examineHeader(image: Examination, known: Edition): u32 {
  if (readWord(image, IMAGE_HEADER_AT_MAGIC) != IMAGE_MAGIC || readWord(image, IMAGE_HEADER_AT_LOAD_ADDRESS) != 0) return CONTAINER_HEADER;
  if ((readWord(image, IMAGE_HEADER_AT_HEADER_BYTES) & 0xffff) != IMAGE_HEADER_BYTES) return CONTAINER_HEADER;
  if (readWord(image, IMAGE_HEADER_AT_FLAGS) != 0 || readWord(image, IMAGE_HEADER_AT_VERSION_MAJOR) != 0) return CONTAINER_HEADER;
  if (readWord(image, IMAGE_HEADER_AT_PAD) != 0) return CONTAINER_HEADER;
  image.versionBuild = readWord(image, IMAGE_HEADER_AT_VERSION_BUILD);
  known.bodyBytes = readWord(image, IMAGE_HEADER_AT_BODY_BYTES);
  const room = slotCapacity(image.slot) - IMAGE_HEADER_BYTES;
  if ((known.bodyBytes & 3) != 0 || known.bodyBytes > room) return CONTAINER_LENGTH;
  return image.readFailed ? FLASH_FAILED : DONE;
}

function copyTlvs(image: Examination, offset: u32, bytes: u32): void {
  for (let done: u32 = 0; done < bytes; done += PAGE_BYTES) readPiece(image, offset + done, tlvAt(done, PAGE_BYTES), bytes - done);
}

function examineAreas(image: Examination, known: Edition, protectedBytes: u32, plainBytes: u32): u32 {
  image.seen = 0;
  image.keyHash = 0;
  image.signature = 0;
  image.identity = DONE;
  known.epoch = 0;
  forgetSteps(known);
  known.replacesCount = 0;
  let refusal = examineArea(image, known, 0, protectedBytes, TLV_PROTECTED_MAGIC);
  if (refusal != DONE) return refusal;
  refusal = examineArea(image, known, protectedBytes, plainBytes, TLV_PLAIN_MAGIC);
  if (refusal != DONE) return refusal;
  if ((image.seen & SEEN_PROTECTED) != SEEN_PROTECTED || (image.seen & SEEN_SHA256) == 0) return TLV_MISSING;
  if (((image.seen & SEEN_KEY_HASH) != 0) != ((image.seen & SEEN_SIGNATURE) != 0)) return TLV_MISSING;
  if (known.epoch == 0 || known.epoch != image.versionBuild) return CONTAINER_HEADER;
  return DONE;
}

/**
 * Whether the container last read was made for another map or device, or costs too much; to be asked once its digest is known to
 * be right, since a damaged text is damage and not another map.
 */
export function identityRefusal(image: Examination): u32 {
  return image.identity;
}

/** The area of so many bytes that begins at an offset of what was copied. */
function examineArea(image: Examination, known: Edition, from: u32, bytes: u32, magic: u32): u32 {
  const end = min(from + bytes, TLV_BYTES_MAX);
  if (bytes < TLV_AREA_HEAD_BYTES || halfAt(from) != magic) return CONTAINER_LENGTH;
  if (halfAt(from + TLV_AREA_HEAD_AT_BYTES) != bytes) return CONTAINER_LENGTH;
  let at = from + TLV_AREA_HEAD_BYTES;
  while (at < end) {
    if (at + TLV_HEAD_BYTES > end) return CONTAINER_LENGTH;
    const type = halfAt(at);
    const length = halfAt(at + TLV_HEAD_AT_BYTES);
    at += TLV_HEAD_BYTES;
    if (length > end - at) return CONTAINER_LENGTH;
    const refusal =
      magic == TLV_PROTECTED_MAGIC ? examineProtected(image, known, type, at, length) : examinePlain(image, known, type, at, length);
    if (refusal != DONE) return refusal;
    at += length;
  }
  return DONE;
}

/** Where an offset of what was copied lies, with so many bytes behind it. */
export function tlvAt(offset: u32, bytes: u32): usize {
  return TLV_LOCATION + min(offset, TLV_BYTES_MAX - bytes);
}

function halfAt(offset: u32): u32 {
  return loadHalf(tlvAt(offset, 2));
}

function wordAt(offset: u32): u32 {
  return loadWord(tlvAt(offset, 4));
}

/** Marks a TLV as seen; gives DONE, or the refusal when it was seen before or has another length than it must have. */
function mark(image: Examination, bit: u32, lengthIsRight: bool): u32 {
  if ((image.seen & bit) != 0) return TLV_REPEATED;
  image.seen |= bit;
  return lengthIsRight ? DONE : TLV_MALFORMED;
}

function examinePlain(image: Examination, known: Edition, type: u32, at: u32, length: u32): u32 {
  if (type == TLV_SHA256) {
    const refusal = mark(image, SEEN_SHA256, length == HASH_BYTES);
    if (refusal == DONE) copyBytes(hashLocation(known), tlvAt(at, HASH_BYTES), HASH_BYTES);
    return refusal;
  }
  if (type == TLV_KEY_HASH) {
    image.keyHash = at;
    return mark(image, SEEN_KEY_HASH, length == HASH_BYTES);
  }
  if (type == TLV_ED25519) {
    image.signature = TLV_LOCATION + at;
    return mark(image, SEEN_SIGNATURE, length == SIGNATURE_BYTES);
  }
  return TLV_UNKNOWN;
}

function examineProtected(image: Examination, known: Edition, type: u32, at: u32, length: u32): u32 {
  if (type == TLV_SECURITY_COUNTER) {
    const refusal = mark(image, SEEN_COUNTER, length == 4);
    if (refusal == DONE) known.epoch = wordAt(at);
    return refusal;
  }
  if (type == TLV_MAP_ID) return examineIdentity(image, SEEN_MAP_ID, at, length, burnedMapId(), MAP_ID);
  if (type == TLV_DEVICE_CLASS) return examineIdentity(image, SEEN_DEVICE_CLASS, at, length, burnedDeviceClass(), DEVICE_CLASS);
  if (type == TLV_REPLACES) return examineReplaces(image, known, at, length);
  if (type == TLV_STEPS) return examineSteps(image, known, at, length);
  if (type == TLV_BURN) return mark(image, SEEN_BURN, length == BURN_BYTES);
  if (type == TLV_UNITS) return examineUnits(image, known, at, length);
  return TLV_UNKNOWN;
}

/** An image made for another map or device is well-formed all the same: that refusal comes after those of form. */
function examineIdentity(image: Examination, bit: u32, at: u32, length: u32, burnedText: usize, other: u32): u32 {
  const refusal = mark(image, bit, length > 0 && length < IDENTITY_BYTES_MAX);
  if (refusal == DONE && image.identity == DONE && !isIdentity(burnedText, tlvAt(at, IDENTITY_BYTES_MAX), length)) image.identity = other;
  return refusal;
}

function examineReplaces(image: Examination, known: Edition, at: u32, length: u32): u32 {
  const count = min(length / REPLACES_ENTRY_BYTES, REPLACES_MAX);
  const refusal = mark(image, SEEN_REPLACES, length == count * REPLACES_ENTRY_BYTES);
  if (refusal != DONE) return refusal;
  for (let i: u32 = 0; i < count * REPLACES_ENTRY_BYTES; i += REPLACES_ENTRY_BYTES) {
    if (wordAt(at + i + REPLACES_ENTRY_AT_DIGITS) > REPLACES_DIGITS_MAX) return TLV_MALFORMED;
    copyBytes(replacesLocation(known) + i, tlvAt(at + i, REPLACES_ENTRY_BYTES), REPLACES_ENTRY_BYTES);
  }
  known.replacesCount = count;
  return DONE;
}

/** People read it, nobody else; it is held to its form all the same, so that whatever a device runs can be read. */
function examineUnits(image: Examination, known: Edition, at: u32, length: u32): u32 {
  const refusal = mark(image, SEEN_UNITS, length == UNITS_BYTES);
  if (refusal != DONE) return refusal;
  const inSlot = IMAGE_HEADER_BYTES + known.bodyBytes + at;
  const isSound =
    wordAt(at + UNITS_AT_PHASE_SCALE) != 0 &&
    isPaddedText(image, inSlot + UNITS_AT_LIMIT, AXIS_TEXT_BYTES) &&
    isPaddedText(image, inSlot + UNITS_AT_PHASE, AXIS_TEXT_BYTES);
  if (image.readFailed) return FLASH_FAILED;
  return isSound ? DONE : TLV_MALFORMED;
}

/** Adds up what the steps cost; what the body really needs is compared with them later. */
function examineSteps(image: Examination, known: Edition, at: u32, length: u32): u32 {
  const count = min(length / STEPS_ENTRY_BYTES, STEP_KINDS_MAX);
  const refusal = mark(image, SEEN_STEPS, length == count * STEPS_ENTRY_BYTES && count >= 1);
  if (refusal != DONE) return refusal;
  let cost = u64(burned().budgetBase);
  let kindBefore: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = at + i * STEPS_ENTRY_BYTES;
    const kind = halfAt(entry);
    const steps = halfAt(entry + STEPS_ENTRY_AT_STEPS);
    if (kind <= kindBefore || kind > STEP_KINDS_MAX) return TLV_MALFORMED;
    setSteps(known, kind, steps);
    cost += costOf(steps, burnedStepCost(kind));
    kindBefore = kind;
  }
  known.cost = u32(min<u64>(cost, 0xffffffff));
  if (image.identity == DONE && cost > u64(burned().budgetLimit)) image.identity = OVER_BUDGET;
  return DONE;
}

/** What so many steps cost, each at most 65,535 of a cost of 32 bits: in two halves, since small processors have no product of 64 bits. */
function costOf(steps: u32, each: u32): u64 {
  return u64(steps * (each & 0xffff)) + (u64(steps * (each >>> 16)) << 16);
}
