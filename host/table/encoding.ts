import { bytesOf, hex, type Undecodable, undecodable, type WideEncoding } from '../common/undecodable.ts';
import { anyOf, type Say, type TableFault } from './fault.ts';

/** From the bytes of a table to its text. Nothing is guessed: UTF-8, what a byte order mark says, or what somebody said. */

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'latin-1', 'windows-1252'] as const;
export type EncodingName = (typeof ENCODINGS)[number];

/** What a file is whose first bytes are these, and how its sheet becomes a table that can be read. */
const FOREIGN: readonly (readonly [bytes: readonly number[], what: string, remedy: string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'a workbook (.xlsx or .ods) or another archive',
    'Save its sheet as "CSV UTF-8 (Comma delimited)" in Excel, or as "Text CSV" in LibreOffice Calc, and give that file.',
  ],
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    'an old workbook of Excel (.xls)',
    'Save its sheet as "CSV UTF-8 (Comma delimited)" in Excel, or as "Text CSV" in LibreOffice Calc, and give that file.',
  ],
  [[0x1f, 0x8b], 'compressed (gzip)', 'Unpack it first: gunzip -k FILE.'],
  [[0x42, 0x5a, 0x68], 'compressed (bzip2)', 'Unpack it first.'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed (xz)', 'Unpack it first.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed (zstd)', 'Unpack it first.'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'an archive (7z)', 'Unpack it first.'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', 'Export its rows as CSV.'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20], 'a database (SQLite)', 'Export its table as CSV.'],
  [
    [0x25, 0x50, 0x44, 0x46],
    'a PDF',
    'Ask for the table as CSV; a PDF holds letters at places, not columns.',
  ],
];

