import type pg from 'pg';
import { HoldfastError } from '../../host/common/errors.ts';
import { transaction } from './transaction.ts';

/**
 * The tables of a plant. Each step is carried out once, in its order, in one transaction; what was released is never changed, so any older
 * database comes to what this server needs.
 *
 * What comes from outside (orders, reports, plans, states of cells) is kept as JSON in columns of text: the types of PostgreSQL for JSON
 * refuse or change some of what may be in it.
 */
const STEPS: readonly string[] = [
  `
  create table fleet.leader (
    is_only boolean primary key default true check (is_only), epoch bigint not null, name text not null, beat timestamptz not null);
  insert into fleet.leader (epoch, name, beat) values (0, '', now());
  create table fleet.numbers (name text primary key, value bigint not null);
  insert into fleet.numbers values ('id', 0), ('position', 0), ('report', 0), ('archived', 0);

  create table fleet.orders (
    controller text not null, id bigint not null, gateway text not null, content text not null, position bigint not null,
    attempts integer not null default 0, put_at timestamptz not null default now(), settled_at timestamptz, report text,
    primary key (controller, id));
  create index orders_open on fleet.orders (gateway, position) where settled_at is null;
  create index orders_settled on fleet.orders (settled_at) where settled_at is not null;
  create table fleet.archived_orders (like fleet.orders, archived_at timestamptz not null default now(), primary key (controller, id));

  create table fleet.reports (
    number bigint primary key, gateway text not null, controller text not null, content text not null,
    received_at timestamptz not null default now(), is_read boolean not null default false);
  create index reports_unread on fleet.reports (controller) where not is_read;
  create table fleet.archived_reports (like fleet.reports, archived_at timestamptz not null default now(), primary key (number));

  create table fleet.leases (gateway text primary key, lease bigint not null, seen_at timestamptz not null);
  create table fleet.told (
    gateway text not null, code text not null, words text not null, remedy text not null, count integer not null,
    first_at timestamptz not null, last_at timestamptz not null, primary key (gateway, code));

  create table fleet.states (
    sequence bigint primary key, digest text not null, envelope text not null, taken_at timestamptz not null default now());
  create table fleet.images (sha256 text primary key, hash text not null, bytes bytea not null);
  create index images_by_hash on fleet.images (hash);

  create table fleet.rollouts (
    id integer primary key, sequence bigint not null references fleet.states, run integer not null default 1,
    stage text not null, mode text not null, why text not null default '', content text not null,
    begun_at timestamptz not null default now(), ended_at timestamptz);
  create unique index rollouts_one_open on fleet.rollouts ((true)) where ended_at is null;
  create table fleet.cells (
    rollout integer not null references fleet.rollouts, cell text not null, place integer not null, planned text not null,
    tries integer not null default 0, phase text, outcome text, mixed boolean not null default false, state text,
    due_at timestamptz, stepped_at timestamptz, primary key (rollout, cell));
  create index cells_open on fleet.cells (rollout) where phase is not null and phase <> 'end';
  create table fleet.left_cells (
    rollout integer not null references fleet.rollouts, cell text not null, reason text not null, words text not null,
    primary key (rollout, cell));

  create table fleet.says (
    id serial primary key, rollout integer not null references fleet.rollouts, content text not null, by_whom text not null,
    said_at timestamptz not null default now(), heard_at timestamptz);
  create index says_unheard on fleet.says (rollout) where heard_at is null;
  create table fleet.incidents (
    id serial primary key, key text not null unique, rollout integer, cell text not null, kind text not null, words text not null,
    remedy text not null, at timestamptz not null default now(), told_at timestamptz, acked_at timestamptz, acked_by text);
  create table fleet.dead_letters (
    id serial primary key, key text not null unique, rollout integer not null, cell text not null, controller text not null, act text not null,
    hash text not null, words text not null, at timestamptz not null default now());
  `,
  `
  alter table fleet.told add column raised_at timestamptz;
  create index incidents_untold on fleet.incidents (id) where told_at is null;
  create table fleet.alerts (
    id serial primary key, channel text not null, incidents integer[] not null, made_at timestamptz not null, due_at timestamptz not null,
    tries integer not null default 0, why text not null default '', settled_at timestamptz, is_given_up boolean not null default false);
  create index alerts_due on fleet.alerts (channel, due_at) where settled_at is null;
  create table fleet.readings (
    controller text primary key, running text not null, epoch bigint not null, trial boolean not null, parked boolean not null,
    maintained boolean not null, settled text not null, read_at timestamptz not null);
  create index reports_received on fleet.archived_reports (received_at);
  create index orders_long_settled on fleet.archived_orders (settled_at);
  `,
  `
  create table fleet.checks (
    id serial primary key, site text not null, due_at timestamptz not null, sequence bigint not null, content text not null,
    begun_at timestamptz not null default now(), ended_at timestamptz, unique (site, due_at));
  create index checks_open on fleet.checks (id) where ended_at is null;
  create table fleet.bundles (
    task text primary key, cell text not null, carrier text not null, sequence bigint not null, made_at timestamptz not null default now(),
    until timestamptz not null, ended_at timestamptz, how text not null default '');
  create unique index bundles_held on fleet.bundles (cell) where ended_at is null;
  `,
];

