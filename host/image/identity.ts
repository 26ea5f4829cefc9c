import { viewOf } from '../body/bytes.ts';
import { imageError } from '../body/errors.ts';
import { decodePadded, writePadded } from '../body/text.ts';
import {
  ACTION_NAMES,
  BURN_AT,
  BURN_BYTES,
  REPLACES_DIGITS_MAX,
  REPLACES_ENTRY_AT,
  REPLACES_ENTRY_BYTES,
  REPLACES_MAX,
  STEP_KINDS_MAX,
  STEPS_ENTRY_AT,
  STEPS_ENTRY_BYTES,
  TLV,
  UNITS_AT,
  UNITS_BYTES,
} from '../format.ts';
import { type MapUnits, type Replaced, UNITS_NONE } from '../source/model.ts';
import { findTlv, type Tlv } from './tlv.ts';

/** What the protected area says of an edition, SPEC section 1. */

export interface StepsOfKind {
  /** STEP_KIND. */
  readonly kind: number;
  readonly steps: number;
}

/** What a burned block takes over from the first image: action codes and the budget. */
export interface BurnHint {
  readonly faultAction: number;
  readonly holdAction: number;
  readonly budgetLimit: number;
  readonly budgetBase: number;
  /** Cost a step by kind 1 to 8. */
  readonly costs: readonly number[];
}

export interface ImageIdentity {
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly replaces: readonly Replaced[];
  readonly steps: readonly StepsOfKind[];
  /** null: not in its form. No device reads it, so such an edition runs; no burned block can be derived from it. */
  readonly burn: BurnHint | null;
  readonly units: MapUnits;
}

/** The budget of an edition whose source gives none. */
export const BUDGET_NONE = 0xffffffff;

/** Whether a budget counts something else than steps: then each costs 1. */
export function countsCycles({ budgetBase, costs }: Pick<BurnHint, 'budgetBase' | 'costs'>): boolean {
  return budgetBase !== 0 || costs.some((cost) => cost !== 1);
}

/** What follows the costs is reserved. */
const BURN_RESERVED_AT = BURN_AT.costs + 2 * STEP_KINDS_MAX;
const IDENTITY = /^[a-z0-9-]{1,31}$/;

/** The TLVs of the protected area, in their order. */
export function encodeIdentity(identity: ImageIdentity): Pick<Tlv, 'type' | 'value'>[] {
  const counter = new Uint8Array(4);
  viewOf(counter).setUint32(0, identity.epoch, true);
  return [
    { type: TLV.securityCounter, value: counter },
    { type: TLV.mapId, value: Buffer.from(identity.map) },
    { type: TLV.deviceClass, value: Buffer.from(identity.device) },
    { type: TLV.replaces, value: encodeReplaces(identity.replaces) },
    { type: TLV.steps, value: encodeSteps(identity.steps) },
    { type: TLV.burn, value: encodeBurn(requireBurn(identity)) },
    ...encodeUnits(identity.units),
  ];
}

function encodeReplaces(entries: readonly Replaced[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * REPLACES_ENTRY_BYTES);
  entries.forEach(({ epoch, hashPrefix }, index) => {
    const at = index * REPLACES_ENTRY_BYTES;
    viewOf(bytes).setUint32(at + REPLACES_ENTRY_AT.epoch, epoch, true);
    viewOf(bytes).setUint32(at + REPLACES_ENTRY_AT.digits, hashPrefix.length, true);
    bytes.set(Buffer.from(hashPrefix.padEnd(REPLACES_DIGITS_MAX, '0'), 'hex'), at + REPLACES_ENTRY_AT.prefix);
  });
  return bytes;
}

