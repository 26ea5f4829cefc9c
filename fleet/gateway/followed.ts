import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf, reasonOf } from '../../host/common/file-reason.ts';
import { makeJournalFolder, notKept, replaceSynced } from '../common/synced-file.ts';
import type { Followed } from '../desired/verify.ts';

/** Which state was followed last, in a file: an older one is refused, whoever brings it. */
export class FollowedFile {
  readonly #path: string;
  #last: Followed | null;

  private constructor(path: string, last: Followed | null) {
    this.#path = path;
    this.#last = last;
  }

  /** Throws HoldfastError JOURNAL_BROKEN for a file that is not what was written. */
  static async open(path: string): Promise<FollowedFile> {
    try {
      return new FollowedFile(path, parse(await readFile(path, 'utf8'), path));
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return new FollowedFile(path, null);
      if (cause instanceof HoldfastError) throw cause;
      throw broken(path, reasonOf(cause));
    }
  }

  load(): Followed | null {
    return this.#last;
  }

  /** Resolves when it is on the disk. Throws HoldfastError JOURNAL_FAILED. */
  async save(followed: Followed): Promise<void> {
    makeJournalFolder(dirname(this.#path));
    try {
      replaceSynced(this.#path, `${JSON.stringify(followed)}\n`);
    } catch (cause) {
      throw notKept(this.#path, cause);
    }
    this.#last = followed;
  }
}

function parse(text: string, path: string): Followed {
  let value: Partial<Followed> | null = null;
  try {
    value = JSON.parse(text) as Partial<Followed> | null;
  } catch {
    throw broken(path, 'it is not JSON');
  }
  const { sequence, digest } = value ?? {};
  if (typeof sequence === 'number' && Number.isSafeInteger(sequence) && typeof digest === 'string')
    return { sequence, digest };
  throw broken(path, 'a field is missing');
}

function broken(path: string, why: string): HoldfastError {
  return new HoldfastError('JOURNAL_BROKEN', `${path} does not say which state was followed last: ${why}`, {
    remedy: 'Find out who changed it; without it an older state would be followed.',
    exitCode: 3,
  });
}
