import type { Piece } from './strip.ts';

/** What is there this often in a row is named once. */
const REPEATED_MIN = 5;

/** The pieces, and of those of a style that is there very often the widest. */
export function widestOfEach(pieces: readonly Piece[]): Piece[] {
  const byStyle = new Map<number, Piece[]>();
  for (const piece of pieces) {
    const same = byStyle.get(piece.style);
    if (same === undefined) byStyle.set(piece.style, [piece]);
    else same.push(piece);
  }
  return [...byStyle.values()].flatMap((same) => {
    if (same.length < REPEATED_MIN) return same;
    return [same.reduce((one, other) => (other.right - other.left > one.right - one.left ? other : one))];
  });
}
