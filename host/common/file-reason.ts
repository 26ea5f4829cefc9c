/** Why the file system said no, in words. */

import { HoldfastError } from './errors.ts';

/** More than any image, key or configuration has. */
export const INPUT_BYTES_MAX = 256 * 2 ** 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file or folder does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'it is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EIO: 'the file system failed',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
};

/** The code of an error of the system, such as `ENOENT`; empty for any other error. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A clause without a full stop. */
export function reasonOf(error: unknown): string {
  return REASONS[errnoOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** Refuses what no image, key or configuration is, before it is read. Throws HoldfastError FILE_TOO_LARGE. */
export function requireSize(path: string, bytes: number): void {
  if (bytes <= INPUT_BYTES_MAX) return;
  throw new HoldfastError('FILE_TOO_LARGE', `${path} has ${bytes} bytes, more than ${INPUT_BYTES_MAX}`, {
    remedy: 'Check that it is the file you mean.',
  });
}
