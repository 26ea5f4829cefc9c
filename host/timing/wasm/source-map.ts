/** Which source line an instruction came from: source maps, version 3, in which a "column" is a byte offset of the module. */

export interface SourcePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

interface Segment extends SourcePlace {
  readonly at: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Reads a source map; gives the place of a byte offset, undefined where the map says nothing. */
export function readSourceMap(text: string): (at: number) => SourcePlace | undefined {
  const { sources, mappings } = JSON.parse(text) as { sources?: string[]; mappings?: string };
  const segments = readSegments(mappings ?? '', sources ?? []).sort((a, b) => a.at - b.at);
  return (at) => {
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((segments[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const found = segments[low - 1];
    return found === undefined ? undefined : { file: found.file, line: found.line };
  };
}

/** The first line of mappings; a module has no other. */
function readSegments(mappings: string, sources: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  let source = 0;
  let line = 0;
  for (const text of (mappings.split(';')[0] ?? '').split(',')) {
    const [column = 0, sourceStep, lineStep] = readNumbers(text);
    at += column;
    if (sourceStep === undefined || lineStep === undefined) continue;
    source += sourceStep;
    line += lineStep;
    segments.push({ at, file: sources[source] ?? '', line: line + 1 });
  }
  return segments;
}

/** Base64 VLQ. */
function readNumbers(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
