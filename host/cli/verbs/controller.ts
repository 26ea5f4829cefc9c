/** `holdfast controller` on a pseudo-terminal: the virtual controller, or the firmware of a board in its emulator. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Board } from '../../../sim/boards/boards.ts';
import { ARENA_DEFAULT, type ArenaName } from '../../common/arenas.ts';
import { systemClock } from '../../common/clock.ts';
import { HoldfastError } from '../../common/errors.ts';
import { VirtualController } from '../../controller/controller.ts';
import { areasOnly, openFlashFile } from '../../controller/flash-file.ts';
import { HeldPlace } from '../../controller/held-place.ts';
import { axesOf } from '../../controller/map-view.ts';
import { PacedLine } from '../../controller/paced-line.ts';
import { PseudoTerminal } from '../../controller/pseudo-terminal.ts';
import { Report } from '../../controller/report.ts';
import { SafeInput, setSafeInput } from '../../controller/safe-input.ts';
import { type FirstContent, openStateFolder, type StateFolder } from '../../controller/state-folder.ts';
import { requireTerminals } from '../../controller/terminal-pair.ts';
import { Train, type TrainOptions } from '../../controller/train.ts';
import { Core } from '../../core/core.ts';
import { fittingArena } from '../../core/fitting-arena.ts';
import { VIRTUAL_GEOMETRY } from '../../core/flash.ts';
import { parsePlace } from '../../core/points.ts';
import type { Target } from '../../firmware/target-file.ts';
import { emulatedNames, targetNamed } from '../../firmware/targets.ts';
import { requireWholeTicks } from '../../firmware/ticks.ts';
import { ARENAS } from '../../format.ts';
import {
  type BurnedConfig,
  burnedForDevelopment,
  burnedTicksPerSecond,
  encodeBurned,
  type Trust,
} from '../../image/burned.ts';
import { readBurnedConfig } from '../../image/burned-config.ts';
import { type Edition, loadEdition } from '../../image/edition-file.ts';
import { burnedWith, reburnedWith, withTrust } from '../../image/fitting.ts';
import { readMap } from '../../image/read-partition.ts';
import { arenaOption, chosenArena } from '../common/arena-option.ts';
import { parseBaud } from '../common/device.ts';
import { addTrustOptions, readTrust, TRUST_HELP, type TrustOptions } from '../common/trust.ts';

interface ControllerCommandOptions extends TrustOptions {
  image?: string;
  config?: string;
  state: string;
  link?: string;
  parked?: boolean;
  at?: HeldPlace;
  speed?: number;
  pace?: number;
  json?: boolean;
  sayPlace?: boolean;
  arena?: ArenaName;
  target: string;
  reflash?: boolean;
}

/** Instead of a board. */
const VIRTUAL = 'virtual';

const HELP = `
The state folder keeps flash, burned block and safe input from one run to the next; a new one is burned with --image and
--config, or with --config alone: then its slots are empty, and the first edition is pushed. The safe input is a file:
echo parked > STATE/safe-input, or moving. Ctrl-C ends it; kill -9 is the power cut.

--reflash stands for new firmware: configuration and keys of --image or --config are burned anew; slots and journals stay.

--target runs the firmware of a board in its emulator; a state folder belongs to the board that it was made for.

With --pace the serial line is as slow as a real one of that rate, which leaves time to cut the power in the middle of a push.
${TRUST_HELP}

Examples:
  holdfast controller --image rail.img --development --link .holdfast/port
  holdfast controller --image rail.img --key release.pub.pem --link .holdfast/port --parked --pace 19200`;

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Given {
  readonly edition: Edition | null;
  readonly config: BurnedConfig | null;
  readonly trust: Trust;
}

