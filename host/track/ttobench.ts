import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { readJson } from '../common/json.ts';
import { unitNamed } from '../source/unit-table.ts';
import { exactly } from './decimals.ts';
import { type LimitScale, limitConversion, placeConversion, type TrackProfile } from './profile.ts';
import { endingWords, intervalsOf, notNegative, type SpeedStep } from './steps.ts';

/** Tracks of TTOBench, from library version 1.2 on: JSON with units, a list of stops, and pairs of a place and the limit from there on. */

type Json = Readonly<Record<string, unknown>>;

const SPEED = 'speed limits';
const STOPS = 'stops';
/** Of a number: a double holds all decimals of up to so many digits. */
const EXACT_DIGITS_MAX = 15;

/** Throws HoldfastError TRACK_BROKEN and what conversions throw. */
export function readTtobench(text: string, file: string, axisUnit: string, scale: LimitScale): TrackProfile {
  requireExact(text, file);
  const track = objectOf(parseJson(text, file), file, 'the track');
  const stops = objectOf(track[STOPS], file, `"${STOPS}"`);
  const limits = objectOf(track[SPEED], file, `"${SPEED}"`);
  const units = objectOf(limits.units, file, `the units of "${SPEED}"`);
  const places = listOf(stops.values, file, `the values of "${STOPS}"`).map((stop, index) =>
    exactly(
      numberText(stop, `${file}: stop ${index + 1}`),
      placeConversion(textOf(stops.unit, file, 'the unit of stops'), axisUnit),
      file,
    ),
  );
  const place = placeConversion(textOf(units.position, file, 'the unit of positions'), axisUnit);
  const velocity = textOf(units.velocity, file, 'the unit of velocities');
  if (unitNamed(velocity)?.dimension !== 'speed')
    throw broken(`${file}: the unit of velocities, "${cutText(velocity)}",`, 'is no speed');
  const factor = limitConversion(velocity, scale);
  const steps = listOf(limits.values, file, `the values of "${SPEED}"`).map((pair, index): SpeedStep => {
    const where = `${file}: speed limit ${index + 1}`;
    const [at, limit, ...more] = listOf(pair, file, `speed limit ${index + 1}`);
    if (more.length > 0) throw broken(where, 'is no pair of a place and a limit');
    return {
      id: `limit-${index + 1}`,
      at: exactly(numberText(at, where), place, where),
      limit: notNegative(exactly(numberText(limit, where), factor, where), where),
      where,
    };
  });
  if (steps.length === 0) throw broken(`${file}: "${SPEED}"`, 'has no values');
  requireRising(places, `${file}: the places of "${STOPS}"`);
  requireRising(
    steps.map(({ at }) => at),
    `${file}: the places of "${SPEED}"`,
  );
  const [min, max] = [places[0], places.at(-1)];
  if (min === undefined || max === undefined || min === max)
    throw broken(`${file}: "${STOPS}"`, 'has no two places');
  const extent = { min, max };
  return {
    extent,
    parts: [{ name: '', intervals: intervalsOf(steps, extent, 'up') }],
    limitUnit: scale.unit ?? velocity,
    assumptions: [
      ...unusedWords(track, [stops, limits, units], places.length),
      ...endingWords(steps, extent, 'up'),
    ],
  };
}

/** Fields of the parts that are read. */
const READ = ['unit', 'units', 'values', 'position', 'velocity'];

function unusedWords(track: Json, parts: readonly Json[], stops: number): string[] {
  const others = [
    ...Object.keys(track).filter((name) => ![SPEED, STOPS].includes(name)),
    ...parts.flatMap((part) => Object.keys(part)).filter((name) => !READ.includes(name)),
  ];
  return [
    'a limit holds from its place to that of the next, the last to the last stop',
    `of ${stops} stops only the first and the last are used: the ends of the axis`,
    ...(others.length === 0 ? [] : [`fields that are not used: ${others.map(cutText).join(', ')}`]),
  ];
}

function requireRising(places: readonly bigint[], what: string): void {
  const index = places.findIndex((at, number) => number > 0 && at <= (places[number - 1] ?? at));
  if (index >= 0) throw broken(what, `do not rise at number ${index + 1}`);
}

/** JSON holds decimals of any length, and a parser gives doubles. */
function requireExact(text: string, file: string): void {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?/g) ?? [];
  const long = numbers.find((number) => number.replace(/^[0.]+|\.|[eE].*$/g, '').length > EXACT_DIGITS_MAX);
  if (long !== undefined)
    throw broken(`${file}: ${cutText(long)}`, `has more than ${EXACT_DIGITS_MAX} digits`);
}

function parseJson(text: string, file: string): unknown {
  const json = readJson(text);
  if ('fault' in json) throw broken(file, json.fault);
  return json.value;
}

function objectOf(value: unknown, file: string, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw broken(
    `${file}: ${what}`,
    value === undefined ? 'is missing' : 'is no object with a unit and values',
  );
}

function listOf(value: unknown, file: string, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw broken(`${file}: ${what}`, 'is no list');
}

function textOf(value: unknown, file: string, what: string): string {
  if (typeof value === 'string') return value;
  throw broken(`${file}: ${what}`, 'is missing');
}

function numberText(value: unknown, where: string): string {
  if (typeof value === 'number') return String(value);
  throw broken(where, 'is no number');
}

function broken(where: string, what: string): HoldfastError {
  return new HoldfastError('TRACK_BROKEN', `${where} ${what}`, {
    remedy: 'Give a track in the layout of TTOBench 1.2 or later, or railML 2.',
  });
}
