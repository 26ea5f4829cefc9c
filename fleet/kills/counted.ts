import { Device } from '../../host/serial/device.ts';

/** A device that tells of each thing that changes its controller, before and after. */

export const EFFECTS = ['open', 'close', 'upload', 'mark', 'confirm', 'revert', 'force'] as const;
export type Effect = (typeof EFFECTS)[number];

export type OnEffect = (effect: Effect, when: 'before' | 'after') => Promise<void>;

export class CountedDevice extends Device {
  onEffect: OnEffect = async () => {};

  override openWindow(...given: Parameters<Device['openWindow']>): ReturnType<Device['openWindow']> {
    return this.#counted('open', () => super.openWindow(...given));
  }

  override closeWindow(...given: Parameters<Device['closeWindow']>): Promise<void> {
    return this.#counted('close', () => super.closeWindow(...given));
  }

  /** An upload is one effect, however many pieces it has. */
  override uploadPiece(...given: Parameters<Device['uploadPiece']>): Promise<number> {
    const act = () => super.uploadPiece(...given);
    return given[0].offset === 0 ? this.#counted('upload', act) : act();
  }

  override test(...given: Parameters<Device['test']>): ReturnType<Device['test']> {
    return this.#counted('mark', () => super.test(...given));
  }

  override confirm(...given: Parameters<Device['confirm']>): ReturnType<Device['confirm']> {
    return this.#counted('confirm', () => super.confirm(...given));
  }

  override revert(): Promise<void> {
    return this.#counted('revert', () => super.revert());
  }

  override force(...given: Parameters<Device['force']>): Promise<void> {
    return this.#counted('force', () => super.force(...given));
  }

  async #counted<T>(effect: Effect, act: () => Promise<T>): Promise<T> {
    await this.onEffect(effect, 'before');
    const result = await act();
    await this.onEffect(effect, 'after');
    return result;
  }
}
