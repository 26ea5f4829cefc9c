import { goldenText } from '../wasm/golden.ts';
import type { Bound } from './bounds.ts';
import type { Core } from './cores.ts';

/** Bounds kept in a file, so that a change of them is seen: program and core → function → bound, best and stack. */

type Figures = Pick<Bound, 'bound' | 'best' | 'stack'>;
export type Golden = Readonly<Record<string, Readonly<Record<string, Figures>>>>;

export { goldenText };

/** What is kept of the bounds of one program. */
export function goldenOf(name: string, core: Pick<Core, 'id'>, bounds: readonly Bound[]): Golden {
  const figures = bounds.map(
    ({ function: called, bound, best, stack }) => [called, { bound, best, stack }] as const,
  );
  return { [`${name} on ${core.id}`]: Object.fromEntries(figures) };
}

/** What changed, one line a difference; nothing for functions that are not in `fresh`. */
export function goldenChanges(kept: Golden, fresh: Golden): string[] {
  return Object.entries(fresh).flatMap(([program, functions]) =>
    Object.entries(functions).flatMap(([name, figures]) => {
      const before = kept[program]?.[name];
      if (JSON.stringify(before) === JSON.stringify(figures)) return [];
      return [
        `${program}, ${name}: ${before === undefined ? 'absent' : words(before)}, now ${words(figures)}`,
      ];
    }),
  );
}

function words({ bound, best, stack }: Figures): string {
  return bound === null ? 'no bound' : `${best} to ${bound} cycles and ${stack} bytes of stack`;
}
