/** The page of a plane, in a browser: it asks the real core, draws what the lookup says, and goes to what its lists name. */
import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanePartition } from '../../host/body/plane-partition.ts';
import { compilePartition, loadMap } from '../../host/compile/compile.ts';
import { PlaneImage } from '../../host/core/ask-plane.ts';
import { createPlaneComparisonPage, createPlanePage } from '../../host/report/plane-html.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { drawPlaneComparison } from '../../host/svg/plane-comparison.ts';
import { drawPlane } from '../../host/svg/plane-drawing.ts';
import { launchBrowser, openPage, screenshot, type WatchedPage } from '../support/browser.ts';
import { watchCanvasTexts } from '../support/canvas-texts.ts';
import { temporaryFolder } from '../support/command.ts';
import { measureTexts, overlapsOf } from '../support/drawing-geometry.ts';
import { planeModel, resolved } from '../support/plane-models.ts';
import { awkwardPlane, benchPlane, placeOf } from '../support/plane-questions.ts';
import { Random, seedFor } from '../support/random.ts';

let browser: Browser;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = temporaryFolder('plane-page');
});
afterAll(async () => {
  await browser.close();
  folder.remove();
});

const YARD = (epoch: number, limit: number, more = '') => `holdfast: 1
map: yard
epoch: ${epoch}
space: { axes: [ { name: x, unit: mm, min: -50 m, max: 50 m, origin: 1 m }, { name: y, unit: mm, min: 0, max: 60 m } ] }
phase: { unit: s, period: 60 }
limits: { unit: mm/s }
overlaps: by-tier
zones:
  - { id: yard, limit: 2000, at: { polygon: [[-48 m, 1 m], [48 m, 1 m], [48 m, 40 m], [0, 59 m], [-48 m, 40 m]] } }
  - { id: dock, tier: 1, limit: ${limit}, at: { box: { from: [-40 m, 10 m], to: [-20 m, 30 m] } } }
  - { id: gate, tier: 2, limit: 300, at: { circle: { at: [20 m, 20 m], radius: 8 m } }, when: { from: 30, to: 60 } }
gaps:
  - { id: pin, at: { box: { from: [10 m, 30 m], to: [10001, 30001] } }, action: hold, cuts: true }
${more}  - { anywhere: true, action: stop }
`;
const PILLAR =
  '  - { id: pillar, at: { box: { from: [0, 10 m], to: [3 m, 13 m] } }, action: skip, cuts: true }\n';

async function load(source: string): Promise<PlanePartition> {
  const map = await loadMap('m.map.yaml', memoryReader({ 'm.map.yaml': source }));
  if (!isPlane(map)) throw new Error('no plane');
  return map;
}

function written(name: string, page: string): string {
  const file = folder.at(`${name}.html`);
  writeFileSync(file, page);
  return file;
}

/** Asked for nothing but itself, and complained about nothing. */
function expectQuiet({ requests, complaints }: WatchedPage): void {
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
}

/** Waits until what was done is on the canvas. */
const painted = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );

const seen = (page: Page) =>
  page.evaluate(() => globalThis.holdfastPlane?.view() ?? { west: 0, east: 0, south: 0, north: 0, phase: 0 });

const shown = async (page: Page) =>
  JSON.parse((await page.locator('#state').getAttribute('data-answer')) ?? '');

/** Pixels of the window of a place of the yard, in steps. */
async function pixelOf(page: Page, x: number, y: number): Promise<[number, number]> {
  const canvas = await page.locator('#map').boundingBox();
  const { west, east, north } = await seen(page);
  const scale = ((canvas?.width ?? 0) - 74 - 14) / (east - west);
  return [(canvas?.x ?? 0) + 74 + (x + 50_000 - west) * scale, (canvas?.y ?? 0) + 34 + (north - y) * scale];
}

