/** What the device's answers mean, as types of this program. The names are those of docs/SPEC.md section 7. */

import { actionName, type StateName, stateName } from '../body/words.ts';
import { HoldfastError } from '../common/errors.ts';
import {
  BURNED_KEYS_MAX,
  KEY_ID_BYTES,
  type Key,
  MODE_NAMES,
  OUTCOME_NAMES,
  SLOTS,
  STAGE_NAMES,
} from '../format.ts';
import type { ActionName } from '../source/model.ts';
import type { Fields } from './fields.ts';

export type ModeName = (typeof MODE_NAMES)[number];
export type StageName = (typeof STAGE_NAMES)[number];
export type OutcomeName = (typeof OUTCOME_NAMES)[number];

export interface DeviceStatus {
  mode: ModeName;
  /** Whether the running edition is on trial. */
  trial: boolean;
  /** Reason of the FAULT, docs/SPEC.md section 8; 0: a map is admitted. */
  reason: number;
  /** Epoch of the running edition; 0 none. */
  epoch: number;
  /** Hash of the running edition, 64 hexadecimal digits; empty when none. */
  hash: string;
  map: string;
  device: string;
  parked: boolean;
  /** The last token given out. */
  token: number;
  /** Ticks left of the lease. */
  lease: number;
  shared: boolean;
  /** Checks answered on trial, and how many confirming needs. */
  checks: number;
  need: number;
  /** Ticks that the trial has run. */
  ticks: number;
  /** Ticks a second. */
  tps: number;
  stage: StageName;
  /** Bytes received, and bytes announced, of an unfinished upload. */
  upload: number;
  len: number;
  /**
   * What it is: the version of its core, bytes of map that it takes, the version of bodies, and their layouts, a bit each. Null: an earlier
   * core.
   */
  core: string | null;
  arena: number | null;
  body: number | null;
  layouts: number | null;
  /** Whether this start of the device gave up an edition that was on trial before. */
  reverted: boolean;
  /** Ids of the burned keys, 16 hexadecimal digits each. */
  keys: string[];
  /** Development mode: unsigned images are taken. */
  dev: boolean;
}

/** A slot that holds an edition, by what it says; `bootable` once the device examined it, which the first window after a start does. */
export interface SlotState {
  slot: number;
  /** `0.0.0.EPOCH`. */
  version: string;
  hash: string;
  bootable: boolean;
  pending: boolean;
  confirmed: boolean;
  active: boolean;
  permanent: boolean;
}

export interface SlotSize {
  slot: number;
  /** Bytes of the largest image. */
  size: number;
}

export interface DeviceOutcome {
  outcome: OutcomeName;
  reason: number;
  epoch: number;
  hash: string;
}

export interface PastOutcome extends DeviceOutcome {
  /** In which start of the device it was written; 0: by an earlier core, which did not count. */
  boots: number;
}

const COUNTER_NAMES = [
  'frames',
  'crc',
  'base64',
  'long',
  'lost',
  'refused',
  'erases',
  'programs',
  'scans',
] as const satisfies readonly Key[];
export type DeviceCounters = Record<(typeof COUNTER_NAMES)[number], number>;

/** The device's own answer for a place. */
export interface DeviceVerdict {
  word: number;
  state: StateName;
  /** Null where there is none: covered. */
  action: ActionName | null;
  /** Index into the rules of the edition; null none. */
  rule: number | null;
  tier: number;
  limit: number | null;
  epoch: number;
  ahead: number;
  behind: number;
}

export function readStatus(fields: Fields): DeviceStatus {
  return {
    mode: oneOf(MODE_NAMES, fields, 'mode'),
    trial: fields.boolean('trial'),
    reason: fields.u32('reason'),
    epoch: fields.u32('epoch'),
    hash: hex(fields.hash('hash')),
    map: fields.text('map'),
    device: fields.text('device'),
    parked: fields.boolean('parked'),
    token: fields.u32('token'),
    lease: fields.u32('lease'),
    shared: fields.boolean('shared'),
    checks: fields.u32('checks'),
    need: fields.u32('need'),
    ticks: fields.u32('ticks'),
    tps: fields.u32('tps'),
    stage: oneOf(STAGE_NAMES, fields, 'stage'),
    upload: fields.u32('upload'),
    len: fields.u32('len'),
    core: fields.has('core') ? fields.text('core') : null,
    ...numbersIfThere(fields),
    reverted: fields.has('reverted') && fields.boolean('reverted'),
    keys: keyIds(fields.bytes('keys')),
    dev: fields.boolean('dev'),
  };
}

