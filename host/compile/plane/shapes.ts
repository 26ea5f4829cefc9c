/** A lattice point, in steps from the minimum of each axis: 0 to 2^31. */
export type Point = readonly [x: number, y: number];

/** The corners of a closed border; the last one leads to the first. */
export type Ring = readonly Point[];

/**
 * An area of the plane: the places around which its rings go an odd number of times, borders half-open as SPEC section 2.9 has it. A rule
 * has one or more of them.
 */
export interface Shape {
  readonly rings: readonly Ring[];
  /** Which rule has it. */
  readonly owner: number;
}

/** The size of both axes, steps. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}
