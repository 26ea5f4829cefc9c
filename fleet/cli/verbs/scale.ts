import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { runScale, type Scale } from '../../kills/scale.ts';
import { CELL_MEMBERS_MAX, GATEWAYS_MAX } from '../../limits.ts';
import { wholeNumber } from '../common/whole-number.ts';

/** `fleet scale`: how long a rollout of a large plant takes, and what it needs. */

interface ScaleVerbOptions {
  readonly controllers: number;
  readonly members: number;
  readonly gateways: number;
  readonly atOnce: number;
  readonly aGateway: number;
  readonly json?: boolean;
}

const CONTROLLERS_MAX = 20_000;
const MIB = 1024 * 1024;

const HELP = `
A real server with its database; gateways, which ask it over HTTPS, and controllers, which run the real core, in this process.
Each controller is read on its own line in the end, and its effects are counted. Exit code 1 when something is not as it
should be.

Example:
  npm run fleet -- scale --controllers 5000 --gateways 50 --a-gateway 20`;

export function register(program: Command): void {
  program
    .command('scale')
    .description('time the rollout of a large simulated plant')
    .option('--controllers <n>', 'how many', wholeNumber(1, CONTROLLERS_MAX), 500)
    .option('--members <n>', 'of a cell', wholeNumber(1, CELL_MEMBERS_MAX), 5)
    .option('--gateways <n>', 'that they hang on', wholeNumber(1, GATEWAYS_MAX), 50)
    .option('--at-once <n>', 'cells that change at once', wholeNumber(1, CONTROLLERS_MAX), 50)
    .option('--a-gateway <n>', 'of those, on one gateway', wholeNumber(1, CONTROLLERS_MAX), 10)
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({
  controllers,
  members,
  gateways,
  atOnce,
  aGateway,
  json,
}: ScaleVerbOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-scale-'));
  // Root starts the database as somebody else, who has to come to it.
  chmodSync(folder, 0o711);
  const given = process.env.DATABASE_URL;
  try {
    const scale = await runScale({
      ...{ folder, size: { controllers, members, gateways }, atOnce: { cells: atOnce, aGateway } },
      databaseUrl: given === undefined || given === '' ? null : given,
      program: process.argv[1] ?? '',
    });
    if (json) printJson(scale);
    else printLines(linesOf(scale));
    if (scale.broken.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(scale: Scale): string[] {
  const s = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
  const database = scale.databaseCpuMs === null ? '' : `, database ${s(scale.databaseCpuMs)}`;
  return [
    `${scale.controllers} controllers on ${scale.gateways} gateways: confirmed and read back after ${s(scale.rolloutMs)}`,
    `computed: server ${s(scale.serverCpuMs)}, gateways and controllers ${s(scale.plantCpuMs)}${database}`,
    `memory at most: server ${mib(scale.serverBytes)}, gateways and controllers ${mib(scale.plantBytes)}; database ${mib(scale.databaseBytes)}`,
    `lag at most: orders ${s(scale.orderLagMs)}, reports ${s(scale.reportLagMs)}`,
    `${scale.effects} effects on controllers`,
    ...(scale.broken.length === 0 ? ['everything held'] : scale.broken.slice(0, 20)),
  ];
}
