/**
 * From reset to the first answer: journals, then the confirmed edition, examined in the arena and taken up there; or the answer stays
 * FAULT.
 *
 * Nothing else is waited for. Of the other slot no more than the container is read: it is examined when a window opens (window/other.ts),
 * and an armed edition is activated by the first slices of `service`. So what stands there, whoever made it, costs a start nothing.
 */
import {
  BURNED_BLOCK, DIGEST_MISMATCH, DONE, EPOCH_STALE, GEOMETRY, NO_EDITION, NO_SLOT, OUTCOME_REVERTED_BY_RESET, SLOTS, STAGE_TRIAL,
} from './format';
import { edition, hashLocation, sameHash } from './admit/edition';
import { examination } from './admit/examination';
import { examineClaim, examineIntoArena } from './admit/examine';
import { burnedHolds } from './burned';
import { prepareCrc } from './digest/crc32c';
import { prepareWords, setFault } from './mode';
import { geometryHolds } from './port';
import { loadExamined } from './slots/load';
import { journalsStart } from './slots/journal';
import { lastOutcome, noteRevertAtBoot, outcomeBoots, readOutcome, settleOutcome, writeOutcome } from './slots/outcome';
import {
  candidateHash, candidateSlot, candidateStage, confirmedEpoch, confirmedHash, confirmedSlot, countBoot, readState, settleState,
  writeReverted,
} from './slots/state';
import { seal, sealConfiguration } from './slots/seal';
import { readTokens } from './slots/tokens';
import { findUpload } from './slots/upload';

/** Gives DONE when an edition runs, else the reason of the FAULT. */
export function bootEdition(): u32 {
  prepareCrc();
  journalsStart(true);
  const reason = startEdition();
  journalsStart(false);
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
  settleOutcome();
  for (let slot: u32 = 0; slot < SLOTS; slot++) if (slot != confirmedSlot()) examineClaim(examination(), slot);
  findUpload();
  if (candidateStage() == STAGE_TRIAL) giveUpTrial();
  return startConfirmed();
}

/** A candidate on trial never survives a reset. The outcome first: cut between the two, it is written twice rather than never. */
function giveUpTrial(): void {
  const epoch = edition(candidateSlot()).epoch;
  writeOutcome(OUTCOME_REVERTED_BY_RESET, DONE, epoch, candidateHash());
  writeReverted(epoch);
  noteRevertAtBoot();
}

function startConfirmed(): u32 {
  const slot = confirmedSlot();
  if (slot == NO_SLOT) return NO_EDITION;
  const refusal = examineIntoArena(examination(), slot);
  if (refusal != DONE) return refusal;
  if (!sameHash(hashLocation(edition(slot)), confirmedHash())) return DIGEST_MISMATCH;
  if (edition(slot).epoch < confirmedEpoch()) return EPOCH_STALE;
  return loadExamined(slot);
}
