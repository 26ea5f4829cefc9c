import {
  CONTENT_LOCATION, DONE, GEOMETRY_LOCATION, HASH_BYTES, OUTCOME_CONFIRMED, OUTCOME_REVERTED_BY_RESET, OUTCOME_WITHDRAWN, OutcomeRecord,
  SCRATCH_LOCATION,
} from '../../assembly/format';
import { prepareCrc } from '../../assembly/digest/crc32c';
import { NOT_FOUND } from '../../assembly/slots/journal';
import {
  PAST_END, PAST_PIECES, PAST_RECORD, PAST_TORN, lastOutcome, outcomeBoots, outcomeHash, outcomeIsKnown, pastKind, pastPlace, pastPlaces,
  readOutcome, readPast, wasReverted, writeOutcome,
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
  store<u32>(GEOMETRY_LOCATION, 4096, 0);
  store<u32>(GEOMETRY_LOCATION, 256, 4);
  store<u32>(GEOMETRY_LOCATION, 0xff, 8);
  for (let i: u32 = 0; i < 5; i++) store<u32>(GEOMETRY_LOCATION + 12 + 4 * i, 8192);
  for (let at: u32 = 0; at < 8192; at++) tear(AREA, at, 0xff);
  readOutcome();
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

function epochAt(back: u32): u32 {
  return kindAt(back) == PAST_RECORD ? changetype<OutcomeRecord>(SCRATCH_LOCATION).epoch : 0;
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
      expect(writeOutcome(OUTCOME_CONFIRMED, 0, epoch, hashOf(epoch))).toBe(DONE);
      expect(lastOutcome().epoch).toBe(epoch);
      // All of the sectors but the one that is being filled.
      const least = min(epoch, STRIDES_A_SECTOR);
      for (let back: u32 = 0; back < least; back++) expect(epochAt(back)).toBe(epoch - back);
    }
    expect(pastPlaces()).toBe(STRIDES);
    expect(pastPlace(STRIDES)).toBe(NOT_FOUND);
    expect(load<u8>(outcomeHash(lastOutcome()))).toBe(70);
    expect(outcomeBoots(lastOutcome())).toBe(0);
  });
  test('that power tore are told from the end', () => {
    prepare();
    writeOutcome(OUTCOME_CONFIRMED, 0, 1, hashOf(1));
    tear(AREA, STRIDE + 4, 0);
    tear(AREA, STRIDE, 0);
    writeOutcome(OUTCOME_CONFIRMED, 0, 2, hashOf(2));
    expect(epochAt(0)).toBe(2);
    expect(kindAt(1)).toBe(PAST_TORN);
    expect(epochAt(2)).toBe(1);
    expect(kindAt(3)).toBe(PAST_END);
  });
  test('tell whether an edition was reverted: the last word on it counts, and no word on others', () => {
    prepare();
    expect(wasReverted(hashOf(1))).toBe(false);
    writeOutcome(OUTCOME_REVERTED_BY_RESET, 0, 5, hashOf(1));
    expect(wasReverted(hashOf(1))).toBe(true);
    expect(wasReverted(hashOf(2))).toBe(false);
    writeOutcome(OUTCOME_WITHDRAWN, 0, 6, hashOf(2));
    expect(wasReverted(hashOf(2))).toBe(false);
    expect(wasReverted(hashOf(1))).toBe(true);
    writeOutcome(OUTCOME_CONFIRMED, 0, 5, hashOf(1));
    expect(wasReverted(hashOf(1))).toBe(false);
  });
});
