/** Exit codes of the `holdfast` command, as docs/DESIGN.md section "The command" promises them. */
export const EXIT_DONE = 0;
export const EXIT_CHECK_SAID_NO = 1;
export const EXIT_BAD_INPUT = 2;
export const EXIT_DEVICE = 3;

export type ExitCode = 1 | 2 | 3;

export interface HoldfastErrorOptions {
  /** What to do next, one sentence in the imperative. */
  remedy?: string;
  /** The exit code of a command that ends with this error; 2 (bad input or usage) unless given. */
  exitCode?: ExitCode;
  cause?: unknown;
}

/** An error with a name: every failure that a user can meet is one of these, never a bare `Error`. */
export class HoldfastError extends Error {
  /** Stable upper-case name, e.g. `OVERLAP`; programs may rely on it. */
  readonly code: string;
  readonly remedy: string | undefined;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: HoldfastErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.remedy = options.remedy;
    this.exitCode = options.exitCode ?? EXIT_BAD_INPUT;
  }
}
