import type { KeyObject } from 'node:crypto';
import { toHex } from '../../host/body/bytes.ts';
import { readJson } from '../../host/common/json.ts';
import { publicKeyFromRaw, sha256 } from '../../host/image/sign.ts';
import { Strict } from '../common/strict.ts';
import { malformed, openEnvelope, type SignedKind, sealEnvelope } from '../desired/envelope.ts';
import { COUNT_MAX } from '../limits.ts';

/**
 * What a server gives somebody to carry to a cell that no network reaches: the fence and the ids under which one cell may be brought to one
 * signed state, by whom. It is signed by the server; the state in it by the signers, as anywhere.
 */

const TASK: SignedKind = {
  type: 'application/vnd.holdfast.fleet-task+json',
  code: 'TASK',
  noun: 'task',
  from: 'the server, with `fleet bundle create`',
};

export interface Task {
  readonly fleet: string;
  readonly cell: string;
  /** The epoch of the server: a computer that carried out a later one refuses it. */
  readonly fence: number;
  /** Ids of orders: from `firstId`, so many. */
  readonly firstId: number;
  readonly ids: number;
  /** The public key of who carries it, 64 hexadecimal digits: it signs the receipt. */
  readonly carrier: string;
  /** Until when the server holds the cell back for it: nothing is carried out later. Milliseconds since 1970. */
  readonly untilMs: number;
  /** SHA-256 of the signed bytes of the state. */
  readonly state: string;
}

const VERSION = 2;
const READ = new Strict((what) => malformed(TASK, what));
const FIELDS = [
  'holdfast-fleet-task',
  'fleet',
  'cell',
  'fence',
  'firstId',
  'ids',
  'carrier',
  'untilMs',
  'state',
] as const;

export function sealTask(task: Task, key: KeyObject): string {
  const { fleet, cell, fence, firstId, ids, carrier, untilMs, state } = task;
  const text = { 'holdfast-fleet-task': VERSION, fleet, cell, fence, firstId, ids, carrier, untilMs, state };
  return sealEnvelope(TASK.type, Buffer.from(`${JSON.stringify(text)}\n`), [key]);
}

export interface OpenedTask {
  readonly task: Task;
  /** SHA-256 of what is signed. */
  readonly digest: string;
}

/** A task that the server signed. `server`: its public key. Throws HoldfastError TASK_MALFORMED, TASK_UNSIGNED and so on. */
export function openTask(text: string, server: string): OpenedTask {
  const payload = openEnvelope(text, TASK, [publicKeyFromRaw(Buffer.from(server, 'hex'))]);
  const read = readJson(Buffer.from(payload).toString('utf8'));
  if ('fault' in read) throw malformed(TASK, `its payload ${read.fault}`);
  const value = READ.object(read.value, FIELDS);
  if (value['holdfast-fleet-task'] !== VERSION) throw malformed(TASK, 'its version is unknown');
  const task = {
    fleet: READ.name(value.fleet, 'fleet'),
    cell: READ.name(value.cell, 'cell'),
    fence: READ.integer(value.fence, 'fence', 1, COUNT_MAX),
    firstId: READ.integer(value.firstId, 'firstId', 1, COUNT_MAX),
    ids: READ.integer(value.ids, 'ids', 1, COUNT_MAX),
    carrier: READ.digest(value.carrier, 'carrier'),
    untilMs: READ.integer(value.untilMs, 'untilMs', 1, COUNT_MAX),
    state: READ.digest(value.state, 'state'),
  };
  return { task, digest: toHex(sha256(payload)) };
}
