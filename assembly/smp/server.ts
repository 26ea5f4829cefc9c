/**
 * The SMP server: one request at a time, each service call a bounded piece of it.
 *
 *     receive ──▶ handle ──▶ (job, step by step) ──▶ answer ──▶ send, line by line ──▶ receive
 */
import { DONE, MORE } from '../admit/refusal';
import { abortJob, jobRuns, jobStep } from '../window/job';
import { DOING_ANSWER, DOING_REQUEST, sliceDoes } from '../window/slices';
import { readFields } from './fields';
import { closeIfWanted, countRefused, handleHoldfast, replyToHoldfastJob } from './holdfast';
import { handleImage, replyToImageJob } from './image';
import { KEY_ERR, KEY_GROUP, KEY_RC } from './keys';
import { handleOs, resetIfWanted } from './os';
import { HEADER_BYTES, receiveMessage } from './receive';
import { beginMapAt, endNested, replyBegin, replyEnd, writeUnsigned } from './reply';
import {
  END_ERROR, END_JOB, GENERIC, GROUP_HOLDFAST, GROUP_IMAGE, GROUP_OS, OP_READ, OP_WRITE, RC_INVALID, RC_NOT_SUPPORTED, RC_OK,
  RC_TOO_NEW, fail, failedCode, failedGroup, refuse, requestGroup, requestId, requestOp, requestPayload, requestPayloadBytes,
  requestSequence, requestVersion,
} from './request';
import { sendBegin, sendStep } from './send';

const RECEIVING: u32 = 0;
const WAITING_FOR_JOB: u32 = 1;
const SENDING: u32 = 2;

const VERSION_1: u32 = 0;
const VERSION_2: u32 = 1;
const OP_READ_ANSWER: u32 = 1;
const OP_WRITE_ANSWER: u32 = 3;
/** v1 has no groups of errors: refusals of group 78 stand from here on, as SMP reserves for users. */
const V1_USER_ERRORS: u32 = 256;
const RC_UNKNOWN: u32 = 1;
const RC_BAD_STATE: u32 = 6;

let stage: u32 = RECEIVING;

/** One bounded piece: at most `receiveBytes` of the ring, or one request, or one step of its job, or one line of its answer. */
export function serverStep(receiveBytes: u32): void {
  if (stage == RECEIVING) {
    const bytes = receiveMessage(receiveBytes);
    if (bytes != 0) handleMessage(bytes);
  } else if (stage == WAITING_FOR_JOB) {
    const result = jobStep();
    if (result != MORE) answerJob(result);
  } else {
    sliceDoes(DOING_ANSWER);
    if (sendStep()) return;
    stage = RECEIVING;
    resetIfWanted();
    closeIfWanted();
  }
}

/** Whether a request waits for a job: then the server takes the job's steps. */
export function serverWaitsForJob(): bool {
  return stage == WAITING_FOR_JOB;
}

/** Gives up the job that the request waits for, as far as it may be given up, and answers with the refusal. */
export function abortRequest(code: u32): void {
  if (stage == WAITING_FOR_JOB && abortJob()) answerJob(code);
}

function handleMessage(bytes: u32): void {
  sliceDoes(DOING_REQUEST);
  replyBegin();
  const end = handle(bytes);
  if (end == END_JOB && jobRuns()) stage = WAITING_FOR_JOB;
  else answer(end);
}

function handle(bytes: u32): u32 {
  if (requestPayloadBytes() != bytes - HEADER_BYTES) return fail(GENERIC, RC_INVALID);
  if (requestVersion() > VERSION_2) return fail(GENERIC, RC_TOO_NEW);
  if (requestOp() != OP_READ && requestOp() != OP_WRITE) return fail(GENERIC, RC_NOT_SUPPORTED);
  if (!readFields(requestPayload(), requestPayloadBytes())) return fail(GENERIC, RC_INVALID);
  const group = requestGroup();
  if (group == GROUP_OS) return handleOs();
  if (group == GROUP_IMAGE) return handleImage();
  return group == GROUP_HOLDFAST ? handleHoldfast() : fail(GENERIC, RC_NOT_SUPPORTED);
}

function answerJob(result: u32): void {
  replyBegin();
  if (result == DONE) {
    if (requestGroup() == GROUP_IMAGE) replyToImageJob();
    else replyToHoldfastJob();
    answer(END_JOB);
  } else {
    answer(refuse(result));
  }
}

/** Ends the answer and begins to send it. An error replaces whatever was written. */
function answer(end: u32): void {
  const isV1 = requestVersion() == VERSION_1;
  if (end == END_ERROR) {
    countRefused();
    replyBegin();
    writeError(isV1, failedGroup(), failedCode());
  } else if (isV1 && requestOp() == OP_WRITE && requestGroup() != GROUP_OS) {
    writeUnsigned(KEY_RC, RC_OK);
  }
  const version = isV1 ? VERSION_1 : VERSION_2;
  const firstByte = (version << 3) | (requestOp() == OP_READ ? OP_READ_ANSWER : OP_WRITE_ANSWER);
  sendBegin(replyEnd(firstByte, requestGroup(), requestSequence(), requestId()));
  stage = SENDING;
}

function writeError(isV1: bool, group: u32, code: u32): void {
  if (group == GENERIC) {
    writeUnsigned(KEY_RC, code);
  } else if (isV1) {
    writeUnsigned(KEY_RC, group == GROUP_HOLDFAST ? V1_USER_ERRORS + code : inVersion1(group, code));
  } else {
    beginMapAt(KEY_ERR);
    writeUnsigned(KEY_GROUP, group);
    writeUnsigned(KEY_RC, code);
    endNested();
  }
}

/** What v1 clients get for an error of the image group: the nearest generic one, as the reference server gives. */
function inVersion1(group: u32, code: u32): u32 {
  if (group != GROUP_IMAGE) return RC_INVALID;
  if (code == 8) return RC_UNKNOWN;
  return code == 9 ? RC_BAD_STATE : RC_INVALID;
}
