/** Group 0: echo, reset, parameters, info. */
import { MESSAGE_BYTES_MAX } from '../limits';
import { reset } from '../port';
import { lastToken } from '../slots/tokens';
import { leaseIsOpen } from '../window/lease';
import { TYPE_ABSENT, TYPE_TEXT, fieldIsOptional, fieldLength, fieldType, fieldValue } from './fields';
import { KEY_BUF_COUNT, KEY_BUF_COUNT_REST, KEY_BUF_SIZE, KEY_D, KEY_FORMAT, KEY_OUTPUT, KEY_R } from './keys';
import { passLease } from './lease';
import { writeLongUnsigned, writeText, writeUnsigned } from './reply';
import {
  END_REPLY, GENERIC, GROUP_OS, OP_READ, OP_WRITE, RC_INVALID, RC_MESSAGE_SIZE, RC_NOT_SUPPORTED, fail, requestId, requestOp,
} from './request';

const ID_ECHO: u32 = 0;
const ID_RESET: u32 = 5;
const ID_PARAMETERS: u32 = 6;
const ID_INFO: u32 = 7;
const OS_INVALID_FORMAT: u32 = 2;
/** What an echo adds to its text at most: header, map, key, head of the text. */
const ECHO_OVERHEAD_BYTES: u32 = 24;
const BUFFER_COUNT: u32 = 1;

/** "Holdfast" */
const NAME: usize = memory.data<u8>([72, 111, 108, 100, 102, 97, 115, 116]);
const NAME_BYTES: u32 = 8;
/** What `s` (the kernel's name) and `a` (all) ask for in the format of an info request. */
const FORMAT_NAME: u32 = 0x73;
const FORMAT_ALL: u32 = 0x61;

let resetWanted: bool = false;
/** Token of the lease in which it was asked for: when that is over, so is the wish. */
let resetToken: u32 = 0;

export function handleOs(): u32 {
  const id = requestId();
  const op = requestOp();
  if (id == ID_ECHO) return echo();
  if (id == ID_RESET && op == OP_WRITE) return askReset();
  if (id == ID_PARAMETERS && op == OP_READ) return parameters();
  if (id == ID_INFO && op == OP_READ) return info();
  return fail(GENERIC, RC_NOT_SUPPORTED);
}

function echo(): u32 {
  if (!fieldIsOptional(KEY_D, TYPE_TEXT)) return fail(GENERIC, RC_INVALID);
  const bytes = fieldType(KEY_D) == TYPE_TEXT ? fieldLength(KEY_D) : 0;
  if (bytes + ECHO_OVERHEAD_BYTES > MESSAGE_BYTES_MAX) return fail(GENERIC, RC_MESSAGE_SIZE);
  writeText(KEY_R, fieldValue(KEY_D), bytes);
  return END_REPLY;
}

/** Only in a window: a reset stops the loop. The answer comes first. */
function askReset(): u32 {
  const end = passLease();
  resetWanted = end == END_REPLY;
  resetToken = lastToken();
  return end;
}

/** To be called when an answer has left: resets if that was asked for. */
export function resetIfWanted(): void {
  if (!resetWanted) return;
  resetWanted = false;
  if (leaseIsOpen() && resetToken == lastToken()) reset();
}

function parameters(): u32 {
  writeUnsigned(KEY_BUF_SIZE, MESSAGE_BYTES_MAX);
  writeLongUnsigned(KEY_BUF_COUNT, KEY_BUF_COUNT_REST, BUFFER_COUNT);
  return END_REPLY;
}

function info(): u32 {
  if (fieldType(KEY_FORMAT) == TYPE_TEXT) {
    const letters = fieldLength(KEY_FORMAT);
    const letter: u32 = letters == 1 ? load<u8>(fieldValue(KEY_FORMAT)) : 0;
    if (letters > 0 && letter != FORMAT_NAME && letter != FORMAT_ALL) return fail(GROUP_OS, OS_INVALID_FORMAT);
  } else if (fieldType(KEY_FORMAT) != TYPE_ABSENT) {
    return fail(GENERIC, RC_INVALID);
  }
  writeText(KEY_OUTPUT, NAME, NAME_BYTES);
  return END_REPLY;
}
