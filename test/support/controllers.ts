/** The controllers that the end-to-end suite runs over, one after the other: the virtual one, and boards in their emulators. */

import { ARENA_DEFAULT } from '../../host/common/arenas.ts';
import { VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { sectorBytesOf } from '../../host/core/geometry.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { AREA } from '../../host/format.ts';
import { BOARDS } from '../../sim/boards/boards.ts';
import type { EditionText } from './editions.ts';

export interface TestController {
  /** As `--target` takes it. */
  readonly target: string;
  /** An upload that power cut goes on at the start of such a sector. */
  readonly sectorBytes: number;
  /** What makes an edition large, for it: several sectors where those are small, and many messages. */
  readonly large: Pick<EditionText, 'zones' | 'nameLetters'>;
}

const LARGE = { zones: 300 };
/** Where an arena is small, names make the image large: they stay in flash. */
const LARGE_IN_LITTLE = { zones: 100, nameLetters: 60 };

export const CONTROLLERS: readonly TestController[] = [
  { target: 'virtual', sectorBytes: VIRTUAL_GEOMETRY.sectorBytes, large: LARGE },
  ...[...BOARDS].map(([target, { store }]) => ({
    target,
    sectorBytes: sectorBytesOf(store.geometry, AREA.slotB),
    large: targetNamed(target).arena === ARENA_DEFAULT ? LARGE : LARGE_IN_LITTLE,
  })),
];

/** Builds what the boards run, so that no test waits for a compiler. */
export async function prepareBoards(): Promise<void> {
  for (const target of BOARDS.keys()) await buildFirmware(target);
}

/** What is asked of an upload after a power cut at `reachedBytes`: where it goes on, at the earliest. */
export function resumesAt(reachedBytes: number, { sectorBytes }: TestController): number {
  return Math.max(0, Math.floor(reachedBytes / sectorBytes) - 1) * sectorBytes;
}
