/** Group 10: which groups there are, by number and name. */
import {
  ENUMERATION_COUNT, ENUMERATION_DETAILS, ENUMERATION_ERROR_INDEX_TOO_LARGE, ENUMERATION_HANDLERS, ENUMERATION_LIST, ENUMERATION_SINGLE,
  GROUP_ENUMERATION, GROUP_HOLDFAST, GROUP_IMAGE, GROUP_OS, HOLDFAST_HANDLERS, IMAGE_HANDLERS, KEY_COUNT, KEY_END, KEY_GROUP, KEY_GROUPS,
  KEY_HANDLERS, KEY_NAME, OP_READ, OS_HANDLERS, RC_INVALID, RC_NOT_SUPPORTED,
} from '../format';
import {
  FIELD_GROUPS, FIELD_INDEX, TYPE_LIST, TYPE_UNSIGNED, fieldIsOptional, fieldLength, fieldNumber, fieldType, groupBit, listIsOfNumbers,
  listedGroups,
} from './fields';
import { beginArray, beginMap, endNested, writeFlag, writeItem, writePacked, writeUnsigned } from './reply';
import {
  ANSWER_GROUP, ANSWER_GROUP_COUNT, ANSWER_GROUP_DETAILS, ANSWER_GROUP_LIST, END_MORE, END_REPLY, GENERIC, fail, reply, requestId,
  requestOp,
} from './request';
import { setWord, word } from './snapshot';

const GROUPS: u32 = 4;
/** What an index may be at most, as the reference server has it. */
const INDEX_MAX: u32 = 65535;

// Names of groups, packed as keys are.
/** "os mgmt" */
const NAME_OS: u64 = 0x746d676d20736f;
/** "img mgmt" */
const NAME_IMAGE: u64 = 0x746d676d20676d69;
/** "enum mgmt", the first 8 characters; the last is a t. */
const NAME_ENUMERATION: u64 = 0x6d676d206d756e65;
const NAME_ENUMERATION_REST: u64 = 0x74;
/** "holdfast" */
const NAME_HOLDFAST: u64 = 0x74736166646c6f68;

/** Word of the snapshot: an index, or a bit for each group that is asked for. */
const ASKED: u32 = 0;

export function handleEnumeration(): u32 {
  if (requestOp() != OP_READ) return fail(GENERIC, RC_NOT_SUPPORTED);
  const id = requestId();
  if (id == ENUMERATION_COUNT) return reply(ANSWER_GROUP_COUNT);
  if (id == ENUMERATION_LIST) return reply(ANSWER_GROUP_LIST);
  if (id == ENUMERATION_SINGLE) return single();
  return id == ENUMERATION_DETAILS ? details() : fail(GENERIC, RC_NOT_SUPPORTED);
}

function groupAt(index: u32): u32 {
  if (index == 0) return GROUP_OS;
  if (index == 1) return GROUP_IMAGE;
  return index == 2 ? GROUP_ENUMERATION : GROUP_HOLDFAST;
}

export function writeCount(): u32 {
  writeUnsigned(KEY_COUNT, GROUPS);
  return END_REPLY;
}

export function writeGroups(step: u32): u32 {
  if (step == 0) beginArray(KEY_GROUPS);
  if (step < GROUPS) {
    writeItem(groupAt(step));
    return END_MORE;
  }
  endNested();
  return END_REPLY;
}

function single(): u32 {
  const index = fieldNumber(FIELD_INDEX, 0);
  if (!fieldIsOptional(FIELD_INDEX, TYPE_UNSIGNED) || index > INDEX_MAX) return fail(GENERIC, RC_INVALID);
  if (index >= GROUPS) return fail(GROUP_ENUMERATION, ENUMERATION_ERROR_INDEX_TOO_LARGE);
  setWord(ASKED, index);
  return reply(ANSWER_GROUP);
}

export function writeGroup(step: u32): u32 {
  const index = word(ASKED);
  if (step == 0) {
    writeUnsigned(KEY_GROUP, groupAt(index));
    return index == GROUPS - 1 ? END_MORE : END_REPLY;
  }
  writeFlag(KEY_END, true);
  return END_REPLY;
}

/** Without a list, or with an empty one, all are meant; one that does not exist is left out. */
function details(): u32 {
  if (!fieldIsOptional(FIELD_GROUPS, TYPE_LIST) || !listIsOfNumbers()) return fail(GENERIC, RC_INVALID);
  const isListed = fieldType(FIELD_GROUPS) == TYPE_LIST && fieldLength(FIELD_GROUPS) > 0;
  setWord(ASKED, isListed ? listedGroups() : 0xffffffff);
  return reply(ANSWER_GROUP_DETAILS);
}

export function writeDetails(step: u32): u32 {
  if (step == 0) beginArray(KEY_GROUPS);
  if (step < 2 * GROUPS) {
    const group = groupAt(step >>> 1);
    if ((word(ASKED) & groupBit(group)) == 0) return END_MORE;
    if ((step & 1) == 0) beginDetail(group);
    else endDetail(group);
    return END_MORE;
  }
  endNested();
  return END_REPLY;
}

function beginDetail(group: u32): void {
  beginMap();
  writeUnsigned(KEY_GROUP, group);
}

function endDetail(group: u32): void {
  if (group == GROUP_OS) writeDetail(NAME_OS, 0, OS_HANDLERS);
  else if (group == GROUP_IMAGE) writeDetail(NAME_IMAGE, 0, IMAGE_HANDLERS);
  else if (group == GROUP_ENUMERATION) writeDetail(NAME_ENUMERATION, NAME_ENUMERATION_REST, ENUMERATION_HANDLERS);
  else writeDetail(NAME_HOLDFAST, 0, HOLDFAST_HANDLERS);
}

function writeDetail(name: u64, rest: u64, handlers: u32): void {
  writePacked(KEY_NAME, name, rest);
  writeUnsigned(KEY_HANDLERS, handlers);
  endNested();
}
