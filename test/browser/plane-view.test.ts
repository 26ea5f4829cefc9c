/** The live view of a plane: where the machine is on it, what its device answers there, and that it is followed. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMap } from '../../host/image/read-partition.ts';
import { Follower } from '../../host/view/follower.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';
import { watchCanvasTexts } from '../support/canvas-texts.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { overlapsOf } from '../support/drawing-geometry.ts';
import { Programs } from '../support/programs.ts';

const DEPOT = new URL('../../firmware-maps/depot/depot.map.yaml', import.meta.url).pathname;
const folder = temporaryFolder('plane-view');
const programs = new Programs(folder.path);
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
  expect(await holdfast(['compile', DEPOT, '-o', folder.at('depot.img')])).toMatchObject({ code: 0 });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await programs.endAll();
  folder.remove();
});

/** A controller on a port of its own, and the address of a view of it. */
async function followed(name: string, ...more: readonly string[]): Promise<string> {
  const argv = [
    '--image',
    'depot.img',
    '--development',
    '--state',
    `${name}.state`,
    '--link',
    name,
    '--json',
  ];
  await programs.started(['controller', ...argv, '--say-place', ...more]);
  return JSON.parse(await programs.started(['view', '--port', name, '--json'])).url;
}

const liveWords = (page: Page) => page.locator('#live-state').textContent();
const asked = async (page: Page) =>
  JSON.parse((await page.locator('#state').getAttribute('data-answer')) ?? '{}');
const says = (page: Page, words: string) =>
  page.waitForFunction((wanted) => document.getElementById('live-state')?.textContent === wanted, words);

describe('a vehicle that stands in an aisle', () => {
  const WORDS = 'x 32 m, y 20.5 m: covered aisle-2, limit 1000 mm/s';
  let url: string;

  beforeAll(async () => {
    url = await followed('stands', '--at', '32 m, 20500');
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'is shown where it is, with the verdict of its device, in %s',
    async (colorScheme) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme });
      await page.addInitScript(watchCanvasTexts);
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      await says(page, WORDS);
      expect(await page.locator('#live-state').getAttribute('data-state')).toBe('covered');
      await expect.poll(() => page.title()).toBe('live: depot-floor, epoch 1');
      await expect.poll(async () => (await asked(page)).at).toEqual(['32000', '20500']);
      expect(await asked(page)).toMatchObject({ zone: 'aisle-2', limit: 1000 });
      await expect
        .poll(async () => (await page.evaluate(() => globalThis.canvasTexts)).map(({ text }) => text))
        .toContain('x 32 m, y 20.5 m');
      const drawn = await page.evaluate(() => globalThis.canvasTexts);
      expect(overlapsOf(drawn)).toEqual([]);
      expect(drawn.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
      await screenshot(page, `plane-view-${colorScheme}`);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test('is left for the place that a reader points at, until the pointer leaves', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(url);
    await says(page, WORDS);
    const canvas = await page.locator('#map').boundingBox();
    await page.mouse.move((canvas?.x ?? 0) + (canvas?.width ?? 0) * 0.6, (canvas?.y ?? 0) + 150);
    await expect.poll(async () => (await asked(page)).at).not.toEqual(['32000', '20500']);
    const pointed = (await asked(page)).at;
    for (let looks = 0; looks < 2; looks++)
      await page.waitForResponse((response) => response.url().endsWith('/state'));
    expect((await asked(page)).at).toEqual(pointed);
    await page.mouse.move(1200, 20);
    await expect.poll(async () => (await asked(page)).at).toEqual(['32000', '20500']);
    await page.context().close();
  });
});

test('a vehicle that drives is followed, in the verdict of its device too', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(await followed('drives', '--speed', '20000'));
  const places = new Set<string>();
  await expect
    .poll(
      async () => {
        places.add((await liveWords(page)) ?? '');
        return [...places].filter((words) => /^x .* k?m+, y .* k?m+: (covered|gap) /.test(words)).length;
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(3);
  await page.context().close();
}, 60_000);

test('who looks nearer goes on seeing a vehicle that leaves the picture; who looks elsewhere is left there, and in his phase', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  const url = await followed('told', '--at', '40 m, 25 m');
  // What the device says of its machine is changed on the way.
  let machine = { x: 40_000, y: 25_000, phase: 0, words: 'here' };
  await page.route(`${url}state`, async (route) => {
    const state = await (await route.fetch()).json();
    await route.fulfill({ json: { ...state, machine } });
  });
  await page.goto(url);
  const at = async () => (await asked(page)).at;
  const seen = () => page.evaluate(() => globalThis.holdfastPlane?.view());
  await expect.poll(at).toEqual(['40000', '25000']);
  for (let times = 0; times < 5; times++) await page.locator('#map').press('+');
  for (let metres = 45; metres < 75; metres += 5) {
    machine = { ...machine, x: metres * 1000, phase: metres % 60 };
    await expect.poll(at).toEqual([String(machine.x), '25000']);
    const { west = 0, east = 0, phase } = (await seen()) ?? {};
    expect([west < machine.x, machine.x < east, phase]).toEqual([true, true, machine.phase]);
  }
  for (let times = 0; times < 12; times++) await page.locator('#map').press('ArrowLeft');
  await page.locator('#map').press(']');
  const left = await expect
    .poll(async () => (await seen())?.phase)
    .toBe(40)
    .then(seen);
  machine = { ...machine, x: 72_000, phase: 50 };
  await expect.poll(at).toEqual(['72000', '25000']);
  expect(await seen()).toEqual(left);
  await page.context().close();
}, 60_000);

test('a device that says x alone of its machine is asked nothing', async () => {
  const image = new Uint8Array(await readFile(folder.at('depot.img')));
  const told = { status: { hash: 'a', epoch: 1, mode: 'run', reason: 0 }, rows: [] } as const;
  const follower = new Follower({
    device: { check: () => Promise.reject(new Error('asked')) },
    tell: async () => told,
    read: async () => ({ map: readMap(image), page: '' }),
  });
  follower.said({ x: 5, y: null, phase: 0 });
  await follower.look();
  expect(follower.state).toMatchObject({
    machine: null,
    words: 'run; the device says only x of its machine, and its map is a plane',
  });
});

test('a place on a plane has two coordinates', async () => {
  const argv = [
    'controller',
    '--image',
    folder.at('depot.img'),
    '--development',
    '--state',
    folder.at('none'),
  ];
  const ran = await holdfast([...argv, '--at', '5']);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('a plane is asked at x and y') });
});
