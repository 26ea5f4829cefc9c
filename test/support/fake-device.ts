/**
 * Scripted answers, for what a real core cannot say: a table of requests and what a strange server answers to them. What is not in
 * the table, the real core behind it answers.
 */

import { encode } from 'cborg';
import { SMP_HEADER_AT, SMP_HEADER_BYTES } from '../../host/format.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import type { Transport } from '../../host/serial/transport.ts';

type Body = ReturnType<typeof decodeMessage>['body'];

/** By request, as `group/id`: fields of the answer, or bytes in the place of its CBOR; null: the real core answers this time. */
export type Script = Readonly<Record<string, (request: Body) => Record<string, unknown> | Uint8Array | null>>;

export class FakeDevice implements Transport {
  readonly name = 'fake';
  readonly #inner: Transport;
  readonly #script: Script;
  readonly #decoder = new FrameDecoder();
  #onData: (bytes: Uint8Array) => void = () => {};

  constructor(inner: Transport, script: Script) {
    this.#inner = inner;
    this.#script = script;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const [message] = this.#decoder.push(bytes);
    const scripted = message === undefined ? null : this.#answer(message);
    if (scripted === null) await this.#inner.write(bytes);
    else this.#onData(scripted);
  }

  #answer(message: Uint8Array): Uint8Array | null {
    const { header, body } = decodeMessage(message);
    const answer = this.#script[`${header.group}/${header.id}`]?.(body) ?? null;
    if (answer === null) return null;
    const content = answer instanceof Uint8Array ? answer : encode(answer);
    const head = encodeMessage({ ...header, operation: header.operation + 1 }, {}).subarray(
      0,
      SMP_HEADER_BYTES,
    );
    const framed = Buffer.concat([head, content]);
    framed.writeUInt16BE(content.length, SMP_HEADER_AT.bytes);
    return encodeFrame(framed);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
    this.#inner.onData(listener);
  }

  onClose(): void {}

  async drainInput(): Promise<void> {}

  async close(): Promise<void> {}
}