export function register(program: Command): void {
  const command = program
    .command('controller')
    .description('run a virtual controller, or a board in its emulator, on a pseudo-terminal')
    .option('--image <image>', 'first edition, burned when the state folder is new')
    .option('--config <file>', 'firmware configuration; derived from the image unless given');
  addTrustOptions(command)
    .option('--reflash', 'burn configuration and keys anew over a state that exists')
    .option('--state <folder>', 'where flash and safe input are kept', '.holdfast')
    .option('--link <path>', 'symbolic link to the pseudo-terminal')
    .option('--parked', 'start with the safe input on `parked`')
    .option(
      '--at <x>',
      'virtual: hold the machine at this place of the map, such as 5050000, "5.05 km", 5+050, a timestamp or "12 m, 4 m"',
      parseHeld,
    )
    .option(
      '--speed <steps>',
      'virtual: steps of the axis a second; one pass a minute unless given',
      parseSpeed,
    )
    .addOption(arenaOption(`bytes for a map on the controller (default: ${ARENA_DEFAULT})`))
    .option('--say-place', 'virtual: say on the line where the machine is, for `view`')
    .option('--pace <baud>', 'carry bytes like a serial line of this rate (otherwise at once)', parseBaud)
    .addOption(
      new Option('--target <target>', 'the virtual controller, or the firmware of a board in an emulator')
        .choices([VIRTUAL, ...emulatedNames()])
        .default(VIRTUAL),
    )
    .option('--json', 'print events as NDJSON on stdout')
    .addHelpText('after', HELP)
    .action(run);
}

/** A place that is wrong on any axis is refused at once, what its unit means when an edition tells. */
function parseHeld(text: string): HeldPlace {
  if (/^[+-]?\d+$/.test(text)) parsePlace(text, '--at', { kind: 'number', unit: '', scale: 1 });
  return new HeldPlace(text);
}

