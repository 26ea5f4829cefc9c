import type { KeyObject } from 'node:crypto';
import { toHex } from '../body/bytes.ts';
import { whyNoDirectories } from '../body/directory-lack.ts';
import { encodeBody, type WantedLookup } from '../body/encode.ts';
import { shortfalls } from '../body/encode-body.ts';
import type { Lookup } from '../body/encode-layout.ts';
import { planeShortfalls } from '../body/encode-plane.ts';
import { numberedLists } from '../body/found-in-lists.ts';
import { isCovering, type Partition } from '../body/partition.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import { actionCode } from '../body/words.ts';
import { type ArenaName, arenaOf, BUILD_NAMES, buildWords } from '../common/arenas.ts';
import { HoldfastError } from '../common/errors.ts';
import { type Steps, stepsByKind } from '../cycles/steps.ts';
import { ARENAS, BUILD_LIMITS, type BuildName } from '../format.ts';
import { BURNED_DEFAULTS } from '../image/burned.ts';
import { wrapImage } from '../image/container.ts';
import type { BurnHint, ImageIdentity } from '../image/identity.ts';
import { privateKeyFromPem } from '../image/sign.ts';
import { Diagnostics } from '../source/diagnostics.ts';
import type { MapModel, RoundingModel } from '../source/model.ts';
import { isPlane, type PlaneModel, planeRefused } from '../source/plane-model.ts';
import { fileReader, type SourceReader } from '../source/reader.ts';
import { readSource } from '../source/source.ts';
import { burnedBudget, type Cost, costOf, refuseOverBudget } from './cost.ts';
import { lookupReason, otherLookupRemedy } from './lookup-reason.ts';
import { chosenPlane, type OtherForm } from './plane-form.ts';
import { resolveInto } from './resolve.ts';
import { resolvePlane } from './resolve-plane.ts';

export interface CompileOptions {
  /** PEM text of a private Ed25519 key; without it the image is unsigned. */
  readonly key?: string | undefined;
  /** Take what only the large build of the core holds; without it such a map is refused. */
  readonly large?: boolean | undefined;
  /** The arena of the controllers that it is for; a map that does not fit it is refused. Unless given, the largest. */
  readonly arena?: ArenaName | undefined;
  /** How places are looked up; unless given, by directories where a check then costs less. */
  readonly lookup?: WantedLookup | undefined;
  readonly reader?: SourceReader | undefined;
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
  /** How places are looked up, and bytes of all directories (0: trees), or of the grids of a plane. */
  readonly lookup: Lookup | 'plane';
  readonly directoryBytes: number;
  /** Bytes that it takes in the arena of a controller, and the smallest arena that holds it; null: only the large build does. */
  readonly residentBytes: number;
  readonly arena: ArenaName | null;
  /** Steps of the other lookup; null: directories would take more bytes or halvings than they may, or it was not looked at. */
  readonly otherKinds: Steps | null;
  /** Why trees were taken where directories cost fewer cycles, or there are none, a clause; null: what was taken costs least. */
  readonly lookupReason: string | null;
  /** An arena that is smaller than that of `arena` and holds the map by the other lookup; null: none does. */
  readonly smallerArena: ArenaName | null;
  /** Of a plane: its nodes, bytes of each, levels, the squares of its grid, and what else nodes could be; null for a line. */
  readonly plane: PlaneFigures | null;
  /** What the source asked to round, and how far that went; empty: every number was exact. */
  readonly rounded: readonly RoundingModel[];
  /** What its tables hold that is not used, one clause each. */
  readonly unused: readonly string[];
}

export interface PlaneFigures {
  readonly nodes: number;
  readonly nodeBytes: number;
  readonly depth: number;
  readonly columns: number;
  readonly rows: number;
  /** The other form of nodes, as it would be; null: one alone holds the plane. */
  readonly other: OtherForm | null;
}

/** What a map is resolved to: of a line, or of a plane. */
export type MapPartition = Partition | PlanePartition;

export interface Compiled {
  readonly image: Uint8Array;
  readonly summary: CompileSummary;
  /** The smallest build of the core that holds it. */
  readonly fits: BuildName;
  readonly signed: boolean;
}

/**
 * Compiles a map source into an image. The same source gives the same bytes, signed or not.
 * @throws SourceError with every mistake of the source; HoldfastError OVER_BUDGET (exit code 1), TOO_LARGE, NO_DIRECTORIES, BAD_KEY.
 */
