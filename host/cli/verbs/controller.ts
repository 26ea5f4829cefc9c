/** `holdfast controller`: the virtual controller, the same core as on any other, on a pseudo-terminal. */

import { type Command, InvalidArgumentError } from 'commander';
import { VirtualController } from '../../controller/controller.ts';
import { PseudoTerminal } from '../../controller/pseudo-terminal.ts';
import { Report } from '../../controller/report.ts';
import { SafeInput, setSafeInput } from '../../controller/safe-input.ts';
import { type FirstContent, openStateFolder, type StateFolder } from '../../controller/state-folder.ts';
import { Train, type TrainOptions } from '../../controller/train.ts';
import { Core } from '../../core/core.ts';
import { HoldfastError } from '../../errors.ts';
import { deriveBurned, encodeBurned, readBurnedConfig } from '../../image/burned.ts';
import { systemClock } from '../../serial/clock.ts';
import { loadEdition } from '../../serial/edition-file.ts';

interface ControllerCommandOptions {
  image?: string;
  config?: string;
  state: string;
  link?: string;
  parked?: boolean;
  at?: bigint;
  speed?: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('controller')
    .description('run a virtual controller on a pseudo-terminal')
    .option('--image <image>', 'first edition, burned when the state folder is new')
    .option('--config <file>', 'firmware configuration; derived from the image unless given')
    .option('--state <folder>', 'where flash and safe input are kept', '.holdfast')
    .option('--link <path>', 'symbolic link to the pseudo-terminal')
    .option('--parked', 'start with the safe input on `parked`')
    .option('--at <x>', 'hold the machine at this coordinate of the map', parseCoordinate)
    .option('--speed <steps>', 'steps of the axis a second; one pass a minute unless given', parseSpeed)
    .option('--json', 'print events as NDJSON on stdout')
    .action(run);
}

function parseCoordinate(text: string): bigint {
  if (!/^-?\d{1,19}$/.test(text)) throw new InvalidArgumentError('It must be an integer.');
  return BigInt(text);
}

function parseSpeed(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

async function run(options: ControllerCommandOptions): Promise<void> {
  const state = await openStateFolder(options.state, () => firstContent(options));
  try {
    if (options.parked) setSafeInput(state.safeInputPath, 'parked');
    const terminal = await PseudoTerminal.open(options.link === undefined ? {} : { link: options.link });
    try {
      await runOn(options, state, terminal);
    } finally {
      terminal.close();
    }
  } finally {
    state.close();
  }
}

async function firstContent(options: ControllerCommandOptions): Promise<FirstContent | null> {
  if (options.image === undefined) return null;
  const edition = loadEdition(options.image);
  const config =
    options.config === undefined ? deriveBurned(edition.bytes) : await readBurnedConfig(options.config);
  return { burned: encodeBurned(config), edition };
}

async function runOn(
  options: ControllerCommandOptions,
  state: StateFolder,
  terminal: PseudoTerminal,
): Promise<void> {
  const report = new Report({ json: options.json === true, stdout: process.stdout, stderr: process.stderr });
  report.port(terminal.path, terminal.link);
  const controller = await VirtualController.start({
    loadCore: (core) => Core.load(core),
    flash: state.flash,
    burned: state.burned,
    line: terminal,
    safeInput: new SafeInput(state.safeInputPath, systemClock),
    train: new Train(trainOptions(options)),
    clock: systemClock,
    onChange: (snapshot) => report.changed(snapshot),
  });
  report.ready({
    state: options.state,
    burned: state.isNew,
    imageIgnored: !state.isNew && options.image !== undefined,
  });
  const stopDrawing = report.draw(systemClock, () => controller.snapshot());
  try {
    await untilSignal(controller);
  } finally {
    stopDrawing();
    report.end();
  }
}

function trainOptions(options: ControllerCommandOptions): TrainOptions {
  return {
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(options.speed === undefined ? {} : { stepsPerSecond: options.speed }),
  };
}

/** Ends when a signal asks for it; rejects when the core trapped. */
async function untilSignal(controller: VirtualController): Promise<void> {
  const stop = () => controller.stop();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await controller.ended;
  } catch (cause) {
    throw new HoldfastError(
      'CORE_TRAPPED',
      'The core stopped on a broken invariant; this is a bug of the core.',
      {
        remedy: 'Report it, together with the state folder.',
        exitCode: 3,
        cause,
      },
    );
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
