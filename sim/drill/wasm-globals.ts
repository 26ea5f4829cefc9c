/** Adds exports of a WebAssembly module's variables to it; its code stays byte for byte. */

const HEADER_BYTES = 8;
const SECTION_GLOBAL = 6;
const SECTION_EXPORT = 7;
const EXPORT_GLOBAL = 3;
const TYPE_I32 = 0x7f;
const TYPE_I64 = 0x7e;
const OP_CONSTANT = 0x41;
const OP_CONSTANT_64 = 0x42;
const CONSTANT_BYTES_MAX = 10;
const END = 0x0b;

class Reader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new RangeError('the module ends too early');
    return byte;
  }

  /** Unsigned LEB128. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}

/** Unsigned LEB128. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

/**
 * Which of the globals of 32 bits of a section can be changed, by their numbers. Those of 64 bits hold a move through a plane while it is
 * followed, and nothing from one call to the next.
 */
function variables(content: Uint8Array): number[] {
  const reader = new Reader(content);
  const count = reader.number();
  const found: number[] = [];
  for (let index = 0; index < count; index++) {
    const type = reader.byte();
    if (type !== TYPE_I32 && type !== TYPE_I64) throw new RangeError('a global is no whole number');
    if (reader.byte() === 1 && type === TYPE_I32) found.push(index);
    if (reader.byte() !== (type === TYPE_I32 ? OP_CONSTANT : OP_CONSTANT_64))
      throw new RangeError('a global is no plain constant');
    for (let bytes = 0; bytes < CONSTANT_BYTES_MAX && reader.byte() >= 128; bytes++);
    if (reader.byte() !== END) throw new RangeError('a global is no plain constant');
  }
  return found;
}

/** The module with each variable exported, and the names it has there. Throws RangeError for a module of another make. */
export function exportGlobals(module: Uint8Array): { bytes: Uint8Array<ArrayBuffer>; names: string[] } {
  const reader = new Reader(module, HEADER_BYTES);
  const out: number[] = [...module.subarray(0, HEADER_BYTES)];
  let found: number[] = [];
  while (reader.at < module.length) {
    const id = reader.byte();
    const bytes = reader.number();
    let content = module.subarray(reader.at, reader.at + bytes);
    reader.at += bytes;
    if (id === SECTION_GLOBAL) found = variables(content);
    if (id === SECTION_EXPORT) content = withExports(content, found);
    out.push(id, ...leb(content.length), ...content);
  }
  return { bytes: Uint8Array.from(out), names: found.map(nameOf) };
}

function nameOf(index: number): string {
  return `variable${index}`;
}

function withExports(content: Uint8Array, globals: readonly number[]): Uint8Array {
  const reader = new Reader(content);
  const count = reader.number();
  const added = globals.flatMap((index) => {
    const name = Buffer.from(nameOf(index));
    return [name.length, ...name, EXPORT_GLOBAL, ...leb(index)];
  });
  return Uint8Array.from([...leb(count + globals.length), ...content.subarray(reader.at), ...added]);
}
