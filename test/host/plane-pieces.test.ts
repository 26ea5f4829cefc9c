import { expect, test } from 'vitest';
import { loadMap } from '../../host/compile/compile.ts';
import { areaOfPiece, piecesOf } from '../../host/plane/pieces.ts';
import { isPlane } from '../../host/source/plane-model.ts';
import { memoryReader } from '../../host/source/reader.ts';

const SOURCE = `holdfast: 1
map: plane
epoch: 1
space: { axes: [ { name: x, unit: mm, min: -50, max: 50 }, { name: y, unit: mm, min: 0, max: 80 } ] }
zones:
  - { id: a, at: { polygon: [[-40, 10], [40, 10], [0, 70]] } }
  - { id: b, tier: 1, at: { box: { from: [-10, 0], to: [10, 30] } } }
gaps: [ { anywhere: true, action: stop } ]
overlaps: by-tier
`;

test('pieces tile the plane, and borders stand between rules', async () => {
  const plane = await loadMap('m.map.yaml', memoryReader({ 'm.map.yaml': SOURCE }));
  if (!isPlane(plane)) throw new Error('no plane');
  const grid = plane.grids[0];
  if (grid === undefined) throw new Error('no grid');
  const { pieces, borders } = piecesOf(plane, grid);
  const areas = [0, 0, 0];
  for (const piece of pieces) areas[piece.rule] = (areas[piece.rule] ?? 0) + areaOfPiece(piece);
  // The triangle without the box, the box, and the rest.
  expect(areas[0]).toBeCloseTo(2400 - 400, 6);
  expect(areas[1]).toBeCloseTo(600, 6);
  expect(areas[2]).toBeCloseTo(8000 - 2600, 6);
  const length = borders.reduce((sum, [x0, y0, x1, y1]) => sum + Math.hypot(x1 - x0, y1 - y0), 0);
  // Two sides of the triangle, its base beside the box, and the box but for its foot on the end of the axis.
  expect(length).toBeCloseTo(2 * Math.hypot(40, 60) + 60 + 30 + 30 + 20, 4);
});
