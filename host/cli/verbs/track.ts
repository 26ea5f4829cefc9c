import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Day, parseDay } from '../../calendar/days.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { ACTION_NAMES } from '../../format.ts';
import type { ActionName } from '../../source/model.ts';
import { BOTH_READINGS, type BothReading } from '../../track/railml.ts';
import { CONSTRAINT_READINGS, type ConstraintReading } from '../../track/railml-force.ts';
import type { Combination, Travel } from '../../track/steps.ts';
import { draftTrack, isRailml } from '../../track/track.ts';
import { parseEpoch, printDraft } from '../common/drafts.ts';
import { readTextInput } from '../common/files.ts';
import { refuseIdle } from '../common/idle-options.ts';
import { SOURCE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, writeOutput } from '../common/outputs.ts';
import { WordOption } from '../common/word-option.ts';

/** `holdfast track`: from the speed limits of a track, as other programs write them, to a map source. */

const HELP = `
FILE is railML 2.x, whose speed changes are read, or a track of TTOBench in JSON. Places and limits are converted exactly or refused.
railML: several directions or profiles become phases of one map, in the order given; what is not used is named.

Exit codes: 0 done, 1 written, but it does not compile yet (places without a limit), 2 mistakes in the file.

Examples:
  holdfast track line.railml.xml --track tr1 --map line-7 -o line-7.map.yaml
  holdfast track line.railml.xml --direction up,down --both place --profile freight --map line-7 -o line-7.map.yaml
  holdfast track CH_StGallen_Wil.json --map stgallen-wil -o stgallen-wil.map.yaml`;

const OF_RAILML = ['track', 'direction', 'profile', 'both', 'combine', 'status', 'on', 'constraints'];

interface TrackVerbOptions {
  readonly map: string;
  readonly output: string;
  readonly track?: string;
  readonly direction: readonly Travel[];
  readonly profile?: string[];
  readonly both?: BothReading;
  readonly combine?: Combination;
  readonly status?: readonly string[];
  readonly on?: Day;
  readonly constraints?: ConstraintReading;
  readonly axis: string;
  readonly axisUnit: string;
  readonly limitScale: number;
  readonly limitUnit?: string;
  readonly epoch: number;
  readonly gaps?: ActionName;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('track')
    .description('turn the speed limits of a track (railML 2, TTOBench) into a map source')
    .argument('<file>', 'railML in XML, or a track of TTOBench in JSON')
    .requiredOption('--map <id>', 'identity of the map')
    .requiredOption('-o, --output <source>', 'where to write the source; - is stdout')
    .option('--track <id>', 'railML: id or name of the track; needed when there are more than one')
    .addOption(
      new WordOption('--direction <list>', 'railML: up, down, or both as phases: up,down', [
        'up',
        'down',
        'up,down',
      ])
        .argParser(parseDirections)
        .default(['up']),
    )
    .option('--profile <names...>', 'railML: speed profiles or train categories, a phase each')
    .addOption(
      new Option('--both <reading>', 'railML: changes of both directions, for trains that run down').choices(
        BOTH_READINGS,
      ),
    )
    .addOption(
      new Option('--combine <way>', 'railML: limits of a profile and those of all trains').choices([
        'lower',
        'replace',
      ]),
    )
    .option(
      '--status <list>',
      'railML: only what has no status or one of these, such as operational,planned',
      parseStatuses,
    )
    .option('--on <day>', 'railML: only what holds on this day, such as 2026-07-04', parseOn)
    .addOption(
      new Option(
        '--constraints <reading>',
        'railML: what holds on a condition only (verbalConstraints, maxAxleLoad): take or omit it',
      ).choices(CONSTRAINT_READINGS),
    )
    .option('--axis <name>', 'name of the axis', 's')
    .option('--axis-unit <unit>', 'what the axis counts', 'mm')
    .option(
      '--limit-scale <factor>',
      'how many of --limit-unit one unit of the file is, to be sure of it',
      parseFactor,
      1,
    )
    .option('--limit-unit <unit>', 'what limits are converted to, exactly (default: that of the file)')
    .option('--epoch <number>', 'epoch of the edition', parseEpoch, 1)
    .addOption(new Option('--gaps <action>', 'acknowledge every place without a limit').choices(ACTION_NAMES))
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(file: string, options: TrackVerbOptions, command: Command): Promise<void> {
  const { output, direction, profile = [], limitScale, limitUnit, force, status } = options;
  claimOutputs(output);
  if (limitScale !== 1 && limitUnit === undefined) {
    throw new HoldfastError('USAGE', '--limit-scale needs --limit-unit', {
      remedy: 'Say what limits count then, such as --limit-scale 1000 --limit-unit m/h.',
    });
  }
  const text = await readTextInput(file);
  if (isRailml(text)) {
    if (!direction.includes('down')) refuseIdle(command, ['both'], 'no train of the map runs down');
    if (profile.length === 0) refuseIdle(command, ['combine'], 'no --profile is asked for');
  } else refuseIdle(command, OF_RAILML, 'a track of TTOBench has one direction, and limits for all trains');
  const made = await draftTrack(text, file, output, {
    ...options,
    directions: direction,
    profiles: profile,
    statuses: status,
    scale: { factor: limitScale, unit: limitUnit },
  });
  await writeOutput(output, Buffer.from(made.source), { kind: SOURCE, force });
  const { zones, phases } = made;
  const phaseWords =
    phases.length === 0 ? '' : `, phases: ${phases.map((name, index) => `${index} ${name}`).join(', ')}`;
  printDraft(options, made, { phases }, `${zones} zones${phaseWords}`);
  if (made.mistakes.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
}

function parseDirections(text: string): readonly Travel[] {
  const directions = text.split(',').map((word) => word.trim());
  const isEach = directions.every((word): word is Travel => word === 'up' || word === 'down');
  if (isEach && new Set(directions).size === directions.length) return directions;
  throw new InvalidArgumentError('It must be up, down, or up,down.');
}

function parseStatuses(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim());
}

function parseOn(text: string): Day {
  return parseDay(text, '--on');
}

function parseFactor(text: string): number {
  const factor = /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 0;
  if (factor === 0) throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
  return factor;
}
