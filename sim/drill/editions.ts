/** Editions of one map, one for each epoch, that differ in size and in every answer. */
import { compileSource } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { type Edition, readEdition } from '../../host/image/edition-file.ts';
import { memoryReader } from '../../host/source/reader.ts';

const SOURCE = 'drill.map.yaml';
const MAP = 'drill';
const ZONE_STEPS = 10;
const ZONES_LEAST = 100;
const ZONES_MORE = 60;

export interface DrillEdition extends Edition {
  /** The core that answers for it on this machine. */
  readonly core: Core;
  /** Places that any two editions answer differently. */
  readonly places: readonly number[];
}

export interface DrillEditionOptions {
  /** Epochs that it replaces; the one before unless given. */
  readonly replaces?: readonly number[];
  /** Id of its map, and class of its device; of those that all others have unless given. */
  readonly map?: string;
  readonly device?: string;
  /** PEM of the private key that signs it; unsigned without. */
  readonly key?: string;
  /** Fewer make a smaller image. */
  readonly zonesLeast?: number;
  readonly zonesMore?: number;
}

/** The edition of an epoch. */
export async function drillEdition(
  epoch: number,
  {
    replaces,
    map = MAP,
    device,
    key,
    zonesLeast = ZONES_LEAST,
    zonesMore = ZONES_MORE,
  }: DrillEditionOptions = {},
): Promise<DrillEdition> {
  const zones = zonesLeast + (epoch % 2) * zonesMore;
  const names = [`map: ${map}`, ...(device === undefined ? [] : [`device: ${device}`])];
  const source = sourceOf(epoch, zones, replaces ?? (epoch === 1 ? [] : [epoch - 1]), names);
  const { image } = await compileSource(SOURCE, { key, reader: memoryReader({ [SOURCE]: source }) });
  const places = [0, 1, zones >> 1, zonesLeast - 1].map((zone) => zone * ZONE_STEPS + 1);
  return { ...readEdition(image), core: await openImage(image, { build: 'device' }), places };
}

function sourceOf(
  epoch: number,
  zones: number,
  replaces: readonly number[],
  names: readonly string[],
): string {
  const list = Array.from({ length: zones }, (_, index) => {
    const from = index * ZONE_STEPS;
    return `  - { id: z${index}, at: { from: ${from}, to: ${from + ZONE_STEPS / 2} }, limit: ${1000 * epoch + index} }`;
  });
  return [
    'holdfast: 1',
    ...names,
    `epoch: ${epoch}`,
    ...(replaces.length === 0 ? [] : [`replaces: [${replaces.join(', ')}]`]),
    'space: { axes: [ { name: s, unit: mm, min: 0, max: 100000 } ] }',
    'zones:',
    ...list,
    'gaps:',
    '  - { anywhere: true, action: hold }',
    '',
  ].join('\n');
}