const MARKS: readonly (readonly [bytes: readonly number[], encoding: EncodingName])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** Texts of other kinds that people give for a table, by how they begin. */
const FOREIGN_TEXTS: readonly (readonly [start: RegExp, what: string, remedy: string])[] = [
  [
    /^\s*<[!?a-z]/i,
    'HTML or XML',
    'Open it in a spreadsheet and save it as CSV; railML is read by holdfast track.',
  ],
  [/^\s*[[{]\s*["{[]/, 'JSON', 'Write its rows as CSV; the JSON of TTOBench is read by holdfast track.'],
  [/^\{\\rtf/, 'a text document (RTF)', 'Save its table as CSV.'],
];

/** Bytes that are looked at to see whether every other one is zero. */
const SAMPLE_BYTES = 64;
const BYTE_ORDER_MARK = '\ufeff';
const WITHOUT_LETTERS = /[\u0080-\u009f]/;

/** What is known of an encoding before the text is decoded. `bytes` are the first ones, a few hundred or all. */
export function findEncoding(
  bytes: Uint8Array,
  said: EncodingName | undefined,
  say: Say,
): EncodingName | TableFault {
  const foreign = FOREIGN.find(([magic]) => beginsWith(bytes, magic));
  if (foreign !== undefined)
    return faultAtStart('NOT_A_TABLE', `the file is ${foreign[1]}, not a table`, foreign[2]);
  const start = Buffer.from(bytes.subarray(0, SAMPLE_BYTES))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  const text = FOREIGN_TEXTS.find(([begin]) => begin.test(start));
  if (text !== undefined) return faultAtStart('NOT_A_TABLE', `the file is ${text[1]}, not a table`, text[2]);
  const marked = MARKS.find(([mark]) => beginsWith(bytes, mark))?.[1];
  if (marked === undefined) return said ?? unmarked(bytes, say);
  if (said === undefined || said === marked) return marked;
  const message = `the file begins with the byte order mark of ${marked}, but ${say('encoding', said)} was said`;
  return faultAtStart('NOT_TEXT', message, `Leave ${say('encoding', said)} out.`);
}

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function faultAtStart(code: TableFault['code'], message: string, remedy: string): TableFault {
  return { code, line: 1, column: 1, message, remedy };
}

function unmarked(bytes: Uint8Array, say: Say): EncodingName | TableFault {
  const zeroAt = (parity: number) =>
    bytes.length >= 4 && bytes.subarray(0, SAMPLE_BYTES).every((byte, at) => at % 2 !== parity || byte === 0);
  const name = zeroAt(1) ? 'utf-16le' : zeroAt(0) ? 'utf-16be' : undefined;
  if (name === undefined) return 'utf-8';
  const message = `every other byte is zero, as in ${name}, but there is no byte order mark`;
  return faultAtStart('NOT_TEXT', message, `Say ${say('encoding', name)}.`);
}

type ByteEncoding = 'latin-1' | 'windows-1252';

function isOfBytes(encoding: EncodingName): encoding is ByteEncoding {
  return encoding === 'latin-1' || encoding === 'windows-1252';
}

/** What windows-1252 has at 80 to 9F, where Latin-1 has no letters; it has none at five of them either. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** A byte a letter. Some releases of Node read windows-1252 as if it were Latin-1, so their decoder is not asked. */
class ByteDecoder {
  readonly #isWindows: boolean;

  constructor(encoding: ByteEncoding) {
    this.#isWindows = encoding === 'windows-1252';
  }

  decode(bytes: Uint8Array): string {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    if (!this.#isWindows) return text;
    return text.replace(/[\u0080-\u009f]/g, (letter) => WINDOWS_1252[letter.charCodeAt(0) - 0x80] ?? letter);
  }
}

/** Decodes characters of several bytes; a piece may end within one. */
class WideDecoder {
  readonly #encoding: WideEncoding;
  readonly #decoder: TextDecoder;
  /** Bytes of a character whose end has not come. */
  #begun: Uint8Array = new Uint8Array();
  #isStart = true;

  constructor(encoding: WideEncoding) {
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  /** The text of the next bytes, without a byte order mark. */
  decode(bytes: Uint8Array, last: boolean): string | Undecodable {
    let text: string;
    try {
      text = this.#decoder.decode(bytes, { stream: !last });
    } catch {
      const { before, words } = undecodable(Buffer.concat([this.#begun, bytes]), this.#encoding);
      return { before: this.#withoutMark(before), words };
    }
    const begunBytes = this.#begun.length + bytes.length - bytesOf(text, this.#encoding);
    const from = bytes.length - begunBytes;
    this.#begun = from < 0 ? Buffer.concat([this.#begun, bytes]) : bytes.slice(from);
    const marked = this.#withoutMark(text);
    this.#isStart &&= text === '';
    return marked;
  }

  #withoutMark(text: string): string {
    return this.#isStart && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }
}

/** Decodes a table piece by piece. */
export class TableDecoder {
  readonly #encoding: EncodingName;
  readonly #say: Say;
  readonly #decoder: ByteDecoder | WideDecoder;
  /** Of what was decoded so far, for places. */
  #line = 1;
  #column = 1;

  constructor(encoding: EncodingName, say: Say) {
    this.#encoding = encoding;
    this.#say = say;
    this.#decoder = isOfBytes(encoding) ? new ByteDecoder(encoding) : new WideDecoder(encoding);
  }

  /** The text of the next bytes, without a byte order mark. */
  push(bytes: Uint8Array, last: boolean): string | TableFault {
    const text = this.#decoder.decode(bytes, last);
    if (typeof text !== 'string') return this.#undecodable(text);
    return this.#check(text) ?? text;
  }

  #undecodable({ before, words }: Undecodable): TableFault {
    const isUtf8 = this.#encoding === 'utf-8';
    const message = `the file is not ${isUtf8 ? 'UTF-8' : this.#encoding} text: ${words}`;
    const others = ['windows-1252', 'latin-1'].map((name) => this.#say('encoding', name));
    const remedy = isUtf8
      ? `Save it as UTF-8, or say how it is written: ${anyOf(others)} (what Excel writes in western Europe is the first).`
      : 'Save it as UTF-8.';
    return { ...this.#placeBehind(before), code: 'NOT_TEXT', message, remedy };
  }

  /** Refuses what is no text; else counts lines, so that a later piece knows where it is. */
  #check(text: string): TableFault | undefined {
    const zeroAt = text.indexOf('\0');
    if (zeroAt >= 0) {
      const message = 'the file contains a NUL byte, so it is not text';
      return {
        ...this.#placeBehind(text.slice(0, zeroAt)),
        code: 'NOT_TEXT',
        message,
        remedy: 'Save it as UTF-8.',
      };
    }
    const letterless = isOfBytes(this.#encoding) ? text.search(WITHOUT_LETTERS) : -1;
    if (letterless >= 0) {
      const remedy =
        this.#encoding === 'latin-1' ? `Say ${this.#say('encoding', 'windows-1252')}.` : 'Save it as UTF-8.';
      return this.#noLetter(text.slice(0, letterless), text.charCodeAt(letterless), remedy);
    }
    const { line, column } = this.#placeBehind(text);
    this.#line = line;
    this.#column = column;
    return undefined;
  }

  #noLetter(before: string, byte: number, remedy: string): TableFault {
    const message = `byte ${hex(Uint8Array.of(byte))} is no letter of ${this.#encoding}`;
    return { ...this.#placeBehind(before), code: 'NOT_TEXT', message, remedy };
  }

  #placeBehind(text: string): { readonly line: number; readonly column: number } {
    let line = this.#line;
    let lineStart = -1;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      line++;
      lineStart = at;
    }
    const column = lineStart < 0 ? this.#column + text.length : text.length - lineStart;
    return { line, column };
  }
}
