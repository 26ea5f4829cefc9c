/** What a display needs to know of the edition that runs: its axes and its rules, read from the slot in flash. */

import { decodeBody, isPlaneBody } from '../body/decode.ts';
import { decodePlane } from '../body/decode-plane.ts';
import type { Partition, PhaseWindow, Rule } from '../body/partition.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import { HoldfastError } from '../common/errors.ts';
import type { SimulatedFlash } from '../core/flash.ts';
import { AREA, IMAGE_MAGIC } from '../format.ts';
import { parseContainer } from '../image/container.ts';
import { decodeIdentity } from '../image/identity.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';
import { isPlane } from '../source/plane-model.ts';

export type MapView = LineView | PlaneView;

interface EditionView {
  /** Phase period in ticks. */
  readonly period: number;
  readonly units: MapUnits;
  /** Zones, then approaches, then gap rules. */
  readonly rules: readonly Rule[];
}

export interface LineView extends EditionView {
  readonly axis: AxisModel;
  readonly windows: readonly PhaseWindow[];
}

export interface PlaneView extends EditionView {
  readonly shape: 'plane';
  readonly axes: readonly [AxisModel, AxisModel];
}

type Edition =
  | Pick<Partition, 'axis' | 'phasePeriod' | 'units' | 'rules' | 'windows'>
  | Pick<PlanePartition, 'shape' | 'axes' | 'phasePeriod' | 'units' | 'rules'>;

export function viewOf(edition: Edition): MapView {
  const { phasePeriod: period, units, rules } = edition;
  if (isPlane(edition)) return { shape: 'plane', axes: edition.axes, period, units, rules };
  return { axis: edition.axis, windows: edition.windows, period, units, rules };
}

/** x, or x and y. */
export function axesOf(
  map: Pick<LineView, 'axis'> | Pick<PlaneView, 'shape' | 'axes'>,
): readonly AxisModel[] {
  return isPlane(map) ? map.axes : [map.axis];
}

/** The view of the edition with this epoch; null when no slot holds it whole. */
export function readMapView(flash: SimulatedFlash, epoch: number): MapView | null {
  if (epoch === 0) return null;
  return viewOfSlot(flash, AREA.slotA, epoch) ?? viewOfSlot(flash, AREA.slotB, epoch);
}

function viewOfSlot(flash: SimulatedFlash, slot: number, epoch: number): MapView | null {
  const content = Buffer.alloc(flash.geometry.areaBytes[slot] ?? 0);
  if (!flash.read(slot, 0, content) || content.readUInt32LE(0) !== IMAGE_MAGIC) return null;
  try {
    const container = parseContainer(content);
    if (container.versionBuild !== epoch) return null;
    const { body } = container;
    const { units } = decodeIdentity(container.protectedTlvs);
    return isPlaneBody(body)
      ? viewOf({ ...decodePlane(body), shape: 'plane', units })
      : viewOf({ ...decodeBody(body), units });
  } catch (error) {
    // The other slot may hold half an upload; which edition runs is the core's business, not the display's.
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}
