/** Why a line is looked up as it is, and whether it would keep its budget and fit if it were looked up in another way. */
import { whyNoDirectories } from '../body/directory-lack.ts';
import { type ChosenBody, depthOf, encodeBody, exceeds, type WantedLookup } from '../body/encode.ts';
import { shortfalls } from '../body/encode-body.ts';
import type { Partition } from '../body/partition.ts';
import type { ArenaName } from '../common/arenas.ts';
import { totalSteps } from '../cycles/steps.ts';
import type { BuildName } from '../format.ts';
import { costOf, excesses } from './cost.ts';

/** Why trees were taken where directories cost fewer cycles, or there are none, a clause; null: what was taken costs least. */
export function lookupReason(
  partition: Partition,
  { lookup, steps, residentBytes, other }: ChosenBody,
): string | null {
  if (lookup !== 'tree' || other === undefined) return null;
  if (other === null) return `no directories: ${whyNoDirectories(partition)}`;
  if (exceeds(other.steps, partition) && !exceeds(steps, partition))
    return `directories would take ${stepsWords(totalSteps(other.steps))}, more than the budget`;
  if (depthOf(other.steps) > depthOf(steps)) return null;
  return `directories would take ${other.residentBytes} bytes, trees take ${residentBytes}`;
}

export interface Tried {
  /** How it was looked up, and the map was refused. */
  readonly lookup: WantedLookup;
  /** By which `auto` chooses. */
  readonly build: BuildName;
  /** Which has to hold it. */
  readonly wanted: BuildName;
  readonly arena: ArenaName | undefined;
}

/** What to do where a map keeps its budget and fits by the lookup chosen for it, a sentence; null: it does not, or was refused so. */
export function otherLookupRemedy(
  partition: Partition,
  { lookup, build, wanted, arena }: Tried,
): string | null {
  if (lookup === 'auto') return null;
  const chosen = encodeBody(partition, 'auto', build);
  const cost = costOf(partition, chosen.steps, arena);
  if (shortfalls(chosen.sizes, wanted).length > 0 || excesses(partition, cost).length > 0) return null;
  const by = chosen.lookup === 'tree' ? 'trees' : 'directories';
  return `Leave --lookup out: by ${by} a check takes ${stepsWords(cost.total)}, and the map fits.`;
}

function stepsWords(steps: number): string {
  return `${steps} ${steps === 1 ? 'step' : 'steps'}`;
}
