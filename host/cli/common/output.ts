import pc from 'picocolors';
import { EXIT_DEVICE, EXIT_DONE, type ExitCode, HoldfastError } from '../../common/errors.ts';
import { reasonOf } from '../../common/file-reason.ts';
import { visible, visibleJson, visibleLines } from '../../common/visible.ts';
import { DIAGNOSTICS_KEPT_MAX, SourceError } from '../../source/diagnostics.ts';
import { columnsOf, isNarrow, wrapped } from './wrap.ts';

/**
 * What every verb prints with: data on stdout, everything else on stderr. Whatever a device or a file said stands in it as it can be seen:
 * no terminal obeys it.
 */

const ERROR_MESSAGES_MAX = 100;

/** Where reports go: standard output, unless an output of the verb goes there. */
let reports: NodeJS.WriteStream = process.stdout;

export function reportOnStandardError(): void {
  reports = process.stderr;
}

/** A value as JSON on one line; a bigint becomes decimal digits. */
export function jsonText(value: unknown): string {
  return visibleJson(
    JSON.stringify(value, (_key, field) => (typeof field === 'bigint' ? field.toString() : field)),
  );
}

/** One JSON object a line. */
export function printJson(value: unknown): void {
  reports.write(`${jsonText(value)}\n`);
}

/** Text of a report, as it is. */
export function printText(text: string): void {
  reports.write(text);
}

/** A line of a report; one that nobody may overlook is red on a terminal. */
export type Line = string | { readonly alarm: string };

/** In few columns lines are folded at blanks. */
export function printLines(lines: readonly Line[]): void {
  const columns = columnsOf(reports);
  const fold = (text: string) => (isNarrow(columns) ? wrapped(text, columns) : text);
  reports.write(
    lines
      .map((line) => (typeof line === 'string' ? fold(visibleLines(line)) : alarm(fold(visible(line.alarm)))))
      .map((text) => `${text}\n`)
      .join(''),
  );
}

function alarm(text: string): string {
  return pc.createColors(reports.isTTY === true && pc.isColorSupported).red(text);
}

/** Lines for people on stderr. */
export function printRemarks(lines: readonly string[]): void {
  process.stderr.write(lines.map((line) => `${visibleLines(line)}\n`).join(''));
}

/** A remark for people on stderr. */
export function printNote(text: string): void {
  const columns = columnsOf(process.stderr);
  const lines = visibleLines(text);
  process.stderr.write(`${colors().dim(isNarrow(columns) ? wrapped(lines, columns) : lines)}\n`);
}

/** A remark that somebody should not overlook, on stderr. */
export function printWarning(text: string): void {
  process.stderr.write(`${colors().yellow('warning')} ${visible(text)}\n`);
}

/** What nobody may overlook: red, on stderr. */
export function printAlarm(text: string): void {
  process.stderr.write(`${colors().red(visible(text))}\n`);
}

function colors(): ReturnType<typeof pc.createColors> {
  return pc.createColors(process.stderr.isTTY === true && pc.isColorSupported);
}

/** Prints an error on stderr, as one JSON object when `json`, and gives the exit code of the command. */
export function printError(error: unknown, json: boolean): ExitCode {
  const known = error instanceof HoldfastError ? error : unexpected(error);
  if (json) process.stderr.write(`${jsonText({ error: errorObject(known) })}\n`);
  else process.stderr.write(errorWords(known));
  return known.exitCode;
}

/** A fault of this program, which no input should be able to cause. */
function unexpected(error: unknown): HoldfastError {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const remedy = 'This is a bug in holdfast; please report it with the command that caused it.';
  return new HoldfastError('UNEXPECTED', message, { remedy, exitCode: EXIT_DEVICE, cause: error });
}

function errorObject(error: HoldfastError): object {
  const { code, message, remedy, exitCode } = error;
  const object = { code, message, remedy, exitCode };
  return error instanceof SourceError
    ? { ...object, diagnostics: error.diagnostics, omitted: error.omitted }
    : object;
}

function errorWords(error: HoldfastError): string {
  if (error instanceof SourceError) return sourceWords(error);
  const remedy = error.remedy === undefined ? '' : `${visible(error.remedy)}\n`;
  const text = folded(`error ${error.code}: ${visibleLines(error.message)}\n${remedy}`);
  return text.replace('error', (word) => colors().red(word));
}

/** In few columns lines are folded at blanks, before they are coloured: a colour takes no column. */
function folded(text: string): string {
  const columns = columnsOf(process.stderr);
  return isNarrow(columns) ? wrapped(text, columns) : text;
}

/** One line a mistake, in the form that editors take as a link, and their number. */
function sourceWords({ diagnostics, omitted }: SourceError): string {
  const count = diagnostics.length + omitted;
  const lines = diagnostics
    .slice(0, ERROR_MESSAGES_MAX)
    .map(({ file, line, column, code, message, remedy }) => {
      const place = `${visible(file)}:${line}:${column}:`;
      const text = folded(`${place} ${code}: ${visible(message)}. ${visible(remedy)}`);
      return text.replace(`${code}:`, `${colors().red(code)}:`);
    });
  const more = count - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  lines.push(countWords(count));
  return `${lines.join('\n')}\n`;
}

/** From the most that is kept on, the search for further mistakes was not finished. */
function countWords(count: number): string {
  if (count >= DIAGNOSTICS_KEPT_MAX) return `${count} mistakes or more`;
  return count === 1 ? '1 mistake' : `${count} mistakes`;
}

/** Ends quietly when whoever reads our output has stopped reading, as `head` does, and with a name when it cannot be written. */
export function endOnClosedPipe(): void {
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT_DONE : EXIT_DEVICE);
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_DONE);
    const failed = new HoldfastError('OUTPUT_FAILED', `cannot write to standard output: ${reasonOf(error)}`, {
      remedy: 'Check where the output goes, then run the command again.',
      exitCode: EXIT_DEVICE,
      cause: error,
    });
    process.exit(printError(failed, process.argv.includes('--json')));
  });
}
