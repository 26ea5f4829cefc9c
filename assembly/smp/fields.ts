/**
 * The fields of a request: one CBOR map (RFC 8949) with short text keys, read an item at a time: at most ITEMS_MAX pairs.
 *
 *     begin ──▶ map ──▶ key ──▶ value ──▶ (item in it ──▶ …) ──▶ key ──▶ … ──▶ end
 *
 * A field that is known is remembered where it lies; one that is not is passed over, arrays and maps in it too. What is not
 * understood (indefinite strings, tags that nest, more items than the limit, a known key twice) makes the whole request invalid.
 *
 *     FIELDS  one entry of 16 bytes a known key: │ type │ value, or offset of its bytes in REQUEST │ length │ unused │
 */
import {
  FIELDS_LOCATION, FIELDS_ROOM, GROUP_ENUMERATION, GROUP_HOLDFAST, GROUP_IMAGE, GROUP_OS, ITEMS_MAX, KEY_ACTIVATE, KEY_BACK, KEY_CONFIRM,
  KEY_D, KEY_DATA, KEY_FORMAT, KEY_GROUPS, KEY_HASH, KEY_IMAGE, KEY_INDEX, KEY_LEN, KEY_NONCE, KEY_OFF, KEY_PHASE, KEY_QUERY, KEY_SHA,
  KEY_SHARED, KEY_SLOT, KEY_TICKS, KEY_TOKEN, KEY_WHAT, KEY_X, KEY_Y, MESSAGE_BYTES_MAX, REQUEST_LOCATION,
} from '../format';
import { PAYLOAD_OFFSET } from './receive';

// The known fields.
export const FIELD_D: u32 = 0;
export const FIELD_FORMAT: u32 = 1;
export const FIELD_HASH: u32 = 2;
export const FIELD_CONFIRM: u32 = 3;
export const FIELD_OFF: u32 = 4;
export const FIELD_DATA: u32 = 5;
export const FIELD_LEN: u32 = 6;
export const FIELD_SHA: u32 = 7;
export const FIELD_IMAGE: u32 = 8;
export const FIELD_SLOT: u32 = 9;
export const FIELD_TOKEN: u32 = 10;
export const FIELD_SHARED: u32 = 11;
export const FIELD_TICKS: u32 = 12;
export const FIELD_X: u32 = 13;
export const FIELD_Y: u32 = 14;
export const FIELD_PHASE: u32 = 15;
export const FIELD_WHAT: u32 = 16;
export const FIELD_GROUPS: u32 = 17;
export const FIELD_INDEX: u32 = 18;
export const FIELD_QUERY: u32 = 19;
export const FIELD_ACTIVATE: u32 = 20;
export const FIELD_BACK: u32 = 21;
export const FIELD_NONCE: u32 = 22;
const FIELDS: u32 = 23;
const FIELD_UNKNOWN: u32 = FIELDS;

export const TYPE_ABSENT: u32 = 0;
/** 0 to 2^32 − 1. */
export const TYPE_UNSIGNED: u32 = 1;
/** −2^31 to −1, as i32. */
export const TYPE_NEGATIVE: u32 = 2;
export const TYPE_BYTES: u32 = 3;
export const TYPE_TEXT: u32 = 4;
const TYPE_FALSE: u32 = 5;
export const TYPE_TRUE: u32 = 6;
export const TYPE_NULL: u32 = 7;
/** Anything else, numbers out of range too. */
export const TYPE_OTHER: u32 = 8;
/** A list; its length is the field's. */
export const TYPE_LIST: u32 = 9;

/** How far reading is: not at the end, at the end, or at something that makes the request invalid. */
export const FIELDS_MORE: u32 = 0;
export const FIELDS_READ: u32 = 1;
export const FIELDS_INVALID: u32 = 2;

const ENTRY_BYTES: u32 = 16;
const KEY_CHARACTERS_MAX: u32 = 8;
const BREAK: u32 = 0xff;
/** Each item takes a step; so do the beginning and the end. */
const STEPS_MAX: u32 = 3 + 2 * ITEMS_MAX;

