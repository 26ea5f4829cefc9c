/** The page of `audit --html`, in a browser: it asks the real core, and it stays fluid with very many segments. */
import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Partition } from '../../host/body/partition.ts';
import { compilePartition, loadPartition } from '../../host/compile/compile.ts';
import { MapImage } from '../../host/core/ask.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { createComparisonPage, createPage } from '../../host/report/html.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { launchBrowser, openPage, screenshot, type WatchedPage } from '../support/browser.ts';
import { watchCanvasTexts } from '../support/canvas-texts.ts';
import { temporaryFolder } from '../support/command.ts';
import { compileText } from '../support/compile.ts';
import { manySegments } from '../support/many-segments.ts';
import { randomMap } from '../support/maps.ts';
import { longNames, PICTURED } from '../support/pictured.ts';
import { Random, seedFor } from '../support/random.ts';
import { SHIPPED_MAPS } from '../support/shipped-maps.ts';

let browser: Browser;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = temporaryFolder('page');
});

afterAll(async () => {
  await browser.close();
  folder.remove();
});

/** Asked for nothing but itself, and complained about nothing. */
function expectQuiet({ requests, complaints }: WatchedPage): void {
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
}

/** An answer with its place as text, which both sides can say. */
const comparable = (answer: object & { at: unknown }) => ({ ...answer, at: String(answer.at) });

const SOURCE = `holdfast: 1
map: line
epoch: 7
space: { axes: [ { name: s, unit: mm, min: -5000, max: 95000, origin: -5000 } ] }
phase: { unit: tick, period: 100 }
zones:
  - { id: approach, at: { from: -5000, to: 20000 }, limit: 90 }
  - { id: "cell/1", at: { from: 20000, to: 60000 }, limit: 30, tier: 2 }
  - { id: night-only, at: { from: 60000, to: 90000 }, when: { from: 50, to: 100 } }
gaps:
  - { id: hairline, at: { from: 30000, to: 30002 }, action: skip, cuts: true }
  - { anywhere: true, action: stop }
`;

async function writePage(name: string, source: string): Promise<{ file: string; image: Uint8Array }> {
  const image = await compileText(source, { large: true });
  const file = folder.at(`${name}.html`);
  writeFileSync(file, await createPage(readPartition(image), image));
  return { file, image };
}

test('the verdict in the page is that of the host, at seeded places of seeded maps', async () => {
  const random = new Random(seedFor('page', 20));
  for (let round = 0; round < 6; round++) {
    const shape = {
      segments: random.pick([3, 60, 2000]),
      zones: 40,
      overlaps: random.onceIn(2),
      period: random.pick([1, 90]),
    };
    const map = randomMap(random, shape);
    const { file, image } = await writePage(`random-${round}`, map.source);
    const host = await MapImage.open(image);
    const opened = await openPage(browser, file);
    const borders = map.oracle.zones.flatMap(({ at }) => at.flatMap(({ from, to }) => [from, to]));
    const questions = Array.from({ length: 400 }, (): [number, number] => {
      const place = random.onceIn(2)
        ? random.pick(borders) + random.between(-1, 2)
        : random.between(map.oracle.min - 10, map.oracle.max + 10);
      return [place + map.origin, random.below(shape.period + 1)];
    });
    const answers = await opened.page.evaluate(
      (asked) => asked.map(([x, phase]) => globalThis.holdfast?.ask(x, phase)),
      questions,
    );
    const wanted = questions.map(([x, phase]) => comparable(host.ask({ x: BigInt(x), phase })));
    expect(answers).toEqual(wanted);
    expect(new Set(wanted.map(({ at, ...verdict }) => JSON.stringify(verdict))).size).toBeGreaterThan(1);
    expectQuiet(opened);
    await opened.page.context().close();
  }
});

const seen = (page: Page) => page.evaluate(() => globalThis.holdfast?.view() ?? { from: 0, to: 0, phase: 0 });

/** Waits until what was done is on the canvas. */
const painted = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );

const shown = async (page: Page) =>
  JSON.parse((await page.locator('#state').getAttribute('data-answer')) ?? '');

describe('what a reader does', () => {
  let file: string;
  let host: MapImage;

  beforeAll(async () => {
    const written = await writePage('line', SOURCE);
    file = written.file;
    host = await MapImage.open(written.image);
  });

  test('pointing shows the verdict of the place, in words too', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    const states = new Set<string>();
    for (const x of [140, 250, 400, 560, 700, 880, 920]) {
      await page.mouse.move(x, 300);
      await painted(page);
      const answer = await shown(page);
      expect(answer).toEqual(comparable(host.ask({ x: BigInt(answer.at), phase: 0 })));
      expect(await page.locator('#state').textContent()).toBe(answer.state);
      expect(await page.locator('#answer').textContent()).toContain(answer.zone ?? answer.gap);
      states.add(answer.state);
    }
    expect([...states].sort()).toEqual(['covered', 'gap']);
    expectQuiet(opened);
    await page.context().close();
  });

  test('a gap of the list brings the view and the phase to it', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    const gaps = page.locator('[data-gap]');
    expect(await gaps.count()).toBe(3);
    expect(await page.locator('#tab-gap').textContent()).toBe('3 gaps');
    await page.locator('[data-gap]', { hasText: 'hairline' }).click();
    await painted(page);
    const view = await seen(page);
    // Coordinates of the view are relative to the origin.
    expect(view.from).toBeLessThanOrEqual(35_000);
    expect(view.to).toBeGreaterThanOrEqual(35_002);
    expect(view.to - view.from).toBeLessThan(20);
    expect(await shown(page)).toMatchObject({ at: '30000', state: 'gap', gap: 'hairline', action: 'skip' });
    await page.locator('#phase').fill('70');
    await page.locator('[data-gap="1"]').click();
    await painted(page);
    const back = await seen(page);
    expect(back.phase).toBe(0);
    expect(await shown(page)).toMatchObject({ state: 'gap', gap: 'anywhere', phase: 0 });
    expectQuiet(opened);
    await page.context().close();
  });

  test('wheel, keys, drag, buttons, slider and the field for a place', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    const whole = await seen(page);
    expect(whole).toEqual({ from: 0, to: 100_000, phase: 0 });
    await page.mouse.move(500, 300);
    await painted(page);
    const under = (await shown(page)).at;
    await page.mouse.wheel(0, -600);
    await painted(page);
    const near = await seen(page);
    expect(near.to - near.from).toBeLessThan(50_000);
    expect(Math.abs(Number((await shown(page)).at) - Number(under))).toBeLessThan(200);
    await page.mouse.down();
    await page.mouse.move(400, 300, { steps: 4 });
    await page.mouse.up();
    await painted(page);
    expect((await seen(page)).from).toBeGreaterThan(near.from);
    await page.locator('#map').press('ArrowLeft');
    await page.locator('#map').press('ArrowLeft');
    await painted(page);
    expect((await seen(page)).from).toBeLessThan(near.from);
    await page.locator('#fit').click();
    await page.locator('#map').press(']');
    await painted(page);
    expect(await seen(page)).toEqual({ ...whole, phase: 50 });
    await page.locator('#phase').fill('99');
    await page.locator('#place').fill('75000');
    await page.locator('#place').press('Enter');
    await painted(page);
    expect(await shown(page)).toMatchObject({ at: '75000', phase: 99, zone: 'night-only' });
    expectQuiet(opened);
    await page.context().close();
  });

  test('two fingers zoom', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    const before = await seen(page);
    const touch = await page.context().newCDPSession(page);
    const fingers = (apart: number) => [
      { x: 500 - apart, y: 300, id: 0 },
      { x: 500 + apart, y: 300, id: 1 },
    ];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(30) });
    for (const apart of [60, 90, 120])
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await painted(page);
    const after = await seen(page);
    expect(after.to - after.from).toBeLessThan((before.to - before.from) / 2);
    expectQuiet(opened);
    await page.context().close();
  });

  test('light and dark, as the reader has it', async () => {
    const grounds: number[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      const opened = await openPage(browser, file, { scheme });
      await opened.page.locator('[data-gap="0"]').click();
      await painted(opened.page);
      expect((await screenshot(opened.page, `page-${scheme}`)).length).toBeGreaterThan(10_000);
      const { ground, colours } = await canvasColours(opened.page);
      grounds.push(ground);
      expect(colours).toBeGreaterThan(8);
      expectQuiet(opened);
      await opened.page.context().close();
    }
    expect(grounds[0]).toBeGreaterThan(200);
    expect(grounds[1]).toBeLessThan(60);
  });
});

