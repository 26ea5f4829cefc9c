import {
  AREAS, AREA_STATE, CONTENT_LOCATION, DONE, FLASH_FAILED, GEOMETRY_AT_AREA_BYTES, GEOMETRY_AT_ERASED_BYTE,
  GEOMETRY_AT_PROGRAM_BYTES, GEOMETRY_AT_SECTOR_BYTES, GEOMETRY_LOCATION, RECORD_LOCATION,
} from '../../assembly/format';
import { prepareCrc } from '../../assembly/digest/crc32c';
import { journalFind, journalIsFirm } from '../../assembly/slots/find';
import { journalAppend } from '../../assembly/slots/journal';
import { MORE } from '../../assembly/refusal';
import { layRecord } from '../../assembly/slots/records';
import { forgetRoom, journalHasRoom, setRoom } from '../../assembly/slots/room';

// @ts-ignore: decorator
@external('port', 'setBudget')
declare function setBudget(operations: i32): void;

// @ts-ignore: decorator
@external('port', 'setUnstable')
declare function setUnstable(area: u32, offset: u32, bits: u32): void;

// @ts-ignore: decorator
@external('port', 'tear')
declare function tear(area: u32, offset: u32, byte: u32): void;

const MAGIC: u32 = 0x12345678;
const BYTES: u32 = 64;
const STRIDE: u32 = 256;
const STRIDES_A_SECTOR: u32 = 16;

function prepare(area: u32): void {
  prepareCrc();
  store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_PROGRAM_BYTES, 256);
  store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_ERASED_BYTE, 0xff);
  for (let i: u32 = 0; i < AREAS; i++) {
    // Slots have sectors of another size.
    store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_SECTOR_BYTES + 4 * i, i < AREA_STATE ? 1024 : 4096);
    store<u32>(GEOMETRY_LOCATION + GEOMETRY_AT_AREA_BYTES + 4 * i, 8192);
  }
  for (let at: u32 = 0; at < 8192; at++) tear(area, at, 0xff);
  setBudget(-1);
  setUnstable(area, 0, 0);
  restart(area);
}

/** As after a reset: what the journal says is read from flash. */
function restart(area: u32): void {
  forgetRoom();
  setRoom(area, 0, 0);
  journalFind(area, MAGIC, BYTES);
}

function isFirm(area: u32): bool {
  restart(area);
  return journalIsFirm(area, MAGIC, BYTES);
}

function append(area: u32, value: u32, copies: u32 = 1): u32 {
  memory.fill(CONTENT_LOCATION, 0, BYTES);
  store<u32>(CONTENT_LOCATION, value, 8);
  let result: u32 = MORE;
  while (result == MORE) {
    while (!journalHasRoom(area, MAGIC, BYTES, copies)) {}
    result = journalAppend(area, MAGIC, BYTES, copies);
  }
  return result;
}

/** What the record that holds says. */
function current(area: u32): u32 {
  return journalFind(area, MAGIC, BYTES) == 0 ? 0 : load<u32>(RECORD_LOCATION, 8);
}

describe('a journal', () => {
  test('holds nothing at first, then what was appended last, over many turns of its sectors', () => {
    prepare(2);
    expect(journalFind(2, MAGIC, BYTES)).toBe(0);
    for (let i: u32 = 1; i <= 100; i++) {
      expect(append(2, i)).toBe(DONE);
      expect(current(2)).toBe(i);
      expect(journalFind(2, MAGIC, BYTES)).toBe(i);
    }
  });
  test('keeps the record before when flash fails, whenever it does', () => {
    prepare(3);
    for (let i: u32 = 1; i <= 40; i++) {
      expect(append(3, i)).toBe(DONE);
      for (let budget = 0; budget < 2; budget++) {
        setBudget(budget);
        const result = append(3, 1000);
        setBudget(-1);
        if (result == DONE) expect(append(3, i)).toBe(DONE);
        else expect(result).toBe(FLASH_FAILED);
        expect(current(3)).toBe(i);
      }
    }
  });
  test('does not see records of another magic or with a wrong checksum', () => {
    prepare(4);
    expect(append(4, 7)).toBe(DONE);
    expect(journalFind(4, MAGIC + 1, BYTES)).toBe(0);
    expect(journalFind(4, MAGIC, BYTES - 4)).toBe(0);
    expect(current(4)).toBe(7);
  });
});

