/** What devices say when they say no: the refusals of docs/SPEC.md section 8, and the standard errors of SMP. */

import { HoldfastError } from '../common/errors.ts';
import { GROUP, IMAGE_ERROR_TEXTS, RC_TEXTS, REFUSALS, V1_USER_ERRORS } from '../format.ts';

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
const PENDING_REMEDY =
  'Mark it in this window with `holdfast mark` and close the window to run it, or give it up with `holdfast revert`.';
const SAME_BUILD = 'Check that the versions of the device and of this command match.';

/** What to do about each refusal of group 78; the reasons of a FAULT are among them. */
const REMEDIES: Readonly<Record<(typeof REFUSALS)[number]['name'], string>> = {
  NO_WINDOW: OPEN_A_WINDOW,
  NOT_PARKED: 'Park the machine and try again.',
  WINDOW_HELD: `Whoever opened it closes it, or wait until its lease ends: ${STATUS_SHOWS}.`,
  TOKEN_STALE: `Give the right one with \`--token\`: ${STATUS_SHOWS}.`,
  TOKEN_MISSING: `Give the token with \`--token\`: ${STATUS_SHOWS}.`,
  NOT_ALLOWED_ON_TRIAL: CONFIRM_OR_REVERT,
  PENDING: PENDING_REMEDY,
  CONTAINER_HEADER: RECOMPILE,
  CONTAINER_LENGTH: PUSH_AGAIN,
  TLV_MALFORMED: RECOMPILE,
  TLV_UNKNOWN: RECOMPILE,
  TLV_REPEATED: RECOMPILE,
  TLV_MISSING: RECOMPILE,
  DIGEST_MISMATCH: PUSH_AGAIN,
  SIGNATURE_MISSING: 'Sign it: compile it again with `--key`, or `holdfast reissue` it.',
  KEY_UNKNOWN:
    'Sign it with a key that the firmware knows (`holdfast status` names them), or burn firmware that knows this one.',
  SIGNATURE_WRONG: 'Do not use this image; get it again from whoever made it, and sign it again.',
  MAP_ID: CHECK_CONFIG,
  DEVICE_CLASS: CHECK_CONFIG,
  EPOCH_STALE: 'Raise `epoch` in the source and compile again; `holdfast reissue` brings an older map back.',
  REPLACES_OTHER: 'Name the running epoch in `replaces` and compile again.',
  REVERTED_BEFORE:
    'Find out why it was reverted and compile a later epoch, or insist on this one with `--force`.',
  EPOCH_LAST: 'Compile it with a lower epoch, or insist on this one with `--force`.',
  OVER_BUDGET: 'Simplify the map, or burn firmware with a larger budget.',
  STEPS_WRONG: RECOMPILE,
  BODY_HEADER: RECOMPILE,
  BODY_VERSION: SAME_BUILD,
  LAYOUT_UNKNOWN: SAME_BUILD,
  DIRECTORY: RECOMPILE,
  TOO_LARGE: 'Simplify the map.',
  BODY_CHECKSUM: PUSH_AGAIN,
  PHASES_WRONG: RECOMPILE,
  KEYS_WRONG: RECOMPILE,
  WORDS_WRONG: RECOMPILE,
  RULES_WRONG: RECOMPILE,
  RUNS_WRONG: RECOMPILE,
  NAMES_WRONG: RECOMPILE,
  NO_SUCH_HASH: PUSH_AGAIN,
  NOTHING_ON_TRIAL: 'Run `holdfast status` to see what runs.',
  TOO_FEW_CHECKS: 'Close the window, let the machine run, then confirm in a new window.',
  FLASH_FAILED: 'Try again; if it happens again, the flash is worn out.',
  NO_EDITION: 'Push an image, or burn one.',
  BURNED_BLOCK:
    'Make the firmware again from its configuration, with a key or in development mode, and burn it.',
  ARENA_CHANGED: 'Reset the device, and find what overwrote the map.',
  TRIAL_OVERDUE: 'Park the machine and run `holdfast revert`.',
  GEOMETRY: 'Fix the geometry in the port of this board.',
  LOAD_INTERRUPTED: 'Park the machine.',
  RECORD_UNKNOWN: 'Burn the later firmware again; this one cannot read what it wrote.',
  MEMORY_CHANGED: 'Reset the device; if it happens again, find what overwrites its memory.',
  NO_COUNTER:
    'Measure on a board, or on `holdfast controller --target rp2040`; for a port of your own, write port_cycles.',
};

/** And about the errors of SMP itself. */
const STANDARD_REMEDIES: Readonly<Record<(typeof RC_TEXTS)[number]['name'], string>> = {
  SMP_UNKNOWN: 'Look at the log of the device.',
  SMP_NO_MEMORY: 'Try again; if it happens again, reset the device.',
  SMP_INVALID: SAME_BUILD,
  SMP_TIMEOUT: 'Try again.',
  SMP_NO_ENTRY: SAME_BUILD,
  SMP_BAD_STATE: 'Run `holdfast status` to see what runs.',
  SMP_TOO_LONG: SAME_BUILD,
  SMP_NOT_SUPPORTED: SAME_BUILD,
  SMP_CORRUPT: 'Try again.',
  SMP_BUSY: 'Try again in a moment.',
  SMP_DENIED: OPEN_A_WINDOW,
  SMP_TOO_OLD: SAME_BUILD,
  SMP_TOO_NEW: SAME_BUILD,
};

/** And about those of the image group that people can do something about. */
const IMAGE_REMEDIES: Readonly<Partial<Record<(typeof IMAGE_ERROR_TEXTS)[number]['name'], string>>> = {
  IMAGE_HASH_NOT_FOUND: PUSH_AGAIN,
  IMAGE_NO_FREE_SLOT: CONFIRM_OR_REVERT,
  IMAGE_INVALID_IMAGE_HEADER_MAGIC: 'Give an image that `holdfast compile` made.',
  IMAGE_CURRENT_VERSION_IS_NEWER: 'Raise `epoch` in the source and compile again.',
  IMAGE_ALREADY_PENDING: PENDING_REMEDY,
  IMAGE_INVALID_IMAGE_TOO_LARGE: 'Simplify the map.',
  IMAGE_INVALID_IMAGE_DATA_OVERRUN: PUSH_AGAIN,
  IMAGE_CONFIRMATION_DENIED: 'Run `holdfast status` to see what runs.',
};

const OF_HOLDFAST = byCode(REFUSALS, REMEDIES);
const OF_SMP = byCode(RC_TEXTS, STANDARD_REMEDIES);
const OF_IMAGES = byCode(IMAGE_ERROR_TEXTS, IMAGE_REMEDIES);

interface Named<Name extends string> {
  readonly code: number;
  readonly name: Name;
  readonly words: string;
}

/** What the table of the format says of each code, with what to do. */
function byCode<Name extends string>(
  entries: readonly Named<Name>[],
  remedies: Readonly<Partial<Record<Name, string>>>,
): ReadonlyMap<number, Refusal> {
  return new Map(
    entries.map(({ code, name, words }) => [code, { name, words, remedy: remedies[name] ?? SAME_BUILD }]),
  );
}

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
  const table = group === GROUP.holdfast ? OF_HOLDFAST : group === GROUP.image ? OF_IMAGES : OF_SMP;
  const found = group === null && rc >= V1_USER_ERRORS ? OF_HOLDFAST.get(rc - V1_USER_ERRORS) : table.get(rc);
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
