/** How long things take by the counter of the target: group 78, command 8. Read: slices in RUN; write: inputs, in a window. */
import { DONE, NO_COUNTER } from '../admit/refusal';
import { MEASURE_FUNCTIONS } from '../limits';
import { cycleRate } from '../port';
import { beginMeasureJob } from '../window/job';
import {
  measureInputBytes, measuredAnswers, measuredCount, measuredLeast, measuredMost, measuredOverhead, measuredWorst,
} from '../window/measure';
import { faultReason } from '../window/mode';
import { sliceCount, sliceCyclesLeast, sliceCyclesMost, sliceLongest, slicesForget } from '../window/slices';
import { TYPE_BYTES, TYPE_UNSIGNED, fieldLength, fieldNumber, fieldType, fieldValue } from './fields';
import * as keys from './keys';
import { passLease } from './lease';
import { writeUnsigned } from './reply';
import { END_JOB, END_REPLY, GENERIC, RC_INVALID, fail, refuse } from './request';

/** The slices of `service` in RUN since this was last asked. */
export function readSlices(): u32 {
  const rate = cycleRate();
  if (rate == 0) return refuse(NO_COUNTER);
  writeFigures(rate, sliceCount(), sliceCyclesLeast(), sliceCyclesMost(), sliceLongest());
  slicesForget();
  return END_REPLY;
}

/** Measures a function on the inputs of the request. A FAULT is nothing to measure: it is said instead. */
export function measure(): u32 {
  const end = passLease();
  if (end != END_REPLY) return end;
  const what = fieldNumber(keys.KEY_WHAT, MEASURE_FUNCTIONS);
  if (what >= MEASURE_FUNCTIONS || fieldType(keys.KEY_WHAT) != TYPE_UNSIGNED) return fail(GENERIC, RC_INVALID);
  const bytes = fieldLength(keys.KEY_DATA);
  const inputs = bytes / measureInputBytes(what);
  if (fieldType(keys.KEY_DATA) != TYPE_BYTES || inputs == 0 || inputs * measureInputBytes(what) != bytes) {
    return fail(GENERIC, RC_INVALID);
  }
  if (cycleRate() == 0) return refuse(NO_COUNTER);
  if (faultReason() != DONE) return refuse(faultReason());
  beginMeasureJob(what, fieldValue(keys.KEY_DATA), inputs);
  return END_JOB;
}

/** Writes the answer when the job has ended. */
export function replyMeasured(): void {
  writeFigures(cycleRate(), measuredCount(), measuredLeast(), measuredMost(), measuredWorst());
  writeUnsigned(keys.KEY_OVERHEAD, measuredOverhead());
  writeUnsigned(keys.KEY_CRC, measuredAnswers());
}

function writeFigures(rate: u32, count: u32, least: u32, most: u32, worst: u32): void {
  writeUnsigned(keys.KEY_RATE, rate);
  writeUnsigned(keys.KEY_COUNT, count);
  writeUnsigned(keys.KEY_MIN, least);
  writeUnsigned(keys.KEY_MAX, most);
  writeUnsigned(keys.KEY_WORST, worst);
}
