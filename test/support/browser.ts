/** Pages in headless Chromium, watched: what they ask of the network, and what they complain about. */
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of the browser. `npm test` installs it where it may. */
function browserPath(): string {
  for (const name of NAMES)
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; the next folder is tried.
      }
    }
  throw new Error(`none of ${NAMES.join(', ')} is on PATH: install the package chromium`);
}

export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: browserPath(), args });
}

export interface WatchedPage {
  readonly page: Page;
  /** Addresses that were asked for, the page's own first. */
  readonly requests: readonly string[];
  /** Messages on the console, and errors that nobody caught. */
  readonly complaints: readonly string[];
}

export interface OpenOptions {
  readonly scheme?: 'light' | 'dark';
  /** Runs in the page before its own script. */
  readonly prepare?: () => void;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** Opens a file and waits until its map answers. */
export async function openPage(
  browser: Browser,
  file: string,
  options: OpenOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 760 },
    colorScheme: options.scheme ?? 'light',
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  if (options.prepare !== undefined) await page.addInitScript(options.prepare);
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => globalThis.holdfast !== undefined || 'holdfastPlane' in globalThis);
  return { page, requests, complaints };
}

/** Keeps a picture of the page in the folder that HOLDFAST_SCREENSHOTS names, for people; gives its bytes. */
export async function screenshot(page: Page, name: string): Promise<Uint8Array> {
  const bytes = await page.screenshot();
  const folder = process.env.HOLDFAST_SCREENSHOTS;
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.png`), bytes);
  }
  return bytes;
}
