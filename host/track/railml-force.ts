import { Temporal } from 'temporal-polyfill';
import { type Day, parseDay } from '../calendar/days.ts';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { sayOption } from '../import/say.ts';

/**
 * Whether what a file says is in force. A status such as `planned`, and days from or up to which something holds, are never taken for
 * granted: what the map is for is asked, once, and the answer is an option. Nor are words and weights for which alone something holds.
 */

/** An attribute that says in which state, from or up to when, or on which condition something holds. */
export interface Term {
  readonly kind: 'status' | 'from' | 'to' | 'constraint';
  readonly name: string;
  /** As it stands in the file. */
  readonly value: string;
  /** Of a status, how options name it. */
  readonly status: string;
}

export const CONSTRAINT_READINGS = ['take', 'omit'] as const;
export type ConstraintReading = (typeof CONSTRAINT_READINGS)[number];

export interface ForceOptions {
  /** Statuses of what is asked for; what has none is always taken. */
  readonly statuses?: readonly string[] | undefined;
  /** The day that the map is for. */
  readonly on?: Day | undefined;
  /** What becomes of speed changes that hold on a condition only. */
  readonly constraints?: ConstraintReading | undefined;
}

/** Something that may hold: how messages name it, and where it stands. */
export interface Subject {
  readonly what: string;
  readonly where: string;
  readonly terms: readonly Term[];
}

/** Elements that say of the one around them in which state it is. */
const STATE_ELEMENT = /^(?:states?|status|validit(?:y|ies)|validityPeriods?|periods?)$/i;
const KINDS: readonly (readonly [name: RegExp, kind: Term['kind']])[] = [
  [
    /constraint|condition|restriction|^(?:only|except)|weather|^(?:max|min|maximum|minimum)(?:Axle|Meter|Metre|Brak|Train|Length|Weight)/i,
    'constraint',
  ],
  [
    /^(?:valid|validity|operational|effective|active|inForce)(?:_|-)?(?:from|since|begin|start)(?:Date|Time)?$|^start(?:Date|Time)$/i,
    'from',
  ],
  [
    /^(?:valid|validity|operational|effective|active|inForce)(?:_|-)?(?:to|until|end|till|through)(?:Date|Time)?$|^end(?:Date|Time)$/i,
    'to',
  ],
  [/status$|^(?:state|disabled|enabled|inForce|active|planned|temporary)$|^valid/i, 'status'],
];
const IN_FORCE = [
  'operational',
  'active',
  'inforce',
  'in force',
  'valid',
  'enabled',
  'inoperation',
  'current',
];
const IN_FORCE_DEFAULT = 'operational';
const TRUE = ['true', '1'];
const FALSE = ['false', '0'];

export function isStateElement(name: string): boolean {
  return STATE_ELEMENT.test(name) || kindOf(name) !== undefined;
}

/** What an attribute says of being in force; undefined for any other. */
function kindOf(name: string): Term['kind'] | undefined {
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}

export function isTerm(name: string): boolean {
  return kindOf(name) !== undefined;
}

/** The terms among attributes. `inState`: of an element that says nothing else, whose `from` and `to` are days. */
export function termsOf(attributes: Readonly<Record<string, string>>, inState = false): readonly Term[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const isBare = inState && (name === 'from' || name === 'to');
    const kind = isBare ? name : kindOf(name);
    if (kind === undefined || (kind === 'constraint' && FALSE.includes(value.trim().toLowerCase())))
      return [];
    return kind === 'status' ? statusTerm(name, value) : [{ kind, name, value, status: '' }];
  });
}

/** `disabled="true"` is the status `disabled`; `disabled="false"` says nothing, nor does `active="true"`. */
function statusTerm(name: string, value: string): readonly Term[] {
  const text = value.trim().toLowerCase();
  if (!TRUE.includes(text) && !FALSE.includes(text))
    return [{ kind: 'status', name, value, status: value.trim() }];
  const isInForce = IN_FORCE.includes(name.toLowerCase());
  if (TRUE.includes(text) === isInForce) return [];
  return [{ kind: 'status', name, value, status: isInForce ? `not ${name}` : name }];
}

/** What options speak of, and how it is said that a file has none of it. */
const SPOKEN_OF = [
  { option: 'status', field: 'statuses', kinds: ['status'], none: 'has a status' },
  { option: 'on', field: 'on', kinds: ['from', 'to'], none: 'says from or up to when it holds' },
  { option: 'constraints', field: 'constraints', kinds: ['constraint'], none: 'holds on a condition' },
] as const;

/** What is said of terms that the file does not have says nothing. */
function refuseUnasked(options: ForceOptions, terms: readonly Term[]): void {
  for (const { option, field, kinds, none } of SPOKEN_OF) {
    const isAsked = terms.some(({ kind }) => kinds.some((each) => each === kind));
    if (options[field] === undefined || isAsked) continue;
    throw new HoldfastError('USAGE', `${sayOption(option)} does nothing here: nothing in the file ${none}`, {
      remedy: 'Leave it out.',
    });
  }
}

/** Decides what is in force, as options say; what they leave open is asked. */
export class Force {
  readonly #options: ForceOptions;
  /** Statuses of what is in force, as the file has them. */
  readonly #inForce: readonly string[];
  /** Where it stands what is not in force, by the reason. */
  readonly #left = new Map<string, Set<string>>();
  /** Where it stands what is used whatever its condition says, by the condition. */
  readonly #taken = new Map<string, Set<string>>();

