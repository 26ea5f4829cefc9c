import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../host/body/decode.ts';
import { decodePlane } from '../../host/body/decode-plane.ts';
import { encodePlane } from '../../host/body/encode-plane.ts';
import { placesIn, randomPlane, ruleAt } from '../support/planes.ts';
import { Random } from '../support/random.ts';

const SEED = 20261127;

const SHAPES = [
  { depth: 0, nodes: 0, bits: 15, period: 1, squares: 1 },
  { depth: 1, nodes: 1, bits: 15, period: 1, squares: 1 },
  { depth: 5, nodes: 20, bits: 15, period: 1, squares: 8 },
  { depth: 12, nodes: 200, bits: 30, period: 1, squares: 1 },
  { depth: 9, nodes: 100, bits: 15, period: 86_400, squares: 16 },
  { depth: 15, nodes: 300, bits: 30, period: 2 ** 31 - 1, squares: 4 },
  { depth: 17, nodes: 9000, bits: 30, period: 1000, squares: 64 },
] as const;

describe('a plane as a body', () => {
  test.each(SHAPES)(
    'depth $depth, $nodes nodes, $bits bits, period $period comes back as it was',
    (shape) => {
      const next = new Random(SEED + shape.depth);
      for (let round = 0; round < 12; round++) {
        const partition = randomPlane(next, shape);
        const encoded = encodePlane(partition);
        const decoded = decodePlane(encoded.body);
        const { axes, phasePeriod, outside, zones, rules, longestMove, mostCells } = partition;
        expect(decoded).toMatchObject({ axes, phasePeriod, outside, zones, rules, longestMove, mostCells });
        expect(decoded.depth).toBe(shape.depth);
        expect(decoded.steps).toEqual(encoded.steps);
        expect(decoded.residentBytes).toBe(encoded.residentBytes);
        const again = { ...partition, ...decoded };
        expect(Buffer.compare(encodePlane(again).body, encoded.body)).toBe(0);
        for (const { phase, x, y } of placesIn(partition, next, 200))
          expect(ruleAt(again, phase, x, y)).toBe(ruleAt(partition, phase, x, y));
      }
    },
  );

  test('takes the shortest nodes that hold it', () => {
    const next = new Random(SEED);
    const bytes = (shape: (typeof SHAPES)[number]) => encodePlane(randomPlane(next, shape)).nodeBytes;
    expect(SHAPES.map(bytes)).toEqual([12, 12, 12, 16, 12, 16, 20]);
  });

  test('is refused by name where a line is read', () => {
    const { body } = encodePlane(randomPlane(new Random(SEED), SHAPES[2]));
    expect(() => decodeBody(body)).toThrow(/layout plane/);
  });

  test('fits no build that has lines only', () => {
    expect(encodePlane(randomPlane(new Random(SEED), SHAPES[2])).fits).toBe('device-64k');
    expect(encodePlane(randomPlane(new Random(SEED), SHAPES[6])).fits).toBe('large');
  });
});
