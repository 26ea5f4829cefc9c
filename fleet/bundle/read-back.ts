import type { Inventory } from '../inventory/model.ts';
import type { Order, Report } from '../order/order.ts';
import type { Receipt } from './receipt.ts';

/** A receipt says what controllers ran; here they are asked. */

/** `read-back`: all members answer what the receipt says. `unread`: one could not be read. `contradicted`: one answers something else. */
export type Belief = 'read-back' | 'unread' | 'contradicted';

export interface JudgedReceipt {
  readonly belief: Belief;
  /** A line for each member that is not read back. */
  readonly words: readonly string[];
}

/** `firstId`: above all ids that were given to these controllers. */
export async function readBackReceipt(
  { members }: Pick<Receipt, 'members'>,
  firstId: number,
  carryOut: (order: Omit<Order, 'fence'>) => Promise<Report | null>,
): Promise<JudgedReceipt> {
  const read = await Promise.all(
    members.map(async ({ controller, running }, at) => {
      const report = await carryOut({ id: firstId + at, controller, act: 'read', hash: '', force: false });
      return judge(controller, running, report);
    }),
  );
  const words = read.flatMap(({ line }) => (line === '' ? [] : [line]));
  const beliefs = read.map(({ belief }) => belief);
  const worst = (['contradicted', 'unread'] as const).find((belief) => beliefs.includes(belief));
  return { belief: worst ?? 'read-back', words };
}

function judge(
  controller: string,
  running: string,
  report: Report | null,
): { readonly belief: Belief; readonly line: string } {
  const reading = report?.end === 'done' ? report.reading : null;
  if (reading === null) {
    const why = report === null ? 'no gateway reports on it' : report.words;
    return { belief: 'unread', line: `${controller} could not be read: ${why}` };
  }
  const found = reading.trial ? '' : reading.running;
  if (found === running) return { belief: 'read-back', line: '' };
  const name = (hash: string) => (hash === '' ? 'nothing for good' : `${hash.slice(0, 8)}…`);
  return {
    belief: 'contradicted',
    line: `${controller} runs ${name(found)} (epoch ${reading.epoch}), and the receipt says ${name(running)}`,
  };
}

/** Members of the cell that a receipt says nothing about, and others that it names. */
export function strangersIn(
  { members }: Pick<Receipt, 'members'>,
  { cells }: Inventory,
  cell: string,
): string[] {
  const own = cells.get(cell)?.members ?? [];
  const named = members.map(({ controller }) => controller);
  return [...own.filter((id) => !named.includes(id)), ...named.filter((id) => !own.includes(id))];
}
