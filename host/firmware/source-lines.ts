/**
 * Which line of its source an address belongs to, by the table of lines in the debug information (DWARF 2 to 5, section 6.2 of the
 * standard). A file may say anything: work and memory grow with its bytes, and what does not parse tells no lines.
 */

/** Sections of debug information that the table of lines needs, by name. */
export type DebugSections = ReadonlyMap<string, Uint8Array>;

const LINES = '.debug_line';
/** More sequences of rows than any program has: a table with more tells nothing. */
const SEQUENCES_MAX = 65_536;
const ROWS_MAX = 1 << 21;
const VERSION = { first: 2, files: 5, lanes: 4 } as const;
const NAME_BYTES_MAX = 4096;

/** Rows of a run of code without gaps, by rising address. */
interface Sequence {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly Row[];
  readonly files: readonly Text[];
}

/** A text that is read when it is asked for: many entries may share a long one. Throws RangeError where it is damaged. */
type Text = () => string;

interface Row {
  readonly address: number;
  readonly file: number;
  readonly line: number;
}

export class SourceLines {
  readonly #sections: DebugSections;
  #sequences: readonly Sequence[] | undefined;

  constructor(sections: DebugSections) {
    this.#sections = sections;
  }

  /** Whether the file tells lines at all. */
  get isThere(): boolean {
    return this.#all().length > 0;
  }

  /** `folder/name.c:12`; undefined where the file says nothing, or says two things. */
  at(address: number): string | undefined {
    const said = new Set<string>();
    for (const { from, to, rows, files } of this.#all()) {
      if (address < from || address >= to) continue;
      const row = rowAt(rows, address);
      const file = row && orNothing(files[row.file]);
      if (row !== undefined && file !== undefined && row.line > 0) said.add(`${file}:${row.line}`);
    }
    const [only, ...others] = said;
    return others.length > 0 ? undefined : only;
  }

  #all(): readonly Sequence[] {
    this.#sequences ??= sequencesIn(this.#sections);
    return this.#sequences;
  }
}

