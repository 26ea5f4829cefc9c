/** The live view: what a controller does, in a browser, over its serial line; and a server that answers only its own page. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePartition, loadPartition } from '../../host/compile/compile.ts';
import { placeLine, saidPlace } from '../../host/controller/said-place.ts';
import type { LiveState } from '../../host/page/data.ts';
import { createLivePage } from '../../host/report/html.ts';
import { serveView, type ViewServer } from '../../host/view/server.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { Programs } from '../support/programs.ts';

const RAIL = new URL('../../firmware-maps/rail/rail.map.yaml', import.meta.url).pathname;
const folder = temporaryFolder('view');
const programs = new Programs(folder.path);
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
  expect(await holdfast(['compile', RAIL, '-o', folder.at('rail.img')])).toMatchObject({ code: 0 });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await programs.endAll();
  folder.remove();
});

const shown = (page: Page) => page.locator('#live-state').textContent();

test('a train is followed through its line: place, verdict, mode; and that it does not answer any more is said', async () => {
  const controller = ['controller', '--image', 'rail.img', '--development', '--link', 'port', '--json'];
  await programs.started([...controller, '--say-place', '--speed', '400000']);
  const train = programs.last;
  const view = JSON.parse(await programs.started(['view', '--port', 'port', '--json']));
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (each) => asked.push(`${each.method()} ${each.url()}`));
  await page.goto(view.url);
  await page.waitForFunction(() =>
    /^s .* km: covered limits-/.test(document.getElementById('live-state')?.textContent ?? ''),
  );
  const first = await shown(page);
  expect(first).toMatch(/^s [\d.]+ km: covered limits-\d+, limit \d+ km\/h, next in [\d.]+ k?m: /);
  expect(await page.locator('#live-state').getAttribute('data-state')).toBe('covered');
  await page.waitForFunction(
    (before) => document.getElementById('live-state')?.textContent !== before,
    first,
  );
  const rows = (await page.locator('#live-words').textContent()) ?? '';
  for (const words of ['editionepoch 11', 'moderun', 'parkedno', 'slot 0']) expect(rows).toContain(words);
  await screenshot(page, 'view-run');
  // Everything that was asked is asked of the view, and to read.
  expect(new Set(asked.map((each) => each.replace(view.url, '/')))).toEqual(new Set(['GET /', 'GET /state']));
  train?.kill('SIGKILL');
  await page.waitForFunction(
    () => document.getElementById('live-state')?.dataset.state === 'lost',
    undefined,
    { timeout: 60_000 },
  );
  expect(await shown(page)).toMatch(/answer|port|line/);
  expect(asked.filter((each) => each === `GET ${view.url}`)).toHaveLength(1);
  await context.close();
}, 120_000);

describe('an update, seen in each of its states', () => {
  const at = (name: string) => folder.at(`update/${name}`);
  const port = ['--port', folder.at('update/port')];
  const done = async (...argv: string[]) =>
    expect(await holdfast([...argv, ...port]), argv.join(' ')).toMatchObject({ code: 0 });
  const row = (page: Page, name: string) =>
    page
      .locator('#live-words div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
      .locator('dd')
      .allTextContents();
  /** The firmware says its place a few times a second: the first look may come before. */
  const placed = (page: Page) =>
    page.waitForFunction(() =>
      /^s 5\.05 km: /.test(document.getElementById('live-state')?.textContent ?? ''),
    );
  let controller: Programs['last'];

  /** A view takes the port for itself, as every verb does, and is ended before the next one. */
  async function viewed(schemes: readonly ('light' | 'dark')[], look: (page: Page) => Promise<string>) {
    const { url } = JSON.parse(await programs.started(['view', ...port, '--json']));
    const view = programs.last;
    try {
      for (const colorScheme of schemes) {
        const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        await page.goto(url);
        const name = await look(page);
        await screenshot(page, `view-${name}-${colorScheme}`);
        expect(await overflowing(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await context.close();
      }
    } finally {
      await programs.end(view);
    }
  }

  /** Words of the device that stand out of their own box, or out of the window. */
  const overflowing = (page: Page) =>
    page
      .locator('#live-state, #live-words dt, #live-words dd')
      .evaluateAll((elements) =>
        elements
          .filter(
            (each) =>
              each.scrollWidth > each.clientWidth + 1 ||
              each.getBoundingClientRect().right > document.documentElement.clientWidth,
          )
          .map((each) => each.textContent),
      );

  beforeAll(async () => {
    mkdirSync(at('state'), { recursive: true });
    const next = new URL('../../firmware-maps/rail/rail.next.map.yaml', import.meta.url).pathname;
    expect(await holdfast(['compile', next, '-o', at('next.img')])).toMatchObject({ code: 0 });
    const argv = ['--image', 'rail.img', '--development', '--state', 'update/state', '--link', 'update/port'];
    await programs.started(['controller', ...argv, '--json', '--say-place', '--at', '5050000']);
    controller = programs.last;
    writeFileSync(at('state/safe-input'), 'parked');
  }, 60_000);

  test('a window that is open: its token, what is left of it, and that it ends when the machine moves', async () => {
    await done('window', 'open');
    await viewed(['light', 'dark'], async (page) => {
      await placed(page);
      await expect.poll(() => shown(page)).toBe('s 5.05 km: maintenance, hold');
      expect(await page.locator('#live-state').getAttribute('data-state')).toBe('maintenance');
      await expect
        .poll(() => row(page, 'mode'))
        .toEqual([expect.stringMatching(/^window under token \d+, 5\d\d\.\d s left$/)]);
      await expect.poll(() => row(page, 'parked')).toEqual(['yes']);
      return 'window';
    });
    await viewed(['light'], async (page) => {
      await page.waitForFunction(
        () => document.getElementById('live-state')?.dataset.state === 'maintenance',
      );
      writeFileSync(at('state/safe-input'), 'moving');
      await page.waitForFunction(() => document.getElementById('live-state')?.dataset.state === 'gap');
      await expect.poll(() => row(page, 'mode')).toEqual(['run']);
      await expect.poll(() => row(page, 'parked')).toEqual(['no']);
      return 'window-ended';
    });
    writeFileSync(at('state/safe-input'), 'parked');
  }, 120_000);

  test('an edition that is pending, then on trial, then given up: which one answers, and how far its trial is', async () => {
    await done('window', 'open');
    await done('push', at('next.img'));
    await viewed(['light'], async (page) => {
      await page.waitForFunction(() =>
        /pending/.test(document.getElementById('live-words')?.textContent ?? ''),
      );
      await expect.poll(() => row(page, 'edition')).toEqual([expect.stringMatching(/^epoch 11, /)]);
      await expect
        .poll(() => row(page, 'mode'))
        .toEqual([expect.stringMatching(/left, an edition is pending$/)]);
      return 'pending';
    });
    await done('window', 'close');
    await viewed(['light', 'dark'], async (page) => {
      await page.waitForFunction(() =>
        /on trial for/.test(document.getElementById('live-words')?.textContent ?? ''),
      );
      await expect.poll(() => page.title()).toBe('live: rail-fribourg-bern, epoch 12');
      await expect
        .poll(() => row(page, 'edition'))
        .toEqual([
          expect.stringMatching(/^epoch 12, \w{12}, on trial for \d+\.\d s: \d+ of 1000 checks answered$/),
        ]);
      await placed(page);
      return 'trial';
    });
    // A reset gives the trial up: the edition before answers again, and the view says so.
    await programs.end(controller);
    const again = ['controller', '--state', 'update/state', '--link', 'update/port', '--json'];
    await programs.started([...again, '--say-place', '--at', '5050000']);
    await viewed(['light'], async (page) => {
      await page.waitForFunction(() =>
        /became/.test(document.getElementById('live-words')?.textContent ?? ''),
      );
      await expect.poll(() => page.title()).toBe('live: rail-fribourg-bern, epoch 11');
      await placed(page);
      const became = await row(page, 'became');
      expect(became.join('\n')).toMatch(/the last start was a revert.*\n.*epoch 12, \w{12}, reverted/);
      return 'reverted';
    });
  }, 180_000);
});

