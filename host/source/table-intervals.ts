import { cutText } from '../common/cut-text.ts';
import { saysLength } from '../table/names.ts';
import { saysNoValue } from '../table/not-numbers.ts';
import { isNumeral, readNumeral } from '../table/numbers.ts';
import type { TableRecord } from '../table/records.ts';
import type { Report } from './diagnostics.ts';
import {
  cellOf,
  cellWords,
  columnOf,
  isLimitRole,
  type Ring,
  reportAtCell,
  ringOf,
  type TableContext,
} from './table-context.ts';
import { dayInSteps, remedyOfHour } from './table-moment.ts';
import type { PlaceReader, ReadPlace } from './table-places.ts';
import { splitQuantity, stepsOf, unitSpelled, wholeOf } from './table-quantity.ts';
import { unitNamed } from './unit-table.ts';

/** From the places of rows to intervals [from, to) in steps of the axis. */

interface Piece {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a row covers. */
export interface Covered {
  /** None for a row that is only an end, two over midnight, else one. */
  readonly pieces: readonly Piece[];
  /** Steps behind the place that is written as its end. */
  readonly held: bigint;
  /** Whether its end is written, rather than where the next row begins. */
  readonly hasEnd: boolean;
}

const NOTHING: Covered = { pieces: [], held: 0n, hasEnd: false };

function distance(left: bigint, right: bigint): bigint {
  return left < right ? right - left : left - right;
}

interface PlacedRow {
  readonly record: TableRecord;
  readonly from: ReadPlace;
  readonly to: ReadPlace | undefined;
}

/** What the end of a row adds: nothing, a number of steps, or what the kind of its place says. */
type EndWidth = bigint | 'inclusive' | 'unsaid';

/** What the rows of a table show together. */
interface Seen {
  /** Which of them run backwards. */
  readonly falls: 'all' | 'some';
  /** Whether one ends where another begins: then rows do not hold their ends. */
  readonly touch: boolean;
}

function doTouch(rows: readonly (PlacedRow & { to: ReadPlace })[]): boolean {
  const long = rows.filter(({ from, to }) => from.steps !== to.steps);
  const begins = new Set(long.map(({ from }) => from.steps));
  return long.some(({ to }) => begins.has(to.steps));
}

/** What `ends` says for rows that hold the minute in which they end. */
const MINUTE = '1 min';

/** Whether a place lies within the day or the minute that the other names. */
function isIn(place: ReadPlace, other: ReadPlace): boolean {
  return other.steps < place.steps && place.steps < other.steps + other.grain;
}

export class IntervalReader {
  readonly #context: TableContext;
  readonly #places: PlaceReader;
  /** Whether several rows of a sequence have no end: one place would end them all. */
  #manyOpen = false;
  /** The rows behind which another one of their sequence stands. */
  #followed: ReadonlySet<TableRecord> = new Set();

  constructor(context: TableContext, places: PlaceReader) {
    this.#context = context;
    this.#places = places;
  }

