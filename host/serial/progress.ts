/** Progress of something measured in bytes: a bar on a terminal, otherwise a line at each quarter of what takes long. */

import { MultiBar, type SingleBar } from 'cli-progress';
import type { Clock } from '../common/clock.ts';
import { takesCodes } from '../common/terminal.ts';

export interface ProgressStep {
  /** What is going on, e.g. `upload`. */
  step: string;
  doneBytes: number;
  totalBytes: number;
  /** What is counted where it is not bytes, in the plural. */
  unit?: string;
}

export interface Progress {
  report(step: ProgressStep): void;
  end(): void;
}

/** What took less than this is over before anyone reads about it. */
const QUIET_MS = 1000;
const LINE_EVERY_PERCENT = 25;
const KIB = 1024;

/** Shows progress on `stream`: a bar on a terminal, plain lines elsewhere and with NO_COLOR. */
export function createProgress(stream: NodeJS.WriteStream, clock: Clock): Progress {
  return takesCodes(stream)
    ? new ProgressBar(stream, clock)
    : new ProgressLines((line) => stream.write(`${line}\n`), clock);
}

class ProgressBar implements Progress {
  readonly #bars: MultiBar;
  readonly #rate: Rate;
  #step = '';
  #bar: SingleBar | null = null;

  constructor(stream: NodeJS.WriteStream, clock: Clock) {
    this.#rate = new Rate(clock);
    this.#bars = new MultiBar({
      stream,
      format: '{step} [{bar}] {percentage}% {speed} {left}',
      hideCursor: true,
      clearOnComplete: false,
    });
  }

  report(step: ProgressStep): void {
    const words = this.#rate.words(step);
    if (this.#bar === null || this.#step !== step.step) {
      this.#step = step.step;
      this.#bar = this.#bars.create(step.totalBytes, 0, { step: step.step.padEnd(9), ...words });
    }
    this.#bar.update(step.doneBytes, words);
  }

  end(): void {
    this.#bars.stop();
  }
}

/** Exported for tests; `createProgress` chooses it where there is no terminal. */
export class ProgressLines implements Progress {
  readonly #write: (line: string) => void;
  readonly #rate: Rate;
  #step = '';
  #nextPercent = 0;

  constructor(write: (line: string) => void, clock: Clock) {
    this.#write = write;
    this.#rate = new Rate(clock);
  }

  report(step: ProgressStep): void {
    const { speed, left } = this.#rate.words(step);
    if (this.#step !== step.step) {
      this.#step = step.step;
      this.#nextPercent = LINE_EVERY_PERCENT;
    }
    const percent = Math.floor((step.doneBytes * 100) / step.totalBytes);
    if (percent < this.#nextPercent || this.#rate.elapsedMs < QUIET_MS) return;
    this.#nextPercent = percent - (percent % LINE_EVERY_PERCENT) + LINE_EVERY_PERCENT;
    this.#write(`${step.step} ${percent}% ${speed} ${left}`);
  }

  end(): void {}
}

/** Bytes a second of the step that is going on, and the time that it leaves. */
class Rate {
  readonly #clock: Clock;
  #step = '';
  #startMs = 0;
  #startBytes = 0;
  elapsedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  words(step: ProgressStep): { speed: string; left: string } {
    const nowMs = this.#clock.nowMs();
    if (this.#step !== step.step) {
      // The first report comes when the first piece is over; what it took to get there, an erase, is no part of the rate.
      this.#step = step.step;
      this.#startMs = nowMs;
      this.#startBytes = step.doneBytes;
    }
    this.elapsedMs = nowMs - this.#startMs;
    const bytes = step.doneBytes - this.#startBytes;
    if (bytes <= 0 || this.elapsedMs <= 0) return { speed: '', left: '' };
    const bytesPerMs = bytes / this.elapsedMs;
    const leftSeconds = Math.ceil((step.totalBytes - step.doneBytes) / bytesPerMs / 1000);
    return {
      speed: speedWords(bytesPerMs * 1000, step.unit),
      left: leftSeconds > 0 ? `${leftSeconds} s left` : 'done',
    };
  }
}

function speedWords(aSecond: number, unit: string | undefined): string {
  return unit === undefined ? `${(aSecond / KIB).toFixed(1)} KiB/s` : `${Math.round(aSecond)} ${unit}/s`;
}
