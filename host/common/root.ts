import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

let root: URL | null = null;

/**
 * A file or folder of this package, by its path from the package's root. It is the same for the sources and for what is built of
 * them, wherever in the package that lies.
 *
 * @throws Error when this module does not lie in a package
 */
export function packageUrl(path: string): URL {
  root ??= findRoot();
  return new URL(path, root);
}

/** Path of the built command, as `bin` of package.json names it. */
export function commandPath(): string {
  return fileURLToPath(packageUrl('dist/holdfast.cjs'));
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageUrl('package.json'), 'utf8')) as { version: string };
  return version;
}

function findRoot(): URL {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('../', folder);
    if (above.href === folder.href) throw new Error(`no package.json above ${import.meta.url}`);
    folder = above;
  }
  return folder;
}
