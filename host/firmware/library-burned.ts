/** A first edition as arrays of C, for firmware that burns it in: docs/SPEC.md sections 4 and 5. */

import { type FirstEdition, stateRecord } from '../core/first-burn.ts';

const BYTES_A_LINE = 16;

/** What targets/library/holdfast_burned.c and .h name: for a burned block of 512 bytes and the edition that goes with it. */
export function burnedValues(burned: Uint8Array, edition: FirstEdition): Record<string, string> {
  const state = stateRecord(edition);
  const sha256 = Buffer.from(edition.hash).toString('hex');
  return {
    EDITION: `epoch ${edition.epoch}, sha256 ${sha256}`,
    EDITION_SHA256: sha256,
    EDITION_BYTES: String(edition.bytes.length),
    EPOCH: String(edition.epoch),
    STATE_BYTES: String(state.length),
    BURNED_ARRAY: arrayBody(burned),
    EDITION_ARRAY: arrayBody(edition.bytes),
    STATE_ARRAY: arrayBody(state),
  };
}

function arrayBody(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE)
    lines.push(`    ${[...bytes.subarray(at, at + BYTES_A_LINE)].join(', ')},`);
  return lines.join('\n');
}
