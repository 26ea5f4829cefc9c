import type { Command } from 'commander';
import { EXIT_CHECK_SAID_NO } from '../../common/errors.ts';
import { MapImage, type MoveAnswer, placeWords } from '../../core/ask.ts';
import { parsePhase, parsePlace } from '../../core/points.ts';
import type { AxisModel } from '../../source/model.ts';
import { readImageInput } from '../common/files.ts';
import { printJson, printLines } from '../common/output.ts';

/** `holdfast sweep`: how far along a move it is safe to go. */

const HELP = `
Exit code 1 when the whole move is not safe.

Examples:
  holdfast sweep rail.img --from 4000000 --to 6000000
  holdfast sweep rail.img --from 6000000 --to 4000000 --json`;

interface SweepOptions {
  readonly from: string;
  readonly to: string;
  readonly phase?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('sweep')
    .description('ask an image how far a straight move is safe, with the lowest tier and limit on the way')
    .argument('<image>', 'image that `holdfast compile` made')
    .requiredOption('--from <x[,y]>', 'where the move begins')
    .requiredOption('--to <x[,y]>', 'where it ends')
    .option('--phase <ticks>', 'phase, the same for the whole move (0 unless given)')
    .option('--json', 'print the answer as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, options: SweepOptions): Promise<void> {
  const map = await MapImage.open(await readImageInput(path));
  const phase = options.phase === undefined ? 0 : parsePhase(options.phase, '--phase');
  const x = parsePlace(options.from, '--from', map.axis);
  const answer = map.sweep({ x, phase }, parsePlace(options.to, '--to', map.axis));
  if (options.json) printJson(answer);
  else printLines([moveWords(answer, map.axis)]);
  if (answer.end !== 'whole') process.exitCode = EXIT_CHECK_SAID_NO;
}

function moveWords(answer: MoveAnswer, axis: AxisModel): string {
  const { end, safe, until, stop } = answer;
  const limit = answer.limit === null ? '' : `, lowest limit ${answer.limit}`;
  const stopWords =
    stop === null ? '' : `${stop.gap === null ? stop.state : `gap ${stop.gap}`}, ${stop.action}`;
  switch (end) {
    case 'whole':
      return `the whole move is safe: ${safe} ${axis.unit}${limit}, lowest tier ${answer.tier}`;
    case 'uncovered':
      return `safe for ${safe} ${axis.unit}${limit}; coverage ends at ${placeWords(until, axis)}: ${stopWords}`;
    case 'bound':
      return `safe for ${safe} ${axis.unit}${limit}; the map limits moves there: ask again from ${placeWords(until, axis)}`;
    default:
      return `not safe at all: ${stopWords} at ${placeWords(answer.from, axis)}`;
  }
}
