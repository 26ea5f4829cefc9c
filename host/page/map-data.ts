import { type BrakingCurve, brakingCurves } from '../audit/curves.ts';
import type { Rule } from '../body/partition.ts';
import type { Next } from '../core/answer-words.ts';
import { CHANGE_GROUPS, type ChangeGroup } from '../drawing/change-groups.ts';
import { type Colouring, colouringOf } from '../drawing/colours.ts';
import { ACTION_MARKS } from '../drawing/palette.ts';
import type { LimitRange } from '../drawing/steps.ts';
import { type BlockIndex, type CellList, cellAt, indexBlocks, type StripStyle } from '../drawing/strip.ts';
import type { TickAxis } from '../drawing/ticks.ts';
import { ACTION_NAMES } from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import {
  bytesOf,
  GAP_FIELDS,
  GAP_KIND,
  HAS_LIMIT,
  type PackedList,
  type PackedRules,
  type PageChange,
  type PageHead,
} from './data.ts';

/** The map as the page draws it. */

export interface PagePlace {
  readonly from: number;
  readonly to: number;
  readonly phaseFrom: number;
  readonly phaseTo: number;
}

export interface PageGap extends PagePlace {
  readonly rule: number;
}

export interface PageList extends CellList {
  readonly index: BlockIndex;
}

/** A rule whose name comes later. */
type PageRule = Rule & { id: string };

export class PageMap {
  readonly data: PageHead;
  readonly axis: TickAxis & Pick<AxisModel, 'name' | 'min' | 'max' | 'wraps'>;
  readonly rules: readonly Rule[];
  /** By rule. */
  readonly styles: readonly StripStyle[];
  /** Actions that gap rules have, each with one of its rules. */
  readonly actionRules: readonly {
    readonly action: ActionName;
    readonly rule: number;
    readonly mark: number;
  }[];
  readonly colouring: Colouring;
  /** From zero; null: there are no limits. */
  readonly limits: LimitRange | null;
  /** Zones come first among the rules. */
  readonly zoneCount: number;
  readonly #named: readonly PageRule[];
  readonly #lists: PageList[] = [];
  readonly #curves = new Map<PageList, readonly BrakingCurve[]>();
  #gaps: Int32Array = new Int32Array();
  #changes: readonly PageChange[] = [];
  /** By zone: its first cell as list and index, and one past the last; made when it is first asked for. */
  #zonePlaces: Map<number, PagePlace> | null = null;

  constructor(head: PageHead) {
    this.data = head;
    this.axis = { ...head.axis, origin: BigInt(head.axis.origin) };
    this.#named = unpackedRules(head.rules);
    this.rules = this.#named;
    this.styles = this.rules.map((rule) => ({
      limit: rule.limit,
      mark: rule.kind === 'gap' ? ACTION_MARKS[rule.action] : null,
      isBlank: false,
    }));
    this.actionRules = ACTION_NAMES.flatMap((action) => {
      const rule = this.rules.findIndex((each) => each.kind === 'gap' && each.action === action);
      return rule < 0 ? [] : [{ action, rule, mark: ACTION_MARKS[action] }];
    });
    this.colouring = colouringOf(this.rules, head.units);
    this.takeList(0, head.first);
    let [low, high] = [0, 0];
    for (const { limit } of this.rules) {
      low = Math.min(low, limit ?? 0);
      high = Math.max(high, limit ?? 0);
    }
    this.limits = this.rules.some(({ limit }) => limit !== null) ? { low, high } : null;
    const others = this.rules.findIndex(({ kind }) => kind !== 'zone');
    this.zoneCount = others < 0 ? this.rules.length : others;
  }

  get gapCount(): number {
    return this.#gaps.length / GAP_FIELDS;
  }

  takeList(index: number, { starts, rules }: PackedList): void {
    const list = {
      starts: new Int32Array(bytesOf(starts).buffer),
      styles: new Uint32Array(bytesOf(rules).buffer),
      end: this.data.axis.max,
    };
    this.#zonePlaces = null;
    this.#lists[index] = { ...list, index: indexBlocks(list, this.styles) };
  }

  takeChanges(changes: readonly PageChange[]): void {
    this.#changes = changes;
  }

  get hasChanges(): boolean {
    return this.data.before !== null;
  }

  get changes(): readonly PageChange[] {
    return this.#changes;
  }

