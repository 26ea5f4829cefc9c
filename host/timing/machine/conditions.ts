import { between32, exactly32, signedBetween32 } from '../ranges/range32.ts';
import type { Relation } from './knowledge.ts';
import type { State } from './state.ts';
import type { Flags, Value } from './value.ts';

/** ARM's conditions, on flags that stand for where they come from. */

const [EQ, NE, CS, CC, MI, PL, VS, VC, HI, LS] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const RELATIONS: Readonly<Record<number, readonly [Relation, isSwapped: boolean]>> = {
  8: ['below', true],
  9: ['at-least', true],
  10: ['not-less', false],
  11: ['less', false],
  12: ['less', true],
  13: ['not-less', true],
};
const NEGATIVE = signedBetween32(-(2 ** 31), -1);
const NOT_NEGATIVE = between32(0, 2 ** 31 - 1);

/** Narrows a state to where the condition holds, or does not; false when that cannot be. */
export function assumeCondition(state: State, condition: number, holds: boolean): boolean {
  const { flags, carry, known } = state;
  // Conditions come in pairs of opposites.
  const asked = holds ? condition : condition ^ 1;
  if (asked === CS || asked === CC) return known.learnCarry(carry, asked === CS);
  if (flags === undefined || asked === VS || asked === VC) return true;
  if (asked === MI || asked === PL) return known.learn(flags.result, asked === MI ? NEGATIVE : NOT_NEGATIVE);
  if (asked === EQ || asked === NE) return assumeZero(state, flags, asked === EQ);
  const isUnsigned = asked === HI || asked === LS;
  if (isUnsigned && !comesFrom(state, flags)) return true;
  const relation = RELATIONS[asked];
  if (flags.kind !== 'difference' || relation === undefined) return true;
  const [order, isSwapped] = relation;
  return isSwapped ? known.learnOrder(flags.b, order, flags.a) : known.learnOrder(flags.a, order, flags.b);
}

function assumeZero({ known }: State, flags: Flags, isZero: boolean): boolean {
  if (flags.kind === 'difference') {
    return known.learnOrder(flags.a, isZero ? 'equal' : 'unequal', flags.b) && learnZero(flags.result);
  }
  return learnZero(flags.result);

  function learnZero(result: Value): boolean {
    return isZero ? known.learn(result, exactly32(0)) : known.learnNot(result, 0);
  }
}

/** Whether C comes from the very difference that N, Z and V come from. */
function comesFrom({ carry }: State, flags: Flags): boolean {
  return (
    flags.kind === 'difference' &&
    typeof carry === 'object' &&
    carry.kind === 'at-least' &&
    carry.a === flags.a &&
    carry.b === flags.b
  );
}
