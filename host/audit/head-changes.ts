import type { Partition } from '../body/partition.ts';
import { budgetWords } from '../cycles/words.ts';
import type { MapUnits } from '../source/model.ts';
import { amountWords } from '../source/unit-words.ts';
import { replacesText } from './text.ts';

/** What stands above the places of two editions, and how it differs. */

/** A difference that has no place, such as the epoch. */
export interface HeadChange {
  readonly field: string;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

export interface ComparedEdition {
  readonly map: string;
  readonly epoch: number;
  /** What its limits and phases count. */
  readonly units: MapUnits;
}

export type HeadFields = Readonly<Record<string, string | number | null>>;

type Headed = Pick<
  Partition,
  | 'map'
  | 'device'
  | 'epoch'
  | 'replaces'
  | 'phasePeriod'
  | 'units'
  | 'outside'
  | 'fault'
  | 'budgetSteps'
  | 'budgetCycles'
>;

export function comparedEdition({ map, epoch, units }: Headed): ComparedEdition {
  return { map, epoch, units };
}

/** What every edition has, with what is told of its axes. */
export function headFields(edition: Headed, axes: HeadFields): HeadFields {
  const { map, device, epoch, replaces, phasePeriod, units, outside, fault } = edition;
  return {
    ...{ map, device, epoch },
    replaces: replacesText(replaces),
    ...axes,
    period: phasePeriod,
    'unit of phases': phasePeriod === 1 ? null : amountWords(1, units.phase),
    'unit of limits': units.limit,
    outside,
    fault,
    budget: budgetOf(edition),
  };
}

/** Fields of the edition before that the one after has otherwise. */
export function headChanges(before: HeadFields, after: HeadFields): HeadChange[] {
  return Object.entries(before).flatMap(([field, value]) => {
    const other = after[field] ?? null;
    return value === other ? [] : [{ field, before: value, after: other }];
  });
}

/** Steps, or cycles in words. */
function budgetOf({ budgetSteps, budgetCycles }: Headed): number | string | null {
  return budgetCycles === null ? budgetSteps : budgetWords(budgetCycles);
}
