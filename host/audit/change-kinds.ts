import type { EditionAnswer } from './answer.ts';

/** The directions a change can have. */
export const CHANGE_KINDS = [
  'newly-covered',
  'newly-gap',
  'newly-outside',
  'zone-changed',
  'rule-changed',
  'action-changed',
  'tier-raised',
  'tier-lowered',
  'limit-raised',
  'limit-lowered',
  'limit-added',
  'limit-removed',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** In words. */
export const CHANGE_WORDS: Readonly<Record<ChangeKind, string>> = {
  'newly-covered': 'newly covered',
  'newly-gap': 'newly a gap',
  'newly-outside': 'newly outside',
  'zone-changed': 'other zone',
  'rule-changed': 'other gap rule',
  'action-changed': 'other action',
  'tier-raised': 'tier raised',
  'tier-lowered': 'tier lowered',
  'limit-raised': 'limit raised',
  'limit-lowered': 'limit lowered',
  'limit-added': 'limit added',
  'limit-removed': 'limit removed',
};

const NEW_STATE = { covered: 'newly-covered', gap: 'newly-gap', outside: 'newly-outside' } as const;

/**
 * How `after` differs from `before`; empty when it does not. A change of state is one kind by itself: a limit in a gap and one
 * of a zone do not compare. Two answers outside are equal, the action there is no matter of places.
 */
export function changeKinds(before: EditionAnswer, after: EditionAnswer): ChangeKind[] {
  if (before.state === 'covered' && after.state === 'covered') {
    return [
      ...(before.id === after.id ? [] : ['zone-changed' as const]),
      ...direction('tier', before.tier, after.tier),
      ...limitKinds(before.limit, after.limit),
    ];
  }
  if (before.state === 'gap' && after.state === 'gap') {
    return [
      ...(before.id === after.id ? [] : ['rule-changed' as const]),
      ...(before.action === after.action ? [] : ['action-changed' as const]),
      ...limitKinds(before.limit, after.limit),
    ];
  }
  return before.state === after.state ? [] : [NEW_STATE[after.state]];
}

function limitKinds(before: number | null, after: number | null): ChangeKind[] {
  if (before === after) return [];
  if (before === null) return ['limit-added'];
  if (after === null) return ['limit-removed'];
  return direction('limit', before, after);
}

function direction(what: 'tier' | 'limit', before: number, after: number): ChangeKind[] {
  if (before === after) return [];
  return [`${what}-${after > before ? 'raised' : 'lowered'}`];
}