test('the verdict in the page is that of the host, at seeded places of seeded planes', async () => {
  const random = new Random(seedFor('plane page', 62));
  const states = new Set<string>();
  for (let round = 0; round < 5; round++) {
    const asked = awkwardPlane(random, random.pick([40, 5000, 2 ** 28]), 4);
    const partition = resolved(planeModel(asked.plane, asked.box));
    const { image } = compilePartition(partition, undefined, { large: true });
    const host = await PlaneImage.open(image);
    const opened = await openPage(
      browser,
      written(`random-${round}`, await createPlanePage(partition, image)),
    );
    const questions = Array.from({ length: 300 }, (): [number, number, number] => [
      ...placeOf(random, asked, partition),
      random.below(asked.box.period + 1),
    ]);
    const answers = await opened.page.evaluate(
      (all) => all.map(([x, y, phase]) => globalThis.holdfastPlane?.ask(x, y, phase)),
      questions,
    );
    const wanted = questions.map(([x, y, phase]) => {
      const { at, ...verdict } = host.ask({ x: BigInt(x), y: BigInt(y), phase });
      states.add(verdict.state);
      return { ...verdict, at: at.map(String) };
    });
    expect(answers).toEqual(wanted);
    expectQuiet(opened);
    await opened.page.context().close();
  }
  expect([...states].sort()).toEqual(['covered', 'gap', 'outside']);
});

describe('what a reader does', () => {
  let file: string;

  beforeAll(async () => {
    file = written('yard', await createPlanePage(await load(YARD(1, 800)), null));
  });

  test('pointing shows the verdict of the place', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    const names = new Set<string>();
    for (const [x, y] of [
      [0, 25_000],
      [-30_000, 20_000],
      [-45_000, 55_000],
      [30_000, 30_000],
    ] as const) {
      await page.mouse.move(...(await pixelOf(page, x, y)));
      await painted(page);
      const answer = await shown(page);
      const [atX, atY] = answer.at as [string, string];
      const asked = await page.evaluate(
        ([px, py]) => globalThis.holdfastPlane?.ask(px ?? '', py ?? '', 0),
        [atX, atY],
      );
      expect(answer).toEqual(asked);
      expect(await page.locator('#answer').textContent()).toContain(answer.zone ?? answer.gap);
      names.add(answer.zone ?? answer.gap);
    }
    expect(names.size).toBeGreaterThan(1);
    expectQuiet(opened);
    await page.context().close();
  });

  test('a gap of one step is found by search, jumped to, and answers there', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    await page.locator('#tab-gap').click();
    await page.locator('#search').fill('pin');
    expect(await page.locator('#list').getAttribute('data-count')).toBe('1');
    await page.locator('#search').press('Enter');
    await painted(page);
    const view = await seen(page);
    expect(view.east - view.west).toBeLessThan(100);
    expect(await shown(page)).toMatchObject({
      at: ['10000', '30000'],
      state: 'gap',
      gap: 'pin',
      action: 'hold',
    });
    await screenshot(page, 'plane-pin');
    // Back to all of it, and to a zone that is there in other phases only.
    await page.locator('#map').press('0');
    await page.locator('#search').fill('');
    await page.locator('#tab-zone').click();
    await page.locator('[data-zone]', { hasText: 'gate' }).click();
    await painted(page);
    expect(await seen(page)).toMatchObject({ phase: 30 });
    expect(await shown(page)).toMatchObject({ zone: 'gate', limit: 300 });
    await page.locator('#tab-overlap').click();
    expect(await page.locator('[data-overlap]').count()).toBe(2);
    expect(await page.locator('[data-overlap]').first().textContent()).toContain('over yard · nested');
    await page.locator('[data-overlap]', { hasText: 'dock' }).click();
    await painted(page);
    expect(await shown(page)).toMatchObject({ zone: 'dock' });
    expectQuiet(opened);
    await page.context().close();
  });

  test('wheel, drag, keys, slider, and the field for a place', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    const whole = await seen(page);
    expect(whole.west).toBeLessThanOrEqual(0);
    expect(whole.east).toBeGreaterThanOrEqual(100_000);
    const [px, py] = await pixelOf(page, 0, 30_000);
    await page.mouse.move(px, py);
    await painted(page);
    const under = (await shown(page)).at;
    await page.mouse.wheel(0, -600);
    await painted(page);
    const near = await seen(page);
    expect(near.east - near.west).toBeLessThan((whole.east - whole.west) / 2);
    expect(Math.abs(Number((await shown(page)).at[0]) - Number(under[0]))).toBeLessThan(300);
    await page.mouse.down();
    await page.mouse.move(px - 50, py - 30, { steps: 4 });
    await page.mouse.up();
    await painted(page);
    const dragged = await seen(page);
    expect(dragged.west).toBeGreaterThan(near.west);
    expect(dragged.south).toBeLessThan(near.south);
    await page.locator('#map').press('ArrowUp');
    await painted(page);
    expect((await seen(page)).north).toBeGreaterThan(dragged.north);
    const before = (await shown(page)).at;
    await page.locator('#map').press('Shift+ArrowRight');
    await painted(page);
    expect(Number((await shown(page)).at[0])).toBeGreaterThan(Number(before[0]));
    await page.locator('#map').press(']');
    await painted(page);
    expect((await seen(page)).phase).toBe(30);
    await page.locator('#place').fill('-30 m, 20 m');
    await page.locator('#place').press('Enter');
    await painted(page);
    expect(await shown(page)).toMatchObject({ at: ['-30000', '20000'], phase: 30, zone: 'dock' });
    await page.locator('#place').fill('12');
    await page.locator('#place').press('Enter');
    expect(
      await page.locator('#place').evaluate((field: HTMLInputElement) => field.validationMessage),
    ).toContain('both coordinates');
    expectQuiet(opened);
    await page.context().close();
  });

  test('the lookup is laid over the picture', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    await painted(page);
    const drawn = () => page.locator('#map').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const plain = await drawn();
    await page.locator('#lookup').check();
    await painted(page);
    expect(await drawn()).not.toBe(plain);
    await screenshot(page, 'plane-lookup');
    await page.locator('#map').press('l');
    await painted(page);
    expect(await drawn()).toBe(plain);
    expectQuiet(opened);
    await page.context().close();
  });

  test('on paper it is light, with its list', async () => {
    const opened = await openPage(browser, file, { scheme: 'dark', prepare: watchCanvasTexts });
    const { page } = opened;
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await painted(page);
    const corner = () =>
      page.locator('#map').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(2, 2, 1, 1) ?? { data: [] };
        return Array.from(data);
      });
    expect(await corner()).toEqual([255, 255, 255, 255]);
    expect(await page.locator('#list li').count()).toBeGreaterThan(1);
    await screenshot(page, 'plane-print');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await painted(page);
    expect(await corner()).not.toEqual([255, 255, 255, 255]);
    expectQuiet(opened);
    await page.context().close();
  });
});

