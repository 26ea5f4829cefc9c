import { answerWords, headParts, kindWords } from '../audit/compare-words.ts';
import { auditPlane } from '../audit/plane.ts';
import { comparePlaneShapes, type PlaneComparison } from '../audit/plane-compare.ts';
import { planeCountWords, ruleParts } from '../audit/plane-compare-words.ts';
import { encodePlane } from '../body/encode-plane.ts';
import type { PlanePartition, PlaneSample } from '../body/plane-partition.ts';
import { visible } from '../common/visible.ts';
import { compilePartition } from '../compile/compile.ts';
import { CHANGE_GROUPS, changeGroupOf } from '../drawing/change-groups.ts';
import { IMAGE_HEADER_BYTES } from '../format.ts';
import { parseImage } from '../image/container.ts';
import { pageMarkup } from '../page/markup.ts';
import type { PlanePageBefore, PlanePageChange, PlanePageHead } from '../page/plane-data.ts';
import type { Corners } from '../plane/pieces.ts';
import { escapeXml } from '../svg/markup.ts';
import { drawPlaneComparison } from '../svg/plane-comparison.ts';
import { planeSummary } from '../svg/plane-drawing.ts';
import { base64, devicePieces, embedded, scriptOf, visibleUnits } from './parts.ts';

/** A plane as one page that needs nothing else: to look at, and to ask, with the real core in it. */

/**
 * The page of a plane and of its image; without an image the plane is compiled.
 * @throws what `compilePartition` throws; HoldfastError PAGE_MISSING when the package was not built.
 */
export function createPlanePage(plane: PlanePartition, image: Uint8Array | null): Promise<string> {
  return pageOf(plane, image, { before: null, live: null });
}

/**
 * The page of an edition that says what changed since another one.
 * @throws HoldfastError NOT_COMPARABLE, and what `createPlanePage` throws.
 */
export function createPlaneComparisonPage(
  before: PlanePartition,
  after: PlanePartition,
  image: Uint8Array | null,
): Promise<string> {
  return pageOf(after, image, { before, live: null });
}

/** The page of what a device runs, which asks the server that it comes from what the device does. */
export function createLivePlanePage(plane: PlanePartition, image: Uint8Array): Promise<string> {
  return pageOf(plane, image, { before: null, live: Buffer.from(parseImage(image).digest).toString('hex') });
}

async function pageOf(
  plane: PlanePartition,
  image: Uint8Array | null,
  { before, live }: { readonly before: PlanePartition | null; readonly live: string | null },
): Promise<string> {
  const edition = image ?? compilePartition(plane, undefined, { large: true }).image;
  const compared = before === null ? null : comparedWith(before, plane);
  const since = compared === null ? '' : `; since epoch ${before?.epoch}: ${compared.words}`;
  const picture = before === null ? null : Buffer.from(drawPlaneComparison(before, plane));
  const name = `${plane.map}, epoch ${plane.epoch}`;
  return pageMarkup({
    title: escapeXml(live === null ? name : `live: ${name}`),
    subtitle: escapeXml(`${planeSummary(plane)}${since}`),
    picture: picture?.toString('base64') ?? null,
    isLive: live !== null,
    hasPhases: plane.phasePeriod > 1,
    tabs: ['change', 'gap', 'overlap', 'zone'],
    label:
      'The map. Arrow keys pan, with shift they move the cursor; plus and minus zoom, n and p step through the list, [ and ] through phases, m begins and ends a move at the cursor, escape drops it, l shows the lookup, / searches.',
    keys: 'Wheel or pinch zooms, dragging pans, two clicks draw a move; keys: arrows, shift and arrows, +, −, 0, n, p, [ ], m, l, /.',
    ...{ whole: 'whole map', place: 'x, y' },
    tools: LOOKUP_TOOL,
    head: embedded({ ...headOf(plane, edition), before: compared?.before ?? null, live }),
    pieces: (await devicePieces(edition)).map(embedded),
    script: await scriptOf('plane-page'),
  });
}

