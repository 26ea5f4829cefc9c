import type { DesiredState, Wanted } from '../desired/state.ts';
import type { Controller, Inventory } from '../inventory/model.ts';
import type { Reading } from '../order/order.ts';

/** What would change, for whom, and why not: an inventory, a verified state, and what controllers were read to run. */

export interface PlannedMember {
  readonly controller: string;
  readonly gateway: string;
  /** Epochs; null: it runs none, or was not read. */
  readonly from: number | null;
  readonly to: number;
  readonly wanted: Wanted;
}

export interface PlannedCell {
  readonly cell: string;
  readonly site: string;
  /** All its members, since they change together. */
  readonly members: readonly PlannedMember[];
}

/** Why a cell is left alone. `there`: all members run what they should. `carried`: somebody carries to it what is signed. */
export type NotPlanned = 'there' | 'not-named' | 'not-read' | 'ahead' | 'carried';

export interface LeftCell {
  readonly cell: string;
  readonly reason: NotPlanned;
  /** A sentence that names the controllers. */
  readonly words: string;
}

export interface Plan {
  /** In the order of the inventory. */
  readonly cells: readonly PlannedCell[];
  readonly left: readonly LeftCell[];
}

/** What of a reading decides. */
type Seen = Pick<Reading, 'running' | 'epoch' | 'trial'>;

/**
 * `readings`: by controller; one that is missing was not read. `unread`: whether a cell with such a one is left, or planned all the same,
 * so that it fails by itself if the controller stays away, and counts.
 */
export function makePlan(
  inventory: Inventory,
  state: Pick<DesiredState, 'maps'>,
  readings: ReadonlyMap<string, Seen>,
  unread: 'leave' | 'plan' = 'leave',
): Plan {
  const wanted = new Map(state.maps.map((entry) => [`${entry.map} ${entry.device}`, entry]));
  const cells: PlannedCell[] = [];
  const left: LeftCell[] = [];
  for (const { id, site, members } of inventory.cells.values()) {
    const controllers = members.flatMap((name) => inventory.controllers.get(name) ?? []);
    const cell = judge(id, controllers, wanted, { readings, unread });
    if ('reason' in cell) left.push(cell);
    else cells.push({ cell: id, site, members: cell.members });
  }
  return { cells, left };
}

function judge(
  cell: string,
  controllers: readonly Controller[],
  wanted: ReadonlyMap<string, Wanted>,
  {
    readings,
    unread: way,
  }: { readonly readings: ReadonlyMap<string, Seen>; readonly unread: 'leave' | 'plan' },
): LeftCell | { readonly members: readonly PlannedMember[] } {
  const leave = (reason: NotPlanned, who: readonly Controller[], words: string): LeftCell => ({
    cell,
    reason,
    words: `${who.map(({ id }) => id).join(', ')} ${words}.`,
  });
  const nameless = controllers.filter(({ map, device }) => !wanted.has(`${map} ${device}`));
  if (nameless.length > 0) return leave('not-named', nameless, 'have a map that the state does not name');
  const unread = controllers.filter(({ id }) => !readings.has(id));
  if (unread.length > 0 && way === 'leave') return leave('not-read', unread, 'could not be read');
  const members = controllers.flatMap(({ id, gateway, map, device }): PlannedMember[] => {
    const entry = wanted.get(`${map} ${device}`);
    const reading = readings.get(id);
    if (entry === undefined) return [];
    const from = reading === undefined || reading.running === '' ? null : reading.epoch;
    return [{ controller: id, gateway, from, to: entry.edition.epoch, wanted: entry }];
  });
  const isThere = ({ controller, wanted: { edition, reissue } }: PlannedMember): boolean => {
    const { running = '', trial = true } = readings.get(controller) ?? {};
    return !trial && (running === edition.hash || running === reissue.hash);
  };
  const isOneEdition =
    new Set(
      members.map(
        ({ controller, wanted: { reissue } }) => readings.get(controller)?.running === reissue.hash,
      ),
    ).size === 1;
  if (members.every(isThere) && isOneEdition) return leave('there', controllers, 'run what they should');
  const ahead = controllers.filter(
    (_, at) => (members[at]?.from ?? 0) > (members[at]?.wanted.reissue.epoch ?? 0),
  );
  if (ahead.length > 0)
    return leave('ahead', ahead, 'run a later epoch than the state has; epochs never go back');
  return { members };
}

/** `held`: why cells are held back, by cell: they are left, whatever they run. */
export function planAround({ cells, left }: Plan, held: ReadonlyMap<string, string>): Plan {
  const carried = [...held].map(([cell, words]): LeftCell => ({ cell, reason: 'carried', words }));
  return {
    cells: cells.filter(({ cell }) => !held.has(cell)),
    left: [...left.filter(({ cell }) => !held.has(cell)), ...carried],
  };
}
