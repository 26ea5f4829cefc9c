/** Random tables as people write them, with what was meant: the oracle writes the rows, so it knows. */
import type { ImportOptions } from '../../host/import/plan.ts';
import type { EncodingName } from '../../host/table/encoding.ts';
import type { DecimalMark, ThousandsMark } from '../../host/table/numbers.ts';
import type { Random } from './random.ts';

export interface MeantRow {
  /** Steps of the axis, which counts millimetres: [from, to). */
  readonly from: number;
  readonly to: number;
  readonly limit: number | null;
  readonly phase: number | null;
}

export interface RandomTable {
  readonly bytes: Uint8Array;
  readonly options: Partial<ImportOptions>;
  /** What bare numbers of places count. */
  readonly unit: string;
  /** In the order of the table. */
  readonly meant: readonly MeantRow[];
  /** Whether everything that cannot be known from the table is said. */
  readonly isSaid: boolean;
}

const UNITS = { mm: 1, cm: 10, m: 1000, km: 1_000_000 } as const;
type UnitName = keyof typeof UNITS;
type UnitPlace = 'bracket' | 'suffix' | 'cell' | 'column' | 'said';

/** How one table is written. */
interface Style {
  readonly separator: string;
  readonly decimal: DecimalMark;
  readonly thousands: ThousandsMark;
  readonly unit: UnitName;
  readonly unitPlace: UnitPlace;
  readonly chainage: boolean;
  readonly inclusive: boolean;
  readonly falling: boolean;
  readonly steps: boolean;
  readonly phases: boolean;
  readonly filter: boolean;
  readonly lineEnd: string;
  readonly encoding: EncodingName;
  /** Limits like that of the row above are left empty. */
  readonly merged: boolean;
  readonly quotesAll: boolean;
  /** Whether a row is there that is to be asked about. */
  readonly odd: boolean;
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

const chance = (random: Random, ofTen: number) => random.below(10) < ofTen;

function styleOf(random: Random): Style {
  const decimal = pick(random, ['.', ','] as const);
  const marks = (['none', 'none', '.', ',', ' ', "'"] as const).filter((mark) => mark !== decimal);
  const steps = chance(random, 2);
  const unit = pick(random, ['mm', 'cm', 'm', 'km'] as const);
  return {
    separator: pick(random, [',', ';', '\t', '|']),
    decimal,
    thousands: pick(random, marks),
    unit,
    unitPlace: pick(random, ['bracket', 'suffix', 'cell', 'column', 'said'] as const),
    chainage: unit === 'km' && chance(random, 4),
    inclusive: !steps && chance(random, 3),
    falling: chance(random, 2),
    steps,
    phases: chance(random, 2),
    filter: chance(random, 2),
    lineEnd: pick(random, ['\n', '\r\n', '\r']),
    encoding: pick(random, ['utf-8', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'latin-1'] as const),
    merged: chance(random, 2),
    quotesAll: chance(random, 1),
    odd: random.below(20) === 0,
  };
}

/** A table and what it means, from one random number generator. */
export function randomTable(random: Random): RandomTable {
  const style = styleOf(random);
  const meant = merged(meantRows(random, style), random, style);
  const sayAll = chance(random, 5);
  const writer = new TableWriter(random, style);
  const text = writer.write(meant);
  return {
    bytes: encode(text, style.encoding, random),
    options: optionsOf(random, style, meant, sayAll),
    unit: style.unit,
    meant: meant.filter(({ isFiltered }) => !isFiltered),
    isSaid: sayAll && !style.odd && !(style.steps && style.phases) && !(style.merged && style.filter),
  };
}

interface PlannedRow extends MeantRow {
  /** Left out by the filter. */
  readonly isFiltered: boolean;
  /** Its limit is that of the row above, and not written again. */
  readonly isMerged?: boolean;
}

/** Rows as a spreadsheet with merged cells exports them: some take the limit of the row above. */
function merged(rows: readonly PlannedRow[], random: Random, style: Style): readonly PlannedRow[] {
  if (!style.merged) return rows;
  const done: PlannedRow[] = [];
  for (const row of rows) {
    const above = done.at(-1);
    const isMerged = above !== undefined && above.phase === row.phase && chance(random, 4);
    const limit = isMerged ? above.limit : (row.limit ?? random.below(200));
    done.push({ ...row, limit, isMerged });
  }
  return done;
}

/** Disjoint stretches a phase, on whole units of the table's last decimal place. */
function meantRows(random: Random, style: Style): readonly PlannedRow[] {
  const grain = style.chainage
    ? 1000
    : pick(
        random,
        [1, 10, 100, 1000].filter((step) => step <= UNITS[style.unit]),
      );
  const rows: PlannedRow[] = [];
  for (const phase of style.phases ? [0, 1] : [null]) {
    const sequence: PlannedRow[] = [];
    let from = random.below(3) * grain * random.below(2000);
    const count = 1 + random.below(5);
    for (let row = 0; row < count; row++) {
      const to =
        from +
        grain *
          (1 + random.below(pick(random, [3, 2000, 4_000_000 / Math.max(1, grain / 10)].map(Math.floor))));
      const limit = chance(random, 1) ? null : random.below(200);
      sequence.push({
        from,
        to,
        limit,
        phase,
        isFiltered: style.filter && !style.steps && chance(random, 3),
      });
      from = style.steps || chance(random, 7) ? to : to + grain * (2 + random.below(50));
    }
    rows.push(...(style.falling ? sequence.reverse() : sequence));
  }
  if (style.filter && rows.every(({ isFiltered }) => isFiltered))
    return rows.map((row) => ({ ...row, isFiltered: false }));
  return rows;
}

/** How people write units in cells. */
const SPELLINGS: Readonly<Record<Style['unit'], readonly string[]>> = {
  mm: ['mm', 'MM', 'Millimeter'],
  cm: ['cm', 'Zentimeter', 'centimètres'],
  m: ['m', 'M', 'Meter', 'mètres'],
  km: ['km', 'KM', 'Km', 'Kilometer', 'kilomètres'],
};
const TOTALS = ['Summe', 'Gesamtlänge', 'Durchschnitt:', 'Moyenne', 'Total général', 'Ø'];
/** What no reader can take for a row, nor leave out unasked. */
const ODD = ['* bei Nässe 60', '1) nur werktags', 'Abschnitt B', 'Total'];

const TITLES = ['Streckenbuch', 'as of 3.2.2026', 'Größe der Anlage'];
const PHASES = ['up', 'down'];

class TableWriter {
  readonly #random: Random;
  readonly #style: Style;
  readonly #header: readonly string[];

