import { type BrakingCurve, brakingCurves } from '../audit/curves.ts';
import { ACTION_MARKS } from '../drawing/palette.ts';
import { type BlockIndex, type CellList, indexBlocks, type StripStyle } from '../drawing/strip.ts';
import type { TickAxis } from '../drawing/ticks.ts';
import { ACTION_NAMES } from '../format.ts';
import type { ActionName, AxisModel } from '../source/model.ts';
import { bytesOf, GAP_FIELDS, type PageData } from './data.ts';

/** The map as the page draws it. */

export interface PageGap {
  readonly from: number;
  readonly to: number;
  readonly phaseFrom: number;
  readonly phaseTo: number;
  readonly rule: number;
}

export interface PageList extends CellList {
  readonly index: BlockIndex;
}

export class PageMap {
  readonly data: PageData;
  readonly axis: TickAxis & Pick<AxisModel, 'name' | 'min' | 'max' | 'wraps'>;
  /** By rule. */
  readonly styles: readonly StripStyle[];
  readonly lists: readonly PageList[];
  readonly gapCount: number;
  /** Actions that gap rules have, each with one of its rules. */
  readonly actionRules: readonly { readonly action: ActionName; readonly rule: number }[];
  readonly limitLow: number;
  readonly limitHigh: number;
  readonly #gaps: Int32Array;
  readonly #curves = new Map<PageList, readonly BrakingCurve[]>();

  constructor(data: PageData) {
    this.data = data;
    this.axis = { ...data.axis, origin: BigInt(data.axis.origin) };
    this.styles = data.rules.map((rule) => ({
      limit: rule.limit,
      mark: rule.kind === 'gap' ? ACTION_MARKS[rule.action] : null,
      isBlank: false,
    }));
    this.actionRules = ACTION_NAMES.flatMap((action) => {
      const rule = data.rules.findIndex((each) => each.kind === 'gap' && each.action === action);
      return rule < 0 ? [] : [{ action, rule }];
    });
    this.lists = data.lists.map(({ starts, rules }) => {
      const list = {
        starts: new Int32Array(bytesOf(starts).buffer),
        styles: new Uint32Array(bytesOf(rules).buffer),
        end: data.axis.max,
      };
      return { ...list, index: indexBlocks(list, this.styles) };
    });
    this.#gaps = new Int32Array(bytesOf(data.gaps).buffer);
    this.gapCount = this.#gaps.length / GAP_FIELDS;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { limit } of data.rules) {
      low = Math.min(low, limit ?? low);
      high = Math.max(high, limit ?? high);
    }
    this.limitLow = low;
    this.limitHigh = high;
  }

  /** How the machine brakes in a phase range, worked out when it is first seen. */
  curvesOf(window: number): readonly BrakingCurve[] {
    const { braking, rules } = this.data;
    const list = this.listOf(window);
    if (braking === null) return [];
    const known = this.#curves.get(list);
    if (known !== undefined) return known;
    const cells = Array.from(list.starts, (from, index) => {
      return { from, to: list.starts[index + 1] ?? list.end, rule: list.styles[index] ?? 0 };
    });
    const curves = brakingCurves({ rules, axis: this.axis }, cells, braking);
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

  listOf(window: number): PageList {
    const list = this.lists[this.data.windows[window]?.list ?? -1];
    if (list === undefined) throw new RangeError(`there is no phase range ${window}`);
    return list;
  }
}
