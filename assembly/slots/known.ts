/**
 * What is known of the journals and of what stands in the arena: one record, so that all that decides over editions lies in one place,
 * behind what is known of the images, and is watched there. Memory that was never set is all 0: nothing is known, nothing is loaded.
 *
 *     EDITIONS, KNOWN  ┌────────────────┬───────────────────────┬───────┬───────┬──────────────────────┬──────────┬──────┐
 *                      │ images A and B │ state, its two hashes │ token │ arena │ outcomes, the newest │ journals │ seal │
 *                      └────────────────┴───────────────────────┴───────┴───────┴──────────────────────┴──────────┴──────┘
 */
import { AREA_OUTCOME, AREA_STATE, HASH_BYTES, KNOWN_LOCATION, KNOWN_ROOM, OUTCOME_RECORD_BYTES } from '../format';

@unmanaged
class Known {
  // The state record that holds: state.ts. A place is a slot and 1; 0: none.
  /** 1 once it was read since the reset: before that, nothing is known, not even that there is none. */
  stateIsRead: u32;
  confirmedPlace: u32;
  candidatePlace: u32;
  stage: u32;
  confirmedEpoch: u32;
  markedToken: u32;
  forced: u32;
  /** Editions that ran on trial and were reverted, as the state record has them. */
  revertedUpTo: u32;
  revertedEpoch: u32;
  revertedTag: u32;
  revertedEpochTwo: u32;
  revertedTagTwo: u32;
  /** When the trial began, in ticks: trial.ts. */
  trialStart: u32;
  /** Of this start of the device. */
  boots: u32;
  /** 1 once what lies in the spare slot was examined since the reset. */
  otherIsKnown: u32;

  /** The one given out last: tokens.ts. */
  token: u32;

  /** The lease under which an edition is insisted on; 0: none: force.ts. */
  forcedToken: u32;

  // What stands in the arena: arena.ts.
  loadedPlace: u32;
  /** Of what is being loaded, or was interrupted. */
  loadingPlace: u32;
  residentBytes: u32;
  layoutCrc: u32;

  // The journal of outcomes: outcome.ts.
  /** Bytes from one to the next, and how many places there are. */
  outcomeStride: u32;
  outcomePlaces: u32;
  /** 1 when this start of the device reverted an edition. */
  revertedAtBoot: u32;
}

/** Which record of a journal holds: find.ts. */
@unmanaged
class KnownJournal {
  /** 1 once flash gave all of it. */
  isKnown: u32;
  sequence: u32;
  /** An offset and 1; 0: no record holds. */
  place: u32;
}

const CONFIRMED_HASH_AT: usize = offsetof<Known>();
const CANDIDATE_HASH_AT: usize = CONFIRMED_HASH_AT + HASH_BYTES;
const FORCED_HASH_AT: usize = CANDIDATE_HASH_AT + HASH_BYTES;
const OUTCOME_AT: usize = FORCED_HASH_AT + HASH_BYTES;
const JOURNALS_AT: usize = OUTCOME_AT + OUTCOME_RECORD_BYTES;
const KNOWN_BYTES: usize = JOURNALS_AT + 3 * offsetof<KnownJournal>();

// @ts-ignore: decorator
@inline
export function known(): Known {
  return changetype<Known>(KNOWN_LOCATION);
}

/** What is remembered of editions that were reverted: five words. */
export function knownReverted(): usize {
  return KNOWN_LOCATION + offsetof<Known>('revertedUpTo');
}

export function knownConfirmedHash(): usize {
  return KNOWN_LOCATION + CONFIRMED_HASH_AT;
}

export function knownCandidateHash(): usize {
  return KNOWN_LOCATION + CANDIDATE_HASH_AT;
}

export function knownForcedHash(): usize {
  return KNOWN_LOCATION + FORCED_HASH_AT;
}

/** Of the journal in an area: AREA_STATE to AREA_OUTCOME. */
export function knownJournal(area: u32): KnownJournal {
  const which = min(area - AREA_STATE, AREA_OUTCOME - AREA_STATE);
  return changetype<KnownJournal>(KNOWN_LOCATION + JOURNALS_AT + which * offsetof<KnownJournal>());
}

/** The newest outcome record. */
export function knownOutcome(): usize {
  return KNOWN_LOCATION + OUTCOME_AT;
}

if (!(KNOWN_BYTES <= usize(KNOWN_ROOM))) ERROR('what is known outgrew its place');
