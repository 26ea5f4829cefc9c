/** Maps and pairs of editions that pictures are judged by: every one that ships, and others with much of everything. */
import { basename } from 'node:path';
import type { Partition } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { manySegments } from './many-segments.ts';
import { SHIPPED_MAPS } from './shipped-maps.ts';

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
  `${head(`unit: s, origin: "${min}", min: "${min}", max: "${max}"`, 'limits: { unit: passengers }\n')}zones:
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

/** Long names side by side, `count` of them. */
export const longNames = (count: number) =>
  load(
    `${head('unit: m, min: 0, max: 12400', 'limits: { unit: km/h }\nzones:\n')}${Array.from(
      { length: count },
      (_, index) => {
        const [from, to] = [index, index + 1].map((at) => Math.floor((12_400 * at) / count));
        return `  - { id: "a-zone-with-a-really-long-name-number-${index}", at: { from: ${from}, to: ${to} }, limit: ${((index * 37) % 120) + 10} }`;
      },
    ).join('\n')}\n`,
  );

const RING = `${head('unit: deg, scale: 1000, min: 0, max: 360000, wraps: true', 'limits: { unit: deg/s }\n')}zones:
  - { id: loading, at: { from: 340 deg, to: 25 deg }, limit: 20, tier: 2 }
  - { id: sweep, at: { from: 25 deg, to: 180 deg }, limit: 90 }
  - { id: inspection, at: { from: 185 deg, to: 340 deg }, limit: 45, tier: 1 }
gaps:
  - { id: pillar, at: { from: 180 deg, to: 185 deg }, action: stop }
`;

export interface Pictured {
  readonly name: string;
  readonly partition: () => Promise<Partition>;
  /** Of two editions the later one. */
  readonly after?: () => Promise<Partition>;
}

const TIMES = [
  ['an hour', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z', '2026-03-29T00:45:00Z', '2026-03-29T01:00:05Z'],
  ['days', '2025-12-20T10:00:00Z', '2026-01-08T00:00:00Z', '2025-12-24T00:00:00Z', '2026-01-01T00:00:00Z'],
  ['years', '2000-01-01T00:00:00Z', '2030-01-01T00:00:00Z', '2010-05-05T00:00:00Z', '2026-01-01T00:00:00Z'],
] as const;

export const PICTURED: readonly Pictured[] = [
  ...SHIPPED_MAPS.map((path) => ({
    name: basename(path, '.map.yaml'),
    partition: () => loadPartition(path),
  })),
  ...SHIPPED_MAPS.filter((path) => path.endsWith('.next.map.yaml')).map((path) => {
    const before = path.replace('.next.map.yaml', '.map.yaml');
    return {
      name: `two editions of ${basename(before, '.map.yaml')}`,
      partition: () => loadPartition(before),
      after: () => loadPartition(path),
    };
  }),
  {
    name: 'many changes in phases',
    partition: () => load(edition(1, 0)),
    after: () => load(edition(2, 90)),
  },
  { name: '4,096 zones', partition: () => manySegments(4096, 1) },
  { name: '300 zones', partition: () => manySegments(300, 1) },
  { name: '16 phases', partition: () => manySegments(60, 16) },
  { name: '100 phases', partition: () => manySegments(500, 100) },
  { name: 'stations and braking', partition: () => load(STATIONS) },
  { name: 'tiers and long names', partition: () => load(TIERS) },
  { name: '62 long names', partition: () => longNames(62) },
  { name: '200 long names', partition: () => longNames(200) },
  { name: 'a ring', partition: () => load(RING) },
  ...TIMES.map(([name, min, max, from, to]) => {
    return { name: `time: ${name}`, partition: () => load(time(min, max, from, to)) };
  }),
];
