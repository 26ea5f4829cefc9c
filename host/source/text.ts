import { undecodable } from '../common/undecodable.ts';
import { IMAGE_MAGIC } from '../format.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Place } from './place.ts';
import { FileTooLarge, type SourceReader } from './reader.ts';

/** A YAML node takes about a hundred times its text in memory, so large tables belong into CSV files. */
export const YAML_BYTES_MAX = 8 * 1024 * 1024;
export const TABLE_BYTES_MAX = 64 * 1024 * 1024;

const BYTE_ORDER_MARK = '\ufeff';

export interface TextFile {
  readonly path: string;
  readonly bytesMax: number;
  /** Where a file that is not there is reported. */
  readonly namedAt: Place;
  /** The code for a file that is not there. */
  readonly missing: 'FILE_MISSING' | 'CSV_MISSING';
}

/** Reads a file as UTF-8 text without byte order mark; undefined after a mistake was reported. */
export async function readText(
  reader: SourceReader,
  file: TextFile,
  diagnostics: Diagnostics,
): Promise<string | undefined> {
  const bytes = await readBytes(reader, file, diagnostics);
  return bytes === undefined ? undefined : decodeText(bytes, file.path, diagnostics);
}

/** The bytes of a file; undefined after a mistake was reported. */
export async function readBytes(
  reader: SourceReader,
  file: TextFile,
  diagnostics: Diagnostics,
): Promise<Uint8Array | undefined> {
  try {
    return await reader.read(file.path, file.bytesMax);
  } catch (error) {
    if (error instanceof FileTooLarge) {
      const message = `${file.path} has ${mebibytes(error.bytes)} MiB, more than ${mebibytes(file.bytesMax)} MiB`;
      diagnostics.add(
        'FILE_TOO_LARGE',
        file.namedAt,
        message,
        file.missing === 'CSV_MISSING'
          ? 'Split the table into several CSV files.'
          : 'Move long lists of zones into CSV files, or split them.',
      );
    } else {
      const reason = reasonOf(error);
      diagnostics.add(
        file.missing,
        file.namedAt,
        `cannot read ${file.path}: ${reason}`,
        'Check the name and its folder.',
      );
    }
    return undefined;
  }
}

function mebibytes(bytes: number): string {
  const words = (bytes / 2 ** 20).toFixed(1);
  return words.endsWith('.0') ? words.slice(0, -2) : words;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message;
}

/** Text of UTF-8 bytes; other encodings and NUL bytes are mistakes, and nothing of the file is used then. */
function decodeText(bytes: Uint8Array, path: string, diagnostics: Diagnostics): string | undefined {
  const report = (before: string, message: string) => {
    const lines = before.replace(BYTE_ORDER_MARK, '').split('\n');
    const place = { file: path, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
    diagnostics.add('NOT_TEXT', place, message, 'Save it as UTF-8.');
  };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    if (isImage(bytes)) return void addImage(path, diagnostics);
    const { before, words } = undecodable(bytes, 'utf-8');
    return void report(before, `the file is not UTF-8 text: ${words}`);
  }
  const withoutMark = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const zeroAt = withoutMark.indexOf('\0');
  if (zeroAt < 0) return withoutMark;
  if (isImage(bytes)) return void addImage(path, diagnostics);
  return void report(withoutMark.slice(0, zeroAt), 'the file contains a NUL byte, so it is not text');
}

function isImage(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && Buffer.from(bytes.subarray(0, 4)).readUInt32LE() === IMAGE_MAGIC;
}

function addImage(path: string, diagnostics: Diagnostics): void {
  const start = { file: path, line: 1, column: 1 };
  const remedy = 'Give its source; images are read by `holdfast check`, `audit`, `diff` and `push`.';
  diagnostics.add('NOT_TEXT', start, 'the file is an image, which a compiler made, and no source', remedy);
}