/**
 * Brings the tables to what this server needs. `fleet`: whose they are.
 * @throws HoldfastError DATABASE_NEWER when a later server was here, DATABASE_OTHER_FLEET when they are of another fleet
 */
export async function prepareTables(pool: pg.Pool, fleet: string): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('holdfast fleet tables'))");
    await client.query('create schema if not exists fleet');
    await client.query(
      'create table if not exists fleet.version (steps integer not null, fleet text not null)',
    );
    const { rows } = await client.query<Version>('select steps, fleet from fleet.version');
    const done = rows[0]?.steps ?? 0;
    requireOwn(rows[0], fleet);
    for (const step of STEPS.slice(done)) await client.query(step);
    if (rows.length === 0)
      await client.query('insert into fleet.version values ($1, $2)', [STEPS.length, fleet]);
    else if (done < STEPS.length) await client.query('update fleet.version set steps = $1', [STEPS.length]);
  });
}

interface Version {
  readonly steps: number;
  readonly fleet: string;
}

/** For who only reads or says something. Throws HoldfastError NO_DATABASE, DATABASE_NEWER or DATABASE_OTHER_FLEET. */
export async function requireTables(pool: pg.Pool, fleet: string): Promise<void> {
  const there = await pool.query<{ there: boolean }>(
    "select to_regclass('fleet.version') is not null as there",
  );
  if (there.rows[0]?.there === true) {
    const { rows } = await pool.query<Version>('select steps, fleet from fleet.version');
    if (rows[0] !== undefined && rows[0].steps >= STEPS.length) return requireOwn(rows[0], fleet);
  }
  throw new HoldfastError('NO_DATABASE', 'no server of this version has prepared this database yet', {
    remedy: 'Start one with `fleet up`.',
    exitCode: 3,
  });
}

function requireOwn(version: Version | undefined, fleet: string): void {
  if (version === undefined) return;
  if (version.steps > STEPS.length) throw newer(version.steps);
  if (version.fleet === fleet) return;
  throw new HoldfastError(
    'DATABASE_OTHER_FLEET',
    `this database is of the fleet ${version.fleet}, not ${fleet}`,
    {
      remedy: 'Give DATABASE_URL of another database, or the folder of that fleet.',
    },
  );
}

function newer(steps: number): HoldfastError {
  const words = `a later server made the tables of this database (${steps} steps, and this one knows ${STEPS.length})`;
  return new HoldfastError('DATABASE_NEWER', words, { remedy: 'Start that later version.' });
}
