/** Random tables of days, times of day, rings, categories, and tables beside a source, with what was meant by each. */
import type { ImportOptions } from '../../host/import/plan.ts';
import type { Random } from './random.ts';
import { randomTable } from './random-tables.ts';

/** A stretch of steps of the axis, half-open. */
export interface Meant {
  readonly from: number;
  readonly to: number;
  readonly limit: number | null;
  readonly phase: number | null;
}

/** A table for `import`, or for a source that names it. */
export interface KindOfTable {
  readonly text: string | Uint8Array;
  readonly read: { readonly options: Partial<ImportOptions> } | { readonly source: string };
  readonly meant: readonly Meant[];
  /** Whether everything that the table leaves open is said. */
  readonly isSaid: boolean;
}

const LIMITS = { limit: null, phase: null };
const DAY_MS = 86_400_000;
/** The axis of days counts seconds from here. */
export const FIRST_DAY = '2026-01-01T00:00:00Z';

const chance = (random: Random, ofTen: number) => random.below(10) < ofTen;
const two = (value: number) => String(value).padStart(2, '0');

function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

const PATTERNS = ['dd.mm.yyyy', 'mm/dd/yyyy', 'dd/mm/yyyy', 'yyyy/mm/dd', 'dd-mm-yyyy', 'yyyymmdd', 'iso'];

function dayText(random: Random, day: Date, pattern: string): string {
  const isShort = pattern !== 'yyyymmdd' && !pattern.startsWith('yyyy') && chance(random, 3);
  const number = (value: number) => (isShort ? String(value) : two(value));
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()];
  if (pattern === 'iso') return day.toISOString().slice(0, 10);
  return pattern.replace('dd', number(date)).replace('mm', number(month)).replace('yyyy', String(year));
}

/** Days, or moments of them, on the clock of an offset. */
function days(random: Random): KindOfTable {
  const pattern = pick(random, PATTERNS);
  const [offset, minutes] = pick(random, [
    ['Z', 0],
    ['+01:00', 60],
    ['-05:30', -330],
  ] as const);
  const [isInclusive, hasTimes, saysAll] = [chance(random, 5), chance(random, 3), chance(random, 6)];
  const says = (ofTen: number) => saysAll || chance(random, ofTen);
  const lines = ['from,to'];
  const meant: Meant[] = [];
  let day = Date.UTC(2026, 0, 1 + random.below(300));
  for (let row = 0; row < 1 + random.below(5); row++) {
    const last = day + DAY_MS * (1 + random.below(40));
    const [start, end] = hasTimes ? [random.below(1440), random.below(1440)] : [0, 0];
    const time = (at: number) => (hasTimes ? ` ${two(Math.floor(at / 60))}:${two(at % 60)}` : '');
    lines.push(
      [[day, start] as const, [last, end] as const]
        .map(([at, of]) => `${dayText(random, new Date(at), pattern)}${time(of)}`)
        .join(','),
    );
    const width = !isInclusive ? 0 : hasTimes ? 1 : 86_400;
    const steps = (at: number, of: number) => (at - Date.parse(FIRST_DAY)) / 1000 + 60 * (of - minutes);
    meant.push({ from: steps(day, start), to: steps(last, end) + width, ...LIMITS });
    day = last + DAY_MS * (2 + random.below(3));
  }
  const table = {
    ...(pattern !== 'iso' && says(7) ? { dates: pattern } : {}),
    ...(says(8) ? { offset } : {}),
    ...((isInclusive && hasTimes) || says(8) ? { ends: isInclusive ? 'inclusive' : 'exclusive' } : {}),
  };
  const options = { from: 'from', to: 'to', axisUnit: 's', origin: FIRST_DAY, gaps: 'stop', table } as const;
  return { text: `${lines.join('\n')}\n`, read: { options }, meant, isSaid: saysAll };
}

const MINUTES = 1440;

/** Times of day; one row runs over midnight at times, and one ends at 24:00. */
function clocks(random: Random): KindOfTable {
  const isInclusive = chance(random, 4);
  const lines = ['on;off'];
  const meant: Meant[] = [];
  let from = 60 + random.below(300);
  const first = from;
  while (from < MINUTES - 60 && chance(random, 8)) {
    const isLast = chance(random, 3);
    const to = isLast
      ? pick(random, [MINUTES, 1 + random.below(first - 30)])
      : from + 2 + random.below(MINUTES - from - 10);
    const end = isInclusive && to !== MINUTES ? to - 1 : to;
    lines.push(
      [from, end]
        .map(
          (at) =>
            `${chance(random, 3) ? Math.floor(at / 60) : two(Math.floor(at / 60))}:${two(at % 60)}${chance(random, 1) ? ':00' : ''}`,
        )
        .join(';'),
    );
    if (to > from) meant.push({ from, to, ...LIMITS });
    else meant.push({ from: 0, to, ...LIMITS }, { from, to: MINUTES, ...LIMITS });
    if (isLast) break;
    from = to + 2 + random.below(100);
  }
  const table = { clock: true, ends: isInclusive ? 'inclusive' : 'exclusive' };
  const options = { from: 'on', to: 'off', axisUnit: 'min', gaps: 'stop', table } as const;
  return { text: `${lines.join('\n')}\n`, read: { options }, meant, isSaid: meant.length > 0 };
}

