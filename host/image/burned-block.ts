import { sameBytes, toHex, viewOf } from '../body/bytes.ts';
import { crc32c } from '../body/crc32c.ts';
import { actionCode, actionName } from '../body/words.ts';
import { HoldfastError } from '../common/errors.ts';
import type { CycleBudget } from '../cycles/table.ts';
import {
  BURNED_AT,
  BURNED_BYTES,
  BURNED_CHECKED_FROM,
  BURNED_KEYS_MAX,
  BURNED_MAGIC,
  BURNED_VERSION,
  DEVELOPMENT_MARK,
  HASH_BYTES,
  IDENTITY_BYTES_MAX,
  KEY_ID_BYTES,
  PUBLIC_KEY_BYTES,
  STEP_KINDS_MAX,
  TICKS_A_SECOND_MAX,
  TICKS_MAX,
  WINDOW_POLICY_NAMES,
} from '../format.ts';
import type { ActionName } from '../source/model.ts';
import { BUDGET_NONE } from './identity.ts';
import { rawKeyHash } from './sign.ts';

/** The bytes of a burned block, SPEC section 4. */

/** What follows the last field is reserved. */
const RESERVED_FROM = BURNED_AT.development + 4;
const IDENTITY = /^[a-z0-9-]{1,31}$/;

export type WindowPolicy = (typeof WINDOW_POLICY_NAMES)[number];

/** Whose images a firmware takes. */
export interface Trust {
  /** At most 4 raw Ed25519 public keys of 32 bytes, all different; at least one outside development mode. */
  readonly keys: readonly Uint8Array[];
  /** Development mode: unsigned images, and those that other keys signed, are taken too. */
  readonly development: boolean;
}

export interface BurnedConfig extends Trust {
  readonly map: string;
  readonly device: string;
  /** 1 to 1,000,000. */
  readonly ticksPerSecond: number;
  readonly checksToConfirm: number;
  /** 0: no limit. */
  readonly trialTicks: number;
  readonly leaseTicks: number;
  readonly budgetLimit: number;
  readonly budgetBase: number;
  /** Cost a step by kind 1 to 8. */
  readonly costs: readonly number[];
  readonly fault: ActionName;
  readonly hold: ActionName;
  readonly windowPolicy: WindowPolicy;
  /** What the configuration says of cycles of a board: the host judges by it, and a block has only what a check may take. */
  readonly budgetCycles?: CycleBudget | undefined;
}

/** What holds where neither the configuration nor the image says otherwise. */
export const BURNED_DEFAULTS = {
  device: 'generic',
  ticksPerSecond: 1000,
  checksToConfirm: 1000,
  trialTicks: 600_000,
  leaseTicks: 600_000,
  budgetLimit: BUDGET_NONE,
  budgetBase: 0,
  /** A budget in steps: each costs 1. */
  costs: new Array<number>(STEP_KINDS_MAX).fill(1),
  fault: 'stop',
  hold: 'hold',
  windowPolicy: 'on-request',
  keys: [],
  development: false,
} as const satisfies Omit<BurnedConfig, 'map'>;

/** Bounds of the fields that are numbers; the core refuses a block that breaks them. */
export const BURNED_RANGES = {
  ticksPerSecond: { least: 1, most: TICKS_A_SECOND_MAX },
  checksToConfirm: { least: 0, most: 2 ** 32 - 1 },
  trialTicks: { least: 0, most: TICKS_MAX },
  leaseTicks: { least: 1, most: TICKS_MAX },
} as const;

/**
 * The 512 bytes of a block.
 * @throws HoldfastError NO_KEYS, TOO_MANY, KEY_REPEATED or BAD_VALUE.
 */
