/** Group 78, command 11: what became of editions, one outcome an answer, the newest first. The record is read a few bytes a step. */
import {
  HASH_BYTES, KEY_BACK, KEY_BOOTS, KEY_EPOCH, KEY_HASH, KEY_NEXT, KEY_OUTCOME, KEY_REASON, OUTCOME_RECORD_BYTES, OutcomeRecord, RC_INVALID,
} from '../format';
import { NOT_FOUND } from '../slots/records';
import {
  PAST_END, PAST_PIECES, PAST_RECORD, outcomeBoots, outcomeHash, pastKind, pastPlace, pastPlaces, placesToBefore, readPast,
} from '../slots/outcome';
import { FIELD_BACK, TYPE_UNSIGNED, fieldIsOptional, fieldNumber } from './fields';
import { beginBytes, writeShort, writeUnsigned } from './reply';
import { ANSWER_HISTORY, END_MORE, END_REPLY, GENERIC, fail, reply } from './request';
import { wordPlace } from './snapshot';

/** How many places before the newest, and where in flash that is; the words of the snapshot hold the record. */
let back: u32 = 0;
let place: u32 = NOT_FOUND;
let kind: u32 = PAST_END;
/** Where the outcome before it is asked for. */
let next: u32 = 0;

export function history(): u32 {
  if (!fieldIsOptional(FIELD_BACK, TYPE_UNSIGNED)) return fail(GENERIC, RC_INVALID);
  back = fieldNumber(FIELD_BACK, 0);
  place = pastPlace(back);
  kind = PAST_END;
  next = back + 1;
  return reply(ANSWER_HISTORY);
}

/** `back`, then the record, then `next`, where the one before it lies, unless the journal ends; a place that power tore has no record. */
export function writeHistory(step: u32): u32 {
  if (step == 0) {
    writeUnsigned(KEY_BACK, back);
    return place == NOT_FOUND ? END_REPLY : END_MORE;
  }
  if (step <= PAST_PIECES) {
    readPast(place, step - 1, wordPlace(0));
    if (step == PAST_PIECES) kind = pastKind(wordPlace(0));
    return END_MORE;
  }
  if (kind == PAST_END) return END_REPLY;
  const part = step - PAST_PIECES - 1;
  if (kind == PAST_RECORD && part < RECORD_PARTS) {
    writePart(part);
    return END_MORE;
  }
  if (next < pastPlaces()) writeUnsigned(KEY_NEXT, next);
  return END_REPLY;
}

const RECORD_PARTS: u32 = 7;

function writePart(part: u32): void {
  const record = changetype<OutcomeRecord>(wordPlace(0));
  switch (part) {
    case 0: writeUnsigned(KEY_OUTCOME, record.outcome); break;
    case 1: writeUnsigned(KEY_REASON, record.reason); break;
    case 2: writeUnsigned(KEY_EPOCH, record.epoch); break;
    case 3: writeUnsigned(KEY_BOOTS, outcomeBoots(record)); break;
    case 4: beginBytes(KEY_HASH, HASH_BYTES); break;
    case 5: writeShort(outcomeHash(record), HASH_BYTES); break;
    default: next = back + placesToBefore(wordPlace(0)); break;
  }
}

if (OUTCOME_RECORD_BYTES > 64) ERROR('an outcome outgrew the words of an answer');
