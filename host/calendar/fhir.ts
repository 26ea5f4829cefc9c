import { Temporal } from 'temporal-polyfill';
import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { readJson } from '../common/json.ts';
import type { Interval } from './expand.ts';
import type { Moment, Zone } from './zone.ts';

/**
 * Periods of FHIR resources. Both ends may be as short as a year, and the end belongs to the period with all that it does not say:
 * `2026-03-01` is up to the end of that day, `2026-03-01T12:00:00Z` up to the end of that second. Days are those of a zone.
 */

export interface FhirPeriod {
  /** Of the resource and the field that it stands in, such as `Coverage/7 period`. */
  readonly path: string;
  /** null: the period has no beginning, or no end. */
  readonly from: Moment | null;
  readonly to: Moment | null;
}

export interface FhirPeriods {
  readonly periods: readonly FhirPeriod[];
  /** Paths of periods that are not used, and fields by kind of resource. */
  readonly unused: readonly string[];
}

type Json = { readonly [name: string]: unknown };

/** Fields of periods in which a resource holds or can be used; any other period is named as unused. */
const USED = [
  'period',
  'planningHorizon',
  'effectivePeriod',
  'validityPeriod',
  'servicedPeriod',
  'executionPeriod',
];
/** Fields that tell hours of a week; they are written as opening hours. */
const OTHER_TIMES = ['availableTime', 'notAvailable', 'hoursOfOperation', 'availability'];
/** Fields that name a resource, or whose meaning is read. */
const SAID_ELSEWHERE = ['resourceType', 'id', 'status', 'active', 'type', 'entry'];
/** Where one of these is true, a resource says that something is not; FHIR calls them modifiers, and earlier versions have the others. */
const NEGATIONS = ['doNotPerform', 'prohibited', 'notDone', 'notGiven', 'wasNotGiven', 'wasNotPrescribed'];
const IN_PERIODS = /^_?(?:start|end|id|extension)$/;
const DEPTH_MAX = 64;
const PERIODS_MAX = 100_000;

const YEAR = '\\d{4}';
const DATE_TIME = new RegExp(
  `^(${YEAR})(?:-(\\d{2})(?:-(\\d{2})(?:T(\\d{2}:\\d{2})(:[0-5]\\d(?:\\.(\\d{1,9}))?)?(Z|[+-]\\d{2}:\\d{2}))?)?)?$`,
);

/**
 * Every period of the resources in a file: a resource, a Bundle, a list, or a period by itself. `statuses`: of the resources that are
 * asked for; unless given, any status but `active` is refused.
 * @throws HoldfastError FHIR_BROKEN
 */
export function readFhir(
  text: string,
  file: string,
  zone: Zone,
  statuses?: readonly string[] | undefined,
): FhirPeriods {
  const json = readJson(text);
  if ('fault' in json) {
    throw new HoldfastError('FHIR_BROKEN', `${file} ${json.fault}`, {
      remedy: 'Give a file of FHIR resources in JSON, each field once.',
    });
  }
  const search = new PeriodSearch(file, zone, statuses);
  search.visit(json.value, { resource: '', status: null, fields: [] });
  for (const [kind, fields] of search.fields)
    search.unused.push(`${kind}: ${cutText([...fields].sort().join(', '))}`);
  for (const status of search.unmet)
    search.unused.push(`the status "${cutText(status)}", which no resource has,`);
  if (search.periods.length > 0) return search;
  if (search.leftOut.size > 0) {
    const found = [...search.leftOut].join(', ');
    throw new HoldfastError(
      'FHIR_BROKEN',
      `${file} holds no period of a resource with the statuses that are asked for`,
      {
        remedy: `Ask for those that it has with --status: ${cutText(found)}.`,
      },
    );
  }
  throw new HoldfastError('FHIR_BROKEN', `${file} holds no period that is read`, {
    remedy: `Periods are read from these fields: ${USED.join(', ')}.`,
  });
}

/** Where a value stands: in which resource of which status, and in which of its fields. */
interface Place {
  readonly resource: string;
  /** null: it has none. */
  readonly status: string | null;
  readonly fields: readonly string[];
}

class PeriodSearch implements FhirPeriods {
  readonly periods: FhirPeriod[] = [];
  readonly unused: string[] = [];
  readonly #file: string;
  readonly #zone: Zone;
  readonly #statuses: readonly string[] | undefined;
  /** Names of resources with an id. */
  readonly #seen = new Set<string>();
  readonly #found = new Set<string>();
  /** Statuses of resources that are not asked for. */
  readonly leftOut = new Set<string>();
  /** By kind of resource, its fields that nothing uses. */
  readonly fields = new Map<string, Set<string>>();

