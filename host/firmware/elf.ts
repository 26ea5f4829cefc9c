/** As much of ELF32 (little-endian) as firmware needs: what is loaded where, the addresses of symbols, and lines of the source. */
import { inflateSync } from 'node:zlib';
import { HoldfastError } from '../common/errors.ts';
import { SourceLines } from './source-lines.ts';

export interface Segment {
  /** Where it lies in flash, or in SRAM when it is not loaded from flash. */
  readonly physical: number;
  /** Where it runs. */
  readonly virtual: number;
  readonly bytes: Uint8Array;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly isFunction: boolean;
  /** A function whose address says that it is Thumb code. */
  readonly isThumb: boolean;
}

/** A part of memory as the linker script names it. */
export interface ElfSection {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

export interface Elf {
  /** Of the processor, as ELF numbers them: MACHINE_ARM, MACHINE_RISCV, or another. */
  readonly machine: number;
  readonly segments: readonly Segment[];
  /** Those that take room in memory. */
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
  readonly lines: SourceLines;
  /** Address of a symbol. Throws HoldfastError ELF_SYMBOL. */
  addressOf(name: string): number;
}

const MAGIC = 0x464c457f;
const LOAD = 1;
const SYMBOL_TABLE = 2;
const WRITABLE = 1;
const ALLOCATED = 2;
const EXECUTABLE = 4;
export const MACHINE_ARM = 40;
export const MACHINE_RISCV = 243;
const SECTION_HEADER_BYTES = 40;
const SYMBOL_BYTES = 16;

/** Of the header: a class of 32 bits, bytes in rising order, and a program that is linked. */
const CLASS = { at: 4, bits32: 1 } as const;
const ORDER = { at: 5, little: 1 } as const;
const TYPE = { at: 16, linked: [2, 3] } as const;
const HEADER_BYTES = 52;
const SEGMENT_HEADER_BYTES = 32;

/** Throws HoldfastError ELF_FORMAT: not such a file, cut off, or with tables that say what cannot be. */
export function readElf(file: Uint8Array): Elf {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  requireKind(file, view);
  try {
    return readTables(file, view);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw damaged('The ELF file names places behind its end.', cause);
  }
}

function damaged(message: string, cause?: unknown): HoldfastError {
  const remedy = 'Give the file as the linker wrote it, whole.';
  return new HoldfastError('ELF_FORMAT', message, { remedy, ...(cause === undefined ? {} : { cause }) });
}

function requireKind(file: Uint8Array, view: DataView): void {
  const remedy = 'Give a linked program of a controller: ELF of 32 bits, little-endian.';
  const refuse = (what: string) => new HoldfastError('ELF_FORMAT', what, { remedy });
  if (file.length < 4 || view.getUint32(0, true) !== MAGIC)
    throw refuse('This is not a 32-bit ELF file: it is no ELF file at all.');
  if (file.length < HEADER_BYTES) throw damaged('The ELF file ends within its header.');
  if (view.getUint8(CLASS.at) !== CLASS.bits32)
    throw refuse('This is not a 32-bit ELF file: it is one of 64 bits.');
  if (view.getUint8(ORDER.at) !== ORDER.little) throw refuse('The ELF file is big-endian.');
  if (!TYPE.linked.some((type) => type === view.getUint16(TYPE.at, true))) {
    throw refuse('The ELF file is not linked: its addresses are not those that will run.');
  }
}

function readTables(file: Uint8Array, view: DataView): Elf {
  const section = sectionReader(view);
  const symbols = readSymbols(file, view, section);
  return {
    machine: view.getUint16(18, true),
    segments: readSegments(file, view),
    sections: readSections(file, view, section),
    symbols,
    lines: new SourceLines(readDebug(file, view, section)),
    addressOf: (name) => {
      const symbol = symbols.find((one) => one.name === name);
      if (symbol === undefined) throw new HoldfastError('ELF_SYMBOL', `The firmware has no symbol ${name}.`);
      return symbol.address;
    },
  };
}

/** Throws HoldfastError ELF_FORMAT where two segments say what lies at one address, or one lies behind the end of the file. */
function readSegments(file: Uint8Array, view: DataView): Segment[] {
  const table = view.getUint32(28, true);
  const [entryBytes, count] = [view.getUint16(42, true), view.getUint16(44, true)];
  if (count > 0 && entryBytes !== SEGMENT_HEADER_BYTES)
    throw damaged('The ELF file has segment headers of another size.');
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const field = (index: number) => view.getUint32(table + i * entryBytes + 4 * index, true);
    if (field(0) !== LOAD || field(4) === 0) continue;
    segments.push({ virtual: field(2), physical: field(3), bytes: part(file, field(1), field(4)) });
  }
  const sorted = [...segments].sort((a, b) => a.virtual - b.virtual);
  const isShared = ({ virtual, bytes }: Segment, next: Segment | undefined) =>
    virtual + bytes.length > Math.min(next?.virtual ?? 2 ** 32, 2 ** 32);
  if (sorted.some((each, index) => isShared(each, sorted[index + 1])))
    throw damaged('Two segments of the ELF file overlap.');
  return segments;
}

