/** The largest unsigned integer of 32 bits. */
export const U32_MAX = 0xffff_ffff;
