import type pg from 'pg';
import type { CellStand, CellState } from '../cell/state.ts';
import type { Reading } from '../order/order.ts';
import type { LeftCell, NotPlanned, PlannedCell } from '../plan/plan.ts';
import type {
  RolloutCell,
  RolloutLimits,
  RolloutMode,
  RolloutStage,
  RolloutState,
  Say,
} from '../rollout/state.ts';

/** Rollouts and their cells in the database. What is written here is written in a transaction of the caller. */

/** What of a rollout no column holds. */
export interface RolloutContent {
  readonly limits: RolloutLimits;
  readonly forgiven: readonly string[];
  /** While it is planned: the orders to read, by controller, and what was read. */
  readonly planning: Planning | null;
}

export interface Planning {
  readonly untilMs: number;
  readonly asked: Readonly<Record<string, number>>;
  /** Null: it did not answer. */
  readonly readings: Readonly<Record<string, Reading | null>>;
}

export interface KeptRollout {
  readonly id: number;
  readonly sequence: number;
  /** Rises when somebody lets one that was over go on. */
  readonly run: number;
  readonly stage: RolloutStage;
  readonly mode: RolloutMode;
  readonly why: string;
  readonly content: RolloutContent;
}

export interface KeptCell {
  readonly rollout: number;
  readonly cell: string;
  readonly tries: number;
  readonly planned: PlannedCell;
  readonly state: CellState | null;
}

type Client = Pick<pg.ClientBase, 'query'>;

interface RolloutRow extends Omit<KeptRollout, 'content' | 'sequence'> {
  readonly sequence: string;
  readonly content: string;
}

const ROLLOUT = 'id, sequence, run, stage, mode, why, content';

function rolloutOf(row: RolloutRow): KeptRollout {
  return { ...row, sequence: Number(row.sequence), content: JSON.parse(row.content) as RolloutContent };
}

/** The clock of the database, in milliseconds since 1970: the one that all servers share. */
export async function nowMsOf(client: Client): Promise<number> {
  const text = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms';
  return Math.round((await client.query<{ ms: number }>(text)).rows[0]?.ms ?? Number.NaN);
}

/** `lock`: until the transaction ends. */
export async function loadRollout(client: Client, id: number, lock: boolean): Promise<KeptRollout | null> {
  const text = `select ${ROLLOUT} from fleet.rollouts where id = $1 ${lock ? 'for update' : ''}`;
  const [row] = (await client.query<RolloutRow>(text, [id])).rows;
  return row === undefined ? null : rolloutOf(row);
}

/** The last one, or the one that is open; null: there is none. */
export async function lastRollout(client: Client): Promise<KeptRollout | null> {
  const text = `select ${ROLLOUT} from fleet.rollouts order by id desc limit 1`;
  const [row] = (await client.query<RolloutRow>(text)).rows;
  return row === undefined ? null : rolloutOf(row);
}

