import {
  AREAS, CONTENT_LOCATION, DONE, GEOMETRY_AT_AREA_BYTES, GEOMETRY_AT_ERASED_BYTE, GEOMETRY_AT_PROGRAM_BYTES, GEOMETRY_AT_SECTOR_BYTES,
  GEOMETRY_LOCATION, HASH_BYTES, OUTCOME_CONFIRMED, OUTCOME_REFUSED_AT_ACTIVATION, OUTCOME_REFUSED_AT_UPLOAD, OUTCOME_REVERTED_BY_RESET,
  OUTCOME_WITHDRAWN, OutcomeRecord, REVERTED_BEFORE, SCRATCH_LOCATION,
} from '../../assembly/format';
import { prepareCrc } from '../../assembly/digest/crc32c';
import { MORE } from '../../assembly/refusal';
import { journalsStart } from '../../assembly/slots/journal';
import { NOT_FOUND } from '../../assembly/slots/records';
import { forgetRoom, setRoom } from '../../assembly/slots/room';
import {
  PAST_END, PAST_PIECES, PAST_RECORD, PAST_TORN, lastOutcome, outcomeBoots, outcomeHash, outcomeIsKnown, pastKind, pastPlace, pastPlaces,
  outcomeHasRoom, placesToBefore, readOutcome, readPast, revertedBegin, revertedStep, settleOutcome, writeOutcome,
} from '../../assembly/slots/outcome';

// @ts-ignore: decorator
@external('port', 'tear')
declare function tear(area: u32, offset: u32, byte: u32): void;

const AREA: u32 = 4;
const STRIDE: u32 = 256;
const STRIDES: u32 = 32;
const STRIDES_A_SECTOR: u32 = 16;
const HASH: usize = CONTENT_LOCATION + 64;

function prepare(): void {
  prepareCrc();
  store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_PROGRAM_BYTES, 256);
  store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_ERASED_BYTE, 0xff);
  for (let i: u32 = 0; i < AREAS; i++) {
    // No other area has sectors of this size.
    store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_SECTOR_BYTES + 4 * i, i == AREA ? 4096 : 1024);
    store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_AREA_BYTES + 4 * i, 8192);
  }
  for (let at: u32 = 0; at < 8192; at++) tear(AREA, at, 0xff);
  forgetRoom();
  setRoom(AREA, 0, 0);
  readOutcome();
}

function write(outcome: u32, epoch: u32, value: u32): u32 {
  while (!outcomeHasRoom()) {}
  return writeOutcome(outcome, 0, epoch, hashOf(value));
}

/** What a start of the device does with outcomes. */
function start(): void {
  journalsStart(true);
  readOutcome();
  settleOutcome();
  journalsStart(false);
}

function wasReverted(hash: usize): bool {
  let result: u32 = MORE;
  revertedBegin();
  while (result == MORE) result = revertedStep(hash);
  return result == REVERTED_BEFORE;
}

const hash = memory.data(32, 4);

function hashOf(value: u32): usize {
  memory.fill(hash, u8(value), HASH_BYTES);
  return hash;
}

/** What lies so far back. */
function kindAt(back: u32): u32 {
  const place = pastPlace(back);
  if (place == NOT_FOUND) return PAST_END;
  for (let piece: u32 = 0; piece < PAST_PIECES; piece++) readPast(place, piece, SCRATCH_LOCATION);
  return pastKind(SCRATCH_LOCATION);
}

/** The epoch of what lies so far back; it is then at SCRATCH_LOCATION. */
function epochAt(back: u32): u32 {
  return kindAt(back) == PAST_RECORD ? changetype<OutcomeRecord>(SCRATCH_LOCATION).epoch : 0;
}

/** The epoch of the outcome that was written `count` outcomes before the newest, by what each says of the one before it. */
function epochOf(count: u32): u32 {
  let back: u32 = 0;
  for (; count > 0 && epochAt(back) != 0; count--) back += placesToBefore(SCRATCH_LOCATION);
  return epochAt(back);
}

describe('outcomes', () => {
  test('there are none at first', () => {
    prepare();
    expect(outcomeIsKnown()).toBe(false);
    expect(kindAt(0)).toBe(PAST_END);
  });
  test('are read back one by one, the newest first, over the ends of sectors and of the journal', () => {
    prepare();
    for (let epoch: u32 = 1; epoch <= 70; epoch++) {
      expect(write(OUTCOME_CONFIRMED, epoch, epoch)).toBe(DONE);
      expect(lastOutcome().epoch).toBe(epoch);
      // All of the sectors but the one that is being filled.
      const least = min(epoch, STRIDES_A_SECTOR / 2);
      for (let count: u32 = 0; count < least; count++) expect(epochOf(count)).toBe(epoch - count);
    }
    expect(pastPlaces()).toBe(STRIDES);
    expect(pastPlace(STRIDES)).toBe(NOT_FOUND);
    expect(load<u8>(outcomeHash(lastOutcome()))).toBe(70);
    expect(outcomeBoots(lastOutcome())).toBe(0);
  });
  test('that power tore are told from the end', () => {
    prepare();
    write(OUTCOME_CONFIRMED, 1, 1);
    tear(AREA, 2 * STRIDE + 4, 0);
    tear(AREA, 2 * STRIDE, 0);
    write(OUTCOME_CONFIRMED, 2, 2);
    expect(epochAt(0)).toBe(2);
    expect(epochAt(1)).toBe(2);
    expect(kindAt(2)).toBe(PAST_TORN);
    expect(epochAt(3)).toBe(1);
    expect(epochAt(4)).toBe(1);
    expect(kindAt(5)).toBe(PAST_END);
    expect(epochOf(1)).toBe(1);
    expect(epochOf(2)).toBe(0);
  });
  test('of which one copy is torn are written afresh by a start, in the place of what stood there', () => {
    prepare();
    write(OUTCOME_CONFIRMED, 1, 1);
    write(OUTCOME_CONFIRMED, 2, 2);
    tear(AREA, 3 * STRIDE + 20, 0);
    start();
    expect(lastOutcome().epoch).toBe(2);
    expect(lastOutcome().sequence).toBe(6);
    expect(epochOf(1)).toBe(1);
    start();
    expect(lastOutcome().sequence).toBe(6);
  });
  test('tell whether an edition was reverted: the last word on it once it ran counts, and no word on others', () => {
    prepare();
    expect(wasReverted(hashOf(1))).toBe(false);
    write(OUTCOME_REVERTED_BY_RESET, 5, 1);
    expect(wasReverted(hashOf(1))).toBe(true);
    expect(wasReverted(hashOf(2))).toBe(false);
    write(OUTCOME_WITHDRAWN, 6, 2);
    expect(wasReverted(hashOf(2))).toBe(false);
    expect(wasReverted(hashOf(1))).toBe(true);
    write(OUTCOME_WITHDRAWN, 5, 1);
    write(OUTCOME_REFUSED_AT_ACTIVATION, 5, 1);
    write(OUTCOME_REFUSED_AT_UPLOAD, 5, 1);
    expect(wasReverted(hashOf(1))).toBe(true);
    write(OUTCOME_CONFIRMED, 5, 1);
    expect(wasReverted(hashOf(1))).toBe(false);
  });
});
