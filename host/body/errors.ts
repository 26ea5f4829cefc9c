import { HoldfastError } from '../common/errors.ts';

const REMEDY = 'Compile or download the image again; this file is damaged or of another kind.';

/** An image that is not what SPEC says; `offset` counts from the start of what is read (image or body). */
export function imageError(code: `IMAGE_${string}`, message: string, offset: number): HoldfastError {
  return new HoldfastError(code, `${message} (at byte ${offset})`, { remedy: REMEDY });
}
