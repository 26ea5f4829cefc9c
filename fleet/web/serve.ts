import { HoldfastError } from '../../host/common/errors.ts';
import type { Loops } from '../common/loops.ts';
import { PlantMetrics } from '../metrics/metrics.ts';
import { type Looked, lookAtPlant } from './look.ts';
import { PlantWeb } from './server.ts';

/** The page of a server that leads. A port that is taken keeps no plant from running: it is asked for again. */

const AGAIN_MS = 5000;

export interface PageOptions extends Looked {
  readonly host?: string;
  readonly port?: number;
}

/** The answer stops it. */
export function servePage(
  { host = '127.0.0.1', port = 7480, ...looked }: PageOptions,
  loops: Loops,
  tell: (lines: readonly string[]) => void,
  onTrouble: (words: readonly string[]) => void,
): () => Promise<void> {
  const metrics = new PlantMetrics(looked);
  let web: PlantWeb | null = null;
  let isTold = false;
  loops.every(AGAIN_MS, async () => {
    if (web !== null) return;
    try {
      web = await PlantWeb.open({
        ...{ host, port, look: () => lookAtPlant(looked), metrics: () => metrics.text() },
        onTrouble: (words) => onTrouble([words]),
      });
      tell([`${web.url} shows how the plant stands`]);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      if (!isTold) onTrouble([`${error.message}. ${error.remedy ?? ''}`]);
      isTold = true;
    }
  });
  return async () => web?.close();
}
