/** Tables that a test imports from memory. */
import { importTable } from '../../host/import/import.ts';
import type { ImportOptions } from '../../host/import/plan.ts';
import { memoryReader } from '../../host/source/reader.ts';

export type Options = Partial<ImportOptions>;

export function imported(text: string | Uint8Array, options: Options) {
  const all = { from: 'from', map: 'm', ...options, reader: memoryReader({ 't.csv': text }) };
  return importTable('t.csv', 'm.yaml', all);
}

/** Places and limits of the zones, as they stand in the source: `0..400 50`. */
export async function rowsOf(text: string | Uint8Array, options: Options): Promise<string> {
  const { source } = await imported(text, options);
  return source
    .split('\n')
    .filter((line) => line.startsWith('  - { id:'))
    .map((line) => {
      const pieces = [...line.matchAll(/from: (\S+), to: (\S+) \}(?=,| \]| \})/g)].map(
        ([, from, to]) => `${from}..${to}`,
      );
      return `${pieces.join('+')}${/, limit: (-?\d+)/.exec(line)?.[1]?.padStart(4) ?? ''}`.replace(
        / +/g,
        ' ',
      );
    })
    .join(', ');
}

/** What is said of a table that is refused; `READ` and the source when it is not. */
export const refusal = (text: string | Uint8Array, options: Options) =>
  imported(text, options).then(
    ({ source }) => `READ\n${source}`,
    (error: Error & { remedy?: string; diagnostics?: readonly { message: string; remedy: string }[] }) =>
      [
        error.message,
        error.remedy,
        ...(error.diagnostics ?? []).flatMap(({ message, remedy }) => [message, remedy]),
      ].join('\n'),
  );
