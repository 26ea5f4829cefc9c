/** Editions of one map, one for each epoch, that differ in size and in every answer. */
import { compileSource } from '../../host/compile/compile.ts';
import { openImage } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { type Edition, readEdition } from '../../host/image/edition-file.ts';
import { memoryReader } from '../../host/source/reader.ts';

const SOURCE = 'drill.map.yaml';
const ZONE_STEPS = 10;
const ZONES_LEAST = 100;
const ZONES_MORE = 60;

export interface DrillEdition extends Edition {
  /** The core that answers for it on this machine. */
  readonly core: Core;
  /** Places that any two editions answer differently. */
  readonly places: readonly number[];
}

/** The edition of an epoch; it replaces the one before. */
export async function drillEdition(epoch: number): Promise<DrillEdition> {
  const zones = ZONES_LEAST + (epoch % 2) * ZONES_MORE;
  const reader = memoryReader({ [SOURCE]: sourceOf(epoch, zones) });
  const { image } = await compileSource(SOURCE, { reader });
  const places = [0, 1, zones >> 1, ZONES_LEAST - 1].map((zone) => zone * ZONE_STEPS + 1);
  return { ...readEdition(image), core: await openImage(image, { build: 'device' }), places };
}

function sourceOf(epoch: number, zones: number): string {
  const list = Array.from({ length: zones }, (_, index) => {
    const from = index * ZONE_STEPS;
    return `  - { id: z${index}, at: { from: ${from}, to: ${from + ZONE_STEPS / 2} }, limit: ${1000 * epoch + index} }`;
  });
  return [
    'holdfast: 1',
    'map: drill',
    `epoch: ${epoch}`,
    ...(epoch === 1 ? [] : [`replaces: ${epoch - 1}`]),
    'space: { axes: [ { name: s, unit: mm, min: 0, max: 100000 } ] }',
    'zones:',
    ...list,
    'gaps:',
    '  - { anywhere: true, action: hold }',
    '',
  ].join('\n');
}