  constructor(random: Random, style: Style) {
    this.#random = random;
    this.#style = style;
    const name = (base: string) => {
      if (style.unitPlace === 'bracket')
        return `${base} ${pick(random, ['[]', '()']).split('').join(style.unit)}`;
      return style.unitPlace === 'suffix' ? `${base}_${style.unit}` : base;
    };
    this.#header = [
      name(chance(random, 3) ? 'VON' : 'von'),
      ...(style.steps ? [] : [name('bis')]),
      'vmax',
      ...(style.unitPlace === 'column' ? ['einheit'] : []),
      ...(style.phases ? ['dir'] : []),
      ...(style.filter ? ['status'] : []),
      'Bemerkung',
    ];
  }

  write(rows: readonly PlannedRow[]): string {
    const lines: string[] = [];
    if (chance(this.#random, 1)) lines.push(`sep=${this.#style.separator}`);
    while (chance(this.#random, 2)) lines.push(pick(this.#random, ['', ...TITLES]));
    lines.push(this.#line(this.#header));
    for (const row of rows) {
      lines.push(this.#line(this.#cells(row)));
      if (chance(this.#random, 1)) lines.push(this.#leftOut());
    }
    while (chance(this.#random, 2)) lines.push(this.#leftOut());
    if (this.#style.odd) lines.push(this.#odd(rows));
    return lines.map((line) => `${line}${this.#style.lineEnd}`).join('');
  }

  /** A note, or a total that holds places and says so at its end. */
  #odd(rows: readonly PlannedRow[]): string {
    const word = pick(this.#random, ODD);
    const [first, last] = [rows[0], rows.at(-1)];
    if (word !== 'Total' || first === undefined || last === undefined)
      return this.#line([word, ...this.#header.slice(1).map(() => '')]);
    const [from, to] = [Math.min(first.from, last.from), Math.max(first.to, last.to)];
    return this.#line([...this.#cells({ ...first, from, to, isFiltered: false }).slice(0, -1), word]);
  }

  #leftOut(): string {
    const blanks = this.#header.map(() => '');
    const total = [pick(this.#random, TOTALS), ...blanks.slice(1)];
    return pick(this.#random, [
      '',
      blanks.join(this.#style.separator),
      '# Brücke',
      this.#line(total),
      this.#line(this.#header),
    ]);
  }

  #cells(row: PlannedRow): readonly string[] {
    const { inclusive, falling, steps, unitPlace, unit, phases, filter } = this.#style;
    const [low, high] = [row.from, inclusive ? row.to - 1 : row.to];
    const places = falling ? [high, low] : [low, high];
    const limit =
      row.limit === null || row.isMerged
        ? ''
        : `${row.limit}${chance(this.#random, 1) ? `${this.#style.decimal}0` : ''}`;
    return [
      ...(steps ? [this.#place(falling ? high : low)] : places.map((place) => this.#place(place))),
      limit,
      ...(unitPlace === 'column' ? [unit] : []),
      ...(phases ? [PHASES[row.phase ?? 0] ?? ''] : []),
      ...(filter ? [row.isFiltered ? 'geplant' : 'in Kraft'] : []),
      pick(this.#random, ['', 'Brücke', 'a "quoted" word', 'two, parts; here']),
    ];
  }

  #place(mm: number): string {
    const { unit, unitPlace, chainage } = this.#style;
    const text = chainage && mm % 1000 === 0 ? this.#chainage(mm / 1000) : this.#number(mm, UNITS[unit]);
    return unitPlace === 'cell' && !text.includes('+')
      ? `${text}${pick(this.#random, ['', ' '])}${pick(this.#random, SPELLINGS[unit])}`
      : text;
  }

  #chainage(metres: number): string {
    return `${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`;
  }

  #number(mm: number, unit: number): string {
    const whole = String(Math.floor(mm / unit));
    const places = String(unit).length - 1;
    const digits = places === 0 ? '' : String(mm % unit).padStart(places, '0');
    const fraction = chance(this.#random, 6) ? digits.replace(/0+$/, '') : digits;
    const { thousands, decimal } = this.#style;
    const grouped = thousands === 'none' ? whole : whole.replace(/\B(?=(?:[0-9]{3})+$)/g, thousands);
    return `${grouped}${fraction === '' ? '' : `${decimal}${fraction}`}`;
  }

  #line(cells: readonly string[]): string {
    const { separator, quotesAll } = this.#style;
    return cells
      .map((cell) =>
        quotesAll || cell.includes(separator) || cell.includes('"')
          ? `"${cell.replaceAll('"', '""')}"`
          : cell,
      )
      .join(separator);
  }
}

/** Latin-1 and windows-1252 are the same for the letters that these tables hold. */
function encode(text: string, encoding: EncodingName, random: Random): Uint8Array {
  if (encoding === 'utf-8') return Buffer.from(chance(random, 5) ? `\ufeff${text}` : text);
  if (encoding === 'windows-1252' || encoding === 'latin-1') return Buffer.from(text, 'latin1');
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

function optionsOf(
  random: Random,
  style: Style,
  meant: readonly PlannedRow[],
  sayAll: boolean,
): Partial<ImportOptions> {
  const says = (ofTen: number) => sayAll || chance(random, ofTen);
  const isByte = style.encoding === 'windows-1252' || style.encoding === 'latin-1';
  const named = style.unitPlace === 'suffix' ? `_${style.unit}` : '';
  const last = style.falling ? meant.at(-1)?.from : meant.at(-1)?.to;
  // Each sequence of a step table ends elsewhere, so only one can be said.
  const end = style.steps && !style.phases && says(9) ? endText(last ?? 0, style) : undefined;
  return {
    from: `von${named}`,
    ...(style.steps ? {} : { to: `bis${named}` }),
    limit: 'vmax',
    axisUnit: 'mm',
    ...(style.unitPlace === 'column' && says(8) ? { unitColumn: 'einheit' } : {}),
    ...(style.unitPlace === 'said' && !style.chainage && says(8) ? { unit: style.unit } : {}),
    ...(style.unitPlace === 'said' && style.chainage ? { unit: 'km' } : {}),
    gaps: 'stop',
    table: {
      ends: style.steps ? undefined : style.inclusive ? 'inclusive' : 'exclusive',
      ...(says(5) ? { decimal: style.decimal } : {}),
      ...(says(5) ? { thousands: style.thousands } : {}),
      ...(says(3) ? { separator: style.separator } : {}),
      ...(isByte && says(8) ? { encoding: style.encoding } : {}),
      ...(style.falling && says(8) ? { order: 'falling' as const } : {}),
      ...(style.steps ? { until: 'next' as const } : {}),
      ...(says(8) ? { emptyLimit: style.merged ? ('same' as const) : ('none' as const) } : {}),
      ...(end === undefined ? {} : { end }),
      ...(style.phases ? { phases: { column: 'dir', names: PHASES } } : {}),
      ...(style.filter ? { where: ['status=in Kraft'] } : {}),
    },
  };
}

/** Where the last row ends, as the table writes places. */
function endText(mm: number, style: Style): string {
  const unit = UNITS[style.unit];
  const digits = `${Math.floor(mm / unit)}${style.decimal}${String(mm % unit).padStart(String(unit).length - 1, '0')}`;
  const number = unit === 1 ? String(mm) : `${digits}0`;
  return style.unitPlace === 'cell' ? `${number} ${style.unit}` : number;
}
