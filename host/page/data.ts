import type { Braking } from '../audit/curves.ts';
import type { Geometry } from '../core/geometry.ts';
import type { AxisKind, MapUnits, MarkModel } from '../source/model.ts';

/**
 * What a page carries, in this order: a head, from which the first picture is drawn, and pieces that are read one by one while the page is
 * at work: further lists, names, gaps, and a whole device to ask. Written by the host as JSON, read by the page.
 */

export interface PageWindow {
  readonly from: number;
  readonly to: number;
  /** Index into `lists`. */
  readonly list: number;
}

/** A list of cells: their starts (i32) and rules (u32), little-endian; base64, as all bytes here. */
export interface PackedList {
  readonly starts: string;
  readonly rules: string;
}

/** Rules without their names, field by field. */
export interface PackedRules {
  /** u8: 0 a zone, 1 an approach, 2 and more a gap rule with the action of that index; 128 more: it has a limit. */
  readonly kinds: string;
  /** i32. */
  readonly limits: string;
  /** u8. */
  readonly tiers: string;
  /** u32: the zone of an approach. */
  readonly zones: string;
}

export interface PageHead {
  readonly map: string;
  readonly epoch: number;
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
  readonly rules: PackedRules;
  readonly windows: readonly PageWindow[];
  /** The list of the first window. */
  readonly first: PackedList;
  /** Epoch of an edition that it is compared with, whose changes come later; null: there is none. */
  readonly before: number | null;
  /** Of a page whose server says what a device does: hash of the edition that the page is of; null: no server. */
  readonly live: string | null;
}

/** What the server answers at `/state`. */
export interface LiveState {
  /** Hash of the edition that the device runs, for which another page may be needed; empty: not known. */
  readonly edition: string;
  /** `covered`, `gap`, `outside`, `maintenance`, `fault`; `lost`: the device does not answer. */
  readonly state: string;
  /** The verdict in words, or why there is none. */
  readonly words: string;
  /** null: the device does not say. */
  readonly machine: LiveMachine | null;
  /** Mode, lease, trial and the like: names and values. */
  readonly rows: readonly (readonly [name: string, value: string])[];
}

/** Where a machine is, in stored coordinates and in words; y only on a plane. */
export interface LiveMachine {
  readonly x: number;
  readonly y: number | null;
  readonly phase: number;
  readonly words: string;
}

/** What is answered otherwise than before; without a place it stands above the map. */
export interface PageChange {
  readonly from: number;
  readonly to: number;
  readonly phaseFrom: number;
  readonly phaseTo: number;
  /** Index into CHANGE_GROUPS. */
  readonly group: number;
  readonly brief: string;
  readonly where: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export interface DevicePiece {
  readonly kind: 'device';
  readonly geometry: Geometry;
  readonly wasm: string;
  readonly burned: string;
}

/** What the flash holds from a byte offset of all areas together; what no piece names is erased. */
export interface FlashPiece {
  readonly kind: 'flash';
  readonly offset: number;
  readonly bytes: string;
}

/** The device is the last. */
export type PagePiece =
  | (PackedList & { readonly kind: 'list'; readonly list: number })
  /** Names of the rules from `from` on. */
  | { readonly kind: 'names'; readonly from: number; readonly names: readonly string[] }
  /** Stored from, to, phase from, phase to, rule; i32 each, one gap after the other. */
  | { readonly kind: 'gaps'; readonly gaps: string }
  | { readonly kind: 'changes'; readonly changes: readonly PageChange[] }
  | FlashPiece
  | DevicePiece;

/** Class of the elements that hold pieces. */
export const PIECE_CLASS = 'piece';
export const GAP_KIND = 2;
export const HAS_LIMIT = 128;

/** Fields of a gap in `gaps`. */
export const GAP_FIELDS = 5;

export function bytesOf(base64: string): Uint8Array {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
