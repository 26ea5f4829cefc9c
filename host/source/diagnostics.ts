import { HoldfastError } from '../common/errors.ts';
import type { TableFaultCode } from '../table/fault.ts';
import type { Place } from './place.ts';

/** The names of mistakes that a source can hold; programs may rely on them. */
export type DiagnosticCode =
  | TableFaultCode
  | 'ANCHOR_REFUSED'
  | 'APPROACH_FROM_ANY_SPEED'
  | 'APPROACH_IN_GAP'
  | 'APPROACH_NEGATIVE_LIMIT'
  | 'AXES_NOT_SUPPORTED'
  | 'BAD_VALUE'
  | 'COSTS_UNKNOWN'
  | 'CSV_MISSING'
  | 'DUPLICATE_FIELD'
  | 'DUPLICATE_ID'
  | 'ENDS_UNCLEAR'
  | 'END_MISSING'
  | 'EPOCH_NOT_ABOVE_REPLACED'
  | 'FILE_MISSING'
  | 'FILE_TOO_LARGE'
  | 'FORMAT_VERSION'
  | 'GAP_OVER_ZONE'
  | 'GAP_RULES_OVERLAP'
  | 'GAP_UNACKNOWLEDGED'
  | 'HOLE_OUTSIDE'
  | 'INTERVALS_OVERLAP'
  | 'INTERVAL_EMPTY'
  | 'INTERVAL_REVERSED'
  | 'LIMIT_UNCLEAR'
  | 'MISSING_FIELD'
  | 'NOT_AN_INTEGER'
  | 'NOT_JSON'
  | 'NOT_YAML'
  | 'OUT_OF_RANGE'
  | 'OVERLAP'
  | 'OVERLAP_ORDER_CYCLE'
  | 'PHASE_MISSING'
  | 'RING_CROSSES_ITSELF'
  | 'RING_EMPTY'
  | 'RING_SHORT'
  | 'ROW_UNCLEAR'
  | 'TAG_REFUSED'
  | 'TIMESTAMP_BROKEN'
  | 'TIMESTAMP_LEAP_SECOND'
  | 'TIMESTAMP_NAIVE'
  | 'TIMESTAMP_UNEXPECTED'
  | 'TIME_UNIT_MISMATCH'
  | 'TOO_MANY'
  | 'UNIT_INEXACT'
  | 'UNIT_MISMATCH'
  | 'UNIT_MISSING'
  | 'UNKNOWN_FIELD'
  | 'UNKNOWN_ID'
  | 'WRONG_KIND';

/** One mistake in a source: what is wrong, where, and what to do. Line and column count from 1. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** One sentence without its full stop, naming the parties. */
  readonly message: string;
  /** What to do, one imperative sentence. */
  readonly remedy: string;
}

/** Reports a mistake at a place that the caller has in mind. */
export type Report = (code: DiagnosticCode, message: string, remedy: string) => void;

/** Above this, mistakes are counted and not kept. */
export const DIAGNOSTICS_KEPT_MAX = 1000;

/** All mistakes of one source, in order of place. Its `code` is SOURCE; its message prints one mistake a line. */
export class SourceError extends HoldfastError {
  readonly diagnostics: readonly Diagnostic[];
  /** Mistakes found above the number that is kept. */
  readonly omitted: number;

  constructor(diagnostics: readonly Diagnostic[], omitted: number) {
    const lines = diagnostics.map(formatDiagnostic);
    if (omitted > 0) lines.push(`and ${omitted} more`);
    super('SOURCE', lines.join('\n'), { remedy: 'Fix the places named above and compile again.' });
    this.name = 'SourceError';
    this.diagnostics = diagnostics;
    this.omitted = omitted;
  }
}

/** `file:line:column: CODE: message. remedy` */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, code, message, remedy } = diagnostic;
  return `${file}:${line}:${column}: ${code}: ${message}. ${remedy}`;
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** Collects mistakes, so that one run reports them all. */
export class Diagnostics {
  readonly #kept: Diagnostic[] = [];
  #omitted = 0;

  get count(): number {
    return this.#kept.length + this.#omitted;
  }

  /** Whether further mistakes would only be counted. */
  get isFull(): boolean {
    return this.#kept.length >= DIAGNOSTICS_KEPT_MAX;
  }

  add(code: DiagnosticCode, place: Place, message: string, remedy: string): void {
    if (this.isFull) {
      this.#omitted++;
      return;
    }
    this.#kept.push({ code, file: place.file, line: place.line, column: place.column, message, remedy });
  }

  /** In order of place. */
  get kept(): readonly Diagnostic[] {
    return this.#kept.toSorted(compareByPlace);
  }

  /** Throws a `SourceError` when there is at least one mistake. */
  throwIfAny(): void {
    if (this.count > 0) throw new SourceError(this.kept, this.#omitted);
  }
}

function compareByPlace(left: Diagnostic, right: Diagnostic): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}
