/** Files that this process reads. What was read is remembered, so that no output replaces it. */

import type { Stats } from 'node:fs';

/** By device, number and birth of the file: a file has many names, and its number is given to another when it is gone. */
const inputs = new Set<string>();

/**
 * Takes a file as an input: refuses what may never end, before it is opened (devices, pipes, sockets), and remembers the file. A
 * folder says so itself when it is read.
 */
export function admitInput(stats: Stats): void {
  if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is a device or a pipe, not a file');
  inputs.add(keyOf(stats));
}

/** Whether the file was read, under whatever name. */
export function isInput(stats: Stats): boolean {
  return inputs.has(keyOf(stats));
}

function keyOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}
