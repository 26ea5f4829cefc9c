/**
 * The file of a board, `targets/NAME/target.json`: every number that C, linker script, host, simulator and docs need of it, once.
 * targets/template/README.md has a line for each field.
 */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ARENA_DEFAULT, ARENA_NAMES } from '../common/arenas.ts';
import { type AreaSizes, type Geometry, sectorSizes } from '../core/geometry.ts';
import { BURNED_BYTES } from '../format.ts';
import {
  choice,
  either,
  flag,
  integer,
  list,
  object,
  oneOf,
  optional,
  type Place,
  type Reader,
  text,
  wrongField,
} from './fields.ts';

const WORD_MAX = 0xffff_ffff;
const HERTZ_MAX = 4_000_000_000;
/** What the RP2040's ROM takes for boot code. */
export const BOOT2_BYTES = 256;
/** Of a program unit at most, of a sector at least; an area has so many sectors at least (docs/SPEC.md section 6). */
const PAGE_BYTES = 256;
const AREA_SECTORS_MIN = 2;

const address = integer(0, WORD_MAX);
const bytes = integer(1, WORD_MAX);
const sector = integer(PAGE_BYTES, WORD_MAX);
const hertz = integer(1, HERTZ_MAX);
const symbol = text(/^[A-Za-z_.][\w.]*$/, 'the name of a function or a section');
const program = text(/^[\w.+-]+$/, 'the name of a program');
const source = text(
  /^(\.\.\/[\w-]+\/)?[\w-][\w.-]*$/,
  'a file of this folder, or of the folder beside it as "../NAME/FILE"',
);

/** A field for each area. */
const byArea = <T>(reader: Reader<T>) => ({
  slotA: reader,
  slotB: reader,
  state: reader,
  tokens: reader,
  outcome: reader,
});

const readFields = object({
  /** What people call the board. */
  board: text(),
  /** Why a value is what it is; read by people only. */
  notes: optional(list(text()), []),
  compiler: object({
    command: program,
    /** Debian packages that hold it and its C library. */
    packages: list(program),
    /** Flags that name the processor. */
    machine: list(text()),
    /** At the end of the linker's command. */
    link: list(text()),
  }),
  /** Its cycles, by the name of a table of `timing elf`; null: the usual one of the file, of a Cortex-M0+ or a Hazard3. */
  core: optional(text(/^[a-z\d-]+$/, 'the name of a core'), null),
  sources: list(source),
  linkerScript: source,
  /** Bytes that a map may take on the controller, unless somebody asks for others. */
  arena: optional(choice(ARENA_NAMES), ARENA_DEFAULT),
  /** Whether code lies in the flash that it writes: the processor stands while that is erased or programmed. */
  runsFromFlash: optional(flag(), false),
  flash: object({
    address,
    bytes,
    /** Addresses from `address` on that lead to flash, aliases included; null: as many as the flash has bytes. */
    mappedBytes: optional(bytes, null),
    /** Of all areas, or of each. */
    sectorBytes: either(sector, object(byArea(sector))),
    programBytes: integer(1, PAGE_BYTES),
    erasedByte: integer(0xff, 0xff),
    /** Offsets in flash: the burned block, and the areas one after the other (docs/SPEC.md section 5). */
    burnedOffset: integer(BURNED_BYTES, WORD_MAX),
    areasOffset: bytes,
    areaBytes: object(byArea(bytes)),
  }),
  /** Code, constants and data. */
  ram: object({ address, bytes }),
  stack: object({ address, bytes }),
  /** Functions and sections that may lie in flash. */
  startsInFlash: object({ functions: list(symbol), sections: list(symbol) }),
  /** Functions of which one at a time interrupts the loop, and what the processor itself puts on the stack then. */
  interrupts: object({ functions: list(symbol), exceptionBytes: integer(0, 4096) }),
  clocks: object({
    /** null: the board has no cycles that could be counted. */
    processorHz: optional(hertz, null),
    /** Of the counter that makes ticks: a tick is a whole number of its steps. */
    counterHz: hertz,
    /** What the UART divides. */
    uartHz: hertz,
  }),
  line: object({ baud: integer(300, 4_000_000) }),
  /** Numbers of pins, or addresses of what stands for them; a UART without pins has none. */
  pins: object({
    safeInput: address,
    lamp: address,
    transmit: optional(address, null),
    receive: optional(address, null),
  }),
  /** Whether flash begins with the RP2040's second-stage boot code, sealed with its checksum. */
  boot2: optional(flag(), false),
  /** null: the board takes no UF2. */
  uf2Family: optional(address, null),
  /** null: no emulator runs the board. */
  emulator: optional(
    oneOf({
      /** The RP2040 by itself: what it is made of is in the emulator. */
      rp2040js: {},
      /** A machine of QEMU that boots from parallel flash; words of its RAM stand for pins. */
      qemu: {
        command: program,
        packages: list(program),
        machine: text(/^[\w.-]+$/, 'the name of a machine'),
        /** Whatever else the machine needs on QEMU's command line. */
        arguments: list(text()),
        /** The bank that is `flash`. */
        pflashUnit: integer(0, 7),
        /** All of the machine's RAM, from `ram.address` on; whole MiB. */
        ramBytes: integer(1 << 20, 2 ** 31),
        /** What stands at `pins.safeInput` while the machine is parked; nothing else is parked. */
        parkedWord: integer(1, WORD_MAX),
      },
      /** A machine of QEMU whose flash is in the chip: its debugger's port loads and reads flash, its test port drives pins. */
      qemuChip: {
        command: program,
        packages: list(program),
        machine: text(/^[\w.-]+$/, 'the name of a machine'),
        /** The chip whose pins they are, in QEMU's tree of objects. */
        chip: text(/^(\/[\w-]+(\[\d+\])?)+$/, 'a path of QEMU, such as /machine/nrf51'),
        /** A function that the firmware calls behind each change of flash: where, and how many bytes. */
        written: symbol,
      },
    }),
    null,
  ),
});

