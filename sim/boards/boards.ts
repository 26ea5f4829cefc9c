/** Boards in their emulators: how the flash of each is kept, and how its firmware is started on it. */

import type { FlashStore } from '../../host/controller/flash-file.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import type { EmulatorSetup } from '../../host/firmware/target-file.ts';
import { targetNamed, targetNames } from '../../host/firmware/targets.ts';
import type { BuildName } from '../../host/format.ts';
import type { Emulator, EmulatorOptions, RunningBoard } from './emulator.ts';
import { qemuChip } from './qemu-chip-controller.ts';
import { qemu } from './qemu-controller.ts';
import { rp2040js } from './rp2040-controller.ts';

/** By the kinds that a board's file may name. */
const EMULATORS: { readonly [Kind in EmulatorSetup['kind']]: Emulator } = {
  rp2040js,
  qemu,
  qemuChip,
};

export interface Board {
  readonly store: FlashStore;
  /** Makes the firmware around a build of the core unless it is there, and powers the board up. */
  start(build: BuildName, options: Omit<EmulatorOptions, 'firmware'>): Promise<RunningBoard>;
}

/** Every board that an emulator runs, by the name of its target. */
export const BOARDS: ReadonlyMap<string, Board> = new Map(targetNames().flatMap(boardOf));

function boardOf(name: string): [string, Board][] {
  const target = targetNamed(name);
  if (target.emulator === null) return [];
  const emulator = EMULATORS[target.emulator.kind];
  const board: Board = {
    store: emulator.store(target),
    start: async (build, options) =>
      emulator.start({ ...options, firmware: await buildFirmware(name, build) }),
  };
  return [[name, board]];
}
