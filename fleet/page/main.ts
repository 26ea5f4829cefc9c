import type { CellRow, ControllerRow, PlantPicture, Rank } from './data.ts';

/** The code of the page of a plant. It draws what it is told as text, a page of rows at a time, so thousands of controllers stay fluid. */

const ROWS_A_PAGE = 50;
const SILENT_MS = 10_000;
const SIGNS: Readonly<Record<Rank, string>> = {
  alarm: '! attention',
  open: '… under way',
  waits: '○ waits',
  well: '✓ rests',
};

let picture: PlantPicture | null = null;
let heardMs = 0;
const first = { cells: 0, controllers: 0 };

function byId<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new TypeError(`the page has no ${id}`);
  return found as E;
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Written only when it changed, so that who listens is told what is new, and a selection stays. */
function write(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

const age = (ms: number | null, nowMs: number): string => (ms === null ? 'never' : `${span(nowMs - ms)} ago`);

function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} days`;
}

interface Drawn {
  readonly rank: Rank | null;
  /** The first names the row. */
  readonly cells: readonly string[];
}

/** Rows of a table, changed in place where they differ. */
function fill(id: string, rows: readonly Drawn[], none: string): void {
  const body = byId<HTMLTableSectionElement>(id);
  const columns = body.closest('table')?.querySelectorAll('thead th').length ?? 1;
  const drawn =
    rows.length === 0 ? [{ rank: null, cells: [none, ...Array<string>(columns - 1).fill('')] }] : rows;
  while (body.rows.length > drawn.length) body.deleteRow(-1);
  drawn.forEach(({ rank, cells }, at) => {
    const row = body.rows[at] ?? body.insertRow();
    if (rank === null) delete row.dataset.rank;
    else row.dataset.rank = rank;
    cells.forEach((text, column) => {
      let cell: Element | undefined = row.cells[column];
      if (cell === undefined) {
        cell = document.createElement(column === 0 ? 'th' : 'td');
        if (column === 0) cell.setAttribute('scope', 'row');
        row.append(cell);
      }
      if (cell.textContent !== text) cell.textContent = text;
    });
  });
}

function matches(texts: readonly string[], query: string): boolean {
  return query === '' || texts.some((text) => text.toLowerCase().includes(query));
}

function pageOf<Row>(kind: 'cells' | 'controllers', rows: readonly Row[]): readonly Row[] {
  const last = Math.max(0, Math.ceil(rows.length / ROWS_A_PAGE) - 1) * ROWS_A_PAGE;
  first[kind] = Math.min(first[kind], last);
  const from = first[kind];
  const until = Math.min(rows.length, from + ROWS_A_PAGE);
  write(`${kind}-range`, rows.length === 0 ? 'none' : `${from + 1} to ${until} of ${rows.length}`);
  byId<HTMLButtonElement>(`${kind}-before`).disabled = from === 0;
  byId<HTMLButtonElement>(`${kind}-after`).disabled = until >= rows.length;
  return rows.slice(from, until);
}

function draw(): void {
  if (picture === null) return;
  const { nowMs, cells, controllers, incidents, checks, gateways, lag } = picture;
  document.title = `${picture.fleet}: ${incidents.length === 0 ? 'no incidents' : counted(incidents.length, 'incident', 'incidents')}`;
  write('fleet', picture.fleet);
  write('server', picture.server);
  write('rollout', picture.rollout);
  write('lag', lag.join('; '));
  const mixed = cells.filter((cell) => cell.mixed);
  const names = mixed
    .slice(0, 5)
    .map(({ cell }) => cell)
    .join(', ');
  const words =
    mixed.length === 0
      ? 'No cell answers different editions.'
      : `${counted(mixed.length, 'cell answers', 'cells answer')} different editions: ${names}${mixed.length > 5 ? ' …' : '.'}`;
  byId('alarm').dataset.rank = mixed.length + incidents.length === 0 ? 'well' : 'alarm';
  write(
    'alarm',
    `${words} ${incidents.length === 0 ? 'No incidents.' : `${counted(incidents.length, 'incident', 'incidents')} that nobody acknowledged.`}`,
  );
  fill(
    'incidents',
    incidents.slice(0, ROWS_A_PAGE).map(({ id, atMs, words: told, remedy }) => ({
      rank: 'alarm',
      cells: [`${id}`, age(atMs, nowMs), told, remedy],
    })),
    'none',
  );
  fill(
    'checks',
    checks.slice(0, ROWS_A_PAGE).map(({ site, dueMs, rank, words: found }) => ({
      rank,
      cells: [site, age(dueMs, nowMs), found],
    })),
    'none yet',
  );
  fill(
    'gateways',
    gateways
      .filter(({ gateway }) => matches([gateway], query()))
      .slice(0, ROWS_A_PAGE)
      .map(({ gateway, seenMs }) => ({ rank: null, cells: [gateway, age(seenMs, nowMs)] })),
    'none',
  );
  fill(
    'cells',
    pageOf('cells', cells.filter(isWantedCell)).map((row) => drawnCell(row, nowMs)),
    'none matches',
  );
  fill(
    'controllers',
    pageOf('controllers', controllers.filter(isWantedController)).map((row) => drawnController(row, nowMs)),
    'none matches',
  );
}

const query = (): string => byId<HTMLInputElement>('search').value.trim().toLowerCase();
const onlyAlarms = (): boolean => byId<HTMLInputElement>('only-alarms').checked;

function isWantedCell({ cell, site, words, rank }: CellRow): boolean {
  return (!onlyAlarms() || rank === 'alarm') && matches([cell, site, words], query());
}

function isWantedController({ controller, cell, gateway, words, rank }: ControllerRow): boolean {
  return (!onlyAlarms() || rank === 'alarm') && matches([controller, cell, gateway, words], query());
}

function drawnCell(
  { cell, site, rank, mixed, held, words, parkingSinceMs, parkingUntilMs, remedy }: CellRow,
  nowMs: number,
): Drawn {
  const since = parkingSinceMs === null ? '' : `for ${span(nowMs - parkingSinceMs)}`;
  const parking = parkingUntilMs === null ? since : `${since}, ${span(parkingUntilMs - nowMs)} left`;
  const sign = held && rank !== 'alarm' ? '→ carried' : SIGNS[rank];
  return { rank, cells: [cell, mixed ? '! MIXED' : sign, site, words, parking, remedy] };
}

function drawnController(
  { controller, cell, gateway, epoch, trial, readMs, words, rank }: ControllerRow,
  nowMs: number,
): Drawn {
  const runs = epoch === null ? 'nothing that was read' : `epoch ${epoch}${trial ? ', on trial' : ''}`;
  return { rank, cells: [controller, cell, gateway, runs, age(readMs, nowMs), words] };
}

function listen(): void {
  const events = new EventSource('/events');
  events.onmessage = ({ data }) => {
    picture = JSON.parse(data as string) as PlantPicture;
    heardMs = performance.now();
    draw();
  };
  setInterval(() => {
    const silent = heardMs === 0 || performance.now() - heardMs > SILENT_MS;
    byId('live').dataset.rank = silent ? 'alarm' : 'well';
    write('live', silent ? 'The server does not answer; what is shown may be old.' : 'Live.');
  }, 1000);
}

for (const kind of ['cells', 'controllers'] as const)
  for (const [way, rows] of [
    ['before', -ROWS_A_PAGE],
    ['after', ROWS_A_PAGE],
  ] as const)
    byId(`${kind}-${way}`).addEventListener('click', () => {
      first[kind] = Math.max(0, first[kind] + rows);
      draw();
    });
for (const id of ['search', 'only-alarms'])
  byId(id).addEventListener('input', () => {
    [first.cells, first.controllers] = [0, 0];
    draw();
  });
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  byId('search').focus();
});
listen();
