// The tables in AssemblyScript: assembly/format.ts.
import { camel, hexOf, TableError, upper } from './read.mjs';

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
      ...refusalTables(model.refusals),
      '',
      ...wordTables(model),
    ]),
    section(
      'Keys, packed: the first 8 bytes in one number, the first byte lowest; the rest in another',
      keys(model.keys),
    ),
    section('The version of the package, packed as keys are', [
      constant('CORE_VERSION', 'u64', packed(model.version.slice(0, KEY_BYTES))),
      constant('CORE_VERSION_REST', 'u64', packed(model.version.slice(KEY_BYTES))),
    ]),
    section('The static memory map', memory(model)),
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
  return constant(name, 'u32', chosen(values, builds), what);
}

/** A value a build, written as `spell` does: those builds that differ from the one without a define are asked for by their flags. */
function chosen(values, builds, spell = String) {
  const most = spell(values[builds.find(({ defines }) => !defines).name]);
  const choices = builds
    .filter((build) => spell(values[build.name]) !== most)
    .map((build) => `${upper(build.name)} ? ${spell(values[build.name])} : `);
  return `${choices.join('')}${most}`;
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
    ...(values.some(({ v1 }) => v1 !== undefined) ? inVersion1(prefix, values) : []),
  ].join('\n');
}

/** What each code is in version 1, which has no groups of errors. */
function inVersion1(prefix, values) {
  const most = Math.max(...values.map(({ code }) => code));
  const byCode = new Map(values.map(({ code, v1 }) => [code, v1]));
  const bytes = Array.from({ length: most + 1 }, (_, code) => byCode.get(code) ?? 1);
  return [
    constant(`${prefix}MAX`, 'u32', String(most)),
    bytesConstant(`${prefix}V1`, bytes, 'each code as a plain rc, for version 1'),
  ];
}

function bytesConstant(name, bytes, what) {
  const lines = [''];
  for (const byte of bytes) {
    if (`${lines.at(-1)} ${byte},`.length > WIDTH - 2) lines.push('');
    lines.push(`${lines.pop()} ${byte},`.trim());
  }
  const text = lines.map((line) => `  ${line}`).join('\n');
  return `${comment(what)}\nexport const ${name}: usize = memory.data<u8>([\n${text}\n]);`;
}

const STANDARD_IMAGE = 128;
const LETTER_BITS = 5;
const LETTERS_A_WORD = 6;
/** Set in the last word of a name. */
const LAST_LETTERS = 2 ** 31;

/** What standard clients are told of a refusal: a code, and in version 1 words. */
function refusalTables(refusals) {
  const most = Math.max(...refusals.map(({ code }) => code));
  const codesOf = new Map(
    refusals.map(({ code, standard }) => [
      code,
      (standard.group === 'image' ? STANDARD_IMAGE : 0) + standard.code,
    ]),
  );
  const bytes = Array.from({ length: most + 1 }, (_, code) => codesOf.get(code) ?? 1);
  return [
    '',
    constant('REFUSAL_MAX', 'u32', String(most)),
    constant('STANDARD_IMAGE', 'u32', String(STANDARD_IMAGE), 'added to a standard code of the image group'),
    bytesConstant('REFUSAL_STANDARD', bytes, 'what standard clients get for each refusal'),
  ];
}

