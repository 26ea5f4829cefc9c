/** Days as people write them: `04.07.2026`, `7/4/26`, `3 Mar 2026`. What can be read in two ways is read as somebody says. */

/** In the languages that tables come in; what begins names of one month alone is that month. */
const MONTH_NAMES: readonly string[] = [
  'january januar janvier gennaio enero januari janeiro',
  'february februar février fevrier febbraio febrero februari fevereiro',
  'march märz maerz mrz mars marzo maart março marts',
  'april avril aprile abril',
  'may mai maggio mayo mei maio maj',
  'june juni juin giugno junio junho',
  'july juli juillet luglio julio julho',
  'august août aout agosto augustus augusti',
  'september septembre settembre septiembre setembro',
  'october oktober octobre ottobre octubre outubro',
  'november novembre noviembre',
  'december dezember décembre decembre dicembre diciembre dezembro',
];
const NAME_LETTERS_MIN = 3;

/** 1 to 12; undefined for a word that is no month, or may be two. */
function monthNamed(word: string): number | undefined {
  const folded = word.normalize('NFC').toLowerCase();
  if (folded.length < NAME_LETTERS_MIN) return undefined;
  const months = MONTH_NAMES.flatMap((names, index) =>
    names.split(' ').some((name) => name.startsWith(folded)) ? [index + 1] : [],
  );
  return months.length === 1 ? months[0] : undefined;
}

const PART = /dd?|mmm?|m|yyyy|(?:19|20)yy/;
const PARTS = new RegExp(`^(${PART.source})([-./ ]?)(${PART.source})([-./ ]?)(${PART.source})$`);

type Kind = 'd' | 'm' | 'y';

interface Pattern {
  readonly parts: readonly string[];
  /** Between them. */
  readonly marks: readonly string[];
}

function patternOf(text: string): Pattern | undefined {
  const [, first = '', mark = '', second = '', other = '', third = ''] = PARTS.exec(text) ?? [];
  const [parts, marks] = [
    [first, second, third],
    [mark, other],
  ];
  if (new Set(parts.map(kindOf)).size !== 3) return undefined;
  // Without marks nobody can tell where days and months of one digit end.
  const isFixed = parts.every((part) => part.length % 2 === 0);
  return isFixed || marks.every((each) => each !== '') ? { parts, marks } : undefined;
}

function kindOf(part: string): Kind {
  return part.includes('y') ? 'y' : part.startsWith('m') ? 'm' : 'd';
}

/** Whether `dates` names day, month and year once each: `dd.mm.yyyy`, `d/m/20yy`, `dd-mmm-20yy`, `yyyymmdd`. */
export function isDatePattern(pattern: string): boolean {
  return patternOf(pattern) !== undefined;
}

/** `04.07.2026 12:00` as `2026-07-04 12:00` under `dd.mm.yyyy`; undefined when the day is written otherwise. */
export function withIsoDate(cell: string, pattern: string): string | undefined {
  const { parts, marks } = patternOf(pattern) ?? { parts: [], marks: [] };
  const isMarked = marks.every((mark) => mark !== '');
  const between = parts.includes('mmm')
    ? ['[-./, ]*', '[-./, ]*']
    : marks.map((mark) => (mark === '.' ? '\\. ?' : mark === '/' ? '\\/' : mark));
  const source = parts.map((part, index) => `${digitsOf(part, isMarked)}${between[index] ?? ''}`).join('');
  const match = new RegExp(`^${source}(?![0-9])`, 'u').exec(cell);
  if (match === null) return undefined;
  const text = (kind: Kind) => match[parts.findIndex((part) => kindOf(part) === kind) + 1] ?? '';
  const year = (parts.find((part) => kindOf(part) === 'y') ?? '').replace(/y+/, text('y'));
  const month = parts.includes('mmm') ? monthNamed(text('m')) : Number(text('m'));
  return month === undefined ? undefined : isoDate(year, month, text('d'), cell.slice(match[0].length));
}

function digitsOf(part: string, isMarked: boolean): string {
  if (part === 'mmm') return '(\\p{L}+)\\.?';
  if (part.includes('y')) return part === 'yyyy' ? '([0-9]{4})' : '([0-9]{2})';
  return isMarked ? '([0-9]{1,2})' : '([0-9]{2})';
}

