/**
 * Power goes in the life of a device, at every operation of its flash, in every way that torn-variants knows, once, twice and more
 * often; and flash keeps bits that read differently each time. The device is the released core.
 *
 * After a cut only the flash is left, so the life is lived once and the flash kept before each operation. What a core does from a
 * content on depends on nothing else: equal contents are judged by one run.
 */
import { contentWith } from '../../host/core/first-burn.ts';
import { sectorBytesOf } from '../../host/core/geometry.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import type { MakeCore } from './drill-core.ts';
import { DrillDevice, PowerCut } from './drill-device.ts';
import { type DrillEdition, drillEdition } from './editions.ts';
import { Futures } from './futures.ts';
import type { DrillGeometry } from './geometries.ts';
import { Looker } from './looker.ts';
import type { Flicker, Kept, Operation } from './paged-flash.ts';
import { breach, changesPast, type Fault, type Owed, owedAfter, type Seen } from './promise.ts';
import { Random } from './random.ts';
import { CHECKS_TO_CONFIRM, isDevices, LEASE_TICKS, Life, TokenRepeated, wholeStory } from './story.ts';
import { type Torn, tornVariants, unstableBits } from './torn-variants.ts';

/** Editions of the life that is cut: the first is burned. */
const STORY_EPOCHS = 8;
/** Epochs of the editions that come after a cut; each replaces what may have been there before. */
const LATER_EPOCHS = [1000, 2000, 3000, 4000];
/** The most editions that one may name as replaced. */
const REPLACED_EPOCHS = [1, 3, 5, 7];
/** Windows before the life that is cut, so that the journal of tokens rolls over in it, as the others do. */
const PAST_WINDOWS = 6;
/** A life with more operations than this has pairs of cuts only where a stretch of equal ones begins or ends. */
const PAIRS_OPERATIONS_MAX = 200;
/** Where not all pairs are made, they are spread over so many first cuts, with as many second ones as these give, or a few. */
const FIRSTS_OF_MANY = 750;
const SECONDS_LEAST = 2;
const STARTS_UNSTABLE = 4;
const FAILURES_KEPT = 40;

export interface CutsOptions {
  readonly core: MakeCore;
  readonly geometries: readonly DrillGeometry[];
  readonly seed: number;
  /** At most, of each geometry. */
  readonly singlesMost: number;
  /** All pairs are made where places of a first cut times places of a second one are not more; else so many. */
  readonly pairsMost: number;
  readonly chains: number;
  readonly unstable: number;
  readonly onGeometry?: (name: string, report: CutsReport) => void;
}

export interface CutsReport {
  /** Distinct single cuts: geometry, operation, kind, word and variant, by what they leave. */
  cuts: number;
  /** Second cuts, in what a device does after a first one. */
  pairs: number;
  /** Cuts in lives that were cut several times. */
  chained: number;
  /** Cuts that leave bits which read differently each time. */
  unstable: number;
  torn: number;
  lost: number;
  epochs_back: number;
  tokens_repeated: number;
  /** Starts that told another past than the one before. */
  outcomes_changed: number;
  /** Editions that were reverted and then taken, though nobody insisted on them. */
  reverts_forgotten: number;
  /** Starts that ended in FAULT. */
  faults: number;
  /** Editions that answered although nobody asked for it. */
  unasked: number;
  /** Programs of flash that was not erased. */
  misuses: number;
  seed: number;
  failures: string[];
}

/** Everything that a report counts as gone wrong. */
export function wrongs({
  torn,
  lost,
  epochs_back,
  tokens_repeated,
  outcomes_changed,
  reverts_forgotten,
  faults,
  unasked,
  misuses,
}: CutsReport): number {
  const ofPast = outcomes_changed + reverts_forgotten;
  return torn + lost + epochs_back + tokens_repeated + ofPast + faults + unasked + misuses;
}

/** Where power goes: what stands in flash before an operation, and what is owed meanwhile. */
interface Moment {
  readonly step: string;
  readonly kept: Kept;
  readonly operation: Operation;
  readonly owed: Owed;
}

export async function cutCores(options: CutsOptions): Promise<CutsReport> {
  const report: CutsReport = {
    ...{ cuts: 0, pairs: 0, chained: 0, unstable: 0, torn: 0, lost: 0, epochs_back: 0, tokens_repeated: 0 },
    ...{
      outcomes_changed: 0,
      reverts_forgotten: 0,
      faults: 0,
      unasked: 0,
      misuses: 0,
      seed: options.seed,
      failures: [],
    },
  };
  for (const geometry of options.geometries) {
    const drill = new CutsDrill(
      partOf(options, geometry),
      geometry,
      report,
      await editionsOf(geometry.zones),
    );
    drill.run();
    options.onGeometry?.(geometry.name, report);
  }
  return report;
}

