// What must hold in the tables and between them. A table that breaks it generates nothing.
import { TableError, upper } from './read.mjs';

/** Throws TableError naming what is wrong. */
export function checkTables(model) {
  const { codes, commands, constants, keys, refusals, structs, words } = model;
  for (const struct of structs) checkStruct(struct);
  for (const word of words) checkWord(word);
  for (const { name, values } of codes) {
    unique(
      `${name}: code`,
      values.map(({ code }) => code),
    );
    unique(
      `${name}: name`,
      values.map((value) => value.name),
    );
  }
  for (const { name, names, values } of codes) {
    if (names && values.some(({ code, unnamed }, index) => !unnamed && code !== index))
      throw new TableError(`${name}: its names are a list, so its codes count from 0`);
  }
  unique(
    'refusals: code',
    refusals.map(({ code }) => code),
  );
  unique(
    'refusals: name',
    refusals.map(({ name }) => name),
  );
  if (!/^[\x21-\x7e]{1,16}$/.test(model.version))
    throw new TableError(`version ${model.version}: not 1 to 16 characters`);
  for (const { code, name, standard } of refusals) {
    if (!/^[A-Z_]{1,24}$/.test(name)) throw new TableError(`${name}: not 1 to 24 letters and _`);
    if (code > 255 || standard.code > 127) throw new TableError(`${name}: a code that does not fit a byte`);
  }
  for (const { name, entries } of commands) {
    unique(
      `${name}: command`,
      entries.map(({ id, op }) => `${id} ${op}`),
    );
    const ids = new Map(entries.map((entry) => [entry.name, entry.id]));
    for (const entry of entries)
      if (ids.get(entry.name) !== entry.id) throw new TableError(`${name}: ${entry.name} has two ids`);
  }
  for (const key of keys)
    if (!/^[\x21-\x7e]{1,16}$/.test(key)) throw new TableError(`key ${key}: not 1 to 16 characters of ASCII`);
  unique(
    'magic',
    constants.filter(({ name }) => name.endsWith('_MAGIC')).map(({ value }) => value),
  );
  checkTexts(constants);
  for (const build of model.builds) checkRelations(model, build.name);
}

function checkStruct({ name, bytes, fields, class: asClass, c }) {
  unique(
    `${name}: field`,
    fields.flatMap((field) => field.name ?? []),
  );
  for (const field of fields) {
    const { isScalar, offset, size, type } = field;
    if (!isScalar || type === 'rest') continue;
    // An i64 is read in two words where words are all that is aligned.
    if (offset % Math.min(size, 4) !== 0)
      throw new TableError(`${name}: ${field.name ?? 'reserved'} at ${offset} is not aligned`);
  }
  if ((asClass !== undefined || c?.name !== undefined) && bytes % 4 !== 0)
    throw new TableError(`${name}: a struct in memory has whole words`);
}

function checkWord({ name, fields }) {
  const bits = fields.flatMap(({ low, width }) => Array.from({ length: width }, (_, bit) => low + bit));
  unique(`${name}: bit`, bits);
  if (bits.length !== 32 || Math.max(...bits) !== 31)
    throw new TableError(`${name}: not all of its 32 bits are named`);
}

/** A magic that spells a text spells it in the order of its bytes. */
function checkTexts(constants) {
  for (const { name, text, value } of constants) {
    if (text !== undefined && Buffer.from(text, 'latin1').readUInt32LE(0) !== value)
      throw new TableError(`${name} does not spell ${text}`);
  }
}

function unique(what, values) {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new TableError(`${what} ${twice} stands twice`);
}

