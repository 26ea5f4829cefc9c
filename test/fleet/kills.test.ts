/** Servers are killed at effects on controllers: a small part of `fleet kills`, whose figures are in bench/RESULTS.md. */
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runKills } from '../../fleet/kills/campaign.ts';
import { packageUrl } from '../../host/common/root.ts';
import { temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('kills');
chmodSync(folder.path, 0o711);
afterAll(folder.remove);

test('no effect comes to a controller twice, and the next server goes on', async () => {
  const campaign = await runKills({
    ...{ kills: 2, seed: 12, door: true, folder: folder.at('plant'), databaseUrl: null, onNote: () => {} },
    program: fileURLToPath(packageUrl('build/js/fleet/cli/main.js')),
  });
  expect(campaign.broken.join('\n')).toBe('');
  expect(campaign).toMatchObject({ repeated: 0, controllers: 12 });
  expect(campaign.kills).toBeGreaterThanOrEqual(2);
  expect(campaign.effects).toBe(campaign.rollouts * 12 * 9);
});
