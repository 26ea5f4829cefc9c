/** Simulated flash kept in one file, so that it outlives the process, however that ends. */

import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { Geometry } from '../core/core.ts';
import { flashBytes, SimulatedFlash } from '../core/flash.ts';
import { HoldfastError } from '../errors.ts';

export interface FlashFile {
  flash: SimulatedFlash;
  /** Whether the file was made just now. */
  isNew: boolean;
  close(): void;
}

/**
 * Opens the flash kept at `path`, or makes an erased one, into which `prepare` may burn what belongs there from the beginning.
 * Every erase and program is written at its place before it returns: a process that is killed leaves what it had done, and at
 * worst one operation half done, as a power cut does.
 * Throws `FLASH_FILE_SIZE` when the file does not have the bytes of the geometry.
 */
export function openFlashFile(
  path: string,
  geometry: Geometry,
  prepare: (flash: SimulatedFlash) => void = () => {},
): FlashFile {
  const isNew = !existsSync(path);
  if (isNew) createFile(path, geometry, prepare);
  const content = readFileSync(path);
  if (content.length !== flashBytes(geometry)) {
    throw new HoldfastError(
      'FLASH_FILE_SIZE',
      `${path} has ${content.length} bytes; the flash of the virtual controller has ${flashBytes(geometry)}.`,
      { remedy: 'Give another folder with `--state`, or delete this one to begin anew.' },
    );
  }
  const descriptor = openSync(path, 'r+');
  const flash = new SimulatedFlash(geometry, content, (bytes, offset, count) => {
    writeWhole(descriptor, bytes, offset, count);
  });
  return { flash, isNew, close: () => closeSync(descriptor) };
}

/** Prepared in memory and written under another name first, so that a file of the right name is always whole. */
function createFile(path: string, geometry: Geometry, prepare: (flash: SimulatedFlash) => void): void {
  const content = new Uint8Array(flashBytes(geometry)).fill(geometry.erasedByte);
  prepare(new SimulatedFlash(geometry, content, () => {}));
  const temporary = `${path}.new`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

function writeWhole(descriptor: number, content: Uint8Array, offset: number, bytes: number): void {
  let done = 0;
  while (done < bytes) done += writeSync(descriptor, content, offset + done, bytes - done, offset + done);
}
