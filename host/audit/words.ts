import { stepName } from '../source/model.ts';
import type { AuditGap, AuditOverlap, AuditPlace, AuditReport, AuditZone } from './audit.ts';

/** An audit in words, a line each. Long lists are cut; the JSON form holds all of them. */

const ENTRIES_MAX = 50;

export function auditWords(report: AuditReport): string[] {
  const { axis } = report;
  return [
    `map       ${report.map}, epoch ${report.epoch}, device ${report.device}`,
    `replaces  ${replacesWords(report)}`,
    `axis      ${axis.name} [${axis.min}, ${axis.max}) ${stepName(axis)}`,
    ...phaseWords(report),
    `covered   ${percent(report.coverage)}`,
    ...section('gaps', report.gaps, (gap) => gapWords(report, gap)),
    ...overlapLines(report),
    ...section('zones', report.zones, zoneWords),
  ];
}

function replacesWords({ replaces }: AuditReport): string {
  if (replaces.length === 0) return 'nothing: a first edition';
  return replaces
    .map(({ epoch, hashPrefix }) => (hashPrefix === '' ? epoch : `${epoch}@${hashPrefix}`))
    .join(', ');
}

function phaseWords(report: AuditReport): string[] {
  if (report.phasePeriod === 1) return [];
  return [
    `phase     period ${report.phasePeriod} ticks`,
    ...section('phase windows', report.windows, ({ phaseFrom, phaseTo, share }) => [
      `[${phaseFrom}, ${phaseTo})`,
      `${percent(share)} covered`,
    ]),
  ];
}

function overlapLines(report: AuditReport): string[] {
  const { overlaps, overlapsOmitted } = report;
  if (overlaps === null) return ['overlaps  not known: an image holds only who won'];
  const lines = section('overlaps', overlaps, (overlap) => overlapWords(report, overlap));
  return overlapsOmitted === 0 ? lines : [...lines, `  and ${overlapsOmitted} more that were not kept`];
}

function section<Entry>(
  title: string,
  entries: readonly Entry[],
  words: (entry: Entry) => readonly string[],
): string[] {
  if (entries.length === 0) return [`${title.padEnd(9)} none`];
  const rows = entries.slice(0, ENTRIES_MAX).map(words);
  const lines = [`${title} (${entries.length})`, ...alignColumns(rows)];
  const more = entries.length - rows.length;
  return more === 0 ? lines : [...lines, `  and ${more} more; --json lists all`];
}

/** Rows as lines, each column as wide as its widest cell. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function gapWords(report: AuditReport, gap: AuditGap): string[] {
  return [gap.id, ...placeWords(report, gap), `${gap.action}${limitWords(gap.limit)}`];
}

function overlapWords(report: AuditReport, overlap: AuditOverlap): string[] {
  const { over, under, overTier, underTier, why } = overlap;
  const reason = why === 'tier' ? `tier ${overTier} over ${underTier}` : 'by the list';
  return [`${over} over ${under}`, ...placeWords(report, overlap), reason];
}

function zoneWords(zone: AuditZone): string[] {
  const answers = zone.share === 0 ? 'never answers: other rules have all of its place' : percent(zone.share);
  return [zone.id, `tier ${zone.tier}${limitWords(zone.limit)}`, answers];
}

function placeWords(report: AuditReport, place: AuditPlace): string[] {
  const words = [`[${place.from}, ${place.to})`, `${place.length} ${stepName(report.axis)} long`];
  if (report.phasePeriod !== 1) words.push(`phases [${place.phaseFrom}, ${place.phaseTo})`);
  return words;
}

function limitWords(limit: number | null): string {
  return limit === null ? '' : `, limit ${limit}`;
}

/** Never 100 % while anything is left out, and never 0 % while anything is in. */
function percent(share: number): string {
  const rounded = Math.round(share * 10_000) / 100;
  if (share < 1 && rounded === 100) return 'more than 99.99 %';
  if (share > 0 && rounded === 0) return 'less than 0.01 %';
  return `${rounded} %`;
}
