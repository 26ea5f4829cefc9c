import { Core } from '../core/core.ts';
import { erasedContent, SimulatedFlash } from '../core/flash.ts';
import { memoryPort } from '../core/memory-port.ts';
import { AREA } from '../format.ts';
import type { ActionName } from '../source/model.ts';
import { bytesOf, type DevicePiece, type FlashPiece } from './data.ts';
import type { PageMap } from './map-data.ts';

/** The device in the page: the same core that controllers run, booted on flash in memory that holds this edition. */

/** A verdict, with the fields that `holdfast check` prints. */
export interface PageAnswer {
  readonly at: string;
  readonly phase: number;
  readonly state: string;
  readonly zone: string | null;
  readonly tier: number | null;
  readonly limit: number | null;
  readonly action: ActionName | null;
  readonly gap: string | null;
  readonly toGapAhead: number | null;
  readonly toGapBehind: number | null;
  readonly epoch: number;
}

/**
 * A core on flash that holds the edition of the page.
 * @throws RangeError when it does not admit that
 */
export async function bootCore(
  { geometry, wasm, burned }: DevicePiece,
  flash: readonly FlashPiece[],
): Promise<Core> {
  const content = erasedContent(geometry);
  for (const { offset, bytes } of flash) content.set(bytesOf(bytes), offset);
  const module = await WebAssembly.compile(bytesOf(wasm).buffer as ArrayBuffer);
  const core = await Core.from(module, {
    geometry,
    burned: bytesOf(burned),
    port: memoryPort(new SimulatedFlash(geometry, content)),
  });
  const reason = core.boot();
  if (reason !== 0) throw new RangeError(`the core does not admit slot ${AREA.slotA}: reason ${reason}`);
  return core;
}

/** Stored coordinate as `check` takes it: what no i32 holds is off every axis, and stays off it. */
export function storedPlace(axis: { readonly origin: bigint }, x: bigint): number {
  const stored = x - axis.origin;
  return stored < BigInt(I32_MIN) ? I32_MIN : stored > BigInt(I32_MAX) ? I32_MAX : Number(stored);
}

const I32_MIN = -(2 ** 31);
const I32_MAX = 2 ** 31 - 1;

export class PageDevice {
  readonly #core: Core;
  readonly #map: Pick<PageMap, 'axis' | 'rules'>;

  private constructor(core: Core, map: Pick<PageMap, 'axis' | 'rules'>) {
    this.#core = core;
    this.#map = map;
  }

  /** @throws RangeError when the core does not admit the edition that the page was made from. */
  static async boot(
    piece: DevicePiece,
    flash: readonly FlashPiece[],
    map: Pick<PageMap, 'axis' | 'rules'>,
  ): Promise<PageDevice> {
    return new PageDevice(await bootCore(piece, flash), map);
  }

  /** What the loop would be told; `x` in the coordinates of the source. */
  ask(x: bigint, phase: number): PageAnswer {
    const place = storedPlace(this.#map.axis, x);
    const { rule, ...verdict } = this.#core.verdict(this.#core.check(phase, place), place);
    const id = rule === null ? null : (this.#map.rules[rule]?.id ?? null);
    const { state, tier, limit, action, toGapAhead, toGapBehind, epoch } = verdict;
    return {
      ...{ at: x.toString(), phase, state },
      zone: state === 'covered' ? id : null,
      ...{ tier, limit, action },
      gap: state === 'gap' ? id : null,
      ...{ toGapAhead, toGapBehind, epoch },
    };
  }
}
