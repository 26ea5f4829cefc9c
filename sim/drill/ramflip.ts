/**
 * Bits of a core's memory flip between two slices: each bit outside the map arena, the core's own variables included, while it runs,
 * in a window, during an upload, an activation, a trial, a confirmation. Then its user goes on as if nothing had been, power goes and
 * comes, and an update is made.
 *
 * A flip may make the core refuse, answer FAULT, trap, or do nothing. It must not leave a record that the next start refuses, let an
 * edition run that may not, lose the edition to fall back to, or make `check` answer what no edition says.
 */
import { contentWith } from '../../host/core/first-burn.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { bufferAt, buildOf } from './buffers.ts';
import type { MakeCore } from './drill-core.ts';
import { DrillDevice } from './drill-device.ts';
import type { DrillEdition } from './editions.ts';
import { Futures } from './futures.ts';
import { GEOMETRIES } from './geometries.ts';
import { Looker } from './looker.ts';
import { breach, type Owed, owedAfter, type Seen } from './promise.ts';
import { keyedSetting, type Setting, type Stage, Stages, updatedSetting } from './ramflip-stages.ts';
import { Random } from './random.ts';
import { CHECKS_TO_CONFIRM, isDevices, LEASE_TICKS, Life } from './story.ts';

/** Slices in which the scan goes over all that it watches at least twice, with images as small as these. */
const SLICES_TO_NOTICE = 400;
/** A request that is not answered within this is given up: the client would ask again, and then give up too. */
const PATIENCE_SLICES = 3_000;
/** Calls of the port in one slice that no working core needs: it hangs, and the watchdog of its board resets it. */
const CALLS_A_SLICE_MAX = 60_000;
const FAILURES_KEPT = 40;
const BITS_A_BYTE = 8;

export interface RamflipOptions {
  readonly core: MakeCore;
  readonly seed: number;
  /** Every so many bits of memory is flipped, at a stage that the seed chooses; variables are flipped at every stage. */
  readonly every: number;
  /** Every so many bits of variables. */
  readonly everyVariable: number;
  /** Flips at these stages only; at all unless given. */
  readonly stages?: readonly string[];
  /** Flips in these buffers only (format/memory.yaml), at every stage, and no variables; everywhere unless given. */
  readonly buffers?: readonly string[];
  readonly onStage?: (stage: string, flips: number) => void;
}

export interface RamflipReport {
  flips: number;
  /** Flips after which the next start refused the record, or the edition, that stands in flash. */
  bad_records: number;
  /** Flips that let an edition run that must not. */
  foreign: number;
  /** Flips after which no update can be made, or the edition to fall back to is gone. */
  lost: number;
  /** Flips after which `check` answered what no edition says, when the scan had had time. */
  wrong_answers: number;
  /** Flips that the core answered by stopping the device. */
  traps: number;
  seed: number;
  failures: string[];
}

export function ramflipWrongs({ bad_records, foreign, lost, wrong_answers }: RamflipReport): number {
  return bad_records + foreign + lost + wrong_answers;
}

export async function flipBits(options: RamflipOptions): Promise<RamflipReport> {
  const report: RamflipReport = {
    ...{ flips: 0, bad_records: 0, foreign: 0, lost: 0, wrong_answers: 0, traps: 0 },
    ...{ seed: options.seed, failures: [] },
  };
  for (const setting of [await updatedSetting(), await keyedSetting()])
    new RamflipDrill(options, setting, report).run();
  return report;
}

class RamflipDrill {
  readonly #options: RamflipOptions;
  readonly #setting: Setting;
  readonly #device: DrillDevice;
  readonly #looker: Looker;
  readonly #futures: Futures;
  readonly #random: Random;
  readonly #report: RamflipReport;
  readonly #kinds = new Set<string>();