/** Red of the ground, 0 to 255, and how many colours are on the canvas: more than a few when something is drawn. */
const canvasColours = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas');
    if (canvas === null) return { ground: -1, colours: 0 };
    const { width, height } = canvas;
    // A copy that is there to be read: Chromium complains of a second look at one that is there to be seen.
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy?.drawImage(canvas, 0, 0);
    const image = copy?.getImageData(0, 0, width, height);
    const colours = new Set(new Uint32Array(image?.data.buffer ?? new ArrayBuffer(0))).size;
    return { ground: image?.data[4 * (2 * width + 2)] ?? -1, colours };
  });

describe('lists', () => {
  test('zones and gaps are found by name, with keys alone, and only rows in sight are elements', async () => {
    const file = folder.at('lists.html');
    writeFileSync(file, await createPage(await manySegments(100_000, 2), null));
    const opened = await openPage(browser, file);
    const { page } = opened;
    const rows = () => page.locator('#list li').count();
    await page.locator('#tab-zone').click();
    expect(await page.locator('#list').getAttribute('data-count')).toBe('98969');
    expect(await rows()).toBeLessThan(60);
    await page.locator('#map').press('/');
    await page.keyboard.type('z4711');
    expect(await page.locator('#list').getAttribute('data-count')).toBe('11');
    expect(await rows()).toBe(11);
    await page.keyboard.press('Enter');
    await painted(page);
    expect(await shown(page)).toMatchObject({ zone: 'z4711' });
    await page.keyboard.press('Escape');
    await page.locator('#map').press('n');
    await painted(page);
    expect(await shown(page)).toMatchObject({ zone: 'z47110' });
    await page.locator('#search').fill('no such name');
    expect(await rows()).toBe(0);
    await page.locator('#list').evaluate((list) => list.scrollTo(0, 1_000_000));
    await page.locator('#search').fill('');
    await page.locator('#list').evaluate((list) => list.scrollTo(0, 2_000_000));
    await painted(page);
    expect(await rows()).toBeLessThan(60);
    expectQuiet(opened);
    await page.context().close();
  });

  test('the picture uses the height of the window, and the page has nothing to scroll', async () => {
    const opened = await openPage(browser, (await writePage('height', SOURCE)).file);
    const { page } = opened;
    for (const height of [760, 1200]) {
      await page.setViewportSize({ width: 1280, height });
      await painted(page);
      const [canvas, document] = await page.evaluate(() => [
        globalThis.document.querySelector('canvas')?.getBoundingClientRect().height ?? 0,
        globalThis.document.documentElement.scrollHeight,
      ]);
      expect(document).toBe(height);
      expect(canvas).toBeGreaterThan(height * 0.6);
    }
    await page.context().close();
  });

  test('on paper both editions are there, and the picture keeps its shape', async () => {
    const later = SOURCE.replace('epoch: 7', 'epoch: 8').replace('limit: 90', 'limit: 40');
    const load = (text: string) => loadPartition('m.yaml', memoryReader({ 'm.yaml': text }));
    const file = folder.at('paper-two.html');
    writeFileSync(file, await createComparisonPage(await load(SOURCE), await load(later), null));
    const { page } = await openPage(browser, file);
    const shape = () =>
      page.locator('#map').evaluate((canvas) => {
        const { width, height } = canvas.getBoundingClientRect();
        if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError('no canvas');
        return width / height / (canvas.width / canvas.height);
      });
    expect(await page.locator('.both').getAttribute('open')).toBe(null);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 1050, height: 700 });
    expect(await shape()).toBeCloseTo(1, 1);
    expect(await page.locator('.both img').isVisible()).toBe(true);
    const [picture, verdict] = await Promise.all(
      ['#map', '.verdict'].map((name) => page.locator(name).boundingBox()),
    );
    expect((picture?.y ?? 0) + (picture?.height ?? 0)).toBeLessThanOrEqual(verdict?.y ?? 0);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.both').getAttribute('open')).toBe(null);
    await page.context().close();
  });

  test('on paper the picture is light, and the list is whole', async () => {
    const file = folder.at('paper.html');
    writeFileSync(file, await createPage(await manySegments(300, 2), null));
    const opened = await openPage(browser, file, { scheme: 'dark' });
    const { page } = opened;
    await page.locator('#tab-zone').click();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('#list li').count()).toBe(297);
    expect((await canvasColours(page)).ground).toBe(255);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    await screenshot(page, 'page-paper');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect((await canvasColours(page)).ground).toBeLessThan(60);
    expectQuiet(opened);
    await page.context().close();
  });
});

