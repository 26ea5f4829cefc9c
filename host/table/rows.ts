/** Which rows of a table are data, and which are left out: titles, empty ones, comments, totals, headers that come again, drawn lines. */

import type { Say, TableFault } from './fault.ts';
import type { TableLayout } from './layout.ts';
import { foldCase } from './names.ts';
import { isSheetError } from './not-numbers.ts';
import { placeOfCell, splitPlain, type TableRecord } from './records.ts';

export type LeftOutKind = 'title' | 'empty' | 'comment' | 'total' | 'header' | 'line';

export interface RowsSaid {
  /** What comments begin with; `none`: no row is one. Not said: #, unless such a row looks like data. */
  readonly comment?: string | undefined;
  /** Whether rows that begin with a word such as "Total" are data. Not said: they are left out where they hold no places. */
  readonly totals?: 'keep' | 'omit' | undefined;
  readonly headerRow?: number | undefined;
}

export interface DataRows {
  readonly rows: readonly TableRecord[];
  /** By why they are left out. */
  readonly leftOut: ReadonlyMap<LeftOutKind, readonly TableRecord[]>;
}

/** How totals, and averages, are called in the languages of tables that were seen. */
const TOTALS =
  /^(?:grand total|totals?|sub-?totals?|sums?|summe|zwischensumme|gesamt(?:summe|länge|strecke)?|insgesamt|somme|sous-total|totale|totaal|som|suma|celkem|итого|ø|∑|averages?|mean|mittel(?:wert)?|durchschnitt(?:lich)?|moyenne|media|promedio|gemiddelde|minimum|maximum|counts?|anzahl|nombre)(?:[\s:.].*)?$/u;
/** As a field of any other column it speaks for the row only where it stands alone. */
const TOTAL_ALONE = /^(?:grand total|total|subtotal|sum|summe|gesamt|somme|totale|suma)[:.]?$/u;
/** How clients of databases end what they print: `(2 rows)`, `2 rows in set (0.00 sec)`. */
const ROW_COUNT =
  /^\(?[0-9]+ (?:rows?|records?|zeilen?|lignes?|filas?|righe|rijen|rader|linhas?)(?: (?:selected|affected|returned|in set)(?: \([0-9.]+ sec\))?)?\)?\.?$/u;
/** Lines that are drawn, such as `----+----`. */
const DRAWN = /^(?=[^-=─━═]*[-=─━═]{2})[-=─━═┼╪+:|,;\s]+$/u;
const COMMENT_DEFAULT = '#';
/** How places begin: numbers, moments, times of day, `km 12.4` and `PK 12+400`. */
const PLACE_START = /^(?:(?:km|pk|kp)\s*)?[+\-\u2212]?[.,]?[0-9]/iu;

/** Sorts the rows behind the header. Faults are told, and the rows that they concern left out of the data. */
export function sortRows(
  records: readonly TableRecord[],
  layout: TableLayout,
  said: RowsSaid,
  say: Say,
  tell: (fault: TableFault) => void,
): DataRows {
  const rows: TableRecord[] = [];
  const leftOut = new Map<LeftOutKind, TableRecord[]>();
  const sorter = new RowSorter(layout, said, say);
  for (const record of records) {
    const kind = sorter.kindOf(record);
    if (kind === 'data') rows.push(record);
    else if (typeof kind === 'object') tell(kind);
    else if (kind !== 'nothing') {
      const records = leftOut.get(kind) ?? [];
      records.push(record);
      leftOut.set(kind, records);
    }
  }
  return { rows, leftOut };
}

/** Whether a row begins with an error of a spreadsheet, and goes on; a line of # alone is a comment. */
function isErrorRow({ cells: [first = '', ...others] }: TableRecord): boolean {
  return isSheetError(first) && others.some((cell) => cell !== '');
}

class RowSorter {
  readonly #layout: TableLayout;
  readonly #said: RowsSaid;
  readonly #say: Say;
  readonly #placeColumns: readonly number[];
  readonly #headerText: string;

  constructor(layout: TableLayout, said: RowsSaid, say: Say) {
    this.#layout = layout;
    this.#said = said;
    this.#say = say;
    this.#placeColumns = ['from', 'to'].flatMap((role) => layout.columns.get(role) ?? []);
    this.#headerText = layout.header.cells.map(foldCase).join('\n');
  }

  /** `nothing`: the header itself, and the line `sep=`. */
  kindOf(record: TableRecord): 'data' | 'nothing' | LeftOutKind | TableFault {
    const { header, separatorFrom } = this.#layout;
    if (record.line === header.line || (record.line === 1 && separatorFrom === 'sep=')) return 'nothing';
    if (record.cells.every((cell) => cell === '')) return 'empty';
    if (record.line < header.line) return this.#title(record);
    return (
      this.#comment(record) ??
      (DRAWN.test(record.raw) ? 'line' : undefined) ??
      this.#total(record) ??
      this.#repeated(record) ??
      this.#shape(record) ??
      'data'
    );
  }

