/**
 * The SMP server: one request at a time, each step a bounded piece of it.
 *
 *     receiving ──▶ reading ──▶ deciding ──▶ (waiting for a job) ──▶ writing ──▶ finishing ──▶ sending ──▶ receiving
 *     some bytes    an item     one request   in a window only       a field     ▲             some bytes
 *                      └────────────┴─────────────┴──────────────────────┴──▶ failing
 */
import {
  DONE, GROUP_ENUMERATION, GROUP_HOLDFAST, GROUP_IMAGE, GROUP_OS, KEY_RC, MODE_WINDOW, OP_READ, OP_READ_ANSWER, OP_WRITE, OP_WRITE_ANSWER,
  RC_INVALID, RC_NOT_SUPPORTED, RC_OK, RC_TOO_NEW, RECEIVE_GROUPS_A_STEP, SLICE_ANSWER, SLICE_REQUEST, SMP_HEADER_BYTES,
} from '../format';
import { mode } from '../mode';
import { MORE } from '../refusal';
import { abortJob, jobStep } from '../window/job';
import { sliceDoes } from '../window/slices';
import { answerAfterJob, answerBegin, answerStep } from './answer';
import { handleEnumeration } from './enumeration';
import { writeFailure } from './failure';
import { FIELDS_INVALID, FIELDS_MORE, fieldsBegin, fieldsHold, fieldsStep } from './fields';
import { closeIfWanted, handleHoldfast } from './holdfast';
import { handleImage } from './image';
import { handleOs, resetIfWanted } from './os';
import { messageForget, messageHolds, receiveMessage, receiverIsIdle } from './receive';
import { replyBegin, replyEnd, writeUnsigned } from './reply';
import {
  END_ERROR, END_JOB, END_MORE, END_REPLY, GENERIC, fail, refuse, requestGroup, requestId, requestIsV1, requestOp, requestPayloadBytes,
  requestSequence, requestVersion,
} from './request';
import { SENT_ALL, SENT_NOTHING, sendBegin, sendStep } from './send';

const RECEIVING: u32 = 0;
const READING: u32 = 1;
const DECIDING: u32 = 2;
const WAITING_FOR_JOB: u32 = 3;
const WRITING: u32 = 4;
const FAILING: u32 = 5;
const FINISHING: u32 = 6;
const SENDING: u32 = 7;

const VERSION_1: u32 = 0;
const VERSION_2: u32 = 1;

let stage: u32 = RECEIVING;
/** Whether the answer at hand is an error, and how much of it is written. */
let failed: bool = false;
let failureStep: u32 = 0;

/** One step, of a job never. Gives whether there was anything to do. */
export function serverStep(): bool {
  if (stage != RECEIVING) sliceDoes(stage < WRITING ? SLICE_REQUEST : SLICE_ANSWER);
  switch (stage) {
    case RECEIVING: return receive();
    case READING: readRequest(); break;
    case DECIDING: decideOnce(); break;
    case WRITING: turn(answerStep()); break;
    case FAILING: writeError(); break;
    case FINISHING: finish(); break;
    case SENDING: return send();
    default: return false;
  }
  return true;
}

/** Whether a request is under way or bytes wait: a loop that sleeps now makes the client wait. */
export function serverIsBusy(): bool {
  return stage != RECEIVING || !receiverIsIdle();
}

/** Whether the next step decides over a request, which may read much of flash. */
export function serverDecides(): bool {
  return stage == DECIDING;
}

/** Whether a request waits for a job: then serverJobStep takes the job's steps. */
export function serverWaitsForJob(): bool {
  return stage == WAITING_FOR_JOB;
}

/** One step of the job that the request waits for. */
export function serverJobStep(): void {
  const result = jobStep();
  if (result == DONE) turn(answerAfterJob());
  else if (result != MORE) turn(refuse(result));
}

/** Answers the request that waits for a job which is no more with a refusal. */
export function abandonRequest(code: u32): void {
  if (stage == WAITING_FOR_JOB) turn(refuse(code));
}

/** Gives up the job that the request waits for, as far as it may be given up, and answers with the refusal. */
export function abortRequest(code: u32): void {
  if (stage == WAITING_FOR_JOB && abortJob()) turn(refuse(code));
}

/** What follows a handler, a job or a field of an answer that ended like this. */
function turn(end: u32): void {
  if (end == END_MORE) return;
  if (end == END_ERROR) beginFailure();
  else if (end == END_JOB) stage = WAITING_FOR_JOB;
  else if (stage == WRITING) stage = FINISHING;
  else beginAnswer();
}

function beginAnswer(): void {
  failed = false;
  replyBegin();
  answerBegin();
  stage = WRITING;
}

function receive(): bool {
  if (receiverIsIdle()) return false;
  const bytes = receiveMessage(RECEIVE_GROUPS_A_STEP);
  if (bytes != 0) beginRequest(bytes - SMP_HEADER_BYTES);
  return true;
}

function beginRequest(payloadBytes: u32): void {
  if (requestPayloadBytes() != payloadBytes) {
    turn(fail(GENERIC, RC_INVALID));
  } else if (requestVersion() > VERSION_2) {
    turn(fail(GENERIC, RC_TOO_NEW));
  } else if (requestOp() != OP_READ && requestOp() != OP_WRITE) {
    turn(fail(GENERIC, RC_NOT_SUPPORTED));
  } else {
    fieldsBegin(payloadBytes);
    stage = READING;
  }
}

function readRequest(): void {
  const result = fieldsStep();
  if (result == FIELDS_INVALID) turn(fail(GENERIC, RC_INVALID));
  else if (result != FIELDS_MORE) stage = DECIDING;
}

/** What is decided in a window lasts: there a request is read afresh, and dropped like a damaged one where a bit of it has changed. */
function decideOnce(): void {
  if (mode() == MODE_WINDOW && !requestHolds()) {
    stage = RECEIVING;
    return;
  }
  const end = decide();
  if (end != END_MORE) messageForget();
  turn(end);
}

function requestHolds(): bool {
  const bytes = messageHolds();
  return bytes != 0 && fieldsHold(bytes - SMP_HEADER_BYTES);
}

/** END_MORE: in a slice of the window that it begins. */
function decide(): u32 {
  const group = requestGroup();
  if (group == GROUP_OS) return handleOs();
  if (group == GROUP_IMAGE) return handleImage();
  if (group == GROUP_ENUMERATION) return handleEnumeration();
  return group == GROUP_HOLDFAST ? handleHoldfast() : fail(GENERIC, RC_NOT_SUPPORTED);
}

/** The error replaces whatever was written. */
function beginFailure(): void {
  failed = true;
  failureStep = 0;
  replyBegin();
  stage = FAILING;
}

function writeError(): void {
  if (writeFailure(failureStep) == END_REPLY) stage = FINISHING;
  failureStep++;
}

/** Ends the answer and begins to send it. */
function finish(): void {
  const isV1 = requestIsV1();
  if (!failed && isV1 && requestOp() == OP_WRITE && requestGroup() != GROUP_OS) writeUnsigned(KEY_RC, RC_OK);
  const version = isV1 ? VERSION_1 : VERSION_2;
  const firstByte = (version << 3) | (requestOp() == OP_READ ? OP_READ_ANSWER : OP_WRITE_ANSWER);
  sendBegin(replyEnd(firstByte, requestGroup(), requestSequence(), requestId()));
  stage = SENDING;
}

function send(): bool {
  const result = sendStep();
  if (result == SENT_ALL) {
    stage = RECEIVING;
    resetIfWanted();
    closeIfWanted();
  }
  return result != SENT_NOTHING;
}
