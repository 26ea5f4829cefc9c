// Reads the tables of this folder into one model: every number resolved, every offset worked out, every text spelled out.
//
//     {
//       builds:    [{ name, what, defines, arena, packed }],       `arena`: what --arena calls it; from the smallest on
//       constants: [{ name, value, hex, text, what, type, limit, c }]    one value, whatever the build
//       limits:    [{ name, values: { device: …, … }, what }]           a value a build
//       structs:   [{ name, what, bytes, fields: [{ name, type, size, count, offset, text }], class, c, spec }]
//       words:     [{ name, what, fields: [{ name, low, width, text }], spec }]
//       codes:     [{ name, what, values: [{ code, name, title, text, … }], columns, names, hex, as, c, spec }]
//       commands:  [{ name, what, entries: [{ id, name, op, request, answer, text }], spec }]
//       keys:      ['active', …]
//       refusals:  [{ code, name, text, fault, standard: { group, code } }]     standard.group 'rc': the errors of SMP itself
//       version:   '1.2.3' of the package, which is the core's
//       memory:    { device: { constants, arena, buffers: [{ name, from, bytes, what }], overlays: likewise, end }, … }     one a build
//     }
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const FILES = [
  'container',
  'words',
  'body',
  'body-1',
  'burned',
  'flash',
  'core',
  'smp',
  'refusals',
  'limits',
  'memory',
];
const SCALAR_BYTES = { u8: 1, i8: 1, u16: 2, i16: 2, u16be: 2, u32: 4, i32: 4, i64: 8 };
const SUFFIXES = { KiB: 2 ** 10, MiB: 2 ** 20 };

export class TableError extends Error {}

/** The model of the tables in `folder`, a URL that ends with a slash. Throws TableError. */
export function readTables(folder) {
  const files = FILES.map((file) => parse(readFileSync(new URL(`${file}.yaml`, folder), 'utf8')));
  const all = (key) => files.flatMap((file) => (Array.isArray(file[key]) ? file[key] : []));
  const named = (key) => files.flatMap((file) => Object.entries(file[key] ?? {}));
  const limits = named('limits');
  const builds = named('builds').map(([name, build]) => ({ name, ...build }));
  const known = new Map();
  const constants = [
    ...named('constants'),
    ...limits.map(([name, entry]) => [name, { ...entry, limit: true }]),
  ]
    .filter(([, entry]) => 'value' in entry)
    .map(([name, entry]) => {
      const constant = { ...entry, name, value: numberOf(entry.value, known) };
      known.set(name, constant);
      return constant;
    });
  const codes = all('codes');
  const texts = new Texts(known, codes);
  const structs = all('structs').map((struct) => layStruct(struct, known));
  for (const { name, bytes } of structs)
    known.set(`${upper(name)}_BYTES`, { name: `${upper(name)}_BYTES`, value: bytes });
  const perBuild = limits
    .filter(([, entry]) => !('value' in entry))
    .map(([name, entry]) => ({
      name,
      what: entry.what,
      values: Object.fromEntries(builds.map((build) => [build.name, numberOf(entry[build.name], known)])),
    }));
  for (const { name } of perBuild) known.set(name, { name, perBuild: true });
  const [memory] = files.filter((file) => file.buffers !== undefined);
  const commands = all('commands').map((group) => ({
    ...group,
    entries: group.entries.map((entry) => ({ ...entry, text: texts.spell(entry.what ?? '') })),
  }));
  return {
    builds,
    constants,
    limits: perBuild,
    structs: structs.map((struct) => ({
      ...struct,
      fields: struct.fields.map((field) => ({ ...field, text: texts.field(field) })),
    })),
    words: all('words').map((word) => ({ ...word, fields: word.fields.map((f) => texts.spellWhat(f)) })),
    codes: codes.map((code) => ({ ...code, values: code.values.map((value) => texts.spellWhat(value)) })),
    commands,
    keys: keysOf(commands, all('keys')),
    refusals: all('refusals').map((refusal) => ({
      ...texts.spellWhat(refusal),
      standard: standardOf(refusal, codes),
    })),
    memory: Object.fromEntries(
      builds.map(({ name, packed }) => [
        name,
        layMemory(memory, packed === true, valuesIn(name, known, perBuild)),
      ]),
    ),
    version: JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
  };
}

/** The constants known, and each limit as it is in a build. */
function valuesIn(build, known, perBuild) {
  return new Map([...known, ...perBuild.map(({ name, values }) => [name, { name, value: values[build] }])]);
}

/** `image no-free-slot` or `rc denied`: what standard clients get for a refusal, as its group and code. */
function standardOf({ name, smp }, codes) {
  const [group, wanted] = String(smp).split(' ');
  const table = { image: 'image-error', rc: 'rc' }[group];
  const found = codes.find((each) => each.name === table)?.values.find((value) => value.name === wanted);
  if (found !== undefined) return { group, code: found.code };
  throw new TableError(`${name}: smp says "${smp}", which is neither "image NAME" nor "rc NAME" of smp.yaml`);
}

/** 12, '2^31−1', '128 KiB' or the name of a constant, as a number. */
export function numberOf(value, known) {
  if (typeof value === 'number') return value;
  const [, base, power, less, suffix] = /^(\d+)(?:\^(\d+))?(?:−(\d+))?(?: (\w+))?$/.exec(String(value)) ?? [];
  if (base !== undefined)
    return Number(base) ** Number(power ?? 1) * (SUFFIXES[suffix] ?? 1) - Number(less ?? 0);
  const found = known.get(value)?.value;
  if (found === undefined) throw new TableError(`${value} is not a number, nor a constant known here`);
  return found;
}

