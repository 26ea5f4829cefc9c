/** Reports of verbs that make a map source from files of other programs. */

import { InvalidArgumentError } from 'commander';
import { U32_MAX } from '../../common/integers.ts';
import { type Diagnostic, formatDiagnostic } from '../../source/diagnostics.ts';
import { printJson, printLines, printWarning } from './output.ts';

const SHOWN_MAX = 20;

export interface DraftReport {
  readonly zones: number;
  readonly assumptions: readonly string[];
  readonly mistakes: readonly Diagnostic[];
}

/** As JSON with `fields`, or in words that begin with `summary`. What does not compile yet is told on standard error. */
export function printDraft(
  { output, map, json }: { readonly output: string; readonly map: string; readonly json?: boolean },
  { zones, assumptions, mistakes }: DraftReport,
  fields: object,
  summary: string,
): void {
  if (json === true) {
    printJson({ source: output, map, zones, ...fields, assumptions, mistakes });
    return;
  }
  printLines([
    `${output}: ${summary}`,
    'assumed, and written into it:',
    ...assumptions.map((assumption) => `  - ${assumption}`),
  ]);
  if (mistakes.length === 0) return;
  printWarning(`it does not compile yet; decide on ${mistakes.length === 1 ? 'this' : 'these'}:`);
  const lines = mistakes.slice(0, SHOWN_MAX).map(formatDiagnostic);
  if (mistakes.length > SHOWN_MAX) lines.push(`and ${mistakes.length - SHOWN_MAX} more`);
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** An epoch as an option's value. */
export function parseEpoch(text: string): number {
  const epoch = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : 0;
  if (epoch >= 1 && epoch <= U32_MAX) return epoch;
  throw new InvalidArgumentError(`An epoch is a whole number from 1 to ${U32_MAX}.`);
}