  constructor(options: RamflipOptions, setting: Setting, report: RamflipReport) {
    const { geometry } = GEOMETRIES[0] as (typeof GEOMETRIES)[number];
    const { first, may, never, later, laterThan, trust } = setting;
    const config = { checksToConfirm: CHECKS_TO_CONFIRM, trialTicks: 0, leaseTicks: LEASE_TICKS };
    const burned = encodeBurned({ ...deriveBurned(first.bytes, trust), ...config });
    this.#options = options;
    this.#setting = setting;
    this.#device = new DrillDevice({
      makeCore: options.core,
      geometry,
      burned,
      content: contentWith(first, geometry),
      callsASliceMax: CALLS_A_SLICE_MAX,
      patienceSlices: PATIENCE_SLICES,
    });
    this.#looker = new Looker([first, ...may, ...never, ...later]);
    this.#futures = new Futures(this.#device, this.#looker, [first, ...may, ...later], laterThan);
    this.#random = new Random(options.seed);
    this.#report = report;
  }

  run(): void {
    const all = new Stages(this.#device);
    this.#setting.live(all);
    const stages = all.kept.filter(({ name }) => this.#options.stages?.includes(name) ?? true);
    if (stages.length === 0) return;
    for (const stage of this.#options.buffers === undefined ? stages : []) {
      this.#flipVariables(stage);
      this.#options.onStage?.(stage.name, this.#report.flips);
    }
    this.#flipMemory(stages);
  }

  // Flips

  #flipVariables(stage: Stage): void {
    const { core } = this.#device;
    const step = this.#options.everyVariable;
    for (let bit = this.#random.below(step); bit < core.variableBits; bit += step)
      this.#flip(stage, `${stage.name}, variable ${core.variableName(bit)}`, () => core.flipVariable(bit));
  }

  /** Memory outside of the arena, each bit at a stage of its own; or some buffers, at every stage. */
  #flipMemory(stages: readonly Stage[]): void {
    const { bytes, arena } = this.#device.core;
    const { buffers, every } = this.#options;
    const places = buffers?.map((name) => bufferAt(name, buildOf(arena.length))) ?? [
      { from: 0, bytes: arena.byteOffset - bytes.byteOffset },
    ];
    for (const place of places) {
      const end = (place.from + place.bytes) * BITS_A_BYTE;
      for (let bit = place.from * BITS_A_BYTE + this.#random.below(every); bit < end; bit += every) {
        const at = bit >> 3;
        for (const stage of buffers === undefined ? [this.#random.pick(stages)] : stages)
          this.#flip(stage, `${stage.name}, bit ${bit & 7} of byte ${at}`, () => {
            bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
          });
      }
    }
  }

  #flip(stage: Stage, where: string, flip: () => void): void {
    const device = this.#device;
    device.core.putBack(stage.core);
    device.flash.putBack(stage.flash);
    device.takeUp(stage.token);
    flip();
    this.#report.flips++;
    const life = new Life(device, stage.owed);
    this.#goOn(life, stage, where);
    if (device.traps > 0) this.#report.traps++;
    device.flash.misuses = 0;
    this.#requireKept(life.owed, where);
  }

  /** What its user does next; refusals and silence are as good as anything. */
  #goOn(life: Life, stage: Stage, where: string): void {
    try {
      stage.goOn(life);
    } catch (error) {
      if (!isDevices(error)) throw error;
    }
    try {
      this.#device.run(SLICES_TO_NOTICE);
      this.#requireNoWrongAnswer(where, stage.answers);
    } catch (error) {
      if (!isDevices(error)) throw error;
    }
  }

  /** What `check` says now, FAULT and MAINTENANCE included, is what one of the editions says, or the only one that may answer. */
  #requireNoWrongAnswer(where: string, only: DrillEdition | null): void {
    const wrong = this.#looker.wrongAnswer(this.#device, only);
    if (wrong !== null) this.#fail('wrong_answers', where, wrong);
  }

  /** Power goes and comes: what answers is what is owed, and an update can be made. */
  #requireKept(owed: Owed, where: string): void {
    const { first, second, stuck } = this.#futures.of(this.#device.flash.keep());
    if (!this.#judge(owed, first, where)) return;
    if (!this.#judge(owedAfter(owed, first), second, `${where}, second start`)) return;
    if (stuck !== '') this.#fail('lost', where, `no update afterwards: ${stuck}`);
  }

  #judge(owed: Owed, seen: Seen, where: string): boolean {
    const fault = breach(owed, seen);
    if (fault === null) return true;
    const says = `${fault}: epoch ${seen.epoch}${seen.trial ? ' on trial' : ''}, reason ${seen.reason} ${seen.torn}`;
    this.#fail(
      fault === 'fault' || fault === 'torn' ? 'bad_records' : fault === 'unasked' ? 'foreign' : 'lost',
      where,
      says,
    );
    return false;
  }

  #fail(what: 'bad_records' | 'foreign' | 'lost' | 'wrong_answers', where: string, words: string): void {
    this.#report[what]++;
    const kind = `${what}: ${where.replace(/, bit .*/, '')} ${words}`.replace(/\d+/g, '');
    if (this.#kinds.has(kind) || this.#report.failures.length === FAILURES_KEPT) return;
    this.#kinds.add(kind);
    this.#report.failures.push(`${what}: ${where}: ${words}`);
  }
}
