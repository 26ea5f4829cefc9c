import { systemClock } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import type { CellLimits, CellState, Incident } from '../cell/state.ts';
import { readStateImages, readStateText } from '../desired/folder.ts';
import { imageByHash } from '../desired/images.ts';
import { verifyState } from '../desired/verify.ts';
import { Agent } from '../gateway/agent.ts';
import type { FollowedFile } from '../gateway/followed.ts';
import type { FileJournal } from '../gateway/journal-file.ts';
import { portsOf, SerialLines } from '../gateway/lines.ts';
import { nextOpening } from '../inventory/calendar.ts';
import type { Inventory } from '../inventory/model.ts';
import { CELL_LIMITS } from '../limits.ts';
import type { Order, Reading, Report } from '../order/order.ts';
import { type LeftCell, makePlan, type PlannedCell } from '../plan/plan.ts';
import { driveCell } from './drive.ts';

/** A signed state is carried out on one cell from the computer that its lines are plugged into, with no server. */

export interface ApplyTask {
  readonly fence: number;
  readonly firstId: number;
  readonly state: string;
}

export interface Applied {
  /** What became of the cell, or why it was left alone. */
  readonly ended: CellState | LeftCell;
  /** What was read last of each controller; one that is missing was not read. */
  readonly readings: ReadonlyMap<string, Reading>;
}

export interface ApplyOptions {
  readonly inventory: Inventory;
  /** The folder of the signed state. */
  readonly folder: string;
  readonly cell: string;
  readonly journal: FileJournal;
  readonly followed: FollowedFile;
  /** The one clock that is read: milliseconds since 1970. */
  readonly nowMs: number;
  /** Whether it may be done outside of the windows of the site. */
  readonly anyTime: boolean;
  /** Whether the edition is taken although it ran on trial before and was reverted. */
  readonly again: boolean;
  /** The digest that the signed state must have, and the fence and first id to use; null: what this journal has comes before. */
  readonly task: ApplyTask | null;
  readonly onPlan: (planned: PlannedCell) => void;
  readonly onStep: (state: CellState, incidents: readonly Incident[]) => void;
}

/** Throws HoldfastError CELL_UNKNOWN, SITE_CLOSED, STATE_OTHER, those of `verifyState` and `readStateImages`. */
export async function applyToCell(options: ApplyOptions): Promise<Applied> {
  const { inventory, folder, journal, followed, nowMs, task } = options;
  const cell = inventory.cells.get(options.cell);
  if (cell === undefined) {
    const remedy = `Name one of: ${[...inventory.cells.keys()].slice(0, 20).join(', ')}.`;
    throw new HoldfastError('CELL_UNKNOWN', `the inventory has no cell ${options.cell}`, { remedy });
  }
  const { fleet, signers } = inventory;
  const text = await readStateText(folder);
  const { state, followed: next } = verifyState(text, { fleet, signers, last: followed.load(), nowMs });
  if (task !== null && next.digest !== task.state) {
    const words = 'the signed state is another one than the task is about';
    throw new HoldfastError('STATE_OTHER', words, { remedy: 'Copy the whole folder again.', exitCode: 1 });
  }
  const images = await readStateImages(folder, state);
  const limits = options.anyTime ? CELL_LIMITS : limitsWithin(inventory, cell.site, nowMs);
  await followed.save(next);
  const lines = new SerialLines(portsOf(cell.members.flatMap((id) => inventory.controllers.get(id) ?? [])));
  try {
    const { highest } = journal;
    const fence = task?.fence ?? highest.fence + 1;
    const firstId = Math.max(task?.firstId ?? 0, highest.seen + 1);
    const agent = new Agent({
      device: (id) => lines.device(id),
      image: imageByHash(state.maps, images),
      journal,
      expected: (id) => inventory.controllers.get(id),
    });
    const carryOut = async (order: Omit<Order, 'fence'>): Promise<Report> => {
      const report = await agent.carryOut({ ...order, fence });
      if (report.end === 'unreachable') await lines.drop(order.controller);
      return report;
    };
    const readings = await readAll(cell.members, firstId, carryOut);
    const plan = makePlan(inventory, state, readings);
    const planned = plan.cells.find((entry) => entry.cell === cell.id);
    const left = plan.left.find((entry) => entry.cell === cell.id);
    if (planned === undefined)
      return { ended: left ?? { cell: cell.id, reason: 'there', words: 'nothing is to be done.' }, readings };
    options.onPlan(planned);
    const members = planned.members.map(({ controller, wanted: { edition, reissue } }) => ({
      controller,
      edition: edition.hash,
      reissue: reissue.hash,
    }));
    const isHalfWay = [...readings.values()].some(({ trial, armed, pending }) => trial || armed || pending);
    const again = options.again || isHalfWay;
    const cellPlan = { cell: cell.id, members, firstId: firstId + members.length, again };
    const ended = await driveCell(cellPlan, { limits, clock: systemClock, carryOut, onStep: options.onStep });
    return { ended, readings: readingsOf(ended) };
  } finally {
    await lines.close();
  }
}

function readingsOf({ members }: CellState): Map<string, Reading> {
  return new Map(
    members.flatMap(({ plan, reading }) => (reading === null ? [] : [[plan.controller, reading] as const])),
  );
}

/** No machine is waited for beyond the window that is open. */
function limitsWithin({ sites }: Inventory, id: string, nowMs: number): CellLimits {
  const site = sites.get(id);
  const opening = site === undefined ? null : nextOpening(site, nowMs);
  if (opening !== null && opening.fromMs <= nowMs) {
    return { ...CELL_LIMITS, parkedMs: Math.min(CELL_LIMITS.parkedMs, opening.untilMs - nowMs) };
  }
  const when =
    opening === null
      ? 'and none comes within 400 days'
      : `and the next begins at ${new Date(opening.fromMs).toISOString()}`;
  throw new HoldfastError('SITE_CLOSED', `site ${id} has no window now, ${when}`, {
    remedy: 'Wait for it, or give --any-time.',
    exitCode: 1,
  });
}

async function readAll(
  controllers: readonly string[],
  firstId: number,
  carryOut: (order: Omit<Order, 'fence'>) => Promise<Report>,
): Promise<Map<string, Reading>> {
  const reports = await Promise.all(
    controllers.map((controller, at) =>
      carryOut({ id: firstId + at, controller, act: 'read', hash: '', force: false }),
    ),
  );
  return new Map(
    reports.flatMap(({ controller, reading }) => (reading === null ? [] : [[controller, reading] as const])),
  );
}
