import type { KeyObject } from 'node:crypto';
import { readJson } from '../../host/common/json.ts';
import { publicKeyFromRaw } from '../../host/image/sign.ts';
import type { Outcome } from '../cell/state.ts';
import { Strict } from '../common/strict.ts';
import { malformed, openEnvelope, type SignedKind, sealEnvelope } from '../desired/envelope.ts';
import { CELL_MEMBERS_MAX, STATE_BYTES_MAX, WORDS_CHARACTERS_MAX } from '../limits.ts';
import { type OpenedTask, openTask } from './task.ts';

/** What somebody brings back from a cell: what was asked, how it ended, what each controller ran then; signed by who carried it. */

const RECEIPT: SignedKind = {
  type: 'application/vnd.holdfast.fleet-receipt+json',
  code: 'RECEIPT',
  noun: 'receipt',
  from: 'who carried the task, with `fleet bundle apply`',
};

export interface ReceiptMember {
  readonly controller: string;
  /** The edition that it ran for good, 64 hexadecimal digits; empty: none, or on trial, or it could not be read. */
  readonly running: string;
}

export const ENDINGS = ['confirmed', 'forward', 'back', 'untouched', 'stuck', 'superseded', 'there'] as const;
/** How the cell ended; `there`: all ran what they should before. */
export type Ending = Outcome | 'there';

export interface Receipt {
  /** The signed text of the task. */
  readonly task: string;
  readonly outcome: Ending;
  /** A sentence; empty: nothing went another way than planned. */
  readonly why: string;
  readonly members: readonly ReceiptMember[];
}

const VERSION = 1;
const READ = new Strict((what) => malformed(RECEIPT, what));

export function sealReceipt({ task, outcome, why, members }: Receipt, key: KeyObject): string {
  const text = { 'holdfast-fleet-receipt': VERSION, task, outcome, why, members };
  return sealEnvelope(RECEIPT.type, Buffer.from(`${JSON.stringify(text)}\n`), [key]);
}

/**
 * A receipt for a task that this server gave, by the one to whom it was given.
 * @throws HoldfastError RECEIPT_… or TASK_…
 */
export function openReceipt(
  text: string,
  server: string,
): { readonly receipt: Receipt; readonly opened: OpenedTask } {
  // Who may sign stands in the task within, so that is read first; nothing is believed before both signatures are right.
  const opened = openTask(taskOf(text), server);
  const carrier = publicKeyFromRaw(Buffer.from(opened.task.carrier, 'hex'));
  return { receipt: decode(openEnvelope(text, RECEIPT, [carrier])), opened };
}

/** The task in a receipt of which no signature was looked at yet. */
function taskOf(text: string): string {
  const outer = readJson(text);
  const envelope = 'fault' in outer ? null : (outer.value as { payload?: unknown } | null);
  const { payload } = envelope ?? {};
  return decode(READ.base64(payload, 'payload')).task;
}

function decode(payload: Uint8Array): Receipt {
  const read = readJson(Buffer.from(payload).toString('utf8'));
  if ('fault' in read) throw malformed(RECEIPT, `its payload ${read.fault}`);
  const value = READ.object(read.value, ['holdfast-fleet-receipt', 'task', 'outcome', 'why', 'members']);
  if (value['holdfast-fleet-receipt'] !== VERSION) throw malformed(RECEIPT, 'its version is unknown');
  return {
    task: READ.text(value.task, 'task', STATE_BYTES_MAX),
    outcome: READ.word(value.outcome, 'outcome', ENDINGS),
    why: READ.text(value.why, 'why', WORDS_CHARACTERS_MAX),
    members: READ.list(value.members, 'members', 0, CELL_MEMBERS_MAX).map((entry) => {
      const { controller, running } = READ.object(entry, ['controller', 'running']);
      return {
        controller: READ.name(controller, 'controller'),
        running: running === '' ? '' : READ.digest(running, 'running'),
      };
    }),
  };
}