function layStruct(struct, known) {
  let offset = 0;
  const fields = struct.fields.map((field) => {
    const type = field.type ?? (field.reserved === 'rest' ? 'rest' : field.reserved);
    const size = field.bytes !== undefined ? numberOf(field.bytes, known) : SCALAR_BYTES[type];
    const count = field.count === undefined ? 1 : numberOf(field.count, known);
    const bytes = type === 'rest' ? struct.bytes - offset : size * count;
    if (!(bytes > 0)) throw new TableError(`${struct.name}: ${field.name ?? 'reserved'} has no size`);
    const laid = { ...field, type, size, count, offset, bytes, isScalar: field.bytes === undefined };
    offset += bytes;
    return laid;
  });
  if (offset !== struct.bytes)
    throw new TableError(`${struct.name}: its fields have ${offset} bytes, not ${struct.bytes}`);
  return { ...struct, fields };
}

/** Constants and arena begin at multiples of these: small cores have a number of eight bits and zeros in their instructions. */
const PACKED_ALIGN = { constants: 16, arena: 64 };

function layMemory(memory, packed, known) {
  let from = memory.begin;
  const buffers = Object.entries(memory.buffers).map(([name, { bytes, what }]) => {
    const buffer = { name, what, from, bytes: numberOf(bytes, known) };
    from += buffer.bytes;
    return buffer;
  });
  const named = (name) => buffers.find((buffer) => buffer.name === name) ?? unknownBuffer(name);
  const overlays = Object.entries(memory.overlays).map(
    ([
      name,
      {
        from: [first, skipped],
        to,
        what,
      },
    ]) => {
      const last = named(to);
      const begin = named(first).from + skipped;
      return { name, what, from: begin, bytes: last.from + last.bytes - begin };
    },
  );
  const up = (at, align) => Math.ceil(at / align) * align;
  const constants = packed ? up(from, PACKED_ALIGN.constants) : memory.constants;
  const arena = packed ? up(constants + memory.constantsRoom, PACKED_ALIGN.arena) : memory.arena;
  return { constants, arena, buffers, overlays, end: from };
}

function unknownBuffer(name) {
  throw new TableError(`${name} is not a buffer`);
}

function keysOf(commands, others) {
  const entries = commands.flatMap((group) => group.entries);
  const named = entries.flatMap(({ request, answer }) => [...request, ...answer]);
  return [...new Set([...named.map((key) => key.replace('?', '')), ...others])].sort();
}

/** `{NAME}` in a text is a number, `{codes:NAME}` a list of codes. */
class Texts {
  constructor(known, codes) {
    this.known = known;
    this.codes = codes;
  }

  spell(text) {
    return text.replace(/\{([\w:-]+)\}/g, (_, name) => {
      if (name.startsWith('codes:')) return this.listed(name.slice('codes:'.length));
      const constant = this.known.get(name);
      if (constant === undefined)
        throw new TableError(`a text names ${name}, which is no constant: "${text}"`);
      return spelled(constant);
    });
  }

  listed(name) {
    const found = this.codes.find((code) => code.name === name);
    if (found === undefined) throw new TableError(`a text names the codes ${name}, which do not exist`);
    return found.values
      .map((value) => `${value.code} ${value.what ?? value.title ?? value.name.replaceAll('-', ' ')}`)
      .join(', ');
  }

  spellWhat(entry) {
    return { ...entry, text: this.spell(entry.what ?? '') };
  }

  /** What a field is, with its unit, its range and a note. */
  field({ what, unit, least, most, note }) {
    if (what === undefined) return 'reserved';
    const bounds = [least ?? (most === undefined ? undefined : 0), most].filter((end) => end !== undefined);
    const range = bounds.map((end) => this.bound(end)).join(' to ');
    const parts = [unit === undefined ? what : `${what} in ${unit}`, ...(range === '' ? [] : [range])];
    return this.spell(`${parts.join(', ')}${note === undefined ? '' : ` (${note})`}`);
  }

  bound(end) {
    if (typeof end === 'number') return counted(end);
    const constant = this.known.get(end);
    if (constant === undefined) throw new TableError(`a range names ${end}, which is no constant`);
    return constant.perBuild ? "the build's limit" : counted(constant.value);
  }
}

/** A constant as it stands in a text. */
function spelled({ value, hex, text, perBuild }) {
  if (perBuild) return "the build's limit";
  const number = hex === undefined ? counted(value) : hexOf(value, hex);
  return text === undefined ? number : `"${text}" (${number})`;
}

export function hexOf(value, digits) {
  return `0x${value.toString(16).padStart(digits === true ? 1 : digits, '0')}`;
}

/** 65,536 as people write it, 2^31−1 as engineers do. */
export function counted(value) {
  const power = Math.log2(value + 1);
  if (value >= 2 ** 20 && Number.isInteger(power)) return `2^${power}−1`;
  if (value >= 2 ** 20 && Number.isInteger(Math.log2(value))) return `2^${Math.log2(value)}`;
  return value.toLocaleString('en-US');
}

/** body-header → BODY_HEADER, phasePeriod → PHASE_PERIOD. */
export function upper(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

/** body-header → bodyHeader. */
export function camel(name) {
  return name.replace(/[-_]([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}
