import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf, reasonOf } from '../../host/common/file-reason.ts';
import type { Journal, Remembered } from './agent.ts';

/**
 * What an agent remembers, a file a controller: written beside it, synced, renamed, and the folder synced. So after a cut of power there is
 * the old text or the new one, and a file that holds neither was changed by somebody: it is refused, because a fence would be forgotten.
 */

const ENDING = '.json';

export class FileJournal implements Journal {
  readonly #folder: string;
  readonly #known = new Map<string, Remembered>();

  /** Makes the folder when it is not there. Throws HoldfastError JOURNAL_BROKEN or JOURNAL_FAILED. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(folder)) {
        if (name.endsWith(ENDING))
          this.#known.set(name.slice(0, -ENDING.length), readRemembered(join(folder, name)));
      }
    } catch (cause) {
      throw cause instanceof HoldfastError ? cause : failed(folder, cause);
    }
  }

  /** The highest fence and id of all controllers. */
  get highest(): { readonly fence: number; readonly seen: number } {
    const all = [...this.#known.values()];
    return {
      fence: Math.max(0, ...all.map(({ fence }) => fence)),
      seen: Math.max(0, ...all.map(({ seen }) => seen)),
    };
  }

  load(controller: string): Remembered | null {
    return this.#known.get(controller) ?? null;
  }

  async save(controller: string, remembered: Remembered): Promise<void> {
    const path = join(this.#folder, `${controller}${ENDING}`);
    try {
      writeSynced(`${path}.tmp`, `${JSON.stringify(remembered)}\n`);
      renameSync(`${path}.tmp`, path);
      syncFolder(this.#folder);
    } catch (cause) {
      throw failed(path, cause);
    }
    this.#known.set(controller, remembered);
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function readRemembered(path: string): Remembered {
  let value: Partial<Remembered> | null = null;
  try {
    value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Remembered> | null;
  } catch (cause) {
    if (errnoOf(cause) !== '') throw failed(path, cause);
  }
  const { fence, seen, report, token, begun } = value ?? {};
  const isToken = token === null || isCount(token);
  const isReport = report === null || (typeof report === 'object' && isCount(report.id));
  if (isCount(fence) && isCount(seen) && isToken && isReport && typeof begun === 'boolean')
    return { fence, seen, report, token, begun };
  throw new HoldfastError('JOURNAL_BROKEN', `${path} is not what a gateway wrote`, {
    remedy: 'Find out who changed it; a journal that is thrown away forgets which servers lead no more.',
    exitCode: 3,
  });
}

function failed(path: string, cause: unknown): HoldfastError {
  return new HoldfastError('JOURNAL_FAILED', `the journal ${path} cannot be kept: ${reasonOf(cause)}`, {
    remedy: 'Free space, or give a folder that can be written.',
    exitCode: 3,
    cause,
  });
}
