/** What a reference server answered, and what the core answers: equal but for device values and the deviations listed in docs/SPEC.md. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeCbor } from '../../host/serial/cbor.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { compileEdition } from '../support/editions.ts';
import { SimDevice } from '../support/sim-device.ts';

interface Recorded {
  name: string;
  request: string;
  answer: string;
}

const recorded: Recorded[] = readFileSync(
  new URL('../fixtures/smp/zephyr-4.4.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const HEADER_BYTES = 8;
const first = await compileEdition({ epoch: 1, limit: 80 });

function plain(value: unknown): unknown {
  if (value instanceof Map) {
    const entries = [...value].map(([key, entry]): [string, unknown] => [String(key), plain(entry)]);
    return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
  }
  if (value instanceof Uint8Array) return `h:${Buffer.from(value).toString('hex')}`;
  return Array.isArray(value) ? value.map(plain) : value;
}

/** Values that belong to the device and not to the protocol. */
const DEVICE_VALUES = new Set(['buf_size', 'buf_count', 'output', 'version', 'hash', 'size']);

function withoutDeviceValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDeviceValues);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(DEVICE_VALUES.has(key) && typeof entry !== 'object'))
      .map(([key, entry]) => [key, withoutDeviceValues(entry)]),
  );
}

function spelled(message: Uint8Array): { header: string; body: unknown } {
  const header = Buffer.from(message.subarray(0, HEADER_BYTES));
  // The length of the CBOR depends on how it is written; it is right in both, or decoding would fail.
  header.writeUInt16BE(0, 2);
  return {
    header: header.toString('hex'),
    body: withoutDeviceValues(plain(decodeCbor(message.subarray(HEADER_BYTES)))),
  };
}

async function answerOf(device: SimDevice, request: Uint8Array): Promise<Uint8Array> {
  const decoder = new FrameDecoder({});
  const messages: Uint8Array[] = [];
  device.onData((bytes) => messages.push(...decoder.push(bytes)));
  await device.write(encodeFrame(request));
  const [answer] = messages;
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** The pairs that are answered differently, and why; docs/SPEC.md section 7 says the same. */
const DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ['confirm hash null (go client)', 'accepted as "no hash": a client in the field confirms like this'],
  ['upload off5 first', 'the reference had half an upload at hand, this device has none and wants byte 0'],
  ['bootloader', 'the reference was built without it'],
  ['test unknown hash v1', 'the reference has no words for it'],
  ['upload image 7', 'the reference went on with that upload; here there is one image, number 0'],
]);

describe.each(['device-4k', 'device'] as const)('recorded requests, the build %s', (build) => {
  const equal: string[] = [];

  test.each(recorded.map((pair): [string, Recorded] => [pair.name, pair]))(
    '%s',
    async (name, { request, answer: recordedAnswer }) => {
      const device = await SimDevice.boot({ image: first, build });
      await device.client().openWindow({ shared: true });
      const answer = spelled(await answerOf(device, Buffer.from(request, 'hex')));
      const reference = spelled(Buffer.from(recordedAnswer, 'hex'));
      if (DEVIATIONS.has(name)) {
        expect(answer).not.toEqual(reference);
        return;
      }
      expect(answer).toEqual(reference);
      equal.push(name);
    },
  );

  test('33 of 38 are equal', () => {
    expect(recorded).toHaveLength(38);
    expect(equal).toHaveLength(33);
  });
});
