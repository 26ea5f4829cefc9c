/** Ties simulated flash to a chip: what reads see, and the commands that the firmware gives through the SSI. */
import type { RP2040 } from 'rp2040js';
import type { SimulatedFlash } from '../../host/core/flash.ts';
import { FLASH_TIMES, FlashChip, type FlashPart, type FlashTimes } from './flash-chip.ts';
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
  /** What stands on a Pico unless given. */
  readonly part?: FlashPart | undefined;
}

export interface AttachedFlash {
  readonly memory: FlashChip;
  readonly ssi: Ssi;
}

/** What is there to read where the chip does not understand how it is asked: neither what it holds nor what an erased one does. */
const NONSENSE = new Uint8Array(
  Uint32Array.from({ length: 1 << 22 }, (_, word) => Math.imul(word + 1, 0x9e37_79b1)).buffer,
);

/** Until the firmware sets the SSI up, flash is read as the ROM does. */
export function attachFlash(chip: RP2040, options: FlashOptions): AttachedFlash {
  const { flash, areasOffset, whileBusy, times = FLASH_TIMES.typical, part = 'quad' } = options;
  const content = chip.flash;
  const memory = new FlashChip({
    flash,
    areasOffset,
    nanos: () => chip.clock.nanos,
    times,
    part,
    onChange: (offset, bytes) => content.set(bytes, areasOffset + offset),
  });
  let at = areasOffset;
  for (const [area, bytes] of flash.geometry.areaBytes.entries()) {
    flash.read(area, 0, content.subarray(at, at + bytes));
    at += bytes;
  }
  const onReading = (isUnderstood: boolean) => show(chip, isUnderstood ? content : NONSENSE);
  const ssi = new Ssi(chip, memory, { whileBusy, onReading });
  chip.peripherals[PAGE.ssi] = ssi;
  chip.peripherals[PAGE.qspiPins] = new QspiPins(chip, memory);
  chip.peripherals[PAGE.cache] = new CacheControl(chip, 'XIP_CTRL');
  return { memory, ssi };
}

/** What the chip's addresses of flash show from here on. */
function show(chip: RP2040, bytes: Uint8Array): void {
  if (chip.flash === bytes) return;
  const flash16 = new Uint16Array(bytes.buffer);
  Object.assign(chip, { flash: bytes, flash16, flashView: new DataView(bytes.buffer) });
}
