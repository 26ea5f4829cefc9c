/** A machine of QEMU as a process: its line is that of a controller, and its end is told apart from one that nobody asked for. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../../host/common/clock.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { isAlive, processMark } from '../../host/controller/running-mark.ts';
import type { EmulatorOptions } from './emulator.ts';

/** How often pins are carried over, and the line is looked at while its client does not read. */
export const LOOK_EVERY_MS = 5;
/** By then the map is loaded, on a slow machine too. */
const START_MS_MAX = 30_000;
/** What may wait for the firmware's receiver; what comes on top is lost, as on a line that nobody serves. */
const ON_THE_WAY_BYTES_MAX = 65_536;
const COMPLAINT_CHARACTERS_MAX = 2000;

/** What the machine is part of. */
export interface Around {
  /** Every few milliseconds while it runs. */
  look(): void;
  /** Once, when it no longer runs. */
  ended(): void;
}

export class QemuProcess {
  readonly #options: Pick<EmulatorOptions, 'line' | 'folder' | 'clock'>;
  readonly #machine: ChildProcess;
  readonly #around: Around;
  /** Rejected when the emulator ends by itself. */
  readonly ended: Promise<void>;
  #outgoing: Uint8Array[] = [];
  #stopped = false;
  #complaint = '';
  #cancel: () => void = () => {};
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(
    options: Pick<EmulatorOptions, 'line' | 'folder' | 'clock'>,
    machine: ChildProcess,
    around: Around,
  ) {
    this.#options = options;
    this.#machine = machine;
    this.#around = around;
    writeFileSync(markIn(options.folder), processMark(machine.pid ?? 0));
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
    this.#connect();
    this.#look();
  }

  /** Takes the power away. */
  stop(): void {
    this.#stopped = true;
    this.#machine.kill('SIGKILL');
  }

  /** Takes the power away for a fault, which `ended` then tells; where the power was taken away before, there is none. */
  fail(fault: unknown): void {
    if (this.#stopped) return;
    this.#fail(fault);
    this.stop();
  }

  /**
   * Waits until the firmware has come so far, and takes the power away when it does not.
   * Throws HoldfastError FIRMWARE_SILENT or EMULATOR_ENDED.
   */
  async untilStarted(hasStarted: () => boolean): Promise<void> {
    const { clock } = this.#options;
    const lateMs = clock.nowMs() + START_MS_MAX;
    const failed = this.ended.then(() => true);
    try {
      while (!hasStarted()) {
        if (clock.nowMs() > lateMs) {
          throw new HoldfastError(
            'FIRMWARE_SILENT',
            `The firmware did not start within ${START_MS_MAX / 1000} s.`,
            {
              exitCode: 3,
            },
          );
        }
        await Promise.race([sleep(clock, LOOK_EVERY_MS), failed]);
      }
    } catch (error) {
      this.stop();
      await this.ended.catch(() => {});
      throw error;
    }
  }

  #connect(): void {
    const { stdin, stdout, stderr } = this.#machine;
    if (stdin === null || stdout === null || stderr === null) throw new Error('the emulator has no line');
    // A machine that was switched off takes nothing more.
    stdin.on('error', () => {});
    this.#options.line.onData((bytes) => {
      if (!this.#stopped && stdin.writableLength + bytes.length <= ON_THE_WAY_BYTES_MAX) stdin.write(bytes);
    });
    stdout.on('data', (bytes: Uint8Array) => {
      this.#outgoing.push(bytes);
      if (!this.#flush()) stdout.pause();
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_CHARACTERS_MAX);
    });
    this.#machine.on('error', (error) => this.#fail(error));
    void once(this.#machine, 'close').then(([code, signal]) => this.#switchedOff(code ?? signal));
  }

  #switchedOff(how: unknown): void {
    this.#cancel();
    this.#around.ended();
    rmSync(markIn(this.#options.folder), { force: true });
    if (this.#stopped) this.#end();
    else {
      const why = this.#complaint.trim();
      this.#stopped = true;
      this.#fail(
        new HoldfastError('EMULATOR_ENDED', `QEMU ended (${how})${why === '' ? '.' : `: ${why}`}`, {
          exitCode: 3,
        }),
      );
    }
  }

  #look(): void {
    this.#around.look();
    if (this.#outgoing.length > 0 && this.#flush()) this.#machine.stdout?.resume();
    this.#cancel = this.#options.clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  /** Whether everything that the firmware sent was taken. */
  #flush(): boolean {
    for (let first = this.#outgoing[0]; first !== undefined; first = this.#outgoing[0]) {
      const taken = this.#options.line.write(first);
      if (taken < first.length) {
        this.#outgoing[0] = first.subarray(taken);
        return false;
      }
      this.#outgoing.shift();
    }
    return true;
  }
}

function markIn(folder: string): string {
  return join(folder, 'emulator');
}

/** Where nothing kills the emulator with its controller, the one of a controller that was killed still has the flash. */
export async function endOrphan(folder: string, clock: Clock): Promise<void> {
  const path = markIn(folder);
  const mark = existsSync(path) ? readFileSync(path, 'utf8') : '';
  while (isAlive(mark)) {
    try {
      process.kill(Number.parseInt(mark, 10), 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
    await sleep(clock, LOOK_EVERY_MS);
  }
}
