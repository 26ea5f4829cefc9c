/** What the loop's calls of a library take, as far as it is known before a compiler has seen it, and whether that is within its budget. */
import { decodeBody, isPlaneBody } from '../../body/decode.ts';
import { ARENA_DEFAULT, arenaOf } from '../../common/arenas.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { boardsWithCycles, cyclesOf, type MapCycles, type MapShape, mapCycles } from '../../cycles/table.ts';
import { boardWords, callWords, overBudget } from '../../cycles/words.ts';
import { BUILD_LIMITS, type BuildName } from '../../format.ts';
import type { BurnedConfig } from '../../image/burned-block.ts';
import { parseImage } from '../../image/container.ts';

export interface LibraryCycles {
  /** Bounds of each board whose figures are known, which are those of its own firmware. */
  readonly cycles: readonly MapCycles[];
  readonly words: readonly string[];
}

/** The largest map that a build takes. */
function anyMap(build: BuildName): MapShape {
  const { phaseStepsMax, lineStepsMax } = BUILD_LIMITS[build];
  return { steps: { phase: phaseStepsMax, line: lineStepsMax }, isRing: true };
}

/**
 * With an edition its bounds, and without one those of any map. Throws HoldfastError OVER_BUDGET (exit code 1) where the edition is over a
 * budget in cycles that the configuration names a board for.
 */
export function libraryCycles(
  image: Uint8Array | undefined,
  config: BurnedConfig | undefined,
  build: BuildName,
): LibraryCycles {
  const shape = image === undefined ? anyMap(build) : shapeOf(image);
  const arena = arenaOf(build) ?? ARENA_DEFAULT;
  const cycles = boardsWithCycles().flatMap((board) => {
    const table = cyclesOf(board);
    return table === undefined ? [] : [mapCycles(board, table, shape, arena)];
  });
  const budget = config?.budgetCycles;
  const over = cycles.flatMap((each) =>
    budget !== undefined && each.target === budget.target ? overBudget(each, budget) : [],
  );
  if (over.length > 0) {
    const remedy = 'Simplify the map, or raise the budget.';
    throw new HoldfastError('OVER_BUDGET', over.join('; '), { remedy, exitCode: EXIT_CHECK_SAID_NO });
  }
  const what = image === undefined ? 'any map' : 'this edition';
  return {
    cycles,
    words: [
      ...cycles.map(
        (each) => `${callWords(each)} cycles at most with ${what} in the firmware of ${boardWords(each)}`,
      ),
      'What your compiler makes of it takes its own: holdfast timing elf PROGRAM --map IMAGE bounds the program that you link.',
    ],
  };
}

/** Throws HoldfastError PLANE: what the library names of an edition, `holdfast_map.h`, are constants of a line. */
function shapeOf(image: Uint8Array): MapShape {
  const { body } = parseImage(image);
  if (isPlaneBody(body)) {
    throw new HoldfastError(
      'PLANE',
      'this edition is a plane, and a library names what is in one of a line',
      {
        remedy:
          'Leave --image out: the library takes planes all the same, over the line or burned with their burned block.',
      },
    );
  }
  const { axis, steps } = decodeBody(body);
  return { steps, isRing: axis.wraps };
}