test.each(['light', 'dark'] as const)(
  'two editions: what changed from what to what, in picture and list: %s',
  async (scheme) => {
    const later = SOURCE.replace('epoch: 7', 'epoch: 8')
      .replace('to: 20000 }, limit: 90', 'to: 20000 }, limit: 40')
      .replace('from: 60000, to: 90000', 'from: 60000, to: 93000');
    const load = (text: string) => loadPartition('m.yaml', memoryReader({ 'm.yaml': text }));
    const file = folder.at(`two-${scheme}.html`);
    writeFileSync(file, await createComparisonPage(await load(SOURCE), await load(later), null));
    const opened = await openPage(browser, file, { scheme });
    const { page } = opened;
    expect(await page.locator('header p').textContent()).toContain(
      'since epoch 7: 2 stretches answered differently',
    );
    expect(await page.locator('#tab-change').textContent()).toBe('2 changes');
    const first = page.locator('[data-change="0"]');
    expect(await first.textContent()).toMatch(
      /limit lowered.*zone approach, limit 90→ zone approach, limit 40/,
    );
    await first.click();
    await painted(page);
    expect(await shown(page)).toMatchObject({ at: '-5000', limit: 40, epoch: 8 });
    expect(await page.locator('#answer').textContent()).toContain('beforezone approach, limit 90');
    await page.locator('#list [data-change="1"]').click();
    await painted(page);
    expect(await shown(page)).toMatchObject({ zone: 'night-only', phase: 50 });
    expect(await page.locator('#answer').textContent()).toContain('beforegap anywhere, stop');
    await page.locator('#fit').click();
    await page.locator('summary').click();
    const size = await page
      .locator('.both img')
      .evaluate((image) => (image as HTMLImageElement).naturalWidth);
    expect(size).toBe(1200);
    await screenshot(page, `page-two-${scheme}`);
    expect(opened.complaints).toEqual([]);
    await page.context().close();
  },
);

declare global {
  var drawn: number;
}

/** Counts what is drawn, since time on a busy machine says little. */
function countDrawing(): void {
  globalThis.drawn = 0;
  for (const name of ['fillRect', 'strokeRect', 'fillText', 'lineTo'] as const) {
    const original = CanvasRenderingContext2D.prototype[name] as (...values: unknown[]) => void;
    Object.assign(CanvasRenderingContext2D.prototype, {
      [name](this: CanvasRenderingContext2D, ...values: unknown[]) {
        globalThis.drawn++;
        return original.apply(this, values);
      },
    });
  }
}

