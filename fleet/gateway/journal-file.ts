import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import { errnoOf } from '../../host/common/file-reason.ts';
import { makeJournalFolder, notKept, replaceSynced } from '../common/synced-file.ts';
import type { Journal, Remembered } from './agent.ts';

/**
 * What an agent remembers, a file a controller, replaced whole. So a file that holds nothing of the kind was changed by somebody: it is
 * refused, because a fence would be forgotten.
 */

const ENDING = '.json';

export class FileJournal implements Journal {
  readonly #folder: string;
  readonly #known = new Map<string, Remembered>();

  /** Makes the folder when it is not there. Throws HoldfastError JOURNAL_BROKEN or JOURNAL_FAILED. */
  constructor(folder: string) {
    this.#folder = folder;
    makeJournalFolder(folder);
    try {
      for (const name of readdirSync(folder)) {
        if (name.endsWith(ENDING))
          this.#known.set(name.slice(0, -ENDING.length), readRemembered(join(folder, name)));
      }
    } catch (cause) {
      throw cause instanceof HoldfastError ? cause : notKept(folder, cause);
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

  /** What is remembered, by controller. */
  get all(): ReadonlyMap<string, Remembered> {
    return this.#known;
  }

  load(controller: string): Remembered | null {
    return this.#known.get(controller) ?? null;
  }

  async save(controller: string, remembered: Remembered): Promise<void> {
    const path = join(this.#folder, `${controller}${ENDING}`);
    try {
      replaceSynced(path, `${JSON.stringify(remembered)}\n`);
    } catch (cause) {
      throw notKept(path, cause);
    }
    this.#known.set(controller, remembered);
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function readRemembered(path: string): Remembered {
  let value: Partial<Remembered> | null = null;
  try {
    value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Remembered> | null;
  } catch (cause) {
    if (errnoOf(cause) !== '') throw notKept(path, cause);
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
