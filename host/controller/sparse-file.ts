/** Files that stand for memory: large, written here and there, and taking room on the disk only where they were written. */

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

export interface Piece {
  /** Offset in the file. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Makes a file of `bytes` zeros, or empties the one that is there, and writes pieces into it. */
export function writeSparse(path: string, bytes: number, pieces: readonly Piece[]): void {
  const descriptor = openSync(path, 'w');
  try {
    ftruncateSync(descriptor, bytes);
    for (const piece of pieces) writeWhole(descriptor, piece.bytes, piece.at);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes pieces into a file that is there. */
export function writePieces(path: string, pieces: readonly Piece[]): void {
  const descriptor = openSync(path, 'r+');
  try {
    for (const piece of pieces) writeWhole(descriptor, piece.bytes, piece.at);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes all of `bytes` at an offset. */
export function writeWhole(descriptor: number, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
}
