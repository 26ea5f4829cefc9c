/** Group 0: echo, reset, parameters, info. */
import {
  BUFFERS, COPY_A_STEP, GROUP_OS, KEY_BOOTLOADER, KEY_BOOTLOADER_REST, KEY_BUF_COUNT, KEY_BUF_COUNT_REST, KEY_BUF_SIZE, KEY_OUTPUT, KEY_R,
  MESSAGE_BYTES_MAX, MODE_WINDOW, OP_READ, OP_WRITE, OS_BOOTLOADER, OS_ECHO, OS_ERROR_INVALID_FORMAT, OS_ERROR_QUERY_YIELDS_NO_ANSWER,
  OS_INFO, OS_PARAMETERS, OS_RESET, RC_INVALID, RC_NOT_SUPPORTED, RC_TOO_LONG, REQUEST_LOCATION,
} from '../format';
import { mode } from '../mode';
import { lastToken } from '../slots/tokens';
import { beginResetJob } from '../window/job';
import { leaseIsOpen } from '../window/lease';
import {
  FIELD_D, FIELD_FORMAT, FIELD_QUERY, TYPE_ABSENT, TYPE_TEXT, fieldIsOptional, fieldLength, fieldPlace, fieldType, fieldValue,
} from './fields';
import { passLease } from './lease';
import { beginLongText, beginText, writeByte, writeLongUnsigned, writeShort, writeText, writeUnsigned } from './reply';
import {
  ANSWER_BOOTLOADER, ANSWER_ECHO, ANSWER_EMPTY, ANSWER_INFO, ANSWER_PARAMETERS, END_MORE, END_REPLY, GENERIC, fail, reply, requestId,
  requestOp,
} from './request';
import { setWord, word } from './snapshot';

/** What an echo adds to its text at most: header, map, key, head of the text. */
const ECHO_OVERHEAD_BYTES: u32 = 24;

/** "Holdfast" */
const NAME: usize = memory.data<u8>([72, 111, 108, 100, 102, 97, 115, 116]);
const NAME_BYTES: u32 = 8;
/** What `s` (the kernel's name) and `a` (all) ask for in the format of an info request. */
const FORMAT_NAME: u32 = 0x73;
const FORMAT_ALL: u32 = 0x61;

// Words of the snapshot.
const ECHO_BYTES: u32 = 0;
const ECHO_OFFSET: u32 = 1;

let resetWanted: bool = false;
/** Token of the lease in which it was asked for: when that is over, so is the wish. */
let resetToken: u32 = 0;

export function handleOs(): u32 {
  const id = requestId();
  const op = requestOp();
  if (id == OS_ECHO) return echo();
  if (id == OS_RESET && op == OP_WRITE) return askReset();
  if (id == OS_PARAMETERS && op == OP_READ) return reply(ANSWER_PARAMETERS);
  if (id == OS_INFO && op == OP_READ) return info();
  if (id == OS_BOOTLOADER && op == OP_READ) return bootloader();
  return fail(GENERIC, RC_NOT_SUPPORTED);
}

function echo(): u32 {
  if (!fieldIsOptional(FIELD_D, TYPE_TEXT)) return fail(GENERIC, RC_INVALID);
  const bytes = fieldType(FIELD_D) == TYPE_TEXT ? fieldLength(FIELD_D) : 0;
  if (bytes + ECHO_OVERHEAD_BYTES > MESSAGE_BYTES_MAX) return fail(GENERIC, RC_TOO_LONG);
  setWord(ECHO_BYTES, bytes);
  setWord(ECHO_OFFSET, fieldValue(FIELD_D));
  return reply(ANSWER_ECHO);
}

/** The head of the text, then its bytes, COPY_A_STEP at a time. */
export function writeEcho(step: u32): u32 {
  const bytes = word(ECHO_BYTES);
  if (step == 0) {
    beginText(KEY_R, bytes);
    return bytes == 0 ? END_REPLY : END_MORE;
  }
  const first = (step - 1) * COPY_A_STEP;
  const from = word(ECHO_OFFSET) + first;
  for (let i: u32 = 0; i < COPY_A_STEP; i++) {
    if (first + i >= bytes) break;
    writeByte(load<u8>(REQUEST_LOCATION + ((from + i) & (MESSAGE_BYTES_MAX - 1))));
  }
  return first + COPY_A_STEP < bytes ? END_MORE : END_REPLY;
}

/** Only in a window: a reset stops the loop. The answer comes first. */
function askReset(): u32 {
  const end = passLease();
  resetWanted = end == END_REPLY;
  resetToken = resetWanted ? lastToken() : 0;
  return end == END_REPLY ? reply(ANSWER_EMPTY) : end;
}

/** To be called when an answer has left: resets if that was asked for. */
export function resetIfWanted(): void {
  if (!resetWanted) return;
  resetWanted = false;
  if (mode() == MODE_WINDOW && leaseIsOpen() && resetToken == lastToken()) beginResetJob();
}

export function writeParameters(step: u32): u32 {
  if (step == 0) {
    writeUnsigned(KEY_BUF_SIZE, MESSAGE_BYTES_MAX);
    return END_MORE;
  }
  writeLongUnsigned(KEY_BUF_COUNT, KEY_BUF_COUNT_REST, BUFFERS);
  return END_REPLY;
}

function info(): u32 {
  if (fieldType(FIELD_FORMAT) == TYPE_TEXT) {
    const letters = fieldLength(FIELD_FORMAT);
    const letter: u32 = letters == 1 ? load<u8>(fieldPlace(FIELD_FORMAT)) : 0;
    if (letters > 0 && letter != FORMAT_NAME && letter != FORMAT_ALL) return fail(GROUP_OS, OS_ERROR_INVALID_FORMAT);
  } else if (fieldType(FIELD_FORMAT) != TYPE_ABSENT) {
    return fail(GENERIC, RC_INVALID);
  }
  return reply(ANSWER_INFO);
}

export function writeInfo(): u32 {
  writeText(KEY_OUTPUT, NAME, NAME_BYTES);
  return END_REPLY;
}

/** Who decides which edition runs: Holdfast itself, and it answers no further questions about that. */
function bootloader(): u32 {
  if (!fieldIsOptional(FIELD_QUERY, TYPE_TEXT)) return fail(GENERIC, RC_INVALID);
  return fieldType(FIELD_QUERY) == TYPE_ABSENT ? reply(ANSWER_BOOTLOADER) : fail(GROUP_OS, OS_ERROR_QUERY_YIELDS_NO_ANSWER);
}

export function writeBootloader(): u32 {
  beginLongText(KEY_BOOTLOADER, KEY_BOOTLOADER_REST, NAME_BYTES);
  writeShort(NAME, NAME_BYTES);
  return END_REPLY;
}
