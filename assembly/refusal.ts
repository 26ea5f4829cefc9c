/** Why an image or a request is refused, and why the core answers FAULT. docs/SPEC.md section 8 says what each means. */

export const DONE: u32 = 0;

export const NO_WINDOW: u32 = 1;
export const NOT_PARKED: u32 = 2;
export const WINDOW_HELD: u32 = 3;
export const TOKEN_STALE: u32 = 4;
export const TOKEN_MISSING: u32 = 5;
export const NOT_ALLOWED_ON_TRIAL: u32 = 6;
export const PENDING: u32 = 7;

export const CONTAINER_HEADER: u32 = 10;
export const CONTAINER_LENGTH: u32 = 11;
export const TLV_MALFORMED: u32 = 12;
export const TLV_UNKNOWN: u32 = 13;
export const TLV_REPEATED: u32 = 14;
export const TLV_MISSING: u32 = 15;
export const DIGEST_MISMATCH: u32 = 16;

export const MAP_ID: u32 = 20;
export const DEVICE_CLASS: u32 = 21;
export const EPOCH_STALE: u32 = 22;
export const REPLACES_OTHER: u32 = 23;
export const OVER_BUDGET: u32 = 24;
export const STEPS_WRONG: u32 = 25;

export const BODY_HEADER: u32 = 30;
export const BODY_VERSION: u32 = 31;
export const LAYOUT_UNKNOWN: u32 = 32;
export const DIRECTORY: u32 = 33;
export const TOO_LARGE: u32 = 34;
export const BODY_CHECKSUM: u32 = 35;
export const PHASES_WRONG: u32 = 36;
export const KEYS_WRONG: u32 = 37;
export const WORDS_WRONG: u32 = 38;
export const RULES_WRONG: u32 = 39;
export const RUNS_WRONG: u32 = 40;
export const NAMES_WRONG: u32 = 41;

export const NO_SUCH_HASH: u32 = 50;
export const NOTHING_ON_TRIAL: u32 = 51;
export const TOO_FEW_CHECKS: u32 = 52;
export const FLASH_FAILED: u32 = 53;

export const NO_EDITION: u32 = 60;
export const BURNED_BLOCK: u32 = 61;
export const ARENA_CHANGED: u32 = 62;
export const TRIAL_OVERDUE: u32 = 63;
export const GEOMETRY: u32 = 64;
export const LOAD_INTERRUPTED: u32 = 65;

export const NO_COUNTER: u32 = 70;

/** Not a refusal: the examination or job has more to do. */
export const MORE: u32 = 0xffffffff;
