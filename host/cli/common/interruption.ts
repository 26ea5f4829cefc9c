/**
 * Ctrl-C while something of ours stands open on a device: the work ends at its next step, so that what was opened can be closed.
 * A device that does not answer does not hold the command for ever, and a second Ctrl-C ends it at once.
 */

import { EXIT_DEVICE, HoldfastError } from '../../common/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** For the step under way and for closing. */
const GRACE_MS = 5000;

export interface Interruption {
  /** Throws INTERRUPTED (exit code 3) once a signal came. */
  throwIfAsked(): void;
  /** Signals end the command again as they do otherwise. */
  end(): void;
}

/** `leftOpen` is what is said when the command ends without having closed what it opened, `remedy` what can be done next. */
export function listenForInterruption(leftOpen: string, remedy: string): Interruption {
  let asked = false;
  let grace: NodeJS.Timeout | undefined;
  const leave = () => {
    process.stderr.write(`${leftOpen}\n`);
    process.exit(EXIT_DEVICE);
  };
  const onSignal = () => {
    if (asked) return leave();
    asked = true;
    grace = setTimeout(leave, GRACE_MS);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    throwIfAsked: () => {
      if (!asked) return;
      throw new HoldfastError('INTERRUPTED', 'The command was interrupted.', {
        remedy,
        exitCode: EXIT_DEVICE,
      });
    },
    end: () => {
      clearTimeout(grace);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
