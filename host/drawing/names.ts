import { type Flag, type FlagRequest, type FlagRoom, placeFlags } from './flags.ts';
import { widestOfEach } from './repeated.ts';
import type { LimitStep, Piece, Strip, StripStyle } from './strip.ts';
import { placeUpright, type UprightName } from './upright.ts';

/** Names under a row, of what has no room for them: what is asked for, and where it stands. Runs in Node and in the page. */

export interface NameRequest extends FlagRequest {
  readonly style: number;
  readonly text: string;
}

/** What is written of a style. */
export interface NameWords {
  /** Empty: nothing. */
  readonly name: string;
  /** null: it has none. */
  readonly limit: number | null;
  readonly isFirst: boolean;
}

export interface NameOptions {
  readonly wordsOf: (piece: Piece) => NameWords;
  readonly limitUnit: string | null;
  /** Steps of the limits that have their limit written on them. */
  readonly worded: readonly Pick<LimitStep, 'left' | 'right'>[];
  readonly widthOf: (text: string) => number;
}

/** The names of pieces, with their limit where no step says it. */
export function nameRequests(pieces: readonly Piece[], options: NameOptions): NameRequest[] {
  const { wordsOf, limitUnit, worded, widthOf } = options;
  return widestOfEach(pieces).flatMap((piece) => {
    const { name, limit, isFirst } = wordsOf(piece);
    if (name === '') return [];
    const isWorded = worded.some(
      ({ left, right }) => left <= piece.left + 0.01 && right >= piece.right - 0.01,
    );
    const text = limit === null || isWorded ? name : `${name} · ${limitOf(limit, limitUnit)}`;
    const at = (piece.left + piece.right) / 2;
    return [{ style: piece.style, text, at, pixels: widthOf(text), isFirst }];
  });
}

function limitOf(limit: number, unit: string | null): string {
  return unit === null ? `limit ${limit}` : `${limit} ${unit}`;
}

/** Cells by themselves that are too narrow for a piece. */
export function narrowCells({ crowds, marks }: Strip, styles: readonly StripStyle[]): Piece[] {
  const lone = crowds.filter(({ cells, style }) => cells === 1 && styles[style]?.mark === null);
  const marked = marks.flatMap(({ at, style }) =>
    style === undefined ? [] : [{ left: at, right: at, style }],
  );
  return [...lone, ...marked];
}

export interface NameRoom extends FlagRoom {
  /** The longest text that may stand upright. */
  readonly uprightPixels: number;
  /** Between two that do. */
  readonly apart: number;
}

export type PlacedNames =
  | { readonly isUpright: false; readonly names: readonly Flag[] }
  | { readonly isUpright: true; readonly names: readonly UprightName[] };

/** A text that loses more than this part of itself says too little. */
const LOST_PART_MAX = 0.35;

/** In lanes, or upright where more of them have room so. */
export function placeNames(requests: readonly FlagRequest[], room: NameRoom): PlacedNames {
  const flags = placeFlags(requests, room);
  if (flags.length < requests.length) {
    const fitting = [...requests.keys()].filter(
      (index) => (requests[index]?.pixels ?? 0) * (1 - LOST_PART_MAX) <= room.uprightPixels,
    );
    const names = placeUpright(
      fitting.flatMap((index) => requests[index] ?? []),
      room,
    );
    if (names.length > flags.length)
      return {
        isUpright: true,
        names: names.map(({ request, x }) => ({ request: fitting[request] ?? 0, x })),
      };
  }
  return { isUpright: false, names: flags };
}

/** Height of the lines that join upright names to their places: higher where they go far. */
export function slantPixels(requests: readonly FlagRequest[], names: readonly UprightName[]): number {
  const farthest = Math.max(0, ...names.map(({ request, x }) => Math.abs(x - (requests[request]?.at ?? 0))));
  return Math.round(Math.min(40, 8 + farthest / 3));
}
