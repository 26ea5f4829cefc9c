import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { faultOfUnit } from '../source/own-unit.ts';
import { isLimitRole } from '../source/table-context.ts';
import { areOfOneKind, splitQuantity, unitSpelled } from '../source/table-quantity.ts';
import type { OpenTable } from '../source/table-reading.ts';
import { UNCLEAR_REMEDY, unclearName } from '../source/table-unit.ts';
import { unitOfName } from '../source/table-unit-names.ts';
import { partsOfChainage } from '../table/chainage.ts';
import type { ImportOptions } from './plan.ts';
import { sayOption } from './say.ts';

/** What the axis counts, and what limits are in, when only the table says it. */

/**
 * What the axis counts: what was said, or what the table counts throughout.
 * @throws HoldfastError UNIT_MISSING when neither says it, or the table counts in more than one unit.
 */
export function findAxisUnit(table: OpenTable, options: ImportOptions, assumptions: string[]): string {
  const said = options.axisUnit ?? options.unit;
  if (options.axisUnit !== undefined) return options.axisUnit;
  if (said !== undefined) {
    assumptions.push(`the axis counts ${said}, like the table`);
    return said;
  }
  const ofNames = unitsOfNames(table);
  const units = ofNames.length > 0 ? ofNames : unitsOfCells(table);
  const [unit, second] = units;
  if (unit !== undefined && second === undefined) {
    const where = ofNames.length > 0 ? 'the names of its columns' : 'its cells';
    assumptions.push(`the axis counts ${unit}, as ${where} say`);
    return unit;
  }
  const names = placeNames(table).map((name) => `"${name}"`);
  if (unit !== undefined) {
    throw new HoldfastError('UNIT_MISSING', `${names.join(' and ')} count in ${units.join(' and ')}`, {
      remedy: `Say what the axis is to count, such as ${sayOption('axisUnit', unit)}.`,
    });
  }
  refuseUnknown(table);
  throw new HoldfastError('UNIT_MISSING', `the names of ${names.join(' and ')} do not say their unit`, {
    remedy: 'Say with --unit what the columns count: mm, m, km, ft, mi, s, min, h, deg or another unit.',
  });
}

/** A unit that is not known converts into no other, and no other may be guessed in its stead. */
function refuseUnknown(table: OpenTable): void {
  for (const name of placeNames(table)) {
    const named = unitOfName(name, LIKE[0], table.layout.header.cells);
    if (named?.kind === 'unclear') {
      throw new HoldfastError('UNIT_MISMATCH', unclearName(name, named), { remedy: UNCLEAR_REMEDY });
    }
    if (named?.kind !== 'unknown') continue;
    const own =
      faultOfUnit(named.text) === undefined ? `; or keep that unit, ${sayOption('unit', named.text)}` : '';
    throw new HoldfastError(
      'UNIT_MISMATCH',
      `"${cutText(name)}" says "${cutText(named.text)}", which is not a unit that is known here`,
      { remedy: `Convert the column and rename it${own}.` },
    );
  }
}

const PLACES = ['from', 'to'];
/** Kinds of which places can be. */
const LIKE = ['m', 's', 'deg', 'tick'];

function placeColumns({ layout }: OpenTable): readonly number[] {
  return PLACES.flatMap((role) => layout.columns.get(role) ?? []);
}

function placeNames(table: OpenTable): readonly string[] {
  return placeColumns(table).map((column) => table.layout.header.cells[column] ?? '');
}

function unitsOfNames(table: OpenTable): readonly string[] {
  const units = placeNames(table).map((name) => {
    const found = LIKE.flatMap((like) => {
      const named = unitOfName(name, like, table.layout.header.cells);
      return named?.kind === 'unit' ? [{ like, unit: named.unit }] : [];
    });
    // A kind of places goes before another kind, such as a speed.
    return (found.find(({ like, unit }) => areOfOneKind(unit, like)) ?? found[0])?.unit;
  });
  return distinct(units);
}

function unitsOfCells(table: OpenTable): readonly string[] {
  const columns = placeColumns(table);
  const unitColumn = table.layout.columns.get('unit');
  return distinct(
    table.wanted.flatMap(({ cells }) => [
      ...(unitColumn === undefined ? [] : [unitSpelled(cells[unitColumn] ?? '')]),
      ...columns.map((column) => unitOfText(cells[column] ?? '')),
    ]),
  );
}

function unitOfText(cell: string): string | undefined {
  const { number, unit } = splitQuantity(cell);
  if (partsOfChainage(number) !== null) return 'm';
  return unit === null ? undefined : unitSpelled(unit);
}

function distinct(units: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(units.flatMap((unit) => unit ?? []))];
}

/** What limits are in: what was said, or the one unit that the table has for all of them; null: no unit is known. */
export function findLimitUnit(
  table: OpenTable,
  options: ImportOptions,
  assumptions: string[],
): string | null {
  if (options.limitUnit !== undefined) return options.limitUnit;
  const { layout, wanted } = table;
  const roles = [...layout.columns].filter(([role]) => isLimitRole(role));
  if (roles.length === 0) return null;
  const ofNames = roles.map(([, column]) => {
    const named = unitOfName(layout.header.cells[column] ?? '', undefined, layout.header.cells);
    return named?.kind === 'unit' ? named.unit : undefined;
  });
  const unitColumn = layout.columns.get('limitUnit');
  const ofRows =
    unitColumn === undefined ? [] : wanted.map(({ cells }) => unitSpelled(cells[unitColumn] ?? ''));
  const isThroughout = [ofNames, ofRows].find((units) => units.length > 0 && !units.includes(undefined));
  const [unit, second] = isThroughout === undefined ? [] : distinct(isThroughout);
  if (unit === undefined || second !== undefined) return null;
  assumptions.push(`limits are in ${unit}, as the table says`);
  return unit;
}

/** Whether places of a table can be read onto an axis at all. Throws HoldfastError UNIT_MISMATCH. */
export function checkUnit({ unit }: ImportOptions, axisUnit: string): void {
  if (unit === undefined || areOfOneKind(unit, axisUnit)) return;
  throw new HoldfastError(
    'UNIT_MISMATCH',
    `the table counts ${unit}, which does not convert to the ${axisUnit} of the axis`,
    { remedy: 'Give --axis-unit a unit of the same kind.' },
  );
}
