/** What devices say when they say no: the refusals of docs/SPEC.md section 8, and the standard errors of SMP. */

import { HoldfastError } from '../common/errors.ts';
import { GROUP } from './groups.ts';

export interface Refusal {
  /** Stable upper-case name. */
  name: string;
  /** What is the matter, a clause without a full stop. */
  words: string;
  /** What to do next, a sentence. */
  remedy: string;
}

const STATUS_SHOWS = '`holdfast status` shows the token of the open window';
const OPEN_A_WINDOW = 'Park the machine, then run `holdfast window open`.';
const RECOMPILE = 'Compile the source again with this version of holdfast and push the new image.';
const PUSH_AGAIN = 'Push the image again.';
const CHECK_CONFIG =
  "Compare the map source with the firmware's burned configuration: `holdfast status` shows it.";
const CONFIRM_OR_REVERT = 'Run `holdfast confirm` or `holdfast revert` first.';
const SAME_BUILD = 'Check that the device and this command are of matching versions.';

/** Group 78: codes of refusals and reasons of a FAULT. */
export const REFUSALS: ReadonlyMap<number, Refusal> = new Map(
  (
    [
      [1, 'NO_WINDOW', 'nothing is written outside a maintenance window', OPEN_A_WINDOW],
      [
        2,
        'NOT_PARKED',
        'the safe input does not say that the machine is parked',
        'Park the machine and try again.',
      ],
      [
        3,
        'WINDOW_HELD',
        'a window is open under another token',
        `Close that window, or wait until its lease ends: ${STATUS_SHOWS}.`,
      ],
      [
        4,
        'TOKEN_STALE',
        'the token is not that of the lease',
        `Give the right one with \`--token\`: ${STATUS_SHOWS}.`,
      ],
      [
        5,
        'TOKEN_MISSING',
        'the lease is not shared, so writes need its token',
        `Give the token with \`--token\`: ${STATUS_SHOWS}.`,
      ],
      [
        6,
        'NOT_ALLOWED_ON_TRIAL',
        'while an edition is on trial the slots are not written',
        CONFIRM_OR_REVERT,
      ],
      [
        7,
        'PENDING',
        'an edition is pending and is not overwritten',
        'Close the window to activate it, or run `holdfast revert`.',
      ],
      [10, 'CONTAINER_HEADER', 'a field of the container header is out of its range', RECOMPILE],
      [11, 'CONTAINER_LENGTH', 'the lengths in the container do not add up', PUSH_AGAIN],
      [12, 'TLV_MALFORMED', 'a TLV has a wrong length or value', RECOMPILE],
      [13, 'TLV_UNKNOWN', 'a TLV is unknown or in the wrong area', RECOMPILE],
      [14, 'TLV_REPEATED', 'a TLV stands twice', RECOMPILE],
      [15, 'TLV_MISSING', 'a TLV that must be there is not', RECOMPILE],
      [16, 'DIGEST_MISMATCH', 'the SHA-256 of the image is not the one that it carries', PUSH_AGAIN],
      [20, 'MAP_ID', 'the image was made for another map', CHECK_CONFIG],
      [21, 'DEVICE_CLASS', 'the image was made for another device class', CHECK_CONFIG],
      [
        22,
        'EPOCH_STALE',
        'its epoch is not above the confirmed one',
        'Raise `epoch` in the source and compile again; `holdfast reissue` brings an older map back.',
      ],
      [
        23,
        'REPLACES_OTHER',
        'it does not name the running edition as one that it replaces',
        'Name the running epoch in `replaces` and compile again.',
      ],
      [
        24,
        'OVER_BUDGET',
        'its steps cost more than the burned budget',
        'Simplify the map, or burn firmware with a larger budget.',
      ],
      [25, 'STEPS_WRONG', 'its steps TLV does not say what the body needs', RECOMPILE],
      [30, 'BODY_HEADER', 'a field of the body header is out of its range', RECOMPILE],
      [31, 'BODY_VERSION', 'the version of the body is unknown to the device', SAME_BUILD],
      [32, 'LAYOUT_UNKNOWN', 'the layout is unknown to the device', SAME_BUILD],
      [33, 'DIRECTORY', 'the sections are not where the format wants them', RECOMPILE],
      [34, 'TOO_LARGE', 'the map needs more memory or steps than this build holds', 'Simplify the map.'],
      [35, 'BODY_CHECKSUM', 'the checksum of the resident bytes is wrong', PUSH_AGAIN],
      [36, 'PHASES_WRONG', 'the phase windows are not in order', RECOMPILE],
      [37, 'KEYS_WRONG', 'the keys are not in order', RECOMPILE],
      [38, 'WORDS_WRONG', 'a word does not fit its rule', RECOMPILE],
      [39, 'RULES_WRONG', 'a rule is out of its range', RECOMPILE],
      [40, 'RUNS_WRONG', 'a run or row does not fit the cells', RECOMPILE],
      [41, 'NAMES_WRONG', 'the names are not as the format wants them', RECOMPILE],
      [50, 'NO_SUCH_HASH', 'no verified edition has this hash', PUSH_AGAIN],
      [
        51,
        'NOTHING_ON_TRIAL',
        'there is nothing to confirm or to revert',
        'Run `holdfast status` to see what runs.',
      ],
      [
        52,
        'TOO_FEW_CHECKS',
        'the edition on trial has not answered enough checks',
        'Close the window, let the machine run, then confirm in a new window.',
      ],
      [
        53,
        'FLASH_FAILED',
        'an erase or program did not read back as it should',
        'Try again; if it stays, the flash is worn out.',
      ],
      [60, 'NO_EDITION', 'there is no confirmed edition in flash', 'Push an image, or burn one.'],
      [61, 'BURNED_BLOCK', 'the burned block is damaged or absent', 'Burn the firmware again.'],
      [
        62,
        'ARENA_CHANGED',
        'the map in RAM changed after admission',
        'Reset the device, and look for what writes there.',
      ],
      [
        63,
        'TRIAL_OVERDUE',
        'the trial ran longer than the burned limit',
        'Park the machine and run `holdfast revert`.',
      ],
      [
        64,
        'GEOMETRY',
        "the port's flash geometry cannot hold the areas",
        'Correct the geometry in the port of this target.',
      ],
      [
        65,
        'LOAD_INTERRUPTED',
        'the machine moved while an edition was being loaded; it is loaded when the machine is parked again',
        'Park the machine.',
      ],
      [
        70,
        'NO_COUNTER',
        'its port has no counter of clock cycles',
        'Measure on a board, or on `holdfast controller --target rp2040`; for a port of your own, write port_cycles.',
      ],
    ] as const
  ).map(([code, name, words, remedy]) => [code, { name, words, remedy }]),
);

