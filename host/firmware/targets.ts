/** What is to be known of each target to build its firmware and to place an edition in it. */

import { HoldfastError } from '../common/errors.ts';
import type { Geometry } from '../core/core.ts';
import { VIRTUAL_GEOMETRY } from '../core/flash.ts';
import { sealBoot2 } from './boot2.ts';

export interface Target {
  readonly name: string;
  /** In `targets`. */
  readonly folder: string;
  readonly compiler: string;
  /** Debian packages that hold the compiler. */
  readonly packages: readonly string[];
  readonly machine: readonly string[];
  /** At the end of the linker's command. */
  readonly link: readonly string[];
  /** Files of its folder. */
  readonly sources: readonly string[];
  /** The file, in `targets`, that holds `holdfast_main`. */
  readonly loop: string;
  readonly linkerScript: string;
  /** Addresses of flash. */
  readonly flash: { readonly from: number; readonly to: number };
  /** Functions and sections that may lie there. */
  readonly startsInFlash: readonly string[];
  readonly sectionsInFlash: readonly string[];
  /** Functions of which one at a time interrupts the loop, and what the processor itself puts on the stack then, bytes. */
  readonly interrupts: readonly string[];
  readonly exceptionBytes: number;
  /** What a tick must be a whole number of: rate of the counter that makes ticks. */
  readonly counterHz: number;
  /** What the target's flash.c says of its areas. */
  readonly geometry: Geometry;
  /** Offsets in flash: the burned block, and the flash areas one after the other (docs/SPEC.md section 5). */
  readonly burnedOffset: number;
  readonly areasOffset: number;
  /** UF2 family; null: the board takes no UF2. */
  readonly family: number | null;
  /** What is still to be written into the linked file. */
  readonly seal: (file: Uint8Array, flashFrom: number) => Uint8Array;
}

const SECTOR_256K = 0x4_0000;

const TARGETS: readonly Target[] = [
  {
    name: 'rp2040',
    folder: 'rp2040',
    compiler: 'arm-none-eabi-gcc',
    packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'],
    machine: ['-mcpu=cortex-m0plus', '-mthumb', '-masm-syntax-unified'],
    link: ['-lc_nano', '-lgcc'],
    sources: ['boot2.S', 'start.c', 'port.c', 'flash.c'],
    loop: 'loop/main.c',
    linkerScript: 'rp2040.ld',
    flash: { from: 0x1000_0000, to: 0x1400_0000 },
    startsInFlash: ['boot2', 'start'],
    sectionsInFlash: ['.boot2', '.start'],
    interrupts: ['uart_interrupt', 'tick_interrupt'],
    // Eight registers, and a word to align them.
    exceptionBytes: 36,
    counterHz: 1_000_000,
    geometry: VIRTUAL_GEOMETRY,
    burnedOffset: 0x3_f000,
    areasOffset: 0x4_0000,
    family: 0xe48b_ff56,
    seal: sealBoot2,
  },
  {
    name: 'riscv32',
    folder: 'riscv32',
    compiler: 'riscv64-unknown-elf-gcc',
    packages: ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf'],
    // By the specification's version 2.2 the base instructions include CSRs and fence.i, as Debian's libraries are named.
    machine: ['-march=rv32imac', '-misa-spec=2.2', '-mabi=ilp32', '--specs=picolibc.specs'],
    // RAM holds code and data; there is no memory protection that could tell them apart.
    link: ['-Wl,--no-warn-rwx-segments', '-lc', '-lgcc'],
    sources: ['start.S', 'port.c', 'flash.c'],
    loop: 'loop/main.c',
    linkerScript: 'riscv32.ld',
    flash: { from: 0x2000_0000, to: 0x2400_0000 },
    startsInFlash: ['start'],
    sectionsInFlash: ['.start'],
    interrupts: ['trap_interrupt'],
    // The handler saves registers itself, in its frame.
    exceptionBytes: 0,
    counterHz: 10_000_000,
    geometry: {
      sectorBytes: SECTOR_256K,
      programBytes: 256,
      erasedByte: 0xff,
      areaBytes: [3 * SECTOR_256K, 3 * SECTOR_256K, 2 * SECTOR_256K, 2 * SECTOR_256K, 2 * SECTOR_256K],
    },
    burnedOffset: 0x3_f000,
    areasOffset: 0x4_0000,
    family: null,
    seal: (file) => file,
  },
];

export const TARGET_NAMES = TARGETS.map(({ name }) => name);

/** Throws HoldfastError TARGET_UNKNOWN. */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((one) => one.name === name);
  if (target !== undefined) return target;
  throw new HoldfastError('TARGET_UNKNOWN', `There is no target ${name}.`, {
    remedy: `Targets: ${TARGET_NAMES.join(', ')}.`,
  });
}