function partOf(options: CutsOptions, { share }: DrillGeometry): CutsOptions {
  const of = (count: number) => Math.ceil(count * share);
  const { singlesMost, pairsMost, chains, unstable } = options;
  return {
    ...options,
    ...{ singlesMost: of(singlesMost), pairsMost: of(pairsMost) },
    ...{ chains: of(chains), unstable: of(unstable) },
  };
}

async function editionsOf(zones: number): Promise<DrillEdition[]> {
  const sizes = { zonesLeast: zones, zonesMore: Math.ceil(zones / 2) };
  const editions: DrillEdition[] = [];
  for (let epoch = 1; epoch <= STORY_EPOCHS; epoch++)
    editions.push(
      await drillEdition(epoch, { ...sizes, replaces: REPLACED_EPOCHS.filter((other) => other < epoch) }),
    );
  for (const [index, epoch] of LATER_EPOCHS.entries())
    editions.push(
      await drillEdition(epoch, {
        ...sizes,
        replaces: [...REPLACED_EPOCHS, ...LATER_EPOCHS.slice(0, index)],
      }),
    );
  return editions;
}

class CutsDrill {
  readonly #options: CutsOptions;
  readonly #name: string;
  readonly #report: CutsReport;
  readonly #editions: readonly DrillEdition[];
  readonly #device: DrillDevice;
  readonly #looker: Looker;
  readonly #random: Random;
  readonly #futures: Futures;
  readonly #kinds = new Set<string>();

  constructor(
    options: CutsOptions,
    { name, geometry }: DrillGeometry,
    report: CutsReport,
    editions: readonly DrillEdition[],
  ) {
    const first = editions[0] as DrillEdition;
    const config = { checksToConfirm: CHECKS_TO_CONFIRM, trialTicks: 0, leaseTicks: LEASE_TICKS };
    const burned = encodeBurned({ ...deriveBurned(first.bytes, 'development'), ...config });
    const content = contentWith(first, geometry);
    this.#options = options;
    this.#name = name;
    this.#report = report;
    this.#editions = editions;
    this.#device = new DrillDevice({ makeCore: options.core, geometry, burned, content });
    this.#looker = new Looker(editions);
    this.#futures = new Futures(this.#device, this.#looker, editions, STORY_EPOCHS);
    this.#random = new Random(options.seed);
  }

  run(): void {
    const moments = this.#record();
    this.#singles(moments);
    this.#pairs(moments);
    this.#chains();
    this.#unstable(moments);
  }

  /** Lives the life once. Its starts are judged as those after cuts are. */
  #record(): Moment[] {
    const life = new Life(this.#device, { confirmed: [1], trial: null, token: 0 });
    this.#device.start();
    for (let window = 0; window < PAST_WINDOWS; window++) {
      life.open();
      life.close();
    }
    return this.#watch(life, () => wholeStory(life, this.#editions.slice(1, STORY_EPOCHS)));
  }

