/** Boards in their emulators: how the flash of each is kept, and how its firmware is started on it. */

import type { Clock } from '../../host/common/clock.ts';
import type { ControllerLine } from '../../host/controller/controller.ts';
import { areasOnly, type FlashStore, openFlashFile } from '../../host/controller/flash-file.ts';
import type { SafeInput } from '../../host/controller/safe-input.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { chipStore, Riscv32Controller } from './riscv32-controller.ts';
import { Rp2040Controller } from './rp2040-controller.ts';

export interface BoardOptions {
  readonly burned: Uint8Array;
  /** File made as the board's `store` says. */
  readonly flashPath: string;
  /** The state folder. */
  readonly folder: string;
  readonly line: ControllerLine;
  /** Bytes reach the receiver at the rate that the firmware set, where the emulator can; else as fast as they are taken. */
  readonly isPaced: boolean;
  readonly safeInput: Pick<SafeInput, 'isParked'>;
  readonly clock: Clock;
}

export interface RunningBoard {
  /** Takes the power away; `ended` follows. */
  stop(): void;
  /** Rejected when the emulator ends by itself. */
  readonly ended: Promise<void>;
}

export interface Board {
  readonly store: FlashStore;
  /** Builds the firmware unless it is there, and powers the board up. */
  start(options: BoardOptions): Promise<RunningBoard>;
}

/** By the names of their targets. */
export const BOARDS: ReadonlyMap<string, Board> = new Map([
  ['rp2040', { store: areasOnly(targetNamed('rp2040').geometry), start: startRp2040 }],
  ['riscv32', { store: chipStore(targetNamed('riscv32')), start: startRiscv32 }],
]);

async function startRp2040({ flashPath, ...options }: BoardOptions): Promise<RunningBoard> {
  const firmware = await buildFirmware('rp2040');
  const { flash, close } = openFlashFile(flashPath, firmware.target.geometry);
  const controller = new Rp2040Controller({ ...options, firmware, flash });
  const ended = controller.ended.finally(close);
  return { stop: () => controller.stop(), ended };
}

async function startRiscv32(options: BoardOptions): Promise<RunningBoard> {
  return Riscv32Controller.start({ ...options, firmware: await buildFirmware('riscv32') });
}
