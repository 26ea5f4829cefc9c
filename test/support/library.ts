/** The C library in a folder of its own, and compilers that take it. */
import { execFileSync } from 'node:child_process';
import { writeFolder } from '../../host/cli/common/generated-folder.ts';
import { contentWith } from '../../host/core/first-burn.ts';
import { VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { geometryBytes } from '../../host/core/geometry.ts';
import { type Library, makeLibrary } from '../../host/firmware/library.ts';
import { type BurnedConfig, deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { temporaryFolder } from './command.ts';

export interface LibraryFolder {
  library: Library;
  at: (path: string) => string;
  remove: () => void;
}

/** The library, with an edition burned in when one is given. */
export async function libraryFolder(image?: Uint8Array): Promise<LibraryFolder> {
  const library = await makeLibrary(
    image === undefined
      ? undefined
      : { burned: encodeBurned(deriveBurned(image, 'development')), edition: readEdition(image) },
  );
  const folder = temporaryFolder('library');
  await writeFolder(folder.path, library.files, { force: false });
  return { library, at: folder.at, remove: folder.remove };
}

/** Warnings that users switch on, and a few more. */
export const WARNINGS = [
  ...['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wundef', '-Wconversion', '-Wstrict-prototypes'],
  ...['-Wmissing-prototypes', '-Wcast-align', '-Wcast-qual', '-Werror'],
];

/** Each with GCC's flags, and the name that clang has for it (`flags` are said to clang too). */
export const MACHINES = [
  {
    name: 'Cortex-M0+',
    tools: 'arm-none-eabi-',
    clang: 'thumbv6m-none-eabi',
    flags: ['-mthumb', '-mcpu=cortex-m0plus'],
  },
  {
    name: 'Cortex-M4F',
    tools: 'arm-none-eabi-',
    clang: 'thumbv7em-none-eabihf',
    flags: ['-mthumb', '-mcpu=cortex-m4', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'],
  },
  {
    name: 'Cortex-M7',
    tools: 'arm-none-eabi-',
    clang: 'thumbv7em-none-eabihf',
    flags: ['-mthumb', '-mcpu=cortex-m7', '-mfpu=fpv5-d16', '-mfloat-abi=hard'],
  },
  {
    name: 'Cortex-M33',
    tools: 'arm-none-eabi-',
    clang: 'thumbv8m.main-none-eabi',
    flags: ['-mthumb', '-mcpu=cortex-m33'],
  },
  {
    name: 'RV32IMAC',
    tools: 'riscv64-unknown-elf-',
    clang: 'riscv32-unknown-elf',
    // Without a C library: there are the compiler's own headers only.
    flags: ['-march=rv32imac', '-mabi=ilp32', '-ffreestanding'],
  },
] as const;

export type Machine = (typeof MACHINES)[number];

/** How a program is linked for QEMU's RV32 with the C library, what it prints going to QEMU. */
export const SEMIHOSTED = [
  ...['--specs=picolibc.specs', '--oslib=semihost', '--crt0=hosted'],
  ...['__flash=0x80000000', '__flash_size=0x200000', '__ram=0x80200000', '__ram_size=0x400000'].map(
    (place) => `-Wl,--defsym=${place}`,
  ),
];

/** The assembly of the whole core is more than Node takes unless told. */
const OUTPUT_BYTES_MAX = 1 << 24;

/** Runs a tool of a machine and gives what it prints. Throws with what the tool said when it fails. */
export function tool(machine: Pick<Machine, 'tools'>, name: string, argv: readonly string[]): string {
  return execFileSync(`${machine.tools}${name}`, [...argv], { encoding: 'utf8', stdio: 'pipe' });
}

/** As `tool` does it, with clang; it brings no C library, so the unit is freestanding. */
export function clang(machine: Machine, argv: readonly string[]): string {
  const flags = [`--target=${machine.clang}`, '-ffreestanding', ...machine.flags];
  return execFileSync('clang', [...flags, ...argv], {
    encoding: 'utf8',
    stdio: 'pipe',
    maxBuffer: OUTPUT_BYTES_MAX,
  });
}

/** A board as the library's host program boots it: geometry, burned block, flash as it leaves the factory. */
export function bootPacket(image: Uint8Array, config: Partial<BurnedConfig> = {}): Buffer {
  const content = contentWith(readEdition(image));
  return Buffer.concat([
    geometryBytes(VIRTUAL_GEOMETRY),
    encodeBurned({ ...deriveBurned(image, 'development'), ...config }),
    words([content.length]),
    content,
  ]);
}

/** u32 each, little-endian. */
export function words(values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

/** Stand-ins for what the Arduino core gives to a sketch. */
export const ARDUINO = `
#include <stddef.h>
#include <stdint.h>
enum { LOW = 0, INPUT_PULLUP = 2 };
struct Line {
  void begin(unsigned long);
  int available();
  int availableForWrite();
  int read();
  size_t write(const uint8_t*, size_t);
  size_t print(const char*);
  size_t print(unsigned long);
  size_t println(const char*);
};
extern Line Serial;
void pinMode(int, int);
int digitalRead(int);
unsigned long millis();
void interrupts();
void noInterrupts();
`;
