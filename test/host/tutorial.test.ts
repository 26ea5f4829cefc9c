import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../support/command.ts';
import { type Command, editedText, normalised, readTutorial, withOutputs } from '../support/tutorial.ts';

/** Set this variable to write the outputs of this run into the tutorial, and review them as a diff. */
const WRITES = process.env.HOLDFAST_WRITE_TUTORIAL === '1';
const TUTORIAL = fileURLToPath(new URL('../../docs/TUTORIAL.md', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../dist/host/cli/main.js', import.meta.url));

const folder = temporaryFolder('tutorial');
const running: ChildProcess[] = [];

afterAll(async () => {
  for (const child of running) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  folder.remove();
});

/** A shell as the reader has it: `holdfast` on the path, and the folder and variables that earlier commands set. */
class Shell {
  /** Commands whose effect lasts. */
  readonly #lasting: string[] = [];
  readonly #env: NodeJS.ProcessEnv;
  #folder = folder.path;

  constructor() {
    const binaries = folder.at('bin');
    mkdirSync(binaries);
    writeFileSync(join(binaries, 'holdfast'), `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
    chmodSync(join(binaries, 'holdfast'), 0o755);
    const path = `${binaries}${delimiter}${process.env.PATH ?? ''}`;
    this.#env = { ...process.env, PATH: path, NO_COLOR: '1', XDG_RUNTIME_DIR: folder.path };
  }

  at(name: string): string {
    return join(this.#folder, name);
  }

  /** What a command prints, both streams in the order in which they arrive. */
  async run(text: string): Promise<string> {
    if (text.startsWith('cd ')) {
      this.#folder = join(this.#folder, text.slice(3));
      return '';
    }
    if (text.startsWith('export ')) this.#lasting.push(text);
    const child = this.#start(text);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    await once(child, 'close');
    return output;
  }

  /** Starts a command that goes on running; its output up to `lines` lines. */
  async startAndRead(text: string, lines: number): Promise<string> {
    const child = this.#start(`exec ${text}`);
    running.push(child);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    const read = () => output.split('\n').slice(0, lines).join('\n').concat('\n');
    await expect.poll(() => output.split('\n').length > lines, { timeout: 20_000 }).toBe(true);
    return read();
  }

  #start(text: string): ChildProcess {
    const script = [...this.#lasting, `{ ${text}\n} 2>&1`].join('\n');
    return spawn('bash', ['-c', script], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

/** Lines that a controller prints before it waits: its port, its state and what it runs. */
const CONTROLLER_LINES = 3;

async function outputOf(shell: Shell, command: Command, keepsRunning: boolean): Promise<string> {
  return keepsRunning
    ? await shell.startAndRead(command.text, CONTROLLER_LINES)
    : await shell.run(command.text);
}

test('every command of the tutorial does what it says', async () => {
  expect(existsSync(COMMAND)).toBe(true);
  const markdown = readFileSync(TUTORIAL, 'utf8');
  const steps = readTutorial(markdown);
  const shell = new Shell();
  const ran: { from: number; to: number; text: string }[] = [];
  let commands = 0;
  for (const step of steps) {
    if (step.kind !== 'commands') {
      const path = shell.at(step.name);
      writeFileSync(path, editedText(step, existsSync(path) ? readFileSync(path, 'utf8') : ''));
      continue;
    }
    let text = '';
    for (const command of step.commands) {
      const output = await outputOf(shell, command, step.keepsRunning);
      text += `$ ${command.text}\n${output}`;
      commands++;
      if (!WRITES)
        expect(`$ ${command.text}\n${normalised(output)}`).toBe(
          `$ ${command.text}\n${normalised(command.output)}`,
        );
    }
    ran.push({ from: step.from, to: step.to, text });
  }
  expect(commands).toBeGreaterThan(20);
  if (WRITES) writeFileSync(TUTORIAL, withOutputs(markdown, ran));
});
