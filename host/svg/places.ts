import { FLAG_APART_PIXELS, type Flag } from '../drawing/flags.ts';
import { slantPixels } from '../drawing/names.ts';
import { type PlaceRequest, placePlaces, placeRequest } from '../drawing/places.ts';
import { fitted, textPixels } from '../drawing/text-width.ts';
import type { UprightName } from '../drawing/upright.ts';
import { decimal, element, escapeXml, textElement } from './markup.ts';

/** Named places above the rows of a drawing: a dotted line through all of them, and the name where there is room for it. */

export interface PlaceRoom {
  /** Where the strip begins. */
  readonly left: number;
  readonly pixels: number;
  /** How far names may reach beyond its ends. */
  readonly beyondLeft: number;
  readonly beyondRight: number;
}

export interface DrawnPlaces {
  /** Above the rows. */
  readonly pixels: number;
  /** With the rows between `top` and `bottom`. */
  readonly draw: (top: number, bottom: number) => string;
}

/** A lane of names. */
const LANE = 13;
const LANES_MAX = 6;
const NAME_PIXELS_MAX = 200;
const TEXT_PIXELS = 10;
/** Places whose lines are nearer than this to the one before have a tick only. */
const APART_PIXELS = 3;

/** `at` in pixels of the strip, rising. */
export function placesOver(
  places: readonly { readonly name: string; readonly at: number }[],
  room: PlaceRoom,
): DrawnPlaces {
  const requests = places.map(({ name, at }) =>
    placeRequest(name, at, textPixels(textOf(name), TEXT_PIXELS)),
  );
  const placed = placePlaces(requests, {
    ...{ from: -room.beyondLeft, to: room.pixels + room.beyondRight },
    ...{ lanes: LANES_MAX, apart: LANE },
  });
  const names = placed.isUpright
    ? uprightNames(requests, placed.names, room.left)
    : lanedNames(requests, placed.names, room.left);
  const draw = (top: number, bottom: number) => {
    let last = Number.NEGATIVE_INFINITY;
    return requests
      .map(({ name, at }, index) => {
        const written = names.writtenOf(index, top);
        if (written === null && at - last < APART_PIXELS) return '';
        last = at;
        const x = decimal(room.left + at);
        const d =
          written === null
            ? `M${x},${decimal(top - 2)}V${decimal(top + 6)}`
            : `${written.line}L${x},${decimal(bottom)}`;
        const line = element('path', { d, class: 'place' }, element('title', {}, escapeXml(name)));
        return line + (written?.text ?? '');
      })
      .filter((part) => part !== '')
      .join('\n');
  };
  return { pixels: names.pixels, draw };
}

function textOf(name: string): string {
  return fitted(name, TEXT_PIXELS, NAME_PIXELS_MAX);
}

interface WrittenNames {
  readonly pixels: number;
  /** Its text, and its line down to the rows; null: its name is not written. */
  readonly writtenOf: (request: number, top: number) => { line: string; text: string } | null;
}

function lanedNames(requests: readonly PlaceRequest[], flags: readonly Flag[], left: number): WrittenNames {
  const byRequest = new Map(flags.map((flag) => [flag.request, flag]));
  return {
    pixels: Math.max(0, ...flags.map(({ lane }) => lane + 1)) * LANE,
    writtenOf: (request, top) => {
      const flag = byRequest.get(request);
      const { name = '', at = 0 } = requests[request] ?? {};
      if (flag === undefined) return null;
      const [x, y] = [left + at, top - 4 - flag.lane * LANE];
      const side = flag.isLeft ? -FLAG_APART_PIXELS : FLAG_APART_PIXELS;
      const words = { x: x + side, y, class: flag.isLeft ? 'flag end small' : 'flag small' };
      return {
        line: `M${decimal(x)},${decimal(y - 6)}`,
        text: textElement(words, textOf(name)),
      };
    },
  };
}

function uprightNames(
  requests: readonly PlaceRequest[],
  names: readonly UprightName[],
  left: number,
): WrittenNames {
  const byRequest = new Map(names.map(({ request, x }) => [request, x]));
  const slant = slantPixels(requests, names);
  const longest = Math.max(0, ...names.map(({ request }) => requests[request]?.pixels ?? 0));
  return {
    pixels: slant + 2 * FLAG_APART_PIXELS + Math.ceil(longest),
    writtenOf: (request, top) => {
      const at = byRequest.get(request);
      const { name = '', at: place = 0 } = requests[request] ?? {};
      if (at === undefined) return null;
      const [x, y] = [left + at, top - slant - FLAG_APART_PIXELS];
      const transform = `translate(${decimal(x + 4)} ${decimal(y - 2)}) rotate(-90)`;
      return {
        line: `M${decimal(x)},${decimal(y)}L${decimal(left + place)},${decimal(top)}`,
        text: textElement({ transform, class: 'flag small' }, textOf(name)),
      };
    },
  };
}
