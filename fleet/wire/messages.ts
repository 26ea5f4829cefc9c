import { HoldfastError } from '../../host/common/errors.ts';
import { readJson } from '../../host/common/json.ts';
import { Strict } from '../common/strict.ts';
import type { OutboxOrder } from '../exchange/store.ts';
import {
  COUNT_MAX,
  INCIDENTS_A_MESSAGE_MAX,
  LEASE_MS_MAX,
  LEASE_SAID_MAX,
  ORDERS_A_MESSAGE_MAX,
  REPORTS_A_MESSAGE_MAX,
  SEQUENCE_MAX,
  WAIT_MS_MAX,
  WORDS_CHARACTERS_MAX,
} from '../limits.ts';
import { ACTS, ENDS, namesEdition, type Reading, type Report } from '../order/order.ts';

/**
 * What server and gateway say to each other, as JSON; both sides read it strictly. The gateway always asks. `hello` tells what its journal
 * holds and gets a lease; `pull` waits for orders; `report` says what became of them, and what a person
 * should hear. Which gateway it is, TLS has shown.
 */

export interface Hello {
  /** The highest epoch of a server, fence of a lease, and id of an order that its journal holds. */
  readonly epoch: number;
  readonly lease: number;
  readonly highestId: number;
  /** What it carried out last for each controller, as its journal has it. */
  readonly reports: readonly Report[];
  /** Orders that it was carrying out when it stopped. */
  readonly begun: readonly { readonly controller: string; readonly id: number }[];
}

/** The signed state that the server would have followed, by what names it. */
export interface StateName {
  readonly sequence: number;
  /** SHA-256 of what is signed. */
  readonly digest: string;
}

/** What each answer begins with. */
export interface Leading {
  readonly epoch: number;
  readonly lease: number;
}

export interface Welcome extends Leading {
  /** How long the lease is, from when the gateway asked, by the gateway's own clock. Each later answer begins it anew. */
  readonly leaseMs: number;
  /** How long the gateway should ask to wait for orders. */
  readonly waitMs: number;
}

/** What a gateway tells a person by way of the server. */
export interface ToldByGateway {
  readonly code: string;
  readonly words: string;
  readonly remedy: string;
}

export interface Pull extends Leading {
  /** It has taken the orders up to this position. */
  readonly taken: number;
  readonly waitMs: number;
}

export interface GivenOrder {
  readonly position: number;
  readonly order: OutboxOrder;
}

export interface Given extends Leading {
  /** Null: the server has none. */
  readonly state: StateName | null;
  readonly orders: readonly GivenOrder[];
}

export interface Reports extends Leading {
  readonly reports: readonly Report[];
  readonly incidents: readonly ToldByGateway[];
}

/** Instead of an answer. */
export interface Refusal {
  readonly code: string;
  readonly words: string;
}

const READ = new Strict(malformed);
const CODE = /^[A-Z0-9_]{0,40}$/;
const VERSION = 1;
const U32 = 2 ** 32 - 1;

function malformed(what: string): HoldfastError {
  return new HoldfastError('MESSAGE_MALFORMED', `a message is malformed: ${what}`, {
    remedy: 'See that both sides are of the same release.',
    exitCode: 3,
  });
}

/** A message as text. */
export function encodeMessage(message: object): string {
  return JSON.stringify({ holdfast: VERSION, ...message });
}

/** The fields of a message. Throws MESSAGE_MALFORMED, as all that follow do. */
function fieldsOf<Name extends string>(text: string, names: readonly Name[]): Record<Name, unknown> {
  const read = readJson(text);
  if ('fault' in read) throw malformed(`it ${read.fault}`);
  const fields = READ.object(read.value, ['holdfast', ...names]);
  if (fields.holdfast !== VERSION) throw malformed('its version is unknown');
  return fields;
}

const count = (value: unknown, what: string) => READ.integer(value, what, 0, COUNT_MAX);

export function decodeHello(text: string): Hello {
  const { epoch, lease, highestId, reports, begun } = fieldsOf(text, [
    'epoch',
    'lease',
    'highestId',
    'reports',
    'begun',
  ]);
  return {
    epoch: count(epoch, 'epoch'),
    lease: READ.integer(lease, 'lease', 0, LEASE_SAID_MAX),
    highestId: count(highestId, 'highestId'),
    reports: decodeReports(reports),
    begun: READ.list(begun, 'begun orders', 0, REPORTS_A_MESSAGE_MAX).map((entry) => {
      const { controller, id } = READ.object(entry, ['controller', 'id']);
      return { controller: READ.name(controller, 'controller'), id: count(id, 'id') };
    }),
  };
}

export function decodeWelcome(text: string): Welcome {
  const { epoch, lease, leaseMs, waitMs } = fieldsOf(text, ['epoch', 'lease', 'leaseMs', 'waitMs']);
  return {
    epoch: count(epoch, 'epoch'),
    lease: count(lease, 'lease'),
    leaseMs: READ.integer(leaseMs, 'leaseMs', 1, LEASE_MS_MAX),
    waitMs: READ.integer(waitMs, 'waitMs', 1, WAIT_MS_MAX),
  };
}