/** Errors of SMP itself; every group uses them. */
const STANDARD: ReadonlyMap<number, Refusal> = new Map(
  (
    [
      [1, 'SMP_UNKNOWN', 'unknown error', 'Look at the log of the device.'],
      [2, 'SMP_NO_MEMORY', 'out of memory', 'Try again; if it stays, reset the device.'],
      [3, 'SMP_INVALID', 'a value is invalid', SAME_BUILD],
      [4, 'SMP_TIMEOUT', 'the device gave up waiting', 'Try again.'],
      [5, 'SMP_NO_ENTRY', 'no such entry', SAME_BUILD],
      [6, 'SMP_BAD_STATE', 'not in this state', 'Run `holdfast status` to see what runs.'],
      [7, 'SMP_TOO_LONG', 'the message does not fit', SAME_BUILD],
      [8, 'SMP_NOT_SUPPORTED', 'the device does not know this command', SAME_BUILD],
      [9, 'SMP_CORRUPT', 'the data is corrupt', 'Try again.'],
      [10, 'SMP_BUSY', 'the device is busy', 'Try again in a moment.'],
      [11, 'SMP_DENIED', 'access denied', OPEN_A_WINDOW],
      [12, 'SMP_TOO_OLD', 'this protocol version is too old', SAME_BUILD],
      [13, 'SMP_TOO_NEW', 'this protocol version is too new', SAME_BUILD],
    ] as const
  ).map(([code, name, words, remedy]) => [code, { name, words, remedy }]),
);

