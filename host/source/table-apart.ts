import { foldCase } from '../table/names.ts';
import type { RowsApart } from './model.ts';
import type { OpenTable } from './table-reading.ts';

/** Columns that nothing uses, and that may tell rows apart which lie over one another: a direction, a category of trains. */

/** More are remarks. */
const VALUES_MAX = 4;

interface Telling {
  readonly name: string;
  /** Distinct, in the order of the table. */
  readonly values: readonly string[];
  /** By the line of the row. */
  readonly cells: ReadonlyMap<number, string>;
}

/** Gives what to say for two rows by their lines; undefined where no column differs. A phase of time has no numbered phases. */
export function rowsApart(table: OpenTable, canHavePhases: boolean): RowsApart {
  const { said, say } = table.request;
  const columns = tellingColumns(table);
  const hasPhases = !canHavePhases || said.phases !== undefined || table.layout.columns.has('limit 0');
  return {
    remedy: (line, other, otherwise) => {
      const column = columns.find(({ cells }) => cells.get(line) !== cells.get(other));
      if (column === undefined) return undefined;
      const { name, values } = column;
      const phases = hasPhases ? '' : `${say('phases', `${name}=${values.join(',')}`)} or `;
      const rest = `${otherwise.charAt(0).toLowerCase()}${otherwise.slice(1, -1)}`;
      return `If "${name}" tells them apart, say ${phases}${say('where', `${name}=${values[0]}`)} to read those rows alone; else ${rest}.`;
    },
  };
}

function tellingColumns({ layout, wanted, request }: OpenTable): readonly Telling[] {
  const used = new Set(layout.columns.values());
  const known = new Set((request.said.unused ?? []).map(foldCase));
  return layout.header.cells.flatMap((name, index) => {
    if (name === '' || used.has(index) || known.has(foldCase(name))) return [];
    const cells = new Map(wanted.map((record) => [record.line, record.cells[index] ?? '']));
    const values = [...new Set(cells.values())];
    const isTelling =
      values.length > 1 && values.length <= VALUES_MAX && values.every((value) => /^[^,=]+$/.test(value));
    return isTelling && /^[^,=]+$/.test(name) ? [{ name, values, cells }] : [];
  });
}
