/** Verbs of the command that go on until they are ended, such as `controller` and `view`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { commandPath } from '../../host/common/root.ts';

export class Programs {
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];

  /** `folder`: where they run. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts a verb, and gives what it says first. */
  started(argv: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [commandPath(), ...argv], { cwd: this.#folder });
    this.#children.push(child);
    child.stderr.on('data', () => {});
    return new Promise((done, fail) => {
      child.stdout.once('data', (data) => done(String(data)));
      child.once('close', (code) => fail(new Error(`${argv[0]} ended with ${code}`)));
    });
  }

  /** What was started last. */
  get last(): ChildProcess | undefined {
    return this.#children.at(-1);
  }

  async end(child: ChildProcess | undefined): Promise<void> {
    const ended = new Promise((done) => child?.once('close', done));
    if (child?.exitCode === null && child.kill('SIGTERM')) await ended;
  }

  async endAll(): Promise<void> {
    for (const child of this.#children) await this.end(child);
  }
}
