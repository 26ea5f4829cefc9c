import type { Braking } from '../audit/curves.ts';
import type { Rule } from '../body/partition.ts';
import type { Geometry } from '../core/port.ts';
import type { AxisKind, MapUnits, MarkModel } from '../source/model.ts';

/** What a page carries: the map for drawing, and a whole device to ask. Written by the host as JSON, read by the page. */

export interface PageWindow {
  readonly from: number;
  readonly to: number;
  /** Index into `lists`. */
  readonly list: number;
}

export interface PageDevice {
  readonly geometry: Geometry;
  /** Base64, as all bytes here. */
  readonly wasm: string;
  readonly burned: string;
  /** What the flash holds, from byte offsets of all areas together; the rest is erased. */
  readonly flash: readonly { readonly offset: number; readonly bytes: string }[];
}

export interface PageData {
  readonly map: string;
  readonly epoch: number;
  readonly coverage: string;
  readonly axis: {
    readonly kind: AxisKind;
    readonly name: string;
    readonly unit: string;
    readonly scale: number;
    /** Decimal digits. */
    readonly origin: string;
    readonly min: number;
    readonly max: number;
    readonly wraps: boolean;
  };
  readonly units: MapUnits;
  /** Named places, rising, in stored coordinates. */
  readonly marks: readonly MarkModel[];
  /** How the machine brakes before limits fall; null: not known. */
  readonly braking: Braking | null;
  readonly phasePeriod: number;
  /** Zones, then approaches, then gap rules. */
  readonly rules: readonly Rule[];
  readonly zones: number;
  readonly windows: readonly PageWindow[];
  /** Starts of cells (i32) and their rules (u32), little-endian. */
  readonly lists: readonly { readonly starts: string; readonly rules: string }[];
  /** Stored from, to, phase from, phase to, rule; i32 each, one gap after the other. */
  readonly gaps: string;
  readonly device: PageDevice;
}

/** Fields of a gap in `gaps`. */
export const GAP_FIELDS = 5;

export function bytesOf(base64: string): Uint8Array {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