  /** Those that changes have. */
  get changeGroups(): readonly ChangeGroup[] {
    const used = new Set(this.#changes.flatMap(({ group, from, to }) => (to > from ? [group] : [])));
    return CHANGE_GROUPS.filter((_, index) => used.has(index));
  }

  /** Where a zone answers first; null: it never does, or its list has not come. */
  zonePlace(zone: number): PagePlace | null {
    this.#zonePlaces ??= this.#findZones();
    return this.#zonePlaces.get(zone) ?? null;
  }

  #findZones(): Map<number, PagePlace> {
    const places = new Map<number, PagePlace>();
    for (const { from: phaseFrom, to: phaseTo, list: number } of this.data.windows) {
      const list = this.#lists[number];
      if (list === undefined) continue;
      for (let i = 0; i < list.starts.length; i++) {
        const rule = list.styles[i] ?? 0;
        const found = this.rules[rule];
        const zone = found?.kind === 'approach' ? found.zone : rule;
        if (places.has(zone)) continue;
        places.set(zone, {
          ...{ from: list.starts[i] ?? 0, to: list.starts[i + 1] ?? list.end },
          ...{ phaseFrom, phaseTo },
        });
      }
    }
    return places;
  }

  takeNames(from: number, names: readonly string[]): void {
    names.forEach((name, index) => {
      const rule = this.#named[from + index];
      if (rule !== undefined) rule.id = name;
    });
  }

  takeGaps(gaps: string): void {
    this.#gaps = new Int32Array(bytesOf(gaps).buffer);
  }

  /** How the machine brakes in a phase range, worked out when it is first seen. */
  curvesOf(window: number): readonly BrakingCurve[] {
    const { braking } = this.data;
    const list = this.listOf(window);
    if (braking === null || list === undefined) return [];
    const known = this.#curves.get(list);
    if (known !== undefined) return known;
    const cells = Array.from(list.starts, (from, index) => {
      return { from, to: list.starts[index + 1] ?? list.end, rule: list.styles[index] ?? 0 };
    });
    const curves = brakingCurves({ rules: this.rules, axis: this.axis }, cells, braking);
    this.#curves.set(list, curves);
    return curves;
  }

  gap(index: number): PageGap {
    const field = (offset: number) => this.#gaps[index * GAP_FIELDS + offset] ?? 0;
    return { from: field(0), to: field(1), phaseFrom: field(2), phaseTo: field(3), rule: field(4) };
  }

  /** Index of the window that holds a phase. */
  windowAt(phase: number): number {
    let [low, high] = [0, this.data.windows.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.data.windows[middle]?.from ?? 0) <= phase) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The next cell of another rule on the way up from a stored place; null: the axis ends before, or its list has not come. */
  nextOn(place: number, phase: number): Next | null {
    const list = this.listOf(this.windowAt(phase));
    const { min, max, wraps } = this.axis;
    if (list === undefined || place < min || place >= max) return null;
    const { starts, styles } = list;
    const here = cellAt(list, place);
    for (let step = 1; step < starts.length; step++) {
      if (here + step >= starts.length && !wraps) return null;
      const index = (here + step) % starts.length;
      // On a ring the list begins and ends at the seam, which is no border by itself.
      if (styles[index] === styles[here]) continue;
      const ahead = (starts[index] ?? 0) - place;
      return { steps: ahead > 0 ? ahead : ahead + max - min, rule: this.rules[styles[index] ?? 0] ?? null };
    }
    return null;
  }

  /** undefined: it has not come yet. */
  listOf(window: number): PageList | undefined {
    return this.#lists[this.data.windows[window]?.list ?? -1];
  }
}

function unpackedRules(packed: PackedRules): PageRule[] {
  const [kinds, tiers] = [bytesOf(packed.kinds), bytesOf(packed.tiers)];
  const limits = new Int32Array(bytesOf(packed.limits).buffer);
  const zones = new Uint32Array(bytesOf(packed.zones).buffer);
  return Array.from(kinds, (bits, index): PageRule => {
    const limit = bits < HAS_LIMIT ? null : (limits[index] ?? 0);
    const kind = bits % HAS_LIMIT;
    const tier = tiers[index] ?? 0;
    const action = ACTION_NAMES[kind - GAP_KIND];
    if (action !== undefined) return { kind: 'gap', id: '', action, limit };
    if (kind === 0) return { kind: 'zone', id: '', tier, limit };
    return { kind: 'approach', id: '', zone: zones[index] ?? 0, tier, limit: limit ?? 0 };
  });
}
