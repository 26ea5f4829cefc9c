import type { Command } from 'commander';
import { printJson, printLines, printWarning } from '../../../host/cli/common/output.ts';
import { timestampOf } from '../../desired/state.ts';
import { nextOpening, type Opening } from '../../inventory/calendar.ts';
import type { Inventory, Site } from '../../inventory/model.ts';
import { readInventory } from '../../inventory/read.ts';
import { parseMoment } from '../common/moment.ts';

/** `fleet inventory`: what a plant consists of, and when it may be changed. */

interface InventoryOptions {
  readonly at?: number;
  readonly json?: boolean;
}

const HELP = `
Reads the inventory and the keys that it names. Every mistake is told with its place and what to do.

Example:
  npm run fleet -- inventory fleet.yaml --at 2026-12-24T22:30:00+01:00`;

export function register(program: Command): void {
  program
    .command('inventory')
    .description('check an inventory, and say when its sites may be changed')
    .argument('<file>', 'the inventory, such as fleet.yaml')
    .option('--at <moment>', 'the moment that windows are told for (default: now)', parseMoment)
    .option('--json', 'print the summary as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(path: string, options: InventoryOptions): Promise<void> {
  const inventory = await readInventory(path);
  const nowMs = options.at ?? Date.now();
  const sites = [...inventory.sites.values()].map((site) => ({ site, opening: nextOpening(site, nowMs) }));
  const { fleet, unused } = inventory;
  const counts = countsOf(inventory);
  if (options.json) {
    const windows = sites.map(({ site, opening }) => ({
      site: site.id,
      zone: site.zone,
      ...openingFields(opening, nowMs),
    }));
    printJson({ fleet, ...counts, signers: inventory.signers.length, windows, unused });
    return;
  }
  const { controllers, cells, gateways } = counts;
  printLines([
    `${fleet}: ${controllers} controllers in ${cells} cells, on ${gateways} gateways, at ${sites.length} ${sites.length === 1 ? 'site' : 'sites'}`,
    ...sites.map(({ site, opening }) => `  ${site.id}  ${openingWords(site, opening, nowMs)}`),
  ]);
  for (const words of unused) printWarning(words);
}

function countsOf({
  controllers,
  cells,
  gateways,
  sites,
}: Inventory): Record<'controllers' | 'cells' | 'gateways' | 'sites', number> {
  return { controllers: controllers.size, cells: cells.size, gateways: gateways.size, sites: sites.size };
}

function openingFields(
  opening: Opening | null,
  nowMs: number,
): Record<'open' | 'from' | 'until', boolean | string | null> {
  if (opening === null) return { open: false, from: null, until: null };
  const { fromMs, untilMs } = opening;
  return { open: fromMs <= nowMs, from: timestampOf(fromMs), until: timestampOf(untilMs) };
}

function openingWords({ zone }: Site, opening: Opening | null, nowMs: number): string {
  if (opening === null) return `no window begins within 400 days (${zone})`;
  const until = timestampOf(opening.untilMs);
  if (opening.fromMs <= nowMs) return `open until ${until} (${zone})`;
  return `closed; the next window is from ${timestampOf(opening.fromMs)} until ${until} (${zone})`;
}
