import { U32_MAX } from '../common/integers.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Fields } from './fields.ts';
import { readBoolean, readInteger } from './values.ts';

/** Fields that axes and the phase share. */

/** Room of a name or unit in the axis record of an image. */
export const LABEL_BYTES_MAX = 20;

export function readScale(fields: Fields, what: string, diagnostics: Diagnostics): number | undefined {
  const node = fields.get('scale');
  return node === undefined ? 1 : readInteger(node, what, 1, U32_MAX, diagnostics);
}

export function readWraps(fields: Fields, what: string, diagnostics: Diagnostics): boolean | undefined {
  const node = fields.get('wraps');
  return node === undefined ? false : readBoolean(node, what, diagnostics);
}
