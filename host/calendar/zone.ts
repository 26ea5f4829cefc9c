import { Temporal } from 'temporal-polyfill';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';

/**
 * Days and hours of a named zone as moments. The rules of zones come with the Node that runs, and their version is told; what is
 * written holds moments with their offsets, so nothing that is written depends on them afterwards.
 */

/** What to do with a time that a change of the clocks leaves out or has twice. */
export const CLOCK_CHANGE_RULES = ['refuse', 'earlier', 'later'] as const;
export type ClockChangeRule = (typeof CLOCK_CHANGE_RULES)[number];

export interface Moment {
  /** Since 1970-01-01T00:00:00Z. */
  readonly nanoseconds: bigint;
  /** With the offset of the zone then, such as `2026-03-29T03:00:00+02:00`. */
  readonly text: string;
}

export const MINUTES_A_DAY = 1440;
const NANOSECONDS_A_MINUTE = 60_000_000_000;

/** The version of the zone table, such as `2025c`. Throws HoldfastError ZONE_TABLE_UNKNOWN. */
export function zoneTableVersion(): string {
  const version = process.versions.tz;
  if (version !== undefined && version !== '') return version;
  throw new HoldfastError('ZONE_TABLE_UNKNOWN', 'this Node does not say which table of time zones it has', {
    remedy: 'Use a Node that was built with its own ICU, such as those of nodejs.org.',
  });
}

export class Zone {
  /** As the zone table spells it. */
  readonly name: string;
  readonly #rule: ClockChangeRule;

  /** Throws HoldfastError ZONE_UNKNOWN; an offset is no zone, since it knows no summer time. */
  constructor(name: string, rule: ClockChangeRule) {
    this.name = knownZone(name);
    this.#rule = rule;
  }

  /** The first moment of a day: midnight, or what comes after it where midnight is left out. */
  startOf(day: Temporal.PlainDate): Moment {
    return momentOf(day.toZonedDateTime(this.name));
  }

  /**
   * The moment `minutes` after midnight on the clocks of a day; 1440 is the beginning of the next. A time that is left out stands for the
   * moment of the change, one that there is twice for the earlier or the later, when a rule is given.
   *
   * @throws HoldfastError CLOCK_CHANGE without a rule
   */
  at(day: Temporal.PlainDate, minutes: number): Moment {
    const date = day.add({ days: Math.floor(minutes / MINUTES_A_DAY) });
    const inDay = minutes % MINUTES_A_DAY;
    if (inDay === 0) return this.startOf(date);
    const local = date.toPlainDateTime({ hour: Math.floor(inDay / 60), minute: inDay % 60 });
    return momentOf(this.#resolve(local));
  }

  /**
   * The moment `minutes` after noon minus twelve hours, as GTFS counts on a day of service: not those of the clocks on a day on which
   * they change, so no time is left out or comes twice.
   */
  ofService(day: Temporal.PlainDate, minutes: number): Moment {
    const noon = this.#resolve(day.toPlainDateTime({ hour: 12 }));
    return momentOf(noon.add({ minutes: minutes - MINUTES_A_DAY / 2 }));
  }

  /** A moment that has an offset of its own, on the clocks of this zone. */
  of(instant: Temporal.Instant): Moment {
    return momentOf(instant.toZonedDateTimeISO(this.name));
  }

  #resolve(local: Temporal.PlainDateTime): Temporal.ZonedDateTime {
    const earlier = local.toZonedDateTime(this.name, { disambiguation: 'earlier' });
    const later = local.toZonedDateTime(this.name, { disambiguation: 'later' });
    if (earlier.epochNanoseconds === later.epochNanoseconds) return earlier;
    const isTwice = earlier.toPlainDateTime().equals(local);
    if (this.#rule === 'refuse') throw clockChange(local, this.name, isTwice);
    if (isTwice) return this.#rule === 'earlier' ? earlier : later;
    const change = earlier.getTimeZoneTransition('next');
    if (change === null) throw new TypeError('a time that is left out has a change of the clocks');
    return change;
  }
}

function momentOf(zoned: Temporal.ZonedDateTime): Moment {
  if (zoned.offsetNanoseconds % NANOSECONDS_A_MINUTE !== 0) {
    throw new HoldfastError(
      'OFFSET_IN_SECONDS',
      `${zoned.toString()} has an offset that no timestamp can tell`,
      {
        remedy: 'Give later days: such offsets ended before 1973.',
      },
    );
  }
  return { nanoseconds: zoned.epochNanoseconds, text: zoned.toString({ timeZoneName: 'never' }) };
}

function clockChange(local: Temporal.PlainDateTime, zone: string, isTwice: boolean): HoldfastError {
  const what = isTwice ? 'comes twice' : 'does not exist';
  const message = `${local.toString()} ${what} in ${zone}: the clocks change then`;
  const remedy = isTwice
    ? 'Give another time, or say with --clock-change which of the two is meant: earlier or later.'
    : 'Give another time, or --clock-change: then the moment of the change is taken.';
  return new HoldfastError('CLOCK_CHANGE', message, { remedy });
}

/** What is wrong with the name of a zone: words behind "is"; null when the zone table has it. */
export function zoneFault(name: string): string | null {
  if (/^(?:[+-]|(?:UTC|GMT)[+-])/i.test(name)) return 'an offset, which knows no summer time';
  try {
    zonedEpoch(name);
    return null;
  } catch {
    return 'no zone that the zone table has';
  }
}

function zonedEpoch(name: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
}

function knownZone(name: string): string {
  const what = zoneFault(name);
  if (what === null) return zonedEpoch(name).timeZoneId;
  throw new HoldfastError('ZONE_UNKNOWN', `the zone "${cutText(name)}" is ${what}`, {
    remedy: 'Give the name of a zone, such as Europe/Zurich or UTC.',
  });
}
