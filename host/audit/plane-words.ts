import type { PlanePhases } from '../body/plane-partition.ts';
import { areaWords } from '../compile/plane-words.ts';
import type { ActionName } from '../source/model.ts';
import { readableLength, readablePlace } from '../source/readable.ts';
import { roundingWords } from '../source/rounding.ts';
import { limitText, limitWords, phaseRangeText, phaseText } from '../source/unit-words.ts';
import type { PlaneAudit, PlaneAuditOverlap, PlaneAuditPlace } from './plane.ts';
import { percent, replacesText, section } from './text.ts';

/** An audit in words, a line each. Long lists are cut; the JSON form holds all of them. */
export function planeAuditWords(report: PlaneAudit): string[] {
  const { axes, units } = report;
  const ranges = axes.map((axis) => {
    const [min, max] = [axis.min, axis.max].map((at) => readablePlace(BigInt(at), axis));
    return `${axis.name} [${min}, ${max})`;
  });
  return [
    `map       ${report.map}, epoch ${report.epoch}, device ${report.device}`,
    `replaces  ${replacesText(report.replaces) || 'nothing: a first edition'}`,
    `axes      ${ranges.join(', ')}`,
    ...phaseLines(report),
    `covered   ${percent(report.coverage)}`,
    `in gaps   ${actionWords(report)}`,
    ...gapLines(report),
    ...overlapLines(report),
    ...section('zones', report.zones, ({ id, tier, limit, share }) => [
      id,
      `tier ${tier}${limitWords(limit, units)}`,
      share === 0 ? 'never answers: other rules take all of its place' : percent(share),
    ]),
    ...(report.moves === null
      ? []
      : [
          `moves     of ${readableLength(report.moves.longest, axes[0])} at most, over ${report.moves.cells} cells`,
        ]),
    ...(report.rounded ?? []).map((rounding) => `rounded   ${roundingWords(rounding)}`),
  ];
}

function phaseLines({ phasePeriod, phases, units }: PlaneAudit): string[] {
  if (phasePeriod === 1) return [];
  return [
    `phase     period ${phaseText(phasePeriod, units)}`,
    ...section('phase ranges', phases, ({ from, to, coverage }) => [
      phaseRangeText(from, to, units),
      `${percent(coverage)} covered`,
    ]),
  ];
}

function actionWords({ gapRules }: PlaneAudit): string {
  const shares = new Map<ActionName, number>();
  for (const { action, share } of gapRules) shares.set(action, (shares.get(action) ?? 0) + share);
  const words = [...shares]
    .filter(([, share]) => share > 0)
    .map(([action, share]) => `${action} ${percent(share)}`);
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** In which phases, where a map has any. */
export function whenWords(
  { phasePeriod, units }: Pick<PlaneAudit, 'phasePeriod' | 'units'>,
  phases: readonly PlanePhases[],
): string[] {
  if (phasePeriod === 1) return [];
  return [`phases ${phases.map(({ from, to }) => phaseRangeText(from, to, units)).join(', ')}`];
}

function gapLines(report: PlaneAudit): string[] {
  if (report.gaps === null)
    return section('gap rules', report.gapRules, ({ id, action, limit, share }) => [
      id,
      `${action}${limitWords(limit, report.units)}`,
      percent(share),
    ]);
  return section('gaps', report.gaps, (gap) => [
    gap.id,
    `${gap.action}${limitWords(gap.limit, report.units)}`,
    areaWords(report.axes, gap.area),
    sampleWords(gap.sample),
    gap.isEnclosed ? 'enclosed' : 'open to the ends',
    ...whenWords(report, gap.phases),
  ]);
}

function overlapLines(report: PlaneAudit): string[] {
  const { axes, overlaps } = report;
  if (overlaps === null) return ['overlaps  not known: an image holds only who won'];
  return section('overlaps', overlaps, (overlap) => [
    `${overlap.over} over ${overlap.under}`,
    overlap.kind,
    areaWords(axes, overlap.area),
    sampleWords(overlap.sample),
    reasonWords(report, overlap),
    ...whenWords(report, overlap.phases),
  ]);
}

function reasonWords(
  { units }: PlaneAudit,
  { why, overTier, underTier, overLimit, underLimit }: PlaneAuditOverlap,
): string {
  if (why === 'tier') return `tier ${overTier} over ${underTier}`;
  if (why === 'limit' && overLimit !== null) {
    const other = underLimit === null ? 'where the other has none' : `below ${limitText(underLimit, units)}`;
    return `limit ${limitText(overLimit, units)} ${other}`;
  }
  return why === 'list' ? 'by the list' : 'they say the same; the first in the source';
}

/** `at [3, 4]`, in steps of the source; `near [3.25, 4]` where nothing near the middle lies on a step. */
export function sampleWords({ x, y, isLattice }: PlaneAuditPlace): string {
  const [atX, atY] = [x, y].map((at) => (typeof at === 'number' ? Number(at.toFixed(3)) : at));
  return `${isLattice ? 'at' : 'near'} [${atX}, ${atY}]`;
}