const MAJOR_UNSIGNED: u32 = 0;
const MAJOR_NEGATIVE: u32 = 1;
const MAJOR_BYTES: u32 = 2;
const MAJOR_TEXT: u32 = 3;
const MAJOR_ARRAY: u32 = 4;
const MAJOR_MAP: u32 = 5;
const MAJOR_TAG: u32 = 6;

const AT_BEGIN: u32 = 0;
const AT_MAP: u32 = 1;
const AT_KEY: u32 = 2;
const AT_VALUE: u32 = 3;
const IN_VALUE: u32 = 4;

let stage: u32 = AT_BEGIN;
/** Offsets in REQUEST. */
let at: u32 = 0;
let end: u32 = 0;
let items: u32 = 0;
let state: u32 = FIELDS_MORE;

/** Pairs of the map that are still to come, unless it ends with a break. */
let pairs: u32 = 0;
let endsWithBreak: bool = false;
/** The field whose value comes next. */
let field: u32 = FIELD_UNKNOWN;
/** Which groups the field of that name lists, a bit each (groupBit), and whether it holds anything but numbers. */
let listed: u32 = 0;
let listedOther: bool = false;
/** Items that the value at hand still owes, and how many more it may have. */
let owed: u32 = 0;
let nestedLeft: u32 = 0;

// The item head read last.
let major: u32 = 0;
let argument: u32 = 0;
/** Whether the argument is above 32 bits. */
let large: bool = false;
let indefinite: bool = false;
/** Whether the argument stands in the head's first byte. */
let short: bool = false;

/** Keys of up to four letters are found by one word of them. */
function fieldOfKey(key: u64): u32 {
  return key >>> 32 == 0 ? fieldOfShortKey(u32(key)) : fieldOfLongKey(key);
}

function fieldOfShortKey(key: u32): u32 {
  if (key == u32(KEY_D)) return FIELD_D;
  if (key == u32(KEY_HASH)) return FIELD_HASH;
  if (key == u32(KEY_OFF)) return FIELD_OFF;
  if (key == u32(KEY_DATA)) return FIELD_DATA;
  if (key == u32(KEY_LEN)) return FIELD_LEN;
  if (key == u32(KEY_SHA)) return FIELD_SHA;
  if (key == u32(KEY_SLOT)) return FIELD_SLOT;
  if (key == u32(KEY_X)) return FIELD_X;
  if (key == u32(KEY_Y)) return FIELD_Y;
  if (key == u32(KEY_WHAT)) return FIELD_WHAT;
  if (key == u32(KEY_BACK)) return FIELD_BACK;
  return FIELD_UNKNOWN;
}

function fieldOfLongKey(key: u64): u32 {
  if (key == KEY_FORMAT) return FIELD_FORMAT;
  if (key == KEY_CONFIRM) return FIELD_CONFIRM;
  if (key == KEY_IMAGE) return FIELD_IMAGE;
  if (key == KEY_TOKEN) return FIELD_TOKEN;
  if (key == KEY_SHARED) return FIELD_SHARED;
  if (key == KEY_TICKS) return FIELD_TICKS;
  if (key == KEY_PHASE) return FIELD_PHASE;
  if (key == KEY_GROUPS) return FIELD_GROUPS;
  if (key == KEY_INDEX) return FIELD_INDEX;
  if (key == KEY_QUERY) return FIELD_QUERY;
  if (key == KEY_ACTIVATE) return FIELD_ACTIVATE;
  if (key == KEY_NONCE) return FIELD_NONCE;
  return FIELD_UNKNOWN;
}

// @ts-ignore: decorator
@inline
function entryOf(ofField: u32): usize {
  return FIELDS_LOCATION + min(ofField, FIELDS - 1) * ENTRY_BYTES;
}

// @ts-ignore: decorator
@inline
function byteAt(offset: u32): u32 {
  return load<u8>(REQUEST_LOCATION + (offset & (MESSAGE_BYTES_MAX - 1)));
}

export function fieldType(ofField: u32): u32 {
  return load<u32>(entryOf(ofField));
}

