import { AXIS_AT, AXIS_KIND_NAMES, AXIS_TEXT_BYTES, COORDINATE_MAX } from '../format.ts';
import type { AxisModel } from '../source/model.ts';
import { timeUnit } from '../source/unit-table.ts';
import { viewOf } from './bytes.ts';
import { imageError } from './errors.ts';

/** The record of an axis, read strictly: SPEC section 2.1. Throws HoldfastError IMAGE_BODY. */
export function decodeAxis(body: Uint8Array, at: number): AxisModel {
  const view = viewOf(body);
  const min = view.getInt32(at + AXIS_AT.min, true);
  const max = view.getInt32(at + AXIS_AT.max, true);
  if (min < -COORDINATE_MAX || max > COORDINATE_MAX || min >= max) {
    throw imageError('IMAGE_BODY', `an axis from ${min} to ${max}`, at + AXIS_AT.min);
  }
  const scale = view.getUint32(at + AXIS_AT.scale, true);
  if (scale === 0) throw imageError('IMAGE_BODY', 'an axis with scale 0', at + AXIS_AT.scale);
  // No flag is known here, and the bytes behind are reserved.
  const kind = AXIS_KIND_NAMES[view.getUint32(at + AXIS_AT.kind, true)];
  const unit = decodePadded(body, at + AXIS_AT.unit);
  if (kind === undefined || (kind === 'time' && timeUnit(unit) === undefined)) {
    throw imageError('IMAGE_BODY', 'an axis of an unknown kind', at + AXIS_AT.kind);
  }
  return {
    kind,
    name: decodePadded(body, at + AXIS_AT.name),
    unit,
    min,
    max,
    origin: view.getBigInt64(at + AXIS_AT.origin, true),
    scale,
    wraps: false,
  };
}

function decodePadded(body: Uint8Array, at: number): string {
  const bytes = Buffer.from(body.subarray(at, at + AXIS_TEXT_BYTES));
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.length : end;
  if (bytes.subarray(length).some((byte) => byte !== 0)) {
    throw imageError('IMAGE_BODY', 'a text of the axis continues after its end', at);
  }
  return decodeText(bytes.subarray(0, length), at);
}

/** UTF-8 text; other bytes are refused. */
export function decodeText(bytes: Uint8Array, offset: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw imageError('IMAGE_BODY', 'a text that is not UTF-8', offset);
  }
}
