import { HoldfastError } from '../../common/errors.ts';

/** Two names are one only when their bytes are. */
const NAMES = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Reads the primitives of the binary format: core specification, section 5.2. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Throws HoldfastError WASM_MALFORMED past the end. */
  byte(): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined;
    if (byte === undefined) throw malformed(this.at, 'it ends too early');
    this.at++;
    return byte;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed(this.at, 'a number is too long');
  }

  /** Signed LEB128 of at most `bits` bits. */
  signed(bits: number): bigint {
    let value = 0n;
    for (let shift = 0; shift < bits + 7; shift += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asIntN(shift + 7, value);
    }
    throw malformed(this.at, 'a number is too long');
  }

  name(): string {
    const bytes = this.u32();
    const start = this.skip(bytes);
    try {
      return NAMES.decode(this.bytes.subarray(start, this.at));
    } catch {
      throw malformed(start, 'a name is not UTF-8');
    }
  }

  /** Steps over `bytes` and gives where they start. */
  skip(bytes: number): number {
    const start = this.at;
    if (start + bytes > this.end) throw malformed(start, 'it ends too early');
    this.at += bytes;
    return start;
  }

  /** A reader of the next `bytes`, which this one steps over. */
  part(bytes: number): Reader {
    const start = this.skip(bytes);
    return new Reader(this.bytes, start, this.at);
  }
}

export function malformed(at: number, why: string): HoldfastError {
  const remedy = 'Give a WebAssembly module in binary form, as a compiler wrote it.';
  return new HoldfastError('WASM_MALFORMED', `not a module that can be read, at byte ${at}: ${why}`, {
    remedy,
  });
}
