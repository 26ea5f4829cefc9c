import type { Report } from './diagnostics.ts';
import type { Border, Corner, Polygon } from './plane-model.ts';

/**
 * Borders as they are drawn, made into borders of areas: what is wrong with one is put right where that can be done in one way only, and
 * said; else refused.
 */

/** What a border is called in messages, and how its corners are written. */
export interface BorderWords {
  /** Such as `ring 2 of zone "dock"`. */
  readonly name: string;
  corner(corner: Corner): string;
}

/** Says what was put right. */
export type Repairs = (what: string) => void;

/** A border without repeated corners and spikes; undefined, and reported, when it has no inside or meets itself. */
export function cleanBorder(
  corners: readonly Corner[],
  words: BorderWords,
  repaired: Repairs,
  report: Report,
): Border | undefined {
  const kept = withoutRepeats(corners, words, repaired);
  const border = withoutSpikes(kept, words, repaired);
  if (border.length < 3) {
    const message = `${words.name} has no inside: ${border.length} corners are left of ${corners.length}`;
    report('BORDER_EMPTY', message, 'Write at least three corners that lie on no line.');
    return undefined;
  }
  const meeting = firstMeeting([border]);
  if (meeting === undefined) return border;
  report(
    'BORDER_CROSSES',
    `${words.name} ${meetingWords(meeting, words)}`,
    'Write its corners in their order, or as several polygons.',
  );
  return undefined;
}

function withoutRepeats(corners: readonly Corner[], words: BorderWords, repaired: Repairs): Corner[] {
  const kept = corners.filter(
    (corner, index) => index === 0 || !isSame(corner, corners[index - 1] as Corner),
  );
  while (kept.length > 1 && isSame(kept[0] as Corner, kept.at(-1) as Corner)) kept.pop();
  const repeats = corners.length - kept.length;
  const isClosed = corners.length > 1 && isSame(corners[0] as Corner, corners.at(-1) as Corner);
  const extra = repeats - (isClosed ? 1 : 0);
  if (extra > 0) repaired(`${words.name}: ${extra} repeated ${extra === 1 ? 'corner' : 'corners'} left out`);
  return kept;
}

/** Leaves out corners at which a border turns back on itself. */
function withoutSpikes(corners: readonly Corner[], words: BorderWords, repaired: Repairs): Border {
  const border = [...corners];
  for (let index = 0; border.length >= 3 && index < border.length; ) {
    const before = (index + border.length - 1) % border.length;
    const [p, q, r] = [border[before], border[index], border[(index + 1) % border.length]] as [
      Corner,
      Corner,
      Corner,
    ];
    if (turnOf(p, q, r) !== 0 || !isBack(p, q, r)) {
      index++;
      continue;
    }
    repaired(`${words.name}: a spike at ${words.corner(q)} left out`);
    border.splice(index, 1);
    // What stood on both sides of the spike may be one corner twice.
    const at = (index + border.length - 1) % border.length;
    if (isSame(border[at] as Corner, border[(at + 1) % border.length] as Corner)) border.splice(at, 1);
    index = 0;
  }
  return border.length < 3 ? border : border.some((_, index) => !isFlatAt(border, index)) ? border : [];
}

function isFlatAt(border: Border, index: number): boolean {
  const at = (offset: number) => border[(index + offset) % border.length] as Corner;
  return turnOf(at(0), at(1), at(2)) === 0;
}

function isSame(p: Corner, q: Corner): boolean {
  return p[0] === q[0] && p[1] === q[1];
}

/** Whether the way from p by q to r, all on one line, turns back at q. */
function isBack(p: Corner, q: Corner, r: Corner): boolean {
  return (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1]) < 0;
}

/** Above 0 when p, q, r turn left, below when right, 0 on one line; exact. */
export function turnOf(p: Corner, q: Corner, r: Corner): number {
  const left = (q[0] - p[0]) * (r[1] - p[1]);
  const right = (q[1] - p[1]) * (r[0] - p[0]);
  if (Math.abs(left) + Math.abs(right) < 2 ** 52) return left - right;
  const exact = BigInt(q[0] - p[0]) * BigInt(r[1] - p[1]) - BigInt(q[1] - p[1]) * BigInt(r[0] - p[0]);
  return exact < 0n ? -1 : exact > 0n ? 1 : 0;
}

/** Twice the area inside of a border, above 0 when it runs counter-clockwise; exact. */
export function twiceArea(border: Border): bigint {
  let area = 0n;
  border.forEach((p, index) => {
    const q = border[(index + 1) % border.length] as Corner;
    area += BigInt(p[0]) * BigInt(q[1]) - BigInt(p[1]) * BigInt(q[0]);
  });
  return area;
}

/** An edge of one of several borders. */
interface Edge {
  readonly border: number;
  readonly index: number;
  readonly of: number;
  readonly p: Corner;
  readonly q: Corner;
}

/** Two edges that meet where they should not. */
interface Meeting {
  readonly one: Edge;
  readonly other: Edge;
}

function meetingWords({ one, other }: Meeting, words: BorderWords): string {
  const edge = ({ p, q }: Edge) => `${words.corner(p)} to ${words.corner(q)}`;
  return `meets itself: the edge from ${edge(one)} and the one from ${edge(other)}`;
}

