import type { Member } from '../cell/state.ts';
import type { Inventory } from '../inventory/model.ts';
import type { CellRow, ControllerRow, Rank } from '../page/data.ts';
import { hasFailed, isOpenCell, mayRetry, type RolloutCell, type RolloutState } from '../rollout/state.ts';
import { HELD_REMEDY, type Held, heldWords } from './held.ts';
import { cellWords, type Parking, parkingOf } from './words.ts';

/** Rows of the page of a plant: what is to be seen first stands first. */

const RANKS: readonly Rank[] = ['alarm', 'open', 'waits', 'well'];

export interface SeenReading {
  readonly controller: string;
  /** Empty: it runs no edition. */
  readonly running: string;
  readonly epoch: number;
  readonly trial: boolean;
  readonly readMs: number;
}

export interface Sight {
  readonly inventory: Pick<Inventory, 'cells' | 'controllers'>;
  /** Null: there was none yet. */
  readonly rollout: RolloutState | null;
  /** Why cells are left, by cell. */
  readonly left: ReadonlyMap<string, string>;
  readonly readings: readonly SeenReading[];
  /** Who carries to which cells what is signed. */
  readonly held: ReadonlyMap<string, Held>;
  /** What was given up, by controller. */
  readonly givenUp: ReadonlyMap<string, string>;
  /** What the last check of its site found and needs a person, by controller. */
  readonly found: ReadonlyMap<string, string>;
}

export function cellRows({ inventory, rollout, left, held }: Sight): CellRow[] {
  const planned = new Map((rollout?.cells ?? []).map((cell) => [cell.planned.cell, cell]));
  const rows = [...inventory.cells.values()].map(({ id, site }): CellRow => {
    const [cell, carried] = [planned.get(id), held.get(id)];
    const row = { cell: id, site, ...standOf(cell, left.get(id)), held: carried !== undefined };
    if (carried === undefined) return row;
    const words = cell === undefined ? heldWords(carried) : `${heldWords(carried)}; ${row.words}`;
    return { ...row, words, rank: row.rank === 'alarm' ? 'alarm' : 'waits', remedy: HELD_REMEDY };
  });
  return rows.sort(
    (a, b) => Number(b.mixed) - Number(a.mixed) || RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank),
  );
}

function standOf(
  cell: RolloutCell | undefined,
  leftWords = 'no rollout is about it',
): Omit<CellRow, 'cell' | 'site' | 'held'> {
  if (cell === undefined)
    return { rank: 'well', mixed: false, words: leftWords, ...parkingColumns(null), remedy: '' };
  const { state } = cell;
  return {
    ...{ rank: rankOf(cell), mixed: state !== null && state.mixedSinceMs !== null, words: cellWords(cell) },
    ...parkingColumns(state === null ? null : parkingOf(state)),
    remedy: remedyOf(cell),
  };
}

const parkingColumns = (parking: Parking | null): Pick<CellRow, 'parkingSinceMs' | 'parkingUntilMs'> => ({
  parkingSinceMs: parking?.sinceMs ?? null,
  parkingUntilMs: parking?.untilMs ?? null,
});

function rankOf(cell: RolloutCell): Rank {
  if (cell.state === null) return 'waits';
  if (cell.state.mixedSinceMs !== null || hasFailed(cell)) return 'alarm';
  return isOpenCell(cell) ? 'open' : 'well';
}

function remedyOf(cell: RolloutCell): string {
  if (cell.state !== null && cell.state.mixedSinceMs !== null && isOpenCell(cell))
    return 'Hold its machines if they depend on each other; it is being repaired.';
  if (!mayRetry(cell)) return '';
  const name = cell.planned.cell;
  if (cell.state?.outcome === 'stuck') return `Hold its machines, see why, then: fleet retry FOLDER ${name}`;
  return `See to what kept it, then: fleet retry FOLDER ${name}`;
}

export function controllerRows({
  inventory,
  rollout,
  readings,
  givenUp,
  found: checked,
}: Sight): ControllerRow[] {
  const read = new Map(readings.map((reading) => [reading.controller, reading]));
  const members = new Map<string, { cell: RolloutCell; member: Member }>();
  for (const cell of rollout?.cells ?? [])
    for (const member of cell.state?.members ?? []) members.set(member.plan.controller, { cell, member });
  const rows = [...inventory.controllers.values()].map(({ id, cell, gateway }): ControllerRow => {
    const reading = read.get(id);
    const found = members.get(id);
    const kept = found === undefined || found.member.done ? '' : found.member.why;
    const lost = found !== undefined && hasFailed(found.cell) ? (givenUp.get(id) ?? '') : '';
    const words = [kept === '' ? lost : kept, checked.get(id) ?? ''].filter((part) => part !== '').join('; ');
    return {
      ...{ controller: id, cell, gateway, trial: reading?.trial ?? false, readMs: reading?.readMs ?? null },
      epoch: reading === undefined || reading.running === '' ? null : reading.epoch,
      words,
      rank: checked.has(id) ? 'alarm' : found === undefined ? 'well' : rankOf(found.cell),
    };
  });
  return rows.sort((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank));
}
