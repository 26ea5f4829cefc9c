import type { KeyObject } from 'node:crypto';
import { toHex } from '../body/bytes.ts';
import { type EncodedBody, encodeBody, type Steps, shortfalls } from '../body/encode.ts';
import { encodePlane } from '../body/encode-plane.ts';
import { isCovering, type Partition } from '../body/partition.ts';
import type { PlaneMap } from '../body/plane-map.ts';
import { actionCode } from '../body/words.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../common/errors.ts';
import { type BuildName, NODE_16_BYTES, PLANE_REACH, PLANE_STEPS_MAX, STEP_KIND } from '../format.ts';
import { BURNED_DEFAULTS } from '../image/burned.ts';
import { wrapImage } from '../image/container.ts';
import { BUDGET_NONE, type BurnHint, type ImageIdentity } from '../image/identity.ts';
import { privateKeyFromPem } from '../image/sign.ts';
import { Diagnostics } from '../source/diagnostics.ts';
import type { RoundingModel } from '../source/model.ts';
import { fileReader, type SourceReader } from '../source/reader.ts';
import { readAnySource, readSource } from '../source/source.ts';
import type { PlaneGap, PlaneOverlap } from './plane/findings.ts';
import { type ResolvedPlane, resolvePlane } from './plane/resolve.ts';
import { resolveInto } from './resolve.ts';

export interface CompileOptions {
  /** PEM text of a private Ed25519 key; without it the image is unsigned. */
  readonly key?: string | undefined;
  /** Take what only the large build of the core holds; without it such a map is refused. */
  readonly large?: boolean | undefined;
  readonly reader?: SourceReader | undefined;
}

/** What a check of the map costs. */
export interface Cost {
  /** Steps by kind of search: `phase` and `line`, or `directory`, `halving`, `plane` and `grid`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** null: the source gives no budget. */
  readonly budget: { readonly steps: number } | null;
  readonly total: number;
}

export interface CompileSummary {
  readonly map: string;
  readonly epoch: number;
  /** Of the image. */
  readonly bytes: number;
  /** The edition's hash, hexadecimal. */
  readonly sha256: string;
  /** Declared zones. */
  readonly zones: number;
  /** Gap cells of the partition, over all phase windows. */
  readonly gaps: number;
  /** Cells of the partition, over all phase windows. */
  readonly cells: number;
  /** Search steps that a check takes. */
  readonly steps: number;
  readonly cost: Cost;
  /** What the source asked to round, and how far that went; empty: every number was exact. */
  readonly rounded: readonly RoundingModel[];
  /** What there is to tell of a plane, of which cells are the leaves of its lookup; a line has none. */
  readonly plane?: PlaneSummary;
}

export interface PlaneSummary {
  /** How places are looked up, and why so. */
  readonly form: string;
  /** Different edges of the phase that has most. */
  readonly edges: number;
  readonly nodes: number;
  readonly levels: number;
  /** Zones that lie over each other, and who answers; those with the largest area first. */
  readonly overlaps: readonly PlaneOverlap[];
  /** What no zone covers, part by part, but for the places of gap rules that have an area. */
  readonly gaps: readonly PlaneGap[];
  /** What was wrong with borders and could be put right in one way only. */
  readonly repairs: readonly string[];
}

export interface Compiled {
  readonly image: Uint8Array;
  readonly summary: CompileSummary;
  /** The smallest build of the core that holds it. */
  readonly fits: BuildName;
  readonly signed: boolean;
}

/**
 * Compiles a map source into an image. The same source gives the same bytes, signed or not.
 * @throws SourceError with every mistake of the source; HoldfastError OVER_BUDGET (exit code 1), TOO_LARGE, BAD_KEY.
 */
export async function compileSource(path: string, options: CompileOptions = {}): Promise<Compiled> {
  const key = options.key === undefined ? undefined : privateKeyFromPem(options.key);
  const { line, plane } = await loadMap(path, options.reader);
  if (plane !== undefined) return compilePlane(plane, key);
  return compilePartition(line, key, options.large ?? false);
}

