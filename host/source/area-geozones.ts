import { cutText } from '../common/cut-text.ts';
import { namesOf } from './area-features.ts';
import { fieldOf, fieldText } from './area-geometry.ts';
import type { AreaOptions } from './area-options.ts';
import { phasesOf } from './area-periods.ts';
import { readList, reportAt } from './fields.ts';
import type { Interval } from './model.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { TreeNode } from './tree.ts';

/**
 * What ED-318 adds to GeoJSON for geozones of drones, and a plane has no place for: vertical limits (`layer`) and times at which a zone
 * holds (`limitedApplicability`). Nothing of it is dropped unless the entry says so; what is dropped is named.
 */

const LAYERS = 'layers';
const DATES = 'dates';
const PERIODS = 'periods';

export class GeozoneTerms {
  readonly #options: AreaOptions;
  readonly #context: PlaneContext;
  /** What was dropped, by option: words for each, in the order of the file. */
  readonly #dropped = new Map<string, string[]>();
  /** Refusals that were reported: one for each option is enough. */
  readonly #refused = new Set<string>();

  constructor(options: AreaOptions, context: PlaneContext) {
    this.#options = options;
    this.#context = context;
  }

  /** Whether a geometry may be taken, given its vertical limits. */
  admitsLayer(geometry: TreeNode, what: string): boolean {
    const layer = fieldOf(geometry, 'layer');
    if (layer?.kind !== 'map') return true;
    return this.#drop(
      LAYERS,
      layerWords(layer),
      layer.place,
      `${what} has vertical limits (${layerWords(layer)}), and a plane has none`,
      'Write "layers: ignore" if the map holds at every height, else leave what does not out with "where".',
    );
  }

  /** Phases at which a feature holds; null: the entry says. */
  when(terms: TreeNode | undefined, what: string): readonly Interval[] | null | undefined {
    if (terms === undefined || (terms.kind === 'text' && terms.text === '')) return null;
    const { diagnostics, phase } = this.#context;
    const list = readList(terms, `limitedApplicability of ${what}`, diagnostics);
    if (list === undefined) return undefined;
    const schedules: TreeNode[] = [];
    let [isAlways, isAdmitted] = [list.length === 0, true];
    for (const term of list) {
      isAdmitted = this.#admitsDates(term, what) && isAdmitted;
      const schedule = fieldOf(term, 'schedule');
      const items = schedule?.kind === 'list' ? schedule.items : [];
      if (items.length === 0) isAlways = true;
      schedules.push(...items);
    }
    if (!isAdmitted) return undefined;
    if (isAlways) return null;
    const { periods } = this.#options;
    if (periods === 'day' || periods === 'week') {
      if (phase === null) return undefined;
      return phasesOf(schedules, periods, phase, what, terms.place, reportAt(diagnostics, terms.place));
    }
    const isDropped = this.#drop(
      PERIODS,
      what,
      terms.place,
      `${what} holds at times of the day or the week`,
      'Write "periods: day" or "periods: week" to have them as phases, or "periods: ignore" if it may hold always.',
    );
    return isDropped ? null : undefined;
  }

  #admitsDates(term: TreeNode, what: string): boolean {
    const [from, to] = ['startDateTime', 'endDateTime'].map((name) => fieldText(term, name) ?? '');
    if (from === '' && to === '') return true;
    const words = [from && `from ${from}`, to && `until ${to}`].filter((each) => each !== '').join(' ');
    return this.#drop(
      DATES,
      words,
      term.place,
      `${what} holds ${cutText(words)}, and a map does not know dates`,
      'Write "dates: ignore" if the map is of a time within them, else leave it out with "where".',
    );
  }

  /** Whether the entry says that it may be dropped. */
  #drop(
    option: 'layers' | 'dates' | 'periods',
    words: string,
    place: Place,
    message: string,
    remedy: string,
  ): boolean {
    if (this.#options[option] === 'ignore') {
      const all = this.#dropped.get(option) ?? [];
      all.push(words);
      this.#dropped.set(option, all);
      return true;
    }
    if (!this.#refused.has(option)) this.#context.diagnostics.add('BAD_VALUE', place, message, remedy);
    this.#refused.add(option);
    return false;
  }

  /** What was dropped. */
  notes(): readonly string[] {
    const told = (option: string, words: (count: number, names: string) => string) => {
      const dropped = this.#dropped.get(option) ?? [];
      return dropped.length === 0 ? [] : [words(dropped.length, namesOf([...new Set(dropped)]))];
    };
    return [
      ...told(
        LAYERS,
        (count, names) => `vertical limits that nothing uses, of ${count} geometries: ${names}`,
      ),
      ...told(DATES, (count, names) => `dates that nothing uses, of ${count} periods: ${names}`),
      ...told(PERIODS, (_count, names) => `times of the day or the week that nothing uses, of ${names}`),
    ];
  }
}

/** `50 m AGL to 150 m AGL` */
function layerWords(layer: TreeNode): string {
  const unit = fieldText(layer, 'uom') ?? 'm';
  const end = (name: string, otherwise: string) => {
    const value = fieldText(layer, name);
    return value === undefined || value === ''
      ? otherwise
      : [value, unit, fieldText(layer, `${name}Reference`) ?? ''].join(' ').trim();
  };
  return cutText(`${end('lower', 'the ground')} to ${end('upper', 'any height')}`);
}
