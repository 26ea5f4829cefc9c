/** A rollout over more gateways and cells than a test of one thing has, as `fleet scale` times it. */
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { EFFECTS_A_CONTROLLER } from '../../fleet/kills/rounds.ts';
import { runScale } from '../../fleet/kills/scale.ts';
import { packageUrl } from '../../host/common/root.ts';
import { temporaryFolder } from '../support/command.ts';

const folder = temporaryFolder('scale');
chmodSync(folder.path, 0o711);
afterAll(folder.remove);

test('every controller of twelve cells on ten gateways is confirmed and read back, with each effect once', async () => {
  const scale = await runScale({
    size: { controllers: 58, members: 5, gateways: 10 },
    atOnce: { cells: 8, aGateway: 6 },
    ...{ folder: folder.path, databaseUrl: null },
    program: fileURLToPath(packageUrl('build/js/fleet/cli/main.js')),
  });
  expect(scale).toMatchObject({ controllers: 58, gateways: 10, broken: [] });
  expect(scale.effects).toBe(58 * EFFECTS_A_CONTROLLER);
  for (const figure of [scale.serverBytes, scale.plantBytes, scale.databaseBytes, scale.rolloutMs])
    expect(figure).toBeGreaterThan(0);
  for (const computed of [scale.serverCpuMs, scale.plantCpuMs, scale.databaseCpuMs])
    expect(computed).toBeGreaterThan(0);
});