  #title(record: TableRecord): LeftOutKind | TableFault {
    const looksLikeData =
      this.#said.headerRow === undefined &&
      record.cells.length === this.#layout.header.cells.length &&
      this.#holdsPlaces(record);
    if (!looksLikeData) return 'title';
    const message = `a row of numbers stands above the row that names the columns, line ${this.#layout.header.line}`;
    const remedy = `If the rows above it are no data, say ${this.#say('headerRow', `${this.#layout.header.line}`)}; else move the header above them.`;
    return { code: 'HEADER_UNCLEAR', line: record.line, column: 1, message, remedy };
  }

  #holdsPlaces({ cells }: Pick<TableRecord, 'cells'>): boolean {
    return this.#placeColumns.every((column) => PLACE_START.test(cells[column] ?? ''));
  }

  /** Like `#holdsPlaces`, for a row whose end may be said elsewhere. */
  #holdsBegin({ cells }: TableRecord): boolean {
    const [begin, end] = this.#placeColumns.map((column) => cells[column] ?? '');
    return PLACE_START.test(begin ?? '') && (end === undefined || end === '' || PLACE_START.test(end));
  }

  #comment(record: TableRecord): LeftOutKind | TableFault | undefined {
    const mark = this.#said.comment ?? COMMENT_DEFAULT;
    if (mark === 'none' || !record.raw.trimStart().startsWith(mark)) return undefined;
    if (this.#said.comment === undefined && isErrorRow(record)) return undefined;
    const isUnclear =
      record.raw.includes('\n') || (this.#said.comment === undefined && this.#holdsBegin(record));
    if (!isUnclear) return 'comment';
    const message = `the row begins with ${mark} like a comment, and holds places like data`;
    const remedy = `If it is a comment, say ${this.#say('comment', mark)}; if it is data, say ${this.#say('comment', 'none')}.`;
    return { code: 'COMMENT_UNCLEAR', line: record.line, column: 1, message, remedy };
  }

  #total(record: TableRecord): LeftOutKind | TableFault | undefined {
    if (this.#said.totals === 'keep') return undefined;
    const first = record.cells.find((cell) => cell !== '') ?? '';
    if (ROW_COUNT.test(foldCase(first)) && record.cells.every((cell) => cell === '' || cell === first))
      return 'total';
    const isFirst = TOTALS.test(foldCase(first));
    const word = isFirst ? first : record.cells.find((cell) => TOTAL_ALONE.test(foldCase(cell)));
    if (word === undefined) return undefined;
    if (this.#said.totals === 'omit' || !this.#holdsBegin(record)) return 'total';
    const message = `the row ${isFirst ? 'begins with' : 'holds'} "${word}" like a total, and holds places like data`;
    const remedy = `If it is a total, say ${this.#say('totals', 'omit')}; if it is data, say ${this.#say('totals', 'keep')}.`;
    return { code: 'TOTAL_UNCLEAR', line: record.line, column: 1, message, remedy };
  }

  #repeated({ cells }: TableRecord): LeftOutKind | undefined {
    return cells.length > 1 && cells.map(foldCase).join('\n') === this.#headerText ? 'header' : undefined;
  }

  #shape(record: TableRecord): TableFault | undefined {
    const { header, separator } = this.#layout;
    const { cells, line, broken } = record;
    if (broken !== null) {
      const message = `not CSV: ${broken.words}`;
      return {
        code: 'CSV_BROKEN',
        line,
        column: broken.column,
        message,
        remedy: 'Fix the quotes on this line.',
      };
    }
    const swallowed = this.#swallowed(record);
    if (swallowed !== undefined) return swallowed;
    const extra = cells.findIndex((cell, index) => index >= header.cells.length && cell !== '');
    if (cells.length >= header.cells.length && extra < 0) return undefined;
    const place = placeOfCell(record, 0, separator);
    const message = `the row has ${cells.length} fields, the header ${header.cells.length}`;
    return {
      code: 'CSV_ROW_LENGTH',
      ...place,
      message,
      remedy: 'Give each row as many fields as the header has; let a line that is no row begin with #.',
    };
  }

  /** Rows that a quote has taken in which was not closed where it should have been. */
  #swallowed({ raw, line }: TableRecord): TableFault | undefined {
    const { header, separator } = this.#layout;
    if (header.cells.length < 2 || !raw.includes('\n')) return undefined;
    const at = raw.split('\n').findIndex((text, index) => {
      const cells = index === 0 ? [] : splitPlain(text, separator);
      return cells.length === header.cells.length && this.#holdsPlaces({ cells });
    });
    if (at < 0) return undefined;
    const message = 'lines within quotes look like rows: a quote that opens above is closed too late';
    const remedy =
      'Close the quote on the line on which it opens; in a text of several lines, take these out.';
    return { code: 'CSV_BROKEN', line: line + at, column: 1, message, remedy };
  }
}