/** A resolved map of either kind. */
export type LoadedMap =
  | { readonly line: Partition; readonly plane?: undefined }
  | { readonly line?: undefined; readonly plane: ResolvedPlane };

/**
 * Reads and resolves a source of either kind; mistakes of both stages are reported together.
 * @throws SourceError; HoldfastError TOO_LARGE
 */
export async function loadMap(path: string, reader: SourceReader = fileReader): Promise<LoadedMap> {
  const diagnostics = new Diagnostics();
  const { model, plane, complete } = await readAnySource(path, reader, diagnostics);
  const line = model && resolveInto(model, complete, diagnostics);
  const resolved = plane && resolvePlane(plane, complete, diagnostics);
  diagnostics.throwIfAny();
  if (line !== undefined) return { line };
  if (resolved === undefined) throw new TypeError('a source without mistakes has a map');
  return { plane: resolved };
}

/**
 * Reads and resolves a source; mistakes of both stages are reported together.
 * @throws SourceError
 */
export async function loadPartition(path: string, reader: SourceReader = fileReader): Promise<Partition> {
  const diagnostics = new Diagnostics();
  const { model, complete } = await readSource(path, reader, diagnostics);
  const partition = model && resolveInto(model, complete, diagnostics);
  diagnostics.throwIfAny();
  if (partition === undefined) throw new TypeError('a source without mistakes has a partition');
  return partition;
}

/** Compiles a partition; see `compileSource` for the errors. */
export function compilePartition(partition: Partition, key: KeyObject | undefined, large: boolean): Compiled {
  const encoded = encodeBody(partition);
  const cost = costOf(partition, { ...encoded.steps });
  refuseOverBudget(cost);
  const fits = requireFit(encoded, large);
  const { image, digest } = wrapImage(encoded.body, identityOf(partition, encoded.steps), key);
  const cells = partition.windows.flatMap((window) => window.cells);
  const summary = {
    map: partition.map,
    epoch: partition.epoch,
    bytes: image.length,
    sha256: toHex(digest),
    zones: partition.zones,
    gaps: cells.filter(({ rule }) => !isCovering(partition, rule)).length,
    cells: cells.length,
    steps: cost.total,
    cost,
    rounded: partition.notes?.roundings ?? [],
  };
  return { image, summary, fits, signed: key !== undefined };
}

/** Compiles a plane; see `compileSource` for the errors. */
export function compilePlane(resolved: ResolvedPlane, key: KeyObject | undefined): Compiled {
  const { plane, edges, overlaps, gaps, repairs } = resolved;
  const { lookup } = plane;
  requirePlaneFits(resolved);
  const encoded = encodePlane(plane);
  const hasPhases = plane.phases.length > 1;
  const kinds = { directory: hasPhases ? 1 : 0, halving: encoded.halvings, plane: encoded.levels, grid: 1 };
  const cost = costOf(plane, kinds);
  refuseOverBudget(cost);
  const { image, digest } = wrapImage(encoded.body, planeIdentity(plane, kinds), key);
  const isGap = (rule: number) => rule >= plane.zones;
  const figures = { edges, nodes: lookup.nodes.length, levels: encoded.levels };
  const summary: CompileSummary = {
    map: plane.map,
    epoch: plane.epoch,
    bytes: image.length,
    sha256: toHex(digest),
    zones: plane.zones,
    gaps: lookup.leaves.filter(isGap).length,
    cells: lookup.leaves.length,
    steps: cost.total,
    cost,
    rounded: resolved.roundings,
    plane: { form: PLANE_FORM, ...figures, overlaps, gaps, repairs },
  };
  return { image, summary, fits: 'device', signed: key !== undefined };
}

