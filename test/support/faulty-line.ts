/** A line between client and device that misbehaves once, at one byte of one direction. */
import type { Clock } from '../../host/common/clock.ts';
import type { Transport } from '../../host/serial/transport.ts';

export const FAULTS = ['drop', 'flip', 'duplicate', 'split', 'stall', 'disconnect'] as const;
export type FaultKind = (typeof FAULTS)[number];
export type Direction = 'to-device' | 'to-host';

export interface LineFault {
  kind: FaultKind;
  direction: Direction;
  /** Counts the bytes of that direction from 0. */
  at: number;
}

/** Longer than a client waits for an answer, shorter than it tries. */
const STALL_MS = 4000;
const FLIPPED_BIT = 0x04;

export class FaultyLine implements Transport {
  readonly name = 'faulty';
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #fault: LineFault | null;
  readonly #passed: Record<Direction, number> = { 'to-device': 0, 'to-host': 0 };
  /** While a direction is stalled, what came after the stall waits here. */
  readonly #held: Record<Direction, Uint8Array[] | null> = { 'to-device': null, 'to-host': null };
  #toHost: (bytes: Uint8Array) => void = () => {};
  #onClose: (error: Error | null) => void = () => {};
  #isGone = false;

  constructor(inner: Transport, clock: Clock, fault: LineFault | null) {
    this.#inner = inner;
    this.#clock = clock;
    this.#fault = fault;
    inner.onData((bytes) => {
      void this.#carry('to-host', bytes, async (piece) => this.#toHost(piece));
    });
  }

  /** Bytes that went each way so far. */
  passed(direction: Direction): number {
    return this.#passed[direction];
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isGone) throw new Error('the line is gone');
    await this.#carry('to-device', bytes, (piece) => this.#inner.write(piece));
  }

  async #carry(
    direction: Direction,
    bytes: Uint8Array,
    deliver: (piece: Uint8Array) => Promise<void>,
  ): Promise<void> {
    if (this.#isGone || bytes.length === 0) return;
    const held = this.#held[direction];
    if (held !== null) {
      held.push(bytes);
      return;
    }
    const start = this.#passed[direction];
    this.#passed[direction] += bytes.length;
    const fault = this.#fault;
    const index = (fault?.at ?? -1) - start;
    if (fault === null || fault.direction !== direction || index < 0 || index >= bytes.length)
      return deliver(bytes);
    const [before, byte, after] = [
      bytes.subarray(0, index),
      bytes.subarray(index, index + 1),
      bytes.subarray(index + 1),
    ];
    switch (fault.kind) {
      case 'drop':
        return deliver(Buffer.concat([before, after]));
      case 'flip':
        return deliver(Buffer.concat([before, Uint8Array.of((byte[0] ?? 0) ^ FLIPPED_BIT), after]));
      case 'duplicate':
        return deliver(Buffer.concat([before, byte, byte, after]));
      case 'split':
        await deliver(before);
        return deliver(Buffer.concat([byte, after]));
      case 'stall':
        await deliver(before);
        this.#stall(direction, Buffer.concat([byte, after]), deliver);
        return;
      default:
        await deliver(before);
        this.#disconnect();
    }
  }

  #stall(direction: Direction, rest: Uint8Array, deliver: (piece: Uint8Array) => Promise<void>): void {
    this.#held[direction] = [rest];
    this.#clock.after(STALL_MS, () => {
      const held = Buffer.concat(this.#held[direction] ?? []);
      this.#held[direction] = null;
      if (!this.#isGone) void deliver(held);
    });
  }

  #disconnect(): void {
    this.#isGone = true;
    this.#onClose(new Error('disconnected'));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#toHost = listener;
  }

  onClose(listener: (error: Error | null) => void): void {
    this.#onClose = listener;
  }

  async drainInput(): Promise<void> {}

  async close(): Promise<void> {
    this.#isGone = true;
  }
}