/** The names that are told in words: of refusals, and of the codes of groups that say so. */
function wordTables({ codes, refusals }) {
  const told = codes.flatMap(({ name, values }) => {
    const named = values.filter(({ rsn }) => rsn).map(({ code, name }) => ({ code, name: upper(name) }));
    return named.length === 0 ? [] : [{ of: `${camel(name)}Name`, named }];
  });
  // Whoever has no name has the first one, of no letters.
  const words = [LAST_LETTERS];
  let most = 1;
  const functions = [{ of: 'refusalName', named: refusals }, ...told].map(({ of, named }) => {
    const begins = named.map(({ code, name }) => {
      const begin = words.length;
      words.push(...letters(name));
      most = Math.max(most, words.length - begin);
      return `    case ${code}: return ${begin};`;
    });
    return [
      `/** Where the name of a ${of === 'refusalName' ? 'refusal' : 'code'} begins, for nameLetters; that of no letters where it has none. */`,
      `export function ${of}(code: u32): u32 {`,
      '  switch (code) {',
      ...begins,
      '    default: return 0;',
      '  }',
      '}',
    ].join('\n');
  });
  return [
    constant('LETTERS_A_WORD', 'u32', String(LETTERS_A_WORD), 'letters of a name in one word'),
    constant('NAME_WORDS_MAX', 'u32', String(most), 'words of the longest name'),
    constant(
      'LETTER_BITS',
      'u32',
      String(LETTER_BITS),
      'bits of a letter: 1 to 26 a to z, 27 a space, 0 the end',
    ),
    constant('LAST_LETTERS', 'u32', `0x${LAST_LETTERS.toString(16)}`, 'in the last word of a name'),
    ...functions,
    '/** The letters of names, one name behind the other, the first letter of a word lowest. In code, since constants take RAM. */',
    'export function nameLetters(at: u32): u32 {',
    '  switch (at) {',
    ...words.slice(0, -1).map((word, at) => `    case ${at}: return 0x${word.toString(16)};`),
    `    default: return 0x${words.at(-1).toString(16)};`,
    '  }',
    '}',
  ];
}

/** A name in capitals and _ as words of letters. */
function letters(text) {
  const numbers = [...text].map((letter) => (letter === '_' ? 27 : letter.charCodeAt(0) - 64));
  const words = [];
  for (let at = 0; at < numbers.length; at += LETTERS_A_WORD) {
    const word = numbers.slice(at, at + LETTERS_A_WORD);
    const last = at + LETTERS_A_WORD >= numbers.length ? LAST_LETTERS : 0;
    words.push(word.reduceRight((packed, letter) => packed * 2 ** LETTER_BITS + letter, 0) + last);
  }
  return words;
}

function commands({ name, what, entries }) {
  const ids = new Map(entries.map((entry) => [entry.name, entry.id]));
  return [
    `// ${what}`,
    '',
    ...[...ids].map(([each, id]) => `export const ${upper(name)}_${upper(each)}: u32 = ${id};`),
    constant(`${upper(name)}_HANDLERS`, 'u32', String(Math.max(...ids.values()) + 1), 'ids from 0 on'),
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
  return `0x${Buffer.from(text, 'latin1').reverse().toString('hex').replace(/^0+/, '') || '0'}`;
}

function memory({ memory, builds }) {
  const of = (ask) => Object.fromEntries(builds.map(({ name }) => [name, ask(memory[name])]));
  const place = (ask) => chosen(of(ask), builds, (value) => hexOf(value, 4));
  const size = (ask) => chosen(of(ask), builds);
  const [{ buffers, overlays }] = Object.values(memory);
  const rooms = [...buffers, ...overlays].flatMap(({ name, what }) => {
    const found = ({ buffers, overlays }) => [...buffers, ...overlays].find((room) => room.name === name);
    return [
      comment(what),
      `export const ${name}_LOCATION: usize = ${place((each) => found(each).from)};`,
      `export const ${name}_ROOM: u32 = ${size((each) => found(each).bytes)};`,
    ];
  });
  return [
    ...rooms,
    `export const BUFFERS_END: usize = ${place(({ end }) => end)};`,
    '/** Constants that the compiler places (`memoryBase` in host/setup/core-builds.mjs). */',
    `export const CONSTANTS_LOCATION: usize = ${place(({ constants }) => constants)};`,
    '/** Resident part of the running edition. */',
    `export const ARENA_LOCATION: usize = ${place(({ arena }) => arena)};`,
  ];
}