describe('a move that a reader draws', () => {
  const MOVES = 'moves: { longest: 100 m, cells: 400 }\nzones:';
  let file: string;
  let image: Uint8Array;

  beforeAll(async () => {
    const plane = await load(YARD(1, 800).replace('zones:', MOVES));
    image = compilePartition(plane, undefined, { large: true }).image;
    file = written('moves', await createPlanePage(plane, image));
  });

  const moveOf = (page: Page) => page.evaluate(() => globalThis.holdfastPlane?.move() ?? null);

  test('two clicks draw it, and what it says is what the host says, at seeded places', async () => {
    const host = await PlaneImage.open(image);
    const random = new Random(seedFor('plane page moves', 69));
    const opened = await openPage(browser, file);
    const { page } = opened;
    const ends = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const places = [0, 1].map(() => [random.below(99_000) - 49_500, random.below(59_000) + 500] as const);
      for (const [x, y] of places) {
        await page.mouse.move(...(await pixelOf(page, x, y)));
        await page.mouse.down();
        await page.mouse.up();
      }
      await painted(page);
      const move = await moveOf(page);
      if (move === null) throw new Error('two clicks draw a move');
      const source = ([x, y]: readonly [number, number]) => ({ x: BigInt(x - 50_000), y: BigInt(y) });
      const answer = host.sweep({ ...source(move.from), phase: 0 }, source(move.to));
      const { end, safe, tier, limit, lower, stop } = answer;
      expect({ ...move, lower: move.lower?.after ?? null }).toMatchObject({
        ...{ end, safe, tier, limit, stop },
        lower: lower?.after ?? null,
      });
      expect(await page.locator('#answer').textContent()).toContain(host.moveWords(answer));
      ends.add(end);
    }
    expect([...ends].sort()).toEqual(['at-start', 'uncovered', 'whole']);
    await screenshot(page, 'plane-move');
    expectQuiet(opened);
    await page.context().close();
  });

  test('a drag begins none, the pointer leads its end, keys draw it and drop it', async () => {
    const opened = await openPage(browser, file);
    const { page } = opened;
    await page.mouse.move(...(await pixelOf(page, 0, 20_000)));
    await page.mouse.down();
    await page.mouse.move(...(await pixelOf(page, 9000, 24_000)), { steps: 4 });
    await page.mouse.up();
    expect(await moveOf(page)).toBe(null);
    await page.locator('#place').fill('-30 m, 12 m');
    await page.locator('#place').press('Enter');
    const height = async () => (await page.locator('#map').boundingBox())?.height;
    const before = await height();
    await page.locator('#map').press('m');
    await page.mouse.move(...(await pixelOf(page, 0, 20_000)));
    await painted(page);
    const led = await moveOf(page);
    expect(led).toMatchObject({ from: [20_000, 12_000], end: 'whole' });
    expect(await height()).toBe(before);
    expect(Math.abs((led?.to[0] ?? 0) - 50_000)).toBeLessThan(300);
    for (let times = 0; times < 3; times++) await page.locator('#map').press('Shift+ArrowUp');
    await page.locator('#map').press('m');
    await page.mouse.move(...(await pixelOf(page, 30_000, 20_000)));
    await painted(page);
    const drawn = await moveOf(page);
    expect(drawn?.from).toEqual([20_000, 12_000]);
    expect(drawn?.to[0]).toBe(led?.to[0]);
    expect(drawn?.to[1]).toBeGreaterThan(led?.to[1] ?? 0);
    expect(await page.locator('#answer').textContent()).toMatch(
      /the whole move is safe: .* along x, lowest limit 800 mm\/s/,
    );
    await page.locator('#map').press('Escape');
    await painted(page);
    expect(await moveOf(page)).toBe(null);
    expect(await page.locator('#answer').textContent()).toContain('two clicks draw one');
    expectQuiet(opened);
    await page.context().close();
  });

  test('a map that follows no moves says so', async () => {
    const opened = await openPage(
      browser,
      written('no-moves', await createPlanePage(await load(YARD(1, 800)), null)),
    );
    const { page } = opened;
    await page.locator('#map').press('m');
    await page.locator('#map').press('Shift+ArrowUp');
    await page.locator('#map').press('m');
    await painted(page);
    expect(await page.locator('#answer').textContent()).toContain('the map follows no moves');
    expectQuiet(opened);
    await page.context().close();
  });
});

