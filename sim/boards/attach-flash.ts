/** Ties simulated flash to a chip: what reads see, and the commands that the firmware gives through the SSI. */
import type { RP2040 } from 'rp2040js';
import type { SimulatedFlash } from '../../host/core/flash.ts';
import { FLASH_TIMES, FlashChip, type FlashTimes } from './flash-chip.ts';
import { CacheControl, QspiPins, Ssi } from './ssi.ts';

const PAGE = { ssi: 0x18000, qspiPins: 0x40018, cache: 0x14000 } as const;

export interface FlashOptions {
  readonly flash: SimulatedFlash;
  /** Where the flash areas begin in the chip. */
  readonly areasOffset: number;
  /** Called for every byte exchanged while the flash chip is busy: lets time pass. */
  readonly whileBusy: () => void;
  /** Typical ones unless given. */
  readonly times?: FlashTimes | undefined;
}

export function attachFlash(chip: RP2040, options: FlashOptions): FlashChip {
  const { flash, areasOffset, whileBusy, times = FLASH_TIMES.typical } = options;
  const memory = new FlashChip({
    flash,
    areasOffset,
    nanos: () => chip.clock.nanos,
    times,
    onChange: (offset, bytes) => chip.flash.set(bytes, areasOffset + offset),
  });
  let at = areasOffset;
  for (const [area, bytes] of flash.geometry.areaBytes.entries()) {
    flash.read(area, 0, chip.flash.subarray(at, at + bytes));
    at += bytes;
  }
  chip.peripherals[PAGE.ssi] = new Ssi(chip, memory, whileBusy);
  chip.peripherals[PAGE.qspiPins] = new QspiPins(chip, memory);
  chip.peripherals[PAGE.cache] = new CacheControl(chip, 'XIP_CTRL');
  return memory;
}
