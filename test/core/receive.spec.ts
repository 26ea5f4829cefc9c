import {
  messageLocation, receiveByte, receiveMessage, badBase64Count, badCrcCount, lostCount, tooLongCount,
} from '../../assembly/smp/receive';

/** An echo request in one line, as a client sends it: header 0a00000900000000, CBOR {"d": "hello"}. */
const ECHO = '\x06\x09ABMKAAAJAAAAAKFhZGVoZWxsb6J/\n';
const ECHO_BYTES: u32 = 17;

function give(text: string): void {
  for (let i = 0; i < text.length; i++) receiveByte(text.charCodeAt(i));
}

/** Works everything off; gives the bytes of the last message, 0 when there was none. */
function take(): u32 {
  let last: u32 = 0;
  for (let i = 0; i < 6000; i++) {
    const bytes = receiveMessage(1);
    if (bytes != 0) last = bytes;
  }
  return last;
}

describe('console framing', () => {
  test('a message in one line', () => {
    give(ECHO);
    expect(take()).toBe(ECHO_BYTES);
    expect(load<u8>(messageLocation())).toBe(0x0a);
    expect(load<u8>(messageLocation(), 12)).toBe(0x68);
  });
  test('logs before, between and on the same line are no trouble', () => {
    give('boot ok\nspeed 5' + ECHO);
    expect(take()).toBe(ECHO_BYTES);
    give('\x06\x09ABMK\nlog line\n\x04\x14AAAJAAAAAKFhZGVoZWxsb6J/\n');
    expect(take()).toBe(ECHO_BYTES);
  });
  test('a carriage return before the line feed', () => {
    give(ECHO.substr(0, ECHO.length - 1) + '\r\n');
    expect(take()).toBe(ECHO_BYTES);
  });
  test('a start always starts anew', () => {
    give('\x06\x09ABMKAAAJ' + ECHO);
    expect(take()).toBe(ECHO_BYTES);
  });
  test('a continuation without a start is passed over', () => {
    give('\x04\x14AAAJAAAAAKFhZGVoZWxsb6J/\n');
    expect(take()).toBe(0);
  });
  test('a bad CRC, bad base64, a line and a length that are too long are dropped and counted', () => {
    const crc = badCrcCount();
    give(ECHO.replace('6J/', '6J+'));
    expect(take()).toBe(0);
    expect(badCrcCount()).toBe(crc + 1);
    const base64 = badBase64Count();
    give('\x06\x09AB*K\n');
    give('\x06\x09ABM\n');
    give('\x06\x09AB=K\n');
    expect(take()).toBe(0);
    expect(badBase64Count()).toBe(base64 + 3);
    const long = tooLongCount();
    give('\x06\x09' + 'A'.repeat(125) + '\n');
    give('\x06\x09//8A\n');
    give('\x06\x09AAAA\n');
    expect(take()).toBe(0);
    expect(tooLongCount()).toBe(long + 3);
    give(ECHO);
    expect(take()).toBe(ECHO_BYTES);
  });
  test('a frame without end is cut at the size of the buffer', () => {
    const long = tooLongCount();
    give('\x06\x09B/4A' + 'A'.repeat(120) + '\n');
    for (let i = 0; i < 40; i++) {
      give('\x04\x14' + 'A'.repeat(124) + '\n');
      take();
    }
    expect(tooLongCount()).toBe(long + 1);
  });
  test('a full ring loses bytes and counts them', () => {
    take();
    const lost = lostCount();
    for (let i = 0; i < 5000; i++) receiveByte(0x41);
    expect(lostCount()).toBe(lost + 5000 - 4096);
    take();
    give(ECHO);
    expect(take()).toBe(ECHO_BYTES);
  });
});
