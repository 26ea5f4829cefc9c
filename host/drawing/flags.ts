/**
 * Names of what is too narrow to hold them: each hangs on a vertical line from its place, in lanes one under the other, so that no
 * name lies over another one or over the line of another one. Runs in Node and in the page.
 */

export interface FlagRequest {
  /** Where its line hangs, in pixels. */
  readonly at: number;
  /** Width of its text. */
  readonly pixels: number;
  /** It gets a place before all that are not. */
  readonly isFirst: boolean;
}

export interface Flag {
  /** Index of the request. */
  readonly request: number;
  /** From 0, the nearest. */
  readonly lane: number;
  /** The text stands left of its line. */
  readonly isLeft: boolean;
}

/** Between a line and its text. */
export const FLAG_APART_PIXELS = 4;
/** At least between two texts of a lane, so that they do not read as one. */
const TEXTS_APART_PIXELS = 9;
/** Between a line and what it passes. */
const LINES_APART_PIXELS = 1.5;

export interface FlagRoom {
  readonly from: number;
  readonly to: number;
  readonly lanes: number;
}

/** Parts of the room behind which names stand left of their lines; the best of them is taken. */
const TURNS = [1, 0.9, 0.75, 0.6, 0.45] as const;

/**
 * Places what has room between `from` and `to` in the lanes. What has none is left out, the first ones last.
 *
 * A name that reaches to the right passes under the lines that it meets, so the lines of a crowd make stairs: they are placed from
 * right to left. Near the right end it is the other way round.
 */
export function placeFlags(requests: readonly FlagRequest[], room: FlagRoom): Flag[] {
  const isFirst = (index: number) => requests[index]?.isFirst === true;
  const wanted = requests.filter((request) => request.isFirst).length;
  const firstsOf = (flags: readonly Flag[]) => flags.filter(({ request }) => isFirst(request)).length;
  let [best, firsts]: [Flag[], number] = [[], 0];
  for (const before of [() => false, isFirst]) {
    for (const turn of TURNS) {
      const flags = placed(requests, room, room.from + turn * (room.to - room.from), before);
      const count = firstsOf(flags);
      if (count > firsts || (count === firsts && flags.length > best.length)) [best, firsts] = [flags, count];
      if (best.length === requests.length) return best;
    }
    if (firsts === wanted) return best;
  }
  return best;
}

/** Those behind `turn` stand left of their lines, if they can; `isFirst`: these before all others. */
function placed(
  requests: readonly FlagRequest[],
  room: FlagRoom,
  turn: number,
  isFirst: (index: number) => boolean,
): Flag[] {
  const taken = new Room(room);
  const at = (index: number) => requests[index]?.at ?? 0;
  const isLeft = (index: number) => at(index) > turn;
  const order = requests
    .map((_, index) => index)
    .sort(
      (one, other) =>
        Number(isFirst(other)) - Number(isFirst(one)) ||
        Number(isLeft(other)) - Number(isLeft(one)) ||
        (isLeft(one) ? at(one) - at(other) : at(other) - at(one)) ||
        one - other,
    );
  return order.flatMap((request) => {
    const { pixels = 0 } = requests[request] ?? {};
    const side = isLeft(request);
    const found = taken.take(at(request), pixels, side) ?? taken.take(at(request), pixels, !side);
    return found === null ? [] : [{ request, ...found }];
  });
}

interface Box {
  readonly left: number;
  readonly right: number;
}

/** What is taken already. */
class Room {
  readonly #from: number;
  readonly #to: number;
  readonly #boxes: Box[][];
  readonly #lines: { readonly at: number; readonly lane: number }[] = [];

  constructor({ from, to, lanes }: FlagRoom) {
    this.#from = from;
    this.#to = to;
    this.#boxes = Array.from({ length: lanes }, () => []);
  }

  /** The nearest lane with room for a text on one side of its line; null: there is none. */
  take(at: number, pixels: number, isLeft: boolean): { lane: number; isLeft: boolean } | null {
    const box = isLeft
      ? { left: at - FLAG_APART_PIXELS - pixels, right: at }
      : { left: at, right: at + FLAG_APART_PIXELS + pixels };
    for (let lane = 0; lane < this.#boxes.length; lane++) {
      if (this.#isCrossed(at, lane)) return null;
      if (!this.#isFree(box, lane)) continue;
      this.#boxes[lane]?.push(box);
      this.#lines.push({ at, lane });
      return { lane, isLeft };
    }
    return null;
  }

  /** A line down to a lane would run through a name above it. */
  #isCrossed(at: number, lane: number): boolean {
    return this.#boxes
      .slice(0, lane)
      .some((boxes) =>
        boxes.some(({ left, right }) => at > left - LINES_APART_PIXELS && at < right + LINES_APART_PIXELS),
      );
  }

  #isFree({ left, right }: Box, lane: number): boolean {
    if (left < this.#from || right > this.#to) return false;
    const [near, far] = [left - TEXTS_APART_PIXELS, right + TEXTS_APART_PIXELS];
    const hasBox = this.#boxes[lane]?.some((box) => box.left < far && box.right > near) ?? true;
    const [first, last] = [left - LINES_APART_PIXELS, right + LINES_APART_PIXELS];
    return !hasBox && !this.#lines.some((line) => line.lane > lane && line.at > first && line.at < last);
  }
}