  /** `statuses`: of the resources that are asked for. */
  constructor(file: string, zone: Zone, statuses: readonly string[] | undefined) {
    this.#file = file;
    this.#zone = zone;
    this.#statuses = statuses;
  }

  /** Statuses that were asked for, and that no resource has. */
  get unmet(): readonly string[] {
    return (this.#statuses ?? []).filter((status) => !this.#found.has(status));
  }

  visit(value: unknown, place: Place): void {
    const { resource, status, fields } = place;
    if (fields.length > DEPTH_MAX) throw broken(this.#file, resource, `lies deeper than ${DEPTH_MAX} levels`);
    if (!isObject(value)) return;
    if (isPeriod(value)) {
      this.#take(value, place);
      return;
    }
    this.#requireKept(value, place);
    const name = resourceName(value);
    if (name !== null) this.#requireKnown(value, name);
    // Ids of contained resources count within the one that holds them.
    if (name !== null && typeof value.id === 'string' && !fields.includes('contained'))
      this.#requireOnce(name);
    for (const [key, field] of Object.entries(value)) {
      const here =
        name === null
          ? { resource, status, fields: [...fields, key] }
          : { resource: name, status: statusOf(value), fields: [key] };
      const before = this.periods.length + this.unused.length;
      if (name !== null && USED.includes(key)) this.#requirePeriod(field, pathOf(here));
      if (OTHER_TIMES.includes(key)) this.unused.push(pathOf(here));
      else this.visit(field, here);
      if (name !== null && this.periods.length + this.unused.length === before)
        this.#noteField(String(value.resourceType), key);
    }
  }

  /** What stands in the field of a period, and is none, would be passed over. */
  #requirePeriod(value: unknown, path: string): void {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isObject(each) && isPeriod(each)) continue;
      const other = isObject(each) ? Object.keys(each).find((name) => !IN_PERIODS.test(name)) : undefined;
      const what = other === undefined ? 'is no period' : `has "${cutText(other)}", which no period has`;
      throw broken(this.#file, path, what);
    }
  }

  /** A modifier can turn what a resource says into its contrary, and FHIR forbids to pass over it. */
  #requireKnown(resource: Json, name: string): void {
    const modifier = ['modifierExtension', 'implicitRules'].find((field) => field in resource);
    if (modifier !== undefined)
      throw broken(
        this.#file,
        name,
        `has ${modifier}, which is not read`,
        'Take the resource out of the file.',
      );
    const { decision, provision } = resource;
    const negation =
      NEGATIONS.find((field) => resource[field] === true) ??
      (decision === 'deny' ? 'decision' : undefined) ??
      (isObject(provision) && provision.type === 'deny' ? 'provision.type' : undefined);
    if (negation !== undefined)
      throw broken(
        this.#file,
        name,
        `says by ${negation} what is not to be`,
        'Take the resource out of the file: a map covers what holds.',
      );
  }

  /** Versions of one resource, as a history holds them: which of them is in force, their order does not say. */
  #requireOnce(name: string): void {
    if (this.#seen.has(name))
      throw broken(
        this.#file,
        name,
        'stands in the file more than once',
        'Keep the version that is in force.',
      );
    this.#seen.add(name);
  }

