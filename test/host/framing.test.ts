import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_BYTES_MAX } from '../../host/format.ts';
import { crc16 } from '../../host/serial/crc16.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { expectFor } from '../support/property.ts';

const text = (words: string) => Buffer.from(words, 'latin1');
const message = (bytes: number, start = 0) => Uint8Array.from({ length: bytes }, (_, index) => index + start);

test('the CRC of the standard check string', () => {
  expect(crc16(text('123456789'))).toBe(0x31c3);
});

describe('encoding', () => {
  test.each([0, 1, 8, 89, 90, 91, 182, 183, 2044, 65_533])('a message of %i bytes', (bytes) => {
    const frame = encodeFrame(message(bytes));
    const lines = Buffer.from(frame).toString('latin1').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.every((line) => line.length + 1 <= LINE_BYTES_MAX)).toBe(true);
    expect(lines[0]?.startsWith('\x06\x09')).toBe(true);
    expect(lines.slice(1).every((line) => line.startsWith('\x04\x14'))).toBe(true);
    expect(new FrameDecoder({ messageBytesMax: 65_533 }).push(frame)).toEqual([message(bytes)]);
  });

  test('above what the length field can say', () => {
    expect(() => encodeFrame(message(65_534))).toThrow(RangeError);
  });
});

describe('decoding', () => {
  test('a frame cut in two at every place', () => {
    const frame = encodeFrame(message(200));
    for (let at = 0; at <= frame.length; at++) {
      const decoder = new FrameDecoder();
      const messages = [...decoder.push(frame.subarray(0, at)), ...decoder.push(frame.subarray(at))];
      expect(messages, `cut at ${at}`).toEqual([message(200)]);
    }
  });

  const long = encodeFrame(message(200));
  const [first, second, third] = [long.subarray(0, 127), long.subarray(127, 254), long.subarray(254)];
  const short = encodeFrame(message(8, 50));
  const damaged = Uint8Array.from(short, (byte, index) =>
    index === 7 ? (byte === 0x41 ? 0x42 : 0x41) : byte,
  );
  const announcing = (bytes: number) =>
    text(`\x06\x09${Buffer.from([bytes >> 8, bytes & 255, 1, 2]).toString('base64')}\n`);

  /** What arrives, the messages it gives (as their lengths), what is reported as log, and the counters that are not 0. */
  const table: [string, Uint8Array[], number[], string[], Record<string, number>][] = [
    ['two frames', [short, short], [8, 8], [], { frames: 2 }],
    [
      'logs before, between and after lines',
      [text('boot\n'), first, text('tick\r\n'), second, third, text('end\n')],
      [200],
      ['boot', 'tick', 'end'],
      { frames: 1 },
    ],
    ['empty lines', [text('\n\n'), short, text('\n')], [8], [], { frames: 1 }],
    [
      'a line end of CR LF',
      [text(Buffer.from(short).toString('latin1').replace('\n', '\r\n'))],
      [8],
      [],
      { frames: 1 },
    ],
    [
      'a frame behind a log without a line end',
      [text('half a log'), short],
      [8],
      ['half a log'],
      { frames: 1 },
    ],
    [
      'a frame behind a line that was cut off',
      [first, second.subarray(0, 50), short],
      [8],
      expect.anything() as unknown as string[],
      { frames: 1, lost: 1 },
    ],
    ['a new first line in the middle', [first, second, long], [200], [], { frames: 1, lost: 1 }],
    ['a continuation of nothing', [second, short], [8], [], { frames: 1, lost: 1 }],
    ['a missing line in the middle', [first, third, short], [8], [], { frames: 1, lost: 1 }],
    ['a wrong CRC, then a right frame', [damaged, short], [8], [], { frames: 1, crc: 1 }],
    ['a line that is not base64', [text('\x06\x09AAA*\n'), short], [8], [], { frames: 1, base64: 1 }],
    ['padding in the middle', [text('\x06\x09AA==AAAA\n'), short], [8], [], { frames: 1, base64: 1 }],
    ['a first line without a length', [text('\x06\x09AA==\n'), short], [8], [], { frames: 1, base64: 1 }],
    [
      'a line that is too long',
      [text(`\x06\x09${'A'.repeat(128)}\n`), short],
      [8],
      [],
      { frames: 1, long: 1 },
    ],
    [
      'a line without an end in sight',
      [text(`\x06\x09${'A'.repeat(100_000)}\n`), short],
      [8],
      [],
      { frames: 1, long: 1 },
    ],
    ['a message above the cap', [announcing(5000), short], [8], [], { frames: 1, long: 1 }],
    ['more data than announced', [announcing(1), short], [8], [], { frames: 1, long: 1 }],
    [
      'a length without room for a CRC',
      [text(`\x06\x09${Buffer.from([0, 0]).toString('base64')}\n`), short],
      [8],
      [],
      { frames: 1, crc: 1 },
    ],
  ];

  test.each(table)('%s', (_, pieces, lengths, logs, counters) => {
    const seen: string[] = [];
    const decoder = new FrameDecoder({ onLog: (line) => seen.push(line) });
    const messages = pieces.flatMap((piece) => decoder.push(piece));
    expect(messages.map((found) => found.length)).toEqual(lengths);
    expect(seen).toEqual(logs);
    expect(decoder.counters).toEqual({ frames: 0, crc: 0, base64: 0, long: 0, lost: 0, ...counters });
  });

  test('a line that ends is whole, one that a frame cuts off is not', () => {
    const seen: [string, boolean][] = [];
    const decoder = new FrameDecoder({ onLog: (line, isWhole) => seen.push([line, isWhole]) });
    expect(decoder.push(text('x=5050000\nx=50'))).toEqual([]);
    expect(decoder.push(short)).toHaveLength(1);
    expect(seen).toEqual([
      ['x=5050000', true],
      ['x=50', false],
    ]);
  });

  test('what was begun is forgotten at reset', () => {
    const decoder = new FrameDecoder();
    decoder.push(first);
    decoder.reset();
    expect(decoder.push(second)).toEqual([]);
    expect(decoder.push(short)).toHaveLength(1);
  });
});

