/**
 * Which other programs have a port open. Whoever reads from it takes bytes that were meant for us, and a program that asked for no
 * lock is not kept out by ours. Linux tells it under `/proc`; elsewhere nobody is found.
 */

import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

export interface PortUser {
  /** Name of the program, as its process has it. */
  readonly name: string;
  readonly process: number;
}

/** Where the other end of every pseudo-terminal is opened. */
const MULTIPLEXERS = ['/dev/ptmx', '/dev/pts/ptmx'];

/** Processes other than this one that have `path` open, lowest first; not the one at the other end of a pseudo-terminal. */
export function portUsers(path: string, processes = '/proc'): PortUser[] {
  const port = valueOr(path, () => realpathSync(path));
  const ids = valueOr([], () => readdirSync(processes)).filter((name) => /^\d+$/.test(name));
  return ids
    .map(Number)
    .filter((id) => id !== process.pid && hasOpen(join(processes, String(id)), port))
    .sort((left, right) => left - right)
    .map((id) => ({ name: nameOf(join(processes, String(id))), process: id }));
}

function hasOpen(folder: string, port: string): boolean {
  const descriptors = valueOr([], () => readdirSync(join(folder, 'fd')));
  const links = descriptors.map((name) => valueOr('', () => readlinkSync(join(folder, 'fd', name))));
  const isOtherEnd = descriptors.some(
    (name, index) => MULTIPLEXERS.includes(links[index] ?? '') && terminalOf(folder, name) === port,
  );
  return links.includes(port) && !isOtherEnd;
}

/** The terminal whose other end a descriptor of the multiplexer is. */
function terminalOf(folder: string, descriptor: string): string | null {
  const text = valueOr('', () => readFileSync(join(folder, 'fdinfo', descriptor), 'utf8'));
  const [, index] = /^tty-index:\s*(\d+)/m.exec(text) ?? [];
  return index === undefined ? null : `/dev/pts/${index}`;
}

function nameOf(folder: string): string {
  return valueOr('?', () => readFileSync(join(folder, 'comm'), 'utf8').trim());
}

/** Processes end while they are looked at, and those of other users say nothing. */
function valueOr<Value>(other: Value, read: () => Value): Value {
  try {
    return read();
  } catch {
    return other;
  }
}
