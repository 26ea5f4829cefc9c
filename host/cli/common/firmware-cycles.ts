/** What the calls of the loop take in cycles, with the edition that a firmware begins with, and whether that is within its budget. */
import { isPlaneBody } from '../../body/decode.ts';
import type { ArenaName } from '../../common/arenas.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../../common/errors.ts';
import { CALL_NAMES, type CallCycles, type MapCycles } from '../../cycles/table.ts';
import { overBudget } from '../../cycles/words.ts';
import type { Firmware } from '../../firmware/build.ts';
import type { BurnedConfig } from '../../image/burned-block.ts';
import { parseImage } from '../../image/container.ts';
import { deviceCost } from '../../image/fitting.ts';
import { countsCycles } from '../../image/identity.ts';
import { editionBounds } from '../../timing/machine/edition.ts';
import { cycleWords as boundInWords } from '../../timing/machine/words.ts';
import { printNote, printWarning } from './output.ts';

export interface FirmwareCycles extends MapCycles {
  readonly words: string;
}

/**
 * Bounds on the linked program, which is the build of `arena`. Throws HoldfastError OVER_BUDGET (exit code 1) where they are over a budget
 * in cycles, and BUDGET_TARGET where that is of another board.
 */
export async function firmwareCycles(
  { elf, target }: Firmware,
  arena: ArenaName,
  config: BurnedConfig,
  image: Uint8Array,
): Promise<FirmwareCycles> {
  if (isPlaneBody(parseImage(image).body))
    printNote('Bounding moves through the plane, which may take a minute.');
  const { core, ...bounds } = await editionBounds(elf, image, target.core);
  const told = CALL_NAMES.map(
    (name) => `${name} ${bounds[name].declined === null ? boundInWords(bounds[name]) : 'no bound'}`,
  );
  const cycles = {
    ...{ target: target.name, core: core.id, arena },
    ...{ words: `${told.join('; ')} (${core.id}, with this edition)` },
    ...{ check: bounds.check.bound, verdict: bounds.verdict.bound, sweep: bounds.sweep.bound },
  };
  refuseOver(cycles, config);
  warnOfCounts(cycles, config, image);
  return cycles;
}

function refuseOver(cycles: MapCycles, config: BurnedConfig): void {
  const { budgetCycles, budgetLimit } = config;
  const named = budgetCycles?.target ?? cycles.target;
  if (named !== cycles.target) {
    throw new HoldfastError(
      'BUDGET_TARGET',
      `The budget is in cycles of ${named}, the firmware is for ${cycles.target}.`,
      {
        remedy: `Give a budget in cycles of ${cycles.target}, or in steps.`,
      },
    );
  }
  const check = countsCycles(config) ? budgetLimit : null;
  const budget: CallCycles = budgetCycles ?? { check, verdict: null, sweep: null };
  const over = overBudget(cycles, budget);
  if (over.length === 0) return;
  const remedy = 'Simplify the map, or raise the budget.';
  throw new HoldfastError('OVER_BUDGET', over.join('; '), { remedy, exitCode: EXIT_CHECK_SAID_NO });
}

/** The device judges later editions by what it was told a step costs. */
function warnOfCounts({ check }: MapCycles, config: BurnedConfig, image: Uint8Array): void {
  if (!countsCycles(config) || check === null) return;
  const counted = deviceCost(parseImage(image).identity, config);
  if (counted >= check) return;
  printWarning(
    `a check takes ${check} cycles and the device counts ${counted}: this compiler's firmware is slower than the figures`,
  );
}