  /** What is done meanwhile, operation by operation; a device that goes wrong without any cut is a failure of its own. */
  #watch(life: Life, act: () => void): Moment[] {
    const device = this.#device;
    const moments: Moment[] = [];
    device.onOperation = (operation) => {
      moments.push({ step: life.step, kept: device.flash.keep(), operation, owed: life.owed });
    };
    life.onStart = () => this.#see(life, 'without a cut');
    try {
      act();
    } catch (error) {
      if (!isDevices(error)) throw error;
      this.#fail(error instanceof TokenRepeated ? 'token' : 'lost', 'without a cut', error.message);
    } finally {
      device.onOperation = () => {};
    }
    this.#countMisuses('without a cut');
    return moments;
  }

  /** Looks after a start, and judges. */
  #see(life: Life, where: string): Seen {
    const seen = this.#looker.look(this.#device);
    this.#judgeSeen(life.owed, seen, where);
    life.owed = owedAfter(life.owed, seen);
    return seen;
  }

  #judgeSeen(owed: Owed, seen: Seen, where: string): void {
    const fault = breach(owed, seen);
    if (fault === null) return;
    const says =
      seen.reason !== 0 ? `FAULT ${seen.reason}` : `epoch ${seen.epoch}${seen.trial ? ' on trial' : ''}`;
    const allowed = owed.trial === null ? `${owed.confirmed}` : `${owed.confirmed} or ${owed.trial} on trial`;
    this.#fail(fault, where, `${says} instead of ${allowed}${seen.torn && `: ${seen.torn}`}`);
  }

  #judgePast(before: Seen, now: Seen, where: string): void {
    if (changesPast(before, now)) this.#fail('past', where, `tells ${now.past} after ${before.past}`);
  }

  #fail(fault: Fault | 'token' | 'misuse' | 'past' | 'forgotten', where: string, words: string): void {
    const report = this.#report;
    if (fault === 'torn') report.torn++;
    else if (fault === 'epochs back') report.epochs_back++;
    else if (fault === 'unasked') report.unasked++;
    else if (fault === 'fault') report.faults++;
    else if (fault === 'token') report.tokens_repeated++;
    else if (fault === 'past') report.outcomes_changed++;
    else if (fault === 'forgotten') report.reverts_forgotten++;
    else if (fault === 'misuse') report.misuses++;
    else report.lost++;
    // One of each kind tells more than many of one: numbers in the story make no other kind.
    const kind = `${fault}: ${where.replace(/\), .*/, '')} ${words}`.replace(/\d+/g, '');
    if (this.#kinds.has(kind) || report.failures.length === FAILURES_KEPT) return;
    this.#kinds.add(kind);
    report.failures.push(`${this.#name}, ${where}: ${fault}: ${words}`);
  }

  #countMisuses(where: string): void {
    const { flash } = this.#device;
    if (flash.misuses > 0) this.#fail('misuse', where, `${flash.misuses} programs where nothing was erased`);
    flash.misuses = 0;
  }

  // One cut

  #singles(moments: readonly Moment[]): void {
    let left = this.#options.singlesMost;
    const keepEvery = this.#everyOf(moments, left);
    for (const [index, moment] of moments.entries()) {
      for (const [torn, kept] of this.#leftBy(moment)) {
        if (left <= 0) return;
        const isWhole = torn.kind === 'before' || torn.kind === 'after';
        if (!isWhole && keepEvery > 1 && !this.#random.onceIn(keepEvery)) continue;
        left--;
        this.#report.cuts++;
        this.#judge(
          moment.owed,
          kept,
          `operation ${index} (${wordsOf(moment)}), ${torn.kind} at word ${torn.word}`,
        );
      }
    }
  }

  /** One in how many cuts is taken when there may be this many; those before and after an operation always are. */
  #everyOf(moments: readonly Moment[], most: number): number {
    const words = ({ after }: Operation) => Math.min(after.length / 4, 64) * 3 + 10;
    const all = moments.reduce((sum, { operation }) => sum + words(operation), 0);
    return Math.max(1, Math.floor((1.5 * all) / most));
  }

  /** What a cut at an operation leaves, each content once: before it, in it, after it. */
  *#leftBy({ kept, operation }: Moment): Generator<[Torn, Kept]> {
    const seen = new Set<number>();
    const { flash } = this.#device;
    const whole: Torn[] = [
      { kind: 'before', word: 0, bytes: operation.before },
      { kind: 'after', word: 0, bytes: operation.after },
    ];
    for (const torn of [
      ...whole,
      ...tornVariants(operation, this.#random, this.#device.flash.geometry.programBytes),
    ]) {
      flash.putBack(kept);
      flash.write(operation.start, torn.bytes);
      const left = flash.keep();
      if (seen.has(left.key)) continue;
      seen.add(left.key);
      yield [torn, left];
    }
  }

  /** Whether a device that starts on this content keeps what is owed. */
  #judge(owed: Owed, kept: Kept, where: string): void {
    const { first, second, token, stuck, misuses } = this.#futures.of(kept);
    this.#judgeSeen(owed, first, where);
    this.#judgeSeen(owedAfter(owed, first), second, `${where}, second start`);
    this.#judgePast(first, second, where);
    if (stuck !== '') this.#fail('lost', where, `no update afterwards: ${stuck}`);
    else if (token <= owed.token) this.#fail('token', where, `token ${token} after ${owed.token}`);
    if (misuses > 0) this.#fail('misuse', where, `${misuses} programs where nothing was erased`);
  }

  // Two cuts

  /** A second cut at each operation that follows on a first one. */
  #pairs(moments: readonly Moment[]): void {
    const { pairsMost } = this.#options;
    const places = this.#turningPoints(moments);
    // Two contents a place, and about a quarter as many operations after each, two contents again.
    const isAll = places.length ** 2 <= pairsMost;
    let left = isAll ? Number.POSITIVE_INFINITY : pairsMost;
    const firsts = isAll ? places : Array.from({ length: left }, () => this.#random.pick(places));
    const pairsAFirst = 2 * Math.max(SECONDS_LEAST, Math.ceil(pairsMost / FIRSTS_OF_MANY / 2));
    const known = new Set<number>();
    for (const index of firsts) {
      const moment = moments[index];
      if (moment === undefined || left <= 0) continue;
      for (const first of this.#coarse(moment)) {
        if (known.has(first.key)) continue;
        known.add(first.key);
        left -= this.#secondCuts(moment, first, index, isAll ? left : Math.min(left, pairsAFirst));
      }
    }
  }

  /**
   * Numbers of the moments that pairs of cuts are made at: all of them, or, where they are many, the first and the last of each stretch of
   * operations of one kind in one sector, as the bytes of an image are programmed one by one. A cut between those leaves what a cut at the
   * end leaves, with less of it; what the device does then is the same.
   */
  #turningPoints(moments: readonly Moment[]): number[] {
    const all = [...moments.keys()];
    if (all.length <= PAIRS_OPERATIONS_MAX) return all;
    const { geometry } = this.#device.flash;
    const stretches = moments.map((moment) => {
      const { area, start } = moment.operation;
      return `${wordsOf(moment)} ${Math.floor(start / sectorBytesOf(geometry, area))}`;
    });
    return all.filter(
      (index) => stretches[index] !== stretches[index - 1] || stretches[index] !== stretches[index + 1],
    );
  }

  /** Half-done and done: before it is after the one before. */
  #coarse({ kept, operation }: Moment): Kept[] {
    const { flash } = this.#device;
    const half = operation.before.slice();
    half.set(operation.after.subarray(0, operation.after.length >> 1));
    return [half, operation.after].map((bytes) => {
      flash.putBack(kept);
      flash.write(operation.start, bytes);
      return flash.keep();
    });
  }

  #secondCuts(moment: Moment, first: Kept, index: number, most: number): number {
    const device = this.#device;
    device.flash.putBack(first);
    const life = new Life(device, moment.owed);
    const where = `operation ${index} (${wordsOf(moment)}), then`;
    const moments = this.#watchQuietly(life, () => {
      life.cycle();
      life.owed = owedAfter(life.owed, this.#looker.look(device));
      this.#futures.resume(life);
      life.complete(this.#futures.later(Math.max(device.stateOf('epoch'), 1)));
    });
    let done = 0;
    const places = this.#turningPoints(moments).map((place) => moments[place] as Moment);
    const isPart = 2 * places.length > most;
    const chosen = isPart ? Array.from({ length: most >> 1 }, () => this.#random.pick(places)) : places;
    for (const second of chosen) {
      for (const kept of this.#coarse(second)) {
        if (done >= most) return done;
        done++;
        this.#report.pairs++;
        this.#judge(second.owed, kept, `${where} ${wordsOf(second)}`);
      }
    }
    return done;
  }

  /** As watch; what goes wrong without a second cut was counted with the first. */
  #watchQuietly(life: Life, act: () => void): Moment[] {
    const device = this.#device;
    const moments: Moment[] = [];
    device.onOperation = (operation) => {
      moments.push({ step: life.step, kept: device.flash.keep(), operation, owed: life.owed });
    };
    try {
      act();
    } catch (error) {
      if (!isDevices(error)) throw error;
    } finally {
      device.onOperation = () => {};
      device.flash.misuses = 0;
    }
    return moments;
  }

  // Many cuts

  /** Lives in which power goes again and again, each life from the factory on. */
  #chains(): void {
    const factory = contentWith(this.#editions[0] as DrillEdition, this.#device.flash.geometry);
    for (let chain = 0; chain < this.#options.chains; chain++) {
      this.#device.flash.write(0, factory);
      this.#chain(chain);
    }
  }

  #chain(chain: number): void {
    const device = this.#device;
    device.flash.putBack(device.flash.keep());
    device.start();
    const life = new Life(device, { confirmed: [1], trial: null, token: 0 });
    const cuts = this.#random.between(3, 7);
    for (let cut = 0; cut < cuts; cut++) {
      const where = `chain ${chain}, cut ${cut}`;
      this.#cutOnce(life);
      this.#report.chained++;
      const seen = this.#startAndSee(life, where);
      if (seen.reason !== 0 || seen.torn !== '') return;
    }
    const { stuck } = this.#futures.complete(this.#looker.look(device));
    if (stuck !== '') this.#fail('lost', `chain ${chain}`, stuck);
    this.#countMisuses(`chain ${chain}`);
  }

  #startAndSee(life: Life, where: string): Seen {
    this.#device.start();
    this.#device.settle();
    return this.#see(life, where);
  }

  /** Goes on with the life until power goes, at an operation and in a way that the seed chooses. */
  #cutOnce(life: Life): void {
    const device = this.#device;
    let left = this.#random.below(this.#random.onceIn(2) ? 6 : 60);
    device.onOperation = (operation) => {
      if (left-- > 0) return;
      const variants = [...tornVariants(operation, this.#random, this.#device.flash.geometry.programBytes)];
      device.flash.write(operation.start, this.#random.pick(variants).bytes);
      throw new PowerCut();
    };
    life.onStart = () => {};
    try {
      const confirmed = Math.max(...life.owed.confirmed);
      // The last one is for what comes after the chain.
      for (const edition of this.#editions.slice(0, -1).filter(({ epoch }) => epoch > confirmed)) {
        // Those that stay are those that later ones name as replaced.
        const mayStay = REPLACED_EPOCHS.includes(edition.epoch) || LATER_EPOCHS.includes(edition.epoch);
        if (!mayStay || this.#random.onceIn(3)) life.giveUp(edition);
        else life.complete(edition);
      }
    } catch (error) {
      if (!(error instanceof PowerCut) && !isDevices(error)) throw error;
      if (!(error instanceof PowerCut)) this.#fail('lost', 'in a chain', error.message);
    } finally {
      device.onOperation = () => {};
    }
  }

  // Unstable bits

  #unstable(moments: readonly Moment[]): void {
    // As many of each thing that a device does as of any other: pages of an image are many.
    const kinds = [...groupsOf(moments).values()];
    if (kinds.length === 0) return;
    for (let number = 0; number < this.#options.unstable; number++) {
      const index = this.#random.pick(kinds[(number >> 1) % kinds.length] as number[]);
      const moment = moments[index] as Moment;
      const flicker: Flicker = number % 2 === 0 ? 'each read' : 'each start';
      this.#unstableCut(moment, flicker, `operation ${index} (${wordsOf(moment)}), unstable with ${flicker}`);
    }
  }

  /** A cut that leaves some bits unstable: several starts, an update, a start more. */
  #unstableCut({ kept, operation, owed }: Moment, flicker: Flicker, where: string): void {
    const device = this.#device;
    const { flash } = device;
    flash.putBack(kept);
    const variants = [
      ...tornVariants(operation, this.#random, this.#device.flash.geometry.programBytes),
      { bytes: operation.after },
    ];
    flash.write(operation.start, this.#random.pick(variants).bytes);
    flash.unsettle(unstableBits(operation, this.#random), flicker, this.#random);
    this.#report.unstable++;
    const life = new Life(device, owed);
    if (!this.#starts(life, this.#random.between(1, STARTS_UNSTABLE + 1), where)) return;
    this.#updateUnstable(life, where);
    this.#countMisuses(where);
  }

  /** So many starts, with nothing asked for between them; whether the device still runs. */
  #starts(life: Life, count: number, where: string): boolean {
    let before: Seen | null = null;
    for (let start = 0; start < count; start++) {
      const seen = this.#startAndSee(life, `${where}, start ${start}`);
      if (seen.reason !== 0 || seen.torn !== '') return false;
      if (before !== null) this.#judgePast(before, seen, where);
      before = seen;
    }
    return true;
  }

  /** What was reverted is not taken again because of what power left. */
  #askForReverted(life: Life, where: string): void {
    const { reverted, confirmed } = life.owed;
    const edition = this.#editions.find(({ epoch }) => epoch === reverted);
    const isOwed = edition !== undefined && edition.epoch > Math.max(...confirmed);
    if (!isOwed || this.#device.status().get('stage') !== 0) return;
    life.open();
    if (life.takes(edition)) this.#fail('forgotten', where, `takes epoch ${edition.epoch} again`);
    life.close();
  }

  #updateUnstable(life: Life, where: string): void {
    try {
      if (this.#random.onceIn(2)) this.#askForReverted(life, where);
      this.#futures.resume(life);
      life.complete(this.#futures.later(this.#device.stateOf('epoch')));
    } catch (error) {
      if (!isDevices(error)) throw error;
      this.#fail(error instanceof TokenRepeated ? 'token' : 'lost', where, error.message);
      return;
    }
    this.#starts(life, STARTS_UNSTABLE, `${where}, after an update`);
  }
}

function wordsOf({ step, operation }: Moment): string {
  return `${step}: ${operation.kind} in area ${operation.area}`;
}

/** Numbers of moments, by what the device did in them. */
function groupsOf(moments: readonly Moment[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, moment] of moments.entries()) {
    const group = groups.get(wordsOf(moment)) ?? [];
    group.push(index);
    groups.set(wordsOf(moment), group);
  }
  return groups;
}
