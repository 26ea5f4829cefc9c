import { REQUEST_LOCATION, RESPONSE_LOCATION } from '../../assembly/format';
import { crcOf, prepareCrc } from '../../assembly/digest/crc32c';
import { shaBegin, shaEnd, shaUpdate } from '../../assembly/digest/sha256';
import { crc16Byte } from '../../assembly/digest/crc16';

function put(text: string): u32 {
  return u32(String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, REQUEST_LOCATION));
}

function hex(location: usize, bytes: u32): string {
  let out = '';
  for (let i: u32 = 0; i < bytes; i++) out += load<u8>(location + i).toString(16).padStart(2, '0');
  return out;
}

describe('CRC-32C', () => {
  test('the examples of RFC 3720 B.4', () => {
    prepareCrc();
    // 32 bytes of zeros, then of ones
    memory.fill(REQUEST_LOCATION, 0, 32);
    expect(crcOf(REQUEST_LOCATION, 32)).toBe(0x8a9136aa);
    memory.fill(REQUEST_LOCATION, 0xff, 32);
    expect(crcOf(REQUEST_LOCATION, 32)).toBe(0x62a8ab43);
  });
});

describe('CRC-16/XMODEM', () => {
  test('the check value of "123456789"', () => {
    const bytes = put('123456789');
    let crc: u32 = 0;
    for (let i: u32 = 0; i < bytes; i++) crc = crc16Byte(crc, load<u8>(REQUEST_LOCATION + i));
    expect(crc).toBe(0x31c3);
  });
});

describe('SHA-256 (FIPS 180-4 examples)', () => {
  test('of nothing', () => {
    shaBegin();
    shaEnd(RESPONSE_LOCATION);
    expect(hex(RESPONSE_LOCATION, 32)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
  test('of "abc"', () => {
    const bytes = put('abc');
    shaBegin();
    shaUpdate(REQUEST_LOCATION, bytes);
    shaEnd(RESPONSE_LOCATION);
    expect(hex(RESPONSE_LOCATION, 32)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
  test('of two blocks, given in pieces', () => {
    const bytes = put('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq');
    shaBegin();
    shaUpdate(REQUEST_LOCATION, 7);
    shaUpdate(REQUEST_LOCATION + 7, bytes - 7);
    shaEnd(RESPONSE_LOCATION);
    expect(hex(RESPONSE_LOCATION, 32)).toBe('248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
  });
});
