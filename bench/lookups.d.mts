import type { Result } from './riscv32.mjs';

/** Of each map a result, cycles: of `check` by the lookup that `compile` takes, and by trees. With so many questions a map at most. */
export function benchLookups(questionsMost?: number): Promise<Result[]>;