type TargetFields = ReturnType<typeof readFields>;

/** How the emulator of a board is set up, of the kinds that the simulator has. */
export type EmulatorSetup = NonNullable<TargetFields['emulator']>;
export type QemuSetup = Extract<EmulatorSetup, { kind: 'qemu' }>;
export type QemuChipSetup = Extract<EmulatorSetup, { kind: 'qemuChip' }>;

/** A board. */
export interface Target extends TargetFields {
  /** That of its folder. */
  readonly name: string;
  /** Its folder, absolute. */
  readonly folder: string;
  /** Flash as the core knows it. */
  readonly geometry: Geometry;
}

/** Reads `folder`/target.json. Throws HoldfastError TARGET_FILE, which names file, field and value. */
export function readTarget(folder: string, name: string): Target {
  const file = join(folder, 'target.json');
  const fields = readFields(parse(file), { file, field: '' });
  requireSources(fields, file, folder);
  for (const require of [requireFlash, requireMemory, requireEmulator]) require(fields, file);
  return {
    ...fields,
    name,
    folder,
    geometry: geometryOf(fields.flash),
  };
}

function geometryOf({ sectorBytes, programBytes, erasedByte, areaBytes }: TargetFields['flash']): Geometry {
  return {
    sectorBytes: typeof sectorBytes === 'number' ? sectorBytes : inOrder(sectorBytes),
    programBytes,
    erasedByte,
    areaBytes: inOrder(areaBytes),
  };
}

function inOrder({ slotA, slotB, state, tokens, outcome }: TargetFields['flash']['areaBytes']): AreaSizes {
  return [slotA, slotB, state, tokens, outcome];
}

/** Flash as the processor sees it: the first address, and the first behind it. */
export function flashRange({ flash }: Pick<Target, 'flash'>): { from: number; to: number } {
  return { from: flash.address, to: flash.address + (flash.mappedBytes ?? flash.bytes) };
}

function parse(file: string): unknown {
  const content = readFileSync(file, 'utf8');
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw wrongField({ file, field: '' }, `is not JSON: ${(cause as SyntaxError).message}`);
  }
}

function requireSources({ sources, linkerScript }: TargetFields, file: string, folder: string): void {
  const named = [
    ...sources.map((path, at) => [`sources[${at}]`, path] as const),
    ['linkerScript', linkerScript] as const,
  ];
  for (const [field, path] of named)
    if (!existsSync(join(folder, path)))
      throw wrongField({ file, field }, `is "${path}", which does not exist`);
}

