import { REQUEST_LOCATION } from '../../assembly/format';
import { PAYLOAD_OFFSET } from '../../assembly/smp/receive';
import {
  FIELDS_MORE, FIELDS_READ, FIELD_CONFIRM, FIELD_DATA, FIELD_HASH, FIELD_LEN, FIELD_OFF, FIELD_X, TYPE_ABSENT, TYPE_BYTES, TYPE_NEGATIVE,
  TYPE_NULL, TYPE_OTHER, TYPE_TEXT, TYPE_TRUE, TYPE_UNSIGNED, fieldLength, fieldPlace, fieldType, fieldValue, fieldsBegin, fieldsStep,
} from '../../assembly/smp/fields';

/** Steps that no request takes. */
const STEPS_MAX = 70;

/** Puts bytes given in hexadecimal where a request lies; gives whether they are understood. */
function read(hex: string): bool {
  const bytes = hex.length / 2;
  for (let i = 0; i < bytes; i++) store<u8>(REQUEST_LOCATION + PAYLOAD_OFFSET + i, u8(parseInt(hex.substr(2 * i, 2), 16)));
  fieldsBegin(bytes);
  let state = FIELDS_MORE;
  for (let i = 0; i < STEPS_MAX && state == FIELDS_MORE; i++) state = fieldsStep();
  expect(state).not.toBe(FIELDS_MORE);
  return state == FIELDS_READ;
}

describe('the fields of a request', () => {
  test('nothing is an empty map', () => {
    expect(read('')).toBe(true);
    expect(fieldType(FIELD_OFF)).toBe(TYPE_ABSENT);
    expect(read('a0')).toBe(true);
    expect(read('bfff')).toBe(true);
  });
  test('numbers of every size', () => {
    expect(read('a3636f6666176378787818ff636c656e1affffffff')).toBe(true);
    expect(fieldType(FIELD_OFF)).toBe(TYPE_UNSIGNED);
    expect(fieldValue(FIELD_OFF)).toBe(23);
    expect(fieldValue(FIELD_LEN)).toBe(0xffffffff);
    expect(read('a1636c656e1b0000000000000100')).toBe(true);
    expect(fieldValue(FIELD_LEN)).toBe(256);
    expect(read('a1636c656e1b0000000100000000')).toBe(true);
    expect(fieldType(FIELD_LEN)).toBe(TYPE_OTHER);
    expect(read('a16178' + '3903e7')).toBe(true);
    expect(fieldType(FIELD_X)).toBe(TYPE_NEGATIVE);
    expect(i32(fieldValue(FIELD_X))).toBe(-1000);
    expect(read('a161783a7fffffff')).toBe(true);
    expect(i32(fieldValue(FIELD_X))).toBe(i32.MIN_VALUE);
    expect(read('a161783a80000000')).toBe(true);
    expect(fieldType(FIELD_X)).toBe(TYPE_OTHER);
  });
  test('bytes, text, true, null, indefinite map', () => {
    expect(read('bf646461746143010203676' + '36f6e6669726df5646861736' + '8f6ff')).toBe(true);
    expect(fieldType(FIELD_DATA)).toBe(TYPE_BYTES);
    expect(fieldLength(FIELD_DATA)).toBe(3);
    expect(load<u8>(fieldPlace(FIELD_DATA), 2)).toBe(3);
    expect(fieldType(FIELD_CONFIRM)).toBe(TYPE_TRUE);
    expect(fieldType(FIELD_HASH)).toBe(TYPE_NULL);
    expect(read('a1646861736863616263')).toBe(true);
    expect(fieldType(FIELD_HASH)).toBe(TYPE_TEXT);
  });
  test('unknown keys are passed over, with what is nested in them', () => {
    expect(read('a2637a7a7a8301a1616102c1034' + '00' + '636f666605')).toBe(false);
    expect(read('a2637a7a7a8301a161610203636f666605')).toBe(true);
    expect(fieldValue(FIELD_OFF)).toBe(5);
    expect(read('a26c616161616161616161616161' + '01' + '636f666605')).toBe(true);
    expect(fieldValue(FIELD_OFF)).toBe(5);
  });
  test('as many fields as there may be, and items in one of them', () => {
    expect(read('b820' + '617a01'.repeat(32))).toBe(true);
    expect(read('b821' + '617a01'.repeat(33))).toBe(false);
    expect(read('bf' + '617a01'.repeat(32) + 'ff')).toBe(true);
    expect(read('bf' + '617a01'.repeat(33) + 'ff')).toBe(false);
    expect(read('a1617a9820' + '01'.repeat(32))).toBe(true);
    expect(read('a1617a9821' + '01'.repeat(33))).toBe(false);
    expect(read('a1617a' + 'b0' + '01'.repeat(32))).toBe(true);
    expect(read('a1617a' + 'b1' + '01'.repeat(34))).toBe(false);
    expect(read('a1617a' + '81'.repeat(32) + '01')).toBe(true);
    expect(read('a1617a' + '81'.repeat(33) + '01')).toBe(false);
  });
  test('a key twice, when it is known', () => {
    expect(read('a2617801617801')).toBe(false);
    expect(read('a2617a01617a01')).toBe(true);
  });
  test('what is not understood makes the request invalid', () => {
    expect(read('8101')).toBe(false);
    expect(read('01')).toBe(false);
    expect(read('a1')).toBe(false);
    expect(read('a1636f66')).toBe(false);
    expect(read('a1636f6666')).toBe(false);
    expect(read('a10102')).toBe(false);
    expect(read('a2636f666601636f666602')).toBe(false);
    expect(read('a1636f66665f4101ff')).toBe(false);
    expect(read('a1646461746143' + '0102')).toBe(false);
    expect(read('a16464617461' + '5affffffff' + '00')).toBe(false);
    expect(read('a16464617461' + '9affffffff' + '00')).toBe(false);
    expect(read('a0' + '00')).toBe(false);
    expect(read('bf636f666601')).toBe(false);
    expect(read('baffffffff')).toBe(false);
    expect(read('bbffffffffffffffff')).toBe(false);
    expect(read('a1636f66661c')).toBe(false);
    expect(read('a1636f6666ff')).toBe(false);
  });
  test('deep nesting costs no more than its limit', () => {
    expect(read('a1637a7a7a' + '81'.repeat(1000) + '00')).toBe(false);
    expect(read('a1637a7a7a' + 'c1'.repeat(1000) + '00')).toBe(false);
  });
});
