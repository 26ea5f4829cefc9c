// The tables in TypeScript: host/format.ts, as the formatter of the project writes it.
import { camel, hexOf, upper } from './read.mjs';

const WIDTH = 110;

/** The text of host/format.ts. */
export function hostText(model, header) {
  const parts = [
    header,
    builds(model),
    ...model.constants.map(({ name, what, value, hex }) =>
      documented(what, `export const ${name} = ${hex === undefined ? value : hexOf(value, hex)};`),
    ),
    ...model.structs.map(struct),
    ...model.words.map(word),
    ...model.codes.map(codes),
    ...model.commands.map(commands),
    documented('Keys of requests and answers', list('KEYS', model.keys)),
    'export type Key = (typeof KEYS)[number];',
    said('REFUSALS', 'Refusals of group 78, and reasons of a FAULT', model.refusals),
    ...model.codes
      .filter(({ said: prefix }) => prefix !== undefined)
      .map(({ name, what, said: prefix, values }) =>
        said(
          `${upper(name)}_TEXTS`,
          what,
          values
            .filter(({ code }) => code !== 0)
            .map((each) => ({ ...each, name: saidName(prefix, each.name) })),
        ),
      ),
    memory(model),
  ];
  return `${parts.join('\n\n')}\n`;
}

function documented(what, text) {
  const sentence = `${what[0].toUpperCase()}${what.slice(1)}`;
  return `/** ${sentence}. */\n${text}`;
}

function builds({ builds: all, limits }) {
  const lines = all.flatMap((build) => [
    `  /** ${build.what[0].toUpperCase()}${build.what.slice(1)}. */`,
    `  ${propertyName(build.name)}: {`,
    ...limits.map((limit) => `    ${camelOfUpper(limit.name)}: ${limit.values[build.name]},`),
    '  },',
  ]);
  const whats = limits.map((limit) => ` *     ${camelOfUpper(limit.name).padEnd(18)} ${limit.what}`);
  return [
    `/**\n * Limits that differ between the builds of the core:\n *\n${whats.join('\n')}\n */`,
    `export const BUILD_LIMITS = {\n${lines.join('\n')}\n} as const;`,
    'export type BuildName = keyof typeof BUILD_LIMITS;',
    documented(
      'Builds of controllers by what `--arena` calls them, from the smallest on',
      object(
        'ARENAS',
        all.filter(({ arena }) => arena).map(({ arena, name }) => [quoted(arena), quoted(name)]),
      ),
    ),
  ].join('\n');
}

/** A key of an object, in quotes where it needs them. */
function propertyName(name) {
  return /^\w+$/.test(name) ? name : quoted(name);
}

function camelOfUpper(name) {
  return camel(name.toLowerCase());
}

function object(name, entries) {
  return `export const ${name} = {\n${entries.map(([key, value]) => `  ${key}: ${value},`).join('\n')}\n} as const;`;
}

function struct({ name, what, bytes, fields }) {
  const offsets = fields.flatMap((field) => (field.name === undefined ? [] : [[field.name, field.offset]]));
  return [
    documented(`${what}: where its fields stand, in bytes`, object(`${upper(name)}_AT`, offsets)),
    `export const ${upper(name)}_BYTES = ${bytes};`,
  ].join('\n');
}

function word({ name, what, fields }) {
  const lines = fields.flatMap((field) => [
    `export const ${upper(name)}_${upper(field.name)}_SHIFT = ${field.low};`,
    `export const ${upper(name)}_${upper(field.name)}_MASK = ${hexOf(2 ** field.width - 1, true)};`,
  ]);
  const all = [...lines, `export const ${upper(name)}_BYTES = 4;`];
  return documented(`${what}: where its parts begin, and the bits of each`, all.join('\n'));
}

function codes({ name, what, hex, names, values }) {
  const entries = values.map((each) => [camel(each.name), hex ? hexOf(each.code, hex) : each.code]);
  const text = documented(what, object(upper(name), entries));
  if (!names) return text;
  const named = values.filter(({ unnamed }) => !unnamed).map((each) => each.name);
  return `${text}\n${list(`${upper(name)}_NAMES`, named)}`;
}

function commands({ name, what, entries }) {
  const ids = new Map(entries.map((entry) => [camel(entry.name), entry.id]));
  return documented(what, object(upper(name), [...ids]));
}

/** A list of texts, on one line where it fits. */
function list(name, texts) {
  const line = `export const ${name} = [${texts.map(quoted).join(', ')}] as const;`;
  if (line.length <= WIDTH) return line;
  return `export const ${name} = [\n${texts.map((text) => `  ${quoted(text)},`).join('\n')}\n] as const;`;
}

/** NO_FREE_SLOT of the image group is IMAGE_NO_FREE_SLOT to people; IMAGE_ALREADY_PENDING stays. */
function saidName(prefix, name) {
  return upper(name).startsWith(prefix) ? upper(name) : `${prefix}${upper(name)}`;
}

function said(name, what, entries) {
  const lines = entries.map((entry) =>
    [
      '  {',
      `    code: ${entry.code},`,
      `    name: '${entry.name}',`,
      property('    words', quoted(entry.text)),
      '  },',
    ].join('\n'),
  );
  return documented(
    `${what}, and what is the matter: a clause without a full stop`,
    `export const ${name} = [\n${lines.join('\n')}\n] as const;`,
  );
}

function property(name, value) {
  const line = `${name}: ${value},`;
  return line.length <= WIDTH ? line : `${name}:\n      ${value},`;
}

function quoted(text) {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

function memory({ builds, memory }) {
  const lines = builds.flatMap(({ name }) => {
    const { arena, buffers, constants } = memory[name];
    return [
      `  ${propertyName(name)}: {`,
      `    constants: ${hexOf(constants, 4)},`,
      `    arena: ${hexOf(arena, 4)},`,
      '    buffers: [',
      ...buffers.map(({ name, bytes }) => `      ['${name}', ${bytes}],`),
      '    ],',
      '  },',
    ];
  });
  return [
    '/** The memory of each build, bytes: its buffers one after the other, then constants that the compiler places, then the arena. */',
    `export const MEMORY = {\n${lines.join('\n')}\n} as const;`,
  ].join('\n');
}
