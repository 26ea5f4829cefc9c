/** What an emulator is to a board: how its flash is kept in a file, and how its firmware is started. */

import type { Clock } from '../../host/common/clock.ts';
import type { ControllerLine } from '../../host/controller/controller.ts';
import type { FlashStore } from '../../host/controller/flash-file.ts';
import type { SafeInput } from '../../host/controller/safe-input.ts';
import type { Firmware } from '../../host/firmware/build.ts';
import type { Target } from '../../host/firmware/target-file.ts';

export interface EmulatorOptions {
  readonly firmware: Firmware;
  readonly burned: Uint8Array;
  /** File made as the emulator's `store` says. */
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

/** One kind of emulator, for every board whose file names it. */
export interface Emulator {
  store(target: Target): FlashStore;
  /** Powers the board up. */
  start(options: EmulatorOptions): Promise<RunningBoard>;
}
