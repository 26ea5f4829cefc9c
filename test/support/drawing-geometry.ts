/** What a drawing looks like in a browser, measured: where its texts lie, and how they differ from what they stand on. */
import type { Page } from 'playwright-core';

export interface MeasuredText {
  readonly text: string;
  /** In pixels of the page. */
  readonly box: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  /** The least contrast to what is under it, WCAG 2: 1 to 21. */
  readonly contrast: number;
}

/** How much the edge of each box of the legend differs from the ground, WCAG 2: 1 to 21. */
export async function measureSwatches(page: Page): Promise<number[]> {
  const colours = await page.evaluate(() => {
    const ground = getComputedStyle(document.querySelector('svg .ground') as Element).fill;
    return Array.from(document.querySelectorAll('svg .swatch')).map(
      (each) => [getComputedStyle(each).stroke, ground] as const,
    );
  });
  return colours.map(([edge, ground]) => contrastOf(edge, ground));
}

/** Of two colours as a browser computes them, `rgb(1, 2, 3)`. */
function contrastOf(one: string, other: string): number {
  const part = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((each) =>
      part(Number(each) / 255),
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

/** All texts of the one SVG of a page. */
export async function measureTexts(page: Page): Promise<MeasuredText[]> {
  const texts = await page.evaluate(() => {
    const rectangles = Array.from(document.querySelectorAll('svg rect'))
      .filter((element) => element.closest('defs') === null)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .reverse();
    const under = new Map<number, typeof rectangles>();
    /** Those that reach over a height. */
    const rectanglesAt = (y: number) => {
      const found = under.get(y) ?? rectangles.filter(({ box }) => y >= box.top && y <= box.bottom);
      under.set(y, found);
      return found;
    };
    /** The colours of the uppermost filled shape under a point; a pattern counts as its ground and its lines. */
    const groundsAt = (x: number, y: number): string[] => {
      for (const { element, box } of rectanglesAt(y)) {
        if (x < box.left || x > box.right) continue;
        const { fill } = getComputedStyle(element);
        const pattern = /url\("?#([^")]+)/.exec(fill)?.[1];
        if (pattern !== undefined)
          return Array.from(document.querySelectorAll(`#${pattern} > *`)).map((each) => {
            const style = getComputedStyle(each);
            return each instanceof SVGRectElement ? style.fill : style.stroke;
          });
        if (fill !== 'none') return [fill];
      }
      return ['rgb(255, 255, 255)'];
    };
    return Array.from(document.querySelectorAll('svg text')).map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const { fill } = getComputedStyle(text);
      const y = (top + bottom) / 2;
      const points = [0.02, 0.25, 0.5, 0.75, 0.98].map((at) => left + (right - left) * at);
      const grounds = points.flatMap((x) => groundsAt(x, y));
      return {
        text: text.textContent ?? '',
        box: { left, right, top, bottom },
        fill,
        grounds,
      };
    });
  });
  return texts.map(({ text, box, fill, grounds }) => {
    return { text, box, contrast: Math.min(...grounds.map((ground) => contrastOf(fill, ground))) };
  });
}

type Box = MeasuredText['box'];

/** Pairs of texts that lie over each other by more than a pixel, in words. */
export function overlapsOf(texts: readonly MeasuredText[]): string[] {
  const found: string[] = [];
  const sorted = texts
    .map(({ text, box }) => ({ text, box: lettersOf(box) }))
    .sort((one, other) => one.box.left - other.box.left);
  sorted.forEach(({ text, box }, index) => {
    for (const other of sorted.slice(index + 1)) {
      if (other.box.left > box.right - 1) break;
      const depth = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (depth > 1) found.push(`"${text}" and "${other.text}"`);
    }
  });
  return found;
}

/** A box without the room above and below its letters, an eighth each; upright text has it left and right. */
function lettersOf({ left, right, top, bottom }: Box): Box {
  const [width, height] = [right - left, bottom - top];
  return width >= height
    ? { left, right, top: top + height / 8, bottom: bottom - height / 8 }
    : { left: left + width / 8, right: right - width / 8, top, bottom };
}
