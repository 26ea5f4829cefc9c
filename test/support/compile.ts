/** From source text to an image, in memory. */
import { type CompileOptions, compileSource } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';

/** Compiles the text of a source that names no files. */
export async function compileText(
  source: string,
  options: Pick<CompileOptions, 'key' | 'large' | 'lookup'> = {},
): Promise<Uint8Array> {
  const { image } = await compileSource('test.map.yaml', {
    ...options,
    reader: memoryReader({ 'test.map.yaml': source }),
  });
  return image;
}
