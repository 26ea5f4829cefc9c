/**
 * The fields of a request: one CBOR map (RFC 8949) with short text keys, read in one pass over at most ITEMS_MAX items.
 *
 * A field that is known is remembered where it lies; one that is not is passed over, arrays and maps in it too. What is not
 * understood (indefinite strings, tags that nest, more items than the limit, a key twice) makes the whole request invalid.
 *
 *     FIELDS  one entry of 16 bytes a known key: │ type │ value, or place of its bytes │ length │ unused │
 */
import { ITEMS_MAX } from '../limits';
import { FIELDS_BYTES, FIELDS_LOCATION } from '../memory';
import { loadHalfBig } from '../bytes';
import {
  KEY_CONFIRM, KEY_D, KEY_DATA, KEY_FORMAT, KEY_HASH, KEY_IMAGE, KEY_LEN, KEY_OFF, KEY_PHASE, KEY_SHA, KEY_SHARED, KEY_SLOT, KEY_TICKS,
  KEY_TOKEN, KEY_WHAT, KEY_X, KEY_Y,
} from './keys';

export const TYPE_ABSENT: u32 = 0;
/** 0 to 2^32 − 1. */
export const TYPE_UNSIGNED: u32 = 1;
/** −2^31 to −1, as i32. */
export const TYPE_NEGATIVE: u32 = 2;
export const TYPE_BYTES: u32 = 3;
export const TYPE_TEXT: u32 = 4;
export const TYPE_FALSE: u32 = 5;
export const TYPE_TRUE: u32 = 6;
export const TYPE_NULL: u32 = 7;
/** Anything else, numbers out of range too. */
export const TYPE_OTHER: u32 = 8;

const FIELDS: u32 = 17;
const ENTRY_BYTES: u32 = 16;
const KEY_UNKNOWN: u32 = 0xffffffff;
const KEY_CHARACTERS_MAX: u32 = 8;
const BREAK: u32 = 0xff;

const MAJOR_UNSIGNED: u32 = 0;
const MAJOR_NEGATIVE: u32 = 1;
const MAJOR_BYTES: u32 = 2;
const MAJOR_TEXT: u32 = 3;
const MAJOR_ARRAY: u32 = 4;
const MAJOR_MAP: u32 = 5;
const MAJOR_TAG: u32 = 6;

let at: usize = 0;
let end: usize = 0;
let items: u32 = 0;
let invalid: bool = false;

// The item head read last.
let major: u32 = 0;
let argument: u32 = 0;
/** Whether the argument is above 32 bits. */
let large: bool = false;
let indefinite: bool = false;
/** Whether the argument stands in the head's first byte. */
let short: bool = false;

function indexOfKey(key: u64): u32 {
  if (key == KEY_D) return 0;
  if (key == KEY_FORMAT) return 1;
  if (key == KEY_HASH) return 2;
  if (key == KEY_CONFIRM) return 3;
  if (key == KEY_OFF) return 4;
  if (key == KEY_DATA) return 5;
  if (key == KEY_LEN) return 6;
  if (key == KEY_SHA) return 7;
  if (key == KEY_IMAGE) return 8;
  if (key == KEY_SLOT) return 9;
  if (key == KEY_TOKEN) return 10;
  if (key == KEY_SHARED) return 11;
  if (key == KEY_TICKS) return 12;
  if (key == KEY_X) return 13;
  if (key == KEY_Y) return 14;
  if (key == KEY_PHASE) return 15;
  if (key == KEY_WHAT) return 16;
  return KEY_UNKNOWN;
}

function entryOf(key: u64): usize {
  return FIELDS_LOCATION + min(indexOfKey(key), FIELDS - 1) * ENTRY_BYTES;
}

export function fieldType(key: u64): u32 {
  return load<u32>(entryOf(key));
}

/** The number of a field of TYPE_UNSIGNED or TYPE_NEGATIVE, or where the bytes of one of TYPE_BYTES or TYPE_TEXT lie. */
export function fieldValue(key: u64): u32 {
  return load<u32>(entryOf(key), 4);
}

/** Bytes of a field of TYPE_BYTES or TYPE_TEXT. */
export function fieldLength(key: u64): u32 {
  return load<u32>(entryOf(key), 8);
}

/** The number of an unsigned field, or what stands for its absence. */
export function fieldNumber(key: u64, absent: u32): u32 {
  return fieldType(key) == TYPE_UNSIGNED ? fieldValue(key) : absent;
}

/** Whether the field is absent or of this type. */
export function fieldIsOptional(key: u64, type: u32): bool {
  const found = fieldType(key);
  return found == TYPE_ABSENT || found == type;
}

/** Whether the field is absent, true or false. */
export function fieldIsOptionalFlag(key: u64): bool {
  const found = fieldType(key);
  return found == TYPE_ABSENT || found == TYPE_TRUE || found == TYPE_FALSE;
}

