/** The longest round number of steps, 1, 2 or 5 times a power of ten, that is at most so many; at least 1. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [5, 2, 1].map((factor) => factor * power).find((length) => length <= most) ?? 1;
}