/** The core would not start on areas like these, or they would not fit. */
function requireFlash({ flash }: TargetFields, file: string): void {
  const at = (field: string): Place => ({ file, field: `flash.${field}` });
  const { programBytes, burnedOffset, areasOffset } = flash;
  const sectors = sectorSizes(geometryOf(flash));
  const wrong = sectors.find((bytes) => bytes % PAGE_BYTES !== 0);
  if (wrong !== undefined)
    throw wrongField(at('sectorBytes'), `is ${wrong}, not a multiple of ${PAGE_BYTES}`);
  if ((programBytes & (programBytes - 1)) !== 0)
    throw wrongField(at('programBytes'), `is ${programBytes}, not a power of two`);
  let end = areasOffset;
  for (const [area, [name, areaBytes]] of Object.entries(flash.areaBytes).entries()) {
    const sectorBytes = sectors[area] ?? 0;
    if (end % sectorBytes !== 0)
      throw wrongField(
        at(area === 0 ? 'areasOffset' : `areaBytes.${name}`),
        `${area === 0 ? 'is' : 'begins at'} ${end}, not a multiple of the sector's ${sectorBytes} bytes`,
      );
    if (areaBytes % sectorBytes !== 0 || areaBytes < AREA_SECTORS_MIN * sectorBytes)
      throw wrongField(
        at(`areaBytes.${name}`),
        `is ${areaBytes}; an area has ${AREA_SECTORS_MIN} sectors of ${sectorBytes} bytes or more`,
      );
    end += areaBytes;
  }
  if (burnedOffset + BURNED_BYTES > areasOffset)
    throw wrongField(
      at('burnedOffset'),
      `is ${burnedOffset}: ${BURNED_BYTES} bytes from there reach into the areas`,
    );
  if (end > flash.bytes)
    throw wrongField(at('areaBytes'), `end at ${end}, beyond the flash of ${flash.bytes} bytes`);
}

interface Range {
  readonly address: number;
  readonly bytes: number;
}

function overlap(one: Range, other: Range): boolean {
  return one.address < other.address + other.bytes && other.address < one.address + one.bytes;
}

function requireMemory(fields: TargetFields, file: string): void {
  const { ram, stack } = fields;
  const { from, to } = flashRange(fields);
  const flash = { address: from, bytes: to - from };
  if (overlap(ram, flash)) throw wrongField({ file, field: 'ram' }, 'lies over the flash');
  if (overlap(stack, flash)) throw wrongField({ file, field: 'stack' }, 'lies over the flash');
  if (overlap(stack, ram)) throw wrongField({ file, field: 'stack' }, 'lies over ram');
}

function requireEmulator({ emulator, clocks, pins, ram, stack }: TargetFields, file: string): void {
  if (emulator === null) return;
  if (emulator.kind === 'rp2040js') {
    if (clocks.processorHz === null)
      throw wrongField({ file, field: 'clocks.processorHz' }, 'is missing; rp2040js counts cycles');
    return;
  }
  if (emulator.kind === 'qemuChip') return;
  if (emulator.ramBytes % (1 << 20) !== 0)
    throw wrongField({ file, field: 'emulator.ramBytes' }, `is ${emulator.ramBytes}; QEMU takes whole MiB`);
  const all = { address: ram.address, bytes: emulator.ramBytes };
  for (const name of ['safeInput', 'lamp'] as const) {
    const word = { address: pins[name], bytes: 4 };
    const isInside = word.address >= all.address && word.address + 4 <= all.address + all.bytes;
    if (word.address % 4 !== 0 || !isInside || overlap(word, ram) || overlap(word, stack))
      throw wrongField(
        { file, field: `pins.${name}` },
        `is ${word.address}, no word of the machine's RAM outside ram and stack`,
      );
  }
}

/** Folders of what a board is made of: its own, and those that its files are taken from. */
export function sourceFolders({ folder, sources, linkerScript }: Target): string[] {
  return [...new Set([folder, ...[...sources, linkerScript].map((path) => dirname(join(folder, path)))])];
}
