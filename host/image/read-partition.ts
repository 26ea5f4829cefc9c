import { type DecodedBody, decodeBody } from '../body/decode.ts';
import { imageError } from '../body/errors.ts';
import type { Partition } from '../body/partition.ts';
import { actionName } from '../body/words.ts';
import { ACTION, STEP_KIND } from '../format.ts';
import { type ParsedImage, parseImage } from './container.ts';
import { BUDGET_NONE, type BurnHint, countsCycles } from './identity.ts';

/**
 * The body of an image, as the core admits it: its searches take the steps that the container names.
 * @throws HoldfastError IMAGE_TLV, or those of `decodeBody`
 */
export function decodeBodyOf({ body, identity }: Pick<ParsedImage, 'body' | 'identity'>): DecodedBody {
  const decoded = decodeBody(body);
  const { phase, line } = decoded.steps;
  const said = (wanted: number) => identity.steps.find(({ kind }) => kind === wanted)?.steps ?? 0;
  const isRight =
    said(STEP_KIND.phase) === phase &&
    said(STEP_KIND.line) === line &&
    identity.steps.every(({ kind }) => kind === STEP_KIND.phase || kind === STEP_KIND.line);
  if (isRight) return decoded;
  throw imageError('IMAGE_TLV', 'the steps that the image names do not match its body', body.length);
}

/** The partition of an image; overlaps are not known, an image holds only who won. */
export function partitionOfImage(image: ParsedImage): Partition {
  const { identity } = image;
  const { axis, phasePeriod, windows, rules, zones, approaches, outside } = decodeBodyOf(image);
  const { map, device, epoch, replaces, burn, units } = identity;
  return {
    ...{ map, device, epoch, replaces, axis, phasePeriod, units, windows, rules, zones, approaches, outside },
    fault: actionName(burn?.faultAction ?? ACTION.stop) ?? 'stop',
    ...budgetOf(burn),
    overlaps: null,
    overlapsOmitted: 0,
    notes: null,
  };
}

/** Of cycles an image says how many a check may take, and not of which board. */
function budgetOf(burn: BurnHint | null): Pick<Partition, 'budgetSteps' | 'budgetCycles'> {
  if (burn === null || burn.budgetLimit === BUDGET_NONE) return { budgetSteps: null, budgetCycles: null };
  if (!countsCycles(burn)) return { budgetSteps: burn.budgetLimit, budgetCycles: null };
  const budgetCycles = { target: null, check: burn.budgetLimit, verdict: null, sweep: null };
  return { budgetSteps: null, budgetCycles };
}

/** Reads an image from its bytes; see `parseImage` and `decodeBody` for the errors. */
export function readPartition(image: Uint8Array): Partition {
  return partitionOfImage(parseImage(image));
}
