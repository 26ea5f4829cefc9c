import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { type Day, type DayRange, daysOf, parseDay, rangeOf } from './days.ts';

/** Holidays as a list of days that somebody answers for; none is computed, since countries and years differ. */

export interface Holidays {
  has(day: Day): boolean;
  /** The years in which there is one. */
  readonly years: ReadonlySet<number>;
  readonly count: number;
}

export const NO_HOLIDAYS: Holidays = { has: () => false, years: new Set(), count: 0 };

/** Days that lines may stand for, with those that come again. */
const DAYS_MAX = 100_000;
const LINE = /^(\S+?)(?:\s*\.\.\s*(\S+?))?(?:[\s,;](.*))?$/;
/** A name that holds a number may be a second day or an hour; one with such a word, a part of the day. */
const NUMBER = /\p{N}/u;
const PART_OF_DAY =
  /(?<![\p{L}\p{N}])(?:[0-9]{1,2}[:h][0-9]{2}|½|half|halb|demi|mezza|medi[oa] |noon|midday|mid-day|morning|afternoon|evening|mittag|vormittag|nachmittag|matin|après-midi)/iu;

/** Words that deny, doubt, move or restrict a holiday. */
const DOUBT =
  /(?<!\p{L})(?:not?|kein|keine|nicht|pas|non|cancel\w*|abgesagt|entf[äa]llt|annul[ée]\w*|optional|facultatif|fakultativ|tb[acd]|perhaps|maybe|vielleicht|moved|verschoben|verlegt|report[ée]|following|folgender?|suivant|working day|workday|werktag|arbeitstag|ouvr[ée]|only|nur|seulement|solo|except\w*|au(?:ss|ß)er|sauf|open|ge[öo]ffnet|ouvert)(?!\p{L})|\?|\(\p{Lu}{2}(?:[,; /]+\p{Lu}{2})*\)/iu;

/**
 * A line is a day or `first..last`, both included; what follows it is its name, without numbers, and `#` begins a comment.
 * @throws HoldfastError DAY_BROKEN with the line, HOLIDAYS_EMPTY
 */
export function readHolidays(text: string, file: string): Holidays {
  const days = new Set<string>();
  const years = new Set<number>();
  let left = DAYS_MAX;
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const content = line
      .replace(/^\ufeff/, '')
      .replace(/#.*$/, '')
      .trim();
    if (content === '') return;
    const where = `${file}:${index + 1}`;
    const range = readLine(content, where);
    left -= range.first.until(range.last).days + 1;
    if (left < 0) {
      throw new HoldfastError('HOLIDAYS_TOO_MANY', `${where}: the list has more than ${DAYS_MAX} days`, {
        remedy: 'Keep the days of the map.',
      });
    }
    for (const day of daysOf(range)) {
      days.add(day.toString());
      years.add(day.year);
    }
  });
  if (days.size === 0) {
    throw new HoldfastError('HOLIDAYS_EMPTY', `${file} holds no day`, {
      remedy: 'Write one day a line, such as 2026-08-01 National day.',
    });
  }
  return { has: (day) => days.has(day.toString()), years, count: days.size };
}

function readLine(content: string, where: string): DayRange {
  const [, from = content, to = from, name = ''] = LINE.exec(content) ?? [];
  const range = rangeOf(parseDay(from, where), parseDay(to, where), where);
  const refuse = (what: string, remedy: string) => {
    throw new HoldfastError('DAY_BROKEN', `${where}: "${cutText(content)}" ${what}`, { remedy });
  };
  if (name.trimStart().startsWith('..'))
    refuse('has a range that is not read', 'Write it at the front: first..last.');
  if (PART_OF_DAY.test(name))
    refuse(
      'may be a part of the day, and a holiday is all of it',
      'Leave the day out, and write its hours as a last rule, such as 2026-12-24 08:00-12:00; a mere name stands behind #.',
    );
  const [doubt] = DOUBT.exec(name) ?? [];
  if (doubt !== undefined)
    refuse(
      `says "${doubt}", which may deny, move or restrict the day`,
      'If it is a holiday for all, all day, put the words behind #; else take the line out.',
    );
  if (NUMBER.test(name))
    refuse(
      'has a number behind its day, which may be another day',
      'Write a range as 2026-12-24..2026-12-26, other days in lines of their own, and a name with numbers behind #.',
    );
  return range;
}
