/** Batches of questions about an image, for comparing what answers it on a target with what answers it here. */

import { readPartition } from '../../host/image/read-partition.ts';
import { QUESTION_WORDS } from '../../sim/boards/riscv32-bench.ts';
import type { Random } from './random.ts';

const EXTREMES = [-(2 ** 31), -(2 ** 31) + 1, -(2 ** 30), -1, 0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1];
/** Once in so many questions the move goes anywhere; the others go to a place near by. */
const FAR_ONCE_IN = 200;
const NEAR = 50;

/**
 * `count` questions of QUESTION_WORDS words: phase, x, 0, toX, 0. Places are borders and their neighbours, extremes, and anywhere on
 * the axis; phases lie within the period and, once in ten, at and beyond its end.
 */
export function randomQuestions(random: Random, image: Uint8Array, count: number): Int32Array {
  const { windows, phasePeriod } = readPartition(image);
  const cells = windows.flatMap((window) => window.cells);
  const [min, max] = [cells[0]?.from ?? 0, windows[0]?.cells.at(-1)?.to ?? 0];
  const borders = [...cells.map(({ from }) => from), max];
  const place = () => {
    const kind = random.below(8);
    if (kind === 0) return random.pick(EXTREMES);
    return kind < 5 ? random.pick(borders) + random.between(-1, 2) : random.between(min, max);
  };
  const phase = () =>
    random.onceIn(10)
      ? random.pick([phasePeriod, phasePeriod + 1, 2 ** 31, 2 ** 32 - 1])
      : random.below(phasePeriod);
  const questions = new Int32Array(count * QUESTION_WORDS);
  for (let at = 0; at < questions.length; at += QUESTION_WORDS) {
    const x = place();
    const toX = random.onceIn(FAR_ONCE_IN) ? place() : x + random.between(-NEAR, NEAR);
    questions.set([phase(), x, 0, toX, 0], at);
  }
  return questions;
}
