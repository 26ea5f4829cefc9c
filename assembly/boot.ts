/** From reset to the first answer: what flash says is examined, one whole edition is loaded, or the answer stays FAULT. */
import {
  BURNED_BLOCK, DIGEST_MISMATCH, DONE, EPOCH_STALE, GEOMETRY, NO_EDITION, NO_SLOT, OUTCOME_REFUSED_AT_ACTIVATION,
  OUTCOME_REVERTED_BY_RESET, STAGE_ARMED, STAGE_TRIAL,
} from './format';
import { edition, hashLocation, sameHash } from './admit/edition';
import { examination } from './admit/examination';
import { examineAll } from './admit/examine';
import { burnedHolds } from './burned';
import { prepareCrc } from './digest/crc32c';
import { prepareWords, setFault } from './mode';
import { geometryHolds, safeInput } from './port';
import { acceptAfterConfirmed } from './slots/accept';
import { loadAll } from './slots/load';
import { lastOutcome, noteRevertAtBoot, outcomeBoots, readOutcome, writeOutcome } from './slots/outcome';
import {
  candidateHash, candidateIsForced, candidateSlot, candidateStage, confirmedEpoch, confirmedHash, confirmedSlot, countBoot, readState,
  settleState, writeNoCandidate, writeTrial,
} from './slots/state';
import { seal, sealConfiguration } from './slots/seal';
import { readTokens } from './slots/tokens';
import { readUpload } from './slots/upload';
import { trialBegin } from './window/trial';

let refusalOfA: u32 = DONE;
let refusalOfB: u32 = DONE;

/** Gives DONE when an edition runs, else the reason of the FAULT. */
export function bootEdition(): u32 {
  prepareCrc();
  const reason = startEdition();
  setFault(reason);
  seal();
  return reason;
}

function startEdition(): u32 {
  if (!burnedHolds()) return BURNED_BLOCK;
  prepareWords();
  if (!geometryHolds()) return GEOMETRY;
  sealConfiguration();
  // Tokens that cannot be read keep windows shut, and nothing else: the next one is read before it is written.
  readTokens();
  readOutcome();
  const state = readState();
  if (state != DONE) return state;
  countBoot(outcomeBoots(lastOutcome()));
  settleState();
  refusalOfA = examineAll(examination(), 0, isArmedIn(0));
  refusalOfB = examineAll(examination(), 1, isArmedIn(1));
  readUpload();
  if (candidateStage() == STAGE_TRIAL) {
    giveUpCandidate(OUTCOME_REVERTED_BY_RESET, DONE);
    noteRevertAtBoot();
  }
  if (candidateStage() == STAGE_ARMED && safeInput() == 1 && startTrial()) return DONE;
  return startConfirmed();
}

/** Whether a slot holds what may be activated without being examined again: then its signature is verified once more. */
function isArmedIn(slot: u32): bool {
  return candidateStage() == STAGE_ARMED && candidateSlot() == slot;
}

/** The outcome first: cut between the two, it is written twice rather than never. A candidate on trial never survives a reset. */
function giveUpCandidate(outcome: u32, reason: u32): void {
  writeOutcome(outcome, reason, edition(candidateSlot()).epoch, candidateHash());
  writeNoCandidate();
}

/** Activates the armed edition; false, and the candidate given up, when it may not run. */
function startTrial(): bool {
  const slot = candidateSlot();
  let refusal = refusalOf(slot, candidateHash());
  if (refusal == DONE) refusal = acceptAfterConfirmed(edition(slot), candidateIsForced());
  if (refusal == DONE) refusal = writeTrial();
  if (refusal == DONE) refusal = loadAll(slot);
  if (refusal != DONE) {
    giveUpCandidate(OUTCOME_REFUSED_AT_ACTIVATION, refusal);
    return false;
  }
  trialBegin();
  return true;
}

function startConfirmed(): u32 {
  const slot = confirmedSlot();
  if (slot == NO_SLOT) return NO_EDITION;
  const refusal = refusalOf(slot, confirmedHash());
  if (refusal != DONE) return refusal;
  if (edition(slot).epoch < confirmedEpoch()) return EPOCH_STALE;
  return loadAll(slot);
}

/** What was found wrong with the image in a slot, or that it is not the one with this hash. */
function refusalOf(slot: u32, hash: usize): u32 {
  const refusal = slot == 0 ? refusalOfA : refusalOfB;
  if (refusal != DONE) return refusal;
  return sameHash(hashLocation(edition(slot)), hash) ? DONE : DIGEST_MISMATCH;
}
