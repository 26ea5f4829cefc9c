/**
 * What is found in lists that phases share. A list is looked at once, however many ranges of phases have it; which phases a thing is
 * found in follows from its lists. Things that are in the same lists have the same phases, which are worked out once.
 */

/** Ticks [from, to). */
export interface Phases {
  readonly from: number;
  readonly to: number;
}

/** A range of phases and the number of its list. */
export interface ListedPhases extends Phases {
  readonly list: number;
}

export class FoundInLists<Item> {
  readonly #found = new Map<string, { readonly item: Item; readonly lists: number[] }>();

  get size(): number {
    return this.#found.size;
  }

  has(key: string): boolean {
    return this.#found.has(key);
  }

  /** The same thing has the same key; lists are gone through one after the other. */
  add(key: string, item: Item, list: number): void {
    const known = this.#found.get(key);
    if (known === undefined) this.#found.set(key, { item, lists: [list] });
    else if (known.lists.at(-1) !== list) known.lists.push(list);
  }

  /** Each thing, in the order in which they were found, with its phases: rising, neighbouring ranges joined. */
  *withPhases(ranges: readonly ListedPhases[]): Generator<{ item: Item; phases: readonly Phases[] }> {
    const placesOf = new Map<number, number[]>();
    ranges.forEach(({ list }, place) => {
      const places = placesOf.get(list);
      if (places === undefined) placesOf.set(list, [place]);
      else places.push(place);
    });
    const known = new Map<string, readonly Phases[]>();
    for (const { item, lists } of this.#found.values()) {
      const group = lists.join(' ');
      const phases =
        known.get(group) ??
        joined(
          lists.flatMap((list) => placesOf.get(list) ?? []),
          ranges,
        );
      known.set(group, phases);
      yield { item, phases };
    }
  }
}

/** The ranges at these places, neighbours joined. */
function joined(places: number[], ranges: readonly Phases[]): Phases[] {
  const result: Phases[] = [];
  for (const place of places.sort((left, right) => left - right)) {
    const { from, to } = ranges[place] ?? { from: 0, to: 0 };
    const last = result.at(-1);
    if (last?.to === from) result[result.length - 1] = { from: last.from, to };
    else result.push({ from, to });
  }
  return result;
}

/** Numbers lists in the order of their first range. */
export function numberedLists<List>(windows: readonly (Phases & { readonly cells: List })[]): {
  readonly lists: readonly List[];
  readonly ranges: readonly ListedPhases[];
} {
  const numbers = new Map<List, number>();
  const ranges = windows.map(({ from, to, cells }) => {
    const list = numbers.get(cells) ?? numbers.size;
    numbers.set(cells, list);
    return { from, to, list };
  });
  return { lists: [...numbers.keys()], ranges };
}
