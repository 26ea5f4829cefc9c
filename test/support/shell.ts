/** A document in Markdown whose commands run, in a shell as its reader has it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { type Command, editedText, normalised, readTutorial, withOutputs } from './tutorial.ts';

/** Set this variable to write the outputs of this run into the documents, and review them as a diff. */
export const WRITES_OUTPUTS = process.env.HOLDFAST_WRITE_OUTPUTS === '1';

/** Programs of the reader: `holdfast`, and `npx holdfast` as in a clone. */
const PROGRAMS = {
  holdfast: `exec "${process.execPath}" "${commandPath()}" "$@"`,
  npx: `[ "$1" = holdfast ] || exit 127\nshift\nexec "${process.execPath}" "${commandPath()}" "$@"`,
};

/** A shell as the reader has it: `holdfast` on the path, and the folder and variables that earlier commands set. */
export class Shell {
  /** Commands whose effect lasts. */
  readonly #lasting: string[] = [];
  readonly #running: ChildProcess[] = [];
  readonly #env: NodeJS.ProcessEnv;
  #folder: string;

  /** `folder`: an existing, empty one of the caller's, in which commands run. */
  constructor(folder: string) {
    this.#folder = folder;
    const binaries = join(folder, 'bin');
    mkdirSync(binaries);
    for (const [name, script] of Object.entries(PROGRAMS)) {
      writeFileSync(join(binaries, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(binaries, name), 0o755);
    }
    const path = `${binaries}${delimiter}${process.env.PATH ?? ''}`;
    this.#env = { ...process.env, PATH: path, NO_COLOR: '1', XDG_RUNTIME_DIR: folder };
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
    this.#running.push(child);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    const read = () => output.split('\n').slice(0, lines).join('\n').concat('\n');
    await expect.poll(() => output.split('\n').length > lines, { timeout: 20_000 }).toBe(true);
    return read();
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    for (const child of this.#running) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
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

/** What goes on running is read as far as the document shows it. */
async function outputOf(shell: Shell, { text, output }: Command, keepsRunning: boolean): Promise<string> {
  return keepsRunning ? await shell.startAndRead(text, output.split('\n').length - 1) : await shell.run(text);
}

/** Runs every step of the document at `path` and holds each output to what it promises. Gives the number of commands. */
export async function runDocument(path: string, shell: Shell): Promise<number> {
  expect(existsSync(commandPath())).toBe(true);
  const markdown = readFileSync(path, 'utf8');
  const ran: { from: number; to: number; text: string }[] = [];
  let commands = 0;
  for (const step of readTutorial(markdown)) {
    if (step.kind !== 'commands') {
      const file = shell.at(step.name);
      writeFileSync(file, editedText(step, existsSync(file) ? readFileSync(file, 'utf8') : ''));
      continue;
    }
    let text = '';
    for (const command of step.commands) {
      const output = await outputOf(shell, command, step.keepsRunning);
      text += `$ ${command.text}\n${output}`;
      commands++;
      if (!WRITES_OUTPUTS)
        expect(`$ ${command.text}\n${normalised(output)}`).toBe(
          `$ ${command.text}\n${normalised(command.output)}`,
        );
    }
    ran.push({ from: step.from, to: step.to, text });
  }
  if (WRITES_OUTPUTS) writeFileSync(path, withOutputs(markdown, ran));
  return commands;
}
