import type { Say } from './fault.ts';
import { type Decimal, isNumeral, type Marks, type NumberFault, readNumeral } from './numbers.ts';

/** Chainage of railways and roads, kilometres + metres: `12+400` and `26.0+100`. */

const CHAINAGE = /^([0-9][0-9.,'\u2019\s]*)\+\s*([0-9][0-9.,]*)$/u;
/** Behind whole kilometres all three digits of the metres stand; `12+34` may count something else, such as feet. */
const WHOLE_METRES = /^[0-9]{3}(?:[.,][0-9]+)?$/;
/** Posts stand every hundred metres: one decimal. */
const HECTOMETRE = /[.,][0-9]$/;
const SHORT_METRES = /^[0-9]{1,3}(?:[.,][0-9]+)?$/;

/** The two numerals of a chainage; null for other texts. */
export function partsOfChainage(text: string): readonly [kilometres: string, metres: string] | null {
  const match = CHAINAGE.exec(text);
  const [kilometres, metres] = [match?.[1]?.trim(), match?.[2]];
  if (kilometres === undefined || metres === undefined) return null;
  return isNumeral(kilometres) && isNumeral(metres) ? [kilometres, metres] : null;
}

/** Metres, exactly. */
export function readChainage(
  parts: readonly [string, string],
  marks: Marks,
  say: Say,
): Decimal | NumberFault {
  const [kilometres, metres] = parts;
  const isWhole = /^[0-9]+$/.test(kilometres);
  const isKnown = isWhole
    ? WHOLE_METRES.test(metres)
    : HECTOMETRE.test(kilometres) && SHORT_METRES.test(metres);
  if (!isKnown) {
    const remedy = `If these are kilometres + metres, write three digits of metres, such as 12+034; if they are stations of another length, such as 12+40 for 1240 ft, write that length in a column with its unit.`;
    return { code: 'NOT_A_NUMBER', words: 'which is not kilometres + metres', remedy };
  }
  const km = readNumeral(kilometres, marks, say);
  const m = readNumeral(metres, marks, say);
  if ('code' in km) return km;
  if ('code' in m) return m;
  const places = Math.max(km.places, m.places);
  const units = scaled(km, places) * 1000n + scaled(m, places);
  return { units, places };
}

function scaled({ units, places }: Decimal, to: number): bigint {
  return units * 10n ** BigInt(to - places);
}
