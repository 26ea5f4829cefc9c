/**
 * What a controller keeps, and where:
 *
 *     STATE/flash.bin     the flash: all areas one after the other; under QEMU the whole chip, areas at their places in it
 *     STATE/burned.bin    the burned block, 512 bytes
 *     STATE/safe-input    `parked` or `moving`, see safe-input.ts
 *     STATE/running       the process that has the folder now
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../common/errors.ts';
import { errnoOf, reasonOf } from '../common/file-reason.ts';
import { makeFolders } from '../common/make-folders.ts';
import { burnFirstEdition, type FirstEdition } from '../core/first-burn.ts';
import { VIRTUAL_GEOMETRY } from '../core/flash.ts';
import { BURNED_BYTES } from '../format.ts';
import { areasOnly, ensureFlashFile, type FlashStore } from './flash-file.ts';
import { occupy, writeWhole } from './running-mark.ts';

export interface StateFolder {
  /** What `openFlashFile` opens, or an emulator. */
  flashPath: string;
  burned: Uint8Array;
  safeInputPath: string;
  /** Whether this start made the state; otherwise it was there, and nothing was burned. */
  isNew: boolean;
  /** Whether this start burned a configuration over a state that was there, as new firmware does. */
  isReflashed: boolean;
  close(): void;
}

export interface FirstContent {
  burned: Uint8Array;
  /** null: the slots are empty, and the first edition is pushed. */
  edition: FirstEdition | null;
}

/**
 * Opens the state in `folder`, its flash kept as `store` says. When there is none yet, `firstContent` says what to burn; null is a
 * missing image and a `STATE_EMPTY`. With `reflash`, the burned block of a state that exists is burned anew from it; slots and journals
 * stay. Throws `STATE_IN_USE` when another controller runs on it, `STATE_FOLDER` when the folder cannot be
 * used (exit code 2).
 */
export async function openStateFolder(
  folder: string,
  firstContent: (isNew: boolean) => Promise<FirstContent | null>,
  store: FlashStore = areasOnly(VIRTUAL_GEOMETRY),
  { reflash = false }: { reflash?: boolean } = {},
): Promise<StateFolder> {
  try {
    makeFolders(folder);
    const release = occupy(join(folder, 'running'), {
      code: 'STATE_IN_USE',
      what: folder,
      remedy: 'End it, or give another folder with `--state`.',
    });
    return await openState(folder, firstContent, store, { release, reflash }).catch((error: unknown) => {
      release();
      throw error;
    });
  } catch (error) {
    if (error instanceof HoldfastError || errnoOf(error) === '') throw error;
    throw new HoldfastError('STATE_FOLDER', `${folder} cannot be the state folder: ${reasonOf(error)}.`, {
      remedy: 'Give another folder with `--state`.',
      cause: error,
    });
  }
}

async function openState(
  folder: string,
  firstContent: (isNew: boolean) => Promise<FirstContent | null>,
  store: FlashStore,
  { release, reflash }: { release: () => void; reflash: boolean },
): Promise<StateFolder> {
  const flashPath = join(folder, 'flash.bin');
  const burnedPath = join(folder, 'burned.bin');
  const isNew = !existsSync(flashPath);
  const first = isNew || reflash ? await firstContent(isNew) : null;
  if ((isNew || reflash) && first === null) {
    const why = isNew ? `${folder} holds no state yet, and there` : 'There';
    throw new HoldfastError('STATE_EMPTY', `${why} is nothing to burn.`, {
      remedy:
        'Give the first image with `--image IMAGE`, or a firmware configuration with `--config FILE` and push the first edition.',
    });
  }
  // The burned block first: a flash file is the sign that the state is complete.
  if (first !== null) writeWhole(burnedPath, first.burned);
  ensureFlashFile(flashPath, store, (flash) => {
    if (first !== null && first.edition !== null) burnFirstEdition(flash, first.edition);
  });
  return {
    flashPath,
    burned: readBurned(burnedPath),
    safeInputPath: join(folder, 'safe-input'),
    isNew,
    isReflashed: reflash && !isNew,
    close: release,
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
