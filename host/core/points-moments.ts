/**
 * Moments of one day, written alike, differ by their time of day alone: offsets are written out or said, so a day has 24 hours. So the
 * reader that knows dates, patterns and offsets is asked once a day, and again for whatever is no plain time of day.
 */
import { timeUnit } from '../source/unit-table.ts';
import type { PlaceAxis } from './points.ts';

/** Some ninety years; a hostile file has a day a row. */
const DAYS_MAX = 1 << 15;
const CHARACTERS_MAX = 40;
/** What may stand behind a time of day without saying another one, as `PM` does. */
const BEHIND = /^ *(?:Z|[+-][0-9]{2}:[0-9]{2})?$/i;
const BEHIND_SECONDS = /^(?:\.0+)? *(?:Z|[+-][0-9]{2}:[0-9]{2})?$/i;
const SECOND_NS = 1_000_000_000n;
const ZERO = 0x30;
const COLON = 0x3a;

export class PointMoments {
  /** Steps of an axis in so many seconds; 0: a second and a step have no such numbers. */
  readonly #steps: number;
  readonly #seconds: number;
  /** Steps at the begin of a day, by what stands before and behind the time of day. */
  readonly #days = new Map<string, number>();
  /** Of the cell that was looked at last: its day, and seconds since that began. */
  #day = '';
  #second = 0;

  constructor({ unit, scale }: Pick<PlaceAxis, 'unit' | 'scale'>) {
    const nanoseconds = timeUnit(unit) ?? 0n;
    const [steps, seconds] = [SECOND_NS * BigInt(scale), nanoseconds];
    const common = commonFactor(steps, seconds);
    this.#steps = nanoseconds === 0n ? 0 : Number(steps / common);
    this.#seconds = Number(seconds / common);
  }

  /** Steps that `text` means, an exact integer; undefined where that does not follow from what was learnt. */
  known(text: string): number | undefined {
    if (!this.#look(text)) return undefined;
    const day = this.#days.get(this.#day);
    const since = this.#stepsSince();
    return day === undefined || since === undefined ? undefined : safe(day + since);
  }

  /** Keeps what `text` means, as the reader of all moments says. */
  learn(text: string, steps: bigint): void {
    if (!this.#look(text) || this.#days.size >= DAYS_MAX) return;
    const since = this.#stepsSince();
    const whole = safe(Number(steps));
    if (since !== undefined && whole !== undefined) this.#days.set(this.#day, whole - since);
  }

  /** Steps between the begin of the day and the cell that was looked at. */
  #stepsSince(): number | undefined {
    const product = this.#second * this.#steps;
    if (this.#steps === 0 || safe(product) === undefined) return undefined;
    return product % this.#seconds === 0 ? product / this.#seconds : undefined;
  }

  /** Takes a cell apart; false for one without hours and minutes of two digits each, and nothing behind that changes them. */
  #look(text: string): boolean {
    const colon = text.indexOf(':');
    if (colon < 2 || text.length > CHARACTERS_MAX || isDigit(text.charCodeAt(colon - 3))) return false;
    const hasSeconds = text.charCodeAt(colon + 3) === COLON;
    const [hour, minute] = [twoDigits(text, colon - 2), twoDigits(text, colon + 1)];
    const second = hasSeconds ? twoDigits(text, colon + 4) : 0;
    // Not a number, too.
    if (!(hour < 24 && minute < 60 && second < 60)) return false;
    const end = colon + (hasSeconds ? 6 : 3);
    const behind = text.slice(end);
    if (behind !== '' && !(hasSeconds ? BEHIND_SECONDS : BEHIND).test(behind)) return false;
    this.#day = `${text.slice(0, colon - 2)}${hasSeconds ? '::' : ':'}${behind}`;
    this.#second = 3600 * hour + 60 * minute + second;
    return true;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

/** NaN for anything else. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
  return isDigit(tens) && isDigit(ones) ? 10 * (tens - ZERO) + ones - ZERO : Number.NaN;
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The greatest; of 0 and another number that one. */
function commonFactor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonFactor(b, a % b);
}
