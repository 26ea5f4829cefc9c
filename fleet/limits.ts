/** Limits of a fleet, each with its unit. What is above one of them is refused with its place. */

export const INVENTORY_BYTES_MAX = 16 * 1024 * 1024;
export const PORT_BYTES_MAX = 200;
export const SITES_MAX = 1000;
export const GATEWAYS_MAX = 10_000;
export const CONTROLLERS_MAX = 100_000;
export const LINES_A_GATEWAY_MAX = 256;
export const CELL_MEMBERS_MAX = 64;
export const WINDOWS_A_SITE_MAX = 100;
export const SIGNERS_MAX = 8;

/** Of a signed state without its images, and of one image in it. */
export const STATE_BYTES_MAX = 16 * 1024 * 1024;
export const STATE_IMAGE_BYTES_MAX = 16 * 1024 * 1024;
export const SEQUENCE_MAX = 2 ** 32 - 1;
/** A state that is valid for longer than this would outlive whoever signed it. */
export const VALID_DAYS_MAX = 400;

/** What a cell may take, in milliseconds; how often an order is tried, and how often a cell is gathered and repaired. */
export const CELL_LIMITS = {
  attempts: 5,
  rounds: 5,
  stageMs: 600_000,
  answerMs: 120_000,
  pollMs: 1000,
  parkedMs: 8 * 3_600_000,
  trialMs: 1_800_000,
  repairMs: 1_800_000,
};
