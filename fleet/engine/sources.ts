import { toHex } from '../../host/body/bytes.ts';
import type { Partition } from '../../host/body/partition.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { loadPartition } from '../../host/compile/compile.ts';
import { sha256 } from '../../host/image/sign.ts';
import { type CheckedSource, checkSources } from '../check/dirty.ts';
import { stateIn } from '../desired/state.ts';
import { loadCheck, saveCheck } from '../store/checks.ts';
import { type PlantIncident, raise } from '../store/incidents.ts';
import { loadEnvelope, loadImages } from '../store/states.ts';
import { asLeader, type Plant } from './plant.ts';

/** Sources of maps, as they compile today, against the editions that were signed of them: the first step of a scheduled check. */

const LINES_MAX = 12;

export async function compareSources(plant: Plant, id: number): Promise<void> {
  const { inventory } = plant;
  if (inventory.sources.length === 0) return;
  const partitions: Partition[] = [];
  const unread: PlantIncident[] = [];
  for (const file of inventory.sources) {
    try {
      partitions.push(await loadPartition(file));
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      unread.push(unreadIncident(file, error));
    }
  }
  await asLeader(plant, async (client) => {
    const kept = await loadCheck(client, id);
    if (kept === null || kept.isOver) return;
    const state = stateIn(await loadEnvelope(client, kept.sequence));
    const images = await loadImages(client, state);
    const checked = checkSources(state, images, partitions);
    const dirty = checked.filter(({ verdict }) => verdict === 'dirty').map((each) => dirtyIncident(each));
    await raise(client, [...unread, ...dirty]);
    const sources = [...unread.map(({ words }) => words), ...checked.flatMap(sourceWords)];
    const counts = { dirty: dirty.length, unread: unread.length };
    await saveCheck(client, { ...kept, content: { ...kept.content, sources, ...counts } });
  });
}

/** What was told already of a source that is as it was is not told again: the key says what differs. */
const keyOf = (...parts: readonly string[]): string =>
  `source/${toHex(sha256(Buffer.from(JSON.stringify(parts))))}`;

function unreadIncident(file: string, { message, remedy }: HoldfastError): PlantIncident {
  return {
    key: keyOf(file, message),
    ...{ rollout: null, cell: '', kind: 'source' },
    words: `The source ${file} could not be compared with what is signed: ${message.replace(/\.$/, '')}.`,
    remedy: remedy ?? 'See to the file; the next check reads it again.',
  };
}

function dirtyIncident({ map, device, epoch, lines }: CheckedSource): PlantIncident {
  const told = lines.slice(0, LINES_MAX).map((line) => line.trim().replace(/ {2,}/g, ' '));
  return {
    key: keyOf(map, device, String(epoch), ...lines),
    ...{ rollout: null, cell: '', kind: 'source' },
    words: `The source of ${map} (${device}) was changed after epoch ${epoch} was signed: ${told.join('; ')}.`,
    remedy: 'If the source is right, sign a later epoch and roll it out; otherwise put the source back.',
  };
}

function sourceWords({ map, device, epoch, verdict }: CheckedSource): string[] {
  if (verdict === 'none') return [];
  const words = {
    clean: 'its source says what was signed',
    dirty: 'DIRTY, its source was changed after it was signed',
    later: 'its source has a later epoch, which nobody signed yet',
  }[verdict];
  return [`epoch ${epoch} of ${map} (${device}): ${words}`];
}
