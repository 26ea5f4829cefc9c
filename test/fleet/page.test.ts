/** The page of a plant in a browser: what matters first, live, as text, by keyboard, and fluid with five thousand controllers. */
import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlantPicture, Rank } from '../../fleet/page/data.ts';
import { PlantWeb } from '../../fleet/web/server.ts';
// The support of browsers knows what an audit page holds.
import type {} from '../../host/page/main.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const NOW_MS = Date.parse('2026-11-27T22:00:00Z');
const RANKS: readonly Rank[] = ['alarm', 'open', 'waits', 'well'];

/** A plant of cells of five, of which the first is mixed, one waits for parking, and one needs a person. */
function plantOf(controllers: number): PlantPicture {
  const cells = Array.from({ length: controllers / 5 }, (_, at) => ({
    ...{
      cell: `cell-${at}`,
      site: `hall-${at % 3}`,
      ...{ mixed: at === 0, held: at === 3 },
      remedy: at === 2 ? 'Hold its machines.' : '',
    },
    rank: (at === 0 || at === 2 ? 'alarm' : at === 1 ? 'open' : RANKS[2 + (at % 2)]) ?? 'well',
    words:
      at === 2
        ? `needs a person: ${HOSTILE}`
        : at === 1
          ? 'waiting for its machines to be parked'
          : 'confirmed and read back',
    ...(at === 1
      ? { parkingSinceMs: NOW_MS - 600_000, parkingUntilMs: NOW_MS + 6 * 3_600_000 }
      : { parkingSinceMs: null, parkingUntilMs: null }),
  }));
  return {
    ...{ fleet: 'north-works', nowMs: NOW_MS, server: 'server a:1 leads, epoch 3' },
    ...{
      rollout: 'rollout 2 of state 7, running',
      checks: [
        { site: 'hall-0', dueMs: NOW_MS - 3_600_000, rank: 'alarm', words: `c-10 damaged: ${HOSTILE}` },
      ],
      lag: ['3 orders on their way, the oldest for 12 s'],
      cells,
    },
    gateways: [
      { gateway: 'gw-1', seenMs: NOW_MS - 2000 },
      { gateway: 'gw-2', seenMs: null },
    ],
    incidents: [{ id: 4, atMs: NOW_MS - 90_000, words: HOSTILE, remedy: 'See to it.' }],
    controllers: Array.from({ length: controllers }, (_, at) => ({
      ...{ controller: `c-${at}`, cell: `cell-${Math.floor(at / 5)}`, gateway: `gw-${1 + (at % 2)}` },
      ...{ epoch: at === 7 ? null : 12, trial: at === 1, readMs: at === 7 ? null : NOW_MS - at * 1000 },
      words: at === 10 ? `MAP_DAMAGED: ${HOSTILE}` : '',
      rank: cells[Math.floor(at / 5)]?.rank ?? 'well',
    })),
  };
}

let browser: Browser;
let web: PlantWeb;
let picture = plantOf(40);
let isFailing = false;