const LOOKUP_TOOL =
  '\n<label title="what a check tells apart: pieces, and squares of the grid (l)"><input id="lookup" type="checkbox"> lookup</label>';

function headOf(plane: PlanePartition, image: Uint8Array): Omit<PlanePageHead, 'before' | 'live'> {
  const { map, epoch, units, found } = plane;
  const report = auditPlane(plane);
  const at = ({ x, y }: PlaneSample) => [x, y] as const;
  return {
    ...{ map: visible(map), epoch, units: visibleUnits(units) },
    body: { offset: IMAGE_HEADER_BYTES, bytes: parseImage(image).body.length },
    overlaps:
      report.overlaps?.map(({ sample, ...overlap }, index) => ({
        ...overlap,
        over: visible(overlap.over),
        under: visible(overlap.under),
        at: at(found?.overlaps[index]?.sample ?? NOWHERE),
      })) ?? null,
    gaps:
      report.gaps?.map(({ sample, ...gap }, index) => ({
        ...gap,
        id: visible(gap.id),
        at: at(found?.gaps[index]?.sample ?? NOWHERE),
      })) ?? null,
  };
}

const NOWHERE: PlaneSample = { x: 0, y: 0, isLattice: false };

/** Changes in offsets from the minima of the later edition, and how much there is of them. */
function comparedWith(
  before: PlanePartition,
  after: PlanePartition,
): { readonly words: string; readonly before: PlanePageBefore } {
  const { comparison, shapes, from, axes } = comparePlaneShapes(before, after);
  const [dx, dy] = from.after;
  const minX = BigInt(axes[0].min) + before.axes[0].origin;
  const minY = BigInt(axes[1].min) + before.axes[1].origin;
  const changes = comparison.changes.map((change, index): PlanePageChange => {
    const cells = (shapes[index] ?? []).map((corners) => moved(corners, -dx, -dy));
    const { x, y } = change.sample;
    return {
      group: changeGroupOf(change),
      where: '',
      what: kindWords(change),
      before: visible(answerWords(change.before, comparison.before.units)),
      after: visible(answerWords(change.after, comparison.after.units)),
      at: [Number(BigInt(x) - minX) - dx, Number(BigInt(y) - minY) - dy],
      ...{ area: change.area, phases: change.phases },
      corners: base64(Float64Array.from(cells.flat())),
      lengths: base64(Uint32Array.from(cells, ({ length }) => length)),
    };
  });
  const words = planeCountWords(comparison);
  return {
    words,
    before: {
      epoch: before.epoch,
      body: base64(encodePlane(before).body),
      units: visibleUnits(before.units),
      from: [from.before[0] - dx, from.before[1] - dy],
      changes: [...changes, ...withoutPlaces(comparison)],
    },
  };
}

/** What changed of rules, wherever they answer, and above the map. */
function withoutPlaces(comparison: PlaneComparison): PlanePageChange[] {
  const rules = comparison.rules.map((rule) => {
    const [name, what, before, after] = ruleParts(comparison, rule);
    return { where: 'wherever it answers', what: `${name}: ${what}`, before, after };
  });
  const heads = comparison.head
    .filter(({ field }) => field !== 'epoch')
    .map((change) => {
      const [what, before, after] = headParts(change);
      return { where: 'above the map', what, before, after };
    });
  return [...rules, ...heads].map(({ where, what, before, after }) => ({
    ...{ where, what: visible(what), before: visible(before), after: visible(after) },
    ...{ group: CHANGE_GROUPS.length - 1, at: [0, 0], area: 0, phases: [], corners: '', lengths: '' },
  }));
}

function moved(corners: Corners, dx: number, dy: number): number[] {
  return corners.map((value, at) => value + (at % 2 === 0 ? dx : dy));
}
