/** Where power may go: instructions of a run, by what the board was doing, and a choice of them in which nothing is left out. */
import type { Random } from './random.ts';

export interface Moment {
  /** Instructions executed when power goes. */
  readonly instruction: number;
  readonly label: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Collects which instructions belong to which label, from looks at a run in order. */
export class Survey {
  readonly #stretches = new Map<string, Stretch[]>();
  #instruction = 0;

  /** Everything since the last look belongs to `label`. */
  look(instruction: number, label: string): void {
    if (instruction === this.#instruction) return;
    const known = this.#stretches.get(label) ?? [];
    known.push({ from: this.#instruction, to: instruction });
    this.#stretches.set(label, known);
    this.#instruction = instruction;
  }

  /** `count` moments in ascending order, as many for each label as for any other, uniform within it. */
  choose(count: number, random: Random): Moment[] {
    const labels = [...this.#stretches];
    const moments = Array.from({ length: count }, (_, index): Moment => {
      const [label, stretches] = labels[index % labels.length] ?? ['', []];
      return { label, instruction: pickInside(stretches, random) };
    });
    return moments.sort((left, right) => left.instruction - right.instruction);
  }
}

function pickInside(stretches: readonly Stretch[], random: Random): number {
  let left = random.below(stretches.reduce((sum, { from, to }) => sum + to - from, 0));
  for (const { from, to } of stretches) {
    if (left < to - from) return from + left + 1;
    left -= to - from;
  }
  throw new RangeError('there are no instructions to pick from');
}
