import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Links compiled modules of this package into one script, so that a page runs the very code that the host runs. Each module
 * becomes a function that returns its exports, in the order in which they need each other. Only the forms that the compiler
 * writes are understood; any other is an error here and not in the browser. What Node provides is not there in a page: its
 * names are undefined.
 */

const IMPORT = /^import (?:(\w+)(?:, )?)?(?:\{([^}]*)\})? ?from ['"]([^'"]+)['"];$/gm;
const EXPORT_DECLARATION = /^export ((?:async )?function\*?|class|const|let) (\w+)/gm;
const EXPORT_LIST = /^export \{([^}]*)\};$/gm;
const EXPORT_FROM = /^export \{([^}]*)\} from ['"]([^'"]+)['"];$/gm;
const EXPORT_DEFAULT = /^export default /gm;
const UNDERSTOOD = /^(?:import|export)\b.*$/m;
const REMARK = /^\/\/# sourceMappingURL=.*$/gm;

/** A script that runs `entry`'s export `start`. */
export async function linkPage(entry: URL): Promise<string> {
  const linker = new Linker();
  const name = await linker.add(entry);
  return `${linker.code()}\nawait ${name}.start();`;
}

class Linker {
  readonly #names = new Map<string, string>();
  readonly #modules: string[] = [];

  code(): string {
    return this.#modules.join('\n');
  }

  /** Adds a module and all that it needs, once; gives the name that holds its exports. */
  async add(url: URL): Promise<string> {
    const known = this.#names.get(url.href);
    if (known !== undefined) return known;
    const name = `module${this.#names.size}`;
    this.#names.set(url.href, name);
    const source = await readFile(url, 'utf8');
    const needed = new Map<string, string>();
    for (const pattern of [IMPORT, EXPORT_FROM])
      for (const match of source.matchAll(pattern)) {
        const from = match.at(-1) ?? '';
        needed.set(from, from.startsWith('node:') ? '({})' : await this.add(locate(from, url)));
      }
    this.#modules.push(moduleCode(name, source, needed, url));
    return name;
  }
}

/** Where an import leads: a file beside, or the module build of a package. */
function locate(from: string, importer: URL): URL {
  if (from.startsWith('.')) return new URL(from, importer);
  // `resolve` gives a package's CommonJS build in a folder of its own; the module build lies beside that folder.
  const common = createRequire(fileURLToPath(importer)).resolve(from);
  return pathToFileURL(join(dirname(common), '..', 'index.js'));
}

function moduleCode(name: string, source: string, needed: ReadonlyMap<string, string>, url: URL): string {
  const exported: string[] = [];
  const nameOf = (from: string) => needed.get(from) ?? '({})';
  const body = source
    .replace(REMARK, '')
    .replace(EXPORT_FROM, (_line, names: string, from: string) => {
      for (const { local, as } of namesIn(names)) exported.push(`${as}: ${nameOf(from)}.${local}`);
      return '';
    })
    .replace(IMPORT, (_line, whole: string | undefined, names: string | undefined, from: string) => {
      const fields = namesIn(names ?? '').map(({ local, as }) => (local === as ? local : `${local}: ${as}`));
      if (whole !== undefined) fields.push(`default: ${whole}`);
      return `const { ${fields.join(', ')} } = ${nameOf(from)};`;
    })
    .replace(EXPORT_DECLARATION, (_line, kind: string, declared: string) => {
      exported.push(declared);
      return `${kind} ${declared}`;
    })
    .replace(EXPORT_LIST, (_line, names: string) => {
      for (const { local, as } of namesIn(names)) exported.push(`${as}: ${local}`);
      return '';
    })
    .replace(EXPORT_DEFAULT, () => {
      exported.push('default: whole');
      return 'const whole = ';
    });
  const rest = UNDERSTOOD.exec(body);
  if (rest !== null)
    throw new TypeError(`${url.pathname}: "${rest[0]}" is no form that pages are linked from`);
  return `const ${name} = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();`;
}

function namesIn(list: string): { local: string; as: string }[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [local = '', as = local] = part.split(/\s+as\s+/);
      return { local, as };
    });
}
