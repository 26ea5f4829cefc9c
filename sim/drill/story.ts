/** Lives of a device: updates, confirmed and given up, leases that end, resets, windows for nothing; and what is owed at each point. */
import { HoldfastError } from '../../host/common/errors.ts';
import { CoreTrap } from './drill-core.ts';
import { type DrillDevice, type Refusal, Silence } from './drill-device.ts';
import type { DrillEdition } from './editions.ts';
import type { Owed } from './promise.ts';

/** Slices until an edition that was asked for answers, and until what is erased before is erased. */
const SLICES_TO_CHANGE = 40_000;
export const LEASE_TICKS = 100_000;
export const CHECKS_TO_CONFIRM = 4;

/** A request that no device in this state refuses was refused. */
export class Refused extends Error {}

/** A device, what it owes, and what its user does next. */
export class Life {
  readonly device: DrillDevice;
  owed: Owed;
  /** What the user is doing. */
  step = 'start';
  /** Sees each start that the user asks for. */
  onStart: () => void = () => {};
  /** Sees each token. */
  onToken: () => void = () => {};

  constructor(device: DrillDevice, owed: Owed) {
    this.device = device;
    this.owed = owed;
  }

  #owe(change: Partial<Owed>): void {
    this.owed = { ...this.owed, ...change };
  }

  #require(refusal: Refusal | null): void {
    if (refusal !== null) throw new Refused(`${this.step}: refused, ${refusal.group}/${refusal.code}`);
  }

  open(fields: { shared?: boolean } = {}): void {
    this.step = 'open';
    this.#require(this.device.open(fields));
    const token = this.device.token ?? 0;
    if (token <= this.owed.token) throw new TokenRepeated(`token ${token} after ${this.owed.token}`);
    this.#owe({ token });
    this.onToken();
  }

  stage(edition: DrillEdition): void {
    this.step = 'upload';
    // A trial that power ended was reverted: who holds the lease insists on it.
    this.#require(this.device.force(edition.hash));
    this.#require(this.device.upload(edition.bytes, edition.hash));
  }

  mark(edition: DrillEdition): void {
    this.step = 'mark';
    this.#require(this.device.mark(edition.hash));
  }

  /** Ends the window; what it marked answers afterwards, on trial. */
  activate(edition: DrillEdition): void {
    this.step = 'activate';
    this.#owe({ trial: edition.epoch });
    this.#require(this.device.close({ activate: true }));
    this.#awaitTrial(edition);
  }

  /** As activate, by a reset. */
  restart(edition: DrillEdition): void {
    this.step = 'reset';
    this.#owe({ trial: edition.epoch });
    this.#require(this.device.askReset());
    this.#awaitTrial(edition);
  }

  #awaitTrial({ epoch }: DrillEdition): void {
    const { device } = this;
    const isOn = () => device.stateOf('onTrial') === 1 && device.stateOf('epoch') === epoch;
    for (let slice = 0; slice < SLICES_TO_CHANGE && !isOn(); slice++) device.run(1);
    if (!isOn()) throw new Refused(`${this.step}: epoch ${epoch} does not answer on trial`);
    this.#owe({ trial: null, reverted: epoch });
    this.step = 'trial';
    device.run(CHECKS_TO_CONFIRM + 1);
  }

  confirm(edition: DrillEdition): void {
    this.step = 'confirm';
    const before = this.owed.confirmed;
    const { reverted: _, ...owed } = this.owed;
    this.owed = { ...owed, confirmed: [...before, edition.epoch] };
    this.#require(this.device.confirm(edition.hash));
    this.#owe({ confirmed: [edition.epoch] });
  }

  revert(): void {
    this.step = 'revert';
    this.#require(this.device.revert());
    this.#owe({ trial: null });
  }

  close(): void {
    this.step = 'close';
    this.#require(this.device.close());
    this.device.settle();
  }

  /** The lease ends by itself. */
  expire(): void {
    this.step = 'expiry';
    this.device.tick += LEASE_TICKS + 1;
    this.device.settle();
  }

  /** Power goes and comes, with nothing asked for. */
  cycle(): void {
    this.step = 'start';
    this.device.start();
    this.device.settle();
    this.onStart();
  }

  /** Has an edition on trial, and gives it up. */
  giveUp(edition: DrillEdition): void {
    this.open();
    if (this.device.status().get('stage') !== 0) this.revert();
    this.device.settle();
    this.stage(edition);
    this.mark(edition);
    this.activate(edition);
    this.open();
    this.revert();
    this.close();
  }

  /** An update as most are: window, upload, mark, window closed, trial, confirmation. */
  update(edition: DrillEdition, by: 'close' | 'reset' = 'close'): void {
    this.open();
    this.stage(edition);
    this.mark(edition);
    if (by === 'close') this.activate(edition);
    else this.restart(edition);
    this.open();
    this.confirm(edition);
    this.close();
  }

  /** From wherever the device stands after a start to a new edition that is confirmed. */
  complete(edition: DrillEdition): void {
    this.open();
    if (this.device.status().get('stage') !== 0) this.revert();
    this.device.settle();
    this.stage(edition);
    this.mark(edition);
    this.activate(edition);
    this.open();
    this.confirm(edition);
    this.close();
  }

  /** Goes on with an update from wherever the device stands in it, without knowing what became of the last request. */
  finish(edition: DrillEdition): void {
    this.device.settle();
    if (this.device.stateOf('mode') === 0) this.open();
    if (this.device.stateOf('onTrial') === 0) {
      this.#require(this.device.upload(edition.bytes, edition.hash));
      this.#require(this.device.mark(edition.hash));
      this.activate(edition);
      this.open();
    }
    this.device.run(CHECKS_TO_CONFIRM + 1);
    this.#require(this.device.confirm(edition.hash));
    this.close();
  }

  /** Whether the device takes an edition that nobody insists on; what it took is given up again. */
  takes(edition: DrillEdition): boolean {
    const refusal = this.device.upload(edition.bytes, edition.hash) ?? this.device.mark(edition.hash);
    if (refusal === null) this.revert();
    return refusal === null;
  }

  /** Sends an edition that the device may refuse. */
  trySend(edition: DrillEdition): void {
    this.device.upload(edition.bytes, edition.hash);
  }

  /** Tries to have an edition that the device should refuse. */
  tryUpdate(edition: DrillEdition): void {
    if (this.device.stateOf('mode') === 0) this.device.open();
    this.trySend(edition);
    this.tryRun(edition);
  }

  /** Tries to have an edition that was sent, and that the device should have refused. */
  tryRun(edition: DrillEdition): void {
    this.device.mark(edition.hash);
    this.device.close({ activate: true });
    this.device.settle();
    this.device.run(CHECKS_TO_CONFIRM + 1);
    this.device.open();
    this.device.confirm(edition.hash);
    this.device.close();
  }
}

