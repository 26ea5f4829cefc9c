/** Drawings as a browser shows them: no text over another one, all of them inside, and readable in light, dark and on paper. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawComparison, drawMap } from '../../host/svg/drawing.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';
import { measureSwatches, measureTexts, overlapsOf } from '../support/drawing-geometry.ts';
import { PICTURED } from '../support/pictured.ts';

const LOOKS = [
  { name: 'light', colorScheme: 'light', media: 'screen' },
  { name: 'dark', colorScheme: 'dark', media: 'screen' },
  { name: 'print', colorScheme: 'dark', media: 'print' },
] as const;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
});
afterAll(() => browser.close());

describe.each(PICTURED)('$name', ({ name, partition, after }) => {
  test('every text has its place, and is read in any light', async () => {
    const first = await partition();
    const svg = after === undefined ? drawMap(first) : drawComparison(first, await after());
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
    const height = await page.evaluate(
      () => document.querySelector('svg')?.getBoundingClientRect().height ?? 0,
    );
    await page.setViewportSize({ width: 1200, height: Math.ceil(height) });
    for (const { name: look, ...media } of LOOKS) {
      await page.emulateMedia(media);
      const texts = await measureTexts(page);
      expect(texts.length).toBeGreaterThan(5);
      expect(overlapsOf(texts)).toEqual([]);
      const beyond = texts.filter(
        ({ box }) => box.left < 0 || box.right > 1200 || box.top < 0 || box.bottom > height,
      );
      expect(beyond).toEqual([]);
      expect(texts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      // WCAG 2 asks for 3 of what is no text.
      for (const contrast of await measureSwatches(page)) expect(contrast).toBeGreaterThan(3);
      if (process.env.HOLDFAST_SCREENSHOTS !== undefined)
        await screenshot(page, `drawing-${name.replaceAll(/[^a-z0-9]+/g, '-')}-${look}`);
    }
  });
});
