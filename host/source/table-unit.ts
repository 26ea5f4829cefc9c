import { cutText } from '../common/cut-text.ts';
import type { TableRecord } from '../table/records.ts';
import type { Report } from './diagnostics.ts';
import { faultOfUnit } from './own-unit.ts';
import { cellOf, columnOf, isLimitRole, reportAtCell, type TableContext } from './table-context.ts';
import { areOfOneKind, isSameUnit, unitSpelled } from './table-quantity.ts';
import { unitOfName } from './table-unit-names.ts';

/** Units may stand in the name of a column, in a column of units, in the cell itself, or be said: where several do, they must agree. */

/** The unit that a column's name says, checked against the one that was said; undefined: none, null: reported. */
export function columnUnit(
  context: TableContext,
  role: string,
  said: string | undefined,
  like: string | undefined,
): string | null | undefined {
  const name = columnOf(context, role);
  const named = unitOfName(name, like, context.layout.header.cells);
  const report = reportAtCell(context, context.layout.header, role);
  // A unit that converts into no other is taken where it is said in the same words.
  if (named?.kind === 'unknown' && named.text === (said ?? like)) return named.text;
  if (named?.kind === 'unknown') {
    // A second unit beside the one that was said is no answer.
    const mayBeOwn = isLimitRole(role) && like === undefined && faultOfUnit(named.text) === undefined;
    const remedy = mayBeOwn
      ? `If limits are in that, say ${context.say('limitUnit', named.text)}; else rename the column in the table, and convert what it holds when it counts something else.`
      : 'Rename the column in the table; convert what it holds when it counts something else.';
    report(
      'UNIT_MISMATCH',
      `"${cutText(name)}" says "${cutText(named.text)}", which is not a unit that is known here`,
      remedy,
    );
    return null;
  }
  if (named?.kind === 'unclear') {
    // A scale alone may be what the limits of this map are in.
    if (named.unit === undefined && named.text === (said ?? like)) return named.text;
    report('UNIT_MISMATCH', unclearName(name, named), UNCLEAR_REMEDY);
    return null;
  }
  if (named === undefined) return said;
  if (said === undefined || isSameUnit(named.unit, said)) {
    if (like === undefined || areOfOneKind(named.unit, like)) return named.unit;
    tellOtherKind(context, role, named.unit, like);
    return null;
  }
  const option = role === 'from' || role === 'to' ? 'unit' : 'limitUnit';
  const message = `the name of "${cutText(name)}" says ${named.unit}, but ${context.say(option, said)} was said`;
  report('UNIT_MISMATCH', message, `Leave ${context.say(option, said)} out, or rename the column.`);
  return null;
}

/** The one remedy of a name that says more than one unit: nobody but its author knows what the cells count. */
export const UNCLEAR_REMEDY =
  'Let the name say the one unit that its cells count, and convert them in the table when they count something else.';

export function unclearName(
  name: string,
  { unit, text }: { readonly unit: string | undefined; readonly text: string },
): string {
  const beside = unit === undefined ? '' : ` beside ${unit}`;
  return `"${cutText(name)}" says "${cutText(text)}"${beside}, so what its cells count is not clear`;
}

function tellOtherKind(context: TableContext, role: string, unit: string, like: string): void {
  const [counting, option] = isLimitRole(role)
    ? ['limits are in', 'limitUnit']
    : ['the axis counts', 'axisUnit'];
  const message = `the name of "${cutText(columnOf(context, role))}" says ${unit}, and ${counting} ${like}, which is no unit of that kind`;
  const remedy = `Read another column, or say ${context.say(option, unit)}; if the name says something else, rename the column.`;
  reportAtCell(context, context.layout.header, role)('UNIT_MISMATCH', message, remedy);
}

/** The unit of one cell: the column's, the row's and its own must be one. undefined: none of them says it, null: reported. */
export function unitOfCell(
  context: TableContext,
  record: TableRecord,
  role: string,
  found: { readonly ofColumn: string | undefined; readonly own: string | null; readonly unitRole: string },
): string | null | undefined {
  const { ofColumn, own, unitRole } = found;
  const units: (string | undefined)[] = [ofColumn];
  const texts: readonly (readonly [role: string, text: string])[] = [
    [role, own ?? ''],
    [unitRole, cellOf(context, record, unitRole)],
  ];
  for (const [where, text] of texts) {
    if (text === '') continue;
    const unit = unitSpelled(text) ?? text;
    const before = units.find((known) => known !== undefined);
    if (before !== undefined && !isSameUnit(before, unit)) {
      tellTwoUnits(reportAtCell(context, record, where), unit, before);
      return null;
    }
    units.push(unit);
  }
  return units.find((unit) => unit !== undefined);
}

function tellTwoUnits(report: Report, unit: string, before: string): void {
  const message = `the row says "${cutText(unit)}", its column ${before}`;
  report('UNIT_MISMATCH', message, 'Convert the value in the table, or correct its unit there.');
}