function encodeSteps(steps: readonly StepsOfKind[]): Uint8Array {
  const bytes = new Uint8Array(steps.length * STEPS_ENTRY_BYTES);
  steps.forEach((entry, index) => {
    viewOf(bytes).setUint16(index * STEPS_ENTRY_BYTES + STEPS_ENTRY_AT.kind, entry.kind, true);
    viewOf(bytes).setUint16(index * STEPS_ENTRY_BYTES + STEPS_ENTRY_AT.steps, entry.steps, true);
  });
  return bytes;
}

function encodeBurn(burn: BurnHint): Uint8Array {
  const bytes = new Uint8Array(BURN_BYTES);
  const view = viewOf(bytes);
  view.setUint8(BURN_AT.faultAction, burn.faultAction);
  view.setUint8(BURN_AT.holdAction, burn.holdAction);
  view.setUint32(BURN_AT.budgetLimit, burn.budgetLimit, true);
  view.setUint32(BURN_AT.budgetBase, burn.budgetBase, true);
  burn.costs.forEach((cost, index) => {
    view.setUint16(BURN_AT.costs + 2 * index, cost, true);
  });
  return bytes;
}

/** Nothing where there is nothing to say. */
function encodeUnits({ limit, phase }: MapUnits): Pick<Tlv, 'type' | 'value'>[] {
  const { unit, scale } = phase;
  const isTicks = unit === UNITS_NONE.phase.unit && scale === 1;
  if (limit === null && isTicks) return [];
  const value = new Uint8Array(UNITS_BYTES);
  const view = viewOf(value);
  writePadded(view, UNITS_AT.limit, limit ?? '');
  writePadded(view, UNITS_AT.phase, isTicks ? '' : unit);
  view.setUint32(UNITS_AT.phaseScale, scale, true);
  return [{ type: TLV.units, value }];
}

const PROTECTED = [TLV.securityCounter, TLV.mapId, TLV.deviceClass, TLV.replaces, TLV.steps, TLV.burn];

/** Reads the TLVs of a protected area: each once, units at most once, nothing else. Throws IMAGE_TLV. */
export function decodeIdentity(tlvs: readonly Tlv[]): ImageIdentity {
  const hasUnits = tlvs.some(({ type }) => type === TLV.units);
  const types = hasUnits ? [...PROTECTED, TLV.units] : PROTECTED;
  const [counter, mapId, deviceClass, replaces, steps, burn, units] = oneOfEach(tlvs, types);
  if (!counter || !mapId || !deviceClass || !replaces || !steps || !burn)
    throw new TypeError('oneOfEach checks presence');
  if (counter.value.length !== 4) throw malformed('security counter', counter);
  const epoch = viewOf(counter.value).getUint32(0, true);
  if (epoch === 0) throw malformed('security counter', counter);
  return {
    map: decodeText(mapId, 'map id'),
    device: decodeText(deviceClass, 'device class'),
    epoch,
    replaces: decodeReplaces(replaces),
    steps: decodeSteps(steps),
    burn: decodeBurn(burn),
    units: units === undefined ? UNITS_NONE : decodeUnits(units),
  };
}

/** The TLVs in the order of `types`, if there is one of each and no other. Throws IMAGE_TLV. */
export function oneOfEach(tlvs: readonly Tlv[], types: readonly number[]): readonly Tlv[] {
  const found = types.map((type) => {
    const tlv = findTlv(tlvs, type);
    if (tlv !== undefined) return tlv;
    throw imageError('IMAGE_TLV', `TLV 0x${type.toString(16)} is missing`, tlvs.at(-1)?.offset ?? 0);
  });
  const more = tlvs.find((tlv) => !found.includes(tlv));
  if (more === undefined) return found;
  throw imageError('IMAGE_TLV', `unknown or repeated TLV 0x${more.type.toString(16)}`, more.offset);
}

/** What the image says for a burned block. Throws IMAGE_TLV when that is not in its form. */
export function requireBurn({ burn }: Pick<ImageIdentity, 'burn'>): BurnHint {
  if (burn !== null) return burn;
  throw imageError('IMAGE_TLV', 'the TLV burn is malformed', 0);
}

