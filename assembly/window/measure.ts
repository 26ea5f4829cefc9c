/**
 * Measuring check, verdict and sweep with the counter of the target, one input a step, in a maintenance window.
 *
 * What is measured is what the loop calls in RUN: for the one call the mode is RUN, with interrupts held back, so that none adds its
 * time and none can be answered by a map that does not answer now. The cost of an empty call, measured the same way, is taken off.
 *
 *     SCRATCH  0    six words: phase or word, x, y, to x, to y; then what check answered
 *              64   the loop's verdict, put back
 *              192  the loop's sweep, put back
 */
import {
  CALIBRATIONS, DONE, MODE_RUN, MODE_WINDOW, PAGE_BYTES, SCRATCH_LOCATION, SWEEP_LOCATION, SWEEP_ROOM, Sweep, TIMED_CHECK, TIMED_EMPTY,
  TIMED_SWEEP, TIMED_VERDICT, TIMED_WORDS_AT_ANSWER, TIMED_WORDS_AT_X, TIMED_WORDS_AT_Y, VERDICT_LOCATION, VERDICT_ROOM, Verdict,
} from '../format';
import { copyBytes, loadWord } from '../bytes';
import { check } from '../check/check';
import { crcWord, CRC_START } from '../digest/crc32c';
import { faultReason, setMode } from '../mode';
import { interrupts, timed } from '../port';
import { MORE } from '../refusal';

/** An input of check and verdict: phase, x, y. */
const PLACE_BYTES: u32 = 12;
/** An input of sweep: phase, x, y, to x, to y. */
const MOVE_BYTES: u32 = 20;
const VERDICT_KEPT_AT: usize = 64;
const SWEEP_KEPT_AT: usize = 192;

let what: u32 = TIMED_CHECK;
let inputs: usize = 0;
let count: u32 = 0;
let done: u32 = 0;
let calibrated: u32 = 0;
let emptyCycles: u32 = 0;
let least: u32 = 0;
let most: u32 = 0;
let worst: u32 = 0;
let answers: u32 = CRC_START;

/** Bytes of one input of a function. */
export function measureInputBytes(ofFunction: u32): u32 {
  return ofFunction == TIMED_SWEEP ? MOVE_BYTES : PLACE_BYTES;
}

/** Begins to measure `inputCount` inputs, packed at `location` until the job ends. */
export function measureBegin(ofFunction: u32, location: usize, inputCount: u32): void {
  what = ofFunction;
  inputs = location;
  count = inputCount;
  done = 0;
  calibrated = 0;
  least = 0;
  most = 0;
  worst = 0;
  answers = CRC_START;
}

/** One call. Gives MORE, DONE, or the reason of a FAULT: then the map does not answer, and nothing is measured. */
export function measureStep(): u32 {
  if (faultReason() != DONE) return faultReason();
  takeInput(inputs + done * measureInputBytes(what));
  if (calibrated < CALIBRATIONS) {
    calibrate();
    return MORE;
  }
  note(measureInput());
  done++;
  return done < count ? MORE : DONE;
}

function takeInput(at: usize): void {
  for (let offset: u32 = 0; offset < measureInputBytes(what); offset += 4)
    store<u32>(SCRATCH_LOCATION + offset, loadWord(at + offset));
}

/** The cheapest of a few: what is taken off is never too much. */
function calibrate(): void {
  interrupts(0);
  const took = timed(TIMED_EMPTY + what, u32(SCRATCH_LOCATION));
  interrupts(1);
  emptyCycles = calibrated == 0 ? took : min(emptyCycles, took);
  calibrated++;
}

function measureInput(): u32 {
  copyBytes(SCRATCH_LOCATION + VERDICT_KEPT_AT, VERDICT_LOCATION, VERDICT_ROOM);
  copyBytes(SCRATCH_LOCATION + SWEEP_KEPT_AT, SWEEP_LOCATION, SWEEP_ROOM);
  interrupts(0);
  setMode(MODE_RUN);
  if (what == TIMED_VERDICT) askFirst();
  const took = timed(what, u32(SCRATCH_LOCATION));
  setMode(MODE_WINDOW);
  interrupts(1);
  if (what == TIMED_CHECK) answers = crcWord(answers, load<u32>(SCRATCH_LOCATION, TIMED_WORDS_AT_ANSWER));
  else if (what == TIMED_VERDICT) addAnswer(VERDICT_LOCATION, offsetof<Verdict>());
  else addAnswer(SWEEP_LOCATION, offsetof<Sweep>());
  copyBytes(VERDICT_LOCATION, SCRATCH_LOCATION + VERDICT_KEPT_AT, VERDICT_ROOM);
  copyBytes(SWEEP_LOCATION, SCRATCH_LOCATION + SWEEP_KEPT_AT, SWEEP_ROOM);
  return took;
}

/** A verdict is asked for the word that check gives. */
function askFirst(): void {
  const phase = load<u32>(SCRATCH_LOCATION);
  store<u32>(SCRATCH_LOCATION, check(phase, load<i32>(SCRATCH_LOCATION, TIMED_WORDS_AT_X), load<i32>(SCRATCH_LOCATION, TIMED_WORDS_AT_Y)));
}

function addAnswer(location: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 4) answers = crcWord(answers, load<u32>(location + offset));
}

function note(took: u32): void {
  const cycles = took > emptyCycles ? took - emptyCycles : 0;
  if (done == 0 || cycles < least) least = cycles;
  if (done == 0 || cycles > most) {
    most = cycles;
    worst = done;
  }
}

export function measuredCount(): u32 {
  return done;
}

export function measuredLeast(): u32 {
  return least;
}

export function measuredMost(): u32 {
  return most;
}

/** Which input took longest, counted from 0. */
export function measuredWorst(): u32 {
  return worst;
}

/** What was taken off each: reading the counter, and an empty call. */
export function measuredOverhead(): u32 {
  return emptyCycles;
}

/** CRC-32C of the answers. */
export function measuredAnswers(): u32 {
  return ~answers;
}

if (!(VERDICT_KEPT_AT + VERDICT_ROOM <= SWEEP_KEPT_AT && SWEEP_KEPT_AT + SWEEP_ROOM <= usize(PAGE_BYTES))) {
  ERROR('what is kept of verdict and sweep overlaps, or outgrew its place');
}
