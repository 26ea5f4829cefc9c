/** As much of ELF32 (little-endian) as firmware needs: what is loaded where, and the addresses of symbols. */
import { HoldfastError } from '../common/errors.ts';

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

/** Throws HoldfastError ELF_FORMAT. */
export function readElf(file: Uint8Array): Elf {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 52 || view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== 1) {
    throw new HoldfastError('ELF_FORMAT', 'This is not a 32-bit ELF file.');
  }
  try {
    return readTables(file, view);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new HoldfastError('ELF_FORMAT', 'The ELF file names places behind its end.', { cause });
  }
}

function readTables(file: Uint8Array, view: DataView): Elf {
  const symbols = readSymbols(file, view);
  return {
    machine: view.getUint16(18, true),
    segments: readSegments(file, view),
    sections: readSections(file, view),
    symbols,
    addressOf: (name) => {
      const symbol = symbols.find((one) => one.name === name);
      if (symbol === undefined) throw new HoldfastError('ELF_SYMBOL', `The firmware has no symbol ${name}.`);
      return symbol.address;
    },
  };
}

function readSegments(file: Uint8Array, view: DataView): Segment[] {
  const table = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  const segments: Segment[] = [];
  for (let i = 0; i < view.getUint16(44, true); i++) {
    const at = table + i * entryBytes;
    const field = (index: number) => view.getUint32(at + 4 * index, true);
    if (field(0) !== LOAD || field(4) === 0) continue;
    segments.push({
      virtual: field(2),
      physical: field(3),
      bytes: file.subarray(field(1), field(1) + field(4)),
    });
  }
  return segments;
}

/** Word `field` of the header of section `index`. */
function sectionReader(view: DataView): (index: number, field: number) => number {
  const table = view.getUint32(32, true);
  return (index, field) => view.getUint32(table + index * SECTION_HEADER_BYTES + 4 * field, true);
}

function textAt(file: Uint8Array, from: number): string {
  return Buffer.from(file.subarray(from, file.indexOf(0, from))).toString('latin1');
}

function readSections(file: Uint8Array, view: DataView): ElfSection[] {
  const section = sectionReader(view);
  const names = section(view.getUint16(50, true), 4);
  const sections: ElfSection[] = [];
  for (let i = 0; i < view.getUint16(48, true); i++) {
    if ((section(i, 2) & ALLOCATED) === 0) continue;
    sections.push({
      name: textAt(file, names + section(i, 0)),
      address: section(i, 3),
      bytes: section(i, 5),
      isWritable: (section(i, 2) & WRITABLE) !== 0,
      isExecutable: (section(i, 2) & EXECUTABLE) !== 0,
    });
  }
  return sections;
}

function readSymbols(file: Uint8Array, view: DataView): ElfSymbol[] {
  const section = sectionReader(view);
  const symbols: ElfSymbol[] = [];
  for (let i = 0; i < view.getUint16(48, true); i++) {
    if (section(i, 1) !== SYMBOL_TABLE) continue;
    const names = section(section(i, 6), 4);
    for (let at = section(i, 4); at < section(i, 4) + section(i, 5); at += 16) {
      const name = textAt(file, names + view.getUint32(at, true));
      // The lowest bit of a function's address says that it is Thumb code.
      const isFunction = (view.getUint8(at + 12) & 15) === 2;
      const value = view.getUint32(at + 4, true);
      symbols.push({
        name,
        address: isFunction ? (value & ~1) >>> 0 : value,
        bytes: view.getUint32(at + 8, true),
        isFunction,
      });
    }
  }
  return symbols;
}
