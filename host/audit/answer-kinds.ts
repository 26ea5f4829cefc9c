import type { Rule } from '../body/partition.ts';
import type { EditionAnswer } from './answer.ts';
import { type ChangeKind, changeKinds } from './change-kinds.ts';

/** Answers of two editions, and how each pair of them differs. */

/** Indices into the answers of the edition before, and of the one after. */
interface MetAnswers {
  readonly before: number;
  readonly after: number;
}

/** What a rule says where it answers. */
export function answerOf(rule: Rule): EditionAnswer {
  const { id, limit } = rule;
  return rule.kind !== 'gap'
    ? { state: 'covered', id, tier: rule.tier, limit }
    : { state: 'gap', id, action: rule.action, limit };
}

/** Two answers that are equal have the same name. */
function nameOf(answer: EditionAnswer): string {
  return answer.state === 'outside' ? answer.state : `${answer.state} ${answer.id}`;
}

/** How each pair of answers differs, worked out once a pair. */
export class KindTable {
  readonly #before: readonly EditionAnswer[];
  readonly #after: readonly EditionAnswer[];
  readonly #known = new Map<number, readonly ChangeKind[]>();
  /** By answer before: the equal answer after, −1 where there is none. Most stretches of two editions end here. */
  readonly #equal: Int32Array;

  constructor(before: readonly EditionAnswer[], after: readonly EditionAnswer[]) {
    this.#before = before;
    this.#after = after;
    const afterByName = new Map(after.map((answer, index) => [nameOf(answer), index]));
    this.#equal = Int32Array.from(before, (answer) => {
      const index = afterByName.get(nameOf(answer));
      const other = index === undefined ? undefined : after[index];
      return index !== undefined && other !== undefined && changeKinds(answer, other).length === 0
        ? index
        : -1;
    });
  }

  isEqual(meeting: MetAnswers): boolean {
    return this.#equal[meeting.before] === meeting.after || this.of(meeting).length === 0;
  }

  /** Empty: the answers are equal. */
  of({ before, after }: MetAnswers): readonly ChangeKind[] {
    const key = before * this.#after.length + after;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [left, right] = [this.#before[before], this.#after[after]];
    if (left === undefined || right === undefined)
      throw new RangeError('cells name answers of their edition');
    const kinds = changeKinds(left, right);
    this.#known.set(key, kinds);
    return kinds;
  }
}
