import type pg from 'pg';
import type { Round } from '../check/round.ts';
import type { Report } from '../order/order.ts';

/** Deep checks of sites in the database, each under the moment for which its site has it. */

type Client = Pick<pg.ClientBase, 'query'>;

export interface CheckContent {
  /** Null: nobody was asked yet. */
  readonly round: Round | null;
  /** What is to be told of sources of maps, a line each. */
  readonly sources: readonly string[];
  /** How many editions have a source that was changed after they were signed, and how many sources could not be read; not known: none. */
  readonly dirty?: number;
  readonly unread?: number;
}

export interface KeptCheck {
  readonly id: number;
  readonly site: string;
  /** The moment for which its site has it; milliseconds since 1970. */
  readonly dueMs: number;
  /** Of the state that it is about. */
  readonly sequence: number;
  readonly isOver: boolean;
  readonly content: CheckContent;
}

interface CheckRow extends Omit<KeptCheck, 'sequence' | 'content'> {
  readonly sequence: string;
  readonly content: string;
}

const CHECK =
  'id, site, (extract(epoch from due_at) * 1000)::float8 as "dueMs", sequence, ended_at is not null as "isOver", content';

const checkOf = (row: CheckRow): KeptCheck => ({
  ...row,
  sequence: Number(row.sequence),
  content: JSON.parse(row.content) as CheckContent,
});

export interface CheckSubject {
  /** Of the state that the last rollout was about. */
  readonly sequence: number;
  /** Since when the plant has a state: no check before it is made up for. Milliseconds since 1970. */
  readonly sinceMs: number;
}

/** What checks are about; null: nothing was rolled out yet. */
export async function checkSubject(client: Client): Promise<CheckSubject | null> {
  const { rows } = await client.query<{ sequence: string; ms: number }>(
    `select sequence, (select (extract(epoch from min(taken_at)) * 1000)::float8 from fleet.states) as ms
     from fleet.rollouts order by id desc limit 1`,
  );
  const [row] = rows;
  return row === undefined ? null : { sequence: Number(row.sequence), sinceMs: row.ms };
}

/** The last check of each site. */
export async function lastChecks(client: Client): Promise<readonly KeptCheck[]> {
  const text = `select distinct on (site) ${CHECK} from fleet.checks order by site, due_at desc`;
  return (await client.query<CheckRow>(text)).rows.map(checkOf);
}

/** When the last check of each site that came to its end did so, by the site: milliseconds since 1970. */
export async function lastEnded(client: Client): Promise<ReadonlyMap<string, number>> {
  const text =
    'select site, (extract(epoch from max(ended_at)) * 1000)::float8 as ms from fleet.checks where ended_at is not null group by site';
  const { rows } = await client.query<{ site: string; ms: number }>(text);
  return new Map(rows.map(({ site, ms }) => [site, ms]));
}

/** The moment of the last check of each site. */
export async function lastDue(client: Client): Promise<ReadonlyMap<string, number>> {
  const text =
    'select site, (extract(epoch from max(due_at)) * 1000)::float8 as ms from fleet.checks group by site';
  const { rows } = await client.query<{ site: string; ms: number }>(text);
  return new Map(rows.map(({ site, ms }) => [site, ms]));
}

/** Once for each moment of a site. */
export async function insertCheck(
  client: Client,
  { site, dueMs, sequence }: Pick<KeptCheck, 'site' | 'dueMs' | 'sequence'>,
): Promise<void> {
  const content: CheckContent = { round: null, sources: [] };
  await client.query(
    `insert into fleet.checks (site, due_at, sequence, content) values ($1, to_timestamp($2::float8 / 1000), $3, $4)
     on conflict (site, due_at) do nothing`,
    [site, dueMs, sequence, JSON.stringify(content)],
  );
}

export async function openChecks(client: Client): Promise<readonly number[]> {
  const text = 'select id from fleet.checks where ended_at is null order by id';
  return (await client.query<{ id: number }>(text)).rows.map(({ id }) => id);
}

/** Until the transaction ends, nobody else changes it. Null: there is none. */
export async function loadCheck(client: Client, id: number): Promise<KeptCheck | null> {
  const text = `select ${CHECK} from fleet.checks where id = $1 for update`;
  const [row] = (await client.query<CheckRow>(text, [id])).rows;
  return row === undefined ? null : checkOf(row);
}

export async function saveCheck(
  client: Client,
  { id, content, isOver }: Pick<KeptCheck, 'id' | 'content' | 'isOver'>,
): Promise<void> {
  await client.query(
    'update fleet.checks set content = $2, ended_at = case when $3 then coalesce(ended_at, now()) end where id = $1',
    [id, JSON.stringify(content), isOver],
  );
}

/**
 * What became of orders, by controller: a report, or `open`; one that is missing was overtaken. Their reports are read from then on, and
 * others of the same controllers are left to whom they are for.
 */
export async function answersTo(
  client: Client,
  orders: readonly { readonly controller: string; readonly id: number }[],
): Promise<ReadonlyMap<string, Report | 'open'>> {
  const named = [orders.map(({ controller }) => controller), orders.map(({ id }) => id)];
  const { rows } = await client.query<{ controller: string; report: string | null; is_open: boolean }>(
    `select o.controller, o.report, o.settled_at is null as is_open from fleet.orders o
     join unnest($1::text[], $2::bigint[]) as u (c, i) on o.controller = u.c and o.id = u.i`,
    named,
  );
  await client.query(
    `with due as (
       select number from fleet.reports r join fleet.orders o on r.controller = o.controller and r.content = o.report
         join unnest($1::text[], $2::bigint[]) as u (c, i) on o.controller = u.c and o.id = u.i
       where not r.is_read order by number for update of r)
     update fleet.reports r set is_read = true from due where r.number = due.number`,
    named,
  );
  const answers = new Map<string, Report | 'open'>();
  for (const { controller, report, is_open } of rows) {
    if (report !== null) answers.set(controller, JSON.parse(report) as Report);
    else if (is_open) answers.set(controller, 'open');
  }
  return answers;
}
