import { type ChildProcess, spawn } from 'node:child_process';

/** `fleet up` in a process of its own, as a user runs it, and the server under it. */

const LEADS = /server \S+:(\d+) leads \S+, epoch (\d+)/;

export class ServerProcess {
  readonly #argv: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess;
  /** Of the server that led last. */
  pid = 0;
  epoch = 0;
  /** What it said, the last lines. */
  readonly said: string[] = [];
  readonly #waiting = new Set<() => void>();

  /** `argv`: the program and its arguments. `databaseUrl`: null for the embedded one. */
  constructor(argv: readonly string[], databaseUrl: string | null) {
    this.#argv = argv;
    this.#env = { ...process.env, NO_COLOR: '1', DATABASE_URL: databaseUrl ?? '' };
    this.#child = this.#start();
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, [...this.#argv], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#take(line);
      });
    }
    return child;
  }

  #take(line: string): void {
    this.said.push(line);
    if (this.said.length > 200) this.said.shift();
    const [, pid, epoch] = LEADS.exec(line) ?? [];
    if (pid !== undefined && epoch !== undefined) [this.pid, this.epoch] = [Number(pid), Number(epoch)];
    for (const look of this.#waiting) look();
  }

  /** Resolves when it said something that fits; false when that took too long. */
  async until(isSo: () => boolean, mostMs = 60_000): Promise<boolean> {
    if (isSo()) return true;
    let look = () => {};
    const said = new Promise<boolean>((resolve) => {
      look = () => isSo() && resolve(true);
      this.#waiting.add(look);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), mostMs);
    });
    const is = await Promise.race([said, late]);
    clearTimeout(timer);
    this.#waiting.delete(look);
    return is;
  }

  /** The server that leads is killed; what started it begins another. */
  killServer(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** All of it is killed, the embedded database with it, and it is started again. */
  killAll(): void {
    this.#child.kill('SIGKILL');
    this.#child = this.#start();
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGTERM');
    await ended;
  }
}
