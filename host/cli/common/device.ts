/** What the verbs that talk to a device have in common: their options, opening the line, tokens, and how they print. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../../common/errors.ts';
import { U32_MAX } from '../../common/integers.ts';
import { foreign } from '../../common/visible.ts';
import { type RetryEvent, SmpClient, type SmpClientOptions } from '../../serial/client.ts';
import { Device } from '../../serial/device.ts';
import { loadLease } from '../../serial/lease-file.ts';
import { type PortUser, portUsers } from '../../serial/port-users.ts';
import type { Transport } from '../../serial/transport.ts';
import { BAUD_RATE_DEFAULT, openSerialTransport } from '../../serial/transport-serialport.ts';
import { type Line, printJson, printLines, printRemarks } from './output.ts';

export interface DeviceOptions {
  port?: string;
  baud: number;
  token?: number;
  json?: boolean;
}

/** `--port`, `--baud` and `--json`. */
export function addDeviceOptions(command: Command): Command {
  return command
    .addOption(new Option('--port <path>', 'serial port of the device').env('HOLDFAST_PORT'))
    .addOption(new Option('--baud <rate>', 'bits a second').argParser(parseBaud).default(BAUD_RATE_DEFAULT))
    .option('--json', 'print one JSON object instead of words');
}

/** `--token`, for verbs that write. */
export function addTokenOption(command: Command): Command {
  return command.addOption(
    new Option('--token <token>', 'token of the window; otherwise that of the last `window open`').argParser(
      parseCount,
    ),
  );
}

/** An integer from 0 to 2^32−1 as an option's value. */
export function parseCount(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= U32_MAX)) throw new InvalidArgumentError('It must be an integer from 0 to 4294967295.');
  return value;
}

/** Bits a second as an option's value. */
export function parseBaud(text: string): number {
  const rate = parseCount(text);
  if (rate === 0) throw new InvalidArgumentError('It must be 1 or more.');
  return rate;
}

/** Opens the line, runs `action`, and closes the line again, whatever happened. */
export async function withDevice<Result>(
  options: DeviceOptions,
  action: (device: Device, port: string) => Promise<Result>,
  { onLog }: Pick<SmpClientOptions, 'onLog'> = {},
): Promise<Result> {
  const port = options.port;
  if (port === undefined || port === '') {
    throw new HoldfastError('PORT_MISSING', 'No port is given.', {
      remedy: 'Give `--port PATH` or set HOLDFAST_PORT; `holdfast ports` lists the ports.',
    });
  }
  const transport = await openPort(port, options.baud);
  const client = new SmpClient(transport, {
    ...{ baudRate: options.baud, onRetry: reportRetry },
    ...(onLog === undefined ? {} : { onLog }),
  });
  const device = new Device(client, { token: options.token ?? loadLease(port) });
  try {
    return await action(device, port);
  } catch (error) {
    throw error instanceof HoldfastError && error.code === 'NO_ANSWER'
      ? explained(error, port, options.baud, client)
      : error;
  } finally {
    await device.close();
  }
}

/** Opens the port; of one that is in use, it is said by whom. */
async function openPort(path: string, baudRate: number): Promise<Transport> {
  try {
    return await openSerialTransport({ path, baudRate });
  } catch (error) {
    const users = portUsers(path);
    if (!(error instanceof HoldfastError) || error.code !== 'PORT_BUSY' || users.length === 0) throw error;
    throw new HoldfastError(error.code, `Cannot open port ${path}: it is open in ${usersWords(users)}.`, {
      remedy: 'Close the other program, then run the command again.',
      exitCode: error.exitCode,
      cause: error,
    });
  }
}

/** Nothing that a device said: who else may have taken it, or what came instead of it. */
function explained(error: HoldfastError, port: string, baud: number, client: SmpClient): HoldfastError {
  const { message, remedy } = whySilent(port, baud, client);
  return new HoldfastError(error.code, `${error.message}${message}`, {
    remedy,
    exitCode: error.exitCode,
    cause: error,
  });
}

function whySilent(port: string, baud: number, client: SmpClient): { message: string; remedy: string } {
  const users = portUsers(port);
  if (users.length > 0) {
    const message = ` The port is also open in ${usersWords(users)}, which may take the answers.`;
    return { message, remedy: 'Close the other program, then run the command again.' };
  }
  if (client.hasAnswered) {
    const remedy = 'Check the cable and that the device runs, then run the command again.';
    return { message: ' Until then it had answered.', remedy };
  }
  const remedy = `Check the cable and that the device runs; \`holdfast ports --ask ${port}\` tries the usual baud rates.`;
  const { strayBytes } = client;
  const stray = `${strayBytes} bytes came that are no answer, as from a device at another rate than ${baud}, or from another program.`;
  return { message: strayBytes === 0 ? '' : ` ${stray}`, remedy };
}

/** `screen (process 812)`. */
export function usersWords(users: readonly PortUser[]): string {
  return users.map(({ name, process }) => `${foreign(name)} (process ${process})`).join(', ');
}

/** What a verb has to say: for programs, and for people. */
export interface VerbResult {
  readonly value: unknown;
  readonly words: readonly Line[];
}

/** Prints `value` as JSON, or `words` for people. */
export function printResult(options: { json?: boolean }, value: unknown, words: readonly Line[]): void {
  if (options.json) printJson(value);
  else printLines(words);
}

/** Ticks as seconds, where the device says how many make one. */
export function secondsOf(ticks: number, ticksPerSecond: number): string {
  return ticksPerSecond === 0 ? `${ticks} ticks` : `${(ticks / ticksPerSecond).toFixed(1)} s`;
}

/** The first digits of a hash, as lists show it. */
export function shortHash(hash: string): string {
  return hash === '' ? 'none' : hash.slice(0, 12);
}

function reportRetry(event: RetryEvent): void {
  const next = `attempt ${event.attempt + 1} of ${event.attempts}`;
  printRemarks([`no answer to "${event.what}" within ${event.timeoutMs / 1000} s, ${next}`]);
}