/** The number of a field of TYPE_UNSIGNED or TYPE_NEGATIVE, or the offset in REQUEST of one of TYPE_BYTES or TYPE_TEXT. */
export function fieldValue(ofField: u32): u32 {
  return load<u32>(entryOf(ofField), 4);
}

/** Where the bytes of a field of TYPE_BYTES or TYPE_TEXT lie. */
export function fieldPlace(ofField: u32): usize {
  return REQUEST_LOCATION + (fieldValue(ofField) & (MESSAGE_BYTES_MAX - 1));
}

/** Bytes of a field of TYPE_BYTES or TYPE_TEXT. */
export function fieldLength(ofField: u32): u32 {
  return load<u32>(entryOf(ofField), 8);
}

/** The number of an unsigned field, or what stands for its absence. */
export function fieldNumber(ofField: u32, absent: u32): u32 {
  return fieldType(ofField) == TYPE_UNSIGNED ? fieldValue(ofField) : absent;
}

/** Whether the field is absent or of this type. */
export function fieldIsOptional(ofField: u32, type: u32): bool {
  const found = fieldType(ofField);
  return found == TYPE_ABSENT || found == type;
}

/** Whether the field is absent, true or false. */
export function fieldIsOptionalFlag(ofField: u32): bool {
  const found = fieldType(ofField);
  return found == TYPE_ABSENT || found == TYPE_TRUE || found == TYPE_FALSE;
}

/** The groups that were listed, a bit each; false in listIsOfNumbers when there is anything but numbers among them. */
export function listedGroups(): u32 {
  return listed;
}

export function listIsOfNumbers(): bool {
  return !listedOther;
}

/** The bit that stands for a group; 0 for one that this device does not have. */
export function groupBit(group: u32): u32 {
  if (group == GROUP_OS) return 1;
  if (group == GROUP_IMAGE) return 2;
  if (group == GROUP_ENUMERATION) return 4;
  return group == GROUP_HOLDFAST ? 8 : 0;
}

/** Begins to read the map of `bytes` behind the header in REQUEST; no bytes are an empty map. */
export function fieldsBegin(bytes: u32): void {
  at = PAYLOAD_OFFSET;
  end = PAYLOAD_OFFSET + min(bytes, MESSAGE_BYTES_MAX - PAYLOAD_OFFSET);
  items = 0;
  stage = AT_BEGIN;
  state = FIELDS_MORE;
}

/** Forgets the fields of the request before, or reads one item. Gives FIELDS_MORE, FIELDS_READ or FIELDS_INVALID. */
export function fieldsStep(): u32 {
  if (state != FIELDS_MORE) return state;
  switch (stage) {
    case AT_BEGIN: forgetFields(); break;
    case AT_MAP: readMap(); break;
    case AT_KEY: readKey(); break;
    case AT_VALUE: readValue(); break;
    default: readNested(); break;
  }
  return state;
}

/** Reads the whole map of `bytes` at once, in a window only; gives whether it is a request. */
export function fieldsHold(bytes: u32): bool {
  fieldsBegin(bytes);
  for (let i: u32 = 0; i < STEPS_MAX; i++) if (fieldsStep() != FIELDS_MORE) break;
  return state == FIELDS_READ;
}

function refuseRequest(): void {
  state = FIELDS_INVALID;
}

function forgetFields(): void {
  for (let i: u32 = 0; i < FIELDS; i++) store<u32>(FIELDS_LOCATION + i * ENTRY_BYTES, TYPE_ABSENT);
  listed = 0;
  listedOther = false;
  stage = AT_MAP;
  if (at == end) state = FIELDS_READ;
}

function readMap(): void {
  readHead();
  if (major != MAJOR_MAP || large) refuseRequest();
  endsWithBreak = indefinite;
  pairs = argument;
  stage = AT_KEY;
}

function readKey(): void {
  if (endsWithBreak ? at < end && byteAt(at) == BREAK : pairs == 0) {
    at += u32(endsWithBreak);
    state = at == end ? FIELDS_READ : FIELDS_INVALID;
    return;
  }
  pairs--;
  readHead();
  const text = at;
  if (major != MAJOR_TEXT || !takeString()) {
    refuseRequest();
    return;
  }
  field = fieldOfKey(packKey(text, argument));
  stage = AT_VALUE;
}

