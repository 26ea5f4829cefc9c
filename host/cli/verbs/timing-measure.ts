/** `holdfast timing measure`: how long check, verdict, sweep and service take on a device, by its own counter. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type DecodedBody, decodeBody } from '../../body/decode.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { storedCoordinate } from '../../core/ask.ts';
import { openImage } from '../../core/checker.ts';
import { readPoints } from '../../core/points-file.ts';
import { TIMED_NAMES } from '../../format.ts';
import { parseImage } from '../../image/container.ts';
import { loadEdition } from '../../image/edition-file.ts';
import { type InputChoice, movesToMeasure, placesToMeasure } from '../../measure/inputs.ts';
import { measureFunction, measureService } from '../../measure/measure.ts';
import { functionRow, type MeasuredRow, serviceRow, tableOf } from '../../measure/words.ts';
import type { DeviceStatus } from '../../serial/answers.ts';
import type { Device } from '../../serial/device.ts';
import { dropLease, saveLease } from '../../serial/lease-file.ts';
import type { MeasuredFunction } from '../../serial/measures.ts';
import { createProgress, type Progress } from '../../serial/progress.ts';
import type { MapUnits } from '../../source/model.ts';
import {
  addDeviceOptions,
  addTokenOption,
  type DeviceOptions,
  parseCount,
  shortHash,
  withDevice,
} from '../common/device.ts';
import { listenForInterruption } from '../common/interruption.ts';
import { printJson, printLines, printNote, printWarning } from '../common/output.ts';
import { activeSlot, pullSlot } from '../common/pulling.ts';

const HELP = `
Counts are those of the device's own counter, which most ports run at the clock of the processor. A call of check, verdict or sweep is
measured with interrupts held back, and an empty call is subtracted: the loop pays for that too. service is measured as it runs in RUN,
interrupts included, while this command asks everything that it may ask there.

The running edition is read back from the device, and every answer is compared with that of the core here. Measured are all borders of
the map and their neighbours, phases at the borders of phase ranges and beyond the period, both ends of what can be asked, the places of
--points, and --count seeded ones. check, verdict and sweep need the machine parked: a window is opened for them and closed again,
unless one is open whose token is known.

Exit code 1: check does not take the same time for every input, the device runs another image than --image, or it refuses.

Examples:
  holdfast timing measure --port /dev/ttyACM0
  holdfast timing measure --port /dev/ttyACM0 --image rail.img --function check --json`;

const LEFT_OPEN =
  'the window may still be open until its lease ends; `holdfast status` shows its token, `holdfast window close` closes it';
const SEED_DEFAULT = 1;
const COUNT_DEFAULT = 200;
/** More would be hours on a slow line. */
const COUNT_MAX = 1_000_000;

type Choice = MeasuredFunction | 'service';

interface Options extends DeviceOptions {
  readonly image?: string;
  readonly function: Choice | 'all';
  readonly points?: string;
  readonly seed: number;
  readonly count: number;
}

/** What the device runs, as read back from it. */
interface Running {
  readonly image: Uint8Array;
  readonly body: DecodedBody;
  readonly units: MapUnits;
}

interface Measured {
  /** Counts a second. */
  readonly hertz: number;
  readonly row: MeasuredRow;
}

export function register(timing: Command): void {
  const command = timing
    .command('measure')
    .description('measure check, verdict, sweep and service on a device, with its own counter')
    .option('--image <image>', 'what the device must run')
    .addOption(
      new Option('--function <name>', 'what to measure')
        .choices([...TIMED_NAMES, 'service', 'all'])
        .default('all'),
    )
    .option('--points <csv>', 'more places, columns x[,y[,phase]]; sweep moves from each to the next')
    .option('--seed <number>', 'seed of the seeded places', parseCount, SEED_DEFAULT)
    .option('--count <number>', 'how many seeded places', parseInputs, COUNT_DEFAULT)
    .addHelpText('after', HELP);
  addTokenOption(addDeviceOptions(command)).action(run);
}

function parseInputs(text: string): number {
  const count = parseCount(text);
  if (count > COUNT_MAX) throw new InvalidArgumentError(`It must be at most ${COUNT_MAX}.`);
  return count;
}

async function run(options: Options): Promise<void> {
  const wanted: readonly Choice[] =
    options.function === 'all' ? [...TIMED_NAMES, 'service'] : [options.function];
  const expected = options.image === undefined ? null : loadEdition(options.image).bytes;
  await withDevice(options, async (device, port) => {
    const status = await device.status();
    if (options.function !== 'service') requireMeasurable(status);
    const running = await readRunning(device, expected);
    const choice = await inputChoice(options, running);
    const progress = createProgress(process.stderr, device.clock);
    try {
      // First, while the mode is RUN.
      const service = wanted.includes('service') ? [await serviceFigures(device, status, progress)] : [];
      const functions = wanted.filter((each) => each !== 'service');
      const measured =
        functions.length === 0
          ? []
          : await inWindow(device, port, status, (throwIfAsked) =>
              measureAll(device, running, functions, choice, progress, throwIfAsked),
            );
      progress.end();
      report(options, port, status, running.body, [...measured, ...service]);
    } finally {
      progress.end();
    }
  });
}