beforeAll(async () => {
  browser = await launchBrowser();
  web = await PlantWeb.open({
    ...{ host: '127.0.0.1', port: 0, onTrouble: () => {} },
    metrics: async () => ({ type: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    look: async () => {
      if (isFailing) throw new Error('the database is away');
      return picture;
    },
  });
}, 60_000);
afterAll(async () => {
  await web.close();
  await browser.close();
});

async function open(options: { scheme?: 'light' | 'dark'; width?: number } = {}) {
  const viewport = { width: options.width ?? 1280, height: 860 };
  const context = await browser.newContext({ viewport, colorScheme: options.scheme ?? 'light' });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (each) => asked.push(`${each.method()} ${each.url().replace(web.url, '/')}`));
  await page.goto(web.url);
  await page.waitForFunction(
    () => (document.getElementById('cells') as HTMLTableSectionElement).rows.length > 0,
  );
  return { page, complaints, asked, close: () => context.close() };
}

const texts = (page: Page, selector: string) => page.locator(selector).allTextContents();

test('mixed cells stand on top, then what needs a person; who runs what as read when, what waits since when, and the lag', async () => {
  picture = plantOf(40);
  const { page, complaints, asked, close } = await open();
  expect((await texts(page, '#cells tr:nth-child(1) > *')).slice(0, 3)).toEqual([
    'cell-0',
    '! MIXED',
    'hall-0',
  ]);
  expect(await texts(page, '#cells tr:nth-child(2) > *')).toContain('for 10 min, 6 h left');
  expect((await texts(page, '#controllers tr:nth-child(2) > *')).slice(0, 5)).toEqual([
    'c-1',
    'cell-0',
    'gw-2',
    'epoch 12, on trial',
    '1 s ago',
  ]);
  expect((await texts(page, '#controllers tr:nth-child(8) > *')).slice(3, 5)).toEqual([
    'nothing that was read',
    'never',
  ]);
  expect((await texts(page, '#cells tr:nth-child(4) > *')).slice(0, 2)).toEqual(['cell-3', '→ carried']);
  expect(await page.locator('#lag').textContent()).toBe('3 orders on their way, the oldest for 12 s');
  expect(await texts(page, '#gateways tr > *')).toEqual(['gw-1', '2 s ago', 'gw-2', 'never']);
  expect(await page.locator('#alarm').textContent()).toBe(
    '1 cell answers different editions: cell-0. 1 incident that nobody acknowledged.',
  );
  expect(await texts(page, '#checks tr > *')).toEqual(['hall-0', '60 min ago', `c-10 damaged: ${HOSTILE}`]);
  // What controllers say is text.
  expect(await texts(page, '#incidents tr > *')).toEqual(['4', '90 s ago', HOSTILE, 'See to it.']);
  expect(await page.locator('#controllers tr:nth-child(11) td:last-child').textContent()).toBe(
    `MAP_DAMAGED: ${HOSTILE}`,
  );
  expect(await page.locator('img, main script').count()).toBe(0);
  expect([complaints, await page.title()]).toEqual([[], 'north-works: 1 incident']);
  expect(new Set(asked)).toEqual(new Set(['GET /', 'GET /style.css', 'GET /main.js', 'GET /events']));
  await close();
});

test('it is live, and says when the server does not answer', async () => {
  picture = plantOf(40);
  const { page, close } = await open();
  picture = { ...picture, incidents: [], cells: picture.cells.map((cell) => ({ ...cell, mixed: false })) };
  await page.waitForFunction(
    () =>
      document.getElementById('alarm')?.textContent === 'No cell answers different editions. No incidents.',
  );
  await page.waitForFunction(() => document.getElementById('live')?.textContent === 'Live.');
  isFailing = true;
  await page.waitForFunction(
    () =>
      document.getElementById('live')?.dataset.rank === 'alarm' &&
      /old/.test(document.getElementById('live')?.textContent ?? ''),
  );
  isFailing = false;
  await page.waitForFunction(() => document.getElementById('live')?.textContent === 'Live.');
  await close();
});

test('people who hear or type find their way: landmarks, names, headers, what is told, focus; and contrast in light and dark', async () => {
  picture = plantOf(40);
  for (const scheme of ['light', 'dark'] as const) {
    const { page, close } = await open({ scheme });
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect([
      await page.locator('header').count(),
      await page.locator('main').count(),
      await page.locator('search').count(),
    ]).toEqual([1, 1, 1]);
    for (const table of await page.locator('table').all()) {
      expect(await table.getAttribute('aria-labelledby')).toMatch(/-title$/);
      expect(await table.locator('thead th:not([scope=col])').count()).toBe(0);
      expect(await table.locator('tbody tr > :first-child:not(th[scope=row])').count()).toBe(0);
    }
    expect(await page.locator('#alarm').getAttribute('aria-live')).toBe('polite');
    expect(await page.getByLabel('only what needs attention').count()).toBe(1);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('To the cells');
    await page.keyboard.press('/');
    expect(await page.locator(':focus').getAttribute('id')).toBe('search');
    await page.keyboard.type('cell-2');
    expect(await texts(page, '#cells th')).toEqual(['cell-2']);
    expect(await page.locator('#controllers tr').count()).toBe(5);
    // WCAG 2: 4.5 to 1 for text.
    const worst = await page.evaluate(() => {
      const light = (color: string): number => {
        const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
          const value = Number(part) / 255;
          return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const under = (element: Element): string => {
        const { backgroundColor } = getComputedStyle(element);
        if (!/, 0\)$/.test(backgroundColor)) return backgroundColor;
        return element.parentElement === null ? 'rgb(255, 255, 255)' : under(element.parentElement);
      };
      return Math.min(
        ...Array.from(
          document.querySelectorAll('h1, h2, p, th, td, button, input, label, span'),
          (element) => {
            const [a, b] = [light(getComputedStyle(element).color), light(under(element))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          },
        ),
      );
    });
    expect(worst).toBeGreaterThanOrEqual(4.5);
    await screenshot(page, `plant-${scheme}`);
    await close();
  }
  const narrow = await open({ width: 390 });
  expect(await narrow.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await screenshot(narrow.page, 'plant-narrow');
  await narrow.close();
});

test('of 5,000 controllers only a page of rows is drawn, whatever is searched or turned', async () => {
  picture = plantOf(5000);
  const { page, close } = await open();
  const rows = () => page.evaluate(() => document.querySelectorAll('tr').length);
  await page.waitForFunction(
    () => document.getElementById('controllers-range')?.textContent === '1 to 50 of 5000',
  );
  expect(await rows()).toBeLessThan(130);
  await page.getByRole('button', { name: 'Further controllers' }).click();
  expect(await page.locator('#controllers-range').textContent()).toBe('51 to 100 of 5000');
  await page.locator('#search').fill('c-4321');
  expect(await texts(page, '#controllers th')).toEqual(['c-4321']);
  const tookMs = await page.evaluate(() => {
    const search = document.getElementById('search') as HTMLInputElement;
    const startMs = performance.now();
    for (let turn = 0; turn < 20; turn++) {
      search.value = `c-${turn}`;
      search.dispatchEvent(new Event('input'));
    }
    return (performance.now() - startMs) / 20;
  });
  console.log(
    `5,000 controllers: ${tookMs.toFixed(1)} ms a search, ${JSON.stringify(picture).length} bytes a look`,
  );
  await page.getByLabel('only what needs attention').check();
  await page.locator('#search').fill('');
  expect(await texts(page, '#cells th')).toEqual(['cell-0', 'cell-2']);
  await close();
});

function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((done, fail) => {
    const sent = request(new URL(path, web.url), options, (response) => {
      response.destroy();
      done({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.on('error', fail).end();
  });
}

test('the server shows and takes nothing: no other method, path, host or page; and its policy lets in only its own script', async () => {
  const { port } = new URL(web.url);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])
    for (const path of ['/', '/events', '/metrics']) expect((await ask(path, { method })).status).toBe(405);
  for (const path of ['/x', '/main.js/..%2f', '/events?x', '/style.css/'])
    expect((await ask(path)).status).toBe(404);
  for (const headers of [
    { host: 'attacker.example' },
    { host: `attacker.example:${port}` },
    { origin: 'http://attacker.example' },
    { 'sec-fetch-site': 'cross-site' },
  ])
    for (const path of ['/', '/events', '/metrics'])
      expect((await ask(path, { headers: headers as Record<string, string> })).status).toBe(403);
  expect((await ask('/metrics', { headers: { host: `localhost:${port}` } })).status).toBe(200);
  const policy = String((await ask('/')).headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
  expect(policy).not.toContain('unsafe');
  await expect(
    PlantWeb.open({
      host: '127.0.0.1',
      port: Number(port),
      look: async () => picture,
      metrics: async () => ({ type: '', text: '' }),
      onTrouble: () => {},
    }),
  ).rejects.toMatchObject({ code: 'HTTP_PORT' });
});
