import { compileSource } from '../../host/compile/compile.ts';
import { parseImage } from '../../host/image/container.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { reissueForRepair } from '../desired/images.ts';
import type { HeldImage } from '../gateway/held-image.ts';

/** The editions of a simulated plant: what runs, what should run, and its reissue. Unsigned, for devices in development mode. */

export interface SimEditions {
  readonly before: Uint8Array;
  /** Hashes, 64 hexadecimal digits. */
  readonly edition: string;
  readonly reissue: string;
  readonly epochs: { readonly before: number; readonly edition: number; readonly reissue: number };
  /** By hash. */
  readonly images: ReadonlyMap<string, HeldImage>;
}

const sourceOf = (epoch: number, limit: number) => `holdfast: 1
map: line
epoch: ${epoch}
${epoch > 1 ? `replaces: ${epoch - 1}\n` : ''}space: { axes: [ { name: s, unit: mm, min: 0, max: 1000 } ] }
zones:
  - { id: slow, at: { from: 400, to: 600 }, limit: ${limit} }
gaps:
  - { anywhere: true, action: hold }
`;

export async function makeEditions(): Promise<SimEditions> {
  const compile = async (epoch: number, limit: number) => {
    const reader = memoryReader({ 'line.map.yaml': sourceOf(epoch, limit) });
    return (await compileSource('line.map.yaml', { reader })).image;
  };
  const [before, edition] = [await compile(1, 80), await compile(2, 40)];
  const reissue = reissueForRepair(edition, undefined);
  const held = [edition, reissue].map((bytes) => ({ bytes, hash: parseImage(bytes).digest }));
  const [first = '', second = ''] = held.map(({ hash }) => Buffer.from(hash).toString('hex'));
  return {
    before,
    edition: first,
    reissue: second,
    epochs: { before: 1, edition: 2, reissue: 3 },
    images: new Map(held.map((image) => [Buffer.from(image.hash).toString('hex'), image])),
  };
}
