import type { Diagnostics } from './diagnostics.ts';
import { type Fields, readTextNode } from './fields.ts';
import { readChoice } from './values.ts';

/** What an entry says of its file that only some formats have. */

export interface AreaOptions {
  /** Which object of a TopoJSON file. */
  readonly object: string | null;
  /** Vertical limits, which a plane does not have: null refuses them. */
  readonly layers: 'ignore' | null;
  /** Days on which an area begins or ends to hold: null refuses them. */
  readonly dates: 'ignore' | null;
  /** Times of the day or the week: phases that count from midnight, or from Monday's, of UTC. null refuses them. */
  readonly periods: 'day' | 'week' | 'ignore' | null;
  /** Where a vehicle may be if there are several areas that it must stay in: null refuses several. */
  readonly inclusions: 'any' | null;
}

const FORMATS = {
  object: 'TopoJSON',
  layers: 'GeoJSON',
  dates: 'GeoJSON',
  periods: 'GeoJSON',
  inclusions: 'fences',
} as const satisfies Record<keyof AreaOptions, string>;

export type FormatName = 'GeoJSON' | 'TopoJSON' | 'fences';

export const OPTION_FIELDS = Object.keys(FORMATS) as readonly (keyof AreaOptions)[];

/** undefined after a mistake. */
export function readAreaOptions(fields: Fields, diagnostics: Diagnostics): AreaOptions | undefined {
  const choice = <Word extends string>(name: keyof AreaOptions, words: readonly Word[]) => {
    const node = fields.get(name);
    return node === undefined ? null : readChoice(node, name, words, diagnostics);
  };
  const objectNode = fields.get('object');
  const object = objectNode === undefined ? null : readTextNode(objectNode, 'object', diagnostics)?.text;
  const layers = choice('layers', ['ignore']);
  const dates = choice('dates', ['ignore']);
  const periods = choice('periods', ['day', 'week', 'ignore']);
  const inclusions = choice('inclusions', ['any']);
  if (object === undefined || layers === undefined || dates === undefined) return undefined;
  if (periods === undefined || inclusions === undefined) return undefined;
  return { object, layers, dates, periods, inclusions };
}

/** Whether the entry says only what the format of its file has; reports the rest. */
export function fitsFormat(
  fields: Fields,
  format: FormatName,
  file: string,
  diagnostics: Diagnostics,
): boolean {
  const foreign = OPTION_FIELDS.filter((name) => fields.get(name) !== undefined && FORMATS[name] !== format);
  for (const name of foreign) {
    const place = fields.get(name)?.place ?? fields.place;
    const message = `"${name}" is of ${FORMATS[name]}, and ${file} is ${format === 'fences' ? 'a file of fences' : format}`;
    diagnostics.add('BAD_VALUE', place, message, 'Leave it out.');
  }
  return foreign.length === 0;
}