describe('random noise', () => {
  const noise = fc.uint8Array({ maxLength: 199 });
  const payload = fc
    .tuple(fc.nat({ max: 399 }), fc.nat({ max: 255 }))
    .map(([bytes, filler]) => message(bytes, filler));

  test('between frames, in random pieces: every whole frame arrives', async () => {
    const parts = fc.array(fc.tuple(noise, payload), { minLength: 6, maxLength: 6 });
    const pieces = fc.infiniteStream(fc.integer({ min: 1, max: 150 }));
    await expectFor('framing', { seed: 20_260, runs: 300 }, fc.tuple(parts, pieces), ([sent, lengths]) => {
      const stream = sent.flatMap(([before, each]) => [before, text('\n'), encodeFrame(each)]);
      const bytes = Buffer.concat(stream);
      const decoder = new FrameDecoder();
      const found: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = at + lengths.next().value;
        found.push(...decoder.push(bytes.subarray(at, end)));
        at = end;
      }
      expect(found).toEqual(sent.map(([, each]) => each));
    });
  });

  test('within frames: a changed byte never gives another message', async () => {
    const whole = message(150, 7);
    const frame = Buffer.from(encodeFrame(whole));
    const changes = fc.tuple(fc.nat({ max: frame.length - 1 }), fc.nat({ max: 7 }));
    await expectFor('bent frames', { seed: 20_261, runs: 2000 }, changes, ([at, bit]) => {
      const bent = Buffer.from(frame);
      bent[at] = (bent[at] ?? 0) ^ (1 << bit);
      for (const found of new FrameDecoder().push(bent)) expect(found).toEqual(whole);
    });
  });
});
