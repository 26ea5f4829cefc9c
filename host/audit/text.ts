import { formatCoordinate, stepName } from '../source/axis-words.ts';
import type { MapUnits, Replaced } from '../source/model.ts';
import { phaseRangeText } from '../source/unit-words.ts';
import type { AuditAxis, AuditPlace } from './audit.ts';

/** How reports put their parts into words. */

/** Entries of a list that are printed; the JSON form holds all. */
const ENTRIES_MAX = 50;

/** A title with the number of entries, and a line an entry, in columns. */
export function section<Entry>(
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

/** What places and phases of a report are told against. */
export interface WhereAndWhen {
  readonly axis: AuditAxis;
  readonly phasePeriod: number;
  readonly units: MapUnits;
}

/** Where, how long, and when on a map with phases. */
export function placeWords({ axis, phasePeriod, units }: WhereAndWhen, place: AuditPlace): string[] {
  const words = [
    `[${pointWords(axis, place.from)}, ${pointWords(axis, place.to)})${unitOf(axis)}`,
    lengthWords(axis, place),
  ];
  if (phasePeriod !== 1) words.push(`phases ${phaseRangeText(place.phaseFrom, place.phaseTo, units)}`);
  return words;
}

/** Behind coordinates; timestamps have none. */
export function unitOf(axis: AuditAxis): string {
  return axis.kind === 'time' ? '' : ` ${stepName(axis)}`;
}

/** A coordinate of a report for people. */
export function pointWords(axis: AuditAxis, point: AuditPlace['from']): string {
  return formatCoordinate(axis, BigInt(point));
}

function lengthWords(axis: AuditAxis, { length }: AuditPlace): string {
  return `${length} ${stepName(axis)} long`;
}

/** Never 100 % while anything is left out, and never 0 % while anything is in. */
export function percent(share: number): string {
  const rounded = Math.round(share * 10_000) / 100;
  if (share < 1 && rounded === 100) return 'more than 99.99 %';
  if (share > 0 && rounded === 0) return 'less than 0.01 %';
  return `${rounded} %`;
}

/** `2, 1@ab`; empty: nothing. */
export function replacesText(replaces: readonly Replaced[]): string {
  return replaces
    .map(({ epoch, hashPrefix }) => (hashPrefix === '' ? `${epoch}` : `${epoch}@${hashPrefix}`))
    .join(', ');
}
