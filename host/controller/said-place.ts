/** Where a machine is, as its firmware says it: a line of text between two frames. */

export interface SaidPlace {
  /** What the loop passes to `check`: stored coordinates. */
  readonly x: number;
  readonly phase: number;
}

const LINE = /^x=(-?\d{1,10})(?: phase=(\d{1,10}))?\s*$/;
const I32 = 2 ** 31;

/** The line that says a place. */
export function placeLine({ x, phase }: SaidPlace): string {
  return `x=${x} phase=${phase}\n`;
}

/** null: the line says something else. */
export function saidPlace(line: string): SaidPlace | null {
  const [, x, phase = '0'] = LINE.exec(line) ?? [];
  const place = { x: Number(x), phase: Number(phase) };
  const isPlace = x !== undefined && place.x >= -I32 && place.x < I32 && place.phase < 2 * I32;
  return isPlace ? place : null;
}
