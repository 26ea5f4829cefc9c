import { CONTENT_LOCATION, DONE, FLASH_FAILED, GEOMETRY_LOCATION, RECORD_LOCATION } from '../../assembly/format';
import { prepareCrc } from '../../assembly/digest/crc32c';
import { journalAppend, journalFind } from '../../assembly/slots/journal';

// @ts-ignore: decorator
@external('port', 'setBudget')
declare function setBudget(operations: i32): void;

const MAGIC: u32 = 0x12345678;
const BYTES: u32 = 64;

function prepare(area: u32): void {
  prepareCrc();
  store<u32>(GEOMETRY_LOCATION, 4096, 0);
  store<u32>(GEOMETRY_LOCATION, 256, 4);
  store<u32>(GEOMETRY_LOCATION, 0xff, 8);
  for (let i: u32 = 0; i < 5; i++) store<u32>(GEOMETRY_LOCATION + 12 + 4 * i, 8192);
  setBudget(-1);
}

function append(area: u32, value: u32): u32 {
  memory.fill(CONTENT_LOCATION, 0, BYTES);
  store<u32>(CONTENT_LOCATION, value, 8);
  return journalAppend(area, MAGIC, BYTES);
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
