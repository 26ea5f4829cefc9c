import type { CellState, Incident, Member } from './state.ts';

/** Cells in two minds, as far as they were read. A controller in a window answers that it is maintained, which is no edition. */

/**
 * Which of its editions a member answers; null while it answers none. Members have maps of their own, so what is compared is whether
 * each runs what is new for it.
 */
function side({ plan, reading }: Member): 'edition' | 'reissue' | 'before' | null {
  if (reading === null || reading.window) return null;
  if (reading.running === plan.edition) return 'edition';
  return reading.running === plan.reissue ? 'reissue' : 'before';
}

export function isMixed(members: readonly Member[]): boolean {
  return new Set(members.map(side).filter((word) => word !== null)).size > 1;
}

/** The state with what its readings show, and what a person is told when that changed. */
export function noticeMixed(
  state: CellState,
  nowMs: number,
): { state: CellState; incidents: readonly Incident[] } {
  const mixed = isMixed(state.members);
  if (mixed === (state.mixedSinceMs !== null)) return { state, incidents: [] };
  const { cell } = state.plan;
  if (!mixed) {
    const words = `Cell ${cell} answers one edition again.`;
    const incident = { kind: 'whole-again', cell, words, remedy: 'Nothing is to be done.' } as const;
    return { state: { ...state, mixedSinceMs: null }, incidents: [incident] };
  }
  const words = `Cell ${cell} answers different editions: ${state.members.map(sideWords).join(', ')}.`;
  const remedy = 'Hold its machines if they depend on each other; it is being repaired.';
  return { state: { ...state, mixedSinceMs: nowMs }, incidents: [{ kind: 'mixed', cell, words, remedy }] };
}

function sideWords(member: Member): string {
  const { plan, reading } = member;
  if (reading === null) return `${plan.controller} was not read`;
  if (reading.window) return `${plan.controller} is in a window`;
  return `${plan.controller} runs epoch ${reading.epoch}${reading.trial ? ' on trial' : ''}`;
}
