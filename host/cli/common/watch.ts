/** What a device says, asked again and again: rewritten on a terminal, told anew elsewhere when it changed. Ctrl-C ends it. */

import { setTimeout as wait } from 'node:timers/promises';
import { takesCodes } from '../../common/terminal.ts';
import { visible } from '../../common/visible.ts';
import { jsonText, type Line, printLines, printText } from './output.ts';

export interface Watched {
  readonly value: unknown;
  readonly words: readonly Line[];
}

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const COLUMNS_DEFAULT = 80;

/** Asks at once and then every `everyMs`, until a signal; resolves then. Rejects with what `ask` rejects with. */
export async function watch(
  ask: () => Promise<Watched>,
  { everyMs, json }: { readonly everyMs: number; readonly json: boolean },
): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  for (const signal of END_SIGNALS) process.on(signal, stop);
  const show = json ? jsonWriter() : takesCodes(process.stdout) ? screenWriter() : logWriter();
  try {
    while (!end.signal.aborted) {
      show(await ask());
      await wait(everyMs, undefined, { signal: end.signal }).catch(() => {});
    }
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, stop);
  }
}

/** A line of JSON for each change. */
function jsonWriter(): (watched: Watched) => void {
  let last = '';
  return ({ value }) => {
    const text = jsonText(value);
    if (text !== last) printText(`${text}\n`);
    last = text;
  };
}

/** The words for each change, an empty line between them. */
function logWriter(): (watched: Watched) => void {
  let last = '';
  return ({ words }) => {
    const text = jsonText(words);
    if (text !== last) printLines(last === '' ? words : ['', ...words]);
    last = text;
  };
}

/** The words in the place of those before: each cut to one row, so that rows can be counted. */
function screenWriter(): (watched: Watched) => void {
  let rows = 0;
  return ({ words }) => {
    const columns = process.stdout.columns ?? COLUMNS_DEFAULT;
    const back = rows === 0 ? '' : `\x1b[${rows}A\x1b[0J`;
    const lines = words.map((line) => cut(visible(typeof line === 'string' ? line : line.alarm), columns));
    printText(`${back}${lines.map((line) => `${line}\n`).join('')}`);
    rows = lines.length;
  };
}

function cut(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}