test('100,000 segments in 16 phases: a picture costs by its pixels, not by the segments', async () => {
  const costs: number[] = [];
  for (const segments of [10_000, 100_000]) {
    const file = folder.at(`many-${segments}.html`);
    writeFileSync(file, await createPage(await manySegments(segments, 16), null));
    const opened = await openPage(browser, file, { prepare: countDrawing });
    const { page } = opened;
    await page.evaluate(() => {
      globalThis.drawn = 0;
    });
    await page.locator('#map').press('0');
    await painted(page);
    costs.push(await page.evaluate(() => globalThis.drawn));
    await screenshot(page, `page-${segments}`);
    const first = page.locator('[data-gap]').nth(3);
    await first.click();
    await painted(page);
    expect((await shown(page)).state).toBe('gap');
    const view = await seen(page);
    expect(view.to - view.from).toBeLessThan(1000);
    await screenshot(page, `page-${segments}-near`);
    expectQuiet(opened);
    await page.context().close();
  }
  // 17 strips and an overview of about 800 pixels each; the main one has limits, too.
  for (const cost of costs) expect(cost).toBeLessThan(18 * 800 * 2);
});

interface FirstPicture {
  /** Characters of JSON that were read before, of all. */
  readonly before: number;
  readonly all: number;
  readonly isLoading: boolean;
  /** Pictures until all was there. */
  readonly pictures: number;
}

declare global {
  var firstPicture: () => FirstPicture;
}

