/** Texts for terminals that are narrower than what is to be said. */

/** Narrower than this, a list of options has no room for two columns. */
const TWO_COLUMNS_MIN = 60;
const WIDTH_MIN = 20;
const DEEPER = 2;

/** Columns of what a stream shows; undefined where nothing limits them. COLUMNS speaks for what is no terminal. */
export function columnsOf(
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv = process.env,
): number | undefined {
  const given = /^[1-9][0-9]{0,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : undefined;
  const columns = stream.isTTY === true ? stream.columns : given;
  return columns === undefined ? undefined : Math.max(columns, WIDTH_MIN);
}

export function isNarrow(columns: number | undefined): boolean {
  return columns !== undefined && columns < TWO_COLUMNS_MIN;
}

/** The text with no line wider than `columns`: broken at blanks, and within words that are longer; what follows is set deeper. */
export function wrapped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text
    .split('\n')
    .flatMap((line) => wrappedLine(line, columns))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const deeper = ' '.repeat(Math.min(indent.length + DEEPER, Math.floor(columns / 2)));
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const own = (/^ */.exec(rest) ?? [''])[0].length;
    const blank = rest.lastIndexOf(' ', columns);
    const cut = blank > own ? blank : columns;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = deeper + rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}
