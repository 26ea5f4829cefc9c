import { readablePhases, readablePlace } from '../source/readable.ts';
import { limitWords } from '../source/unit-words.ts';
import type { PageMap } from './map-data.ts';

/** What the lists of the page hold: gaps, zones, and changes, each with a name and a place. */

export interface Entry {
  readonly name: string;
  readonly where: string;
  /** Lines below these. */
  readonly details?: readonly string[];
}

/** What a list of a line may hold. */
export type LineEntryKind = 'gap' | 'zone' | 'change';

export interface Entries<Kind extends string = LineEntryKind> {
  readonly kind: Kind;
  readonly title: string;
  readonly count: number;
  /** Lines of each. */
  readonly lines: number;
  entry(index: number): Entry;
  /** What a search looks through, in small letters. */
  text(index: number): string;
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly phaseFrom: number;
  readonly phaseTo: number;
}

/** From where to where, and in which phases. */
function placeWords({ axis, data }: PageMap, { from, to, phaseFrom, phaseTo }: Place): string {
  const point = (stored: number) => readablePlace(BigInt(stored) + axis.origin, axis);
  const place = `${point(from)} to ${point(to)}`;
  return data.phasePeriod === 1 ? place : `${place}, phase ${readablePhases(phaseFrom, phaseTo, data.units)}`;
}

export function gapEntries(map: PageMap): Entries {
  const name = (index: number) => {
    const rule = map.rules[map.gap(index).rule];
    return rule?.kind === 'gap' ? `${rule.id} · ${rule.action}${limitWords(rule.limit, map.data.units)}` : '';
  };
  return {
    ...{ kind: 'gap', title: 'gaps', count: map.gapCount, lines: 2 },
    entry: (index) => ({ name: name(index), where: placeWords(map, map.gap(index)) }),
    text: (index) => name(index).toLowerCase(),
  };
}

/** Zones in the order of the source; what never answers has no place. */
export function zoneEntries(map: PageMap): Entries {
  const name = (index: number) => {
    const rule = map.rules[index];
    if (rule?.kind !== 'zone') return '';
    return `${rule.id}${limitWords(rule.limit, map.data.units)}${rule.tier === 0 ? '' : `, tier ${rule.tier}`}`;
  };
  return {
    ...{ kind: 'zone', title: 'zones', count: map.zoneCount, lines: 2 },
    entry: (index) => {
      const place = map.zonePlace(index);
      return { name: name(index), where: place === null ? 'never answers' : placeWords(map, place) };
    },
    text: (index) => name(index).toLowerCase(),
  };
}

export function changeEntries(map: PageMap): Entries {
  return {
    ...{ kind: 'change', title: 'changes', count: map.changes.length, lines: 4 },
    entry: (index) => {
      const { where = '', what = '', before = '', after = '' } = map.changes[index] ?? {};
      const details = [before, `→ ${after}`];
      return { name: what, where: where === '' ? 'above the map' : where, details };
    },
    text: (index) => {
      const { what = '', before = '', after = '' } = map.changes[index] ?? {};
      return `${what} ${before} ${after}`.toLowerCase();
    },
  };
}
