/** What instructions cost, and what of that depends on those before them. */

/** Cycles at least and at most. */
export interface Cost {
  readonly least: number;
  readonly most: number;
}

/** What a pipeline keeps from one instruction for the next. It never changes; states share it. */
export interface Pipeline {
  /** One that holds both. */
  join(other: Pipeline): Pipeline;
  /** Whether all that the other can be, it can be too. */
  covers(other: Pipeline): boolean;
}
