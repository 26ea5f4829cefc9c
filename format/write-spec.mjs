// The tables of docs/SPEC.md, each between `<!-- format: NAME -->` and `<!-- /format -->`.
import { counted, TableError, upper } from './read.mjs';

const WIDTH = 140;
const PLACE = /(<!-- format: ([\w-]+) -->\n)[\s\S]*?(\n<!-- \/format -->)/g;

/** The text of docs/SPEC.md with its tables written anew. Throws TableError for a table without a place, or a place without a table. */
export function specText(model, text) {
  const tables = tablesOf(model);
  const placed = new Set();
  const written = text.replace(PLACE, (_, begin, name, end) => {
    const table = tables.get(name);
    if (table === undefined) throw new TableError(`docs/SPEC.md has a place for ${name}, which is no table`);
    placed.add(name);
    return `${begin}\n${table}\n${end}`;
  });
  for (const name of tables.keys())
    if (!placed.has(name)) throw new TableError(`docs/SPEC.md has no place for the table ${name}`);
  return written;
}

function tablesOf(model) {
  const shown = (entries) => entries.filter(({ spec }) => spec !== false);
  return new Map([
    ...shown(model.structs).map((each) => [each.name, listing(each.fields.map(fieldRow))]),
    ...shown(model.words).map((each) => [each.name, listing(each.fields.map(bitsRow))]),
    ...shown(model.codes).map((each) => [each.name, codesTable(each)]),
    ...shown(model.commands).map((each) => [`${each.name}-commands`, commandsTable(each)]),
    [
      'refusals',
      table(
        ['code', 'name', 'meaning', 'in groups 0 and 1'],
        model.refusals.map(({ code, name, text, standard }) => [
          code,
          name,
          text,
          standard.group === 'image' ? `group 1, ${standard.code}` : `rc ${standard.code}`,
        ]),
      ),
    ],
    ['limits', limitsTable(model)],
  ]);
}

function fieldRow({ name, type, size, count, offset, isScalar, text, reserved }) {
  const times = count > 1 ? `${count} × ` : '';
  if (reserved === 'rest') return [offset, '', 'reserved to the end'];
  if (reserved !== undefined) return [offset, count > 1 ? `${type}×${count}` : type, 'reserved'];
  if (name === undefined) throw new TableError('a field has no name');
  return [offset, isScalar ? `${type}${count > 1 ? `×${count}` : ''}` : `${times}${size} bytes`, text];
}

function bitsRow({ name, low, width, text }) {
  return [`bit ${low + width - 1} … ${low}`, name, text];
}

/** Indented lines in columns, the last one wrapped. */
function listing(rows) {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows
    .flatMap(([place, type, text]) => {
      const start = `    ${String(place).padEnd(widths[0])}  ${type.padEnd(widths[1])}  `;
      return wrapped(text, WIDTH - start.length).map(
        (line, index) => `${index === 0 ? start : ' '.repeat(start.length)}${line}`,
      );
    })
    .join('\n');
}

function wrapped(text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (lines.at(-1) !== '' && `${lines.at(-1)} ${word}`.length > width) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function codesTable({ columns, hex, said, values }) {
  const cell = (each, key) => {
    if (key === 'code')
      return hex ? `0x${each.code.toString(16).toUpperCase().padStart(hex, '0')}` : each.code;
    if (key === 'what') return each.text;
    // What people are told by name is written as they are told it.
    if (key === 'name' && said !== undefined) return upper(each.name);
    return each[key] ?? '';
  };
  return table(
    Object.values(columns),
    values.map((each) => Object.keys(columns).map((key) => cell(each, key))),
  );
}

function commandsTable({ entries }) {
  const map = (keys) => `\`{${keys.join(', ')}}\``;
  const rows = entries.map(({ id, name, op, request, answer, text }) => [
    `${id} ${name}`,
    op,
    map(request),
    `${map(answer)}${text === '' ? '' : `: ${text}`}`,
  ]);
  return table(['id', 'op', 'request', 'answer'], rows);
}

function limitsTable({ builds, constants, limits }) {
  const shown = constants.filter(({ limit }) => limit);
  const rows = [
    ...limits.map(({ name, values, what }) => [
      name,
      ...builds.map((build) => counted(values[build.name])),
      what,
    ]),
    ...shown.map(({ name, value, what }) => [name, ...builds.map(() => counted(value)), what]),
  ];
  return table(['limit', ...builds.map(({ name }) => name), 'what'], rows);
}
