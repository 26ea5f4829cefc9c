/**
 * What is under examination: an image in its slot, how far it is examined, and what was read of it so far. One record, passed to
 * whatever examines; who begins an examination owns it until the end.
 *
 *     EXAMINATION  ┌────────────────────┬─────────────────┬───────────┬─────────────────┬────────────────────────────────┐
 *                  │ slot and its word  │ how far it is   │ container │ header, rules   │ what the body's layout adds    │
 *                  └────────────────────┴─────────────────┴───────────┴─────────────────┴────────────────────────────────┘
 *                   └───────────────────────── Examination ──────────────────────────┘   LineExamination, …
 */
import { EXAMINATION_LOCATION } from '../format';

@unmanaged
export class Examination {
  // The slot, and the word that was read last: reader.ts.
  slot: u32;
  wordAt: u32;
  word: u32;
  readFailed: bool;
  /** Reads of flash since this was last set to 0: what a step is measured by. */
  reads: u32;
  /** Whether its body is kept in the arena while it is digested, and how much of it stands there, to be read instead of flash. */
  keeps: bool;
  keptBytes: u32;

  // How far it is: examine.ts.
  stage: u32;
  at: u32;
  /** Where a digest ends that is asked for by itself: window/digest.ts. */
  end: u32;
  /** The running checksum of the resident bytes, as far as they are digested. */
  crc: u32;
  /** What the edition's `verified` was before. */
  wasVerified: u32;
  /** Whether it is digested while it comes (AHEAD), and then up to where. */
  ahead: u32;
  aheadAt: u32;

  // The container: container.ts.
  /** A bit for each TLV that was seen. */
  seen: u32;
  /** Where the hash of the key is among the TLVs that were copied; asked only where there is a signature. */
  keyHash: u32;
  /** Where the signature is; 0: absent. */
  signature: usize;
  /** SIGNED once it is decided that the image may be taken for its signature, or that none is asked for. */
  signed: u32;
  /** The refusal of an image for another map or device, or DONE. */
  identity: u32;
  versionBuild: u32;

  // The body's header and section table: body.ts.
  layout: u32;
  residentBytes: u32;
  outsideAction: u32;
  minimum: i32;
  length: u32;
  /** Whether the axis is a ring. */
  wraps: bool;
  /** Where the section table stands in the body. */
  tableOffset: u32;
  /** The section whose table entry was examined last; the next one begins where it ends. */
  sectionOffset: u32;
  sectionBytes: u32;

  // RULES and NAMES: rules.ts.
  rules: u32;
  zones: u32;
  /** Of the rules these come first, zones and approaches: their cells are covered. */
  covering: u32;
  rulesOffset: u32;
  rulesBytes: u32;
  namesOffset: u32;
  namesBytes: u32;
  /** The rule that is next, or whose name is. */
  nextRule: u32;
  /** The zone whose approaches are next. */
  zoneAt: u32;
  /** Where the next name should be. */
  nameAt: u32;
  /** Where the rest of the name stands that is being examined; `nameAt` where there is none. */
  textAt: u32;
}

/** The one record there is: a device examines one image at a time. */
// @ts-ignore: decorator
@inline
export function examination(): Examination {
  return changetype<Examination>(EXAMINATION_LOCATION);
}