function numbersIfThere(fields: Fields): Pick<DeviceStatus, 'arena' | 'body' | 'layouts'> {
  const numberOf = (key: Key) => (fields.has(key) ? fields.u32(key) : null);
  return { arena: numberOf('arena'), body: numberOf('body'), layouts: numberOf('layouts') };
}

/** Each id has KEY_ID_BYTES; what is left over is none. */
function keyIds(bytes: Uint8Array): string[] {
  const count = Math.min(Math.floor(bytes.length / KEY_ID_BYTES), BURNED_KEYS_MAX);
  return Array.from({ length: count }, (_, at) =>
    hex(bytes.subarray(at * KEY_ID_BYTES, (at + 1) * KEY_ID_BYTES)),
  );
}

export function readSlots(fields: Fields): SlotState[] {
  return fields.list('images', SLOTS).map((entry) => ({
    slot: entry.u32('slot'),
    version: entry.text('version'),
    hash: hex(entry.hash('hash')),
    bootable: entry.boolean('bootable'),
    pending: entry.boolean('pending'),
    confirmed: entry.boolean('confirmed'),
    active: entry.boolean('active'),
    permanent: entry.boolean('permanent'),
  }));
}

export function readSlotSizes(fields: Fields): SlotSize[] {
  return fields
    .list('images', 1)
    .flatMap((image) => image.list('slots', SLOTS))
    .map((entry) => ({ slot: entry.u32('slot'), size: entry.u32('size') }));
}

export function readOutcome(fields: Fields): DeviceOutcome {
  return {
    outcome: oneOf(OUTCOME_NAMES, fields, 'outcome'),
    reason: fields.u32('reason'),
    epoch: fields.u32('epoch'),
    hash: hex(fields.hash('hash')),
  };
}

/** What stands at a place of the journal, and where the one before it is; null where there is none. */
export function readHistory(
  fields: Fields,
  asked: number,
): { outcome: PastOutcome | null; next: number | null } {
  if (fields.u32('back') !== asked) throw unknownNumber('back', fields.u32('back'));
  const next = fields.has('next') ? fields.u32('next', asked + 1) : null;
  if (!fields.has('outcome')) return { outcome: null, next };
  return { outcome: { ...readOutcome(fields), boots: fields.u32('boots') }, next };
}

export function readCounters(fields: Fields): DeviceCounters {
  const entries = COUNTER_NAMES.map((name) => [name, fields.u32(name)] as const);
  return Object.fromEntries(entries) as DeviceCounters;
}

export function readVerdict(fields: Fields): DeviceVerdict {
  const state = stateName(fields.u32('state'));
  if (state === undefined) throw unknownNumber('state', fields.u32('state'));
  const rule = fields.integer('rule');
  return {
    word: fields.u32('word'),
    state,
    action: actionName(fields.u32('action')) ?? null,
    rule: rule < 0 ? null : rule,
    tier: fields.u32('tier'),
    limit: fields.has('limit') ? fields.integer('limit') : null,
    epoch: fields.u32('epoch'),
    ahead: fields.u32('ahead'),
    behind: fields.u32('behind'),
  };
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function oneOf<Name extends string>(names: readonly Name[], fields: Fields, field: Key): Name {
  const name = names[fields.u32(field)];
  if (name === undefined) throw unknownNumber(field, fields.u32(field));
  return name;
}

function unknownNumber(field: Key, value: number): HoldfastError {
  return new HoldfastError(
    'ANSWER_MALFORMED',
    `The device says "${field}" is ${value}, which this command does not know.`,
    {
      remedy: 'Check that the versions of the device and of this command match.',
      exitCode: 3,
    },
  );
}
