/** Places by the names of marks, which a source has and an image has not. */

import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import type { AxisModel, MarkModel } from '../source/model.ts';
import { type ReadableAxis, readablePlace } from '../source/readable.ts';
import { nearestWord } from '../source/suggest.ts';
import { type PlaceAxis, parsePlace } from './points.ts';

/** What places are read against. */
export interface NamedPlaces {
  readonly axis: ReadableAxis & Pick<AxisModel, 'origin'>;
  /** None in an image. */
  readonly marks: readonly MarkModel[];
}

/** The mark that a text names: by its very name, or where case alone tells no two apart. */
export function markNamed(name: string, marks: readonly MarkModel[]): MarkModel | undefined {
  const folded = marks.filter((mark) => mark.name.toLowerCase() === name.toLowerCase());
  return marks.find((each) => each.name === name) ?? (folded.length === 1 ? folded[0] : undefined);
}

/**
 * A place as `parsePlace` takes it, or the name of a mark, whose case does not matter where one mark alone is meant.
 * Throws what `parsePlace` does, and HoldfastError UNKNOWN_ID, or PLACE_AMBIGUOUS for a mark that is called like another place.
 */
export function parseNamedPlace(text: string, where: string, { axis, marks }: NamedPlaces): bigint {
  const name = text.trim();
  const mark = markNamed(name, marks);
  if (mark !== undefined) return placeOfMark(mark, name, where, { axis, marks });
  if (marks.length === 0 || !/^\p{L}/u.test(name)) return parsePlace(text, where, axis);
  const names = marks.map((each) => each.name);
  const nearest = nearestWord(name, names);
  throw new HoldfastError('UNKNOWN_ID', `${where}: no mark is named "${cutText(name)}"`, {
    remedy:
      nearest === undefined ? `Its marks are: ${cutText(names.join(', '))}.` : `Did you mean "${nearest}"?`,
  });
}

/** `12` may be the twelfth milepost, or twelve steps. */
function placeOfMark(mark: MarkModel, name: string, where: string, { axis, marks }: NamedPlaces): bigint {
  const at = axis.origin + BigInt(mark.at);
  const place = placeOf(name, axis);
  if (place === undefined || place === at) return at;
  // Steps, where a mark is called as people write the place.
  const unnamed = (of: bigint) => {
    const words = readablePlace(of, axis);
    return markNamed(words, marks) === undefined ? words : of.toString();
  };
  throw new HoldfastError(
    'PLACE_AMBIGUOUS',
    `${where}: "${cutText(name)}" is ${readablePlace(place, axis)}, and a mark at ${readablePlace(at, axis)}`,
    { remedy: `Write "${unnamed(place)}" or "${unnamed(at)}".` },
  );
}

function placeOf(text: string, axis: PlaceAxis): bigint | undefined {
  try {
    return parsePlace(text, '', axis);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
