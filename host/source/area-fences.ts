import { circleOfMetres } from './area-circle.ts';
import type { FeatureFile, FeatureWish, FileName, Property } from './area-features.ts';
import { reportAt } from './fields.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlaneArea, PlanePoint } from './plane-model.ts';
import { parsePoint } from './plane-points.ts';
import { areaOf } from './plane-shapes.ts';

/**
 * Fences of autopilots: polygons and circles of metres that a vehicle must stay in (zones), or out of (gap rules). Their files write the
 * latitude first; x is the longitude, y the latitude.
 */

const ORDER = 'x is the longitude, and y the latitude';

export interface Fence {
  readonly place: Place;
  /** Of all fences of the file, from 1. */
  readonly number: number;
  readonly isInclusion: boolean;
  readonly properties: ReadonlyMap<string, Property>;
  areas(what: string): readonly PlaneArea[] | undefined;
}

/** The fences that an entry takes: inclusions are zones, exclusions are gap rules. `complete`: no mistake dropped a fence. */
export function fencesOf(
  fences: readonly Fence[],
  complete: boolean,
  notes: () => readonly string[],
  { kind, options }: FeatureWish,
  file: FileName,
  { diagnostics }: PlaneContext,
): FeatureFile | undefined {
  const isWanted = kind === 'zone';
  const [wanted, other] = isWanted ? ['inclusions', 'exclusions'] : ['exclusions', 'inclusions'];
  const kept = fences.filter(({ isInclusion }) => isInclusion === isWanted);
  const left = fences.length - kept.length;
  const report = reportAt(diagnostics, file.place);
  if (kept.length === 0) {
    if (complete) report('BAD_VALUE', `${file.name} has no ${wanted}`, 'Leave the entry out.');
    return undefined;
  }
  if (isWanted && kept.length > 1 && options.inclusions === null) {
    const message = `${file.name} has ${kept.length} inclusions: some autopilots want a vehicle in all of them, some in any`;
    const remedy = 'Write "inclusions: any" if one is enough, else draw what they share as one polygon.';
    report('BAD_VALUE', message, remedy);
    return undefined;
  }
  const features = kept.map((fence) => ({ ...fence, id: undefined, when: () => null }));
  const others =
    left === 0 ? [] : [`${left} ${other}, which an entry of "${isWanted ? 'gaps' : 'zones'}" takes`];
  return { features, complete, notes: () => [...others, ...notes()] };
}

/** Latitude and longitude, in degrees unless the entry says otherwise. */
export type LatLon = readonly [latitude: string, longitude: string];

export function fencePoint(
  [latitude, longitude]: LatLon,
  what: string,
  place: Place,
  { unit }: FeatureWish,
  { axes, diagnostics }: PlaneContext,
): PlanePoint | undefined {
  return parsePoint([longitude, latitude], what, axes, unit, reportAt(diagnostics, place), ORDER);
}

export function fencePolygon(
  points: readonly PlanePoint[],
  what: string,
  place: Place,
  context: PlaneContext,
): readonly PlaneArea[] | undefined {
  const area = areaOf([points], what, place, false, context);
  return area && [area];
}

export function fenceCircle(
  [latitude, longitude]: LatLon,
  radius: string,
  what: string,
  place: Place,
  { unit, kind }: FeatureWish,
  context: PlaneContext,
): readonly PlaneArea[] | undefined {
  const centre = [longitude, latitude] as const;
  const area = circleOfMetres({ centre, radius, unit, kind, order: ORDER }, what, place, context);
  return area && [area];
}
