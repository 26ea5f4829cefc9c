import { InvalidArgumentError } from 'commander';

/** A moment on the command line. */

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970 of a timestamp with its offset. */
export function parseMoment(text: string): number {
  const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError('Write date, time and offset, such as 2026-12-24T00:00:00Z.');
}
