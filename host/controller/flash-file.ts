/** Simulated flash kept in one file, so that it outlives the process, however that ends. */

import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { HoldfastError } from '../common/errors.ts';
import type { Geometry } from '../core/core.ts';
import { erasedContent, flashBytes, SimulatedFlash } from '../core/flash.ts';
import { writeSparse, writeWhole } from './sparse-file.ts';

export interface FlashFile {
  flash: SimulatedFlash;
  /** Whether the file was made just now. */
  isNew: boolean;
  close(): void;
}

/** How flash lies in its file. */
export interface FlashStore {
  readonly geometry: Geometry;
  readonly fileBytes: number;
  /** Offset of the first area; the others follow. What lies before and behind them takes no room until it is written. */
  readonly areasAt: number;
}

/** A file of the areas and nothing else. */
export function areasOnly(geometry: Geometry): FlashStore {
  return { geometry, fileBytes: flashBytes(geometry), areasAt: 0 };
}

/**
 * Makes the file at `path`, erased, unless it is there. `prepare` may burn what belongs there from the beginning.
 * Throws `FLASH_FILE_SIZE` when there is one that does not have the bytes of `store`.
 *
 * @returns whether the file was made just now
 */
export function ensureFlashFile(
  path: string,
  store: FlashStore,
  prepare: (flash: SimulatedFlash) => void = () => {},
): boolean {
  const isNew = !existsSync(path);
  if (isNew) createFile(path, store, prepare);
  const bytes = statSync(path).size;
  if (bytes === store.fileBytes) return isNew;
  throw new HoldfastError(
    'FLASH_FILE_SIZE',
    `${path} has ${bytes} bytes; the flash of this controller has ${store.fileBytes}.`,
    { remedy: 'Give another folder with `--state`, or delete this one to start over.' },
  );
}

/**
 * Opens the flash kept at `path`, areas and nothing else, or makes it as `ensureFlashFile` does.
 * Every erase and program is written at its place before it returns: a process that is killed leaves what it had done, and at
 * worst one operation half done, as a power cut does.
 * Throws `FLASH_FILE_SIZE` when the file does not have the bytes of the geometry.
 */
export function openFlashFile(path: string, geometry: Geometry): FlashFile {
  const isNew = ensureFlashFile(path, areasOnly(geometry));
  const content = readFileSync(path);
  const descriptor = openSync(path, 'r+');
  const flash = new SimulatedFlash(geometry, content, (bytes, offset, count) => {
    writeWhole(descriptor, bytes.subarray(offset, offset + count), offset);
  });
  return { flash, isNew, close: () => closeSync(descriptor) };
}

/** Prepared in memory and written under another name first, so that a file of the right name is always whole. */
function createFile(path: string, store: FlashStore, prepare: (flash: SimulatedFlash) => void): void {
  const { geometry, fileBytes, areasAt } = store;
  const content = erasedContent(geometry);
  prepare(new SimulatedFlash(geometry, content));
  const temporary = `${path}.new`;
  writeSparse(temporary, fileBytes, [{ at: areasAt, bytes: content }]);
  renameSync(temporary, path);
}
