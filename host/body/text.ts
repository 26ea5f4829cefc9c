import { AXIS_TEXT_BYTES } from '../format.ts';
import { imageError } from './errors.ts';

/**
 * Texts of a body: UTF-8 without control characters, SPEC section 2.6. The core reads by the same rule: assembly/admit/text.ts.
 * @throws HoldfastError with this code
 */
export function decodeText(bytes: Uint8Array, offset: number, code: `IMAGE_${string}`): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw imageError(code, 'a text that is not UTF-8', offset);
  }
  if (/\p{Cc}/u.test(text)) throw imageError(code, 'a text with a control character', offset);
  return text;
}

/**
 * A short text that is padded with 0, such as the unit of an axis.
 * @throws HoldfastError with this code
 */
export function decodePadded(
  bytes: Uint8Array,
  at: number,
  code: `IMAGE_${string}`,
  offset: number = at,
): string {
  const field = bytes.subarray(at, at + AXIS_TEXT_BYTES);
  const end = field.indexOf(0);
  const length = end < 0 ? field.length : end;
  if (field.subarray(length).some((byte) => byte !== 0))
    throw imageError(code, 'a text continues after its end', offset);
  return decodeText(field.subarray(0, length), offset, code);
}

/** Writes it into zeros. */
export function writePadded(view: DataView, at: number, text: string): void {
  const bytes = Buffer.from(text);
  if (bytes.length > AXIS_TEXT_BYTES)
    throw new TypeError(`a text of ${bytes.length} bytes where ${AXIS_TEXT_BYTES} fit`);
  bytes.forEach((byte, index) => {
    view.setUint8(at + index, byte);
  });
}