export function encodeBurned(config: BurnedConfig): Uint8Array {
  const bytes = new Uint8Array(BURNED_BYTES);
  const view = viewOf(bytes);
  view.setUint32(BURNED_AT.magic, BURNED_MAGIC, true);
  view.setUint16(BURNED_AT.version, BURNED_VERSION, true);
  view.setUint16(BURNED_AT.bytes, BURNED_BYTES, true);
  for (const name of [
    'ticksPerSecond',
    'checksToConfirm',
    'trialTicks',
    'leaseTicks',
    'budgetLimit',
    'budgetBase',
  ] as const) {
    view.setUint32(BURNED_AT[name], config[name], true);
  }
  config.costs.slice(0, STEP_KINDS_MAX).forEach((cost, index) => {
    view.setUint16(BURNED_AT.costs + 2 * index, cost, true);
  });
  view.setUint8(BURNED_AT.faultAction, actionCode(config.fault));
  view.setUint8(BURNED_AT.holdAction, actionCode(config.hold));
  view.setUint8(BURNED_AT.windowPolicy, WINDOW_POLICY_NAMES.indexOf(config.windowPolicy));
  view.setUint8(BURNED_AT.keys, config.keys.length);
  bytes.set(encodeText(config.map, 'map'), BURNED_AT.map);
  bytes.set(encodeText(config.device, 'device'), BURNED_AT.device);
  writeKeys(bytes, config);
  view.setUint32(BURNED_AT.development, config.development ? DEVELOPMENT_MARK : 0, true);
  view.setUint32(BURNED_AT.checksum, crc32c(bytes.subarray(BURNED_CHECKED_FROM)), true);
  return bytes;
}

function encodeText(text: string, name: string): Uint8Array {
  if (IDENTITY.test(text)) return Buffer.from(text);
  const remedy = 'Use 1 to 31 of the characters a-z, 0-9 and "-".';
  throw new HoldfastError('BAD_VALUE', `${name} of the burned block is "${text}"`, { remedy });
}

function writeKeys(bytes: Uint8Array, { keys, development }: Trust): void {
  requireKeys({ keys, development });
  if (keys.length > BURNED_KEYS_MAX) {
    const remedy = `Keep at most ${BURNED_KEYS_MAX} keys.`;
    throw new HoldfastError('TOO_MANY', `${keys.length} keys for the burned block`, { remedy });
  }
  keys.forEach((key, index) => {
    if (keys.findIndex((other) => sameBytes(other, key)) !== index) throw repeatedKey(key);
    bytes.set(key, BURNED_AT.keyBytes + index * PUBLIC_KEY_BYTES);
    bytes.set(rawKeyHash(key), BURNED_AT.keyHashes + index * HASH_BYTES);
  });
}

/** Throws NO_KEYS: a device without keys takes no image, and outside development mode does not even start. */
export function requireKeys({ keys, development }: Trust): void {
  if (keys.length > 0 || development) return;
  const remedy =
    'Name the keys whose images it takes with --key FILE.pub.pem (holdfast keygen makes one), or give --development: then it takes unsigned maps too.';
  throw new HoldfastError('NO_KEYS', 'No key is to be burned in, so no image would ever be taken.', {
    remedy,
  });
}

function repeatedKey(key: Uint8Array): HoldfastError {
  const remedy = 'Name each key once.';
  return new HoldfastError('KEY_REPEATED', `The key ${keyId(rawKeyHash(key))} is to be burned in twice.`, {
    remedy,
  });
}

/** What people see of a key: the first digits of its hash. */
export function keyId(hash: Uint8Array): string {
  return toHex(hash.subarray(0, KEY_ID_BYTES));
}

/**
 * Reads a block strictly.
 * @throws HoldfastError BURNED_BLOCK naming the field that is wrong.
 */
export function decodeBurned(bytes: Uint8Array): BurnedConfig {
  const view = viewOf(bytes);
  if (bytes.length !== BURNED_BYTES) throw wrong(`it has ${bytes.length} bytes instead of ${BURNED_BYTES}`);
  if (view.getUint32(BURNED_AT.magic, true) !== BURNED_MAGIC) throw wrong('it does not begin with its magic');
  if (view.getUint32(BURNED_AT.checksum, true) !== crc32c(bytes.subarray(BURNED_CHECKED_FROM)))
    throw wrong('its CRC-32C is wrong');
  if (view.getUint16(BURNED_AT.version, true) !== BURNED_VERSION) throw wrong('its version is unknown');
  if (view.getUint16(BURNED_AT.bytes, true) !== BURNED_BYTES) throw wrong('its size is wrong');
  if (bytes.subarray(RESERVED_FROM).some((byte) => byte !== 0)) throw wrong('reserved bytes are not 0');
  return {
    ...decodeNumbers(view),
    costs: Array.from({ length: STEP_KINDS_MAX }, (_, index) =>
      view.getUint16(BURNED_AT.costs + 2 * index, true),
    ),
    fault: named(actionName(view.getUint8(BURNED_AT.faultAction)), 'fault action'),
    hold: named(actionName(view.getUint8(BURNED_AT.holdAction)), 'hold action'),
    windowPolicy: named(WINDOW_POLICY_NAMES[view.getUint8(BURNED_AT.windowPolicy)], 'window policy'),
    map: decodeText(bytes, BURNED_AT.map, 'map id'),
    device: decodeText(bytes, BURNED_AT.device, 'device class'),
    ...decodeTrust(bytes),
  };
}

