/**
 * Counts executed instructions: rewrites a wasm module so that every straight stretch of instructions adds its length to a global,
 * exported as `executed`. Nothing else about the module changes.
 */

const SECTION = { global: 6, export: 7, code: 10 } as const;
const I32 = 0x7f;
const MUTABLE = 1;
const EXPORT_GLOBAL = 3;
const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
} as const;
/** What ends a straight stretch. */
const CONTROL = new Set<number>([0x00, ...Object.values(OP)]);

class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
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

  /** Passes over a LEB128 of either sign. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }
}

/** Unsigned LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** Signed LEB128 of a number that is not negative. */
function signedLeb(value: number): number[] {
  const bytes = leb(value);
  const last = bytes.at(-1) ?? 0;
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
}

/** Passes over the immediates of an instruction. */
function skipImmediates(opcode: number, reader: Reader): void {
  if (opcode >= 0x02 && opcode <= 0x04) reader.skipNumber();
  else if (opcode === OP.br || opcode === OP.brIf || opcode === 0x10) reader.skipNumber();
  else if (opcode === OP.brTable)
    for (let labels = reader.number() + 1; labels > 0; labels--) reader.skipNumber();
  else if (opcode >= 0x20 && opcode <= 0x24) reader.skipNumber();
  else if (opcode >= 0x28 && opcode <= 0x3e) {
    reader.skipNumber();
    reader.skipNumber();
  } else if (opcode === 0x3f || opcode === 0x40 || opcode === 0x41 || opcode === 0x42) reader.skipNumber();
  else if (opcode > 0xc4 || (opcode >= 0x05 && opcode < 0x45 && !isPlain(opcode))) {
    throw new RangeError(`no rule for opcode 0x${opcode.toString(16)}`);
  }
}

function isPlain(opcode: number): boolean {
  return (
    opcode === OP.else || opcode === OP.end || opcode === OP.return || opcode === 0x1a || opcode === 0x1b
  );
}

/** `executed += count` */
function counter(global: number, count: number): number[] {
  return [0x23, ...leb(global), 0x41, ...signedLeb(count), 0x6a, 0x24, ...leb(global)];
}

function instrumentBody(body: Reader, global: number): number[] {
  const start = body.at;
  for (let groups = body.number(); groups > 0; groups--) {
    body.number();
    body.byte();
  }
  const out = [...body.bytes.subarray(start, body.at)];
  while (body.at < body.end) {
    const stretchAt = body.at;
    let count = 0;
    for (let opcode = -1; body.at < body.end && !CONTROL.has(opcode); count++) {
      opcode = body.byte();
      skipImmediates(opcode, body);
    }
    // The last `end` of a body is no place to jump to; what stands before it is counted with it.
    out.push(...counter(global, count), ...body.bytes.subarray(stretchAt, body.at));
  }
  return out;
}

function instrumentCode(content: Reader, global: number): number[] {
  const functions = content.number();
  const out = leb(functions);
  for (let i = 0; i < functions; i++) {
    const bytes = content.number();
    const body = instrumentBody(new Reader(content.bytes, content.at, content.at + bytes), global);
    content.at += bytes;
    out.push(...leb(body.length), ...body);
  }
  return out;
}

/** The module with a counter; it has no imported globals, which the core has not either. */
export function instrument(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(module, 8);
  const out = [...module.subarray(0, 8)];
  let global = 0;
  while (reader.at < module.length) {
    const id = reader.byte();
    const bytes = reader.number();
    const content = new Reader(module, reader.at, reader.at + bytes);
    reader.at += bytes;
    let section = [...module.subarray(content.at, content.end)];
    if (id === SECTION.global) {
      global = content.number();
      section = [
        ...leb(global + 1),
        ...module.subarray(content.at, content.end),
        I32,
        MUTABLE,
        0x41,
        0,
        OP.end,
      ];
    } else if (id === SECTION.export) {
      const exports = content.number();
      const name = [...Buffer.from('executed')];
      const entry = [name.length, ...name, EXPORT_GLOBAL, ...leb(global)];
      section = [...leb(exports + 1), ...module.subarray(content.at, content.end), ...entry];
    } else if (id === SECTION.code) {
      section = instrumentCode(content, global);
    }
    out.push(id, ...leb(section.length));
    // One by one: a section has more bytes than a call may have arguments.
    for (const byte of section) out.push(byte);
  }
  return Uint8Array.from(out);
}
