import { type GapCell, gapCells } from '../audit/audit.ts';
import { comparePartitions, type EditionChange, type EditionComparison } from '../audit/compare.ts';
import { briefWords } from '../audit/compare-words.ts';
import { brakingOf } from '../audit/curves.ts';
import { encodeWithTrees } from '../body/encode-body.ts';
import { numberedLists } from '../body/found-in-lists.ts';
import type { Cell, Partition, Rule } from '../body/partition.ts';
import { visible } from '../common/visible.ts';
import { compilePartition } from '../compile/compile.ts';
import { CHANGE_GROUPS, changeGroupOf } from '../drawing/change-groups.ts';
import { ACTION_NAMES } from '../format.ts';
import { parseImage } from '../image/container.ts';
import { inTodaysVersion } from '../image/todays-version.ts';
import {
  GAP_FIELDS,
  GAP_KIND,
  HAS_LIMIT,
  type PackedList,
  type PackedRules,
  type PageChange,
  type PageHead,
  type PagePiece,
} from '../page/data.ts';
import { pageMarkup } from '../page/markup.ts';
import { changeRow, countWords, headRows } from '../svg/comparison-scene.ts';
import { drawComparison } from '../svg/drawing.ts';
import { summaryWords } from '../svg/map-scene.ts';
import { escapeXml } from '../svg/markup.ts';
import { base64, devicePieces, embedded, scriptOf, visibleUnits } from './parts.ts';

/** A map as one page that needs nothing else: to look at, and to ask, with the real core in it. */

/**
 * The page of a partition and of its image; without an image the partition is compiled.
 * @throws what `compilePartition` throws; HoldfastError PAGE_MISSING when the package was not built.
 */
export function createPage(partition: Partition, image: Uint8Array | null): Promise<string> {
  return pageOf(partition, image, { before: null, live: null });
}

/**
 * The page of an edition that says what changed since another one.
 * @throws HoldfastError NOT_COMPARABLE when their axes count different things, and what `createPage` throws.
 */
export function createComparisonPage(
  before: Partition,
  after: Partition,
  image: Uint8Array | null,
): Promise<string> {
  return pageOf(after, image, { before, live: null });
}

/** The page of what a device runs, which asks the server that it comes from what the device does. */
export function createLivePage(partition: Partition, image: Uint8Array): Promise<string> {
  return pageOf(partition, image, {
    before: null,
    live: Buffer.from(parseImage(image).digest).toString('hex'),
  });
}

interface PageOptions {
  /** An edition to compare with; null: none. */
  readonly before: Partition | null;
  /** Hash of the edition of a live page; null: no server follows a device. */
  readonly live: string | null;
}

async function pageOf(
  partition: Partition,
  image: Uint8Array | null,
  { before, live }: PageOptions,
): Promise<string> {
  const edition =
    image === null
      ? compilePartition(partition, undefined, { large: true }).image
      : inTodaysVersion(image, encodeWithTrees);
  const gaps = gapCells(partition, 'apart');
  const name = `${partition.map}, epoch ${partition.epoch}`;
  const comparison = before === null ? null : comparePartitions(before, partition);
  const since = comparison === null ? '' : `; since epoch ${before?.epoch}: ${countWords(comparison)}`;
  return pageMarkup({
    title: escapeXml(live === null ? name : `live: ${name}`),
    subtitle: escapeXml(`${summaryWords(partition)}${since}`),
    picture: before === null ? null : Buffer.from(drawComparison(before, partition)).toString('base64'),
    isLive: live !== null,
    hasPhases: partition.phasePeriod > 1,
    tabs: ['change', 'gap', 'zone'],
    label:
      'The map along its axis. Arrow keys pan and zoom, n and p step through the list, [ and ] through phases, / searches.',
    keys: 'Wheel or pinch zooms, dragging pans; keys: arrows, 0, n, p, [ ], /.',
    ...{ whole: 'whole axis', place: 'place', tools: '' },
    head: embedded({ ...headOf(partition), before: before?.epoch ?? null, live }),
    pieces: [
      ...mapPieces(partition, gaps),
      ...(comparison === null ? [] : [changesPiece(comparison, partition)]),
      ...(await devicePieces(edition)),
    ].map(embedded),
    script: await scriptOf('page'),
  });
}

