/** Names of columns as people write them: without regard to case, blanks and the unit that stands behind them. */

const WITH_UNIT = /^(.*\S)\s*(?:\[[^[\]]*\]|\([^()]*\))$/u;

function joinBlanks(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** Upper and lower case are one, in any script. */
export function foldCase(text: string): string {
  return joinBlanks(text).toLowerCase();
}

function withoutUnit(name: string): string {
  return foldCase(WITH_UNIT.exec(name)?.[1] ?? name);
}

/** Indices of the columns that a name can mean: those that are it; else without regard to case; else to units in brackets too. */
export function columnsNamed(name: string, header: readonly string[]): readonly number[] {
  const asked = joinBlanks(name);
  const ways: readonly ((cell: string) => boolean)[] = [
    (cell) => joinBlanks(cell) === asked,
    (cell) => foldCase(cell) === foldCase(asked),
    (cell) => withoutUnit(joinBlanks(cell)) === foldCase(asked),
  ];
  for (const isIt of ways) {
    const found = header.flatMap((cell, index) => (isIt(cell) ? [index] : []));
    if (found.length > 0) return found;
  }
  return [];
}

const LENGTHS =
  /^(?:lengths?|len|durations?|dur|widths?|extents?|spans?|l[äa]e?ngen?|dauer|breiten?|longueurs?|dur[ée]es?|largeurs?|longitud|duraci[óo]n|ancho|lunghezza|durata|larghezza|comprimento|lengte|duur|l[äa]ngd|l[æa]ngde|d[ée]lka)$/u;
const ENDS = /^(?:to|end|ends|until|till|bis|ende|fin|à|jusqu|fine|fino|hasta|tot|einde|slut|til|stop|do)$/u;

/** Whether the name of a column says how long something is, and not where it ends: `length_m`, `Länge [m]`, `duration`. */
export function saysLength(name: string): boolean {
  const words = foldCase(name.replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')).split(/[^\p{L}]+/u);
  return words.some((word) => LENGTHS.test(word)) && !words.some((word) => ENDS.test(word));
}
