import type { FlagRequest } from './flags.ts';

/** Upright names beside each other under a row, each joined to its place by a line: they need no more width than a line of text has. */

export interface UprightName {
  /** Index of the request. */
  readonly request: number;
  /** Middle of its text, in pixels. */
  readonly x: number;
}

export interface UprightRoom {
  readonly from: number;
  readonly to: number;
  /** Between the middles of two names. */
  readonly apart: number;
}

/** Places as many as have room, in the order of their places and as near to them as may be; the first ones before all others. */
export function placeUpright(requests: readonly FlagRequest[], room: UprightRoom): UprightName[] {
  const { from, to, apart } = room;
  const capacity = Math.max(0, Math.floor((to - from - apart) / apart) + 1);
  const at = (index: number) => requests[index]?.at ?? 0;
  const kept = keptOf(requests, capacity).sort((one, other) => at(one) - at(other) || one - other);
  // Moved left by its rank each may stand where the one before does; so what is least moved is a mean over those in each other's way.
  const groups: { sum: number; count: number }[] = [];
  kept.forEach((request, rank) => {
    let group = { sum: at(request) - rank * apart, count: 1 };
    for (let last = groups.at(-1); last !== undefined && meanOf(last) > meanOf(group); last = groups.at(-1)) {
      group = { sum: group.sum + last.sum, count: group.count + last.count };
      groups.pop();
    }
    groups.push(group);
  });
  const [low, high] = [from + apart / 2, to - apart / 2 - (kept.length - 1) * apart];
  const means = groups.flatMap((group) => Array.from({ length: group.count }, () => meanOf(group)));
  return kept.map((request, rank) => {
    return { request, x: Math.min(high, Math.max(low, means[rank] ?? 0)) + rank * apart };
  });
}

function meanOf({ sum, count }: { readonly sum: number; readonly count: number }): number {
  return sum / count;
}

/** Indices of at most `capacity` requests: the first ones, and of the others some everywhere. */
function keptOf(requests: readonly FlagRequest[], capacity: number): number[] {
  const all = requests.map((_, index) => index);
  const firsts = all.filter((index) => requests[index]?.isFirst === true);
  const others = all.filter((index) => requests[index]?.isFirst !== true);
  const keptFirsts = spread(firsts, capacity);
  return [...keptFirsts, ...spread(others, capacity - keptFirsts.length)];
}

function spread(indices: readonly number[], count: number): number[] {
  if (indices.length <= count) return [...indices];
  return Array.from({ length: count }, (_, at) => indices[Math.floor((at * indices.length) / count)] ?? 0);
}
