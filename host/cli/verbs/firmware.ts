/** `holdfast firmware`: what to flash onto a board, or the core as a C library. */

import { type Command, Option } from 'commander';
import { ARENA_DEFAULT } from '../../common/arenas.ts';
import { HoldfastError } from '../../common/errors.ts';
import { arenaWords, fittingArena } from '../../core/fitting-arena.ts';
import { buildFirmware } from '../../firmware/build.ts';
import { placeEdition } from '../../firmware/place.ts';
import { targetNamed, targetNames } from '../../firmware/targets.ts';
import { requireWholeTicks } from '../../firmware/ticks.ts';
import { ARENAS } from '../../format.ts';
import { encodeBurned } from '../../image/burned.ts';
import { readBurnedConfig } from '../../image/burned-config.ts';
import { loadEdition } from '../../image/edition-file.ts';
import { burnedWith } from '../../image/fitting.ts';
import { arenaOption, chosenArena } from '../common/arena-option.ts';
import { firmwareCycles } from '../common/firmware-cycles.ts';
import {
  encodeFirmware,
  FIRMWARE_FORMATS,
  type FirmwareFormat,
  firmwareFormat,
  firmwareKind,
} from '../common/firmware-files.ts';
import { type LibraryOptions, writeLibrary } from '../common/library.ts';
import { printJson, printLines } from '../common/output.ts';
import { claimOutputs, writeOutput } from '../common/outputs.ts';
import { addTrustOptions, printTrust, readTrust, TRUST_HELP } from '../common/trust.ts';

interface Options extends LibraryOptions {
  readonly format?: FirmwareFormat;
}

/** Instead of a board. */
const LIBRARY = 'library';

const help = () => `
The ending of PATH says what is written for a board: .uf2 (drag it onto a board that takes one), .elf, .hex or .bin (from the first
byte of flash on).
--arena says how many bytes a map may take on the controller; less takes less RAM, and refuses editions that take more. Cycles, RAM and
stack that are printed are those of the build taken. A check takes as many cycles in each on a Cortex-M0+, and nearly as many on RISC-V.
The edition lies in slot A and is confirmed; map id, device class, budget, keys and window policy are burned in.
Boards: ${targetNames().join(', ')}.
${TRUST_HELP}

\`library\` writes a folder for existing firmware: C for any 32-bit controller, with the files that CMake, PlatformIO, Arduino and
Zephyr need. It replaces only files that it wrote itself and that you did not change.

Examples:
  holdfast firmware rp2040 --image rail.img --key release.pub.pem -o rail.uf2
  holdfast firmware library -o third_party/holdfast
  holdfast firmware library -o third_party/holdfast --image rail.img --config firmware.yaml`;

export function register(program: Command): void {
  const command = program
    .command('firmware')
    .description(
      'make what to flash onto a board, with an edition burned in, or a C library for other firmware',
    )
    .argument('<target>', `the board, or ${LIBRARY}`)
    .option('--image <image>', 'first edition; a board needs one')
    .requiredOption(
      '-o, --output <path>',
      'what to write: .uf2, .elf, .hex or .bin; - is stdout; a folder for the library',
    )
    .option('--config <file>', 'firmware configuration; derived from the image unless given');
  addTrustOptions(command)
    .addOption(
      new Option('--format <name>', 'of the firmware for a board; needed with -o -').choices(
        FIRMWARE_FORMATS,
      ),
    )
    .addOption(
      arenaOption(`bytes for a map on the controller (default: ${ARENA_DEFAULT}, or what the board takes)`),
    )
    .option('--force', 'replace the files that are there, whoever wrote them')
    .option('--json', 'print sizes as one JSON object')
    .addHelpText('after', help)
    .action(run);
}

async function run(target: string, options: Options): Promise<void> {
  if (target === LIBRARY) return writeLibrary(options);
  const boards = targetNames();
  if (!boards.includes(target)) {
    throw new HoldfastError('TARGET_UNKNOWN', `The board ${target} does not exist.`, {
      remedy: `Boards: ${boards.join(', ')}; or ${LIBRARY}, for existing firmware.`,
    });
  }
  if (options.image === undefined) {
    throw new HoldfastError('IMAGE_MISSING', `Firmware for ${target} has an edition burned in.`, {
      remedy: 'Name it with --image.',
    });
  }
  await writeFirmware(target, options.image, options);
}

async function writeFirmware(target: string, image: string, options: Options): Promise<void> {
  const format = firmwareFormat(options.output, options.format);
  claimOutputs(options.output);
  const edition = loadEdition(image);
  const given = options.config === undefined ? undefined : await readBurnedConfig(options.config);
  const config = burnedWith(edition.bytes, given, await readTrust(options));
  requireWholeTicks(config.ticksPerSecond, targetNamed(target));
  const board = targetNamed(target);
  const arena = chosenArena(options.arena, board);
  const fitting = await fittingArena(edition.bytes, arena, board.arena);
  const firmware = await buildFirmware(target, ARENAS[arena]);
  const cycles = await firmwareCycles(firmware, arena, config, edition.bytes);
  const pieces = placeEdition(firmware, encodeBurned(config), edition);
  const kind = firmwareKind(format, firmware);
  await writeOutput(options.output, encodeFirmware(format, firmware, pieces), { kind, force: options.force });
  const { flashBytes, ramBytes, stackBytes } = firmware.sizes;
  if (options.json)
    printJson({
      file: options.output,
      target,
      epoch: edition.epoch,
      arena,
      ...fitting,
      flashBytes,
      ramBytes,
      stackBytes,
      cycles,
    });
  else {
    printLines([
      `${options.output}: ${target}, epoch ${edition.epoch} in slot A`,
      arenaWords(arena, options.arena !== undefined, fitting),
      `flash ${flashBytes} bytes of firmware, RAM ${ramBytes} bytes, worst stack ${stackBytes} bytes`,
      cycles.words,
    ]);
  }
  printTrust(config);
}