describe('a number', () => {
  test('above which there is none ends in a refusal', () => {
    prepare(2);
    append(2, 1);
    const record = layRecord(MAGIC, 0xffffffff, BYTES);
    for (let i: u32 = 0; i < BYTES; i++) tear(2, STRIDE + i, load<u8>(record + i));
    restart(2);
    expect(journalFind(2, MAGIC, BYTES)).toBe(0xffffffff);
    expect(append(2, 2)).toBe(FLASH_FAILED);
    expect(current(2)).toBe(1);
  });
});

describe('a sector', () => {
  test('in which records of another round were left behind is read to its start', () => {
    prepare(2);
    for (let i: u32 = 1; i <= 20; i++) append(2, i);
    // The sector in use begins with record 17, and one of the round before stands behind those that were written since.
    const record = layRecord(MAGIC, 3, BYTES);
    for (let i: u32 = 0; i < BYTES; i++) tear(2, 4096 + 9 * STRIDE + i, load<u8>(record + i));
    restart(2);
    expect(current(2)).toBe(20);
    expect(journalFind(2, MAGIC, BYTES)).toBe(20);
  });
});

describe('the next record', () => {
  test('never takes the sector of the one that holds, however often strides fail', () => {
    prepare(3);
    for (let i: u32 = 1; i <= STRIDES_A_SECTOR; i++) append(3, i);
    for (let i = 0; i < 40; i++) {
      setUnstable(3, 4096 + (i % 4) * STRIDE + 20, 4);
      append(3, 99);
      setUnstable(3, 0, 0);
      expect(current(3)).toBeGreaterThan(0);
      restart(3);
    }
  });
});

describe('a stride in doubt', () => {
  test('is passed over, and its number too, wherever it lies', () => {
    for (let torn: u32 = 1; torn < STRIDES_A_SECTOR; torn++) {
      prepare(2);
      for (let i: u32 = 1; i <= torn; i++) append(2, i);
      tear(2, torn * STRIDE + 9, 0);
      expect(append(2, 500)).toBe(DONE);
      // At the end of the sector, the number of the stride that was passed over counts all the same.
      expect(journalFind(2, MAGIC, BYTES)).toBe(torn + 2);
      expect(current(2)).toBe(500);
    }
  });
  test('that was read wrong once reads right the next time, and that is seen', () => {
    prepare(2);
    for (let i: u32 = 1; i <= 3; i++) append(2, i);
    setUnstable(2, 2 * STRIDE + 8, 1);
    expect(current(2)).toBe(2);
    expect(append(2, 4)).toBe(DONE);
    setUnstable(2, 0, 0);
    expect(current(2)).toBe(4);
    expect(journalFind(2, MAGIC, BYTES)).toBe(4);
  });
  test('makes a record that does not read back go to the next stride', () => {
    prepare(3);
    append(3, 1);
    setUnstable(3, STRIDE + 20, 4);
    expect(append(3, 2)).toBe(DONE);
    expect(current(3)).toBe(2);
    expect(journalFind(3, MAGIC, BYTES)).toBe(3);
    setUnstable(3, 0, 0);
    expect(current(3)).toBe(2);
  });
});

describe('what a journal says is firm', () => {
  test('when it was burned, or said twice', () => {
    prepare(2);
    expect(isFirm(2)).toBe(true);
    append(2, 1);
    expect(isFirm(2)).toBe(true);
    append(2, 2);
    expect(isFirm(2)).toBe(false);
    append(2, 2);
    expect(isFirm(2)).toBe(true);
  });
  test('unless a stride behind it is in doubt, in the next sector too', () => {
    for (let records: u32 = 1; records <= STRIDES_A_SECTOR; records++) {
      prepare(2);
      for (let i: u32 = 1; i <= records; i++) append(2, 7);
      expect(isFirm(2)).toBe(true);
      tear(2, records * STRIDE + 100, 0xfe);
      expect(isFirm(2)).toBe(false);
      expect(append(2, 7)).toBe(DONE);
      expect(isFirm(2)).toBe(true);
    }
  });
});
