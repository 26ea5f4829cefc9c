/** Limits of a fleet, each with its unit. What is above one of them is refused with its place. */

export const INVENTORY_BYTES_MAX = 16 * 1024 * 1024;
export const PORT_BYTES_MAX = 200;
export const PATH_BYTES_MAX = 1000;
export const SITES_MAX = 1000;
export const GATEWAYS_MAX = 10_000;
export const CONTROLLERS_MAX = 100_000;
export const LINES_A_GATEWAY_MAX = 256;
export const CELL_MEMBERS_MAX = 64;
export const WINDOWS_A_SITE_MAX = 100;
export const SIGNERS_MAX = 8;
export const SOURCES_MAX = 1000;
export const ALERTS_MAX = 16;
export const MAIL_ADDRESSES_MAX = 20;
/** For how many days a database keeps what is over: 400 are a year and a month. */
export const KEEP_DAYS = { least: 7, usual: 400, most: 36_500 };

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

/** Of one message between server and gateway, and of what is in it. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
export const ORDERS_A_MESSAGE_MAX = 64;
export const REPORTS_A_MESSAGE_MAX = 2 * LINES_A_GATEWAY_MAX;
export const INCIDENTS_A_MESSAGE_MAX = 32;
export const WORDS_CHARACTERS_MAX = 2000;
/** Ids, positions, epochs and fences: one billion a day for a thousand years. */
export const COUNT_MAX = 2 ** 48;
/** What a gateway may say that its lease was: so that billions of later ones are left, whatever it says. */
export const LEASE_SAID_MAX = 2 ** 47;
/** A server holds a request for orders at most this long, and no lease is longer. */
export const WAIT_MS_MAX = 60_000;
export const LEASE_MS_MAX = 3_600_000;
