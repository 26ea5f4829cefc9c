/** Drawings as a browser shows them: no text over another one, all of them inside, and readable in light, dark and on paper. */
import { basename } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { drawComparison, drawMap } from '../../host/svg/drawing.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';
import { measureTexts, overlapsOf } from '../support/drawing-geometry.ts';
import { manySegments } from '../support/many-segments.ts';
import { SHIPPED_MAPS } from '../support/shipped-maps.ts';

const load = (source: string) => loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }));

const head = (axis: string, more = '') =>
  `holdfast: 1\nmap: a-map\nepoch: 1\nspace: { axes: [ { name: s, ${axis} } ] }\n${more}`;

/** Stations, mileposts, and a machine that brakes in both directions. */
const STATIONS = `${head('unit: m, min: 0, max: 40 km', 'limits: { unit: km/h }\napproach: { deceleration: 0.4 m/s2, steps: 5, margin: 10 m, toward: both }\n')}zones:
${Array.from({ length: 20 }, (_, index) => `  - { id: section-${index}, at: { from: ${index * 2000}, to: ${index * 2000 + 2000} }, limit: ${[120, 80, 160, 60][index % 4]} }`).join('\n')}
marks:
${Array.from({ length: 12 }, (_, index) => `  - { name: "Station of the ${index}th valley", at: ${400 + index * (index < 6 ? 300 : 3200)} }`).join('\n')}
${Array.from({ length: 120 }, (_, index) => `  - { name: "mp ${index}", at: ${index * 330 + 7} }`).join('\n')}
`;

const TIERS = `${head('unit: deg, scale: 1000, min: 0, max: 360000', 'zones:\n')}${Array.from(
  { length: 14 },
  (_, index) =>
    `  - { id: "WWWM-${index}-with-a-name-that-is-rather-long", at: { from: ${index * 25_000}, to: ${index * 25_000 + 25_000} }, tier: ${index % 12} }`,
).join('\n')}\ngaps:\n  - { anywhere: true, action: continue }\n`;

const time = (min: string, max: string, from: string, to: string) =>
  `${head(`unit: s, origin: "${min}", min: "${min}", max: "${max}"`, 'limits: { unit: passengers a minute }\n')}zones:
  - { id: service, at: { from: "${from}", to: "${to}" }, limit: 1200000 }
gaps:
  - { anywhere: true, action: stop }
`;

const edition = (epoch: number, shift: number) =>
  `${head('unit: mm, min: 0, max: 30 m', 'phase: { unit: s, period: 86400 }\n').replace('epoch: 1', `epoch: ${epoch}`)}zones:
${Array.from({ length: 40 }, (_, index) => `  - { id: bay-${index}, at: { from: ${index * 700 + shift}, to: ${index * 700 + 600} }, limit: ${(index % 9) * 5 + 5 + (epoch > 1 && index % 7 === 0 ? 3 : 0)}, when: { from: ${(index % 3) * 3600}, to: 86400 } }`).join('\n')}
gaps:
  - { anywhere: true, action: slow, limit: 2 }
`;

const DRAWINGS: readonly (readonly [name: string, draw: () => Promise<string>])[] = [
  ...SHIPPED_MAPS.map(
    (path) => [basename(path, '.map.yaml'), async () => drawMap(await loadPartition(path))] as const,
  ),
  ...SHIPPED_MAPS.filter((path) => path.endsWith('.next.map.yaml')).map((path) => {
    const before = path.replace('.next.map.yaml', '.map.yaml');
    const draw = async () => drawComparison(await loadPartition(before), await loadPartition(path));
    return [`two editions of ${basename(before, '.map.yaml')}`, draw] as const;
  }),
  [
    'many changes in phases',
    async () => drawComparison(await load(edition(1, 0)), await load(edition(2, 90))),
  ],
  ['4,096 zones', async () => drawMap(await manySegments(4096, 1))],
  ['300 zones', async () => drawMap(await manySegments(300, 1))],
  ['16 phases', async () => drawMap(await manySegments(60, 16))],
  ['100 phases', async () => drawMap(await manySegments(500, 100))],
  ['stations and braking', async () => drawMap(await load(STATIONS))],
  ['tiers and long names', async () => drawMap(await load(TIERS))],
  ...(
    [
      [
        'an hour',
        '2026-03-29T00:30:00Z',
        '2026-03-29T01:30:00Z',
        '2026-03-29T00:45:00Z',
        '2026-03-29T01:00:05Z',
      ],
      [
        'days',
        '2025-12-20T10:00:00Z',
        '2026-01-08T00:00:00Z',
        '2025-12-24T00:00:00Z',
        '2026-01-01T00:00:00Z',
      ],
      [
        'years',
        '2000-01-01T00:00:00Z',
        '2030-01-01T00:00:00Z',
        '2010-05-05T00:00:00Z',
        '2026-01-01T00:00:00Z',
      ],
    ] as const
  ).map(
    ([name, min, max, from, to]) =>
      [`time: ${name}`, async () => drawMap(await load(time(min, max, from, to)))] as const,
  ),
];

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

describe.each(DRAWINGS)('%s', (name, draw) => {
  test('every text has its place, and is read in any light', async () => {
    await page.setContent(`<style>body{margin:0}svg{display:block}</style>${await draw()}`);
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
      if (process.env.HOLDFAST_SCREENSHOTS !== undefined)
        await screenshot(page, `drawing-${name.replaceAll(/[^a-z0-9]+/g, '-')}-${look}`);
    }
  });
});
