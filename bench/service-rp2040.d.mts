import type { ArenaName } from '../host/common/arenas.ts';

/** Cycles by kind of work. */
export interface ServiceFigures {
  /** Most cycles of a slice that began in RUN. */
  readonly run: ReadonlyMap<string, number>;
  readonly window: ReadonlyMap<string, number>;
  /** Slices measured. */
  readonly slices: number;
  /** Of one byte received, and of one tick; entry and return included. */
  readonly receiveInterrupt: number;
  readonly tickInterrupt: number;
}

/** In the build of an arena; that of 128K when none is named. */
export function measureService(arena?: ArenaName): Promise<ServiceFigures>;
