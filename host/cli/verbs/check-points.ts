import { once } from 'node:events';
import type { MapImage } from '../../core/ask.ts';
import type { PlaneImage } from '../../core/ask-plane.ts';
import { readPoints, STANDARD_INPUT } from '../../core/points-file.ts';
import { sayOption } from '../../import/say.ts';
import { isPlane } from '../../source/plane-model.ts';
import { jsonText } from '../common/output.ts';
import { readTableFlags } from '../common/table-options.ts';
import type { WritingFlags } from '../common/writing-options.ts';
import { answerTo } from './check.ts';

/** `holdfast check --points`: the verdict at each row of a table. */

/** Bytes that are gathered before they are written. */
const FLUSH_BYTES = 1 << 16;

export async function answerPoints(
  map: MapImage | PlaneImage,
  path: string,
  flags: WritingFlags,
): Promise<void> {
  let gathered = '';
  const file = path === '-' ? STANDARD_INPUT : path;
  const places = isPlane(map) ? { axis: map.axes[0], axisY: map.axes[1], marks: [], units: map.units } : map;
  for await (const questions of readPoints(file, places, { said: readTableFlags(flags), say: sayOption })) {
    for (const question of questions) {
      const answer = isPlane(map) ? map.ask(question) : answerTo(question, map);
      // Without a replacer, which a bigint needs, it takes a third of the time.
      gathered += `${hasBig(answer.at) ? jsonText(answer) : JSON.stringify(answer)}\n`;
    }
    if (gathered.length < FLUSH_BYTES) continue;
    if (!process.stdout.write(gathered)) await once(process.stdout, 'drain');
    gathered = '';
  }
  process.stdout.write(gathered);
}

function hasBig(at: number | bigint | readonly (number | bigint)[]): boolean {
  return typeof at === 'object' ? at.some((each) => typeof each === 'bigint') : typeof at === 'bigint';
}
