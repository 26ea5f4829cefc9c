import type { ArenaName } from '../host/common/arenas.ts';
import type { Firmware } from '../host/firmware/build.ts';

/** Cycles and slices of the examination of a signed edition. */
export interface SignatureFigures {
  readonly bytes: number;
  /** Of the signature alone. */
  readonly verification: number;
  /** From the last piece of the upload to its answer. */
  readonly slices: number;
  readonly lastPiece: number;
  /** As released, and with one step a slice; slices that erase or program flash left out. */
  readonly longestSlice: number;
  readonly longestStep: number;
  /** Slices of one step each that an examination takes. */
  readonly steps: number;
}

/** In the build of an arena; that of 128K when none is named. */
export function measureSignature(arena?: ArenaName, options?: { zones?: number }): Promise<SignatureFigures>;

/** Of the last piece of the upload of a line that fills the arena nearly, signed. */
export function measureLargest(arena?: ArenaName): Promise<{
  readonly bytes: number;
  readonly slices: number;
  readonly cycles: number;
  readonly longestSlice: number;
}>;

export interface WindowSlice {
  readonly cycles: number;
  readonly flash: boolean;
}

/** A board that tells which slices touched flash. */
export class WindowBoard {
  constructor(
    firmware: Firmware,
    first: Uint8Array,
    trust: Parameters<typeof import('../host/image/burned.ts').deriveBurned>[1],
    limits?: { readonly messageBytesMax: number },
  );
  readonly board: { takeSent(): Uint8Array };
  open(): void;
  upload(image: Uint8Array): readonly WindowSlice[];
  test(image: Uint8Array): readonly WindowSlice[];
}
