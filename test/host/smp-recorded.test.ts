/** What a real server (Zephyr 4.4) answered, recorded: our side must understand all of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage } from '../../host/serial/smp.ts';

interface Exchange {
  name: string;
  request: string;
  answer: string;
}

const exchanges = readFileSync('test/fixtures/smp/zephyr-4.4.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const answerOf = (name: string) => {
  const exchange = exchanges.find((candidate) => candidate.name === name);
  if (exchange === undefined) throw new Error(`no recorded exchange "${name}"`);
  return decodeMessage(bytesOf(exchange.answer)).body;
};

describe('a recorded answer', () => {
  test.each(exchanges)('to "$name" is a message with the header of its request', ({ request, answer }) => {
    const asked = bytesOf(request);
    const { header, body } = decodeMessage(bytesOf(answer));
    expect(header).toMatchObject({
      group: (asked[4] ?? 0) * 256 + (asked[5] ?? 0),
      sequence: asked[6],
      id: asked[7],
    });
    expect(body).toBeInstanceOf(Map);
  });

  test.each(exchanges)('to "$name" comes through our framing', ({ answer }) => {
    expect(new FrameDecoder().push(encodeFrame(bytesOf(answer)))).toEqual([bytesOf(answer)]);
  });

  test('says what was asked', () => {
    expect(answerOf('params').get('buf_size')).toBe(384);
    expect(answerOf('upload off5 first').get('off')).toBe(64);
    expect(answerOf('test unknown hash v1').get('rc')).toBe(1);
    expect(answerOf('test unknown hash v2').get('err')).toEqual(
      new Map([
        ['group', 1],
        ['rc', 8],
      ]),
    );
    const images = answerOf('state v2').get('images') as Map<string, unknown>[];
    expect(images[0]?.get('version')).toBe('0.0.0');
    expect(images[0]?.get('hash')).toHaveLength(32);
  });
});

test('lines that another encoder cut shorter than they could be are one frame', () => {
  const echo = exchanges.find((exchange) => exchange.name === 'echo 200B');
  const message = bytesOf(echo?.answer ?? '');
  const stream = Buffer.concat(
    Buffer.from(encodeFrame(message))
      .toString('latin1')
      .split('\n')
      .map((line) => Buffer.from(line.slice(2), 'base64')),
  );
  // As recorded: 127, 123 and 51 bytes a line.
  const cuts = [0, 93, 183, stream.length];
  const lines = cuts.slice(1).map((end, index) => {
    const marker = index === 0 ? '\x06\x09' : '\x04\x14';
    return `${marker}${stream.subarray(cuts[index], end).toString('base64')}\n`;
  });
  expect(lines.map((line) => line.length)).toEqual([127, 123, 51]);
  expect(new FrameDecoder().push(Buffer.from(lines.join(''), 'latin1'))).toEqual([message]);
});