  /** What each row covers, a sequence for each phase; those with mistakes are left out and reported. */
  read(sequences: readonly (readonly TableRecord[])[]): ReadonlyMap<TableRecord, Covered> {
    const records = sequences.flat();
    if (!this.#isPlaceOfEnds()) return new Map();
    if (this.#context.said.until !== 'next') {
      if (!this.#isEndUsed(records)) return new Map();
      this.#manyOpen = sequences.some((sequence) => sequence.filter((each) => this.#isOpen(each)).length > 1);
      this.#followed = new Set(sequences.flatMap((sequence) => sequence.slice(0, -1)));
      return this.#intervals(records);
    }
    if (!this.#doEndsMatter(records)) return new Map();
    return new Map(sequences.flatMap((sequence) => [...this.#steps(sequence)]));
  }

  #intervals(records: readonly TableRecord[]): ReadonlyMap<TableRecord, Covered> {
    const width = this.#endWidth();
    if (!this.#isOrderKnown()) return new Map();
    const placed = records.flatMap((record) => {
      const from = this.#places.read(record, 'from');
      const to = this.#readEnd(record);
      return from === undefined || to === undefined ? [] : [{ record, from, to }];
    });
    const falls = placed.filter(({ from, to }) => from.steps > to.steps && !isIn(from, to)).length;
    const seen: Seen = { falls: falls === placed.length ? 'all' : 'some', touch: doTouch(placed) };
    const covered = new Map<TableRecord, Covered>();
    if (width === undefined) return covered;
    for (const row of placed) {
      const read = this.#coveredBy(row, width, seen);
      if (read !== undefined) covered.set(row.record, read);
    }
    return covered;
  }

  /** A column of lengths holds no places. */
  #isPlaceOfEnds(): boolean {
    if (!this.#context.layout.columns.has('to')) return true;
    const name = columnOf(this.#context, 'to');
    if (!saysLength(name)) return true;
    const message = `the name of "${cutText(name)}" says how long rows are, and not where they end`;
    const remedy =
      'Add a column of places at which rows end, each its begin and its length, and name that; if it holds such places, rename it.';
    reportAtCell(this.#context, this.#context.layout.header, 'to')('ENDS_UNCLEAR', message, remedy);
    return false;
  }

  /** A place for the end of rows that have one does nothing. */
  #isEndUsed(records: readonly TableRecord[]): boolean {
    const { said, path, layout, diagnostics, say } = this.#context;
    const hasNone = (text: string) => text === '' || saysNoValue(text);
    if (said.end === undefined || records.some((record) => hasNone(cellOf(this.#context, record, 'to'))))
      return true;
    const place = { file: path, line: layout.header.line, column: 1 };
    const message = `${say('end', said.end)} says where rows without an end do end, and every row has one`;
    diagnostics.add('BAD_VALUE', place, message, `Leave ${say('end')} out.`);
    return false;
  }

  /** Under `until: next` only an end that is written can belong to its row. */
  #doEndsMatter(records: readonly TableRecord[]): boolean {
    const { said, path, layout, diagnostics, say } = this.#context;
    const isWritten = records.some((record) => !this.#isOpen(record));
    if (said.ends === undefined || isWritten || (said.end !== undefined && said.end !== 'row')) return true;
    const place = { file: path, line: layout.header.line, column: 1 };
    const message = `${say('ends', said.ends)} says whether rows hold their ends, but under ${say('until', 'next')} each ends where the next begins`;
    diagnostics.add('BAD_VALUE', place, message, `Leave ${say('ends')} out.`);
    return false;
  }

  /** On a ring either place may stand first in a row that runs over the seam. */
  #isOrderKnown(): boolean {
    const { said, path, layout, diagnostics, say } = this.#context;
    if (said.order !== 'either' || this.#ring === undefined) return true;
    const place = { file: path, line: layout.header.line, column: 1 };
    const message = `under ${say('order', 'either')} a row of a ring can mean either way round`;
    diagnostics.add(
      'BAD_VALUE',
      place,
      message,
      `Say ${say('order', 'rising')} or ${say('order', 'falling')}.`,
    );
    return false;
  }

  #isOpen(record: TableRecord): boolean {
    return cellOf(this.#context, record, 'to') === '';
  }

  /** Of a cell, or of what was said for rows that have none. */
  #readEnd(record: TableRecord): ReadPlace | undefined {
    const text = cellOf(this.#context, record, 'to');
    if (text !== '' && !saysNoValue(text)) return this.#places.read(record, 'to');
    const { said, say } = this.#context;
    if (text !== '') {
      const remedy =
        remedyOfHour(text) ??
        `Write a place; if the row has no end of its own, leave the field empty and say ${say('end', 'PLACE')}.`;
      const message = `${cellWords(this.#context, record, 'to')}, which is no place`;
      reportAtCell(this.#context, record, 'to')('END_MISSING', message, remedy);
      return undefined;
    }
    if (!this.#manyOpen && said.end !== undefined && said.end !== 'row')
      return this.#places.readSaid(record, 'to', said.end);
    const remedy = this.#manyOpen
      ? `If each row holds until the next begins, say ${say('until', 'next')}; else fill in the fields.`
      : this.#followed.has(record)
        ? `If it holds until the next row begins, say ${say('until', 'next')}; if it ends elsewhere, fill in the field.`
        : `Fill in the field, or say where rows without an end do end, such as ${say('end', 'PLACE')}.`;
    const message = `"${cutText(columnOf(this.#context, 'to'))}" is empty: the row has no end`;
    reportAtCell(this.#context, record, 'to')('END_MISSING', message, remedy);
    return undefined;
  }

  #coveredBy(
    { record, from, to }: PlacedRow & { to: ReadPlace },
    width: EndWidth,
    { falls, touch }: Seen,
  ): Covered | undefined {
    const report = reportAtCell(this.#context, record, 'from');
    const order = this.#context.said.order ?? 'rising';
    const isFalling = from.steps > to.steps;
    const isWrong = from.steps !== to.steps && order !== 'either' && isFalling !== (order === 'falling');
    const swaps = order === 'falling' || (order === 'either' && isFalling && !isIn(from, to));
    const [low, high] = swaps ? [to, from] : [from, to];
    if (isWrong && this.#ring === undefined && !isIn(low, high)) {
      this.#tellOrder(record, order, falls, report);
      return undefined;
    }
    const end = this.#endOf(high, width, record);
    if (end === undefined) return undefined;
    const pieces = this.#span(low.steps, high.steps, end);
    if (pieces !== undefined) return { pieces, held: end - high.steps, hasEnd: true };
    const words = [cellOf(this.#context, record, 'from'), cellOf(this.#context, record, 'to')].join('" to "');
    if (this.#ring !== undefined) {
      const what = `the row is empty or all of the ${this.#lap.name}, from "${cutText(words)}"`;
      report('INTERVAL_EMPTY', what, this.#lap.remedy);
      return undefined;
    }
    const remedy = touch
      ? 'Correct the row, or take it out.'
      : low.steps > high.steps && !high.isDay
        ? `If rows hold the minute in which they end, say ${this.#context.say('ends', MINUTE)}; else correct the row.`
        : `If rows hold the place at which they end, say ${this.#context.say('ends', 'inclusive')}; else correct the row.`;
    report('INTERVAL_EMPTY', `the row is empty, from "${cutText(words)}"`, remedy);
    return undefined;
  }

  /** What goes round once, and how a row says that it does. */
  get #lap(): { readonly name: string; readonly remedy: string } {
    const name = this.#context.said.clock ? 'day' : 'ring';
    const places = this.#context.said.clock ? '00:00 to 24:00' : 'its min to its max';
    return { name, remedy: `If it is the whole ${name}, write ${places}; else correct the row.` };
  }

  get #ring(): Ring | undefined {
    return ringOf(this.#context);
  }

  /** What reaches from `low` to `end`, the end of the place `high`: over the seam of a ring in two pieces. undefined: nothing. */
  #span(low: bigint, high: bigint, end: bigint): Covered['pieces'] | undefined {
    const ring = this.#ring;
    if (ring === undefined) return low < end ? [{ from: low, to: end }] : undefined;
    const lap = ring.max - ring.min;
    const far = high < low ? end + lap : end;
    if (low >= far) return undefined;
    if (far - low >= lap) return [{ from: ring.min, to: ring.max }];
    if (far <= ring.max) return [{ from: low, to: far }];
    // max is min again.
    const pieces = [
      { from: ring.min, to: far - lap },
      { from: low, to: ring.max },
    ];
    return pieces.filter(({ from, to }) => from < to);
  }

  /** What places run over in one direction, and begin again behind: a row that seems to run backwards may do so. */
  get #seam(): string | undefined {
    const { axis } = this.#context.target;
    const dimension = unitNamed(axis.unit)?.dimension;
    if (dimension === 'angle')
      return `the seam of a circle (an axis that wraps takes it as one row, from a source with file:)`;
    return dimension === 'time' && axis.kind === 'number' ? 'midnight' : undefined;
  }

  #tellOrder(record: TableRecord, order: string, falls: 'all' | 'some', report: Report): void {
    const { say } = this.#context;
    const [from, to] = [cellWords(this.#context, record, 'from'), cellWords(this.#context, record, 'to')];
    const other = order === 'falling' ? 'rising' : 'falling';
    const message = `the row runs ${order === 'falling' ? 'forwards' : 'backwards'}: ${from}, ${to}`;
    const isOfAll = falls === 'all' || order === 'falling';
    const seam = this.#seam;
    const remedy =
      seam !== undefined
        ? `If the row runs over ${seam}, write it as two, one up to there and one from there on; if its places stand the other way round, say ${isOfAll ? say('order', other) : say('order', 'either')}; else correct it.`
        : isOfAll
          ? `If all rows are ${other}, say ${say('order', other)}; else correct the row.`
          : `Correct the row; if either place may stand first, say ${say('order', 'either')}.`;
    report('INTERVAL_REVERSED', message, remedy);
  }

  /** The first place that no longer belongs to a row that ends at `place`. */
  #endOf(
    { steps, isDay, said: inStead }: ReadPlace,
    width: EndWidth,
    record: TableRecord,
  ): bigint | undefined {
    const { say, said, target } = this.#context;
    // 24:00 is the end of the day, and no moment of it.
    if (said.clock && steps === this.#ring?.max) return steps;
    const day = dayInSteps(target.axis);
    const report = reportAtCell(this.#context, record, 'to');
    const what = inStead ?? cellWords(this.#context, record, 'to');
    if (typeof width === 'bigint' && isDay && width !== 0n && width !== day) {
      const message = `${what}, a day, and ${say('ends', said.ends)} says what belongs to rows that end at a moment`;
      report('ENDS_UNCLEAR', message, 'Write the last moment that the row holds instead of the day.');
      return undefined;
    }
    if (typeof width === 'bigint') return steps + width;
    if (!isDay) return width === 'inclusive' ? steps + 1n : steps;
    if (width === 'unsaid') {
      const remedy = `If the row holds that day to its end, say ${say('ends', 'inclusive')}; if it ends as the day begins, say ${say('ends', 'exclusive')}.`;
      report('ENDS_UNCLEAR', `${what}, a day: whether it belongs to the row is not said`, remedy);
      return undefined;
    }
    if (day !== undefined) return steps + day;
    report(
      'UNIT_INEXACT',
      `${what}, a day, which is not a whole number of steps`,
      'Choose another unit for the axis.',
    );
    return undefined;
  }

  /** undefined: what was said is no width, which is reported. */
  #endWidth(): EndWidth | undefined {
    const { said, target, path, diagnostics, say, layout } = this.#context;
    if (said.ends === undefined) return 'unsaid';
    if (said.ends === 'exclusive') return 0n;
    if (said.ends === 'inclusive') return 'inclusive';
    const { number, unit } = splitQuantity(said.ends);
    const value = isNumeral(number) ? readNumeral(number, { decimal: '.' }, say) : undefined;
    const spelled = unit === null ? undefined : (unitSpelled(unit) ?? unit);
    const isKnown = value !== undefined && !('code' in value) && spelled !== undefined;
    const steps = isKnown ? wholeOf(stepsOf(value, spelled, target.axis)) : undefined;
    if (steps !== undefined && steps > 0n) return steps;
    const message = `${say('ends', said.ends)} is neither inclusive, exclusive nor a width in whole steps of the axis, such as "1 ${target.axis.unit}"`;
    diagnostics.add(
      'BAD_VALUE',
      { file: path, line: layout.header.line, column: 1 },
      message,
      'Write one of these.',
    );
    return undefined;
  }

  /** A row holds until the next begins. */
  #steps(records: readonly TableRecord[]): ReadonlyMap<TableRecord, Covered> {
    const placed = records.flatMap((record): PlacedRow[] => {
      const from = this.#places.read(record, 'from');
      if (from === undefined) return [];
      const hasEnd = cellOf(this.#context, record, 'to') !== '';
      return [{ record, from, to: hasEnd ? this.#places.read(record, 'to') : undefined }];
    });
    const covered = new Map<TableRecord, Covered>();
    if (placed.length < records.length || !this.#isForwards()) return covered;
    let laps = 0;
    const width = this.#endWidth();
    if (width === undefined) return covered;
    for (const [index, row] of placed.entries()) {
      const next = placed[index + 1];
      if (next === undefined && this.#context.said.end === 'row' && placed.length > 1) {
        if (!this.#tellLostLimit(row.record)) covered.set(row.record, NOTHING);
        continue;
      }
      const written = row.to ?? (next === undefined ? this.#lastEnd(row.record) : undefined);
      const end = written === undefined ? next?.from.steps : this.#stepEnd(written, width, row.record);
      if (end !== undefined && this.#isBackwards(row.from, end)) laps += 1;
      const pieces =
        end === undefined ? undefined : this.#step(row, end, { laps, isAlone: placed.length === 1 });
      const held = end === undefined || written === undefined ? 0n : distance(end, written.steps);
      if (pieces !== undefined) covered.set(row.record, { pieces, held, hasEnd: row.to !== undefined });
    }
    return covered;
  }

  /** Where a row ends that has an end of its own. */
  #stepEnd(place: ReadPlace, width: EndWidth, record: TableRecord): bigint | undefined {
    if (this.#context.said.order !== 'falling') return this.#endOf(place, width, record);
    if (!place.isDay)
      return place.steps - (typeof width === 'bigint' ? width : width === 'inclusive' ? 1n : 0n);
    const what = place.said ?? cellWords(this.#context, record, 'to');
    const report = reportAtCell(this.#context, record, 'to');
    report('ENDS_UNCLEAR', `${what}, a day: where on it the row ends is not said`, 'Write the moment.');
    return undefined;
  }

  /** A last row that has a limit is more than the end of the one before it. */
  #tellLostLimit(record: TableRecord): boolean {
    const { say } = this.#context;
    const role = this.#limitOf(record);
    if (role === undefined) return false;
    const message = `${cellWords(this.#context, record, role)} in the last row, which ${say('end', 'row')} takes for an end only`;
    const remedy = `Say where it ends with ${say('end', 'PLACE')}, or leave its limit empty.`;
    reportAtCell(this.#context, record, role)('END_MISSING', message, remedy);
    return true;
  }

  /** The first limit that a row has. */
  #limitOf(record: TableRecord): string | undefined {
    const roles = [...this.#context.layout.columns.keys()].filter(isLimitRole);
    return roles.find((role) => cellOf(this.#context, record, role) !== '');
  }

  #lastEnd(record: TableRecord): ReadPlace | undefined {
    const { said, say } = this.#context;
    if (said.end !== undefined && said.end !== 'row') return this.#places.readSaid(record, 'from', said.end);
    const message = 'nothing says where the last row ends';
    const orRow =
      this.#limitOf(record) === undefined
        ? `; if this row only says where the one before it ends, with ${say('end', 'row')}`
        : '';
    const remedy = `Say it with ${say('end', 'PLACE')}${orRow}.`;
    reportAtCell(this.#context, record, 'from')('END_MISSING', message, remedy);
    return undefined;
  }

  /** The hours of a day follow each other in one direction. */
  #isForwards(): boolean {
    const { said, path, layout, diagnostics, say } = this.#context;
    if (!said.clock || said.order === undefined || said.order === 'rising') return true;
    const message = `${say('order', said.order)}, but times of a day run forwards until the next row begins`;
    const place = { file: path, line: layout.header.line, column: 1 };
    diagnostics.add('BAD_VALUE', place, message, `Leave ${say('order')} out.`);
    return false;
  }

  #isBackwards(from: ReadPlace, end: bigint): boolean {
    return this.#context.said.order === 'falling' ? from.steps < end : from.steps > end;
  }

  /** `laps`: how many rows ran against the order so far, this one included; on a ring one does, at its seam. */
  #step(
    { record, from }: PlacedRow,
    end: bigint,
    { laps, isAlone }: { readonly laps: number; readonly isAlone: boolean },
  ): Covered['pieces'] | undefined {
    const order = this.#context.said.order ?? 'rising';
    const [low, high] = order === 'falling' ? [end, from.steps] : [from.steps, end];
    const isRing = this.#ring !== undefined;
    const pieces = low < high || (isRing && laps === 1) ? this.#span(low, high, high) : undefined;
    if (pieces !== undefined) return pieces;
    const report = reportAtCell(this.#context, record, 'from');
    const what = cellWords(this.#context, record, 'from');
    if (isRing && low > high) {
      const { name } = this.#lap;
      const message = `${what}, but what comes next is before it, and the rows have gone round the ${name} once`;
      report('INTERVAL_REVERSED', message, `Put the rows in order, once round the ${name}.`);
    } else if (low === high && isRing && isAlone) {
      report('INTERVAL_EMPTY', `${what}, where it ends too`, this.#lap.remedy);
    } else if (low === high) {
      report('INTERVAL_EMPTY', `${what}, where the next row begins too`, 'Correct one of the two rows.');
    } else {
      const other = order === 'falling' ? 'rising' : 'falling';
      const message = `${what}, but what comes next is ${order === 'falling' ? 'above' : 'below'} it`;
      const seam = this.#seam;
      const { say } = this.#context;
      const remedy =
        seam === undefined
          ? `If all rows are ${other}, say ${say('order', other)}; else correct the row.`
          : `If the rows run over ${seam}, put the first one behind it first and write the one across it as two; if all rows are ${other}, say ${say('order', other)}; else correct the row.`;
      report('INTERVAL_REVERSED', message, remedy);
    }
    return undefined;
  }
}
