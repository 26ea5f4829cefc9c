/** The package as its user has it: packed, and installed into a folder of its own. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ran } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A release script has a tarball to test; otherwise one is packed. */
const TARBALL = process.env.HOLDFAST_TARBALL;
/** What is in npm's cache is not fetched again. */
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];

export class PackedPackage {
  readonly folder: string;
  readonly tarball: string;

  private constructor(folder: string, tarball: string) {
    this.folder = folder;
    this.tarball = tarball;
  }

  /** Packs, and installs into `folder`, which is empty. */
  static install(folder: string): PackedPackage {
    const tarball =
      TARBALL ?? join(folder, npm(ROOT, 'pack', '--silent', '--pack-destination', folder).trim());
    const packed = new PackedPackage(folder, tarball);
    writeFileSync(packed.at('package.json'), '{ "private": true, "type": "module" }\n');
    npm(folder, ...INSTALL, tarball);
    return packed;
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** A path inside of the installed package. */
  in(path: string): string {
    return this.at(join('node_modules/holdfast', path));
  }

  /** Adds packages, `npm install NAME@VERSION` as the command tells its user. */
  add(...packages: string[]): void {
    npm(this.folder, ...INSTALL, ...packages);
  }

  /** Files of the package, by their paths in it. */
  files(): string[] {
    return filesUnder(this.in('.')).map((path) => relative(this.in('.'), path));
  }

  /** Every package that is installed. */
  packages(): string[] {
    const lock = JSON.parse(readFileSync(this.at('node_modules/.package-lock.json'), 'utf8'));
    return Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
  }

  installedBytes(): number {
    return filesUnder(this.at('node_modules')).reduce((sum, path) => sum + statSync(path).size, 0);
  }

  /** Runs a verb with the command that npm linked. */
  holdfast(...argv: string[]): Promise<Ran> {
    return this.#run(this.at('node_modules/.bin/holdfast'), argv);
  }

  node(...argv: string[]): Promise<Ran> {
    return this.#run(process.execPath, argv);
  }

  /** Writes a file of the user's. */
  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  #run(program: string, argv: readonly string[]): Promise<Ran> {
    const env = { ...process.env, NO_COLOR: '1', XDG_RUNTIME_DIR: this.folder };
    return new Promise((resolve) => {
      execFile(program, argv, { cwd: this.folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, stdout, stderr });
      });
    });
  }
}

/** The npm that runs us, since a dependency brings an old one; see host/setup/npm.mjs. */
function npm(cwd: string, ...argv: string[]): string {
  const running = process.env.npm_execpath ?? '';
  const [program, first] = running.endsWith('npm-cli.js') ? [process.execPath, [running]] : ['npm', []];
  return execFileSync(program, [...first, ...argv], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
