import { HoldfastError } from '../common/errors.ts';

/** What separates the fields of a table. */

const SEPARATORS = { ',': 'comma', ';': 'semicolon', '\t': 'tab' } as const;

/** Names as `--separator` takes them, the characters themselves too. */
const NAMES: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  ',': ',',
  ';': ';',
  '\t': '\t',
};

/** Throws HoldfastError USAGE for a name that is none. */
export function separatorNamed(name: string): string {
  const separator = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (separator !== undefined) return separator;
  const remedy = 'Write comma, semicolon or tab.';
  throw new HoldfastError('USAGE', `--separator is "${name}"`, { remedy });
}

export function separatorName(separator: string): string {
  return separator in SEPARATORS ? SEPARATORS[separator as keyof typeof SEPARATORS] : `"${separator}"`;
}

/**
 * The one separator that the header row holds outside of quotes.
 * @throws HoldfastError SEPARATOR_UNCLEAR when it holds none or more than one.
 */
export function findSeparator(text: string, file: string): string {
  const header = (text.split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const found = Object.keys(SEPARATORS).filter((separator) => header.includes(separator));
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  const what =
    only === undefined
      ? 'no comma, semicolon or tab'
      : `more than one of them: ${found.map(separatorName).join(', ')}`;
  throw new HoldfastError('SEPARATOR_UNCLEAR', `${file}:1: the header contains ${what}`, {
    remedy: 'Say what separates the fields with --separator.',
  });
}