function malformed(name: string, tlv: Tlv): Error {
  return imageError('IMAGE_TLV', `the TLV ${name} is malformed`, tlv.offset);
}

function decodeText(tlv: Tlv, name: string): string {
  const text = Buffer.from(tlv.value).toString('latin1');
  if (!IDENTITY.test(text)) throw malformed(name, tlv);
  return text;
}

function decodeReplaces(tlv: Tlv): Replaced[] {
  const count = tlv.value.length / REPLACES_ENTRY_BYTES;
  if (!Number.isInteger(count) || count > REPLACES_MAX) throw malformed('replaces', tlv);
  return Array.from({ length: count }, (_, index) => {
    const at = index * REPLACES_ENTRY_BYTES;
    const epoch = viewOf(tlv.value).getUint32(at + REPLACES_ENTRY_AT.epoch, true);
    const digits = viewOf(tlv.value).getUint32(at + REPLACES_ENTRY_AT.digits, true);
    if (digits > REPLACES_DIGITS_MAX) throw malformed('replaces', tlv);
    const prefix = tlv.value.subarray(at + REPLACES_ENTRY_AT.prefix, at + REPLACES_ENTRY_BYTES);
    return { epoch, hashPrefix: Buffer.from(prefix).toString('hex').slice(0, digits) };
  });
}

function decodeSteps(tlv: Tlv): StepsOfKind[] {
  const count = tlv.value.length / STEPS_ENTRY_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > STEP_KINDS_MAX) throw malformed('steps', tlv);
  let before = 0;
  return Array.from({ length: count }, (_, index) => {
    const kind = viewOf(tlv.value).getUint16(index * STEPS_ENTRY_BYTES + STEPS_ENTRY_AT.kind, true);
    if (kind <= before || kind > STEP_KINDS_MAX) throw malformed('steps', tlv);
    before = kind;
    return {
      kind,
      steps: viewOf(tlv.value).getUint16(index * STEPS_ENTRY_BYTES + STEPS_ENTRY_AT.steps, true),
    };
  });
}

/** null where its length alone is right. */
function decodeBurn(tlv: Tlv): BurnHint | null {
  if (tlv.value.length !== BURN_BYTES) throw malformed('burn', tlv);
  const view = viewOf(tlv.value);
  const [faultAction, holdAction] = [view.getUint8(BURN_AT.faultAction), view.getUint8(BURN_AT.holdAction)];
  if (ACTION_NAMES[faultAction] === undefined || ACTION_NAMES[holdAction] === undefined) return null;
  if (view.getUint16(BURN_AT.holdAction + 1, true) !== 0 || view.getUint32(BURN_RESERVED_AT, true) !== 0)
    return null;
  const costs = Array.from({ length: STEP_KINDS_MAX }, (_, index) =>
    view.getUint16(BURN_AT.costs + 2 * index, true),
  );
  const [budgetLimit, budgetBase] = [
    view.getUint32(BURN_AT.budgetLimit, true),
    view.getUint32(BURN_AT.budgetBase, true),
  ];
  return { faultAction, holdAction, budgetLimit, budgetBase, costs };
}

function decodeUnits(tlv: Tlv): MapUnits {
  const { value, offset } = tlv;
  if (value.length !== UNITS_BYTES) throw malformed('units', tlv);
  const text = (at: number) => decodePadded(value, at, 'IMAGE_TLV', offset);
  const [limit, unit] = [text(UNITS_AT.limit), text(UNITS_AT.phase)];
  const scale = viewOf(value).getUint32(UNITS_AT.phaseScale, true);
  if (scale === 0) throw imageError('IMAGE_TLV', 'the phase has a scale of 0', offset);
  return {
    limit: limit === '' ? null : limit,
    phase: { unit: unit === '' ? UNITS_NONE.phase.unit : unit, scale },
  };
}
