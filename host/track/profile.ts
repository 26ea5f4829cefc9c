import type { Conversion } from './decimals.ts';
import type { Extent, SpeedInterval } from './steps.ts';

/** What the readers of tracks have in common. */

export interface TrackProfile {
  readonly extent: Extent;
  /** One for each direction and profile that was asked for: the phases of the map when there are more than one. */
  readonly parts: readonly { readonly name: string; readonly intervals: readonly SpeedInterval[] }[];
  readonly limitUnit: string;
  readonly assumptions: readonly string[];
}

/** Limits of maps are whole numbers; a file with decimals needs a finer unit, which nobody can guess. */
export interface LimitScale {
  /** What limits are multiplied by. */
  readonly factor: number;
  /** What they count then; that of the file unless given. */
  readonly unit?: string | undefined;
}

export function limitConversion(unit: string, scale: LimitScale): Conversion {
  return { from: unit, to: { unit, scale: scale.factor } };
}
