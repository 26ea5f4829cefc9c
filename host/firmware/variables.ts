/**
 * The core's variables where code is to be small. wasm2c keeps all of them in one record, by a pointer; but small processors reach no more
 * than the first 128 bytes of a record by an instruction, and need two or three for what lies beyond. So there are records of 128 bytes,
 * which compilers know, each with all variables of some files of the core, and each is cleared as a whole before it begins. What check
 * and its like are made of keeps variables that stand for themselves.
 */

/** What wasm2c writes: core.h and core.c. */
export interface CoreText {
  readonly declarations: string;
  readonly functions: string;
}

/** The record, and a variable in it, in core.h: of a file, which its name begins with. */
const RECORD = /typedef struct w2c_core \{\n[\s\S]*?\n\} w2c_core;\n/;
const VARIABLE = /^ +u32 (w2c_assembly0x2F\w+);\n/gm;
const USE = /\binstance->(w2c_assembly0x2F\w+)/g;
const FILE = /^w2c_assembly(?:0x2F\w+?)+(?=0x2F(?:(?!0x2F)\w)+$)/;
/** Files whose variables stand for themselves: those of check, and constants that a host asks for. */
const APART = /^w2c_assembly0x2F(?:check0x2F|format0x2F)/;
/** Variables in a record of 128 bytes. */
const WORDS = 32;
/** Where each of them gets the value that it begins with. */
const BEGINNING = /^static void init_globals\(w2c_core\* instance\) \{\n([\s\S]*?)^\}\n/m;
const CLEAR = `/* Words are volatile, else compilers call memset of the C library. */
static __attribute__((noinline)) void clear_variables(volatile u32* words) {
  for (u32 i = 0; i < ${WORDS}; i++) words[i] = 0;
}

`;

/** The same core with its variables in small records; null where it has none of the form expected. */
export function variablesInRecords({ declarations, functions }: CoreText): CoreText | null {
  const record = RECORD.exec(declarations)?.[0];
  const beginning = BEGINNING.exec(functions);
  if (record === undefined || beginning === null) return null;
  const names = [...record.matchAll(VARIABLE)].map(([, name]) => name as string);
  const known = new Set(names);
  const used = [...functions.matchAll(USE)].map(([, name]) => name as string);
  if (names.length === 0 || used.some((name) => !known.has(name))) return null;
  const records = filled(names.filter((name) => !APART.test(name)));
  const placeOf = new Map(records.flatMap((words, index) => words.map((name) => [name, recordName(index)])));
  const [begins, values = ''] = beginning;
  const cleared = records.map((_, index) => `  clear_variables(${recordName(index)}.words);\n`).join('');
  const rest = values.replace(/^ +instance->(\w+) = 0u;\n/gm, (whole, name: string) =>
    placeOf.has(name) ? '' : whole,
  );
  const variables = [
    ...names.filter((name) => !placeOf.has(name)).map((name) => `static u32 ${name};\n`),
    ...records.map(recordText),
  ].join('');
  return {
    declarations: declarations.replace(record, () => `${record.replace(VARIABLE, '')}\n${variables}`),
    functions: functions
      .replace(begins, () => `${CLEAR}${begins.replace(values, () => `${cleared}${rest}`)}`)
      .replace(USE, (_whole, name: string) => {
        const place = placeOf.get(name);
        return place === undefined ? name : `${place}.of.${name}`;
      }),
  };
}

/** Each file's variables together, in the first record that has room for them; those of a file with more than a record, in several. */
function filled(names: readonly string[]): string[][] {
  const files = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const file = FILE.exec(name)?.[0] ?? name;
    files.set(file, [...(files.get(file) ?? []), name]);
  }
  const records: string[][] = [];
  for (const variables of files.values()) {
    for (let at = 0; at < variables.length; at += WORDS) {
      const piece = variables.slice(at, at + WORDS);
      const room = records.find((words) => words.length + piece.length <= WORDS);
      if (room === undefined) records.push(piece);
      else room.push(...piece);
    }
  }
  return records;
}

function recordName(index: number): string {
  return `w2c_variables_${index}`;
}

function recordText(names: readonly string[], index: number): string {
  const fields = names.map((name) => `    u32 ${name};\n`).join('');
  return `static union {\n  struct {\n${fields}  } of;\n  u32 words[${WORDS}];\n} ${recordName(index)};\n`;
}