/** In a transaction that lets nobody else do the same meanwhile. */
export async function insertRollout(
  client: Client,
  sequence: number,
  content: RolloutContent,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into fleet.rollouts (id, sequence, stage, mode, content)
     select coalesce(max(id), 0) + 1, $1::bigint, 'planning', 'running', $2 from fleet.rollouts returning id`,
    [sequence, JSON.stringify(content)],
  );
  return rows[0]?.id ?? 0;
}

export async function saveRollout(client: Client, kept: KeptRollout): Promise<void> {
  const { id, run, stage, mode, why, content } = kept;
  await client.query(
    `update fleet.rollouts set run = $2, stage = $3, mode = $4, why = $5, content = $6,
     ended_at = case when $3 = 'over' then coalesce(ended_at, now()) end where id = $1`,
    [id, run, stage, mode, why, JSON.stringify(content)],
  );
}

/** Rollouts that a server has to drive: not over, or told something since. `isAddressed`: something was said that was not heard yet. */
export async function rolloutsToDrive(
  client: Client,
): Promise<readonly (Pick<KeptRollout, 'id' | 'run' | 'stage'> & { readonly isAddressed: boolean })[]> {
  const { rows } = await client.query<
    Pick<KeptRollout, 'id' | 'run' | 'stage'> & { readonly isAddressed: boolean }
  >(
    `select * from (select id, run, stage, exists (
       select from fleet.says s where s.rollout = r.id and s.heard_at is null) as "isAddressed" from fleet.rollouts r) a
     where stage <> 'over' or "isAddressed" order by id`,
  );
  return rows;
}

export async function insertCells(
  client: Client,
  rollout: number,
  cells: readonly PlannedCell[],
  left: readonly LeftCell[],
): Promise<void> {
  await client.query(
    `insert into fleet.cells (rollout, cell, place, planned)
     select $1, c, p, t from unnest($2::text[], $3::integer[], $4::text[]) as u (c, p, t)`,
    [
      rollout,
      cells.map(({ cell }) => cell),
      cells.map((_, at) => at),
      cells.map((cell) => JSON.stringify(cell)),
    ],
  );
  await client.query(
    `insert into fleet.left_cells (rollout, cell, reason, words)
     select $1, c, r, w from unnest($2::text[], $3::text[], $4::text[]) as u (c, r, w)`,
    [rollout, left.map(({ cell }) => cell), left.map(({ reason }) => reason), left.map(({ words }) => words)],
  );
}

/** What is planned for all cells of a rollout, in their order. */
export async function loadPlanned(client: Client, rollout: number): Promise<readonly PlannedCell[]> {
  const text = 'select planned from fleet.cells where rollout = $1 order by place';
  const { rows } = await client.query<{ planned: string }>(text, [rollout]);
  return rows.map(({ planned }) => JSON.parse(planned) as PlannedCell);
}

/** All cells of a rollout in their order, and of each no more than where it stands. `planned`: of `loadPlanned`. */
export async function loadStands(
  client: Client,
  { id, mode, why, content: { forgiven } }: Pick<KeptRollout, 'id' | 'mode' | 'why' | 'content'>,
  planned: readonly PlannedCell[],
  nextId: number,
): Promise<RolloutState<CellStand>> {
  const stands = await standsOf(client, id);
  const cells = planned.map((cell): RolloutCell<CellStand> => {
    const { tries, state } = stands.get(cell.cell) ?? { tries: 0, state: null };
    return { planned: cell, state, tries };
  });
  return { mode, why, cells, forgiven, nextId };
}

/** Where each cell of a rollout stands, by its name. */
export async function standsOf(
  client: Client,
  rollout: number,
): Promise<ReadonlyMap<string, Pick<RolloutCell<CellStand>, 'state' | 'tries'>>> {
  const { rows } = await client.query<{
    cell: string;
    tries: number;
    phase: CellStand['phase'] | null;
    outcome: CellStand['outcome'];
  }>('select cell, tries, phase, outcome from fleet.cells where rollout = $1', [rollout]);
  return new Map(
    rows.map(({ cell, tries, phase, outcome }) => [
      cell,
      { tries, state: phase === null ? null : { phase, outcome } },
    ]),
  );
}

/** Why cells are left by a rollout. */
export async function leftOf(client: Client, rollout: number): Promise<ReadonlyMap<string, NotPlanned>> {
  const { rows } = await client.query<{ cell: string; reason: NotPlanned }>(
    'select cell, reason from fleet.left_cells where rollout = $1',
    [rollout],
  );
  return new Map(rows.map(({ cell, reason }) => [cell, reason]));
}

/** All of a rollout, for people. */
export async function loadWhole(client: Client, kept: KeptRollout): Promise<RolloutState> {
  const { rows } = await client.query<{ planned: string; tries: number; state: string | null }>(
    'select planned, tries, state from fleet.cells where rollout = $1 order by place',
    [kept.id],
  );
  const cells = rows.map(({ planned, tries, state }): RolloutCell => {
    const parsed = state === null ? null : (JSON.parse(state) as CellState);
    return { planned: JSON.parse(planned) as PlannedCell, state: parsed, tries };
  });
  const { mode, why, content } = kept;
  return { mode, why, cells, forgiven: content.forgiven, nextId: 0 };
}

/** `waitMs`: until when it steps at the latest; null: when something is reported. */
export async function saveCell(
  client: Client,
  { rollout, cell, tries, state }: Omit<KeptCell, 'planned'>,
  waitMs: number | null,
): Promise<void> {
  await client.query(
    `update fleet.cells set tries = $3, phase = $4, outcome = $5, mixed = $6, state = $7, stepped_at = clock_timestamp(),
     due_at = clock_timestamp() + $8::float8 * interval '1 millisecond' where rollout = $1 and cell = $2`,
    [
      ...[rollout, cell, tries, state?.phase ?? null, state?.outcome ?? null],
      ...[
        state !== null && state.mixedSinceMs !== null,
        state === null ? null : JSON.stringify(state),
        waitMs,
      ],
    ],
  );
}

export async function loadCell(client: Client, rollout: number, cell: string): Promise<KeptCell | null> {
  const { rows } = await client.query<{ tries: number; planned: string; state: string | null }>(
    'select tries, planned, state from fleet.cells where rollout = $1 and cell = $2 for update',
    [rollout, cell],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const state = row.state === null ? null : (JSON.parse(row.state) as CellState);
  return { rollout, cell, tries: row.tries, planned: JSON.parse(row.planned) as PlannedCell, state };
}

export interface OpenCell {
  readonly rollout: number;
  readonly cell: string;
  readonly tries: number;
  readonly controllers: readonly string[];
  /** For how long it should have stepped already, in milliseconds; negative: its time comes. Null: it waits for reports only. */
  readonly lateMs: number | null;
}

export async function openCells(client: Client): Promise<readonly OpenCell[]> {
  const { rows } = await client.query<Omit<OpenCell, 'controllers'> & { planned: string }>(
    `select rollout, cell, tries, planned, (extract(epoch from clock_timestamp() - due_at) * 1000)::float8 as "lateMs"
     from fleet.cells where phase is not null and phase <> 'end'`,
  );
  return rows.map(({ planned, ...cell }) => {
    const { members } = JSON.parse(planned) as PlannedCell;
    return { ...cell, controllers: members.map(({ controller }) => controller) };
  });
}

/** What was said to a rollout and not heard yet, in its order; from then on it is heard. */
export async function hear(client: Client, rollout: number): Promise<readonly Say[]> {
  const { rows } = await client.query<{ id: number; content: string }>(
    'update fleet.says set heard_at = now() where rollout = $1 and heard_at is null returning id, content',
    [rollout],
  );
  return rows.toSorted((a, b) => a.id - b.id).map(({ content }) => JSON.parse(content) as Say);
}

export async function say(client: Client, rollout: number, words: Say, who: string): Promise<void> {
  await client.query('insert into fleet.says (rollout, content, by_whom) values ($1, $2, $3)', [
    rollout,
    JSON.stringify(words),
    who,
  ]);
}
