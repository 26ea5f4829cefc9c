/** A line of very many segments with gaps of every width between them, as a source in memory. */

import type { Partition } from '../../host/body/partition.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { memoryReader } from '../../host/source/reader.ts';

const ACTIONS = ['stop', 'hold', 'slow', 'skip', 'continue'];

/** `segments` zones or gaps after one another, and in each of `windows` phase windows one more gap over many of them. */
export function manySegments(segments: number, windows: number): Promise<Partition> {
  let rows = 'id,from,to,limit\n';
  let length = 0;
  for (let i = 0; i < segments; i++) {
    const width = 50 + ((i * 37) % 100);
    if (i % 97 !== 13) rows += `z${i},${length},${length + width},${20 + ((i * 7) % 100)}\n`;
    length += width;
  }
  const night = Array.from({ length: windows }, (_, index) => {
    const from = Math.floor((length * index) / windows);
    const at = `{ from: ${from}, to: ${Math.min(length, from + Math.ceil(length / 40))} }`;
    const when = `{ from: ${index * 100}, to: ${index * 100 + 100} }`;
    return `  - { id: night-${index}, at: ${at}, when: ${when}, action: ${ACTIONS[index % 5]}, cuts: true }`;
  });
  const source = [
    'holdfast: 1',
    'map: many',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${length} } ] }`,
    `phase: { unit: tick, period: ${windows * 100} }`,
    'zones:',
    '  - { file: many.csv, columns: { id: id, from: from, to: to, limit: limit } }',
    'gaps:',
    ...night,
    '  - { anywhere: true, action: hold }',
    '',
  ].join('\n');
  return loadPartition('many.map.yaml', memoryReader({ 'many.map.yaml': source, 'many.csv': rows }));
}
