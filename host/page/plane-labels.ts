/** Where names stand beside what is too narrow for them. All in pixels of the map; y points down. */

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Between a shape and a name beside it: near at first, then farther off, with a line between them. */
const DISTANCES = [5, 20, 40, 64];
/** To the right, to the left, above, below, and between these. */
const SIDES = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
] as const;

export function isOver(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** A box of this size beside a shape, within the frame and over nothing that is taken; null: there is no room. */
export function boxBeside(
  shape: Box,
  size: { readonly width: number; readonly height: number },
  { frame, taken }: { readonly frame: Box; readonly taken: readonly Box[] },
): Box | null {
  const { width, height } = size;
  for (const distance of DISTANCES)
    for (const [x, y] of SIDES) {
      const middleX =
        (shape.left + shape.right) / 2 + x * ((shape.right - shape.left + width) / 2 + distance);
      const middleY =
        (shape.top + shape.bottom) / 2 + y * ((shape.bottom - shape.top + height) / 2 + distance);
      const box = {
        left: middleX - width / 2,
        right: middleX + width / 2,
        top: middleY - height / 2,
        bottom: middleY + height / 2,
      };
      const isInside =
        box.left >= frame.left &&
        box.right <= frame.right &&
        box.top >= frame.top &&
        box.bottom <= frame.bottom;
      if (isInside && !taken.some((other) => isOver(box, other))) return box;
    }
  return null;
}

/** The point of a box that is nearest to a place. */
export function nearestIn(box: Box, [x, y]: readonly [number, number]): [number, number] {
  return [Math.min(Math.max(x, box.left), box.right), Math.min(Math.max(y, box.top), box.bottom)];
}