type Numbers =
  | 'ticksPerSecond'
  | 'checksToConfirm'
  | 'trialTicks'
  | 'leaseTicks'
  | 'budgetLimit'
  | 'budgetBase';

function decodeNumbers(view: DataView): Pick<BurnedConfig, Numbers> {
  const read = (name: keyof typeof BURNED_RANGES): number => {
    const value = view.getUint32(BURNED_AT[name], true);
    const { least, most } = BURNED_RANGES[name];
    if (value < least || value > most)
      throw wrong(`${name} is ${value}, outside the range ${least} to ${most}`);
    return value;
  };
  return {
    ticksPerSecond: read('ticksPerSecond'),
    checksToConfirm: read('checksToConfirm'),
    trialTicks: read('trialTicks'),
    leaseTicks: read('leaseTicks'),
    budgetLimit: view.getUint32(BURNED_AT.budgetLimit, true),
    budgetBase: view.getUint32(BURNED_AT.budgetBase, true),
  };
}

/** Ticks a second of a block, whatever else it holds: what runs on a damaged one needs a rate, too. */
export function burnedTicksPerSecond(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(BURNED_AT.ticksPerSecond, true);
}

/** Whether a block is for development mode, whatever else it holds. */
export function burnedForDevelopment(bytes: Uint8Array): boolean {
  return viewOf(bytes).getUint32(BURNED_AT.development, true) === DEVELOPMENT_MARK;
}

function named<Name extends string>(name: Name | undefined, what: string): Name {
  if (name === undefined) throw wrong(`its ${what} is unknown`);
  return name;
}

function decodeText(bytes: Uint8Array, at: number, what: string): string {
  const field = Buffer.from(bytes.subarray(at, at + IDENTITY_BYTES_MAX)).toString('latin1');
  const text = field.replace(/\0+$/, '');
  if (!IDENTITY.test(text)) throw wrong(`its ${what} is malformed`);
  return text;
}

function decodeTrust(bytes: Uint8Array): Trust {
  const keys = decodeKeys(bytes);
  const mark = viewOf(bytes).getUint32(BURNED_AT.development, true);
  if (mark !== 0 && mark !== DEVELOPMENT_MARK) throw wrong('its development mode is unknown');
  const development = mark === DEVELOPMENT_MARK;
  if (keys.length === 0 && !development) throw wrong('it names no key and no development mode');
  return { keys, development };
}

function decodeKeys(bytes: Uint8Array): Uint8Array[] {
  const count = viewOf(bytes).getUint8(BURNED_AT.keys);
  if (count > BURNED_KEYS_MAX) throw wrong(`it claims ${count} keys`);
  return Array.from({ length: BURNED_KEYS_MAX }, (_, index) => {
    const keyAt = BURNED_AT.keyBytes + index * PUBLIC_KEY_BYTES;
    const hashAt = BURNED_AT.keyHashes + index * HASH_BYTES;
    const key = bytes.slice(keyAt, keyAt + PUBLIC_KEY_BYTES);
    const hash = bytes.subarray(hashAt, hashAt + HASH_BYTES);
    const isUsed = index < count;
    if (!isUsed && [...key, ...hash].some((byte) => byte !== 0)) throw wrong('unused keys are not 0');
    if (isUsed && !sameBytes(rawKeyHash(key), hash)) throw wrong('the hash of a key is not its own');
    return key;
  }).slice(0, count);
}

function wrong(reason: string): HoldfastError {
  const remedy = 'Make the firmware again from its configuration.';
  return new HoldfastError('BURNED_BLOCK', `the burned block is damaged: ${reason}`, { remedy });
}