function orNothing<T>(read: (() => T) | undefined): T | undefined {
  try {
    return read?.();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The last row that does not lie behind the address. */
function rowAt(rows: readonly Row[], address: number): Row | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}

/** Of all units; those that are damaged are left out. */
function sequencesIn(sections: DebugSections): Sequence[] {
  const table = sections.get(LINES);
  if (table === undefined) return [];
  const all: Sequence[] = [];
  const bytes = new Bytes(table, 0, table.length);
  let rows = 0;
  while (bytes.left >= 4) {
    const length = bytes.u32();
    // DWARF of 64 bits does not occur in files of 32 bits.
    if (length > bytes.left) break;
    const unit = bytes.part(length);
    for (const sequence of orNothing(() => unitSequences(unit, sections)) ?? []) {
      all.push(sequence);
      rows += sequence.rows.length;
    }
    if (all.length > SEQUENCES_MAX || rows > ROWS_MAX) return [];
  }
  return all;
}

interface Header {
  readonly version: number;
  readonly instructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operands of each opcode below `opcodeBase`, from 1 on. */
  readonly operands: readonly number[];
  readonly files: readonly Text[];
}

/** Throws RangeError where the unit is damaged. */
function unitSequences(unit: Bytes, sections: DebugSections): Sequence[] {
  const header = headerOf(unit, sections);
  const sequences: Sequence[] = [];
  let rows: Row[] = [];
  const state = { address: 0, file: 1, line: 1 };
  const advance = (by: number) => {
    state.address = (state.address + by * header.instructionBytes) >>> 0;
  };
  const note = () => {
    if (rows.length >= ROWS_MAX) throw new RangeError('more rows than any program has');
    rows.push({ ...state });
  };
  const end = () => {
    const from = rows[0]?.address ?? 0;
    const isRising = rows.every(
      ({ address }, index) => index === 0 || address >= (rows[index - 1]?.address ?? 0),
    );
    if (isRising && state.address > from)
      sequences.push({ from, to: state.address, rows, files: header.files });
    rows = [];
    Object.assign(state, { address: 0, file: 1, line: 1 });
  };
  while (unit.left > 0) {
    const opcode = unit.u8();
    if (opcode >= header.opcodeBase) {
      const special = opcode - header.opcodeBase;
      advance(Math.floor(special / header.lineRange));
      state.line += header.lineBase + (special % header.lineRange);
      note();
    } else if (opcode === 0) extended(unit, state, end);
    else if (opcode === 1) note();
    else if (opcode === 2) advance(unit.leb());
    else if (opcode === 3) state.line += unit.signedLeb();
    else if (opcode === 4) state.file = unit.leb();
    else if (opcode === 8) advance(Math.floor((255 - header.opcodeBase) / header.lineRange));
    else if (opcode === 9) state.address = (state.address + unit.u16()) >>> 0;
    else for (let left = header.operands[opcode - 1] ?? 0; left > 0; left--) unit.leb();
  }
  return sequences;
}

/** An opcode with a length of its own: the end of a sequence, an address, or what is of no use here. */
function extended(unit: Bytes, state: { address: number }, end: () => void): void {
  const operation = unit.part(unit.leb());
  if (operation.left === 0) return;
  const opcode = operation.u8();
  if (opcode === 1) end();
  else if (opcode === 2) state.address = operation.u32();
}

function headerOf(unit: Bytes, sections: DebugSections): Header {
  const version = unit.u16();
  if (version < VERSION.first || version > VERSION.files) throw new RangeError('not a version that is known');
  // Sizes of an address and of a segment's selector.
  if (version >= VERSION.files) unit.part(2);
  const rest = unit.part(unit.u32());
  const instructionBytes = rest.u8();
  if (version >= VERSION.lanes) rest.u8();
  // Whether rows begin statements.
  rest.u8();
  const lineBase = (rest.u8() << 24) >> 24;
  const lineRange = rest.u8();
  const opcodeBase = rest.u8();
  if (lineRange === 0 || opcodeBase === 0) throw new RangeError('no line can be told');
  const operands = Array.from({ length: opcodeBase - 1 }, () => rest.u8());
  const files = version >= VERSION.files ? namedFiles(rest, sections) : plainFiles(rest);
  return { version, instructionBytes, lineBase, lineRange, opcodeBase, operands, files };
}

/** Before version 5: texts, counted from 1 on; folder 0 is where the compiler ran. */
function plainFiles(rest: Bytes): Text[] {
  const folders = [''];
  for (let name = rest.text(); name !== ''; name = rest.text()) folders.push(name);
  const files: Text[] = [() => ''];
  for (let name = rest.text(); name !== ''; name = rest.text()) {
    const [folder, file] = [folders[rest.leb()] ?? '', name];
    files.push(() => joined(folder, file));
    // Time of the last change, and length.
    rest.leb();
    rest.leb();
  }
  return files;
}

/** Of version 5: entries as a format says, counted from 0 on. */
function namedFiles(rest: Bytes, sections: DebugSections): Text[] {
  const folders = entries(rest, sections).map(({ name }) => name);
  const folderOf = (index: number) => (index === 0 ? '' : (folders[index]?.() ?? ''));
  return entries(rest, sections).map(
    ({ name, folder }) =>
      () =>
        joined(folderOf(folder), name()),
  );
}

const CONTENT = { path: 1, folder: 2 } as const;
const FORM = {
  block: 0x09,
  data1: 0x0b,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  data16: 0x1e,
  udata: 0x0f,
} as const;
const TEXT_FORM = { inline: 0x08, str: 0x0e, lineStr: 0x1f } as const;

function entries(rest: Bytes, sections: DebugSections): { name: Text; folder: number }[] {
  const format = Array.from({ length: rest.u8() }, () => ({ content: rest.leb(), form: rest.leb() }));
  const count = rest.leb();
  // An entry takes a byte at least, or a few bytes could ask for any number of them.
  if (count > rest.left) throw new RangeError('more entries than bytes');
  return Array.from({ length: count }, () => {
    const entry = { name: (): string => '', folder: 0 };
    for (const { content, form } of format) {
      const value = fieldOf(rest, form, sections);
      if (content === CONTENT.path && typeof value === 'function') entry.name = value;
      if (content === CONTENT.folder && typeof value === 'number') entry.folder = value;
    }
    return entry;
  });
}

function fieldOf(rest: Bytes, form: number, sections: DebugSections): Text | number | undefined {
  switch (form) {
    case TEXT_FORM.inline: {
      const text = rest.text();
      return () => text;
    }
    case TEXT_FORM.str:
      return textIn(sections.get('.debug_str'), rest.u32());
    case TEXT_FORM.lineStr:
      return textIn(sections.get('.debug_line_str'), rest.u32());
    case FORM.data1:
      return rest.u8();
    case FORM.data2:
      return rest.u16();
    case FORM.data4:
      return rest.u32();
    case FORM.udata:
      return rest.leb();
    case FORM.data8:
      return void rest.part(8);
    case FORM.data16:
      return void rest.part(16);
    case FORM.block:
      return void rest.part(rest.leb());
    default:
      throw new RangeError('a form that is not known');
  }
}

function textIn(section: Uint8Array | undefined, at: number): Text {
  if (section === undefined) throw new RangeError('a text that is not there');
  return () => new Bytes(section, at, section.length).text();
}

/** A folder below the one where the compiler ran stands before the name; what lies anywhere else tells its name only. */
function joined(folder: string, name: string): string {
  if (folder.startsWith('/') || name.startsWith('/')) return lastOf(name);
  return folder === '' ? name : `${folder}/${name}`;
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Bytes that are read from the front; RangeError behind their end. */
class Bytes {
  readonly #bytes: Uint8Array;
  readonly #to: number;
  #at: number;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#to = to;
  }

  get left(): number {
    return this.#to - this.#at;
  }

  u8(): number {
    if (this.#at >= this.#to) throw new RangeError('behind the end');
    return this.#bytes[this.#at++] ?? 0;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  /** Of numbers above 32 bits the lowest 32. */
  leb(): number {
    return this.#leb()[0] >>> 0;
  }

  signedLeb(): number {
    const [number, bits, last] = this.#leb();
    return (last & 0x40) !== 0 && bits < 32 ? number | (-1 << bits) : number | 0;
  }

  #leb(): [number: number, bits: number, last: number] {
    let [number, bits] = [0, 0];
    for (;;) {
      const byte = this.u8();
      if (bits < 32) number |= (byte & 0x7f) << bits;
      bits += 7;
      if ((byte & 0x80) === 0) return [number, bits, byte];
    }
  }

  /** Up to a 0. */
  text(): string {
    const room = this.#bytes.subarray(this.#at, Math.min(this.#to, this.#at + NAME_BYTES_MAX));
    const length = room.indexOf(0);
    if (length < 0) throw new RangeError('a text without end');
    this.#at += length + 1;
    return Buffer.from(room.subarray(0, length)).toString('utf8');
  }

  /** The next bytes, by themselves. */
  part(length: number): Bytes {
    if (length > this.left) throw new RangeError('behind the end');
    const part = new Bytes(this.#bytes, this.#at, this.#at + length);
    this.#at += length;
    return part;
  }
}
