import type { BuildName } from '../host/format.ts';

/** What one image costs at a start: docs in start-up.mjs. Cycles of an RP2040; bytes read of slots and journals. */
export interface StartUp {
  readonly name: string;
  readonly bytes: number;
  readonly cycles: number;
  /** Read of the slot that answers, before the first answer; of the other slot; of the journals. */
  readonly first: number;
  readonly claim: number;
  readonly journals: number;
  /** Read of the other slot afterwards, and the slices of `service` in which a window opened. */
  readonly other: number;
  readonly slices: number;
}
export type Reads = Omit<StartUp, 'name' | 'bytes' | 'cycles'> & { readonly reason: number };
export function startUpImages(): Promise<Record<string, Uint8Array>>;
export function readsOf(image: Uint8Array, build?: BuildName): Promise<Reads>;
export function measureStartUp(): Promise<StartUp[]>;
