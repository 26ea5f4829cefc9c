import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf, reasonOf } from '../../host/common/file-reason.ts';
import { makeJournalFolder, notKept, replaceSynced } from '../common/synced-file.ts';
import { COUNT_MAX } from '../limits.ts';

/** What a gateway remembers of its servers. */
export interface Session {
  /** The highest epoch of a server that was heard: one with a lower one leads no more. */
  readonly epoch: number;
  /** The highest fence of a lease that it had. */
  readonly lease: number;
}

export interface SessionJournal {
  load(): Session;
  /** Returns when it is on the disk. */
  save(session: Session): void;
}

export class SessionFile implements SessionJournal {
  readonly #path: string;
  #session: Session;

  /** Throws HoldfastError JOURNAL_BROKEN for a file that is not what was written, JOURNAL_FAILED where no folder can be made. */
  constructor(path: string) {
    this.#path = path;
    makeJournalFolder(dirname(path));
    this.#session = read(path);
  }

  load(): Session {
    return this.#session;
  }

  save(session: Session): void {
    try {
      replaceSynced(this.#path, `${JSON.stringify(session)}\n`);
    } catch (cause) {
      throw notKept(this.#path, cause);
    }
    this.#session = session;
  }
}

function read(path: string): Session {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return { epoch: 0, lease: 0 };
    throw broken(path, reasonOf(cause));
  }
  try {
    const { epoch, lease } = JSON.parse(text) as Partial<Session>;
    if (isCount(epoch) && isCount(lease)) return { epoch, lease };
  } catch {
    throw broken(path, 'it is not JSON');
  }
  throw broken(path, 'a field is missing');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= COUNT_MAX;
}

function broken(path: string, why: string): HoldfastError {
  return new HoldfastError('JOURNAL_BROKEN', `${path} does not say which server led last: ${why}`, {
    remedy: 'Find out who changed it; without it a server that leads no more would be heard.',
    exitCode: 3,
  });
}
