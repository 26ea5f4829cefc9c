/** A file that says which process has something for itself, so that a second one does not take it. */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { HoldfastError } from '../common/errors.ts';

export interface Occupied {
  readonly code: string;
  /** What kind of process it is; a controller unless given. */
  readonly who?: string;
  /** What the other one runs on. */
  readonly what: string;
  readonly remedy: string;
}

/**
 * Marks what `path` stands for as taken by this process; the answer gives it back. A mark whose process has ended is replaced.
 * Throws an error with the code of `occupied` while another process that runs has it (exit code 2).
 */
export function occupy(path: string, occupied: Occupied): () => void {
  const mark = processMark(process.pid);
  const other = existsSync(path) ? readFileSync(path, 'utf8') : null;
  if (other !== null && other !== mark && isAlive(other)) {
    const holder = `Another ${occupied.who ?? 'controller'} (process ${Number.parseInt(other, 10)})`;
    throw new HoldfastError(occupied.code, `${holder} runs on ${occupied.what}.`, {
      remedy: occupied.remedy,
    });
  }
  writeWhole(path, Buffer.from(mark));
  return () => rmSync(path, { force: true });
}

export function writeWhole(path: string, content: Uint8Array): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

/** Whether the process that a mark was made of still runs. */
export function isAlive(mark: string): boolean {
  const pid = Number.parseInt(mark, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process that may not be signalled is alive all the same.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return processMark(pid) === mark;
}

/**
 * The number of a process and, where the system tells, when it started: numbers are used again. One that has ended and waits to be
 * collected has no start any more.
 */
export function processMark(pid: number): string {
  return `${pid} ${startTime(pid)}\n`;
}

function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; behind it come the state and, as the 20th field, the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? 'unknown');
  } catch {
    return 'unknown';
  }
}