export function decodePull(text: string): Pull {
  const fields = fieldsOf(text, ['epoch', 'lease', 'taken', 'waitMs']);
  return {
    epoch: count(fields.epoch, 'epoch'),
    lease: count(fields.lease, 'lease'),
    taken: count(fields.taken, 'taken'),
    waitMs: READ.integer(fields.waitMs, 'waitMs', 0, WAIT_MS_MAX),
  };
}

export function decodeGiven(text: string): Given {
  const { epoch, lease, state, orders } = fieldsOf(text, ['epoch', 'lease', 'state', 'orders']);
  return {
    epoch: count(epoch, 'epoch'),
    lease: count(lease, 'lease'),
    state: state === null ? null : decodeStateName(state),
    orders: READ.list(orders, 'orders', 0, ORDERS_A_MESSAGE_MAX).map((entry) => {
      const { position, order } = READ.object(entry, ['position', 'order']);
      return { position: count(position, 'position'), order: decodeOrder(order) };
    }),
  };
}

export function decodeReportsMessage(text: string): Reports {
  const { epoch, lease, reports, incidents } = fieldsOf(text, ['epoch', 'lease', 'reports', 'incidents']);
  return {
    epoch: count(epoch, 'epoch'),
    lease: count(lease, 'lease'),
    reports: decodeReports(reports),
    incidents: READ.list(incidents, 'incidents', 0, INCIDENTS_A_MESSAGE_MAX).map((entry) => {
      const { code, words, remedy } = READ.object(entry, ['code', 'words', 'remedy']);
      return { code: codeOf(code), words: wordsOf(words), remedy: wordsOf(remedy) };
    }),
  };
}

export function decodeLeading(text: string): Leading {
  const { epoch, lease } = fieldsOf(text, ['epoch', 'lease']);
  return { epoch: count(epoch, 'epoch'), lease: count(lease, 'lease') };
}

export function decodeRefusal(text: string): Refusal {
  const { code, words } = fieldsOf(text, ['code', 'words']);
  return { code: codeOf(code), words: wordsOf(words) };
}

function decodeStateName(value: unknown): StateName {
  const { sequence, digest } = READ.object(value, ['sequence', 'digest']);
  return {
    sequence: READ.integer(sequence, 'sequence', 1, SEQUENCE_MAX),
    digest: READ.digest(digest, 'digest'),
  };
}

function decodeOrder(value: unknown): OutboxOrder {
  const { id, controller, act, hash, force } = READ.object(value, [
    'id',
    'controller',
    'act',
    'hash',
    'force',
  ]);
  const named = READ.word(act, 'act', ACTS);
  if (!namesEdition(named) && hash !== '') throw malformed(`it is to ${named}, with an edition`);
  return {
    id: READ.integer(id, 'id', 1, COUNT_MAX),
    controller: READ.name(controller, 'controller'),
    act: named,
    hash: namesEdition(named) ? READ.digest(hash, 'hash') : '',
    force: READ.flag(force, 'force'),
  };
}

function decodeReports(value: unknown): Report[] {
  return READ.list(value, 'reports', 0, REPORTS_A_MESSAGE_MAX).map(decodeReport);
}

function decodeReport(value: unknown): Report {
  const { id, controller, end, code, words, reading } = READ.object(value, [
    'id',
    'controller',
    'end',
    'code',
    'words',
    'reading',
  ]);
  return {
    id: READ.integer(id, 'id', 1, COUNT_MAX),
    controller: READ.name(controller, 'controller'),
    end: READ.word(end, 'end', ENDS),
    code: codeOf(code),
    words: wordsOf(words),
    reading: reading === null ? null : decodeReading(reading),
  };
}

const FLAGS = ['trial', 'pending', 'armed', 'window', 'parked'] as const;
const COUNTS = ['epoch', 'checks', 'need'] as const;
const HASHES = ['running', 'other'] as const;

function decodeReading(value: unknown): Reading {
  const fields = READ.object(value, [...HASHES, ...COUNTS, ...FLAGS]);
  const hash = (name: (typeof HASHES)[number]) =>
    fields[name] === '' ? '' : READ.digest(fields[name], name);
  const flag = (name: (typeof FLAGS)[number]) => READ.flag(fields[name], name);
  const number = (name: (typeof COUNTS)[number]) => READ.integer(fields[name], name, 0, U32);
  return {
    running: hash('running'),
    epoch: number('epoch'),
    trial: flag('trial'),
    other: hash('other'),
    pending: flag('pending'),
    armed: flag('armed'),
    window: flag('window'),
    parked: flag('parked'),
    checks: number('checks'),
    need: number('need'),
  };
}

function codeOf(value: unknown): string {
  if (typeof value === 'string' && CODE.test(value)) return value;
  throw malformed('its code is no name of A-Z, 0-9 and "_"');
}

const wordsOf = (value: unknown) => READ.text(value, 'words', WORDS_CHARACTERS_MAX);
