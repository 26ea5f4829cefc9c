import type { Partition } from '../body/partition.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { visible } from '../common/visible.ts';
import { placeWords, verdictWords } from '../controller/display.ts';
import { type MapView, viewOf } from '../controller/map-view.ts';
import type { SaidPlace } from '../controller/said-place.ts';
import type { LiveState } from '../page/data.ts';
import { faultWords } from '../refusals/refusals.ts';
import type { DeviceStatus } from '../serial/answers.ts';
import type { Device } from '../serial/device.ts';
import { isPlane } from '../source/plane-model.ts';

/** Follows a device that others drive: reads what it does, and the edition that it runs when that is another one. Writes nothing. */

/** What a device says of itself. */
export interface Told {
  readonly status: Pick<DeviceStatus, 'hash' | 'epoch' | 'mode' | 'reason'>;
  /** Names and values, in words. */
  readonly rows: LiveState['rows'];
}

export interface FollowerOptions {
  readonly device: Pick<Device, 'check'>;
  tell(): Promise<Told>;
  /** Reads the running edition back, and makes its page. */
  read(): Promise<{ readonly map: Partition | PlanePartition; readonly page: string }>;
}

/** After so many looks without a word of it, a place is no longer believed. */
const SILENT_LOOKS_MAX = 10;

const NO_EDITION = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>no edition yet</title></head>
<body><p>The device runs no edition that could be shown. This page asks again every two seconds.</p></body></html>
`;

export class Follower {
  readonly #options: FollowerOptions;
  #page = NO_EDITION;
  #map: MapView | null = null;
  #edition = '';
  #place: SaidPlace | null = null;
  #silentLooks = 0;
  #state: LiveState = { edition: '', state: 'lost', words: 'not asked yet', machine: null, rows: [] };

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  get page(): string {
    return this.#page;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** The device said where its machine is. */
  said(place: SaidPlace): void {
    this.#place = place;
    this.#silentLooks = 0;
  }

  /** Asks once. What the line or the device refuses becomes the state; what is our own fault is thrown. */
  async look(): Promise<void> {
    try {
      if (this.#silentLooks++ > SILENT_LOOKS_MAX) this.#place = null;
      const { status, rows } = await this.#options.tell();
      if (status.hash !== this.#edition) await this.#read(status);
      this.#state = await this.#stateOf(status, rows);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const words = visible(error.message);
      this.#state = { ...this.#state, edition: this.#edition, state: 'lost', words, machine: null };
    }
  }

  async #read({ hash, epoch }: Told['status']): Promise<void> {
    if (epoch === 0) {
      [this.#page, this.#map, this.#edition] = [NO_EDITION, null, hash];
      return;
    }
    const { map, page } = await this.#options.read();
    [this.#page, this.#map] = [page, viewOf(map)];
    this.#edition = hash;
  }

  async #stateOf({ mode, reason }: Told['status'], rows: LiveState['rows']): Promise<LiveState> {
    const map = this.#map;
    const common = {
      edition: this.#edition,
      rows: rows.map(([name, value]) => [visible(name), visible(value)] as const),
    };
    const fault = faultWords(reason);
    if (fault !== null)
      return { ...common, state: 'fault', words: `fault: ${visible(fault)}`, machine: null };
    const place = this.#place;
    const isAlone = map !== null && isPlane(map) && place?.y === null;
    if (place === null || map === null || isAlone) {
      const what = isAlone
        ? 'says only x of its machine, and its map is a plane'
        : 'does not say where its machine is';
      const words = `${mode}; the device ${what}`;
      return { ...common, state: mode === 'run' ? '' : 'maintenance', words, machine: null };
    }
    const { x, phase } = place;
    const y = isPlane(map) ? place.y : null;
    const asked = await this.#options.device.check({ x, phase, ...(y === null ? {} : { y }) });
    const { ahead, behind, ...verdict } = asked;
    const told = { ...verdict, toGapAhead: ahead, toGapBehind: behind };
    const at = visible(placeWords({ x, y }, map));
    return {
      ...{ ...common, state: verdict.state, machine: { x, y, phase, words: at } },
      words: visible(`${at}: ${verdictWords({ x, y, phase, verdict: told, map })}`),
    };
  }
}
