/** Compiles the core, or a part of it, as it is released, with changes of its source. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OPTIONS = [
  ...[
    '--runtime',
    'stub',
    '-O3',
    '--converge',
    '--noAssert',
    '--debug',
    '--use',
    'abort=',
    '--memoryBase',
    '16384',
  ],
  ...['--stackSize', '0', '--disable', 'bulk-memory', '--initialMemory', '3', '--maximumMemory', '3'],
  ...['--outFile', 'out.wasm', '--sourceMap'],
];

/** A piece of a source file's text, and what stands in its place. */
export interface Change {
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

/** The module and its source map. `entryText` is the content of an entry that is no file. */
export async function compileCore(
  entry: string,
  changes: readonly Change[],
  entryText?: string,
): Promise<{ wasm: Uint8Array; map: string }> {
  const written = new Map<string, string | Uint8Array>();
  const readFile = (name: string, folder: string): string | null => {
    const path = join(ROOT, folder, name);
    if (join(folder, name) === entry && entryText !== undefined) return entryText;
    if (!existsSync(path)) return null;
    const own = changes.filter(({ file }) => file === join(folder, name));
    return own.reduce(changed, readFileSync(path, 'utf8'));
  };
  const { error, stderr } = await asc.main([entry, ...OPTIONS], {
    readFile,
    writeFile: (name: string, content: string | Uint8Array) => void written.set(name, content),
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const wasm = written.get('out.wasm');
  if (!(wasm instanceof Uint8Array)) throw new Error('the compiler wrote no module');
  return { wasm, map: String(written.get('out.wasm.map')) };
}

function changed(text: string, { text: before, by, file }: Change): string {
  if (!text.includes(before)) throw new Error(`${file} no longer says ${before}`);
  return text.replace(before, by);
}