describe('two editions', () => {
  test('changes are listed, drawn, and the verdict says what was before', async () => {
    const [before, after] = [await load(YARD(1, 800)), await load(YARD(2, 500, PILLAR))];
    const file = written('two', await createPlaneComparisonPage(before, after, null));
    const opened = await openPage(browser, file);
    const { page } = opened;
    expect(await page.locator('#tab-change').textContent()).toBe('4 changes');
    await page.locator('[data-change]', { hasText: 'newly a gap' }).click();
    await painted(page);
    expect(await shown(page)).toMatchObject({ state: 'gap', gap: 'pillar' });
    expect(await page.locator('#answer').textContent()).toContain('zone yard, limit 2000 mm/s');
    await screenshot(page, 'plane-two');
    await page.locator('#place').fill('-30 m, 20 m');
    await page.locator('#place').press('Enter');
    await painted(page);
    expect(await page.locator('#answer').textContent()).toContain('zone dock, tier 1, limit 800 mm/s');
    await page.locator('#place').fill('-45 m, 20 m');
    await page.locator('#place').press('Enter');
    await painted(page);
    expect(await page.locator('#answer').textContent()).not.toContain('before');
    expectQuiet(opened);
    await page.context().close();
  });
});

const LOOKS = [
  { scheme: 'light', width: 1280, height: 800 },
  { scheme: 'dark', width: 1280, height: 800 },
  { scheme: 'light', width: 360, height: 760 },
] as const;

