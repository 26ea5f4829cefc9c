/**
 * What a virtual controller keeps, and where:
 *
 *     STATE/flash.bin     the flash, all areas one after the other
 *     STATE/burned.bin    the burned block, 512 bytes
 *     STATE/safe-input    `parked` or `moving`, see safe-input.ts
 *     STATE/running       the process that has the folder now
 */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../errors.ts';
import { burnFirstEdition, type FirstEdition } from './first-burn.ts';
import { type SimulatedFlash, VIRTUAL_GEOMETRY } from './flash.ts';
import { openFlashFile } from './flash-file.ts';

const BURNED_BYTES = 512;

export interface StateFolder {
  flash: SimulatedFlash;
  burned: Uint8Array;
  safeInputPath: string;
  /** Whether this start made the state; otherwise it was there, and nothing was burned. */
  isNew: boolean;
  close(): void;
}

export interface FirstContent {
  burned: Uint8Array;
  edition: FirstEdition;
}

/**
 * Opens the state in `folder`. When there is none yet, `firstContent` says what to burn; null is a missing image and a
 * `STATE_EMPTY`. Throws `STATE_IN_USE` when another controller runs on it (exit code 2).
 */
export async function openStateFolder(
  folder: string,
  firstContent: () => Promise<FirstContent | null>,
): Promise<StateFolder> {
  mkdirSync(folder, { recursive: true });
  const release = occupy(folder);
  try {
    return await openState(folder, firstContent, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function openState(
  folder: string,
  firstContent: () => Promise<FirstContent | null>,
  release: () => void,
): Promise<StateFolder> {
  const flashPath = join(folder, 'flash.bin');
  const burnedPath = join(folder, 'burned.bin');
  const isNew = !existsSync(flashPath);
  const first = isNew ? await firstContent() : null;
  if (isNew && first === null) {
    throw new HoldfastError('STATE_EMPTY', `${folder} holds no state yet, and there is no image to burn.`, {
      remedy: 'Give the first image with `--image IMAGE`.',
    });
  }
  // The burned block first: a flash file is the sign that the state is complete.
  if (first !== null) writeWhole(burnedPath, first.burned);
  const file = openFlashFile(flashPath, VIRTUAL_GEOMETRY, (flash) => {
    if (first !== null) burnFirstEdition(flash, first.edition);
  });
  const close = () => {
    file.close();
    release();
  };
  return {
    flash: file.flash,
    burned: readBurned(burnedPath),
    safeInputPath: join(folder, 'safe-input'),
    isNew,
    close,
  };
}

function readBurned(path: string): Uint8Array {
  const burned = existsSync(path) ? readFileSync(path) : new Uint8Array(0);
  if (burned.length === BURNED_BYTES) return burned;
  throw new HoldfastError(
    'BURNED_FILE',
    `${path} must have ${BURNED_BYTES} bytes but has ${burned.length}.`,
    {
      remedy: 'Delete the state folder and start with `--image` again.',
    },
  );
}

function writeWhole(path: string, content: Uint8Array): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

/** Marks the folder as taken by this process; the answer gives it back. */
function occupy(folder: string): () => void {
  const path = join(folder, 'running');
  const mark = processMark(process.pid);
  const other = existsSync(path) ? readFileSync(path, 'utf8') : null;
  if (other !== null && other !== mark && isAlive(other)) {
    throw new HoldfastError(
      'STATE_IN_USE',
      `Another controller (process ${Number.parseInt(other, 10)}) runs on ${folder}.`,
      {
        remedy: 'End it, or give another folder with `--state`.',
      },
    );
  }
  writeWhole(path, Buffer.from(mark));
  return () => rmSync(path, { force: true });
}

function isAlive(mark: string): boolean {
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

/** The number of a process and, where the system tells, when it started: numbers are used again. */
export function processMark(pid: number): string {
  return `${pid} ${startTime(pid)}\n`;
}

function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start time is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
