import { loadPartition } from '../../host/compile/compile.ts';
import { sourceWords } from '../../host/source/axis-words.ts';
import { fileReader, type SourceReader } from '../../host/source/reader.ts';

/** What a source covers in its first phase: `id [from, to)` and the limit. */
export async function covered(path: string, reader: SourceReader = fileReader): Promise<string[]> {
  const { axis, rules, windows } = await loadPartition(path, reader);
  return (windows[0]?.cells ?? []).flatMap(({ from, to, rule: index }) => {
    const rule = rules[index];
    if (rule?.kind !== 'zone') return [];
    const place = `[${sourceWords(axis, from)}, ${sourceWords(axis, to)})`;
    return [`${rule.id} ${place}${rule.limit === null ? '' : ` limit ${rule.limit}`}`];
  });
}