/** So many bytes of the file; a RangeError where they are not there. */
function part(file: Uint8Array, from: number, bytes: number): Uint8Array {
  if (from + bytes > file.length) throw new RangeError('behind the end of the file');
  return file.subarray(from, from + bytes);
}

/** Word `field` of the header of section `index`. */
type SectionReader = (index: number, field: number) => number;
/** Fields of a section's header, in words. */
const FIELD = { name: 0, kind: 1, flags: 2, address: 3, offset: 4, bytes: 5, link: 6 } as const;

function sectionReader(view: DataView): SectionReader {
  const table = view.getUint32(32, true);
  const [entryBytes, count] = [view.getUint16(46, true), sectionCount(view)];
  if (count > 0 && entryBytes !== SECTION_HEADER_BYTES)
    throw damaged('The ELF file has section headers of another size.');
  if (table + count * SECTION_HEADER_BYTES > view.byteLength)
    throw new RangeError('behind the end of the file');
  return (index, field) => {
    if (index >= count) throw new RangeError('a section that is not there');
    return view.getUint32(table + index * SECTION_HEADER_BYTES + 4 * field, true);
  };
}

function sectionCount(view: DataView): number {
  return view.getUint16(48, true);
}

/** A name of symbols and sections; longer ones are none. */
const NAME_BYTES_MAX = 4096;

function textAt(file: Uint8Array, from: number): string {
  const room = file.subarray(from, from + NAME_BYTES_MAX);
  const length = room.indexOf(0);
  if (length < 0) throw new RangeError('a name without end');
  return Buffer.from(room.subarray(0, length)).toString('latin1');
}

function readSections(file: Uint8Array, view: DataView, section: SectionReader): ElfSection[] {
  const sections: ElfSection[] = [];
  for (let i = 0; i < sectionCount(view); i++) {
    if ((section(i, FIELD.flags) & ALLOCATED) === 0) continue;
    sections.push({
      name: sectionName(file, view, section, i),
      address: section(i, FIELD.address),
      bytes: section(i, FIELD.bytes),
      isWritable: (section(i, FIELD.flags) & WRITABLE) !== 0,
      isExecutable: (section(i, FIELD.flags) & EXECUTABLE) !== 0,
    });
  }
  return sections;
}

function sectionName(file: Uint8Array, view: DataView, section: SectionReader, index: number): string {
  return textAt(file, section(view.getUint16(50, true), FIELD.offset) + section(index, FIELD.name));
}

/** No debug information that is compressed is larger. */
const INFLATED_BYTES_MAX = 1 << 26;
const COMPRESSED = 0x800;
const COMPRESSED_BY_ZLIB = 1;
const COMPRESSED_HEADER_BYTES = 12;

/** Debug information; what is damaged is left out, since nothing hangs on it. */
function readDebug(file: Uint8Array, view: DataView, section: SectionReader): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (let i = 0; i < sectionCount(view); i++) {
    const name = sectionName(file, view, section, i);
    if (!name.startsWith('.debug_') || (section(i, FIELD.flags) & ALLOCATED) !== 0) continue;
    const bytes = part(file, section(i, FIELD.offset), section(i, FIELD.bytes));
    const plain = (section(i, FIELD.flags) & COMPRESSED) === 0 ? bytes : inflated(bytes);
    if (plain !== undefined) found.set(name, plain);
  }
  return found;
}

function inflated(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < COMPRESSED_HEADER_BYTES || bytes[0] !== COMPRESSED_BY_ZLIB) return undefined;
  try {
    return inflateSync(bytes.subarray(COMPRESSED_HEADER_BYTES), { maxOutputLength: INFLATED_BYTES_MAX });
  } catch {
    return undefined;
  }
}

function readSymbols(file: Uint8Array, view: DataView, section: SectionReader): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  for (let i = 0; i < sectionCount(view); i++) {
    if (section(i, FIELD.kind) !== SYMBOL_TABLE) continue;
    const names = section(section(i, FIELD.link), FIELD.offset);
    const table = part(file, section(i, FIELD.offset), section(i, FIELD.bytes));
    const entries = new DataView(table.buffer, table.byteOffset, table.byteLength);
    for (let at = 0; at < table.length; at += SYMBOL_BYTES) symbols.push(symbolAt(file, names, entries, at));
  }
  return symbols;
}

function symbolAt(file: Uint8Array, names: number, entries: DataView, at: number): ElfSymbol {
  const name = textAt(file, names + entries.getUint32(at, true));
  // The lowest bit of a function's address says that it is Thumb code.
  const isFunction = (entries.getUint8(at + 12) & 15) === 2;
  const value = entries.getUint32(at + 4, true);
  return {
    name,
    address: isFunction ? (value & ~1) >>> 0 : value,
    bytes: entries.getUint32(at + 8, true),
    isFunction,
    isThumb: isFunction && (value & 1) !== 0,
  };
}
