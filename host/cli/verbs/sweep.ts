import type { Command } from 'commander';
import { EXIT_CHECK_SAID_NO } from '../../common/errors.ts';
import { moveWords } from '../../core/answer-words.ts';
import type { MoveAnswer } from '../../core/ask.ts';
import { parseNamedPlace } from '../../core/named-places.ts';
import { parsePhase, parsePoint } from '../../core/points.ts';
import { isPlane } from '../../source/plane-model.ts';
import { openMap } from '../common/map-file.ts';
import { printJson, printLines } from '../common/output.ts';

/** `holdfast sweep`: how far along a move it is safe to go. */

const HELP = `
Besides the lowest limit and tier it tells where the limit first falls below that of the first place. On an axis that wraps, --to is --from
and the way, wherever that lies: at most once around. In a plane places are "x, y", and what is safe is told in whole steps of the axis
along which the move is longer; its source says the longest move (moves: { longest, cells }).

Exit code 1 when the whole move is not safe.

Examples:
  holdfast sweep rail.img --from 4000000 --to 6000000
  holdfast sweep rail.map.yaml --from "4 km" --to "6 km"
  holdfast sweep line.map.yaml --from Thun --to "6 km"
  holdfast sweep depot.map.yaml --from "4 m, 4 m" --to "8 m, 5 m"
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
    .description('ask an image how far a straight move is safe, with the limits on the way')
    .argument('<image|source>', 'image that `holdfast compile` made, or a source')
    .requiredOption('--from <x[,y]>', 'where the move begins')
    .requiredOption('--to <x[,y]>', 'where it ends')
    .option(
      '--phase <phase>',
      'phase, the same for the whole move: ticks, or time such as "12.5 s" (0 unless given)',
    )
    .option('--json', 'print the answer as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, options: SweepOptions): Promise<void> {
  const map = await openMap(path);
  const phase = options.phase === undefined ? 0 : parsePhase(options.phase, '--phase', map.units);
  if (isPlane(map)) {
    const question = { ...parsePoint(options.from, '--from', map.axes), phase };
    const answer = map.sweep(question, parsePoint(options.to, '--to', map.axes));
    print(options, answer, map.moveWords(answer));
    return;
  }
  const x = parseNamedPlace(options.from, '--from', map);
  const answer = map.sweep({ x, phase }, parseNamedPlace(options.to, '--to', map));
  print(options, answer, moveWords(answer, map));
}

function print({ json }: SweepOptions, answer: Pick<MoveAnswer, 'end'>, words: string): void {
  if (json) printJson(answer);
  else printLines([words]);
  if (answer.end !== 'whole') process.exitCode = EXIT_CHECK_SAID_NO;
}
