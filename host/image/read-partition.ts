import { decodeBody } from '../body/decode.ts';
import type { Partition } from '../body/partition.ts';
import { actionName } from '../body/words.ts';
import { type ParsedImage, parseImage } from './container.ts';
import { BUDGET_NONE } from './identity.ts';

/** The partition of an image; overlaps are not known, an image holds only who won. */
export function partitionOfImage(image: ParsedImage): Partition {
  const { identity } = image;
  const { axis, phasePeriod, windows, rules, zones, approaches, outside } = decodeBody(image.body);
  const { map, device, epoch, replaces, burn, units } = identity;
  return {
    ...{ map, device, epoch, replaces, axis, phasePeriod, units, windows, rules, zones, approaches, outside },
    fault: actionName(burn.faultAction) ?? 'stop',
    budgetSteps: burn.budgetLimit === BUDGET_NONE ? null : burn.budgetLimit,
    overlaps: null,
    overlapsOmitted: 0,
    notes: null,
  };
}

/** Reads an image from its bytes; see `parseImage` and `decodeBody` for the errors. */
export function readPartition(image: Uint8Array): Partition {
  return partitionOfImage(parseImage(image));
}
