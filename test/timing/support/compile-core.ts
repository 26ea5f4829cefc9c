/** Compiles the core, or a part of it, as it is released, with changes of its source. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KEPT = join(ROOT, 'build/mutants');
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

interface Compiled {
  readonly wasm: Uint8Array;
  readonly map: string;
}

/**
 * The module and its source map, compiled once for what it is made of. `entryText` is the content of an entry that is no file.
 * Throws Error when a changed file no longer says what is to be changed, or the compiler complains.
 */
export async function compileCore(
  entry: string,
  changes: readonly Change[],
  entryText = '',
): Promise<Compiled> {
  for (const { file, text } of changes)
    changed(readFileSync(join(ROOT, file), 'utf8'), { file, text, by: '' });
  const kept = join(keptFolder(), digestOf([entry, entryText, JSON.stringify(changes)]));
  if (existsSync(`${kept}.map`))
    return { wasm: readFileSync(kept), map: readFileSync(`${kept}.map`, 'utf8') };
  const compiled = await compile(entry, changes, entryText);
  writeWhole(kept, compiled.wasm);
  writeWhole(`${kept}.map`, compiled.map);
  return compiled;
}

/** Under another name first: who finds the file finds all of it. */
function writeWhole(path: string, content: Uint8Array | string): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

/** Where the modules lie that were made of these sources by this compiler; those of others are removed. */
function keptFolder(): string {
  const sources = readdirSync(join(ROOT, 'assembly'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => [name, readFileSync(join(ROOT, 'assembly', name), 'utf8')]);
  const name = digestOf([asc.version, ...OPTIONS, ...sources]);
  mkdirSync(join(KEPT, name), { recursive: true });
  for (const other of readdirSync(KEPT))
    if (other !== name) rmSync(join(KEPT, other), { recursive: true, force: true });
  return join(KEPT, name);
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function compile(entry: string, changes: readonly Change[], entryText: string): Promise<Compiled> {
  const written = new Map<string, string | Uint8Array>();
  const readFile = (name: string, folder: string): string | null => {
    const path = join(ROOT, folder, name);
    if (join(folder, name) === entry && entryText !== '') return entryText;
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