/** Errors of the image group (version 2 of the protocol). */
const IMAGE_GROUP: ReadonlyMap<number, Refusal> = new Map(
  (
    [
      [8, 'IMAGE_NO_SUCH_HASH', 'no edition has this hash', PUSH_AGAIN],
      [9, 'IMAGE_NO_FREE_SLOT', 'no slot is free', CONFIRM_OR_REVERT],
      [20, 'IMAGE_NO_OFFSET', 'the request names no offset', SAME_BUILD],
      [21, 'IMAGE_NO_LENGTH', 'the request names no length', SAME_BUILD],
      [22, 'IMAGE_SHORT_HEADER', 'the first piece is shorter than an image header', SAME_BUILD],
      [23, 'IMAGE_BAD_MAGIC', 'this is no image', 'Give an image that `holdfast compile` made.'],
      [24, 'IMAGE_BAD_HASH', 'the hash is malformed', SAME_BUILD],
      [
        27,
        'IMAGE_NOT_NEWER',
        'the image is not newer than the running one',
        'Raise `epoch` in the source and compile again.',
      ],
      [
        28,
        'IMAGE_PENDING',
        'an edition is already pending',
        'Close the window to activate it, or run `holdfast revert`.',
      ],
      [30, 'IMAGE_TOO_LARGE', 'the image does not fit the slot', 'Simplify the map.'],
      [31, 'IMAGE_OVERRUN', 'more data than announced', PUSH_AGAIN],
      [
        32,
        'IMAGE_CONFIRM_DENIED',
        'this edition cannot be confirmed',
        'Run `holdfast status` to see what runs.',
      ],
    ] as const
  ).map(([code, name, words, remedy]) => [code, { name, words, remedy }]),
);

/** First code of `rc` in version 1 of the protocol that belongs to group 78. */
const V1_GROUP_CODES_FROM = 256;

/** The device said no. `group` is null for the standard errors of SMP. Exit code 1. */
export class RefusedError extends HoldfastError {
  readonly group: number | null;
  readonly rc: number;

  constructor(what: string, group: number | null, rc: number) {
    const refusal = describeRefusal(group, rc);
    super(refusal.name, `The device refused "${what}": ${refusal.words}.`, {
      remedy: refusal.remedy,
      exitCode: 1,
    });
    this.name = 'RefusedError';
    this.group = group;
    this.rc = rc;
  }
}

/** Name, words and remedy of an error code; `group` null: a plain `rc`, which in version 1 holds 256 + code for group 78. */
export function describeRefusal(group: number | null, rc: number): Refusal {
  const table = group === GROUP.holdfast ? REFUSALS : group === GROUP.image ? IMAGE_GROUP : STANDARD;
  const found =
    group === null && rc >= V1_GROUP_CODES_FROM ? REFUSALS.get(rc - V1_GROUP_CODES_FROM) : table.get(rc);
  return found ?? unknownRefusal(group, rc);
}

function unknownRefusal(group: number | null, rc: number): Refusal {
  const where = group === null ? '' : ` of group ${group}`;
  return {
    name: 'UNKNOWN_REFUSAL',
    words: `error ${rc}${where}, which this command does not know`,
    remedy: SAME_BUILD,
  };
}

/** Whether `error` is the refusal of group 78 with this name, in either version of the protocol. */
export function isRefusal(error: unknown, name: string): error is RefusedError {
  return error instanceof RefusedError && error.code === name;
}

/** A fault reason as words, for people; null for 0. */
export function faultWords(reason: number): string | null {
  if (reason === 0) return null;
  const refusal = describeRefusal(GROUP.holdfast, reason);
  return `${refusal.name}: ${refusal.words}`;
}