test('a port that is none is refused at once', async () => {
  const ran = await holdfast(['view', '--port', folder.at('none'), '--http', '65536']);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('It must be 0 to 65535') });
});

test('what is no place is none, and a place comes back as it was said', () => {
  for (const y of [null, 0, -12])
    expect(saidPlace(placeLine({ x: -5, y, phase: 7 }))).toEqual({ x: -5, y, phase: 7 });
  expect(saidPlace('x=5050000\r')).toEqual({ x: 5_050_000, y: null, phase: 0 });
  expect(saidPlace('x=1 y=2')).toEqual({ x: 1, y: 2, phase: 0 });
  for (const line of [
    '',
    'x=',
    'x=1.5',
    ' x=1',
    'x=2147483648',
    'x=1 phase=4294967296',
    'x=1 phase=-1',
    'x=1 y=',
    'x=1 y=2147483648',
    'x=1 phase=1 y=2',
    'y=1',
    'max=3',
  ])
    expect(saidPlace(line), line).toBe(null);
});

/** Statuses of a request as anybody may send it. */
function status(
  url: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  return new Promise((done, fail) => {
    const sent = request(url, options, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
    sent.on('error', fail).end();
  });
}

describe('the server', () => {
  const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  const state: LiveState = {
    ...{ edition: '', state: 'gap', words: HOSTILE },
    machine: { x: 5_050_000, y: null, phase: 0, words: HOSTILE },
    rows: [[HOSTILE, HOSTILE]],
  };
  let server: ViewServer;

  beforeAll(async () => {
    const partition = await loadPartition(RAIL);
    const page = await createLivePage(
      partition,
      compilePartition(partition, undefined, { large: true }).image,
    );
    server = await serveView({ page: () => page, state: () => state }, 0);
  });
  afterAll(() => server.close());

  test('shows what a device says as text', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(server.url);
    await page.waitForFunction(
      (words) => document.getElementById('live-state')?.textContent === words,
      HOSTILE,
    );
    expect(await page.locator('#live-words dt').textContent()).toBe(HOSTILE);
    expect(await page.locator('.live img, .live script').count()).toBe(0);
    await expect.poll(() => page.title()).toBe('live: rail-fribourg-bern, epoch 11');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('asks about the place of the machine, until a reader points at another, and again when the pointer leaves', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.url);
    const asked = async () =>
      JSON.parse((await page.locator('#state').getAttribute('data-answer')) ?? '{}').at;
    const follows = () =>
      page.waitForFunction(
        () => JSON.parse(document.getElementById('state')?.dataset.answer ?? '{}').at === '5050000',
      );
    await follows();
    await page.mouse.move(600, 400);
    await page.waitForFunction(
      () => JSON.parse(document.getElementById('state')?.dataset.answer ?? '{}').at !== '5050000',
    );
    const pointed = await asked();
    for (let looks = 0; looks < 2; looks++)
      await page.waitForResponse((response) => response.url().endsWith('/state'));
    expect(await asked()).toBe(pointed);
    await page.mouse.move(1200, 20);
    await follows();
    await page.close();
  });

  test('listens at the loopback address only, and takes nothing', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])
      expect(await status(server.url, { method }), method).toBe(405);
    for (const path of ['x', 'state/', '../etc/passwd', 'state?x=1'])
      expect(await status(server.url + path), path).toBe(404);
    expect(await status(`${server.url}state`)).toBe(200);
  });

  test.each([
    [{ host: 'attacker.example' }],
    [{ host: 'attacker.example:80' }],
    [{ host: '127.0.0.1' }],
    [{ host: '127.0.0.1.attacker.example:1' }],
    [{ origin: 'http://attacker.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ] as const)('refuses %j', async (headers) => {
    for (const path of ['', 'state'])
      expect(await status(server.url + path, { headers: { ...headers } as Record<string, string> })).toBe(
        403,
      );
  });

  test('answers by its other name, and says what to do when a port is taken', async () => {
    const { port } = new URL(server.url);
    expect(await status(`${server.url}state`, { headers: { host: `localhost:${port}` } })).toBe(200);
    await expect(serveView({ page: () => '', state: () => state }, Number(port))).rejects.toMatchObject({
      code: 'HTTP_PORT',
      remedy: expect.stringContaining('--http'),
    });
  });
});
