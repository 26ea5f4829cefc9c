import { expect, test } from 'vitest';
import { audit } from '../../host/audit/audit.ts';
import { auditWords } from '../../host/audit/words.ts';
import { compileSource, loadPartition } from '../../host/compile/compile.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { memoryReader } from '../../host/source/reader.ts';

const SOURCE = `holdfast: 1
map: test
epoch: 3
replaces: [ 2, 1@ab ]
space: { axes: [ { name: s, unit: mm, min: 1000, max: 1100, origin: 1000 } ] }
phase: { unit: tick, period: 10 }
overlaps: by-tier
zones:
  - { id: a, at: { from: 1000, to: 1080 } }
  - { id: b, at: { from: 1000, to: 1050 }, tier: 2, limit: 5, when: { from: 5, to: 10 } }
  - { id: hidden, at: { from: 1000, to: 1010 }, tier: 1, when: { from: 5, to: 10 } }
gaps:
  - { id: g, at: { from: 1080, to: 1100 }, action: slow, limit: 3 }
`;
const reader = memoryReader({ 'm.map.yaml': SOURCE });

test('gaps, overlaps, coverage and zones of a source, in its own coordinates', async () => {
  const report = audit(await loadPartition('m.map.yaml', reader));
  expect(report.axis).toEqual({
    kind: 'number',
    name: 's',
    unit: 'mm',
    scale: 1,
    min: 1000,
    max: 1100,
    wraps: false,
  });
  expect(report.gaps).toEqual([
    { id: 'g', action: 'slow', limit: 3, from: 1080, to: 1100, length: 20, phaseFrom: 0, phaseTo: 10 },
  ]);
  expect(report.overlaps?.map(({ over, under, from, to, why }) => ({ over, under, from, to, why }))).toEqual([
    { over: 'b', under: 'hidden', from: 1000, to: 1010, why: 'tier' },
    { over: 'hidden', under: 'a', from: 1000, to: 1010, why: 'tier' },
    { over: 'b', under: 'a', from: 1000, to: 1050, why: 'tier' },
  ]);
  expect(report.coverage).toBeCloseTo(0.8, 12);
  expect(report.windows).toEqual([
    { phaseFrom: 0, phaseTo: 5, share: 0.8, tiers: [{ tier: 0, share: 0.8 }] },
    {
      phaseFrom: 5,
      phaseTo: 10,
      share: 0.8,
      tiers: [
        { tier: 2, share: 0.5 },
        { tier: 0, share: 0.3 },
      ],
    },
  ]);
  expect(report.tiers.map(({ tier, share }) => [tier, Math.round(share * 100)])).toEqual([
    [2, 25],
    [0, 55],
  ]);
  expect(report.actions).toEqual([{ action: 'slow', share: 0.2 }]);
  expect(report.zones.map(({ id, share }) => [id, Math.round(share * 100)])).toEqual([
    ['a', 55],
    ['b', 25],
    ['hidden', 0],
  ]);
});

test('an image reports the same, save what only a source knows', async () => {
  const { image } = await compileSource('m.map.yaml', { reader });
  const fromSource = audit(await loadPartition('m.map.yaml', reader));
  expect(audit(readPartition(image))).toEqual({ ...fromSource, overlaps: null, rounded: null, marks: null });
});

test('in words', async () => {
  const words = auditWords(audit(await loadPartition('m.map.yaml', reader)));
  expect(words).toEqual([
    'map       test, epoch 3, device generic',
    'replaces  2, 1@ab',
    'axis      s [1000, 1100) mm',
    'phase     period 10 ticks',
    'phase ranges (2)',
    '  [0, 5) ticks   80 % covered',
    '  [5, 10) ticks  80 % covered: tier 2 50 %, tier 0 30 %',
    'covered   80 %: tier 2 25 %, tier 0 55 %',
    'in gaps   slow 20 %',
    'gaps (1)',
    '  g  [1080, 1100) mm  20 mm long  phases [0, 10) ticks  slow, limit 3',
    'overlaps (3)',
    '  b over hidden  [1000, 1010) mm  10 mm long  phases [5, 10) ticks  tier 2 over 1',
    '  hidden over a  [1000, 1010) mm  10 mm long  phases [5, 10) ticks  tier 1 over 0',
    '  b over a       [1000, 1050) mm  50 mm long  phases [5, 10) ticks  tier 2 over 0',
    'zones (3)',
    '  a       tier 0           55 %',
    '  b       tier 2, limit 5  25 %',
    '  hidden  tier 1           never answers: other rules take all of its place',
  ]);
});

test('nearly everything is not everything', async () => {
  const source = `holdfast: 1
map: test
epoch: 1
space: { axes: [ { name: s, unit: mm, min: 0, max: 1000000 } ] }
zones: [ { id: a, at: { from: 1, to: 1000000 } } ]
gaps: [ { anywhere: true, action: stop } ]
`;
  const words = auditWords(audit(await loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }))));
  expect(words).toContain('covered   more than 99.99 %');
});
