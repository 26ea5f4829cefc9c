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
