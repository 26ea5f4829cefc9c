/** Places by the names of marks, which a source has and an image has not. */

import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { nearestWord } from '../source/suggest.ts';
import type { MapImage } from './ask.ts';
import { type PlaceAxis, parsePlace } from './points.ts';

/**
 * A place as `parsePlace` takes it, or the name of a mark, whose case does not matter where one mark alone is meant. What is a place is
 * never taken for a name.
 * Throws what `parsePlace` does, and HoldfastError UNKNOWN_ID.
 */
export function parseNamedPlace(text: string, where: string, { axis, marks }: MapImage): bigint {
  const name = text.trim();
  const folded = marks.filter((mark) => mark.name.toLowerCase() === name.toLowerCase());
  const mark = marks.find((each) => each.name === name) ?? (folded.length === 1 ? folded[0] : undefined);
  if (mark !== undefined && !isPlace(name, axis)) return axis.origin + BigInt(mark.at);
  if (marks.length === 0 || !/^\p{L}/u.test(name)) return parsePlace(text, where, axis);
  const names = marks.map((each) => each.name);
  const nearest = nearestWord(name, names);
  throw new HoldfastError('UNKNOWN_ID', `${where}: no mark is named "${cutText(name)}"`, {
    remedy:
      nearest === undefined ? `Its marks are: ${cutText(names.join(', '))}.` : `Did you mean "${nearest}"?`,
  });
}

function isPlace(text: string, axis: PlaceAxis): boolean {
  try {
    parsePlace(text, '', axis);
    return true;
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}
