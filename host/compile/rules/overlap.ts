import type { Diagnostics } from '../../source/diagnostics.ts';
import type { OverlapPolicy, ZoneModel } from '../../source/model.ts';
import type { Place } from '../../source/place.ts';

interface OverlappingZones {
  readonly zones: readonly Pick<ZoneModel, 'id' | 'tier'>[];
  readonly overlaps: OverlapPolicy;
}

/** Reports two zones over one place that nothing orders. */
export function reportOverlap(
  diagnostics: Diagnostics,
  place: Place,
  message: string,
  model: OverlappingZones,
  [left, right]: readonly [number, number],
): void {
  diagnostics.add('OVERLAP', place, message, overlapRemedy(model, left, right));
}

/** What may be done about two zones over one place that nothing orders. */
function overlapRemedy({ zones, overlaps }: OverlappingZones, left: number, right: number): string {
  if (overlaps.kind === 'by-tier') return `Give them different tiers; both have tier ${zones[left]?.tier}.`;
  if (overlaps.kind === 'list') {
    return `Move one, or add { over: ${zones[right]?.id}, under: ${zones[left]?.id} } or its reverse to "overlaps".`;
  }
  return 'Move one, or say who wins with "overlaps: by-tier" or "overlaps: lowest-limit".';
}
