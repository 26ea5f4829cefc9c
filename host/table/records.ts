/**
 * Rows of a table, read piece by piece: fields between separators, quotes as in RFC 4180, lines that end in LF, CR LF or CR. Blanks
 * around a field are no part of it.
 */

export interface TableRecord {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** As it stands in the file; line ends within quotes are LF. */
  readonly raw: string;
  readonly cells: readonly string[];
  /** What is wrong with its quotes. Rows that are left out need not be well written, so this is for whoever uses the row to report. */
  readonly broken: BrokenQuotes | null;
}

export interface BrokenQuotes {
  /** From 1, in the first line of the record. */
  readonly column: number;
  readonly words: string;
}

/** Longer rows are no rows: a quote was left open, or it is no table. */
const ROW_CHARACTERS_MAX = 1 << 20;

const QUOTE = '"';
/** Cells of an empty line, of which files may have as many as rows. */
const EMPTY: readonly string[] = [''];

export class RecordScanner {
  readonly #separator: string;
  readonly #charactersMax: number;
  #rest = '';
  #line = 1;

  constructor(separator: string, charactersMax = ROW_CHARACTERS_MAX) {
    this.#separator = separator;
    this.#charactersMax = charactersMax;
  }

  /** The records that end within `piece`. */
  push(piece: string): TableRecord[] {
    return this.#scan(piece, false);
  }

  /** What stood behind the last line end. */
  end(): TableRecord[] {
    return this.#scan('', true);
  }

  #scan(piece: string, last: boolean): TableRecord[] {
    let text = this.#rest + piece;
    if (text.includes('\r')) {
      // Whether a CR at the end belongs to a CR LF shows with the next piece.
      const held = !last && text.endsWith('\r') ? '\r' : '';
      text = (held === '' ? text : text.slice(0, -1)).replace(/\r\n?/g, '\n');
      const records = this.#records(text, last);
      this.#rest += held;
      return records;
    }
    return this.#records(text, last);
  }

  #records(text: string, last: boolean): TableRecord[] {
    const records: TableRecord[] = [];
    const hasQuotes = text.includes(QUOTE);
    let at = 0;
    for (;;) {
      const lineEnd = text.indexOf('\n', at);
      if (lineEnd < 0 && !(last && at < text.length)) break;
      const end = lineEnd < 0 ? text.length : lineEnd;
      const raw = text.slice(at, end);
      if (!hasQuotes || !raw.includes(QUOTE)) {
        records.push(this.#plain(raw));
        at = end + 1;
        continue;
      }
      const next = this.#quoted(text, at, last);
      if (next === undefined) break;
      records.push(next);
      at += next.raw.length + 1;
    }
    this.#rest = at >= text.length ? '' : text.slice(at);
    if (this.#rest.length > this.#charactersMax && !this.#rest.includes(QUOTE)) records.push(this.#tooLong());
    return records;
  }

  #plain(raw: string): TableRecord {
    const line = this.#line++;
    if (raw.length <= this.#charactersMax)
      return { line, raw, cells: raw === '' ? EMPTY : splitPlain(raw, this.#separator), broken: null };
    const words = `a row has more than ${this.#charactersMax} characters`;
    return { line, raw, cells: [raw], broken: { column: 1, words } };
  }

  /** The start of a row that does not end. */
  #tooLong(): TableRecord {
    const raw = this.#rest;
    this.#rest = '';
    return this.#plain(raw);
  }

  /** A record with quotes in it, which may run over several lines; undefined when its end has not come yet. */
  #quoted(text: string, start: number, last: boolean): TableRecord | undefined {
    const cells: string[] = [];
    const line = this.#line;
    let at = start;
    for (;;) {
      const cell = readCell(text, at, this.#separator);
      if (cell.kind === 'broken') return this.#brokenLine(text, start, at, cell.words);
      if (cell.kind === 'open') {
        if (!last && text.length - start <= this.#charactersMax) return undefined;
        return this.#brokenLine(text, start, at, 'a quote that opens here is never closed');
      }
      if (cell.end === text.length && !last) return undefined;
      cells.push(cell.text);
      at = cell.end + 1;
      if (text[cell.end] === this.#separator) continue;
      const raw = text.slice(start, cell.end);
      this.#line += countLineEnds(raw) + 1;
      return { line, raw, cells, broken: null };
    }
  }

  /** One line, as if it had no quotes. */
  #brokenLine(text: string, start: number, at: number, words: string): TableRecord {
    const lineEnd = text.indexOf('\n', start);
    const raw = text.slice(start, lineEnd < 0 ? text.length : lineEnd);
    const column = Math.min(at + blanksAt(text, at), start + raw.length) - start + 1;
    return { line: this.#line++, raw, cells: splitPlain(raw, this.#separator), broken: { column, words } };
  }
}

type Cell =
  | {
      readonly kind: 'cell';
      readonly text: string /** Offset of the separator, line end or end of text. */;
      readonly end: number;
    }
  | { readonly kind: 'open' }
  | { readonly kind: 'broken'; readonly words: string };

function readCell(text: string, start: number, separator: string): Cell {
  const first = start + blanksAt(text, start);
  // ="012" is how spreadsheets are made to keep a text as it is.
  const from = text.startsWith('="', first) ? first + 1 : first;
  if (text[from] !== QUOTE) return readPlainCell(text, start, separator);
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf(QUOTE, at);
    if (quote < 0) return { kind: 'open' };
    at = quote + 1;
    if (text[at] === QUOTE) {
      at++;
      continue;
    }
    break;
  }
  const end = at + blanksAt(text, at);
  const isEnd = end >= text.length || text[end] === separator || text[end] === '\n';
  if (!isEnd) return { kind: 'broken', words: 'text after a closing quote' };
  return { kind: 'cell', text: keptText(text.slice(from + 1, at - 1).replaceAll('""', QUOTE)), end };
}

/** The text of `="012"`, which may stand within quotes; any other text as it is. */
function keptText(text: string): string {
  return /^="([^"]*)"$/.exec(text)?.[1] ?? text;
}

function readPlainCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
  const cell = text.slice(start, end);
  if (cell.includes(QUOTE)) return { kind: 'broken', words: 'a quote in the middle of a field' };
  return { kind: 'cell', text: cell.trim(), end };
}

/** The fields of a line, as if it had no quotes. */
export function splitPlain(line: string, separator: string): string[] {
  const cells = line.split(separator);
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] ?? '';
    if (hasBlankEnds(cell)) cells[index] = cell.trim();
  }
  return cells;
}

const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;

/** Cheaper than trimming each cell: most have none. */
function hasBlankEnds(cell: string): boolean {
  if (cell === '') return false;
  const first = cell.charCodeAt(0);
  const final = cell.charCodeAt(cell.length - 1);
  return first <= SPACE || final <= SPACE || first >= NO_BREAK_SPACE || final >= NO_BREAK_SPACE;
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Blanks that may stand around quotes. */
function blanksAt(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ') end++;
  return end - at;
}

/** Line and column, from 1, of a field of a record. */
export function placeOfCell(
  record: TableRecord,
  index: number,
  separator: string,
): { line: number; column: number } {
  const { raw } = record;
  let quoted = false;
  let field = 0;
  let line = record.line;
  let lineStart = 0;
  let at = 0;
  for (; at < raw.length && field < index; at++) {
    const letter = raw[at];
    if (letter === QUOTE) quoted = !quoted;
    else if (letter === '\n') {
      line++;
      lineStart = at + 1;
    } else if (letter === separator && !quoted) field++;
  }
  if (field < index) return { line: record.line, column: 1 };
  return { line, column: at - lineStart + blanksAt(raw, at) + 1 };
}
