import type { BuildName } from '../host/format.ts';
import type { FlashPart } from '../sim/boards/flash-chip.ts';

/** What one image costs at a start: docs in start-up.mjs. Cycles of an RP2040; bytes read of slots and journals. */
export interface StartUp {
  readonly name: string;
  readonly bytes: number;
  /** To the first answer, and of these to copy code to SRAM, with each flash chip. */
  readonly chips: Readonly<Record<FlashPart, { readonly cycles: number; readonly copyCycles: number }>>;
  /** Read of the slot that answers, before the first answer; of the other slot; of the journals. */
  readonly first: number;
  readonly claim: number;
  readonly journals: number;
  /** Read of the other slot afterwards, and the slices of `service` in which a window opened. */
  readonly other: number;
  readonly slices: number;
}
export type Reads = Omit<StartUp, 'name' | 'bytes' | 'chips'> & { readonly reason: number };
export function startUpImages(): Promise<Record<string, Uint8Array>>;
export function readsOf(image: Uint8Array, build?: BuildName): Promise<Reads>;
export function measureStartUp(): Promise<StartUp[]>;