describe.each([
  { name: 'depot', page: async () => createPlanePage(await shipped('depot/depot'), null) },
  {
    name: 'two towns',
    page: async () =>
      createPlaneComparisonPage(
        await shipped('drone-zones/drone-zones'),
        await shipped('drone-zones/drone-zones.next'),
        null,
      ),
  },
  {
    name: 'two yards',
    page: async () =>
      createPlaneComparisonPage(await load(YARD(1, 800)), await load(YARD(2, 500, PILLAR)), null),
  },
])('texts of $name', ({ name, page }) => {
  test('none lies over another one, all are in sight and readable', async () => {
    const file = written(name.replace(' ', '-'), await page());
    for (const { scheme, width, height } of LOOKS) {
      const opened = await openPage(browser, file, {
        scheme,
        prepare: watchCanvasTexts,
        viewport: { width, height },
      });
      await painted(opened.page);
      const drawn = await opened.page.evaluate(() => globalThis.canvasTexts);
      const canvas = await opened.page.locator('#map').boundingBox();
      expect(drawn.length).toBeGreaterThan(8);
      expect(overlapsOf(drawn)).toEqual([]);
      expect(drawn.filter(({ box }) => box.left < -1 || box.right > (canvas?.width ?? 0) + 1)).toEqual([]);
      expect(drawn.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      if (width > 1000) {
        // What is too narrow for its name has it beside itself.
        expect(await opened.page.locator('#unnamed').textContent()).toBe('');
        expect(await cutLines(opened.page)).toEqual([]);
      }
      await screenshot(opened.page, `plane-${name.replace(' ', '-')}-${scheme}-${width}`);
      expect(opened.complaints).toEqual([]);
      await opened.page.context().close();
    }
  });
});

/** Lines of the lists that end in dots, but for long lists of phases. */
async function cutLines(page: Page): Promise<string[]> {
  const cut: string[] = [];
  for (const tab of await page.locator('.tabs button:visible').all()) {
    await tab.click();
    cut.push(
      ...(await page
        .locator('#list span')
        .evaluateAll((lines) =>
          lines.filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.textContent ?? ''),
        )),
    );
  }
  return cut.filter((line) => !line.startsWith('phases '));
}

async function shipped(name: string): Promise<PlanePartition> {
  const map = await loadMap(`firmware-maps/${name}.map.yaml`);
  if (!isPlane(map)) throw new Error('no plane');
  return map;
}

test('drawings of planes have room for every text, alone and of two editions', async () => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const [one, other] = [await load(YARD(1, 800)), await load(YARD(2, 500, PILLAR))];
  for (const svg of [
    drawPlane(await shipped('depot/depot')),
    drawPlane(one),
    drawPlaneComparison(one, other),
  ]) {
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
    const texts = await measureTexts(page);
    expect(texts.length).toBeGreaterThan(5);
    expect(overlapsOf(texts)).toEqual([]);
    expect(texts.filter(({ box }) => box.left < 0 || box.right > 1200)).toEqual([]);
  }
  await page.context().close();
});

test('a change that is smaller than its number in a drawing has it beside itself', async () => {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const [one, other] = [
    await shipped('drone-zones/drone-zones'),
    await shipped('drone-zones/drone-zones.next'),
  ];
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawPlaneComparison(one, other)}`);
  const [changed, number] = await Promise.all([
    page.locator('path:has(title)').first().boundingBox(),
    page.locator('rect.plate').first().boundingBox(),
  ]);
  if (changed === null || number === null) throw new Error('a change and its number are drawn');
  expect(changed.width).toBeLessThan(2 * number.width);
  const isApart = number.x >= changed.x + changed.width || number.x + number.width <= changed.x;
  expect(isApart).toBe(true);
  expect(Math.abs(number.x - changed.x)).toBeLessThan(40);
  expect(await page.locator('text.band').textContent()).toBe('all phases');
  await page.context().close();
});

test('ten thousand vertices are drawn from the least to the largest view, without a name over another', async () => {
  const random = new Random(seedFor('plane page large', 63));
  const { plane, box } = benchPlane(random, 'cells', 1_000_000, 10_000);
  const partition = resolved(planeModel(plane, box));
  const file = written('large', await createPlanePage(partition, null));
  const opened = await openPage(browser, file, { prepare: watchCanvasTexts });
  const { page } = opened;
  const times: number[] = [];
  for (const key of ['+', '+', '+', 'ArrowLeft', '0']) {
    await page.locator('#map').press(key);
    await painted(page);
    const drawn = await page.evaluate(() => globalThis.canvasTexts);
    expect(overlapsOf(drawn)).toEqual([]);
    times.push(await page.evaluate(() => globalThis.holdfastPlane?.paintMs ?? 0));
  }
  const { west, east } = await seen(page);
  expect(east - west).toBeGreaterThan(999_000);
  const [x, y] = (await shown(page)).at as [string, string];
  expect(
    await page.evaluate(([px, py]) => globalThis.holdfastPlane?.ask(px ?? '', py ?? '', 0), [x, y]),
  ).toEqual(await shown(page));
  console.info(`painting takes ${Math.max(...times).toFixed(1)} ms at most, with every text looked at`);
  await screenshot(page, 'plane-large');
  expectQuiet(opened);
  await page.context().close();
});
