import type { ServiceFigures } from './service-rp2040.d.mts';

export interface JournalFigures extends Pick<ServiceFigures, 'run' | 'window' | 'slices'> {
  /** Cycles of the start. */
  readonly startCycles: number;
  /** Of the edition that runs at the end. */
  readonly epoch: number;
}

export function measureJournals(options?: {
  readonly journalSectors?: number;
  /** Whether a third edition is reverted and comes again. */
  readonly goesBack?: boolean;
}): Promise<JournalFigures>;
