import type { Partition } from '../body/partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { visible } from '../common/visible.ts';
import { placeWords, verdictWords } from '../controller/display.ts';
import type { MapView } from '../controller/map-view.ts';
import type { SaidPlace } from '../controller/said-place.ts';
import type { LiveState } from '../page/data.ts';
import { faultWords } from '../refusals/refusals.ts';
import type { DeviceStatus } from '../serial/answers.ts';
import type { Device } from '../serial/device.ts';

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
  read(): Promise<{ readonly partition: Partition; readonly page: string }>;
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
    const { partition, page } = await this.#options.read();
    const { axis, phasePeriod, units, rules, windows } = partition;
    [this.#page, this.#map] = [page, { axis, period: phasePeriod, units, rules, windows }];
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
    if (place === null || map === null) {
      const words = `${mode}; the device does not say where its machine is`;
      return { ...common, state: mode === 'run' ? '' : 'maintenance', words, machine: null };
    }
    const { ahead, behind, ...verdict } = await this.#options.device.check(place);
    const told = { ...verdict, toGapAhead: ahead, toGapBehind: behind };
    const at = visible(placeWords(place.x, map));
    return {
      ...{ ...common, state: verdict.state, machine: { at: place.x, phase: place.phase, words: at } },
      words: visible(`${at}: ${verdictWords({ ...place, verdict: told, map })}`),
    };
  }
}
