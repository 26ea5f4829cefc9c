import { answerOf } from '../audit/answer-kinds.ts';
import { answerWords } from '../audit/compare-words.ts';
import { decodePlane } from '../body/decode-plane.ts';
import type { PlanePhases } from '../body/plane-partition.ts';
import { CHANGE_GROUPS, type ChangeGroup } from '../drawing/change-groups.ts';
import { type Colouring, colouringOf } from '../drawing/colours.ts';
import { areaOfPiece, type Border, type Corners, piecesOf } from '../plane/pieces.ts';
import { ruleAt } from '../plane/walk.ts';
import { bytesOf } from './data.ts';
import type { PlanePageChange, PlanePageHead } from './plane-data.ts';

/** A plane as its page knows it: the decoded body, cut into pieces when a phase is looked at, and what was found in it. */

/** A convex piece with its bounds, in offsets from the minima. */
export interface PagePiece {
  readonly corners: Corners;
  readonly area: number;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

export interface PageGrid {
  /** By rule, largest first. */
  readonly byRule: ReadonlyMap<number, readonly PagePiece[]>;
  readonly borders: readonly Border[];
}

export interface PageChange extends PlanePageChange {
  readonly pieces: readonly PagePiece[];
}

/** Somewhere to go, in offsets from the minima; and a phase in which it is there. */
export interface PlanePlace {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  /** A place in it. */
  readonly at: readonly [x: number, y: number];
  readonly phase: number | null;
}

/** So many steps around a place are shown at least. */
const AROUND_STEPS = 8;

export class PlaneMap {
  readonly head: PlanePageHead;
  readonly plane: ReturnType<typeof decodePlane>;
  readonly colouring: Colouring;
  readonly changes: readonly PageChange[];
  readonly #before: ReturnType<typeof decodePlane> | null;
  readonly #grids: (PageGrid | undefined)[] = [];

  /** @throws HoldfastError of `decodePlane` */
  constructor(head: PlanePageHead, body: Uint8Array) {
    this.head = head;
    this.plane = decodePlane(body);
    this.colouring = colouringOf(this.plane.rules, head.units);
    this.#before = head.before === null ? null : decodePlane(bytesOf(head.before.body));
    this.changes = (head.before?.changes ?? []).map((change) => ({ ...change, pieces: unpacked(change) }));
  }

  get width(): number {
    const [{ min, max }] = this.plane.axes;
    return max - min;
  }

  get height(): number {
    const { min, max } = this.plane.axes[1];
    return max - min;
  }

  /** Index of the range of phases that holds a phase. */
  rangeAt(phase: number): number {
    return Math.max(
      0,
      this.plane.phases.findIndex(({ from, to }) => from <= phase && phase < to),
    );
  }

  /** What lies where in a phase, cut up when it is first asked for. */
  gridAt(phase: number): PageGrid {
    const number = this.plane.phases[this.rangeAt(phase)]?.grid ?? 0;
    const known = this.#grids[number] ?? pageGrid(this.plane, number);
    this.#grids[number] = known;
    return known;
  }

  /** Changes that hold in a phase. */
  changesAt(phase: number): readonly PageChange[] {
    return this.changes.filter(({ phases }) => phases.some(({ from, to }) => from <= phase && phase < to));
  }

  /** What the edition before answers at an offset, in words; null: there is none, or it says the same. */
  beforeAt(x: number, y: number, phase: number): string | null {
    const [{ before, units }, edition] = [this.head, this.#before];
    if (before === null || edition === null) return null;
    const words = (plane: ReturnType<typeof decodePlane>, rule: number, of: typeof units) => {
      const found = plane.rules[rule];
      return found === undefined ? 'outside' : answerWords(answerOf(found), of);
    };
    const was = ruleAt(edition, x - before.from[0], y - before.from[1], phase);
    const now = ruleAt(this.plane, x, y, phase);
    const [old, today] = [words(edition, was, before.units), words(this.plane, now, units)];
    return old === today ? null : old;
  }

  get changeGroups(): ChangeGroup[] {
    const used = new Set(this.changes.filter(({ pieces }) => pieces.length > 0).map(({ group }) => group));
    return CHANGE_GROUPS.filter((_, index) => used.has(index));
  }

  /** Where a rule answers first; null: nowhere. */
  placeOfRule(rule: number): PlanePlace | null {
    for (const { from } of this.plane.phases) {
      const pieces = this.gridAt(from).byRule.get(rule);
      const largest = pieces?.[0];
      if (pieces === undefined || largest === undefined) continue;
      return {
        west: Math.min(...pieces.map(({ west }) => west)),
        east: Math.max(...pieces.map(({ east }) => east)),
        south: Math.min(...pieces.map(({ south }) => south)),
        north: Math.max(...pieces.map(({ north }) => north)),
        at: [Math.floor((largest.west + largest.east) / 2), Math.floor((largest.south + largest.north) / 2)],
        phase: from,
      };
    }
    return null;
  }
}

/** Around a place of an area: what of it is as wide as high is in sight, of a sliver a part in which it is seen. */
export function placeAround(
  at: readonly [x: number, y: number],
  area: number,
  phases: readonly PlanePhases[],
): PlanePlace {
  const half = Math.max(AROUND_STEPS, Math.sqrt(area));
  const [x, y] = at;
  const bounds = { west: x - half, east: x + half, south: y - half, north: y + half };
  return { ...bounds, at: [Math.floor(x), Math.floor(y)], phase: phases[0]?.from ?? null };
}

function pageGrid(plane: ReturnType<typeof decodePlane>, number: number): PageGrid {
  const grid = plane.grids[number];
  if (grid === undefined) throw new RangeError(`there is no grid ${number}`);
  const { pieces, borders } = piecesOf(plane, grid);
  const byRule = new Map<number, PagePiece[]>();
  for (const { rule, corners } of pieces) {
    const known = byRule.get(rule);
    if (known === undefined) byRule.set(rule, [withBounds(corners)]);
    else known.push(withBounds(corners));
  }
  for (const own of byRule.values()) own.sort((one, other) => other.area - one.area);
  return { byRule, borders };
}

function withBounds(corners: Corners): PagePiece {
  let [west, south] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [east, north] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < corners.length; at += 2) {
    const [x, y] = [corners[at] ?? 0, corners[at + 1] ?? 0];
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return { corners, area: areaOfPiece({ rule: 0, corners }), west, east, south, north };
}

function unpacked({ corners, lengths }: PlanePageChange): PagePiece[] {
  const numbers = new Float64Array(bytesOf(corners).buffer);
  let end = 0;
  return Array.from(new Uint32Array(bytesOf(lengths).buffer), (length) => {
    end += length;
    return withBounds(Array.from(numbers.subarray(end - length, end)));
  });
}
