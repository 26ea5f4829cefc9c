/** The emulated board as a controller: its line on a pseudo-terminal, its flash in the state folder, its time never ahead of ours. */

import { withPeer } from '../../host/common/peer.ts';
import { areasOnly, openFlashFile } from '../../host/controller/flash-file.ts';
import type { SimulatedFlash } from '../../host/core/flash.ts';
import type { Emulator, EmulatorOptions, RunningBoard } from './emulator.ts';
import type { Rp2040Board } from './rp2040-board.ts';

const NANOSECONDS_A_MILLISECOND = 1_000_000;
/** Instructions between looks at the line and the clock. */
const INSTRUCTIONS_A_TURN = 50_000;
const IDLE_MS = 2;
/** By then the map is loaded: who opens the line after that finds the board awake, however slow the emulator is. */
const START_MS = 500;
/** How far behind our clock the board may fall before it stops trying to catch up: it is slower than the real one. */
const BEHIND_MS_MAX = 50;

export const rp2040js: Emulator = { store: ({ geometry }) => areasOnly(geometry), start };

async function start({ flashPath, ...options }: EmulatorOptions): Promise<RunningBoard> {
  // The emulator itself is loaded here: the others work without it.
  const { Rp2040Board: Board } = await withPeer(
    'rp2040js',
    'The emulated RP2040',
    () => import('./rp2040-board.ts'),
  );
  const { flash, close } = openFlashFile(flashPath, options.firmware.target.geometry);
  const controller = new Rp2040Controller(Board, { ...options, flash });
  const ended = controller.ended.finally(close);
  return { stop: () => controller.stop(), ended };
}

interface Rp2040ControllerOptions extends Omit<EmulatorOptions, 'flashPath' | 'folder'> {
  readonly flash: SimulatedFlash;
}

class Rp2040Controller {
  readonly #options: Rp2040ControllerOptions;
  readonly #board: Rp2040Board;
  readonly ended: Promise<void>;
  #outgoing: number[] = [];
  #offsetMs = 0;
  #stopped = false;
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(Board: typeof Rp2040Board, options: Rp2040ControllerOptions) {
    this.#options = options;
    const { firmware, burned, flash, safeInput } = options;
    this.#board = new Board({
      firmware,
      burned,
      flash,
      isParked: () => safeInput.isParked(),
      onSent: (byte) => this.#outgoing.push(byte),
      line: options.isPaced ? 'paced' : 'eager',
    });
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    options.line.onData((bytes) => this.#board.send(bytes));
    this.#board.run(START_MS * NANOSECONDS_A_MILLISECOND, Number.POSITIVE_INFINITY);
    this.#offsetMs = options.clock.nowMs() - START_MS;
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    if (delayMs > 0) this.#options.clock.after(delayMs, () => this.#turn());
    else setImmediate(() => this.#turn());
  }

  #turn(): void {
    if (this.#stopped) return;
    try {
      const wantedMs = this.#options.clock.nowMs() - this.#offsetMs;
      this.#board.run(wantedMs * NANOSECONDS_A_MILLISECOND, INSTRUCTIONS_A_TURN);
      this.#flush();
      const behindMs = wantedMs - this.#board.nanos() / NANOSECONDS_A_MILLISECOND;
      if (behindMs > BEHIND_MS_MAX) this.#offsetMs += behindMs - BEHIND_MS_MAX;
      this.#schedule(behindMs > 0 ? 0 : IDLE_MS);
    } catch (error) {
      this.#stopped = true;
      this.#fail(error);
    }
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const taken = this.#options.line.write(Uint8Array.from(this.#outgoing));
    this.#outgoing = this.#outgoing.slice(taken);
  }
}