/** What holds between limits, sizes and words in a build. */
function checkRelations(model, build) {
  const of = valuesOf(model, build);
  const must = (holds, reason) => {
    if (!holds) throw new TableError(`${build}: ${reason}`);
  };
  const isPowerOfTwo = (value) => Number.isInteger(Math.log2(value));
  must(isPowerOfTwo(of('ARENA_BYTES')), 'the arena is masked: its size is a power of two');
  must(
    4 * 2 ** of('LINE_STEPS_MAX') <= of('ARENA_BYTES') / 2,
    'a key list begins in the first half of the arena and must end inside',
  );
  must(
    of('PHASE_STEPS_MAX') <= of('LINE_STEPS_MAX'),
    'phase lists are bounded by the same argument as lines',
  );
  must(of('WINDOWS_MAX') <= 2 ** 16, 'a search for a phase has at most 16 steps');
  must(isPowerOfTwo(of('RECEIVE_BYTES')), 'the receive ring is masked: its size is a power of two');
  must(isPowerOfTwo(of('MESSAGE_BYTES_MAX')), 'places in a message are masked: its size is a power of two');
  must(of('READ_BYTES_MAX') + 64 <= of('MESSAGE_BYTES_MAX'), 'a read-back answer must fit a message');
  const payload = of('LINE_PAYLOAD_BYTES');
  must(payload % 3 === 0 && (payload / 3) * 4 + 3 <= of('LINE_BYTES_MAX'), 'a line must hold its payload');
  const piece = of('READ_A_STEP');
  must(
    piece % 4 === 0 && of('PAGE_BYTES') % piece === 0,
    'flash is read back in whole words that no page boundary divides',
  );
  must(of('TIMED_EMPTY') >= 3, 'an empty call has the number of a function');
  must(of('ROW_NONE') === 2 ** 26 - 1 && of('RULE_BITS_MAX') < 26, 'the row of a word has 26 bits');
  must(
    of('AREAS') === model.codes.find(({ name }) => name === 'area').values.length,
    'areas are counted wrong',
  );
  must(of('CRC_TABLE_BYTES') === (of('COMPACT') ? 64 : 1024), 'a checksum goes by half bytes or by bytes');
  checkMemory(model.memory[build], of, must);
}

function checkMemory(memory, of, must) {
  const room = (name) => memory.buffers.find((buffer) => buffer.name === name).bytes;
  const place = (name) => memory.buffers.find((buffer) => buffer.name === name).from;
  must(memory.end <= memory.constants, 'the buffers run into the constants');
  must(
    memory.arena % (memory.arena < 2 ** 14 ? 64 : 128) === 0 && memory.arena < 2 ** 15,
    'the place of the arena is eight bits and zeros',
  );
  must(
    memory.buffers.every(({ bytes }) => bytes % 4 === 0),
    'buffers begin at whole words',
  );
  must(
    memory.overlays.every(({ bytes, from }) => bytes > 0 && from % 4 === 0),
    'a place that others have in turn begins at a whole word, before its end',
  );
  must(
    memory.overlays.find(({ name }) => name === 'SIGNATURE').from >=
      place('REQUEST') + 2 + of('SMP_HEADER_BYTES'),
    'the header of the request that waits stays as it is',
  );
  must(
    of('GEOMETRY_BYTES') <= room('GEOMETRY') && of('VERDICT_BYTES') <= room('VERDICT'),
    'a struct outgrew its place',
  );
  must(
    of('SWEEP_BYTES') <= room('SWEEP') && of('OUTCOME_RECORD_BYTES') <= room('CONTENT'),
    'a struct outgrew its place',
  );
  must(
    of('LINE_BYTES_MAX') + of('SEND_A_STEP') <= room('LINE'),
    'a piece of a line must lie in its place wherever it begins',
  );
  must(
    place('ACTIVE') % 128 === 0 && place('VERDICT') + of('VERDICT_BYTES') <= place('ACTIVE') + 128,
    'what verdict reads and writes is one block of 128 bytes: the reach of one register on small cores',
  );
}

function valuesOf({ constants, limits, structs }, build) {
  const values = new Map([
    ...constants.map(({ name, value }) => [name, value]),
    ...limits.map((limit) => [limit.name, limit.values[build]]),
    ...structs.map(({ name, bytes }) => [`${upper(name)}_BYTES`, bytes]),
  ]);
  return (name) => {
    const value = values.get(name);
    if (value === undefined) throw new TableError(`${name} is asked for and does not exist`);
    return value;
  };
}