  /** `terms`: all of the file. Throws HoldfastError USAGE for an option that none of them asks for. */
  constructor(options: ForceOptions, terms: readonly Term[]) {
    this.#options = options;
    refuseUnasked(options, terms);
    const found = terms.filter(({ kind, status }) => kind === 'status' && isInForce(status));
    this.#inForce = found.length === 0 ? [IN_FORCE_DEFAULT] : [...new Set(found.map(({ status }) => status))];
  }

  /** One sentence for each reason why speed changes are not used, or are used in spite of it. */
  get notes(): readonly string[] {
    const left = [...this.#left].map(([reason, { size }]) =>
      size === 1 ? `1 speed change ${reason} is not used` : `${size} speed changes ${reason} are not used`,
    );
    const taken = [...this.#taken].map(
      ([words, { size }]) =>
        `${size === 1 ? '1 speed change holds' : `${size} speed changes hold`} whatever ${words} says, as ${sayOption('constraints', 'take')} asks`,
    );
    return [...left, ...taken];
  }

  /** Throws HoldfastError USAGE when options leave open whether it is in force, TRACK_BROKEN or DAY_BROKEN for a day that is none. */
  holds(subject: Subject): boolean {
    const reason = this.#reasonAgainst(subject);
    if (reason === undefined) return true;
    const left = this.#left.get(reason) ?? new Set<string>();
    this.#left.set(reason, left.add(subject.where));
    return false;
  }

  /** Like `holds`, of what cannot be left out. */
  require(subject: Subject): void {
    const reason = this.#reasonAgainst(subject);
    if (reason === undefined) return;
    throw new HoldfastError(
      'USAGE',
      `${subject.where}: ${subject.what}, ${reason}, is left out by what was said`,
      {
        remedy: `Correct ${sayOption('status')}, ${sayOption('on')} or ${sayOption('constraints')}, or choose another track.`,
      },
    );
  }

  #reasonAgainst(subject: Subject): string | undefined {
    for (const term of subject.terms) {
      const { kind } = term;
      if (kind === 'status' || kind === 'constraint') {
        const isWanted = kind === 'status' ? this.#isWanted(term, subject) : this.#isTaken(term, subject);
        if (!isWanted) return `with ${wordsOf(term)}`;
      } else if (!this.#isOnDay(term, kind, subject)) return `out of force on ${this.#options.on}`;
    }
    return undefined;
  }

  #isWanted(term: Term, { what, where }: Subject): boolean {
    const { statuses } = this.#options;
    if (statuses !== undefined)
      return statuses.some((wanted) => foldStatus(wanted) === foldStatus(term.status));
    if (isInForce(term.status)) return true;
    const others = this.#inForce.join(',');
    const all = `${others},${term.status}`;
    throw new HoldfastError('USAGE', `${where}: ${what} has ${wordsOf(term)}`, {
      remedy: `Say ${sayOption('status', others)} to leave it out, or ${sayOption('status', all)} to take it.`,
    });
  }

  #isTaken(term: Term, { what, where }: Subject): boolean {
    const { constraints } = this.#options;
    const words = wordsOf(term);
    if (constraints === undefined) {
      throw new HoldfastError('USAGE', `${where}: ${what} holds on a condition, ${words}`, {
        remedy: `Say ${sayOption('constraints', 'omit')} to leave out what holds on a condition, or ${sayOption('constraints', 'take')} to use it whatever that says.`,
      });
    }
    if (constraints === 'omit') return false;
    this.#taken.set(words, (this.#taken.get(words) ?? new Set<string>()).add(where));
    return true;
  }

  #isOnDay(term: Term, kind: 'from' | 'to', { what, where }: Subject): boolean {
    const { day, edge } = momentOf(term, where);
    const { on } = this.#options;
    if (on === undefined) {
      throw new HoldfastError('USAGE', `${where}: ${what} has ${wordsOf(term)}`, {
        remedy: `Say the day that the map is for, such as ${sayOption('on', day.toString())}.`,
      });
    }
    const order = Temporal.PlainDate.compare(day, on);
    if (order !== 0) return order < 0 === (kind === 'from');
    if (edge === 'day') return true;
    if (edge !== 'within' && (kind === 'to' || edge === 'begin'))
      return edge === (kind === 'to' ? 'end' : 'begin');
    throw new HoldfastError(
      'USAGE',
      `${where}: ${what} has ${wordsOf(term)}, within the day of ${sayOption('on')}`,
      {
        remedy: 'Say the day before it, or the day after.',
      },
    );
  }
}

function foldStatus(text: string): string {
  return text.trim().toLowerCase();
}

function isInForce(status: string): boolean {
  return IN_FORCE.includes(foldStatus(status));
}

function wordsOf({ name, value }: Term): string {
  return `${name}="${cutText(value)}"`;
}

interface TermMoment {
  readonly day: Day;
  /** A day without a time, which belongs to what it bounds; or where in its day the moment lies. */
  readonly edge: 'day' | 'begin' | 'end' | 'within';
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/** By hours and minutes. */
const EDGES: Readonly<Record<string, TermMoment['edge']>> = { '': 'day', '00:00': 'begin', '23:59': 'end' };

function momentOf(term: Term, where: string): TermMoment {
  const [, day, time] = MOMENT.exec(term.value.trim()) ?? [];
  if (day === undefined)
    throw new HoldfastError('TRACK_BROKEN', `${where}: ${wordsOf(term)} is no day`, {
      remedy: 'Write year, month and day, such as 2026-03-29.',
    });
  return { day: parseDay(day, `${where}: ${term.name}`), edge: EDGES[time ?? ''] ?? 'within' };
}
