/** Which answers there are, and who writes their fields, one a step. */
import { digested, writeDigest } from './digest';
import { writeCount, writeDetails, writeGroup, writeGroups } from './enumeration';
import { writeWhy } from './failure';
import { writeHistory } from './history';
import { writeCheck, writeCounters, writeLease, writeOutcome, writeRead, writeStatus, lease } from './holdfast';
import { list, uploadOffset, writeList, writeOffset, writeSlots } from './image';
import { measured, writeFigures } from './measure';
import { writeBootloader, writeEcho, writeInfo, writeParameters } from './os';
import {
  ANSWER_BOOTLOADER, ANSWER_CHECK, ANSWER_COUNTERS, ANSWER_DIGEST, ANSWER_ECHO, ANSWER_GROUP, ANSWER_GROUP_COUNT, ANSWER_GROUP_DETAILS,
  ANSWER_GROUP_LIST, ANSWER_HISTORY, ANSWER_INFO, ANSWER_LEASE, ANSWER_LIST, ANSWER_MEASURED, ANSWER_OFFSET, ANSWER_OUTCOME,
  ANSWER_PARAMETERS, ANSWER_READ, ANSWER_SLICES, ANSWER_SLOTS, ANSWER_STATUS, ANSWER_WHY, END_REPLY, answerKind, reply,
} from './request';

let step: u32 = 0;

export function answerBegin(): void {
  step = 0;
}

/** Writes one field, or a piece of a long one. Gives END_MORE, END_REPLY after the last, or END_ERROR. */
export function answerStep(): u32 {
  const now = step;
  step++;
  switch (answerKind()) {
    case ANSWER_ECHO: return writeEcho(now);
    case ANSWER_PARAMETERS: return writeParameters(now);
    case ANSWER_INFO: return writeInfo();
    case ANSWER_LIST: return writeList(now);
    case ANSWER_SLOTS: return writeSlots(now);
    case ANSWER_OFFSET: return writeOffset();
    case ANSWER_LEASE: return writeLease(now);
    case ANSWER_STATUS: return writeStatus(now);
    case ANSWER_READ: return writeRead(now);
    case ANSWER_COUNTERS: return writeCounters(now);
    case ANSWER_OUTCOME: return writeOutcome(now);
    case ANSWER_CHECK: return writeCheck(now);
    case ANSWER_SLICES:
    case ANSWER_MEASURED: return writeFigures(now);
    case ANSWER_WHY: return writeWhy(now);
    case ANSWER_HISTORY: return writeHistory(now);
    case ANSWER_BOOTLOADER: return writeBootloader();
    case ANSWER_GROUP_COUNT: return writeCount();
    case ANSWER_GROUP_LIST: return writeGroups(now);
    case ANSWER_GROUP: return writeGroup(now);
    case ANSWER_DIGEST: return writeDigest(now);
    case ANSWER_GROUP_DETAILS: return writeDetails(now);
    default: return END_REPLY;
  }
}

/** Takes up what the answer to a job says, when that job is done. */
export function answerAfterJob(): u32 {
  switch (answerKind()) {
    case ANSWER_LIST: return list();
    case ANSWER_OFFSET: return uploadOffset();
    case ANSWER_LEASE: return lease();
    case ANSWER_MEASURED: return measured();
    case ANSWER_DIGEST: return digested();
    default: return reply(answerKind());
  }
}