  #requireKept({ request }: Json, place: Place): void {
    if (!place.fields.includes('entry') || !isObject(request) || request.method !== 'DELETE') return;
    throw broken(
      this.#file,
      pathOf(place),
      'deletes a resource',
      'Take the entry out of the file, and the resource that it deletes.',
    );
  }

  #noteField(kind: string, field: string): void {
    if (SAID_ELSEWHERE.includes(field)) return;
    const fields = this.fields.get(kind) ?? new Set<string>();
    fields.add(cutText(field));
    this.fields.set(cutText(kind), fields);
  }

  /** Whether a resource of this status is asked for; one that may not be valid is asked about. */
  #isAskedFor({ status }: Place, path: string): boolean {
    if (status === null) return true;
    if (this.#statuses !== undefined) {
      this.#found.add(status);
      if (!this.#statuses.includes(status)) this.leftOut.add(status);
      return this.#statuses.includes(status);
    }
    if (status === 'active') return true;
    const remedy = `Say --status active to leave it out, or --status active,${status} to take it.`;
    throw broken(this.#file, path, `is of a resource whose status is "${cutText(status)}"`, remedy);
  }

  #take(value: Json, place: Place): void {
    const path = pathOf(place);
    const names = place.fields.filter((name) => !/^\d+$/.test(name));
    // What lies deeper, such as a history of states, is not when the resource itself holds.
    if (place.resource !== '' && (names.length > 1 || !USED.includes(names[0] ?? ''))) {
      this.unused.push(path);
      return;
    }
    if (!this.#isAskedFor(place, path)) {
      this.unused.push(`${path}, whose status is ${cutText(place.status ?? '')},`);
      return;
    }
    if (this.periods.length >= PERIODS_MAX)
      throw broken(this.#file, path, `is one period more than ${PERIODS_MAX}`);
    for (const name of Object.keys(value)) {
      const [, end] = /^_(start|end)$/.exec(name) ?? [];
      if (end !== undefined && !(end in value))
        throw broken(
          this.#file,
          path,
          `has the ${end} left untold (${name})`,
          `Write the ${end}; without ${name} the period is open there.`,
        );
      if (!['start', 'end', 'id'].includes(name)) this.unused.push(`${path}.${name}`);
    }
    this.periods.push(readPeriod(value, { file: this.#file, path }, this.#zone));
  }
}

/** `Coverage/7 period`; of a period by itself, `period`. */
function pathOf({ resource, fields }: Place): string {
  const field = fields.join('.').replace(/\.(\d+)(?=\.|$)/g, '[$1]');
  return [resource, field].filter((part) => part !== '').join(' ') || 'period';
}

/** The interval of a period within bounds, which stand for an end that it does not have. */
export function periodInterval({ from, to }: FhirPeriod, bounds: Interval): Interval {
  return { from: from ?? bounds.from, to: to ?? bounds.to };
}

function readPeriod(value: Json, at: { file: string; path: string }, zone: Zone): FhirPeriod {
  const [from, to] = [boundOf(value, 'start', at, zone), boundOf(value, 'end', at, zone)];
  if (from === null && to === null) throw broken(at.file, at.path, 'has neither start nor end');
  if (from !== null && to !== null && from.nanoseconds >= to.nanoseconds)
    throw broken(at.file, at.path, 'runs backwards');
  return { path: at.path, from, to };
}

/** The first moment of a start; of an end, the first moment behind it. */
function boundOf(
  value: Json,
  name: 'start' | 'end',
  { file, path }: { file: string; path: string },
  zone: Zone,
): Moment | null {
  const text = value[name];
  if (text === undefined) return null;
  const match = typeof text === 'string' ? DATE_TIME.exec(text) : null;
  try {
    if (match !== null) return momentOf(match, name === 'end', zone);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  throw broken(file, path, `has the ${name} "${cutText(String(text))}", which is no FHIR dateTime`);
}

function momentOf(
  [text, year, month, day, minutes, seconds, fraction]: RegExpExecArray,
  isEnd: boolean,
  zone: Zone,
): Moment {
  if (minutes === undefined) {
    const fields = { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) };
    const first = Temporal.PlainDate.from(fields, { overflow: 'reject' });
    if (!isEnd) return zone.startOf(first);
    return zone.startOf(
      first.add(month === undefined ? { years: 1 } : day === undefined ? { months: 1 } : { days: 1 }),
    );
  }
  const instant = Temporal.Instant.from(text);
  if (!isEnd) return zone.of(instant);
  if (seconds === undefined) return zone.of(instant.add({ minutes: 1 }));
  return zone.of(instant.add({ nanoseconds: 10 ** (9 - (fraction ?? '').length) }));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function isPeriod(value: Json): boolean {
  const names = Object.keys(value);
  return names.some((name) => /^_?(?:start|end)$/.test(name)) && names.every((name) => IN_PERIODS.test(name));
}

/** Schedules and services say by `active` what others say by `status`. */
function statusOf({ status, active }: Json): string | null {
  if (typeof status === 'string') return status;
  return active === false ? 'inactive' : null;
}

function resourceName({ resourceType, id }: Json): string | null {
  if (typeof resourceType !== 'string') return null;
  return typeof id === 'string' ? `${cutText(resourceType)}/${cutText(id)}` : cutText(resourceType);
}

const PERIOD_REMEDY = 'Write start and end as FHIR does, such as 2026-03-01 or 2026-03-01T12:00:00+01:00.';

function broken(file: string, path: string, what: string, remedy = PERIOD_REMEDY): HoldfastError {
  return new HoldfastError('FHIR_BROKEN', `${file}: ${cutText(path)} ${what}`, { remedy });
}
