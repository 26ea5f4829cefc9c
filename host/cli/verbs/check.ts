import type { Command } from 'commander';
import { isPlaneBody } from '../../body/decode.ts';
import { HoldfastError } from '../../common/errors.ts';
import { answerWords, changeWords, hasTimes } from '../../core/answer-words.ts';
import { type Answer, MapImage, type Question } from '../../core/ask.ts';
import type { PlaneImage } from '../../core/ask-plane.ts';
import { parsePhase, parsePlace, parsePoint } from '../../core/points.ts';
import { parseImage } from '../../image/container.ts';
import { isPlane } from '../../source/plane-model.ts';
import { readImageInput } from '../common/files.ts';
import { refuseIdle } from '../common/idle-options.ts';
import { printJson, printNote } from '../common/output.ts';
import { addWritingOptions, WRITING_NAMES, type WritingFlags } from '../common/writing-options.ts';

/** `holdfast check`: what the loop would be told, asked of the core itself. */

const HELP = `
Coordinates are those of the source, in steps of its axis; with a unit ("12.9 km") or as chainage (12+400) they are converted, and on an
axis of time you may write timestamps; in a plane they are "x, y". A source also knows places by its marks. Each point gets one verdict: a line of JSON on stdout, in the order asked.
Where phases are times, \`untilChange\` tells the ticks until another rule answers at this place (null: none ever does).
--points reads a table with the columns x[,y[,phase]]; its options are those of tables (docs/TABLES.md).

Examples:
  holdfast check rail.img --at 5050000
  holdfast check rail.map.yaml --at "5.05 km"
  holdfast check line.map.yaml --at Thun
  holdfast check depot.map.yaml --at "12.5 m, 4 m"
  holdfast check rail.img --points places.csv > verdicts.ndjson`;

interface CheckOptions extends WritingFlags {
  readonly at?: string;
  readonly phase?: string;
  readonly points?: string;
  readonly json?: boolean;
}

/** How a map is opened, and its places are read. */
export interface MapReading {
  readonly open: (path: string) => Promise<MapImage | PlaneImage>;
  readonly readPlace: (text: string, where: string, map: MapImage) => bigint;
  /** Answers each row of a table; only where all verbs are at hand, since the reader of tables is large. */
  readonly answerPoints?: (map: MapImage | PlaneImage, path: string, flags: WritingFlags) => Promise<void>;
}

/** One place of an image. */
const OF_IMAGES: MapReading = {
  open: async (path) => openAny(await readImageInput(path)),
  readPlace: (text, where, { axis }) => parsePlace(text, where, axis),
};

export function register(program: Command, reading = OF_IMAGES): void {
  const command = program
    .command('check')
    .description('ask an image: covered here, by what, how far is the next gap')
    .argument(
      '<image|source>',
      'image that `holdfast compile` made, or a source, which tells what limits count',
    )
    .option('--at <x[,y]>', 'one place')
    .option('--phase <phase>', 'phase of that place: ticks, or time such as "12.5 s" (0 unless given)')
    .option('--points <csv>', 'many places, from a file; - is stdin')
    .option('--json', 'print no words to stderr')
    .addHelpText('after', HELP);
  addWritingOptions(command).action((path: string, options: CheckOptions) =>
    run(path, options, reading, command),
  );
}

async function run(
  path: string,
  options: CheckOptions,
  { open, readPlace, answerPoints }: MapReading,
  command: Command,
): Promise<void> {
  if ((options.at === undefined) === (options.points === undefined)) {
    throw new HoldfastError('POINT_MISSING', 'give either --at or --points', {
      remedy: 'For example: holdfast check IMAGE --at 5000.',
    });
  }
  if (options.points === undefined)
    refuseIdle(command, WRITING_NAMES, 'it says how a file of --points is written');
  const map = await open(path);
  if (options.points !== undefined) {
    if (options.phase !== undefined) {
      throw new HoldfastError('USAGE', '--phase goes with --at', {
        remedy: 'Give phases as a column of the file.',
      });
    }
    if (isPlane(map) || map.axis.kind !== 'time')
      refuseIdle(command, ['dates', 'offset'], 'the axis counts from no moment');
    await answerPoints?.(map, options.points, options);
    return;
  }
  const phase = options.phase === undefined ? 0 : parsePhase(options.phase, '--phase', map.units);
  if (isPlane(map)) {
    const answer = map.ask({ ...parsePoint(options.at ?? '', '--at', map.axes), phase });
    printJson(answer);
    if (!options.json) printNote(map.words(answer));
    return;
  }
  const answer = answerTo({ x: readPlace(options.at ?? '', '--at', map), phase }, map);
  printJson(answer);
  if (options.json) return;
  const { untilChange } = answer;
  const change = untilChange === undefined ? '' : changeWords(answer, untilChange, map);
  printNote(`${answerWords(answer, map)}${change}`);
}

/** An image of a line, or of a plane. */
export async function openAny(image: Uint8Array): Promise<MapImage | PlaneImage> {
  if (!isPlaneBody(parseImage(image).body)) return MapImage.open(image);
  // What planes need is loaded when one is asked: lines are not made to wait for it.
  const { PlaneImage: Plane } = await import('../../core/ask-plane.ts');
  return Plane.open(image);
}

/** With ticks until another rule answers, where phases are times; null: none ever does. */
type TimedAnswer = Answer & { readonly untilChange?: number | null };

export function answerTo(question: Question, map: MapImage): TimedAnswer {
  const answer = map.ask(question);
  return hasTimes(map) ? { ...answer, untilChange: map.untilChange(question) || null } : answer;
}
