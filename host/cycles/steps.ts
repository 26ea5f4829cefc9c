import { STEP_KIND } from '../format.ts';

/** Steps of one check by the names of their kinds, in the order of their codes. SPEC section 1. */
export type Steps = Readonly<Partial<Record<keyof typeof STEP_KIND, number>>>;

const KINDS = Object.entries(STEP_KIND).map(([name, kind]) => ({ name: name as keyof Steps, kind }));

/** Steps with the codes of their kinds; kinds that a map does not have are left out. */
export function stepsByKind(steps: Steps): { readonly kind: number; readonly steps: number }[] {
  return KINDS.flatMap(({ name, kind }) => {
    const taken = steps[name];
    return taken === undefined ? [] : [{ kind, steps: taken }];
  });
}

/** The other way round; kinds that have no name are left out. */
export function stepsOfKinds(kinds: readonly { readonly kind: number; readonly steps: number }[]): Steps {
  const named = KINDS.flatMap(({ name, kind }) => {
    const taken = kinds.find((each) => each.kind === kind);
    return taken === undefined ? [] : [[name, taken.steps]];
  });
  return Object.fromEntries(named);
}

/** All steps of one check. */
export function totalSteps(steps: Steps): number {
  return stepsByKind(steps).reduce((sum, { steps: taken }) => sum + taken, 0);
}

/** In words, such as `phase 0, line 5`. */
export function stepsText(steps: Steps): string {
  return KINDS.filter(({ name }) => steps[name] !== undefined)
    .map(({ name }) => `${name} ${steps[name]}`)
    .join(', ');
}
