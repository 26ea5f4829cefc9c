/** From source text to an image, in memory. */
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { type Compiled, type CompileOptions, compileSource } from '../../host/compile/compile.ts';
import type { BuildName } from '../../host/format.ts';
import { memoryReader } from '../../host/source/reader.ts';

type Options = Pick<CompileOptions, 'key' | 'large' | 'lookup' | 'arena'>;

/** Compiles the text of a source that names no files. */
export async function compileText(source: string, options: Options = {}): Promise<Uint8Array> {
  return (await compiledText(source, options)).image;
}

/** The same, with what the compiler says of it. */
export function compiledText(source: string, options: Options = {}): Promise<Compiled> {
  return compileSource('test.map.yaml', {
    ...options,
    reader: memoryReader({ 'test.map.yaml': source }),
  });
}

/** Whether a build holds what was compiled. */
export function holds(build: BuildName, { fits }: Compiled): boolean {
  return BUILD_NAMES.indexOf(build) >= BUILD_NAMES.indexOf(fits);
}