/** Reads the edition that runs out of the device. Throws IMAGE_OTHER (exit code 1) when it is not the `expected` one. */
async function readRunning(device: Device, expected: Uint8Array | null): Promise<Running> {
  const image = await pullSlot(device, await activeSlot(device));
  const { body, identity, digest } = parseImage(image);
  if (expected !== null && Buffer.compare(image, expected) !== 0) {
    const hash = shortHash(Buffer.from(digest).toString('hex'));
    throw new HoldfastError(
      'IMAGE_OTHER',
      `The device runs another image: epoch ${identity.epoch}, ${hash}.`,
      {
        remedy: 'Push the image first, or leave --image out.',
        exitCode: EXIT_CHECK_SAID_NO,
      },
    );
  }
  return { image, body: decodeBody(body), units: identity.units };
}

async function inputChoice({ points, seed, count }: Options, { body, units }: Running): Promise<InputChoice> {
  const { axis } = body;
  const places: { x: number; phase: number }[] = [];
  if (points !== undefined)
    for await (const questions of readPoints(points, { axis, units, marks: [] }))
      for (const { x, phase } of questions) places.push({ x: storedCoordinate(axis, x), phase });
  return { seed, count, places };
}

async function serviceFigures(device: Device, status: DeviceStatus, progress: Progress): Promise<Measured> {
  if (status.mode !== 'run') {
    throw new HoldfastError('NOT_IN_RUN', 'A window is open, and slices of service are measured in RUN.', {
      remedy: 'Run `holdfast window close`, or name another --function.',
      exitCode: EXIT_CHECK_SAID_NO,
    });
  }
  const figures = await measureService(device, (done, total) =>
    progress.report({ step: 'service', doneBytes: done, totalBytes: total, unit: 'requests' }),
  );
  return { hertz: figures.hertz, row: serviceRow(figures) };
}

async function measureAll(
  device: Device,
  { image, body }: Running,
  functions: readonly MeasuredFunction[],
  choice: InputChoice,
  progress: Progress,
  throwIfAsked: () => void,
): Promise<Measured[]> {
  const core = await openImage(image);
  const measured: Measured[] = [];
  for (const what of functions) {
    const inputs = what === 'sweep' ? movesToMeasure(body, choice) : placesToMeasure(body, choice);
    const figures = await measureFunction(device, core, what, inputs, (done) => {
      progress.report({ step: what, doneBytes: done, totalBytes: inputs.length, unit: 'inputs' });
      throwIfAsked();
    });
    measured.push({ hertz: figures.hertz, row: functionRow(figures, body.axis) });
  }
  return measured;
}

/** What keeps a window from being opened and closed again is said before anything is measured. */
function requireMeasurable(status: DeviceStatus): void {
  if (status.mode === 'window') return;
  if (!status.parked) {
    throw new HoldfastError(
      'NOT_PARKED',
      'The machine is not parked: check, verdict and sweep are measured in a window.',
      {
        remedy: 'Park the machine, or measure with `--function service`.',
        exitCode: EXIT_CHECK_SAID_NO,
      },
    );
  }
  if (status.stage !== 'pending') return;
  throw new HoldfastError('PENDING', 'An edition is pending: closing the window would begin its trial.', {
    remedy: 'Open and close a window to begin the trial, or run `holdfast revert`; then measure.',
    exitCode: EXIT_CHECK_SAID_NO,
  });
}

/** Runs `action` in a window: in the one that is open, when its token is known, else in one that is opened for it and closed again. */
async function inWindow<Result>(
  device: Device,
  port: string,
  status: DeviceStatus,
  action: (throwIfAsked: () => void) => Promise<Result>,
): Promise<Result> {
  if (status.mode === 'window') return action(() => {});
  const interruption = listenForInterruption(LEFT_OPEN, 'Run it again.');
  try {
    const { token } = await device.openWindow();
    saveLease(port, token);
    return await closing(device, port, () => action(interruption.throwIfAsked));
  } finally {
    interruption.end();
  }
}

async function closing<Result>(device: Device, port: string, action: () => Promise<Result>): Promise<Result> {
  let result: Result;
  try {
    result = await action();
  } catch (error) {
    // The first error is the one to tell; when the line is gone, the lease ends by itself.
    await device.closeWindow({ activate: false }).then(
      () => dropLease(port),
      () => printWarning(LEFT_OPEN),
    );
    throw error;
  }
  await device.closeWindow({ activate: false });
  dropLease(port);
  return result;
}

function report(
  options: Options,
  port: string,
  { map, device, epoch, hash }: DeviceStatus,
  { axis }: DecodedBody,
  measured: readonly Measured[],
): void {
  const rows = measured.map(({ row }) => row);
  const hertz = measured[0]?.hertz ?? 0;
  const check = rows.find((row) => row.function === 'check');
  const isConstant = check === undefined ? null : check.spread === 0;
  if (options.json) {
    const { seed, count } = options;
    printJson({ port, map, device, epoch, sha256: hash, hertz, seed, count, isConstant, measured: rows });
  } else {
    printLines([
      `${port}: map ${map}, epoch ${epoch}, ${shortHash(hash)}; its counter runs at ${hertz / 1e6} MHz`,
      ...tableOf(rows, axis),
    ]);
    if (rows.some(({ overhead }) => overhead !== null))
      printNote('an empty call is subtracted; every answer equals that of the core on this computer');
  }
  if (isConstant !== false) return;
  printWarning('check does not take the same time for every input on this device');
  process.exitCode = EXIT_CHECK_SAID_NO;
}
