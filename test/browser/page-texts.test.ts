/** Texts on the canvas of the page: none over another one, none cut off, all of them readable; wide and narrow, light and dark. */
import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEGEND_BOX } from '../../host/page/legend.ts';
import { createComparisonPage, createPage } from '../../host/report/html.ts';
import { launchBrowser, openPage, screenshot } from '../support/browser.ts';
import { watchCanvasTexts } from '../support/canvas-texts.ts';
import { temporaryFolder } from '../support/command.ts';
import { overlapsOf } from '../support/drawing-geometry.ts';
import { PICTURED } from '../support/pictured.ts';

let browser: Browser;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = temporaryFolder('page-texts');
});
afterAll(async () => {
  await browser.close();
  folder.remove();
});

/** Waits until what was done is on the canvas. */
const painted = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );

const texts = (page: Page) => page.evaluate(() => globalThis.canvasTexts);

const LOOKS = [
  { scheme: 'light', width: 1280, height: 800 },
  { scheme: 'dark', width: 1280, height: 800 },
  { scheme: 'light', width: 360, height: 760 },
] as const;

describe.each(PICTURED)('$name', ({ name, partition, after }) => {
  test('every text has its place, and is read', async () => {
    const file = folder.at(`${name.replaceAll(/[^a-z0-9]+/g, '-')}.html`);
    const first = await partition();
    const page =
      after === undefined ? createPage(first, null) : createComparisonPage(first, await after(), null);
    writeFileSync(file, await page);
    for (const { scheme, width, height } of LOOKS) {
      const opened = await openPage(browser, file, {
        scheme,
        prepare: watchCanvasTexts,
        viewport: { width, height },
      });
      await painted(opened.page);
      const drawn = await texts(opened.page);
      const canvas = await opened.page.locator('#map').boundingBox();
      expect(drawn.length).toBeGreaterThan(5);
      expect(overlapsOf(drawn)).toEqual([]);
      const beyond = drawn.filter(({ box }) => box.left < -1 || box.right > (canvas?.width ?? 0) + 1);
      expect(beyond).toEqual([]);
      expect(drawn.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      // What the legend shows, and the rows, have an edge: WCAG 2 asks for 3 of what is no text.
      const frames = await opened.page.evaluate(() => globalThis.canvasFrames);
      const boxes = frames.filter(
        (each) => each.width === LEGEND_BOX.width && each.height === LEGEND_BOX.height,
      );
      const widest = Math.max(...frames.map((each) => each.width));
      expect(boxes.length).toBeGreaterThan(0);
      for (const { contrast } of [...boxes, ...frames.filter((each) => each.width === widest)])
        expect(contrast).toBeGreaterThan(3);
      // What a change was and what it became is said whole where the list stands beside the picture.
      const cut = await opened.page
        .locator('#list [data-change] span')
        .evaluateAll((lines) =>
          lines.filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.textContent),
        );
      if (width > 1000) expect(cut).toEqual([]);
      // Nothing on the page is wider than the screen.
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await screenshot(opened.page, `page-${name.replaceAll(/[^a-z0-9]+/g, '-')}-${scheme}-${width}`);
      expect(opened.complaints).toEqual([]);
      await opened.page.context().close();
    }
  });
});