function headOf(partition: Partition): Omit<PageHead, 'before' | 'live'> {
  const { map, epoch, axis, phasePeriod, rules } = partition;
  const { kind, name, unit, scale, min, max, wraps, origin } = axis;
  const { lists, ranges } = numberedLists(partition.windows);
  return {
    ...{ map: visible(map), epoch, phasePeriod },
    rules: packedRules(rules),
    axis: {
      ...{ kind, name: visible(name), unit: visible(unit), scale, min, max, wraps },
      origin: origin.toString(),
    },
    units: visibleUnits(partition.units),
    marks: (partition.notes?.marks ?? []).map(({ name: mark, at }) => ({ name: visible(mark), at })),
    braking: brakingOf(partition),
    windows: ranges,
    first: packedList(lists[0] ?? []),
  };
}

/** Names in pieces of so many. */
const NAMES_A_PIECE = 20_000;

/** All but the device, in the order in which a reader wants it. */
function mapPieces(partition: Partition, gaps: readonly GapCell[]): PagePiece[] {
  const { lists } = numberedLists(partition.windows);
  const pieces: PagePiece[] = lists
    .slice(1)
    .map((cells, index) => ({ kind: 'list', list: index + 1, ...packedList(cells) }));
  const names = partition.rules.map(({ id }) => visible(id));
  for (let from = 0; from < names.length; from += NAMES_A_PIECE)
    pieces.push({ kind: 'names', from, names: names.slice(from, from + NAMES_A_PIECE) });
  return [...pieces, { kind: 'gaps', gaps: base64(gapFields(gaps)) }];
}

/** Changes in stored coordinates of the later edition, and what stands above the map. */
function changesPiece(comparison: EditionComparison, { axis }: Partition): PagePiece {
  const units = { before: comparison.before.units, after: comparison.after.units };
  const stored = (at: EditionChange['from']) => Number(BigInt(at) - axis.origin);
  const nowhere = { from: 0, to: 0, phaseFrom: 0, phaseTo: 0, group: CHANGE_GROUPS.length - 1, brief: '' };
  const changes: PageChange[] = comparison.changes.map((change) => {
    const [where = '', what = '', before = '', after = ''] = changeRow(change, comparison).map(visible);
    return {
      ...{ from: stored(change.from), to: stored(change.to) },
      ...{ phaseFrom: change.phaseFrom, phaseTo: change.phaseTo },
      ...{
        group: changeGroupOf(change),
        brief: visible(briefWords(change, units)),
        where,
        what,
        before,
        after,
      },
    };
  });
  for (const row of headRows(comparison)) {
    const [, what = '', before = '', after = ''] = row.map(visible);
    changes.push({ ...nowhere, where: '', what, before, after });
  }
  return { kind: 'changes', changes };
}

function packedList(cells: readonly Cell[]): PackedList {
  return {
    starts: base64(Int32Array.from(cells, ({ from }) => from)),
    rules: base64(Uint32Array.from(cells, ({ rule }) => rule)),
  };
}

function packedRules(rules: readonly Rule[]): PackedRules {
  const kindOf = (rule: Rule) =>
    rule.kind === 'gap' ? GAP_KIND + ACTION_NAMES.indexOf(rule.action) : rule.kind === 'zone' ? 0 : 1;
  return {
    kinds: base64(Uint8Array.from(rules, (rule) => kindOf(rule) + (rule.limit === null ? 0 : HAS_LIMIT))),
    limits: base64(Int32Array.from(rules, ({ limit }) => limit ?? 0)),
    tiers: base64(Uint8Array.from(rules, (rule) => (rule.kind === 'gap' ? 0 : rule.tier))),
    zones: base64(Uint32Array.from(rules, (rule) => (rule.kind === 'approach' ? rule.zone : 0))),
  };
}

function gapFields(gaps: readonly GapCell[]): Int32Array {
  const fields = new Int32Array(gaps.length * GAP_FIELDS);
  gaps.forEach(({ from, to, phaseFrom, phaseTo, rule }, index) => {
    fields.set([from, to, phaseFrom, phaseTo, rule], index * GAP_FIELDS);
  });
  return fields;
}