/** Reads the map of `bytes` at `location`; no bytes are an empty map. Gives false when it is not one that we understand. */
export function readFields(location: usize, bytes: u32): bool {
  memory.fill(FIELDS_LOCATION, 0, FIELDS_BYTES);
  at = location;
  end = location + bytes;
  items = 0;
  invalid = false;
  if (bytes == 0) return true;
  readHead();
  if (invalid || major != MAJOR_MAP || large) return false;
  const isIndefinite = indefinite;
  const pairs = argument;
  for (let pair: u32 = 0; pair < ITEMS_MAX; pair++) {
    if (isIndefinite ? takeBreak() : pair == pairs) return at == end;
    readPair();
    if (invalid) return false;
  }
  return (isIndefinite ? takeBreak() : pairs == ITEMS_MAX) && at == end;
}

function takeBreak(): bool {
  if (at >= end || load<u8>(at) != BREAK) return false;
  at++;
  return true;
}

function readPair(): void {
  readHead();
  if (major != MAJOR_TEXT) invalid = true;
  const text = takeString();
  if (invalid) return;
  const index = indexOfKey(packKey(text, argument));
  readValue(index);
}

function packKey(text: usize, bytes: u32): u64 {
  if (bytes > KEY_CHARACTERS_MAX) return 0;
  let key: u64 = 0;
  for (let i: u32 = 0; i < bytes; i++) {
    const character = load<u8>(text + i);
    if (character == 0) return 0;
    key |= u64(character) << (8 * i);
  }
  return key;
}

function readValue(index: u32): void {
  readHead();
  if (invalid) return;
  let type: u32 = TYPE_OTHER;
  let value = argument;
  if (major == MAJOR_UNSIGNED) {
    type = large ? TYPE_OTHER : TYPE_UNSIGNED;
  } else if (major == MAJOR_NEGATIVE) {
    type = large || argument > 0x7fffffff ? TYPE_OTHER : TYPE_NEGATIVE;
    value = ~argument;
  } else if (major == MAJOR_BYTES || major == MAJOR_TEXT) {
    type = major == MAJOR_BYTES ? TYPE_BYTES : TYPE_TEXT;
    value = u32(takeString());
  } else if (major >= MAJOR_ARRAY && major <= MAJOR_TAG) {
    passOverNested();
  } else {
    type = simpleType();
  }
  if (invalid || index == KEY_UNKNOWN) return;
  const entry = FIELDS_LOCATION + min(index, FIELDS - 1) * ENTRY_BYTES;
  if (load<u32>(entry) != TYPE_ABSENT) {
    invalid = true;
    return;
  }
  store<u32>(entry, type);
  store<u32>(entry, value, 4);
  store<u32>(entry, argument, 8);
}

function simpleType(): u32 {
  if (!short) return TYPE_OTHER;
  if (argument == 20) return TYPE_FALSE;
  if (argument == 21) return TYPE_TRUE;
  return argument == 22 ? TYPE_NULL : TYPE_OTHER;
}

/** Passes over what an array, map or tag holds, counting what is still owed instead of going deeper. */
function passOverNested(): void {
  let owed = owedByHead();
  for (let i: u32 = 0; i < ITEMS_MAX; i++) {
    if (invalid || owed == 0) return;
    owed--;
    readHead();
    if (major == MAJOR_BYTES || major == MAJOR_TEXT) takeString();
    else owed += owedByHead();
  }
  invalid = true;
}

/** Items that the array, map or tag just begun holds. */
function owedByHead(): u32 {
  if (major < MAJOR_ARRAY || major > MAJOR_TAG) return 0;
  if (indefinite || large || argument > ITEMS_MAX) {
    invalid = true;
    return 0;
  }
  if (major == MAJOR_TAG) return 1;
  return major == MAJOR_MAP ? 2 * argument : argument;
}

/** Steps over the bytes of the string just begun and gives where they lie. */
function takeString(): usize {
  const place = at;
  if (indefinite || large || invalid || argument > u32(end - at)) {
    invalid = true;
    return place;
  }
  at += argument;
  return place;
}

/** Reads the head of an item: major type and argument. */
function readHead(): void {
  items++;
  argument = 0;
  large = false;
  indefinite = false;
  if (at >= end || items > 2 * ITEMS_MAX) {
    invalid = true;
    return;
  }
  const first = u32(load<u8>(at));
  at++;
  major = first >>> 5;
  const low = first & 31;
  short = low < 24;
  if (low < 24) {
    argument = low;
  } else if (low < 28) {
    readArgument(1 << (low - 24));
  } else if (low == 31 && (major == MAJOR_MAP || major == MAJOR_ARRAY || major == MAJOR_BYTES || major == MAJOR_TEXT)) {
    indefinite = true;
  } else {
    invalid = true;
  }
}

/** An argument of 1, 2, 4 or 8 bytes, big-endian. */
function readArgument(bytes: u32): void {
  if (bytes > u32(end - at)) {
    invalid = true;
    return;
  }
  if (bytes == 1) {
    argument = u32(load<u8>(at));
  } else if (bytes == 2) {
    argument = loadHalfBig(at);
  } else {
    const low = at + bytes - 4;
    large = bytes == 8 && (loadHalfBig(at) | loadHalfBig(at + 2)) != 0;
    argument = (loadHalfBig(low) << 16) | loadHalfBig(low + 2);
  }
  at += bytes;
}

if (!(usize(FIELDS * ENTRY_BYTES) <= FIELDS_BYTES)) ERROR('the fields outgrew their place');
