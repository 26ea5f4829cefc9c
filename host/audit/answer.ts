import type { ActionName } from '../source/model.ts';

/** What an edition answers for a place and phase. `outside`: beyond its axis or its period. */
export type EditionAnswer =
  | { readonly state: 'covered'; readonly id: string; readonly tier: number; readonly limit: number | null }
  | {
      readonly state: 'gap';
      readonly id: string;
      readonly action: ActionName;
      readonly limit: number | null;
    }
  | { readonly state: 'outside'; readonly action: ActionName };