function isoDate(year: string, month: number, day: string, rest: string): string {
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}${rest}`;
}

const DAY = '([0-9]{1,2})(?:\\.|st|nd|rd|th)?';
const MONTH = '(\\p{L}{3,12})\\.?';
const MARKS = '[-./, ]{0,2}';
/** A day, the name of its month, and a year, in any order; the year may have two digits, and may stand behind an apostrophe. */
const NAMED_DATES = [
  { expression: `${DAY}${MARKS}(?:of )?${MONTH}${MARKS}['’]?([0-9]{2}|[0-9]{4})`, order: ['d', 'm', 'y'] },
  { expression: `${MONTH}${MARKS}${DAY}[-./, ]{1,2}['’]?([0-9]{2}|[0-9]{4})`, order: ['m', 'd', 'y'] },
  { expression: `([0-9]{4})${MARKS}${MONTH}${MARKS}${DAY}`, order: ['y', 'm', 'd'] },
].map(({ expression, order }) => ({ expression: new RegExp(`^${expression}(?![0-9])`, 'iu'), order }));

interface NamedDate {
  readonly order: readonly string[];
  readonly year: string;
  readonly month: number;
  readonly day: string;
  readonly rest: string;
}

function namedDateOf(cell: string): NamedDate | undefined {
  for (const { expression, order } of NAMED_DATES) {
    const match = expression.exec(cell);
    const text = (kind: Kind) => match?.[order.indexOf(kind) + 1] ?? '';
    const month = monthNamed(text('m'));
    if (match === null || month === undefined) continue;
    const rest = cell.slice(match[0].length).replace(/^,? +/, ' ');
    return { order, year: text('y'), month, day: text('d'), rest };
  }
  return undefined;
}

/** `3 Mar 2026 14:00` as `2026-03-03 14:00`; undefined where no month is named, or the year has two digits. */
export function withNamedMonth(cell: string): string | undefined {
  const date = namedDateOf(cell);
  return date?.year.length === 4 ? isoDate(date.year, date.month, date.day, date.rest) : undefined;
}

/** Days that are written in another way than year-month-day, and digits that may be a day. */
export function isOtherDate(cell: string): boolean {
  return datePatterns(cell).length > 0;
}

const NUMBERS = /^([0-9]{4}|[0-9]{1,2})([-./])( ?)([0-9]{1,2})\2\3([0-9]{4}|[0-9]{1,2})(?![0-9])/;
const ORDERS = ['dmy', 'mdy', 'ymd'] as const;

/** The ways in which the day of such a text may be written: those that name a day of the calendar. */
export function datePatterns(cell: string): readonly string[] {
  if (isBasicDate(cell)) return ['yyyymmdd'];
  const named = namedDateOf(cell);
  if (named !== undefined) return named.year.length === 4 ? [] : namedPatterns(named);
  const [, first = '', mark = '.', , second = '', third = ''] = NUMBERS.exec(cell) ?? [];
  if (first === '' || (first.length === 4 && mark === '-' && second.length === 2 && third.length === 2))
    return [];
  const texts = [first, second, third];
  return ORDERS.flatMap((order) => {
    const text = (kind: Kind) => texts[order.indexOf(kind)] ?? '';
    const year = text('y');
    const isDay = isDayAndMonth(text('d'), text('m'));
    if (!isDay || (year.length !== 4 && (year.length !== 2 || first.length + third.length > 4))) return [];
    return [patternText(order, mark, year, 'mm')];
  });
}

function namedPatterns({ order, year, day }: NamedDate): readonly string[] {
  const own = patternText(order.join(''), order[0] === 'm' ? ' ' : '-', year, 'mmm');
  const isYearFirst = order[0] === 'd' && day.length === 2 && Number(year) >= 1 && Number(year) <= 31;
  return isYearFirst ? [own, patternText('ymd', '-', day, 'mmm')] : [own];
}

function patternText(order: string, mark: string, year: string, month: string): string {
  const parts: Readonly<Record<string, string>> = {
    d: 'dd',
    m: month,
    y: year.length === 4 ? 'yyyy' : '20yy',
  };
  return [...order].map((kind) => parts[kind]).join(mark);
}

function isDayAndMonth(day: string, month: string): boolean {
  const isIn = (text: string, max: number) => text.length <= 2 && Number(text) >= 1 && Number(text) <= max;
  return isIn(day, 31) && isIn(month, 12);
}

/** `20260704`: eight digits that are a day of the calendar. */
function isBasicDate(cell: string): boolean {
  const [, month = '', day = ''] = /^(?:19|20|21)[0-9]{2}([0-9]{2})([0-9]{2})$/.exec(cell) ?? [];
  return isDayAndMonth(day, month);
}

const HALF_DAY =
  /(^|[\sT])([0-9]{1,2})(:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?\s?([ap])\.?\s?m\.?(?=$|[\sZ+-])/iu;

/** `2:30 PM` as `14:30`, also behind a day; as it stands where no such hour is on a clock. */
export function in24Hours(text: string): string {
  return text.replace(HALF_DAY, (all, before: string, digits: string, minutes = ':00', half: string) => {
    const hour = Number(digits);
    if (hour < 1 || hour > 12) return all;
    return `${before}${String((hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)).padStart(2, '0')}${minutes}`;
  });
}
