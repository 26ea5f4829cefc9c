import type { Command } from 'commander';
import { audit } from '../../audit/audit.ts';
import { comparePartitions } from '../../audit/compare.ts';
import { comparisonWords } from '../../audit/compare-words.ts';
import { auditPlane } from '../../audit/plane.ts';
import { comparePlanes } from '../../audit/plane-compare.ts';
import { planeComparisonWords } from '../../audit/plane-compare-words.ts';
import { planeAuditWords } from '../../audit/plane-words.ts';
import { auditWords } from '../../audit/words.ts';
import type { Partition } from '../../body/partition.ts';
import type { PlanePartition } from '../../body/plane-partition.ts';
import { EXIT_CHECK_SAID_NO } from '../../common/errors.ts';
import { type CyclesSpent, partitionCycles } from '../../compile/cost.ts';
import { budgetWords, cycleBars, cycleWords, overBudget } from '../../cycles/words.ts';
import { createComparisonPage, createPage } from '../../report/html.ts';
import { createPlaneComparisonPage, createPlanePage } from '../../report/plane-html.ts';
import { isPlane } from '../../source/plane-model.ts';
import { drawComparison, drawMap } from '../../svg/drawing.ts';
import { drawPlaneComparison } from '../../svg/plane-comparison.ts';
import { drawPlane } from '../../svg/plane-drawing.ts';
import { type LoadedEdition, loadAny, type PairOf, pairOf } from '../common/editions.ts';
import { lookupOf } from '../common/lookups.ts';
import { printJson, printLines, printWarning } from '../common/output.ts';
import { DRAWING, PAGE } from '../common/output-kinds.ts';
import { addForceOption, claimOutputs, writeOutput } from '../common/outputs.ts';

/** `holdfast audit`: what a map covers and what it does not, and what changed between two editions. */

const HELP = `
Overlaps are known from a source only: an image holds who won, not over whom.
Where the source has a budget in cycles of a board it says what the map costs there, draws where the cycles go, and ends with 1 when it is
over.
With two maps it says what changed from the first to the second, stretch by stretch, or of planes place by place.

Examples:
  holdfast audit firmware-maps/rail/rail.map.yaml
  holdfast audit rail.img --json
  holdfast audit rail.img firmware-maps/rail/rail.next.map.yaml`;

interface AuditOptions {
  readonly json?: boolean;
  readonly svg?: string;
  readonly html?: string;
  readonly force?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('audit')
    .description('report gaps, overlaps and coverage of a source or an image, or what changed between two')
    .argument('<source|image>', 'map source or image')
    .argument('[after]', 'a later edition to compare it with')
    .option('--json', 'print the report as one JSON object')
    .option('--svg <file>', 'draw it, to print or to look at; - is stdout')
    .option('--html <file>', 'a page to explore it, offline, with the real core in it; - is stdout')
    .addHelpText('after', HELP);
  addForceOption(command).action(run);
}

async function run(path: string, afterPath: string | undefined, options: AuditOptions): Promise<void> {
  claimOutputs(options.svg, options.html);
  const edition = await loadAny(path);
  if (afterPath === undefined) {
    const { partition, image } = edition;
    if (isPlane(partition)) await reportPlane({ partition, image }, options);
    else await reportOne({ partition, image }, options);
    return;
  }
  const editions = pairOf(edition, await loadAny(afterPath));
  if (editions.shape === 'plane') await reportTwoPlanes(editions, options);
  else await reportTwo(editions.before, editions.after, options);
}

async function reportOne(edition: LoadedEdition, options: AuditOptions): Promise<void> {
  const { partition, image } = edition;
  const { html, svg, force } = options;
  if (html !== undefined) {
    const page = await createPage(partition, image);
    await writeOutput(html, Buffer.from(page), { kind: PAGE, force });
  }
  if (svg !== undefined) await writeOutput(svg, Buffer.from(drawMap(partition)), { kind: DRAWING, force });
  const report = audit(partition);
  const cycles = partitionCycles(partition);
  const lookup = lookupOf(edition);
  if (options.json) printJson({ ...report, lookup, ...(cycles === null ? {} : { cycles }) });
  else printLines([...auditWords(report), ...lookupLines(lookup), ...budgetLines(partition, cycles)]);
  const over = cycles === null ? [] : overBudget(cycles.spent, cycles.budget);
  for (const each of over) printWarning(`over budget: ${each}`);
  if (over.length > 0) process.exitCode = EXIT_CHECK_SAID_NO;
}

async function reportPlane(
  { partition: plane, image }: LoadedEdition<PlanePartition>,
  { html, svg, force, json }: AuditOptions,
): Promise<void> {
  if (html !== undefined) {
    const page = await createPlanePage(plane, image);
    await writeOutput(html, Buffer.from(page), { kind: PAGE, force });
  }
  if (svg !== undefined) await writeOutput(svg, Buffer.from(drawPlane(plane)), { kind: DRAWING, force });
  const report = auditPlane(plane);
  if (json) printJson(report);
  else printLines(planeAuditWords(report));
}

async function reportTwoPlanes(
  { before, after }: PairOf<PlanePartition>,
  { html, svg, force, json }: AuditOptions,
): Promise<void> {
  const comparison = comparePlanes(before.partition, after.partition);
  if (html !== undefined) {
    const page = await createPlaneComparisonPage(before.partition, after.partition, after.image);
    await writeOutput(html, Buffer.from(page), { kind: PAGE, force });
  }
  if (svg !== undefined) {
    const drawing = drawPlaneComparison(before.partition, after.partition);
    await writeOutput(svg, Buffer.from(drawing), { kind: DRAWING, force });
  }
  if (json) printJson(comparison);
  else printLines(planeComparisonWords(comparison));
}

function lookupLines(lookup: string | null): string[] {
  return lookup === null ? [] : [`lookup    ${lookup}`];
}

/** What the map costs where its budget is in cycles; of an image the board is not known. */
function budgetLines({ budgetCycles }: Partition, cycles: CyclesSpent | null): string[] {
  if (cycles !== null) {
    const { spent, parts, shape, budget } = cycles;
    return [`cycles    ${cycleWords(spent, budget)}`, ...cycleBars(spent, parts, shape, budget)];
  }
  return budgetCycles === null
    ? []
    : [`budget    ${budgetWords(budgetCycles)}; of which board, an image does not say`];
}

async function reportTwo(before: LoadedEdition, after: LoadedEdition, options: AuditOptions): Promise<void> {
  const comparison = comparePartitions(before.partition, after.partition);
  const { html, svg, force } = options;
  if (html !== undefined) {
    const page = await createComparisonPage(before.partition, after.partition, after.image);
    await writeOutput(html, Buffer.from(page), { kind: PAGE, force });
  }
  if (svg !== undefined) {
    const drawing = drawComparison(before.partition, after.partition);
    await writeOutput(svg, Buffer.from(drawing), { kind: DRAWING, force });
  }
  if (options.json) printJson(comparison);
  else printLines(comparisonWords(comparison));
}
