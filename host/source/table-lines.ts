/** Lines of a table in messages, so many of them at most. */
export const LINES_SHOWN_MAX = 8;

/** `lines 2, 5 and 3 more` */
export function lineWords(lines: readonly number[]): string {
  const shown = lines.slice(0, LINES_SHOWN_MAX).join(', ');
  const more = lines.length - LINES_SHOWN_MAX;
  return `${lines.length === 1 ? 'line' : 'lines'} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}