export class TokenRepeated extends Error {}

/** Whether an error is the device's doing, and not a mistake of the drill. */
export function isDevices(error: unknown): error is Error {
  return (
    error instanceof Refused ||
    error instanceof TokenRepeated ||
    error instanceof Silence ||
    error instanceof HoldfastError ||
    error instanceof CoreTrap ||
    error instanceof WebAssembly.RuntimeError
  );
}

/**
 * The life that power is cut in: everything that an update can come to, journals rolling over meanwhile. It confirms the editions of
 * odd epochs (from 3 on) and leaves those of even ones. `editions` are seven, of epochs 2 to 8.
 */
export function wholeStory(life: Life, editions: readonly DrillEdition[]): void {
  const [second, third, fourth, fifth, sixth, seventh, eighth] = editions;
  if (!second || !third || !fourth || !fifth || !sixth || !seventh || !eighth)
    throw new RangeError('seven editions');
  revertedOnRequest(life, second);
  life.update(third);
  leftByExpiry(life, fourth);
  life.update(fifth, 'reset');
  endedByReset(life, sixth);
  life.open();
  life.close();
  life.update(seventh);
  closedWithoutActivation(life, eighth);
}

function revertedOnRequest(life: Life, edition: DrillEdition): void {
  life.open();
  life.stage(edition);
  life.mark(edition);
  life.activate(edition);
  life.open();
  life.revert();
  life.close();
}

/** The lease ends with an edition pending; it stays so over a power cycle, and is given up in the next window. */
function leftByExpiry(life: Life, edition: DrillEdition): void {
  life.open();
  life.stage(edition);
  life.mark(edition);
  life.expire();
  life.cycle();
  giveUp(life);
}

function giveUp(life: Life): void {
  life.open();
  if (life.device.status().get('stage') !== 0) life.revert();
  life.close();
}

function endedByReset(life: Life, edition: DrillEdition): void {
  life.open();
  life.stage(edition);
  life.mark(edition);
  life.activate(edition);
  life.cycle();
}

function closedWithoutActivation(life: Life, edition: DrillEdition): void {
  life.open();
  life.stage(edition);
  life.mark(edition);
  life.close();
  life.cycle();
  giveUp(life);
}
