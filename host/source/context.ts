import type { Scope } from './coordinates.ts';
import { type Diagnostics, formatPlace } from './diagnostics.ts';
import type { LimitScope } from './limit.ts';
import type { Remark } from './model.ts';
import type { Place } from './place.ts';
import type { SourceReader } from './reader.ts';

/** What entries of `zones` and `gaps` are read against, on lines and in planes. */
export interface MapContext {
  /** The path of the source; files that it names stand beside it. */
  readonly path: string;
  readonly reader: SourceReader;
  readonly diagnostics: Diagnostics;
  /** null: the source has no phases. */
  readonly phase: Scope | null;
  /** null: the source declares no unit of limits. */
  readonly limits: LimitScope | null;
  readonly ids: IdRegister;
  /** What files hold that is not used, in the order of the source. */
  readonly remarks: Remark[];
}

/** What every entry of a line is read against. */
export interface EntryContext extends MapContext {
  readonly axis: Scope;
  /** Tables whose rows may hold their ends, which a gap rule that holds anywhere would hide. */
  readonly unclearEnds: UnclearEnds[];
}

/** Holes of one step between the rows of a table. */
export interface UnclearEnds {
  readonly place: Place;
  readonly found: string;
  readonly remedy: string;
}

/** What was read of a list of entries; not complete when a mistake dropped an entry or a row. */
export interface Entries<Entry> {
  readonly entries: readonly Entry[];
  readonly complete: boolean;
}

/** Zones and gap rules share their ids: a verdict names either. */
export class IdRegister {
  readonly #places = new Map<string, Place>();
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** Takes an id for the entry at `place`; one that was taken before is reported. */
  claim(id: string | undefined, place: Place): void {
    if (id === undefined) return;
    const earlier = this.#places.get(id);
    if (earlier === undefined) {
      this.#places.set(id, place);
      return;
    }
    const message = `the id "${id}" is already used at ${formatPlace(earlier)}`;
    this.#diagnostics.add('DUPLICATE_ID', place, message, 'Give each zone and gap rule its own id.');
  }
}
