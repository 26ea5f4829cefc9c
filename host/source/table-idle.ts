import { cutText } from '../common/cut-text.ts';
import { foldCase } from '../table/names.ts';
import { isLimitRole, type TableContext } from './table-context.ts';

/** What was said of a table and does nothing with it: somebody means something by it, so it is refused. */

/** Options that only tables of moments have. */
const OF_MOMENTS = ['dates', 'offset', 'since1970'] as const;

/** false after something was reported. */
export function checkIdleOptions(context: TableContext): boolean {
  const { said, say, target, layout, path, diagnostics } = context;
  const before = diagnostics.count;
  const tell = (message: string, remedy: string) =>
    diagnostics.add('BAD_VALUE', { file: path, line: layout.header.line, column: 1 }, message, remedy);
  for (const option of OF_MOMENTS) {
    const value = said[option];
    if (value === undefined || value === false || target.axis.kind === 'time') continue;
    const words = typeof value === 'string' ? say(option, value) : say(option);
    tell(
      `${words} is about moments, but the axis counts ${target.axis.unit} from no moment`,
      `Leave ${say(option)} out.`,
    );
  }
  const limits = [...layout.columns].filter(([role]) => isLimitRole(role)).map(([, index]) => index);
  const twice = limits.find((index, number) => limits.indexOf(index) !== number);
  if (twice !== undefined)
    tell(`column "${cutText(layout.header.cells[twice] ?? '')}" is named twice for limits`, 'Name it once.');
  const names = layout.header.cells.map(foldCase);
  const used = new Set([...layout.columns.values()].map((index) => names[index]));
  for (const name of said.unused ?? []) {
    const isThere = names.includes(foldCase(name));
    if (isThere && !used.has(foldCase(name))) continue;
    const what = isThere ? `column "${cutText(name)}" is used` : `there is no column "${cutText(name)}"`;
    const columns = cutText(layout.header.cells.join(', '));
    const remedy = isThere
      ? 'Take it out of what is unused.'
      : `Name one of its columns (${columns}), or take it out of what is unused.`;
    tell(`${what}, which ${say('unused')} names`, remedy);
  }
  return diagnostics.count === before;
}
