/** `holdfast firmware library`: the core as a C library, into a folder. */

import { join } from 'node:path';
import { ARENA_DEFAULT, type ArenaName } from '../../common/arenas.ts';
import { HoldfastError } from '../../common/errors.ts';
import { arenaWords, fittingArena } from '../../core/fitting-arena.ts';
import { makeLibrary } from '../../firmware/library.ts';
import { ARENAS } from '../../format.ts';
import { encodeBurned } from '../../image/burned.ts';
import type { BurnedConfig } from '../../image/burned-block.ts';
import { readBurnedConfig } from '../../image/burned-config.ts';
import { type Edition, loadEdition } from '../../image/edition-file.ts';
import { burnedWith } from '../../image/fitting.ts';
import { writeFolder } from './generated-folder.ts';
import { libraryCycles } from './library-cycles.ts';
import { printJson, printLines, printNote } from './output.ts';
import { printTrust, readTrust, type TrustOptions } from './trust.ts';

export interface LibraryOptions extends TrustOptions {
  /** The folder. */
  readonly output: string;
  readonly image?: string;
  readonly config?: string;
  readonly arena?: ArenaName;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Writes the library, with an edition to burn in when one is given. */
export async function writeLibrary(options: LibraryOptions): Promise<void> {
  if (options.output === '-') {
    throw new HoldfastError('OUTPUT_NOT_A_FILE', 'the library is a folder; - stands for standard output', {
      remedy: 'Give the name of a folder with -o.',
    });
  }
  const { edition, config } = (await burnedIn(options)) ?? {};
  const arena = options.arena ?? ARENA_DEFAULT;
  const fitting = edition === undefined ? null : await fittingArena(edition.bytes, arena);
  const { cycles, words } = libraryCycles(edition?.bytes, config, ARENAS[arena]);
  const isBurned = edition !== undefined && config !== undefined;
  const library = await makeLibrary(
    isBurned ? { burned: encodeBurned(config), edition } : undefined,
    ARENAS[arena],
  );
  await writeFolder(options.output, library.files, { force: options.force === true });
  const { version, coreSha256, memoryBytes, files } = library;
  if (options.json) {
    const names = [...files.keys()].sort();
    printJson({
      folder: options.output,
      version,
      coreSha256,
      arena,
      ...fitting,
      memoryBytes,
      cycles,
      files: names,
    });
    return;
  }
  printLines([
    `${options.output}: holdfast ${version} as a C library, core sha256 ${coreSha256}`,
    fitting === null ? `arena ${arena}` : arenaWords(arena, options.arena !== undefined, fitting),
    ...words,
    `RAM ${memoryBytes} bytes; what else it needs, and what to implement: ${join(options.output, 'README.md')}`,
  ]);
  if (options.image === undefined)
    printNote('No edition is burned in; --image adds src/holdfast_burned.c with one.');
}

interface BurnedIn {
  readonly edition: Edition;
  readonly config: BurnedConfig;
}

async function burnedIn(options: LibraryOptions): Promise<BurnedIn | undefined> {
  const { image, config } = options;
  if (image === undefined) {
    if (config === undefined && options.key === undefined && options.development === undefined)
      return undefined;
    throw new HoldfastError(
      'IMAGE_MISSING',
      'Keys and configuration are burned in together with an edition.',
      {
        remedy: 'Name the first edition with --image.',
      },
    );
  }
  const edition = loadEdition(image);
  const given = config === undefined ? undefined : await readBurnedConfig(config);
  const burned = burnedWith(edition.bytes, given, await readTrust(options));
  printTrust(burned);
  return { edition, config: burned };
}
