import type { PlaneAuditGap, PlaneAuditOverlap } from '../audit/plane.ts';
import type { PlanePhases } from '../body/plane-partition.ts';
import type { MapUnits } from '../source/model.ts';
import type { DevicePiece, FlashPiece } from './data.ts';

/**
 * What a page of a plane carries: a head, pieces of flash that hold the image, what audit and comparison found, and a device to ask.
 * The page decodes the body itself: what is drawn is what the core is asked of.
 */

export interface PlanePageHead {
  readonly map: string;
  readonly epoch: number;
  readonly units: MapUnits;
  /** Where the body stands in the flash. */
  readonly body: { readonly offset: number; readonly bytes: number };
  /** Overlaps and gaps as the source was found to hold them; null: the map is an image, which holds only who won. */
  readonly overlaps: readonly PlaneListed<PlaneAuditOverlap>[] | null;
  readonly gaps: readonly PlaneListed<PlaneAuditGap>[] | null;
  readonly before: PlanePageBefore | null;
  /** Of a page whose server says what a device does: hash of the edition that the page is of; null: no server. */
  readonly live: string | null;
}

/** With its place as offsets from the minima. */
export type PlaneListed<Item> = Omit<Item, 'sample'> & { readonly at: readonly [x: number, y: number] };

/** The edition that this one is compared with. */
export interface PlanePageBefore {
  readonly epoch: number;
  /** The body, base64. */
  readonly body: string;
  readonly units: MapUnits;
  /** Where it begins, in offsets from the minima of this edition. */
  readonly from: readonly [x: number, y: number];
  readonly changes: readonly PlanePageChange[];
}

/** What is answered otherwise than before; what has no cells is of a rule, wherever it answers, or stands above the map. */
export interface PlanePageChange {
  /** Index into CHANGE_GROUPS. */
  readonly group: number;
  /** Of what has no cells. */
  readonly where: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly at: readonly [x: number, y: number];
  readonly area: number;
  readonly phases: readonly PlanePhases[];
  /** Corners of its convex pieces, x0, y0, x1, y1, …, as offsets from the minima: f64, base64; and how many numbers each has: u32. */
  readonly corners: string;
  readonly lengths: string;
}

export type PlanePagePiece = FlashPiece | DevicePiece;
