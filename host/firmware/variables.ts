/**
 * The core's variables outside the record that wasm2c keeps them in. Small processors reach the first 128 bytes of a record by an
 * instruction, and need two or three more for what lies beyond: where code is to be small, each variable has a place of its own, which
 * compilers know.
 */

/** What wasm2c writes: core.h and core.c. */
export interface CoreText {
  readonly declarations: string;
  readonly functions: string;
}

/** The record, and a variable in it, in core.h. */
const RECORD = /typedef struct w2c_core \{\n[\s\S]*?\n\} w2c_core;\n/;
const VARIABLE = /^ +u32 (w2c_assembly0x2F\w+);\n/gm;
const USE = /\binstance->(w2c_assembly0x2F\w+)/g;

/** The same core with variables that stand for themselves; null where it has none of the form expected. */
export function variablesApart({ declarations, functions }: CoreText): CoreText | null {
  const record = RECORD.exec(declarations)?.[0];
  if (record === undefined) return null;
  const names = [...record.matchAll(VARIABLE)].map(([, name]) => name as string);
  const known = new Set(names);
  const used = [...functions.matchAll(USE)].map(([, name]) => name as string);
  if (names.length === 0 || used.some((name) => !known.has(name))) return null;
  const variables = names.map((name) => `static u32 ${name};\n`).join('');
  return {
    declarations: declarations.replace(record, () => `${record.replace(VARIABLE, '')}\n${variables}`),
    functions: functions.replace(USE, '$1'),
  };
}
