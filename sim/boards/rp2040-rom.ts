/** What the RP2040's ROM does after a reset: it verifies the boot code in flash, copies it to SRAM and jumps there. Datasheet 2.8.1. */
import type { RP2040 } from 'rp2040js';
import { HoldfastError } from '../../host/common/errors.ts';
import { boot2Checksum } from '../../host/firmware/seal.ts';
import { BOOT2_BYTES } from '../../host/firmware/target-file.ts';

const BOOT2_RUNS_AT = 0x2004_1f00;
const SRAM = 0x2000_0000;

/** The next step executes the boot code. Throws HoldfastError BOOT2_CHECKSUM when the ROM would not start the firmware. */
export function startFromRom(chip: RP2040): void {
  const boot2 = chip.flash.subarray(0, BOOT2_BYTES);
  const given = chip.flashView.getUint32(BOOT2_BYTES - 4, true);
  if (boot2Checksum(boot2.subarray(0, BOOT2_BYTES - 4)) !== given) {
    throw new HoldfastError(
      'BOOT2_CHECKSUM',
      'The boot code has a wrong checksum: the ROM would not start it.',
      { exitCode: 3 },
    );
  }
  chip.sram.set(boot2, BOOT2_RUNS_AT - SRAM);
  chip.core.SP = BOOT2_RUNS_AT;
  chip.core.PC = BOOT2_RUNS_AT;
}