export async function compileSource(path: string, options: CompileOptions = {}): Promise<Compiled> {
  const key = options.key === undefined ? undefined : privateKeyFromPem(options.key);
  const partition = await loadMap(path, options.reader, options.arena);
  return compilePartition(partition, key, options);
}

/**
 * Reads and resolves a source; mistakes of both stages are reported together.
 * @param arena of the controllers that it is for, by which the lookup of a plane is chosen; unless given, the largest
 * @throws SourceError; HoldfastError TOO_LARGE where phases of a plane begin too close to each other
 */
export async function loadMap(
  path: string,
  reader: SourceReader = fileReader,
  arena?: ArenaName,
): Promise<MapPartition> {
  const diagnostics = new Diagnostics();
  const { model, complete } = await readSource(path, reader, diagnostics);
  const partition = model && resolveEither(model, complete, diagnostics, buildFor(arena));
  diagnostics.throwIfAny();
  if (partition == null) throw new TypeError('a source without mistakes has a partition');
  return partition;
}

function resolveEither(
  model: MapModel | PlaneModel,
  complete: boolean,
  diagnostics: Diagnostics,
  build: BuildName,
): MapPartition | null {
  return isPlane(model)
    ? resolvePlane(model, complete, diagnostics, { build })
    : resolveInto(model, complete, diagnostics);
}

/**
 * The same for what knows lines only.
 * @throws SourceError; HoldfastError PLANE
 */
export async function loadPartition(path: string, reader?: SourceReader): Promise<Partition> {
  const partition = await loadMap(path, reader);
  if (isPlane(partition)) throw planeRefused(path);
  return partition;
}

/** The build of controllers that a map is for. */
function buildFor(arena: ArenaName | undefined): BuildName {
  return arena === undefined ? 'device' : ARENAS[arena];
}

/** Compiles a partition; see `compileSource` for the errors. */
export function compilePartition(
  partition: MapPartition,
  key: KeyObject | undefined,
  options: CompileChoices = {},
): Compiled {
  return isPlane(partition) ? compilePlane(partition, key, options) : compileLine(partition, key, options);
}

type CompileChoices = Pick<CompileOptions, 'large' | 'arena' | 'lookup'>;

function compileLine(
  partition: Partition,
  key: KeyObject | undefined,
  { large = false, arena, lookup = 'auto' }: CompileChoices,
): Compiled {
  const build = buildFor(arena);
  const encoded = encodeBody(partition, lookup, build);
  if (encoded === undefined) throw noDirectories(partition);
  const wanted = large && arena === undefined ? 'large' : build;
  const cost = costOf(partition, encoded.steps, arena);
  const otherLookup = () => otherLookupRemedy(partition, { lookup, build, wanted, arena });
  refuseOverBudget(partition, cost, otherLookup);
  const fits = requireFit(encoded, shortfalls, { wanted, takesLayout: true, otherLookup });
  const { image, digest } = wrapImage(encoded.body, identityOf(partition, encoded.steps), key);
  const summary = {
    ...summaryOf(partition, { image, digest, cost, fits }, encoded.residentBytes),
    ...cellCounts(partition),
    lookup: encoded.lookup,
    directoryBytes: encoded.directoryBytes,
    otherKinds: encoded.other?.steps ?? null,
    lookupReason: lookupReason(partition, encoded),
    smallerArena: smallerThan(fits, encoded.other?.fits ?? null),
    plane: null,
  };
  return { image, summary, fits, signed: key !== undefined };
}

function compilePlane(
  partition: PlanePartition,
  key: KeyObject | undefined,
  { large = false, arena, lookup = 'auto' }: CompileChoices,
): Compiled {
  if (lookup !== 'auto') {
    const message = `a plane is not looked up by ${lookup === 'tree' ? 'trees' : 'directories'} of places`;
    throw new HoldfastError('USAGE', message, { remedy: 'Leave --lookup out.' });
  }
  const build = buildFor(arena);
  const wanted = large && arena === undefined ? 'large' : build;
  const encoded = chosenPlane(partition, build);
  const cost = costOf(partition, encoded.steps, arena);
  refuseOverBudget(partition, cost, () => null);
  const takesLayout = BUILD_LIMITS[wanted].planeStepsMax > 0;
  const fits = requireFit(encoded, planeShortfalls, { wanted, takesLayout, otherLookup: () => null });
  const { image, digest } = wrapImage(encoded.body, identityOf(partition, encoded.steps), key);
  const { nodeBytes, nodes, leaves, gridBytes } = encoded;
  const { columns, rows, depth } = partition;
  const isGap = ({ kind }: PlanePartition['rules'][number]) => kind === 'gap';
  const summary = {
    ...summaryOf(partition, { image, digest, cost, fits }, encoded.residentBytes),
    gaps: partition.rules.filter(isGap).length,
    cells: leaves,
    lookup: 'plane' as const,
    directoryBytes: gridBytes,
    otherKinds: null,
    lookupReason: null,
    smallerArena: null,
    plane: { nodes, nodeBytes, depth, columns, rows, other: encoded.other },
  };
  return { image, summary, fits, signed: key !== undefined };
}

