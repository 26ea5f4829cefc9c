/** What a display needs to know of the edition that runs: its axis and its rules, read from the slot in flash. */

import { decodeBody } from '../body/decode.ts';
import type { PhaseWindow, Rule } from '../body/partition.ts';
import { HoldfastError } from '../common/errors.ts';
import type { SimulatedFlash } from '../core/flash.ts';
import { AREA, IMAGE_MAGIC } from '../format.ts';
import { parseContainer } from '../image/container.ts';
import { decodeIdentity } from '../image/identity.ts';
import type { AxisModel, MapUnits } from '../source/model.ts';

export interface MapView {
  axis: AxisModel;
  /** Phase period in ticks. */
  period: number;
  units: MapUnits;
  /** Zones, then approaches, then gap rules. */
  rules: readonly Rule[];
  windows: readonly PhaseWindow[];
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
    const { axis, phasePeriod, rules, windows } = decodeBody(container.body);
    const { units } = decodeIdentity(container.protectedTlvs);
    return { axis, period: phasePeriod, units, rules, windows };
  } catch (error) {
    // The other slot may hold half an upload; which edition runs is the core's business, not the display's.
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}
