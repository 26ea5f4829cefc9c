import { viewOf } from '../body/bytes.ts';
import { imageError } from '../body/errors.ts';
import type { Replaced } from '../source/model.ts';
import { TLV, type Tlv } from './tlv.ts';

/** What the protected area says of an edition, SPEC section 1. */

export interface StepsOfKind {
  /** 1: phase search, 2: line search. */
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
  readonly burn: BurnHint;
}

const REPLACES_MAX = 8;
const REPLACES_ENTRY_BYTES = 16;
const HASH_DIGITS_MAX = 16;
const STEPS_ENTRY_BYTES = 4;
export const STEP_KINDS = 8;
/** The budget of an edition whose source gives none. */
export const BUDGET_NONE = 0xffffffff;
const BURN_BYTES = 32;
const BURN_RESERVED = 28;
const IDENTITY = /^[a-z0-9-]{1,31}$/;
const ACTION_CODE_MAX = 4;

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
    { type: TLV.burn, value: encodeBurn(identity.burn) },
  ];
}

function encodeReplaces(entries: readonly Replaced[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * REPLACES_ENTRY_BYTES);
  entries.forEach(({ epoch, hashPrefix }, index) => {
    const at = index * REPLACES_ENTRY_BYTES;
    viewOf(bytes).setUint32(at, epoch, true);
    viewOf(bytes).setUint32(at + 4, hashPrefix.length, true);
    bytes.set(Buffer.from(hashPrefix.padEnd(HASH_DIGITS_MAX, '0'), 'hex'), at + 8);
  });
  return bytes;
}

function encodeSteps(steps: readonly StepsOfKind[]): Uint8Array {
  const bytes = new Uint8Array(steps.length * STEPS_ENTRY_BYTES);
  steps.forEach((entry, index) => {
    viewOf(bytes).setUint16(index * STEPS_ENTRY_BYTES, entry.kind, true);
    viewOf(bytes).setUint16(index * STEPS_ENTRY_BYTES + 2, entry.steps, true);
  });
  return bytes;
}

function encodeBurn(burn: BurnHint): Uint8Array {
  const bytes = new Uint8Array(BURN_BYTES);
  const view = viewOf(bytes);
  view.setUint8(0, burn.faultAction);
  view.setUint8(1, burn.holdAction);
  view.setUint32(4, burn.budgetLimit, true);
  view.setUint32(8, burn.budgetBase, true);
  burn.costs.forEach((cost, index) => {
    view.setUint16(12 + 2 * index, cost, true);
  });
  return bytes;
}

const ORDER = [TLV.securityCounter, TLV.mapId, TLV.deviceClass, TLV.replaces, TLV.steps, TLV.burn];

/** Reads the TLVs of a protected area strictly: each once, in order, nothing else. Throws IMAGE_TLV. */
export function decodeIdentity(tlvs: readonly Tlv[]): ImageIdentity {
  const [counter, mapId, deviceClass, replaces, steps, burn] = inOrder(tlvs, ORDER);
  if (!counter || !mapId || !deviceClass || !replaces || !steps || !burn)
    throw new TypeError('inOrder checks presence');
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
  };
}

/** The TLVs if they are exactly those of `types`, in this order. Throws IMAGE_TLV. */
export function inOrder(tlvs: readonly Tlv[], types: readonly number[]): readonly Tlv[] {
  types.forEach((type, index) => {
    const tlv = tlvs[index];
    if (tlv?.type === type) return;
    const found = tlv === undefined ? 'nothing' : `0x${tlv.type.toString(16)}`;
    const message = `TLV 0x${type.toString(16)} should stand here, found ${found}`;
    throw imageError('IMAGE_TLV', message, tlv?.offset ?? tlvs.at(-1)?.offset ?? 0);
  });
  const more = tlvs[types.length];
  if (more === undefined) return tlvs;
  throw imageError('IMAGE_TLV', `unknown or repeated TLV 0x${more.type.toString(16)}`, more.offset);
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
    const epoch = viewOf(tlv.value).getUint32(at, true);
    const digits = viewOf(tlv.value).getUint32(at + 4, true);
    const hex = Buffer.from(tlv.value.subarray(at + 8, at + REPLACES_ENTRY_BYTES)).toString('hex');
    if (digits > HASH_DIGITS_MAX || /[^0]/.test(hex.slice(digits))) throw malformed('replaces', tlv);
    return { epoch, hashPrefix: hex.slice(0, digits) };
  });
}

function decodeSteps(tlv: Tlv): StepsOfKind[] {
  const count = tlv.value.length / STEPS_ENTRY_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > STEP_KINDS) throw malformed('steps', tlv);
  let before = 0;
  return Array.from({ length: count }, (_, index) => {
    const kind = viewOf(tlv.value).getUint16(index * STEPS_ENTRY_BYTES, true);
    if (kind <= before) throw malformed('steps', tlv);
    before = kind;
    return { kind, steps: viewOf(tlv.value).getUint16(index * STEPS_ENTRY_BYTES + 2, true) };
  });
}

function decodeBurn(tlv: Tlv): BurnHint {
  if (tlv.value.length !== BURN_BYTES) throw malformed('burn', tlv);
  const view = viewOf(tlv.value);
  const [faultAction, holdAction] = [view.getUint8(0), view.getUint8(1)];
  if (faultAction > ACTION_CODE_MAX || holdAction > ACTION_CODE_MAX) throw malformed('burn', tlv);
  if (view.getUint16(2, true) !== 0 || view.getUint32(BURN_RESERVED, true) !== 0)
    throw malformed('burn', tlv);
  const costs = Array.from({ length: STEP_KINDS }, (_, index) => view.getUint16(12 + 2 * index, true));
  const [budgetLimit, budgetBase] = [view.getUint32(4, true), view.getUint32(8, true)];
  return { faultAction, holdAction, budgetLimit, budgetBase, costs };
}
