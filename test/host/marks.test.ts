import { describe, expect, test } from 'vitest';
import { audit } from '../../host/audit/audit.ts';
import { auditWords } from '../../host/audit/words.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { SourceError } from '../../host/source/diagnostics.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { drawMap } from '../../host/svg/drawing.ts';
import { compileText } from '../support/compile.ts';

/** Named places, and what the audit draws and says of them and of braking curves. */

const LINE = `holdfast: 1
map: line
epoch: 1
space: { axes: [ { name: s, unit: m, min: 0, max: 3000 } ] }
limits: { unit: m/s }
zones:
  - { id: fast, at: { from: 0, to: 2000 }, limit: 40 }
  - { id: slow, at: { from: 2000, to: 2900 }, limit: 10 }
gaps:
  - { id: end, at: { from: 2900, to: 3000 }, action: stop }
`;
const MARKS = 'marks: [ { name: "Thun <Süd>", at: 2+900 }, { name: Bern, at: 1.5 km } ]\n';
const APPROACH = 'approach: { deceleration: 0.5 m/s2, steps: 4, margin: 10 m, toward: max }\n';

const load = (source: string) => loadPartition('m.yaml', memoryReader({ 'm.yaml': source }));

async function mistakesOf(source: string) {
  const error = await load(source).catch((thrown: unknown) => thrown);
  return error instanceof SourceError ? error.diagnostics : [];
}

describe('marks', () => {
  test('change no byte of the image', async () => {
    expect(await compileText(LINE + MARKS)).toEqual(await compileText(LINE));
  });

  test('name the place of a gap in the audit, and are listed', async () => {
    const words = auditWords(audit(await load(LINE + MARKS)));
    expect(words).toContain('  end  [2900, 3000) m  100 m long  stop  at Thun <Süd>');
    expect(words.slice(words.indexOf('marks (2)'))).toEqual([
      'marks (2)',
      '  1500 m  Bern',
      '  2900 m  Thun <Süd>',
    ]);
  });

  test('name the place of a mistake', async () => {
    const [hole] = await mistakesOf(`${LINE.replace('from: 2000', 'from: 2100')}${MARKS}`);
    expect(hole?.message).toContain('nothing covers [2000, 2100) m, 100 m long (500 m after Bern), between');
    const [overlap] = await mistakesOf(`${LINE.replace('from: 2000', 'from: 1500')}${MARKS}`);
    expect(overlap?.message).toContain('both cover [1500, 2000) m (at Bern)');
  });

  test('are lines with names in the drawing, as text and never as markup', async () => {
    const drawing = drawMap(await load(LINE + MARKS));
    expect(drawing.match(/class="place"/g)).toHaveLength(2);
    expect(drawing).toContain('Thun &lt;Süd&gt;');
    expect(drawing).not.toContain('<Süd>');
    expect(drawMap(await load(LINE))).not.toContain('class="place"');
  });

  test.each([
    ['twice', MARKS.replace('Bern', '"Thun <Süd>"'), 'DUPLICATE_ID'],
    ['outside', MARKS.replace('1.5 km', '5 km'), 'OUT_OF_RANGE'],
    ['without a place', MARKS.replace(', at: 1.5 km', ''), 'MISSING_FIELD'],
    ['with control characters', MARKS.replace('Bern', '"B\\x1b[31m"'), 'BAD_VALUE'],
    ['that are no list', 'marks: { name: a, at: 1 }\n', 'WRONG_KIND'],
    ['too many', `marks: [ ${'{ name: a, at: 1 }, '.repeat(4097)}]\n`, 'TOO_MANY'],
  ])('refused: %s', async (_name, marks, code) => {
    expect((await mistakesOf(LINE + marks)).map((each) => each.code)).toContain(code);
  });
});

describe('an approach in the audit', () => {
  test('is listed cell by cell, and belongs to its zone', async () => {
    const words = auditWords(audit(await load(LINE + APPROACH)));
    const from = words.indexOf('approaches (8)');
    expect(words.slice(from, from + 3)).toEqual([
      'approaches (8)',
      '  fast  [490, 1066) m   576 m long  limit 32 m/s',
      '  fast  [1066, 1465) m  399 m long  limit 25 m/s',
    ]);
    const report = audit(await load(LINE + APPROACH));
    expect(report.coverage).toBeCloseTo(2900 / 3000);
    expect(report.gaps).toHaveLength(1);
    expect(report.zones.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(2900 / 3000);
  });

  test('is drawn: the curve, and the cells under it at every pixel', async () => {
    const drawing = drawMap(await load(LINE + APPROACH));
    const curves = [...drawing.matchAll(/d="M([^"]*)" class="curve"/g)].map(([, path = '']) =>
      path.split('L').map((point) => point.split(',').map(Number) as [number, number]),
    );
    // One before the slow zone, one before the gap.
    expect(curves).toHaveLength(2);
    const [limits = ''] = [...drawing.matchAll(/d="([^"]*)" class="limit"/g)].map(([, path = '']) => path);
    const steps = stepsOf(limits);
    for (const curve of curves)
      for (const [x, y] of curve) {
        const here = steps.find(({ left, right }) => left + 0.2 < x && x < right - 0.2);
        // Down is slower: the cells lie at or below the curve.
        if (here !== undefined) expect(here.y).toBeGreaterThanOrEqual(y - 0.2);
      }
    expect(drawMap(await load(LINE))).not.toContain('class="curve"');
  });
});

/** The horizontal pieces of the path of limits. */
function stepsOf(path: string): { left: number; right: number; y: number }[] {
  const steps: { left: number; right: number; y: number }[] = [];
  let [x, y] = [0, 0];
  for (const [, command, text = ''] of path.matchAll(/([MLHV])([-0-9.,]+)/g)) {
    const [first = 0, second = 0] = text.split(',').map(Number);
    if (command === 'H') {
      steps.push({ left: x, right: first, y });
      x = first;
    } else if (command === 'V') y = first;
    else [x, y] = [first, second];
  }
  return steps;
}
