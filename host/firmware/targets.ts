/** What is to be known of each target to build its firmware and to place an edition in it. */
import { HoldfastError } from '../errors.ts';

export interface Target {
  readonly name: string;
  readonly compiler: string;
  /** Debian packages that hold the compiler. */
  readonly packages: readonly string[];
  readonly machine: readonly string[];
  readonly sources: readonly string[];
  readonly linkerScript: string;
  /** Addresses of flash. */
  readonly flash: { readonly from: number; readonly to: number };
  /** Functions that may lie there. */
  readonly startsInFlash: readonly string[];
  /** Offsets in flash: the burned block, and the flash areas one after the other (docs/SPEC.md section 5). */
  readonly burnedOffset: number;
  readonly areasOffset: number;
  /** UF2 family. */
  readonly family: number;
}

const TARGETS: readonly Target[] = [
  {
    name: 'rp2040',
    compiler: 'arm-none-eabi-gcc',
    packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'],
    machine: ['-mcpu=cortex-m0plus', '-mthumb'],
    sources: ['boot2.S', 'start.c', 'main.c', 'port.c', 'flash.c'],
    linkerScript: 'rp2040.ld',
    flash: { from: 0x1000_0000, to: 0x1400_0000 },
    startsInFlash: ['boot2', 'start'],
    burnedOffset: 0x3_f000,
    areasOffset: 0x4_0000,
    family: 0xe48b_ff56,
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
