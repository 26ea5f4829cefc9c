/**
 * What becomes of a device that starts on a flash: what it shows, and whether an update can be made. It depends on the flash alone, so
 * equal contents are tried once.
 */
import type { DrillDevice } from './drill-device.ts';
import type { DrillEdition } from './editions.ts';
import type { Looker } from './looker.ts';
import type { Kept } from './paged-flash.ts';
import type { Seen } from './promise.ts';
import { isDevices, Life } from './story.ts';

export interface Future {
  /** Seen after the first start and after a second one. */
  readonly first: Seen;
  readonly second: Seen;
  /** The first token after it; 0: no window opened. */
  readonly token: number;
  /** Why no update could be made; empty: it could. */
  readonly stuck: string;
  /** Programs of flash that was not erased. */
  readonly misuses: number;
}

export class Futures {
  readonly #device: DrillDevice;
  readonly #looker: Looker;
  /** In rising order of their epochs. */
  readonly #editions: readonly DrillEdition[];
  readonly #laterThan: number;
  readonly #known = new Map<number, Future>();

  /** Updates are made to the first of `editions` above the epoch that runs and above `laterThan`. */
  constructor(device: DrillDevice, looker: Looker, editions: readonly DrillEdition[], laterThan: number) {
    this.#device = device;
    this.#looker = looker;
    this.#editions = editions;
    this.#laterThan = laterThan;
  }

  of(kept: Kept): Future {
    const known = this.#known.get(kept.key);
    if (known !== undefined) return known;
    const device = this.#device;
    device.flash.putBack(kept);
    const first = this.startAndLook();
    const started = device.flash.keep();
    const second = started.key === kept.key && !first.trial ? first : this.startAndLook();
    device.flash.putBack(kept);
    this.startAndLook();
    const { token, stuck } = this.complete(first);
    const future = { first, second, token, stuck, misuses: device.flash.misuses };
    device.flash.misuses = 0;
    this.#known.set(kept.key, future);
    return future;
  }

  startAndLook(): Seen {
    this.#device.start();
    this.#device.settle();
    return this.#looker.look(this.#device);
  }

  /** An update from where the device stands, and one start more. */
  complete(first: Seen): Pick<Future, 'token' | 'stuck'> {
    const life = new Life(this.#device, { confirmed: [first.epoch], trial: null, token: 0 });
    let token = 0;
    life.onToken = () => {
      token ||= life.owed.token;
    };
    const next = this.later(first.epoch);
    try {
      this.resume(life);
      life.complete(next);
      const seen = this.startAndLook();
      const isRight = seen.reason === 0 && seen.torn === '' && !seen.trial && seen.epoch === next.epoch;
      return { token, stuck: isRight ? '' : `epoch ${seen.epoch}, reason ${seen.reason} after it` };
    } catch (error) {
      if (!isDevices(error)) throw error;
      return { token, stuck: error.message };
    }
  }

  /** An upload that was cut goes on first: its user sends the same edition again. */
  resume(life: Life): void {
    const bytes = this.#device.status().get('len');
    const cut = this.#editions.find(
      ({ bytes: image, epoch }) => image.length === bytes && epoch > Math.max(...life.owed.confirmed),
    );
    if (cut !== undefined) life.giveUp(cut);
  }

  later(epoch: number): DrillEdition {
    const later = this.#editions.find((edition) => edition.epoch > Math.max(epoch, this.#laterThan));
    if (later === undefined) throw new RangeError(`no edition comes after epoch ${epoch}`);
    return later;
  }
}