/** The one form so far; a grid of roots above it, and nodes of 12 bytes, are in the format and not written yet. */
const PLANE_FORM = 'a tree of lines, nodes of 16 bytes, no grid: the one form that is written so far';

function requirePlaneFits({ plane, edges }: ResolvedPlane): void {
  const { nodes, leaves, levels } = plane.lookup;
  const bytes = (nodes.length + leaves.length + 1) * NODE_16_BYTES;
  const wrong: string[] = [];
  if (levels.length > PLANE_STEPS_MAX) wrong.push(`${levels.length} levels, at most ${PLANE_STEPS_MAX}`);
  if (bytes > PLANE_REACH) wrong.push(`${bytes} bytes of nodes, at most ${PLANE_REACH}`);
  if (wrong.length === 0) return;
  const message = `this plane of ${edges} edges does not fit any build: ${wrong.join('; ')}`;
  const remedy = 'Use fewer corners, fewer phases, or coarser steps.';
  throw new HoldfastError('TOO_LARGE', message, { remedy });
}

function planeIdentity(plane: PlaneMap, kinds: Cost['kinds']): ImageIdentity {
  const { map, device, epoch, replaces, units } = plane;
  const steps = (['directory', 'halving', 'plane', 'grid'] as const)
    .map((name) => ({ kind: STEP_KIND[name], steps: kinds[name] ?? 0 }))
    .filter((entry) => entry.steps > 0);
  return { map, device, epoch, replaces, steps, burn: burnOf(plane), units };
}

function costOf({ budgetSteps }: Pick<Partition, 'budgetSteps'>, kinds: Cost['kinds']): Cost {
  const budget = budgetSteps === null ? null : { steps: budgetSteps };
  return { kinds, budget, total: Object.values(kinds).reduce((sum, steps) => sum + steps, 0) };
}

/** `phase 0, line 5` */
export function kindWords(kinds: Cost['kinds']): string {
  return Object.entries(kinds)
    .map(([name, steps]) => `${name} ${steps}`)
    .join(', ');
}

function refuseOverBudget({ budget, total, kinds }: Cost): void {
  if (budget === null || total <= budget.steps) return;
  const message = `a check takes ${total} steps (${kindWords(kinds)}), the budget is ${budget.steps}`;
  const remedy = 'Join zones so that there are fewer cells, or raise the budget.';
  throw new HoldfastError('OVER_BUDGET', message, { remedy, exitCode: EXIT_CHECK_SAID_NO });
}

function requireFit(encoded: EncodedBody, large: boolean): BuildName {
  const { fits } = encoded;
  if (fits === 'device' || (fits === 'large' && large)) return fits;
  const build = large ? 'large' : 'device';
  const message = `this map does not fit the ${build} build: ${shortfalls(encoded, build).join('; ')}`;
  const remedy =
    fits === 'large'
      ? 'Use fewer zones, or compile for the large build (--large).'
      : 'Use fewer zones or fewer phases.';
  throw new HoldfastError('TOO_LARGE', message, { remedy });
}

/** What the container says of an edition. */
function identityOf(partition: Partition, steps: Steps): ImageIdentity {
  const { map, device, epoch, replaces, units } = partition;
  const kinds = [
    { kind: STEP_KIND.phase, steps: steps.phase },
    { kind: STEP_KIND.line, steps: steps.line },
  ];
  return { map, device, epoch, replaces, steps: kinds, burn: burnOf(partition), units };
}

/** A budget in steps: every step of any kind costs 1. */
function burnOf(partition: Pick<Partition, 'fault' | 'budgetSteps'>): BurnHint {
  return {
    faultAction: actionCode(partition.fault),
    holdAction: actionCode(BURNED_DEFAULTS.hold),
    budgetLimit: partition.budgetSteps ?? BUDGET_NONE,
    budgetBase: BURNED_DEFAULTS.budgetBase,
    costs: BURNED_DEFAULTS.costs,
  };
}
