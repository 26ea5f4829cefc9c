/** A controller in a process of its own, as a user starts it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ArenaName } from '../common/arenas.ts';
import { HoldfastError } from '../common/errors.ts';
import { commandPath } from '../common/root.ts';

/** An emulated board executes its start-up; on a busy machine that takes its time. */
const START_MS_MAX = 60_000;

export interface ControllerProcess {
  /** Path of the pseudo-terminal. */
  readonly port: string;
  /** File that says whether the machine is parked. */
  readonly safeInput: string;
  /** Ends it as a user does, with SIGTERM, and waits. */
  end(): Promise<void>;
  /** Ends it as a power cut does, with SIGKILL, and waits. */
  kill(): Promise<void>;
}

export interface ControllerProcessOptions {
  /** State folder. */
  readonly state: string;
  /** Burned when the state folder is new. */
  readonly image?: string;
  readonly config?: string;
  /** Files of the public keys to burn in; development mode unless given. */
  readonly keys?: readonly string[];
  /** Burns the keys anew over a state that exists. */
  readonly reflash?: boolean;
  readonly parked?: boolean;
  /** Symbolic link to the pseudo-terminal. */
  readonly link?: string;
  /** Bits a second of the line; as fast as it can be unless given. */
  readonly pace?: number;
  /** The virtual controller unless given; else a board in its emulator. */
  readonly target?: string;
  /** Bytes for a map; the most unless given. */
  readonly arena?: ArenaName;
}

/** Starts `holdfast controller` and waits until its line is there. Throws CONTROLLER_FAILED with what it said. */
export async function startController(options: ControllerProcessOptions): Promise<ControllerProcess> {
  const child = spawn(process.execPath, [commandPath(), ...argumentsFor(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const timer = setTimeout(endWithUs, START_MS_MAX);
  const port = await readyPort(child.stdout);
  clearTimeout(timer);
  if (port === null) {
    throw new HoldfastError('CONTROLLER_FAILED', `the controller did not start:\n${complaint}`, {
      exitCode: 3,
    });
  }
  const stop = async (signal: NodeJS.Signals) => {
    process.off('exit', endWithUs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  const safeInput = join(options.state, 'safe-input');
  return { port, safeInput, end: () => stop('SIGTERM'), kill: () => stop('SIGKILL') };
}

function argumentsFor({
  state,
  image,
  config,
  keys,
  reflash,
  parked,
  link,
  pace,
  target,
  arena,
}: ControllerProcessOptions): string[] {
  return [
    'controller',
    '--json',
    ...['--state', state],
    ...(image === undefined ? [] : ['--image', image]),
    ...(config === undefined ? [] : ['--config', config]),
    ...(keys === undefined ? ['--development'] : keys.flatMap((key) => ['--key', key])),
    ...(reflash ? ['--reflash'] : []),
    ...(parked ? ['--parked'] : []),
    ...(target === undefined ? [] : ['--target', target]),
    ...(arena === undefined ? [] : ['--arena', arena]),
    ...(link === undefined ? [] : ['--link', link]),
    ...(pace === undefined ? [] : ['--pace', String(pace)]),
  ];
}

/** The port that the `ready` event names; null when the output ends before. */
async function readyPort(output: NodeJS.ReadableStream): Promise<string | null> {
  const lines = createInterface({ input: output });
  for await (const line of lines) {
    const event: { event?: string; port?: string } = JSON.parse(line);
    if (event.event !== 'ready' || event.port === undefined) continue;
    lines.close();
    output.resume();
    return event.port;
  }
  return null;
}
