import type { Steps } from '../cycles/steps.ts';
import type { HeaderFigures, Section } from './encode-header.ts';

/** How places are looked up: trees, or directories and halvings. */
export type Lookup = 'tree' | 'directory';

/** What a build must hold of a body. */
export interface Sizes {
  readonly residentBytes: number;
  readonly phases: number;
  /** Levels of trees; 0 with directories, which every build searches. */
  readonly lineLevels: number;
  readonly phaseLevels: number;
  /** Where the keys of the deepest list begin in the body; 0 with directories. */
  readonly keysEndBaseBytes: number;
  /** From the first directory to the last one, bytes, and most entries of one; 0 with trees. */
  readonly lastDirectoryBytes: number;
  readonly directoryEntries: number;
}

/** The sections of a body in one of the layouts, and what its header says of them. */
export interface EncodedLayout {
  readonly sections: readonly Section[];
  readonly figures: Pick<HeaderFigures, 'phaseSteps' | 'lineSteps' | 'ruleBits' | 'phaseShape'>;
  readonly steps: Steps;
  readonly directoryBytes: number;
  readonly sizes: Omit<Sizes, 'residentBytes' | 'phases'>;
}