/** What lines and planes have alike. */
function summaryOf(
  partition: MapPartition,
  { image, digest, cost, fits }: Pick<Compiled, 'image' | 'fits'> & { digest: Uint8Array; cost: Cost },
  residentBytes: number,
) {
  return {
    map: partition.map,
    epoch: partition.epoch,
    bytes: image.length,
    sha256: toHex(digest),
    zones: partition.zones,
    steps: cost.total,
    cost,
    residentBytes,
    arena: arenaOf(fits),
    rounded: partition.notes?.roundings ?? [],
    unused: (partition.notes?.unused ?? []).map(({ words }) => words),
  };
}

/** Over all phase windows; a list that they share is gone through once. */
function cellCounts(partition: Partition): Pick<CompileSummary, 'gaps' | 'cells'> {
  const { lists, ranges } = numberedLists(partition.windows);
  const gapsOf = lists.map((cells) =>
    cells.reduce((gaps, { rule }) => (isCovering(partition, rule) ? gaps : gaps + 1), 0),
  );
  let [gaps, cells] = [0, 0];
  for (const { list } of ranges) {
    gaps += gapsOf[list] ?? 0;
    cells += lists[list]?.length ?? 0;
  }
  return { gaps, cells };
}

function smallerThan(fits: BuildName, other: BuildName | null): ArenaName | null {
  return other !== null && BUILD_NAMES.indexOf(other) < BUILD_NAMES.indexOf(fits) ? arenaOf(other) : null;
}

interface Fit {
  readonly wanted: BuildName;
  /** Whether that holds smaller maps of the kind. */
  readonly takesLayout: boolean;
  /** The remedy that is another lookup; null: none helps. */
  readonly otherLookup: () => string | null;
}

/** The smallest build that holds it; one that `wanted` is no smaller than. */
function requireFit<Sizes>(
  { fits, sizes }: { readonly fits: BuildName | null; readonly sizes: Sizes },
  shortfallsOf: (sizes: Sizes, build: BuildName) => readonly string[],
  { wanted, takesLayout, otherLookup }: Fit,
): BuildName {
  const missing = shortfallsOf(sizes, wanted);
  if (fits !== null && missing.length === 0) return fits;
  const message = `this map does not fit ${buildWords(wanted)}: ${missing.join('; ')}`;
  throw new HoldfastError('TOO_LARGE', message, { remedy: otherLookup() ?? remedyFor(fits, takesLayout) });
}

/** What helps a map that `fits` holds. */
function remedyFor(fits: BuildName | null, takesLayout: boolean): string {
  if (fits === null) return 'Use fewer zones or fewer phases.';
  const arena = arenaOf(fits);
  if (arena === null) return 'Use fewer zones, or compile for the large build (--large).';
  const smaller = takesLayout ? 'fewer zones, or ' : '';
  return `Use ${smaller}controllers with an arena of ${arena} (--arena ${arena}).`;
}

function noDirectories(partition: Partition): HoldfastError {
  const message = `this map has no directories: ${whyNoDirectories(partition)}`;
  const remedy = 'Compile it with --lookup auto, which takes trees where directories do not pay.';
  return new HoldfastError('NO_DIRECTORIES', message, { remedy });
}

/** What the container says of an edition. */
function identityOf(partition: MapPartition, steps: Steps): ImageIdentity {
  const { map, device, epoch, replaces, units } = partition;
  return { map, device, epoch, replaces, steps: stepsByKind(steps), burn: burnOf(partition, steps), units };
}

function burnOf(partition: MapPartition, steps: Steps): BurnHint {
  return {
    faultAction: actionCode(partition.fault),
    holdAction: actionCode(BURNED_DEFAULTS.hold),
    ...burnedBudget(partition, steps),
  };
}
