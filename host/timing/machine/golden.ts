import { goldenText } from '../wasm/golden.ts';
import type { Bound } from './bounds.ts';
import type { Core } from './cores.ts';

/** Bounds kept in a file, so that a change of them is seen: program and core → function → bound, best and stack. */

type Figures = Pick<Bound, 'bound' | 'best' | 'stack'>;
export type Golden = Readonly<Record<string, Readonly<Record<string, Figures>>>>;

export { goldenText };

/** What is kept of the bounds of one program, for any memory or with the map of that name. */
export function goldenOf(
  name: string,
  core: Pick<Core, 'id'>,
  bounds: readonly Bound[],
  map?: string,
): Golden {
  const figures = bounds.map(
    ({ function: called, bound, best, stack }) => [called, { bound, best, stack }] as const,
  );
  const program = `${name} on ${core.id}${map === undefined ? '' : `, ${map}`}`;
  return { [program]: Object.fromEntries(figures) };
}

/** Both, the fresh figures where both have some. */
export function goldenWith(kept: Golden, fresh: Golden): Golden {
  const programs = [...new Set([...Object.keys(kept), ...Object.keys(fresh)])].sort();
  return Object.fromEntries(programs.map((program) => [program, { ...kept[program], ...fresh[program] }]));
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
