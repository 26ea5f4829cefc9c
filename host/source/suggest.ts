/** Finds what somebody probably meant. */

/** The candidate nearest to `word`, when at most a third of its letters differ; undefined otherwise. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  // One letter of one or two is a different word. Long lists are not worth the time that comparing takes.
  if (word.length < LETTERS_MIN || candidates.length > CANDIDATES_MAX) return undefined;
  let nearest: string | undefined;
  let nearestDistance = Math.floor(word.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest;
}

const LETTERS_MIN = 3;
const CANDIDATES_MAX = 1000;
/** Letters compared: beyond them a word is no misspelling of a field name. */
const LETTERS_MAX = 64;

/** Least number of letters inserted, removed, replaced or swapped with their neighbour. */
function editDistance(left: string, right: string): number {
  const rows = Math.min(left.length, LETTERS_MAX);
  const columns = Math.min(right.length, LETTERS_MAX);
  let beforeLast: number[] = [];
  let last = Array.from({ length: columns + 1 }, (_, column) => column);
  for (let row = 1; row <= rows; row++) {
    const current = [row];
    for (let column = 1; column <= columns; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const candidates = [
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      ];
      if (swapped) candidates.push((beforeLast[column - 2] ?? 0) + 1);
      current.push(Math.min(...candidates));
    }
    beforeLast = last;
    last = current;
  }
  return last[columns] ?? 0;
}