/** Notes what was read and drawn before what. A picture begins with its ground, which reaches over the whole canvas. */
function watchLoading(): void {
  let [read, pictures, before] = [0, 0, -1];
  let isLoading = false;
  const { parse } = JSON;
  JSON.parse = (...values: Parameters<typeof parse>) => {
    read += values[0].length;
    return parse(...values);
  };
  const { fillRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillRect = function (...values) {
    if (this.canvas.id === 'map' && values[0] === 0 && values[1] === 0) {
      if (before < 0) {
        before = read;
        isLoading = document.readyState === 'loading';
      }
      pictures++;
    }
    fillRect.apply(this, values);
  };
  globalThis.firstPicture = () => ({ before, all: read, isLoading, pictures });
}

test('the first picture of a large map is there before the rest of the page is read', async () => {
  const partition = await manySegments(100_000, 4);
  const file = folder.at('pieces.html');
  writeFileSync(file, await createPage(partition, null));
  const opened = await openPage(browser, file, { prepare: watchLoading });
  const { page } = opened;
  const { before, all, isLoading, pictures } = await page.evaluate(() => globalThis.firstPicture());
  expect(isLoading).toBe(true);
  expect(before).toBeGreaterThan(1_000_000);
  expect(before / all).toBeLessThan(0.25);
  expect(pictures).toBeGreaterThan(2);
  // Nothing is kept twice, and all of it came: names, further phases, gaps, and the device.
  expect(await page.locator('.piece').count()).toBeGreaterThan(10);
  expect(await page.locator('.piece').allTextContents()).toEqual(
    new Array(await page.locator('.piece').count()).fill(''),
  );
  const { image } = compilePartition(partition, undefined, { large: true });
  const host = await MapImage.open(image);
  for (const [x, phase] of [
    [5, 0],
    [4_000_000, 399],
    [9_000_000, 150],
  ] as const) {
    const answer = await page.evaluate(([at, ticks]) => globalThis.holdfast?.ask(at, ticks), [
      x,
      phase,
    ] as const);
    expect(answer).toEqual(comparable(host.ask({ x: BigInt(x), phase })));
  }
  await page.locator('#phase').fill('399');
  await painted(page);
  await screenshot(page, 'page-pieces');
  expectQuiet(opened);
  await page.context().close();
});

const BRAKING = `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 3000 } ] }
limits: { unit: km/h }
phase: { unit: s, period: 24 h, scale: 10 }
marks: [ { name: Station of the north, at: 0 }, { name: mp 12, at: 1200 } ]
zones:
  - { id: fast, at: { from: 0, to: 1500 }, limit: 120 }
  - { id: town, at: { from: 1500, to: 3000 }, limit: 50 }
approach: { deceleration: 0.7 m/s2, steps: 6, margin: 20 m, toward: max }
`;

/** Counts texts and dashed lines, which are named places (two lengths of 1 and 3) and braking curves (4 and 2). */
function watchDrawing(): void {
  const texts: string[] = [];
  const dashes: string[] = [];
  Object.assign(globalThis, { texts, dashes });
  const { fillText, stroke } = CanvasRenderingContext2D.prototype;
  Object.assign(CanvasRenderingContext2D.prototype, {
    fillText(this: CanvasRenderingContext2D, ...values: Parameters<typeof fillText>) {
      texts.push(values[0]);
      fillText.apply(this, values);
    },
    stroke(this: CanvasRenderingContext2D, ...path: [Path2D]) {
      dashes.push(this.getLineDash().join(' '));
      stroke.call(this, ...path);
    },
  });
}

declare global {
  var texts: string[];
  var dashes: string[];
}

test.each(['light', 'dark'] as const)(
  'named places, braking curve and units are drawn: %s',
  async (scheme) => {
    const reader = memoryReader({ 'm.map.yaml': BRAKING });
    const file = folder.at(`braking-${scheme}.html`);
    writeFileSync(file, await createPage(await loadPartition('m.map.yaml', reader), null));
    const opened = await openPage(browser, file, { scheme, prepare: watchDrawing });
    const { page } = opened;
    const drawn = await page.evaluate(() => ({ texts: globalThis.texts, dashes: globalThis.dashes }));
    expect(drawn.texts).toEqual(
      expect.arrayContaining([
        'Station of the north',
        'mp 12',
        'limit 120 km/h',
        '50 km/h',
        'phase [0, 24) h',
        '0 km/h',
        '108',
        'limit 73 km/h',
      ]),
    );
    expect(drawn.dashes).toEqual(expect.arrayContaining(['1 3', '4 2']));
    await page.locator('#place').fill('1.25 km');
    await page.locator('#place').press('Enter');
    await painted(page);
    const words = await page.locator('#answer').textContent();
    expect(words).toContain('near50 m after mp 12');
    expect(words).toContain('end of the axis ahead1.75 km');
    await page.locator('#place').fill('station of the North');
    await page.locator('#place').press('Enter');
    await painted(page);
    expect(await page.locator('#answer').textContent()).toContain('nearat Station of the north');
    await page.locator('#place').fill('1.25 mph');
    await page.locator('#place').press('Enter');
    const reason = await page
      .locator('#place')
      .evaluate((input) => (input instanceof HTMLInputElement ? input.validationMessage : ''));
    expect(reason).toMatch(/mph, but it is measured/);
    await screenshot(page, `page-braking-${scheme}`);
    expectQuiet(opened);
    await page.context().close();
  },
);

/** Opens the page of a map, with all that is written on its canvas. */
async function openWatched(name: string, partition: Partition, viewport = { width: 1280, height: 800 }) {
  const file = folder.at(`${name}.html`);
  writeFileSync(file, await createPage(partition, null));
  const opened = await openPage(browser, file, { prepare: watchCanvasTexts, viewport });
  await painted(opened.page);
  const written = () => opened.page.evaluate(() => globalThis.canvasTexts.map(({ text }) => text));
  return { ...opened, written };
}

test('the legend is of the whole map, and stands still while a reader zooms and plays through phases', async () => {
  const { page, written } = await openWatched('legend', await manySegments(300, 16));
  const legend = async () => (await written()).filter((text) => /^(limit \d+ to \d+|gap: \w+)$/.test(text));
  const first = await legend();
  expect(first).toHaveLength(9 + 5);
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', ']', ']']) {
    await page.locator('#map').press(key);
    await painted(page);
    expect(await legend()).toEqual(first);
  }
  await page.context().close();
});

test('the legend has the lines that the picture has, and no others', async () => {
  const [braking, plain] = await Promise.all(
    [BRAKING, SOURCE].map((text) => loadPartition('m.yaml', memoryReader({ 'm.yaml': text }))),
  );
  for (const [partition, has] of [
    [braking, true],
    [plain, false],
  ] as const) {
    if (partition === undefined) throw new Error('the map is not there');
    const { page, written } = await openWatched('lines', partition);
    for (const words of ['how the machine brakes', 'named place'])
      expect((await written()).includes(words), words).toBe(has);
    await page.context().close();
  }
});

