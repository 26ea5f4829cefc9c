/** Where a machine is, as its firmware says it: a line of text between two frames. */

export interface SaidPlace {
  /** What the loop passes to `check`: stored coordinates. */
  readonly x: number;
  /** null: the machine is on a line. */
  readonly y: number | null;
  readonly phase: number;
}

const LINE = /^x=(-?\d{1,10})(?: y=(-?\d{1,10}))?(?: phase=(\d{1,10}))?\s*$/;
const I32 = 2 ** 31;

/** The line that says a place. */
export function placeLine({ x, y, phase }: SaidPlace): string {
  return `x=${x}${y === null ? '' : ` y=${y}`} phase=${phase}\n`;
}

/** null: the line says something else. */
export function saidPlace(line: string): SaidPlace | null {
  const [, x, y, phase = '0'] = LINE.exec(line) ?? [];
  const place = { x: Number(x), y: y === undefined ? null : Number(y), phase: Number(phase) };
  const isPlace = x !== undefined && isStored(place.x) && isStored(place.y ?? 0) && place.phase < 2 * I32;
  return isPlace ? place : null;
}

function isStored(coordinate: number): boolean {
  return coordinate >= -I32 && coordinate < I32;
}
