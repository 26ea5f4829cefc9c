// The tables in AssemblyScript: assembly/format.ts.
import { hexOf, TableError, upper } from './read.mjs';

const WIDTH = 140;
const KEY_BYTES = 8;

/** The text of assembly/format.ts. Throws TableError when two constants would have one name. */
export function assemblyText(model, header) {
  const parts = [
    header,
    ...model.builds.filter(({ defines }) => defines).map(buildFlag),
    section('Limits', [
      ...model.limits.map((limit) => perBuild(limit, model.builds)),
      ...model.constants.map((each) => constant(each.name, each.type ?? 'u32', literal(each), each.what)),
    ]),
    ...model.structs.map(struct),
    ...model.words.map(word),
    ...model.codes.map(codes),
    ...model.commands.map(commands),
    section('Refusals', [
      constant('DONE', 'u32', '0', 'nothing is refused'),
      ...model.refusals.map(({ name, code, text }) => constant(name, 'u32', String(code), text)),
    ]),
    section(
      'Keys, packed: the first 8 bytes in one number, the first byte lowest; the rest in another',
      keys(model.keys),
    ),
    section('The static memory map', memory(model.memory)),
  ];
  const text = `${parts.join('\n\n')}\n`;
  const names = [...text.matchAll(/^export (?:const|class) (\w+)/gm)].map(([, name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TableError(`two constants of the core would be ${twice}`);
  return text;
}

function buildFlag({ name, defines, what }) {
  return `// @ts-ignore: defined by the ${name} build only\nexport const ${upper(name)}: bool = isDefined(${defines}); // ${what}`;
}

function section(title, lines) {
  return `// ${title}\n\n${lines.join('\n')}`;
}

function constant(name, type, value, what) {
  const line = `export const ${name}: ${type} = ${value};`;
  if (what === undefined || what === '') return line;
  return `${comment(what)}\n${line}`;
}

/** A docstring, in as many lines as it needs. */
function comment(what) {
  const text = `${what[0].toUpperCase()}${what.slice(1)}`;
  if (text.length + '/** . */'.length <= WIDTH) return `/** ${text}${/[.:]$/.test(text) ? '' : '.'} */`;
  const lines = [''];
  for (const word of `${text}.`.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length + ' * '.length > WIDTH) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
  }
  return `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */`;
}

function literal({ value, hex }) {
  return hex === undefined ? String(value) : hexOf(value, hex);
}

function perBuild({ name, values, what }, builds) {
  const others = builds.filter(({ defines }) => defines);
  const base = builds.find(({ defines }) => !defines);
  const choices = others.map((build) => `${upper(build.name)} ? ${values[build.name]} : `).join('');
  return constant(name, 'u32', `${choices}${values[base.name]}`, what);
}

function struct({ name, what, bytes, fields, class: asClass }) {
  const prefix = upper(name);
  return [
    `/** ${what}. */`,
    `export const ${prefix}_BYTES: u32 = ${bytes};`,
    ...fields.flatMap((field) =>
      field.name === undefined
        ? []
        : `export const ${prefix}_AT_${upper(field.name)}: u32 = ${field.offset};`,
    ),
    ...(asClass === undefined ? [] : ['', ...classOf(asClass, what, fields)]),
  ].join('\n');
}

/** The fields up to the first that a class cannot say. */
function classOf(name, what, fields) {
  const end = fields.findIndex((field) => !field.isScalar || field.count > 1 || field.name === undefined);
  const sayable = end < 0 ? fields : fields.slice(0, end);
  const more = end < 0 ? '' : ', up to what is no number; the rest by offset';
  return [
    `/** ${what}${more}. */`,
    '@unmanaged',
    `export class ${name} {`,
    ...sayable.flatMap((field) => [
      ...comment(field.text)
        .split('\n')
        .map((line) => `  ${line}`),
      `  ${field.name}: ${field.type};`,
    ]),
    '}',
  ];
}

function word({ name, what, fields }) {
  const prefix = upper(name);
  return [
    `/** ${what}: where its parts begin, and the bits of each. */`,
    ...fields.flatMap((field) => [
      `export const ${prefix}_${upper(field.name)}_SHIFT: u32 = ${field.low};`,
      `export const ${prefix}_${upper(field.name)}_MASK: u32 = ${hexOf(2 ** field.width - 1, true)};`,
    ]),
  ].join('\n');
}

function codes({ name, what, hex, values, names, as }) {
  const prefix = as ?? `${upper(name)}_`;
  const named = values.filter(({ unnamed }) => !unnamed);
  return [
    `// ${what}`,
    '',
    ...values.map((each) =>
      constant(
        `${prefix}${upper(each.name)}`,
        'u32',
        hex ? hexOf(each.code, hex) : String(each.code),
        each.text,
      ),
    ),
    ...(names ? [`export const ${prefix}COUNT: u32 = ${named.length};`] : []),
  ].join('\n');
}

function commands({ name, what, entries }) {
  const ids = new Map(entries.map((entry) => [entry.name, entry.id]));
  return [
    `// ${what}`,
    '',
    ...[...ids].map(([each, id]) => `export const ${upper(name)}_${upper(each)}: u32 = ${id};`),
  ].join('\n');
}

function keys(list) {
  return list.flatMap((key) => {
    const name = `KEY_${upper(key)}`;
    const first = `export const ${name}: u64 = ${packed(key.slice(0, KEY_BYTES))};`;
    return key.length <= KEY_BYTES
      ? [first]
      : [first, `export const ${name}_REST: u64 = ${packed(key.slice(KEY_BYTES))};`];
  });
}

function packed(text) {
  return `0x${Buffer.from(text, 'latin1').reverse().toString('hex').replace(/^0+/, '')}`;
}

function memory({ arena, buffers, constants, end }) {
  return [
    ...buffers.flatMap(({ name, what, from, bytes }) => [
      comment(what),
      `export const ${name}_LOCATION: usize = ${hexOf(from, 4)};`,
      `export const ${name}_ROOM: u32 = ${bytes};`,
    ]),
    `export const BUFFERS_END: usize = ${hexOf(end, 4)};`,
    '/** Constants that the compiler places (`memoryBase` in asconfig.json). */',
    `export const CONSTANTS_LOCATION: usize = ${hexOf(constants, 4)};`,
    '/** Resident part of the running edition. */',
    `export const ARENA_LOCATION: usize = ${hexOf(arena, 4)};`,
  ];
}
