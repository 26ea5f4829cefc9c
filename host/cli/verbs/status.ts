/** `holdfast status`: what a device runs and what it waits for. */

import { type Command, InvalidArgumentError } from 'commander';
import { foreign } from '../../common/visible.ts';
import { LAYOUT } from '../../format.ts';
import { faultWords } from '../../refusals/refusals.ts';
import type { DeviceOutcome, DeviceStatus, SlotState } from '../../serial/answers.ts';
import type { Device } from '../../serial/device.ts';
import {
  addDeviceOptions,
  type DeviceOptions,
  printResult,
  secondsOf,
  shortHash,
  type VerbResult,
  withDevice,
} from '../common/device.ts';
import type { Line } from '../common/output.ts';
import { DEVELOPMENT_WORDS } from '../common/trust.ts';
import { watch } from '../common/watch.ts';

interface StatusOptions extends DeviceOptions {
  history?: boolean;
  watch?: number | true;
}

const HELP = `
Shows the edition, its trial, the slots, and the token of an open window. --watch asks again every second, or every so many, until
Ctrl-C; where there is no terminal, or with NO_COLOR or --json, it tells only what changed.

Examples:
  holdfast status --port /dev/ttyACM0
  holdfast status --port /dev/ttyACM0 --watch 5
  holdfast status --history
  HOLDFAST_PORT=.holdfast/port holdfast status --json`;

export function register(program: Command): void {
  const command = program.command('status').description('show what a device runs and what it waits for');
  command.option('--history', 'what became of the last editions, the newest first');
  command.option('--watch [seconds]', 'go on asking', parseSeconds);
  addDeviceOptions(command).addHelpText('after', HELP).action(run);
}

const SECONDS_DEFAULT = 1;

function parseSeconds(text: string): number {
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds above 0.');
}

async function run(options: StatusOptions): Promise<void> {
  const ask = options.history ? historyOf : statusOf;
  await withDevice(options, async (device, port) => {
    if (options.watch !== undefined) {
      const everyMs = 1000 * (options.watch === true ? SECONDS_DEFAULT : options.watch);
      await watch(() => ask(device, port), { everyMs, json: options.json === true });
      return;
    }
    const { value, words } = await ask(device, port);
    printResult(options, value, words);
  });
}

/** What became of the last editions, and whether this start of the device was a revert. */
export async function historyOf(device: Device, port: string): Promise<VerbResult> {
  const { reverted } = await device.status();
  const history = await device.history();
  const words = history.map(
    (past) =>
      `${past.boots === 0 ? 'before starts were counted' : `start ${past.boots}`}: ${outcomeWords(past)}`,
  );
  return {
    value: { port, reverted, history },
    words: [
      ...bootWords(reverted),
      ...(words.length === 0 ? ['no edition was confirmed or given up yet'] : words),
    ],
  };
}

function bootWords(reverted: boolean): string[] {
  return reverted ? ['the last start was a revert: the edition on trial was given up'] : [];
}

/** What there is to say of a device. */
export async function statusOf(
  device: Device,
  port: string,
): Promise<VerbResult & { readonly value: DeviceStatus }> {
  const status = await device.status();
  const slots = await device.images();
  const outcome = await device.outcome();
  const value = { port, ...status, fault: faultWords(status.reason), slots, outcome };
  return { value, words: statusWords(port, status, slots, outcome) };
}

function statusWords(
  port: string,
  status: DeviceStatus,
  slots: readonly SlotState[],
  outcome: DeviceOutcome,
): Line[] {
  const fault = faultWords(status.reason);
  return [
    `port     ${port}`,
    `device   ${foreign(status.device)}, map ${foreign(status.map)}`,
    ...coreWords(status),
    ...keyWords(status),
    `edition  ${status.epoch === 0 ? 'none' : `epoch ${status.epoch}, ${shortHash(status.hash)}`}${trialWords(status)}`,
    ...(fault === null ? [] : [`fault    ${fault}`]),
    ...bootWords(status.reverted).map((words) => `boot     ${words}`),
    `mode     ${modeWords(status)}`,
    `parked   ${status.parked ? 'yes' : 'no'}`,
    ...slots.map(slotWords),
    ...uploadWords(status).map((words) => `upload   ${words}`),
    ...(outcome.outcome === 'none' ? [] : [`last     ${outcomeWords(outcome)}`]),
  ];
}

/** Whose images the device takes. */
function coreWords({ core, arena, body, layouts }: DeviceStatus): Line[] {
  if (core === null) return [];
  const names = Object.entries(LAYOUT).flatMap(([name, code]) =>
    ((layouts ?? 0) >>> code) & 1 ? [name] : [],
  );
  const bodies = `body version ${body}${names.length === 0 ? '' : `: ${names.join(', ')}`}`;
  return [
    `core     ${foreign(core)}, maps of up to ${(arena ?? 0).toLocaleString('en-US')} bytes, ${bodies}`,
  ];
}

function keyWords({ keys, dev }: DeviceStatus): Line[] {
  return [...(dev ? [{ alarm: DEVELOPMENT_WORDS }] : []), ...keys.map((key) => `key      ${key}`)];
}

function trialWords(status: DeviceStatus): string {
  if (!status.trial) return '';
  return `, on trial for ${secondsOf(status.ticks, status.tps)}: ${status.checks} of ${status.need} checks answered`;
}

function modeWords(status: DeviceStatus): string {
  if (status.mode === 'run') return status.stage === 'pending' ? 'run, an edition is pending' : 'run';
  const kind = status.shared ? 'shared window' : 'window';
  const pending = status.stage === 'pending' ? ', an edition is pending' : '';
  const left = secondsOf(status.lease, status.tps);
  return `${kind} under token ${status.token}, ${left} left${pending}`;
}

/** An upload that brought no whole image; how far it came is known once a window was open. */
function uploadWords({ upload, len }: DeviceStatus): Line[] {
  if (upload >= len) return [];
  return [upload === 0 ? `${len} bytes were begun` : `${upload} of ${len} bytes received`];
}

function slotWords(slot: SlotState): string {
  const set = (['active', 'confirmed', 'pending', 'permanent'] as const).filter((flag) => slot[flag]);
  const flags = [...set, ...(slot.bootable ? [] : ['not examined since the start: a window does'])];
  return `slot ${slot.slot}   ${foreign(slot.version)}, ${shortHash(slot.hash)}${flags.length === 0 ? '' : `, ${flags.join(', ')}`}`;
}

function outcomeWords(outcome: DeviceOutcome): string {
  const reason = faultWords(outcome.reason);
  const words = outcome.outcome.replaceAll('-', ' ');
  return `epoch ${outcome.epoch}, ${shortHash(outcome.hash)}, ${words}${reason === null ? '' : ` (${reason})`}`;
}
