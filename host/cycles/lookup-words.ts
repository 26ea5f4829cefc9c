import type { Steps } from './steps.ts';
import { boardsWithCycles, checkCycles, cyclesOf } from './table.ts';

/** What is known of a lookup besides its steps. */
interface Besides {
  /** Of all directories. */
  readonly bytes?: number;
  /** Steps that the other lookup would take. */
  readonly other?: Steps | null;
  /** Why this lookup was taken; null: it costs least. */
  readonly reason?: string | null;
  /** Whether a controller holds the map; otherwise nobody can have what a check takes. */
  readonly isHeld?: boolean;
}

/** Instead of cycles, where only the large build holds a map. */
export const NO_BOARD = 'no controller holds this map';

/**
 * How places of a map are looked up, and what a check then takes on the boards whose figures are known:
 * `directories, 3 halvings, 24 bytes: 71 cycles a check on rp2040, 79 on riscv32 (trees: 86, 104)`.
 */
export function lookupWords(
  steps: Steps,
  { bytes = 0, other = null, reason = null, isHeld = true }: Besides = {},
): string {
  const how = [nameOf(steps), depthOf(steps), ...(bytes === 0 ? [] : [`${bytes} bytes`])].join(', ');
  const why = reason === null ? '' : `; ${reason}`;
  if (!isHeld) return `${how}: ${NO_BOARD}${why}`;
  const instead = other === null ? '' : ` (${nameOf(other)}: ${cyclesAlone(other)})`;
  return `${how}: ${cyclesWords(steps)}${instead}${why}`;
}

/** `71 cycles a check on rp2040, 79 on riscv32`. */
export function cyclesWords(steps: Steps): string {
  return cyclesOn(steps).map(cyclesText).join(', ');
}

/** The same without boards: `71, 79`. */
export function cyclesAlone(steps: Steps): string {
  return cyclesOn(steps)
    .map(({ cycles }) => cycles)
    .join(', ');
}

function nameOf({ directory = 0, grid = 0 }: Steps): string {
  if (grid > 0) return 'a plane';
  return directory > 0 ? 'directories' : 'trees';
}

/** Steps that grow with the map: one look into a directory, or two with phases, is always there. */
function depthOf({
  phase = 0,
  line = 0,
  directory = 0,
  halving = 0,
  plane = 0,
  planeShort = 0,
}: Steps): string {
  const levels = plane + planeShort;
  const [count, what] =
    levels > 0 ? [levels, 'level'] : directory > 0 ? [halving, 'halving'] : [phase + line, 'level'];
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** On each board; its figures end where device builds do. */
function cyclesOn(steps: Steps): { readonly board: string; readonly cycles: string }[] {
  return boardsWithCycles().map((board) => {
    const table = cyclesOf(board);
    return { board, cycles: String((table && checkCycles(table, steps)) ?? 'not known') };
  });
}

function cyclesText({ board, cycles }: { board: string; cycles: string }, index: number): string {
  return `${cycles}${index === 0 ? ' cycles a check' : ''} on ${board}`;
}