test('names: upright where lanes have no room, a gap too narrow to draw too, and how many are left out is said', async () => {
  const named = async (partition: Partition, viewport?: { width: number; height: number }) => {
    const { page, written } = await openWatched('names', partition, viewport);
    const [texts, left] = [await written(), await page.locator('#unnamed').textContent()];
    return { page, texts, left };
  };
  const many = await named(await manySegments(50, 1), { width: 1280, height: 1200 });
  for (let zone = 5; zone < 50; zone++)
    if (zone !== 13)
      expect(
        many.texts.some((text) => text.startsWith(`z${zone}`)),
        `z${zone}`,
      ).toBe(true);
  expect(many.left).toBe('');
  const crowded = await named(await longNames(200));
  const shown = crowded.texts.filter((text) => text.startsWith('a-zone')).length;
  expect(shown).toBeGreaterThan(5);
  expect(crowded.left).toBe(`${200 - shown} names have no room here: zoom in, or search the list.`);
  for (let zoomed = 0; zoomed < 14; zoomed++) await crowded.page.locator('#map').press('ArrowUp');
  await painted(crowded.page);
  expect(await crowded.page.locator('#unnamed').textContent()).toBe('');
  const narrow = await named(await manySegments(4096, 1));
  expect(narrow.left).toMatch(/^\d+ cells are too narrow to draw: zoom in, or search the list\.$/);
  const [terminal = ''] = SHIPPED_MAPS.filter((path) => path.endsWith('access-terminal.map.yaml'));
  expect((await named(await loadPartition(terminal))).texts).toContain('service: hold');
  for (const { page } of [many, crowded, narrow]) await page.context().close();
});

test('stations come before mileposts', async () => {
  const stations = PICTURED.find(({ name }) => name === 'stations and braking');
  if (stations === undefined) throw new Error('the map is not there');
  const { page, written } = await openWatched('stations', await stations.partition());
  const texts = await written();
  const count = texts.filter((text) => text.startsWith('Station of')).length;
  expect(count).toBeGreaterThan(7);
  const left = 12 - count;
  const said = left === 0 ? '' : `${left} ${left === 1 ? 'name has' : 'names have'} no room here`;
  expect(await page.locator('#unnamed').textContent()).toContain(said);
  await page.context().close();
});

test('on a telephone most of the width is the map’s, and what comes next is in the verdict', async () => {
  const [rail = ''] = SHIPPED_MAPS.filter((path) => path.endsWith('rail.map.yaml'));
  const { page } = await openWatched('telephone', await loadPartition(rail), { width: 360, height: 760 });
  await page.locator('#place').fill('5.05 km');
  await page.locator('#place').press('Enter');
  await painted(page);
  expect(await page.locator('#answer').textContent()).toContain('nextin 50 m: limits-2, limit 110 km/h');
  const box = await page.locator('#map').boundingBox();
  const at = async (x: number) => {
    await page.mouse.move((box?.x ?? 0) + x, (box?.y ?? 0) + 100);
    await painted(page);
    return Number((await shown(page)).at);
  };
  const [left, right] = [await at(100), await at(300)];
  // 200 pixels are most of the axis.
  expect((right - left) / 31_240_700).toBeGreaterThan(0.7);
  await page.context().close();
});

test('a source without an image is compiled for its page, and nothing in it leaves its place', async () => {
  const partition = await loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': SOURCE }));
  const named = { ...partition, axis: { ...partition.axis, name: '</script><b>' } };
  const file = folder.at('hostile.html');
  writeFileSync(file, await createPage(named, null));
  const opened = await openPage(browser, file);
  expect(await opened.page.locator('b').count()).toBe(0);
  expect(await opened.page.evaluate(() => globalThis.holdfast?.ask(0, 0)?.zone)).toBe('approach');
  expectQuiet(opened);
  await opened.page.context().close();
});
