import type { Say } from '../table/fault.ts';
import type { Diagnostics } from './diagnostics.ts';
import { readFields, readList, readTextNode, reportAt } from './fields.ts';
import { checkTableSaid, readTableOption, TABLE_OPTION_NAMES } from './table-options.ts';
import type { PhasesSaid, TableSaid } from './table-said.ts';
import type { TreeNode } from './tree.ts';

/** The field `table` of an entry: how its table is written, and what its rows mean. */

/** undefined after a mistake was reported. */
export function readTableFields(
  node: TreeNode | undefined,
  say: Say,
  diagnostics: Diagnostics,
): TableSaid | undefined {
  if (node === undefined) return {};
  const fields = readFields(node, 'table', [...TABLE_OPTION_NAMES, 'where', 'unused', 'phases'], diagnostics);
  if (fields === undefined) return undefined;
  const before = diagnostics.count;
  let said: TableSaid = {};
  for (const name of TABLE_OPTION_NAMES) {
    const value = fields.get(name);
    const text = value && readTextNode(value, `"${name}" of table`, diagnostics);
    if (text === undefined) continue;
    said = { ...said, ...readTableOption(name, text.text, say, reportAt(diagnostics, text.place)) };
  }
  for (const name of ['where', 'unused'] as const) {
    const value = fields.get(name);
    if (value !== undefined) said = { ...said, [name]: readTexts(value, `"${name}" of table`, diagnostics) };
  }
  const phases = fields.get('phases');
  if (phases !== undefined) said = { ...said, phases: readPhases(phases, diagnostics) };
  if (diagnostics.count > before) return undefined;
  return checkTableSaid(said, say, reportAt(diagnostics, fields.place)) ? said : undefined;
}

function readTexts(node: TreeNode, what: string, diagnostics: Diagnostics): readonly string[] {
  const nodes = readList(node, what, diagnostics) ?? [];
  return nodes.flatMap((item) => readTextNode(item, what, diagnostics)?.text ?? []);
}

function readPhases(node: TreeNode, diagnostics: Diagnostics): PhasesSaid | undefined {
  const fields = readFields(node, 'phases of table', ['column', 'names', 'all'], diagnostics);
  const column = fields?.need('column');
  const names = fields?.need('names');
  if (fields === undefined || column === undefined || names === undefined) return undefined;
  const all = fields.get('all');
  return {
    column: readTextNode(column, 'column of phases', diagnostics)?.text ?? '',
    names: readTexts(names, 'names of phases', diagnostics),
    all: all && readTextNode(all, '"all" of phases', diagnostics)?.text,
  };
}
