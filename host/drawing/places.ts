import { type FlagRequest, type FlagRoom, placeFlags } from './flags.ts';
import type { PlacedNames } from './names.ts';
import { placeUpright } from './upright.ts';

/** Named places over a row: those of stations before mileposts. Runs in Node and in the page. */

export interface PlaceRequest extends FlagRequest {
  readonly name: string;
}

/** They give way to stations. */
const MILEPOST = /^\p{L}{0,3}\.?\s*[\d.,+]+$/u;

/** Whether a name is hardly more than a number. */
export function isMilepost(name: string): boolean {
  return MILEPOST.test(name);
}

/** A place at a pixel, with the width of its name. */
export function placeRequest(name: string, at: number, pixels: number): PlaceRequest {
  return { name, at, pixels, isFirst: !isMilepost(name) };
}

/** In lanes; upright where lanes leave out a station, with the mileposts that are in no station's way. */
export function placePlaces(
  requests: readonly FlagRequest[],
  room: FlagRoom & { readonly apart: number },
): PlacedNames {
  const flags = placeFlags(requests, room);
  const lanes = new Set(flags.map(({ request }) => request));
  if (requests.every(({ isFirst }, index) => !isFirst || lanes.has(index)))
    return { isUpright: false, names: flags };
  const kept: number[] = [];
  const isFree = (at: number) =>
    kept.every((other) => Math.abs((requests[other]?.at ?? 0) - at) >= room.apart);
  for (const wanted of [true, false])
    requests.forEach(({ at, isFirst }, index) => {
      if (isFirst === wanted && (isFirst || isFree(at))) kept.push(index);
    });
  const upright = placeUpright(
    kept.map((index) => requests[index] ?? { at: 0, pixels: 0, isFirst: false }),
    room,
  );
  return { isUpright: true, names: upright.map(({ request, x }) => ({ request: kept[request] ?? 0, x })) };
}