/** A key as a number, its first byte lowest; 0, which is no key, for one that is too long or holds a 0. */
function packKey(text: u32, bytes: u32): u64 {
  if (bytes > KEY_CHARACTERS_MAX) return 0;
  let key: u64 = 0;
  for (let i: u32 = 0; i < KEY_CHARACTERS_MAX; i++) {
    if (i >= bytes) break;
    const character = byteAt(text + bytes - 1 - i);
    if (character == 0) return 0;
    key = (key << 8) | u64(character);
  }
  return key;
}

function readValue(): void {
  readHead();
  stage = AT_KEY;
  let type: u32 = TYPE_OTHER;
  let value = argument;
  if (major == MAJOR_UNSIGNED) {
    if (!large) type = TYPE_UNSIGNED;
  } else if (major == MAJOR_NEGATIVE) {
    if (!large && argument <= 0x7fffffff) type = TYPE_NEGATIVE;
    value = ~argument;
  } else if (major == MAJOR_BYTES || major == MAJOR_TEXT) {
    type = major == MAJOR_BYTES ? TYPE_BYTES : TYPE_TEXT;
    value = at;
    if (!takeString()) refuseRequest();
  } else if (major <= MAJOR_TAG) {
    owed = owedByHead();
    nestedLeft = ITEMS_MAX;
    if (major == MAJOR_ARRAY) type = TYPE_LIST;
    if (owed != 0) stage = IN_VALUE;
  } else {
    type = simpleType();
  }
  if (state != FIELDS_INVALID && field < FIELDS) remember(type, value);
}

function remember(type: u32, value: u32): void {
  const entry = entryOf(field);
  if (load<u32>(entry) != TYPE_ABSENT) refuseRequest();
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

/** Passes over one of the items that an array, map or tag holds, counting what is still owed instead of going deeper. */
function readNested(): void {
  readHead();
  owed--;
  nestedLeft--;
  if (field == FIELD_GROUPS) noteGroup();
  if (major == MAJOR_BYTES || major == MAJOR_TEXT) {
    if (!takeString()) refuseRequest();
  } else {
    owed += owedByHead();
  }
  if (owed == 0) stage = AT_KEY;
  else if (nestedLeft == 0) refuseRequest();
}

function noteGroup(): void {
  if (major == MAJOR_UNSIGNED && !large) listed |= groupBit(argument);
  else listedOther = true;
}

/** Items that the array, map or tag just begun holds. */
function owedByHead(): u32 {
  if (major < MAJOR_ARRAY || major > MAJOR_TAG) return 0;
  if (indefinite || large || argument > ITEMS_MAX) {
    refuseRequest();
    return 0;
  }
  if (major == MAJOR_TAG) return 1;
  return major == MAJOR_MAP ? 2 * argument : argument;
}

/** Steps over the bytes of the string just begun; false when they are not there. */
function takeString(): bool {
  if (indefinite || large || argument > end - at) return false;
  at += argument;
  return true;
}

/** Reads the head of an item: major type and argument. */
function readHead(): void {
  items++;
  argument = 0;
  large = false;
  indefinite = false;
  if (at >= end || items > 1 + 2 * ITEMS_MAX) {
    refuseRequest();
    return;
  }
  const first = byteAt(at);
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
    refuseRequest();
  }
}

/** An argument of 1, 2, 4 or 8 bytes, big-endian. */
function readArgument(bytes: u32): void {
  if (bytes > end - at) {
    refuseRequest();
    return;
  }
  let high: u32 = 0;
  for (let i: u32 = 0; i < 8; i++) {
    if (i >= bytes) break;
    high |= argument >>> 24;
    argument = (argument << 8) | byteAt(at);
    at++;
  }
  large = high != 0;
}

if (!(usize(FIELDS * ENTRY_BYTES) <= FIELDS_ROOM)) ERROR('the fields outgrew their place');