/** The first two edges that meet, but for neighbours at their common corner, and for different borders at one point. */
function firstMeeting(borders: readonly Border[]): Meeting | undefined {
  const edges = borders.flatMap((border, number) =>
    border.map(
      (p, index): Edge => ({
        border: number,
        index,
        of: border.length,
        p,
        q: border[(index + 1) % border.length] as Corner,
      }),
    ),
  );
  const low = ({ p, q }: Edge) => Math.min(p[1], q[1]);
  const high = ({ p, q }: Edge) => Math.max(p[1], q[1]);
  edges.sort((left, right) => low(left) - low(right));
  let open: Edge[] = [];
  for (const edge of edges) {
    open = open.filter((other) => high(other) >= low(edge));
    const other = open.find((each) => meets(each, edge));
    if (other !== undefined) return { one: other, other: edge };
    open.push(edge);
  }
  return undefined;
}

function meets(one: Edge, other: Edge): boolean {
  const [a, b, c, d] = [one.p, one.q, other.p, other.q];
  if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0]))
    return false;
  const [abc, abd, cda, cdb] = [turnOf(a, b, c), turnOf(a, b, d), turnOf(c, d, a), turnOf(c, d, b)];
  if (abc === 0 && abd === 0) return overlapOnLine(one, other);
  if (Math.sign(abc) * Math.sign(abd) > 0 || Math.sign(cda) * Math.sign(cdb) > 0) return false;
  const isProper = abc !== 0 && abd !== 0 && cda !== 0 && cdb !== 0;
  // Different borders may touch at a point; neighbours share a corner.
  return isProper || (one.border === other.border && !areNeighbours(one, other));
}

function areNeighbours(one: Edge, other: Edge): boolean {
  return (one.index + 1) % one.of === other.index || (other.index + 1) % one.of === one.index;
}

/** Whether two edges on one line share more than a point, or a point that neighbours do not have. */
function overlapOnLine(one: Edge, other: Edge): boolean {
  const axis = one.p[0] === one.q[0] ? 1 : 0;
  const from = Math.max(Math.min(one.p[axis], one.q[axis]), Math.min(other.p[axis], other.q[axis]));
  const to = Math.min(Math.max(one.p[axis], one.q[axis]), Math.max(other.p[axis], other.q[axis]));
  if (from !== to) return from < to;
  return one.border === other.border && !areNeighbours(one, other);
}

/** A polygon of clean borders, the first its outer one; undefined, and reported, when a hole is none. */
export function polygonOf(
  borders: readonly [Border, ...Border[]],
  words: readonly BorderWords[],
  report: Report,
): Polygon | undefined {
  const meeting = firstMeeting(borders);
  const wordsOf = (number: number) => words[number] as BorderWords;
  const remedy = 'Move the hole, or cut it off the area.';
  if (meeting !== undefined) {
    const [one, other] = [wordsOf(meeting.one.border), wordsOf(meeting.other.border)];
    const message = `${one.name} and ${other.name} cross near ${one.corner(meeting.one.p)}`;
    report('BORDER_CROSSES', message, remedy);
    return undefined;
  }
  const [outer, ...holes] = borders;
  for (const [index, hole] of holes.entries()) {
    const name = wordsOf(index + 1).name;
    if (!isWithin(hole, outer)) {
      report('HOLE_OUTSIDE', `${name} does not lie inside of ${wordsOf(0).name}`, remedy);
      return undefined;
    }
    const inside = holes.findIndex(
      (other, at) => at !== index && (isWithin(hole, other) || isWithin(other, hole)),
    );
    if (inside < 0) continue;
    report(
      'HOLE_OUTSIDE',
      `${name} and ${wordsOf(inside + 1).name} lie one in the other`,
      'Write what lies in a hole as a polygon.',
    );
    return undefined;
  }
  return borders;
}

/** Whether a border lies inside of another one that it does not cross; they may touch. */
function isWithin(border: Border, other: Border): boolean {
  for (const [index, corner] of border.entries()) {
    const next = border[(index + 1) % border.length] as Corner;
    // In halves of steps, so that the middle of an edge is a point, too.
    for (const point of [doubled(corner, corner), doubled(corner, next)]) {
      const side = sideOf(point, other);
      if (side !== 0) return side > 0;
    }
  }
  const [area, otherArea] = [twiceArea(border), twiceArea(other)].map((each) => (each < 0n ? -each : each));
  return (area as bigint) < (otherArea as bigint);
}

function doubled(p: Corner, q: Corner): Corner {
  return [p[0] + q[0], p[1] + q[1]];
}

/** 1 inside of a border, −1 outside, 0 on it; the point in halves of steps. */
function sideOf(point: Corner, border: Border): number {
  let isInside = false;
  for (const [index, corner] of border.entries()) {
    const next = border[(index + 1) % border.length] as Corner;
    const [p, q] = [doubled(corner, corner), doubled(next, next)];
    const [low, high] = p[1] <= q[1] ? [p, q] : [q, p];
    const turn = turnOf(low, high, point);
    const isBeside = point[0] >= Math.min(p[0], q[0]) && point[0] <= Math.max(p[0], q[0]);
    if (turn === 0 && isBeside && point[1] >= low[1] && point[1] <= high[1]) return 0;
    if (low[1] <= point[1] && point[1] < high[1] && turn < 0) isInside = !isInside;
  }
  return isInside ? 1 : -1;
}
