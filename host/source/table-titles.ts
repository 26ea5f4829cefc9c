import { cutText } from '../common/cut-text.ts';
import type { TableRecord } from '../table/records.ts';
import type { LeftOutKind } from '../table/rows.ts';
import { columnOf, isLimitRole, type TableContext } from './table-context.ts';
import { isSameUnit } from './table-quantity.ts';
import { unitOfName, unitsInText } from './table-unit-names.ts';

/** Titles and comments are left out; a unit that they name must be the one that was said for columns whose names say none. */

type SaidUnit = readonly [option: 'unit' | 'limitUnit', unit: string];

/** Whether no title or comment stands against what was said; each unit that does is asked about once. */
export function agreesWithTitles(
  context: TableContext,
  leftOut: ReadonlyMap<LeftOutKind, readonly TableRecord[]>,
  wanted: readonly TableRecord[],
): boolean {
  const { said } = context;
  const lines = [
    ...(said.headerRow === undefined ? (leftOut.get('title') ?? []) : []),
    ...(said.comment === undefined ? (leftOut.get('comment') ?? []) : []),
  ];
  const [first, last] = [wanted.at(0), wanted.at(-1)];
  const isBetween = ({ line }: TableRecord) =>
    first !== undefined && last !== undefined && first.line < line && line < last.line;
  const asked = saidUnits(context).map((unit) =>
    lines.some((line) => standsAgainst(context, line, unit, isBetween(line))),
  );
  return !asked.includes(true);
}

/** What was said of columns that do not say it themselves. */
function saidUnits(context: TableContext): readonly SaidUnit[] {
  const { target, layout } = context;
  const { axis, limit } = target;
  const ofSteps = target.bareAreSteps && axis.scale === 1 ? axis.unit : undefined;
  const place = target.placeUnit ?? ofSteps;
  const roles = [...layout.columns.keys()];
  const lacksUnit = (role: string, unit: string) =>
    unitOfName(columnOf(context, role), unit, layout.header.cells) === undefined;
  const said: SaidUnit[] = [];
  if (
    place !== undefined &&
    !layout.columns.has('unit') &&
    ['from', 'to'].some((role) => roles.includes(role) && lacksUnit(role, place))
  )
    said.push(['unit', place]);
  const { unit } = limit;
  if (
    unit !== null &&
    !layout.columns.has('limitUnit') &&
    roles.some((role) => isLimitRole(role) && lacksUnit(role, unit))
  )
    said.push(['limitUnit', unit]);
  return said;
}

function standsAgainst(
  context: TableContext,
  { line, cells, raw }: TableRecord,
  [option, said]: SaidUnit,
  isBetween: boolean,
): boolean {
  const { layout, path, say, diagnostics } = context;
  const units = unitsInText(raw, said);
  const [unit] = units;
  if (unit === undefined || units.some((each) => isSameUnit(each, said))) return false;
  const text = cutText(cells.filter((cell) => cell !== '').join(', '));
  const message = `the row is left out, and says ${unit}, but ${say(option, said)} was said: ${text}`;
  const isTitle = line < layout.header.line;
  const known = isTitle ? say('headerRow', `${layout.header.line}`) : say('comment', '#');
  // Between rows it may speak of those below it alone.
  const remedy = isBetween
    ? `If that is what the rows below count, split the table there; if it does not concern them, say ${known}.`
    : `If that is what the columns count, say ${say(option, unit)}; if it does not concern them, say ${known}.`;
  diagnostics.add('UNIT_MISMATCH', { file: path, line, column: 1 }, message, remedy);
  return true;
}
