import { stepName } from '../source/axis-words.ts';
import { nearMark } from '../source/mark-words.ts';
import { roundingWords } from '../source/rounding.ts';
import { limitText, limitWords, phaseRangeText, phaseText } from '../source/unit-words.ts';
import type { AuditGap, AuditOverlap, AuditReport, AuditZone } from './audit.ts';
import type { TierShare } from './shares.ts';
import { percent, placeWords, pointWords, replacesText, section, unitOf } from './text.ts';

/** An audit in words, a line each. Long lists are cut; the JSON form holds all of them. */

export function auditWords(report: AuditReport): string[] {
  const { axis } = report;
  const unit = axis.kind === 'time' ? `in ${stepName(axis)}` : stepName(axis);
  return [
    `map       ${report.map}, epoch ${report.epoch}, device ${report.device}`,
    `replaces  ${replacesText(report.replaces) || 'nothing: a first edition'}`,
    `axis      ${axis.name} [${pointWords(axis, axis.min)}, ${pointWords(axis, axis.max)}) ${unit}${axis.wraps ? ', a ring' : ''}`,
    ...phaseWords(report),
    `covered   ${percent(report.coverage)}${tierWords(report.tiers)}`,
    `in gaps   ${gapShareWords(report)}`,
    ...section('gaps', report.gaps, (gap) => gapWords(report, gap)),
    ...approachLines(report),
    ...overlapLines(report),
    ...section('zones', report.zones, (zone) => zoneWords(report, zone)),
    ...markLines(report),
    ...(report.rounded ?? []).map((rounding) => `rounded   ${roundingWords(rounding)}`),
  ];
}

function phaseWords(report: AuditReport): string[] {
  if (report.phasePeriod === 1) return [];
  return [
    `phase     period ${phaseText(report.phasePeriod, report.units)}`,
    ...section('phase ranges', report.windows, ({ phaseFrom, phaseTo, share, tiers }) => [
      phaseRangeText(phaseFrom, phaseTo, report.units),
      `${percent(share)} covered${tierWords(tiers)}`,
    ]),
  ];
}

/** Nothing where there is only one tier. */
function tierWords(tiers: readonly TierShare[]): string {
  if (tiers.length < 2) return '';
  return `: ${tiers.map(({ tier, share }) => `tier ${tier} ${percent(share)}`).join(', ')}`;
}

function gapShareWords({ actions }: AuditReport): string {
  if (actions.length === 0) return 'nothing';
  return actions.map(({ action, share }) => `${action} ${percent(share)}`).join(', ');
}

/** Nothing where there are none. */
function approachLines(report: AuditReport): string[] {
  const { approaches, units } = report;
  if (approaches.length === 0) return [];
  return section('approaches', approaches, (approach) => [
    approach.zone,
    ...placeWords(report, approach),
    `limit ${limitText(approach.limit, units)}`,
  ]);
}

function overlapLines(report: AuditReport): string[] {
  const { overlaps, overlapsOmitted } = report;
  if (overlaps === null) return ['overlaps  not known: an image holds only who won'];
  const lines = section('overlaps', overlaps, (overlap) => overlapWords(report, overlap));
  return overlapsOmitted === 0 ? lines : [...lines, `  and ${overlapsOmitted} more that were not kept`];
}

function gapWords(report: AuditReport, gap: AuditGap): string[] {
  const orders = `${gap.action}${limitWords(gap.limit, report.units)}`;
  const words = [gap.id, ...placeWords(report, gap), orders];
  const near = nearWords(report, gap);
  return near === null ? words : [...words, near];
}

function nearWords({ axis, marks }: AuditReport, { from }: AuditGap): string | null {
  const places = (marks ?? []).map(({ name, at }) => ({ name, at: Number(at) }));
  return nearMark(axis, places, Number(from));
}

function overlapWords(report: AuditReport, overlap: AuditOverlap): string[] {
  const { over, under } = overlap;
  return [`${over} over ${under}`, ...placeWords(report, overlap), reasonWords(report, overlap)];
}

function markLines({ axis, marks }: AuditReport): string[] {
  if (marks === null || marks.length === 0) return [];
  return section('marks', marks, ({ name, at }) => [`${pointWords(axis, at)}${unitOf(axis)}`, name]);
}

function reasonWords({ units }: AuditReport, overlap: AuditOverlap): string {
  const { why, overTier, underTier, overLimit, underLimit } = overlap;
  if (why === 'tier') return `tier ${overTier} over ${underTier}`;
  if (why === 'limit' && overLimit !== null) {
    const other = underLimit === null ? 'where the other has none' : `below ${limitText(underLimit, units)}`;
    return `limit ${limitText(overLimit, units)} ${other}`;
  }
  return why === 'list' ? 'by the list' : 'they say the same; the first in the source';
}

function zoneWords({ units }: AuditReport, zone: AuditZone): string[] {
  const answers = zone.share === 0 ? 'never answers: other rules take all of its place' : percent(zone.share);
  return [zone.id, `tier ${zone.tier}${limitWords(zone.limit, units)}`, answers];
}
