import {
  AXIS_AT,
  AXIS_KIND_NAMES,
  AXIS_WRAPS,
  BODY_VERSION_1,
  COORDINATE_MAX,
  TIME_UNIT,
} from '../format.ts';
import type { AxisModel } from '../source/model.ts';
import { viewOf } from './bytes.ts';
import { imageError } from './errors.ts';
import { decodePadded } from './text.ts';

/** The record of an axis, read strictly: SPEC section 2.1. Throws HoldfastError IMAGE_BODY. */
export function decodeAxis(body: Uint8Array, at: number, version: number): AxisModel {
  const view = viewOf(body);
  const min = view.getInt32(at + AXIS_AT.min, true);
  const max = view.getInt32(at + AXIS_AT.max, true);
  if (min < -COORDINATE_MAX || max > COORDINATE_MAX || min >= max) {
    throw imageError('IMAGE_BODY', `an axis from ${min} to ${max}`, at + AXIS_AT.min);
  }
  const scale = view.getUint32(at + AXIS_AT.scale, true);
  if (scale === 0) throw imageError('IMAGE_BODY', 'an axis with scale 0', at + AXIS_AT.scale);
  const kind = AXIS_KIND_NAMES[view.getUint8(at + AXIS_AT.kind)];
  // What stands behind the flags is reserved; version 1 has no flags.
  const flags = view.getUint32(at + AXIS_AT.kind, true) >>> 8;
  if (flags > (version === BODY_VERSION_1 ? 0 : AXIS_WRAPS)) {
    throw imageError('IMAGE_BODY', 'unknown flags of an axis', at + AXIS_AT.flags);
  }
  const wraps = flags === AXIS_WRAPS;
  const name = decodePadded(body, at + AXIS_AT.name, 'IMAGE_BODY');
  const unit = decodePadded(body, at + AXIS_AT.unit, 'IMAGE_BODY');
  if (kind === undefined || (kind === 'time' && (wraps || !Object.hasOwn(TIME_UNIT, unit)))) {
    throw imageError('IMAGE_BODY', 'an axis of an unknown kind', at + AXIS_AT.kind);
  }
  return { kind, name, unit, min, max, origin: view.getBigInt64(at + AXIS_AT.origin, true), scale, wraps };
}
