import { type EncodedPlane, encodePlane, planeShortfalls } from '../body/encode-plane.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import type { Steps } from '../cycles/steps.ts';
import { checkCycles, cyclesOf } from '../cycles/table.ts';
import type { BuildName } from '../format.ts';

/** Which form the nodes of a plane have: the one of fewer cycles that fits, else the one of fewer bytes. */

/** By whose cycles a map is judged whose budget names no board. */
const BOARD = 'rp2040';

/** The form that was not taken. */
export interface OtherForm {
  /** Of a node. */
  readonly nodeBytes: number;
  readonly kinds: Steps;
  readonly residentBytes: number;
  /** What the build that the map is for lacks for it, one phrase each; empty: it would fit. */
  readonly shortfalls: readonly string[];
}

export interface ChosenPlane extends EncodedPlane {
  /** null: one form alone holds the plane. */
  readonly other: OtherForm | null;
}

/**
 * A plane as it is encoded for a build. The same partition always gives the same bytes.
 * @throws HoldfastError TOO_LARGE where phases begin too close to each other
 */
export function chosenPlane(partition: PlanePartition, build: BuildName): ChosenPlane {
  const short = encodePlane(partition);
  const form = short.nodeForms.find((bytes) => bytes !== short.nodeBytes);
  if (form === undefined) return { ...short, other: null };
  const long = encodePlane(partition, form);
  const cyclesTaken = ({ sizes, steps }: EncodedPlane) =>
    planeShortfalls(sizes, build).length > 0 ? Number.POSITIVE_INFINITY : cyclesOn(partition, steps);
  const [chosen, other] = cyclesTaken(long) < cyclesTaken(short) ? [long, short] : [short, long];
  return {
    ...chosen,
    other: {
      nodeBytes: other.nodeBytes,
      kinds: other.steps,
      residentBytes: other.residentBytes,
      shortfalls: planeShortfalls(other.sizes, build),
    },
  };
}

/** Of a check, on the board that the budget names, where its figures are known. */
function cyclesOn({ budgetCycles }: PlanePartition, steps: Steps): number {
  const table = cyclesOf(budgetCycles?.target ?? BOARD) ?? cyclesOf(BOARD);
  return (table && checkCycles(table, steps)) ?? Number.POSITIVE_INFINITY;
}
