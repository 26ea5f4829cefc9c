/** The request at hand: its header, how handlers end, and what is answered. */
import { DONE, GROUP_HOLDFAST, RC_OK, SMP_HEADER_AT_BYTES, SMP_HEADER_AT_GROUP, SMP_HEADER_AT_ID, SMP_HEADER_AT_SEQUENCE } from '../format';
import { loadHalfBig } from '../bytes';
import { messageLocation } from './receive';

// What SMP calls rc; group GENERIC stands for answers that carry rc alone, in both versions.
export const GENERIC: u32 = 0xffff;

/** How a handler ended: with an answer to write, by starting a job, or with an error (group and code below). */
export const END_REPLY: u32 = 0;
export const END_JOB: u32 = 1;
export const END_ERROR: u32 = 2;
/** How writing a field of an answer ended, if not with the last one (END_REPLY) or an error: others follow. */
export const END_MORE: u32 = 3;

// What is answered. answer.ts says who writes it.
export const ANSWER_EMPTY: u32 = 0;
export const ANSWER_ECHO: u32 = 1;
export const ANSWER_PARAMETERS: u32 = 2;
export const ANSWER_INFO: u32 = 3;
export const ANSWER_LIST: u32 = 4;
export const ANSWER_SLOTS: u32 = 5;
export const ANSWER_OFFSET: u32 = 6;
export const ANSWER_LEASE: u32 = 7;
export const ANSWER_STATUS: u32 = 8;
export const ANSWER_READ: u32 = 9;
export const ANSWER_COUNTERS: u32 = 10;
export const ANSWER_OUTCOME: u32 = 11;
export const ANSWER_CHECK: u32 = 12;
export const ANSWER_SLICES: u32 = 13;
export const ANSWER_MEASURED: u32 = 14;
export const ANSWER_WHY: u32 = 15;
export const ANSWER_BOOTLOADER: u32 = 16;
export const ANSWER_GROUP_COUNT: u32 = 17;
export const ANSWER_GROUP_LIST: u32 = 18;
export const ANSWER_GROUP: u32 = 19;
export const ANSWER_GROUP_DETAILS: u32 = 20;
export const ANSWER_HISTORY: u32 = 21;
export const ANSWER_DIGEST: u32 = 22;

let kind: u32 = ANSWER_EMPTY;
let errorGroup: u32 = GENERIC;
let errorCode: u32 = RC_OK;
/** The refusal of section 8 that an error is; DONE for one that standard groups have a code of their own for. */
let errorRefusal: u32 = DONE;

export function requestOp(): u32 {
  return u32(load<u8>(messageLocation())) & 7;
}

/** 0 is v1, 1 is v2; 2 and 3 are of the future. */
export function requestVersion(): u32 {
  return (u32(load<u8>(messageLocation())) >>> 3) & 3;
}

export function requestIsV1(): bool {
  return requestVersion() == 0;
}

export function requestGroup(): u32 {
  return loadHalfBig(messageLocation() + SMP_HEADER_AT_GROUP);
}

export function requestSequence(): u32 {
  return load<u8>(messageLocation(), SMP_HEADER_AT_SEQUENCE);
}

export function requestId(): u32 {
  return load<u8>(messageLocation(), SMP_HEADER_AT_ID);
}

export function requestPayloadBytes(): u32 {
  return loadHalfBig(messageLocation() + SMP_HEADER_AT_BYTES);
}

/** Ends a handler with an answer, whose fields are written one after the other. */
export function reply(answer: u32): u32 {
  kind = answer;
  return END_REPLY;
}

/** Ends a handler that began a job, with what is answered when it is done. */
export function startJob(answer: u32): u32 {
  kind = answer;
  return END_JOB;
}

export function answerKind(): u32 {
  return kind;
}

/** Ends a handler with an error of `group`. */
export function fail(group: u32, code: u32): u32 {
  errorGroup = group;
  errorCode = code;
  errorRefusal = DONE;
  return END_ERROR;
}

/** Ends a handler with a refusal of docs/SPEC.md section 8. */
export function refuse(code: u32): u32 {
  const end = fail(GROUP_HOLDFAST, code);
  errorRefusal = code;
  return end;
}

export function failedGroup(): u32 {
  return errorGroup;
}

export function failedCode(): u32 {
  return errorCode;
}

/** The refusal of docs/SPEC.md section 8 that the request ended with; DONE when it was none of those. */
export function failedRefusal(): u32 {
  return errorRefusal;
}
