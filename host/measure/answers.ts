/** What a device must have answered while it was measured: the same questions, asked of the core here. */

import { crc32c } from '../body/crc32c.ts';
import type { Core } from '../core/core.ts';
import type { MeasuredFunction, MeasureInput } from '../serial/measures.ts';

const WORD_BYTES = 4;

/** CRC-32C of the answers, as a device gives it (docs/SPEC.md section 7). */
export function answersChecksum(core: Core, what: MeasuredFunction, inputs: readonly MeasureInput[]): number {
  return crc32c(Buffer.concat(inputs.map((input) => answerBytes(core, what, input))));
}

function answerBytes(core: Core, what: MeasuredFunction, { phase, x, toX }: MeasureInput): Uint8Array {
  if (what === 'sweep') {
    core.sweep(phase, x, toX);
    return core.sweepStruct().slice();
  }
  const word = core.check(phase, x);
  if (what === 'verdict') {
    core.verdict(word, x);
    return core.verdictStruct().slice();
  }
  const bytes = Buffer.alloc(WORD_BYTES);
  bytes.writeUInt32LE(word);
  return bytes;
}