function parseSpeed(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

/** A board's loop says itself where its machine is. */
function refuseTrain({ at, speed, sayPlace, target }: ControllerCommandOptions): void {
  if ([at, speed, sayPlace].every((each) => each === undefined)) return;
  throw new HoldfastError(
    'USAGE',
    `--at, --speed and --say-place are for the virtual controller, not the ${target}`,
    {
      remedy: 'Leave them out, or leave out --target.',
    },
  );
}

async function run(options: ControllerCommandOptions): Promise<void> {
  // Read even when the state exists and nothing will be burned: a wrong path is a mistake all the same.
  const given = await readGiven(options);
  const board = await boardNamed(options.target);
  if (board !== null) refuseTrain(options);
  const target = board === null ? null : targetNamed(options.target);
  const arena = chosenArena(options.arena, target);
  if (given.edition !== null) {
    await fittingArena(given.edition.bytes, arena, target?.arena);
    options.at?.readOn(axesOf(readMap(given.edition.bytes)));
  }
  await requireTerminals();
  const store = board?.store ?? areasOnly(VIRTUAL_GEOMETRY);
  const state = await openStateFolder(
    options.state,
    async (isNew) => contentOf(given, target, isNew),
    store,
    {
      reflash: options.reflash ?? false,
    },
  );
  try {
    requireTicks(state.burned, target);
    if (options.parked) setSafeInput(state.safeInputPath, 'parked');
    const terminal = await PseudoTerminal.open(options.link === undefined ? {} : { link: options.link });
    try {
      if (board === null) await runOn(options, given, state, terminal);
      else await runBoard(board, arena, options, given, state, terminal);
    } finally {
      terminal.close();
    }
  } finally {
    state.close();
  }
}

/** The emulators are loaded when a board is wanted; null: the virtual controller. */
async function boardNamed(target: string): Promise<Board | null> {
  if (target === VIRTUAL) return null;
  const { BOARDS } = await import('../../../sim/boards/boards.ts');
  const board = BOARDS.get(target);
  if (board !== undefined) return board;
  throw new HoldfastError('EMULATOR_MISSING', `The board ${target} has no emulator.`, {
    remedy: 'Run the virtual controller, or flash the firmware onto a board.',
  });
}

async function readGiven(options: ControllerCommandOptions): Promise<Given> {
  const { image, config } = options;
  return {
    edition: image === undefined ? null : loadEdition(image),
    config: config === undefined ? null : await readBurnedConfig(config),
    trust: await readTrust(options),
  };
}

/** What to burn. Over a state that exists the image only says for which map and device: its slots stay, whoever signed it. */
function contentOf(given: Given, target: Target | null, isNew: boolean): FirstContent | null {
  const { edition, config, trust } = given;
  const burn = isNew ? burnedWith : reburnedWith;
  const burned =
    edition !== null
      ? burn(edition.bytes, config ?? undefined, trust)
      : config === null
        ? null
        : withTrust(config, trust);
  if (burned === null) return null;
  const block = encodeBurned(burned);
  requireTicks(block, target);
  return { burned: block, edition };
}

/** A board would round a rate that its counter is no multiple of. A block without one is damaged, which the core says. */
function requireTicks(burned: Uint8Array, target: Target | null): void {
  const ticksPerSecond = burnedTicksPerSecond(burned);
  if (target !== null && ticksPerSecond !== 0) requireWholeTicks(ticksPerSecond, target);
}

/** The report, which names the port first, and the line at its pace; null: as fast as the terminal. */
function openLine(options: ControllerCommandOptions, terminal: PseudoTerminal) {
  const { json, at, pace } = options;
  const report = new Report({ json: json === true, at, stdout: process.stdout, stderr: process.stderr });
  report.port(terminal.path, terminal.link);
  return { report, paced: pace === undefined ? null : new PacedLine(terminal, pace, systemClock) };
}

async function runOn(
  options: ControllerCommandOptions,
  given: Given,
  state: StateFolder,
  terminal: PseudoTerminal,
): Promise<void> {
  const { report, paced } = openLine(options, terminal);
  const file = openFlashFile(state.flashPath, VIRTUAL_GEOMETRY);
  try {
    const controller = await VirtualController.start({
      loadCore: (core) => Core.load(core),
      flash: file.flash,
      burned: state.burned,
      build: ARENAS[options.arena ?? ARENA_DEFAULT],
      line: paced ?? terminal,
      safeInput: new SafeInput(state.safeInputPath, systemClock),
      train: new Train(trainOptions(options)),
      clock: systemClock,
      saysPlace: options.sayPlace === true,
      onChange: (snapshot) => report.changed(snapshot),
    });
    const ended = untilSignal(controller);
    report.ready({
      state: options.state,
      burned: state.isNew,
      reflashed: state.isReflashed,
      given: namesOf(given),
      development: burnedForDevelopment(state.burned),
    });
    const stopDrawing = report.draw(systemClock, () => controller.snapshot());
    try {
      await ended;
    } finally {
      stopDrawing();
      paced?.close();
      report.end();
    }
  } finally {
    file.close();
  }
}

/** The firmware of a board, emulated: it is the application too, so there is no simulated machine. */
async function runBoard(
  board: Board,
  arena: ArenaName,
  options: ControllerCommandOptions,
  given: Given,
  state: StateFolder,
  terminal: PseudoTerminal,
): Promise<void> {
  const { report, paced } = openLine(options, terminal);
  const running = await board.start(ARENAS[arena], {
    burned: state.burned,
    flashPath: state.flashPath,
    folder: options.state,
    line: paced ?? terminal,
    isPaced: paced !== null,
    safeInput: new SafeInput(state.safeInputPath, systemClock),
    clock: systemClock,
  });
  const ended = untilSignal(running);
  report.ready({
    state: options.state,
    burned: state.isNew,
    reflashed: state.isReflashed,
    given: namesOf(given),
    development: burnedForDevelopment(state.burned),
  });
  try {
    await ended;
  } finally {
    paced?.close();
    report.end();
  }
}

function namesOf({ edition, config, trust }: Given): ('image' | 'configuration' | 'keys')[] {
  return [
    ...(edition === null ? [] : (['image'] as const)),
    ...(config === null ? [] : (['configuration'] as const)),
    ...(trust.keys.length === 0 && !trust.development ? [] : (['keys'] as const)),
  ];
}

function trainOptions(options: ControllerCommandOptions): TrainOptions {
  return {
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(options.speed === undefined ? {} : { stepsPerSecond: options.speed }),
  };
}

/**
 * Ends when a signal asks for it; rejects when the core trapped. Called before anybody hears that the controller is ready: who hears it
 * may end it at once.
 */
async function untilSignal(controller: Pick<VirtualController, 'stop' | 'ended'>): Promise<void> {
  const stop = () => controller.stop();
  for (const signal of END_SIGNALS) process.on(signal, stop);
  try {
    await controller.ended;
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
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
    for (const signal of END_SIGNALS) process.off(signal, stop);
  }
}
