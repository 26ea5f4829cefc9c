/** How wide a text is, for drawings that are laid out where no font is: never less than what common fonts need. */

/** Widths in parts of the size of the font, of the widest of the fonts that drawings name. */
const NARROW = /[iljtfrI.,:;'|!()[\]{}\s/\\-]/;
const WIDE = /[mwMW@%—…→]/;
const CAPITAL = /[A-Z&#ÄÖÜ]/;
const LATIN = /[\u0020-\u024f\u2009\u2010-\u2027]/;

export function textPixels(text: string, size: number): number {
  let parts = 0;
  for (const character of text) {
    if (NARROW.test(character)) parts += 0.42;
    else if (WIDE.test(character)) parts += 1.02;
    else if (CAPITAL.test(character)) parts += 0.76;
    else parts += LATIN.test(character) ? 0.645 : 1.1;
  }
  return parts * size;
}

/** The text, with its middle left out where it is longer than `pixels`: names differ least there. */
export function fitted(text: string, size: number, pixels: number): string {
  if (textPixels(text, size) <= pixels) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 1; kept--) {
    const short = shortened(characters, kept);
    if (textPixels(short, size) <= pixels) return short;
  }
  return '…';
}

/** The first and the last of `kept` characters. */
export function shortened(characters: readonly string[], kept: number): string {
  const tail = Math.floor(kept / 3);
  return `${characters.slice(0, kept - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
