import type { Command } from 'commander';
import type pg from 'pg';
import { printJson, printLines } from '../../../host/cli/common/output.ts';
import { HoldfastError } from '../../../host/common/errors.ts';
import { checkLines, foundBy } from '../../people/checks.ts';
import { heldWords } from '../../people/held.ts';
import { statusLines, whyLines } from '../../people/words.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { heldCells } from '../../store/bundles.ts';
import { lastChecks } from '../../store/checks.ts';
import { PgExchange } from '../../store/exchange.ts';
import { listIncidents } from '../../store/incidents.ts';
import { deadLettersOf, leftCells, type ServerSeen, serverSeen } from '../../store/people.ts';
import { type KeptRollout, lastRollout, loadWhole, nowMsOf } from '../../store/rollouts.ts';
import { FOLDER, withPlant } from '../common/plant.ts';

/** `fleet status` and `fleet why`: how a plant stands, and why a controller is where it is. */

/** A server that leads says so every second. */
const SILENT_MS = 5000;
const S = 1000;

export function register(program: Command): void {
  program
    .command('status')
    .description('how a plant stands: server, rollout, gateways, what waits')
    .argument(...FOLDER)
    .option('--json', 'print it as one JSON object')
    .action(status);
  program
    .command('why')
    .description('why a controller is where it is')
    .argument(...FOLDER)
    .argument('<controller>', 'its id')
    .action(why);
}

async function status(folder: string, { json }: { readonly json?: boolean }): Promise<void> {
  await withPlant(folder, async ({ pool, inventory }) => {
    const server = await serverSeen(pool);
    const exchange = new PgExchange(pool, '');
    const [lag, gateways, incidents] = [
      await exchange.lag(),
      await exchange.gateways(),
      await listIncidents(pool, false),
    ];
    const kept = await lastRollout(pool);
    const rollout = kept === null ? null : await loadWhole(pool, kept);
    const left = kept === null ? [] : await leftCells(pool, kept.id);
    const checks = await lastChecks(pool);
    const held = await heldCells(pool, await nowMsOf(pool));
    if (json) {
      const cells = rollout?.cells.map(({ planned, state, tries }) => ({
        ...{
          cell: planned.cell,
          site: planned.site,
          tries,
          phase: state?.phase ?? null,
          outcome: state?.outcome ?? null,
        },
        ...{ mixed: state !== null && state.mixedSinceMs !== null, why: state?.why ?? '' },
      }));
      const told = kept && {
        id: kept.id,
        sequence: kept.sequence,
        stage: kept.stage,
        mode: kept.mode,
        why: kept.why,
      };
      printJson({
        fleet: inventory.fleet,
        server,
        rollout: told && { ...told, cells, left },
        gateways,
        lag,
        incidents,
        checks: checks.map(({ content, ...check }) => ({
          ...check,
          ...content.round,
          sources: content.sources,
        })),
        held: [...held.values()],
      });
      return;
    }
    const seconds = (ms: number | null) => (ms === null ? '' : `, the oldest for ${Math.round(ms / S)} s`);
    printLines([
      serverLine(inventory.fleet, server),
      ...(incidents.length === 0
        ? []
        : [
            {
              alarm: `${incidents.length} ${incidents.length === 1 ? 'incident' : 'incidents'} that nobody acknowledged; see fleet incidents`,
            },
          ]),
      ...(kept === null || rollout === null ? ['no rollout yet'] : [...rolloutLines(kept, rollout)]),
      ...left.map(({ cell, words }) => `  ${cell}  is left: ${words}`),
      ...[...held.values()].map((each) => `  ${each.cell}  ${heldWords(each)}`),
      ...checks.flatMap(checkLines),
      `orders on their way ${lag.open}${seconds(lag.openMs)}; not fetched ${lag.untaken}${seconds(lag.untakenMs)}`,
      `reports not read ${lag.unread}${seconds(lag.unreadMs)}`,
      ...[...inventory.gateways.keys()].map((id) =>
        gatewayLine(
          id,
          gateways.find(({ gateway }) => gateway === id),
        ),
      ),
    ]);
  });
}

function rolloutLines({ id, sequence, stage }: KeptRollout, rollout: RolloutState): string[] {
  const [stand, ...cells] = statusLines(rollout, stage);
  return [`rollout ${id} of state ${sequence}, ${stand}`, ...cells];
}

function serverLine(fleet: string, { name, epoch, beatMs }: ServerSeen): string {
  if (epoch === 0) return `${fleet}: no server led yet`;
  const since =
    beatMs > SILENT_MS ? `was heard of last ${Math.round(beatMs / S)} s ago; none leads now` : 'leads';
  return `${fleet}: server ${name} ${since}, epoch ${epoch}`;
}

function gatewayLine(id: string, seen: { readonly seenMs: number } | undefined): string {
  return `gateway ${id}  ${seen === undefined ? 'was never heard of' : `heard of last at ${new Date(seen.seenMs).toISOString()}`}`;
}

async function why(folder: string, controller: string): Promise<void> {
  await withPlant(folder, async ({ pool, inventory }) => {
    if (!inventory.controllers.has(controller)) {
      throw new HoldfastError('CONTROLLER_UNKNOWN', `the inventory has no controller ${controller}`, {
        remedy: 'See fleet.yaml for its id.',
      });
    }
    const cell = inventory.controllers.get(controller)?.cell ?? '';
    const found = foundBy(await lastChecks(pool)).get(controller);
    const held = (await heldCells(pool, await nowMsOf(pool))).get(cell);
    printLines([
      ...(await linesOf(pool, controller, cell)),
      ...(held === undefined ? [] : [`  ${heldWords(held)}`]),
      ...(found === undefined ? [] : [`  ${found}`]),
    ]);
  });
}

async function linesOf(pool: pg.Pool, controller: string, cell: string): Promise<string[]> {
  const kept = await lastRollout(pool);
  if (kept === null) return [`${controller} of cell ${cell}: there was no rollout yet`];
  const lines = whyLines(await loadWhole(pool, kept), controller);
  if (lines === null) {
    const left = (await leftCells(pool, kept.id)).find((row) => row.cell === cell);
    if (kept.stage === 'planning')
      return [`${controller} of cell ${cell}: rollout ${kept.id} reads its controllers, and plans then`];
    const words = left?.words ?? 'it is not in the plan';
    return [`${controller} of cell ${cell} is left by rollout ${kept.id}: ${words}`];
  }
  const dead = await deadLettersOf(pool, kept.id, controller);
  return [
    ...lines,
    ...dead.map(({ act, words, at }) => `  gave up to ${act} at ${at.toISOString()}: ${words}`),
  ];
}