/** A limit for each category; its unit may stand in the names. */
function categories(random: Random): KindOfTable {
  const names = ['P', 'G', 'N', 'Lz'].slice(0, 2 + random.below(3));
  const unit = pick(random, ['', ' [km/h]', ' (mph)', '_kmh']);
  const saysUnit = chance(random, 7);
  const lines = [['von [m]', 'bis [m]', ...names.map((name) => `${name}${unit}`), 'Bemerkung'].join(';')];
  const meant: Meant[] = [];
  let from = random.below(1000);
  for (let row = 0; row < 1 + random.below(6); row++) {
    const to = from + 1 + random.below(900);
    const limits = names.map(() => (chance(random, 1) ? null : random.below(200)));
    lines.push(
      [from, to, ...limits.map((limit) => limit ?? ''), pick(random, ['', 'Brücke', '"a;b"'])].join(';'),
    );
    for (const [phase, limit] of limits.entries()) meant.push({ from, to, limit, phase });
    from = to + (chance(random, 5) ? 0 : 5 + random.below(50));
  }
  const limitUnit =
    unit === '' || !saysUnit
      ? {}
      : { limitUnit: unit === ' (mph)' ? 'mph' : unit === '_kmh' ? 'kmh' : 'km/h' };
  const limit = names.map((name) => `${name}${unit}`);
  const saysEmpty = chance(random, 8);
  const table = saysEmpty ? ({ emptyLimit: 'none' } as const) : {};
  const options = { from: 'von', to: 'bis', limit, gaps: 'stop', ...limitUnit, table } as const;
  const isSaid = saysEmpty && (unit === '' || saysUnit);
  return { text: `${lines.join('\n')}\n`, read: { options }, meant, isSaid };
}

const TURN = 3600;

/** Tenths of degrees of a ring, in a table beside its source. */
function rings(random: Random): KindOfTable {
  const [isInclusive, mark] = [chance(random, 4), pick(random, ['.', ','])];
  const lines = ['a;b;v'];
  const meant: Meant[] = [];
  let hasTenths = false;
  const place = (at: number) => {
    hasTenths ||= at % 10 !== 0;
    return at % 10 === 0 && chance(random, 5) ? String(at / 10) : `${Math.floor(at / 10)}${mark}${at % 10}`;
  };
  let from = 100 + random.below(500);
  const first = from;
  for (let row = 0; row < 1 + random.below(5) && from < TURN - 200; row++) {
    const crosses = chance(random, 3);
    const to = crosses ? 1 + random.below(first - 5) : from + 1 + random.below(TURN - from - 100);
    const limit = random.below(90);
    lines.push(`${place(from)};${place(isInclusive ? to - 1 : to)};${limit}`);
    if (!crosses) meant.push({ from, to, limit, phase: null });
    else meant.push({ from: 0, to, limit, phase: null }, { from, to: TURN, limit, phase: null });
    if (crosses) break;
    from = to + random.below(60);
  }
  const said = `decimal: ${mark === '.' ? 'point' : 'comma'}, ends: ${isInclusive ? 'inclusive' : 'exclusive'}`;
  const axis = '{ name: a, unit: deg, scale: 10, min: 0, max: 360 deg, wraps: true }';
  return {
    text: `${lines.join('\n')}\n`,
    read: {
      source: sourceOf(axis, `columns: { from: a, to: b, limit: v }, unit: deg, table: { ${said} }`, 1),
    },
    meant,
    // Whole degrees that hold their ends may hold all of the last one: a hole of that length is asked about.
    isSaid: !isInclusive || hasTenths,
  };
}

function sourceOf(axis: string, entry: string, phases: number): string {
  const phase = phases < 2 ? '' : `phase: { unit: tick, period: ${phases} }\n`;
  return `holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ ${axis} ] }\n${phase}zones:\n  - { file: t.csv, ${entry} }\ngaps: [ { anywhere: true, action: stop } ]\n`;
}

/** Marks as sources name them. */
const THOUSANDS = { '.': 'point', ',': 'comma', ' ': 'space', "'": 'apostrophe', none: 'none' } as const;

/** A table of the generator for `import`, named by a source instead. */
function besideSource(random: Random): KindOfTable {
  const { bytes, options, unit, meant, isSaid } = randomTable(random);
  const { table = {}, unitColumn, from, to } = options;
  const { ends, order, until, decimal, thousands, ...others } = table;
  const said = {
    ...others,
    ...(ends === undefined ? {} : { ends }),
    ...(order === undefined ? {} : { order }),
    ...(until === undefined ? {} : { until }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(thousands === undefined ? {} : { thousands: THOUSANDS[thousands] }),
  };
  const columns = {
    from,
    ...(to === undefined ? {} : { to }),
    limit: 'vmax',
    ...(unitColumn === undefined ? {} : { unit: unitColumn }),
  };
  const entry = `columns: ${JSON.stringify(columns)}, unit: ${unit}, table: ${JSON.stringify(said)}`;
  const phases = meant.some(({ phase }) => phase !== null) || table.phases !== undefined ? 2 : 1;
  const axis = '{ name: s, unit: mm, min: 0, max: 1000000000 }';
  return {
    text: bytes,
    read: { source: sourceOf(axis, entry, phases) },
    meant,
    isSaid,
  };
}

const KINDS = { days, clocks, categories, rings, besideSource };
export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

export function randomKind(name: KindName, random: Random): KindOfTable {
  return KINDS[name](random);
}
