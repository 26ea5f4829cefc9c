/** How long things take by the counter of the target: group 78, command 8. Read: slices in RUN; write: inputs, in a window. */
import { DONE, NO_COUNTER, RC_INVALID, TIMED_COUNT } from '../format';
import { faultReason } from '../mode';
import { cycleRate } from '../port';
import { beginMeasureJob } from '../window/job';
import {
  measureInputBytes, measuredAnswers, measuredCount, measuredLeast, measuredMost, measuredOverhead, measuredWorst,
} from '../window/measure';
import { sliceCount, sliceCyclesLeast, sliceCyclesMost, sliceLongest, slicesForget } from '../window/slices';
import { FIELD_DATA, FIELD_WHAT, TYPE_BYTES, TYPE_UNSIGNED, fieldLength, fieldNumber, fieldPlace, fieldType } from './fields';
import * as keys from '../format';
import { passLease } from './lease';
import { writeUnsigned } from './reply';
import { ANSWER_MEASURED, ANSWER_SLICES, END_MORE, END_REPLY, GENERIC, answerKind, fail, refuse, reply, startJob } from './request';
import { setWord, word } from './snapshot';

// Words of the snapshot; the last two of what a window measured alone.
const RATE: u32 = 0;
const COUNT: u32 = 1;
const LEAST: u32 = 2;
const MOST: u32 = 3;
const WORST: u32 = 4;
const OVERHEAD: u32 = 5;
const ANSWERS: u32 = 6;

/** The slices of `service` in RUN since this was last asked. */
export function readSlices(): u32 {
  const rate = cycleRate();
  if (rate == 0) return refuse(NO_COUNTER);
  setFigures(rate, sliceCount(), sliceCyclesLeast(), sliceCyclesMost(), sliceLongest());
  slicesForget();
  return reply(ANSWER_SLICES);
}

/** Measures a function on the inputs of the request. A FAULT is nothing to measure: it is said instead. */
export function measure(): u32 {
  const end = passLease();
  if (end != END_REPLY) return end;
  const what = fieldNumber(FIELD_WHAT, TIMED_COUNT);
  if (what >= TIMED_COUNT || fieldType(FIELD_WHAT) != TYPE_UNSIGNED) return fail(GENERIC, RC_INVALID);
  const bytes = fieldLength(FIELD_DATA);
  const inputs = bytes / measureInputBytes(what);
  if (fieldType(FIELD_DATA) != TYPE_BYTES || inputs == 0 || inputs * measureInputBytes(what) != bytes) {
    return fail(GENERIC, RC_INVALID);
  }
  if (cycleRate() == 0) return refuse(NO_COUNTER);
  if (faultReason() != DONE) return refuse(faultReason());
  beginMeasureJob(what, fieldPlace(FIELD_DATA), inputs);
  return startJob(ANSWER_MEASURED);
}

/** What is answered when the inputs are measured. */
export function measured(): u32 {
  setFigures(cycleRate(), measuredCount(), measuredLeast(), measuredMost(), measuredWorst());
  setWord(OVERHEAD, measuredOverhead());
  setWord(ANSWERS, measuredAnswers());
  return reply(ANSWER_MEASURED);
}

function setFigures(rate: u32, count: u32, least: u32, most: u32, worst: u32): void {
  setWord(RATE, rate);
  setWord(COUNT, count);
  setWord(LEAST, least);
  setWord(MOST, most);
  setWord(WORST, worst);
}

export function writeFigures(step: u32): u32 {
  switch (step) {
    case 0: writeUnsigned(keys.KEY_RATE, word(RATE)); break;
    case 1: writeUnsigned(keys.KEY_COUNT, word(COUNT)); break;
    case 2: writeUnsigned(keys.KEY_MIN, word(LEAST)); break;
    case 3: writeUnsigned(keys.KEY_MAX, word(MOST)); break;
    case 4:
      writeUnsigned(keys.KEY_WORST, word(WORST));
      return answerKind() == ANSWER_SLICES ? END_REPLY : END_MORE;
    case 5: writeUnsigned(keys.KEY_OVERHEAD, word(OVERHEAD)); break;
    default:
      writeUnsigned(keys.KEY_CRC, word(ANSWERS));
      return END_REPLY;
  }
  return END_MORE;
}
