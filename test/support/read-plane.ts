import { Diagnostics, formatDiagnostic } from '../../host/source/diagnostics.ts';
import { isPlane, type PlaneModel } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { readSource } from '../../host/source/source.ts';

/** Sources of planes read from texts: the source is `m.map.yaml`, its files stand beside it. */

/** The plane of a source, and what compile would tell of it; throws its mistakes. */
export async function read(
  source: string,
  files: Record<string, string> = {},
): Promise<{ model: PlaneModel; notes: string[] }> {
  const diagnostics = new Diagnostics();
  const { model } = await readSource(
    'm.map.yaml',
    memoryReader({ 'm.map.yaml': source, ...files }),
    diagnostics,
  );
  diagnostics.throwIfAny();
  if (model === undefined || !isPlane(model)) throw new Error('no plane');
  return { model, notes: model.unused.map(({ words }) => words) };
}

/** Mistakes of a source, as they are printed. */
export async function mistakes(source: string, files: Record<string, string> = {}): Promise<string[]> {
  const diagnostics = new Diagnostics();
  await readSource('m.map.yaml', memoryReader({ 'm.map.yaml': source, ...files }), diagnostics);
  return diagnostics.kept.map(formatDiagnostic);
}
