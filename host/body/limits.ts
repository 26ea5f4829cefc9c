/** What the two builds of the core hold; an image that needs more is refused on the device as TOO_LARGE. */

export type BuildName = 'device' | 'large';

export interface BuildLimits {
  readonly arenaBytes: number;
  readonly lineStepsMax: number;
  readonly phaseStepsMax: number;
  /** The keys of every list begin below this offset of the body: half the arena. */
  readonly keyOffsetEndBytes: number;
  /** Cells that an admission looks at, a list counted for each phase window that uses it: what bounds its time. */
  readonly examinedCellsMax: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const BUILD_LIMITS: Readonly<Record<BuildName, BuildLimits>> = {
  device: {
    arenaBytes: 128 * KIB,
    lineStepsMax: 14,
    phaseStepsMax: 8,
    keyOffsetEndBytes: 64 * KIB,
    examinedCellsMax: 2 ** 20,
  },
  large: {
    arenaBytes: 64 * MIB,
    lineStepsMax: 22,
    phaseStepsMax: 16,
    keyOffsetEndBytes: 32 * MIB,
    examinedCellsMax: 2 ** 26,
  },
};

/** Overlaps that a partition keeps for the audit; the number of the others is counted. */
export const OVERLAPS_KEPT_MAX = 100_000;

/** Kinds of search steps, as the steps TLV numbers them. */
export const STEP_KIND_PHASE = 1;
export const STEP_KIND_LINE = 2;
