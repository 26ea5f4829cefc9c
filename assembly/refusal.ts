/** What stands in the place of a refusal when there is none yet. */

/** Not a refusal: the examination or job has more to do. */
export const MORE: u32 = 0xffffffff;
