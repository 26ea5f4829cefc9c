import { type DecodedBody, decodeBody } from '../body/decode.ts';
import { imageError } from '../body/errors.ts';
import type { Partition } from '../body/partition.ts';
import { actionName } from '../body/words.ts';
import { stepsByKind } from '../cycles/steps.ts';
import { ACTION } from '../format.ts';
import { type ParsedImage, parseImage } from './container.ts';
import { BUDGET_NONE, type BurnHint, countsCycles, type ImageIdentity } from './identity.ts';

/**
 * The body of an image, as the core admits it: its searches take the steps that the container names.
 * @throws HoldfastError IMAGE_TLV, or those of `decodeBody`
 */
export function decodeBodyOf({ body, identity }: Pick<ParsedImage, 'body' | 'identity'>): DecodedBody {
  const decoded = decodeBody(body);
  const needed = stepsByKind(decoded.steps);
  const takenBy = (list: ImageIdentity['steps'], kind: number) =>
    list.find((each) => each.kind === kind)?.steps ?? 0;
  const kinds = [...needed, ...identity.steps].map(({ kind }) => kind);
  const isRight = kinds.every((kind) => takenBy(needed, kind) === takenBy(identity.steps, kind));
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
