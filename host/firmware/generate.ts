/**
 * From the released wasm of the core to C: wasm2c, then a few exact replacements that make its checks cheap without dropping one
 * (targets/common/wasm-rt.h). A replacement that does not find what it expects ends the build: a changed wasm2c is looked at by
 * people, never guessed at.
 */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { instantiate } from '@assemblyscript/loader';
import { HoldfastError } from '../errors.ts';

const run = promisify(execFile);

/** What the module imports: docs/SPEC.md section 6. */
const PORT = [
  ...['flashRead', 'flashErase', 'flashProgram', 'serialWrite', 'safeInput', 'ticks', 'reset'],
  ...['cycles', 'cycleRate'],
];

/** Addresses and sizes in the core's linear memory, as the wasm itself exports them; bytes. */
export interface CoreFacts {
  readonly memoryBytes: number;
  readonly geometry: number;
  readonly burned: number;
  readonly verdict: number;
  readonly sweep: number;
}

/** An access as wasm2c writes it: the function, the address, and a constant offset. */
const ACCESS =
  /(i(?:32|64)_(?:load|store)\w*)_default32\(&instance->w2c_memory, \(u64\)\((\w+)\)(?: \+ (\d+)u?)?/g;
/** 2k + (value ≥ key), as wasm2c writes a step of the search: k doubled, lines that leave it alone, the comparison added. */
const STEP =
  /(\w+) = (\w+);\n\s+(\w+) = 1u;\n\s+\1 <<= \(\3 & 31\);\n((?:(?!\s+(?:\1|\2) ).*\n){1,8}?)\s+(\w+) = \5 >= (\w+);\n\s+\1 \+= \5;\n/g;
/** A word at a constant address. */
const CONSTANT = /(\w+) = (\d+)u;\n(\s+)\1 = i32_load_at\(\1, 0u\)/g;
/** Word `index` of a list, as wasm2c writes the load of a step. */
const KEY =
  /(\w+) = (\w+);\n\s+(\w+) = (\w+);\n\s+(\w+) = 2u;\n\s+\3 <<= \(\5 & 31\);\n\s+\1 \+= \3;\n\s+\1 = i32_load_at\(\1, 0u\)/g;
/** The beginning of a search: k is 1, then the number of steps chooses where to go on. */
const BEGINNING = /(\w+) = 1u;\n(\s+\w+ = )\1;\n((?:(?!\s*(?:switch|\})).*\n){0,24}?)(\s+)(switch \()/g;
/** How a search goes on after its beginning: the number of steps less 1 chooses a label, anything else has none to do. */
const CHOICE = /^(\w+)\) \{\n((?:\s+case \d+: goto \w+;\n)+)\s+default: goto (\w+);\n/;
/** The source masks the number of steps with this. */
const STEPS_MASK = 15;
/** So many steps the unrolled searches of check and of its phase windows have at least; each falls through from the one before. */
const STEPS_LEAST = 26;
/** The one of a map without phases, and the two of a map with them. */
const SEARCHES_LEAST = 3;

/** Writes `core-generated.c` and `core.h` into `folder`. Throws HoldfastError GENERATED_UNEXPECTED. */
export async function generateCore(wasmPath: string, folder: string): Promise<CoreFacts> {
  const wasm2c = join(dirname(createRequire(import.meta.url).resolve('wabt/package.json')), 'bin', 'wasm2c');
  const output = join(folder, 'core.c');
  await run(process.execPath, [wasm2c, '--module-name=core', wasmPath, '-o', output]);
  await writeFile(join(folder, 'core-generated.c'), cheapen(await readFile(output, 'utf8')));
  return readFacts(await readFile(wasmPath));
}

/** The replacements, on the text of the generated C. */
export function cheapen(text: string): string {
  const checked = text.replace(ACCESS, (_whole, name: string, address: string, offset = '0') => {
    return `${name}_at(${address}, ${offset}u`;
  });
  if (/_default32\(&instance/.test(checked)) throw unexpected('an access of another form');
  let steps = 0;
  const stepped = checked.replace(
    STEP,
    (_whole, sum: string, k: string, _one, middle: string, value: string, key: string) => {
      steps++;
      return `${sum} = ${k};\n${middle}    ${sum} = holdfast_step(${sum}, ${value}, ${key});\n`;
    },
  );
  if (steps < STEPS_LEAST) throw unexpected(`only ${steps} steps of the search`);
  return searches(stepped).replace(CONSTANT, (_whole, value: string, address: string) => {
    return `${value} = i32_load_near(${address}u)`;
  });
}

/** Gives each search one register for the place of its list, and a first k that compilers do not see through. */
function searches(text: string): string {
  const beginnings = [...text.matchAll(BEGINNING)];
  if (beginnings.length < SEARCHES_LEAST) throw unexpected(`only ${beginnings.length} searches`);
  let result = text.slice(0, beginnings[0]?.index);
  beginnings.forEach((beginning, number) => {
    const [whole, value, assign, middle, indent, rest] = beginning;
    const body = text.slice(beginning.index + whole.length, beginnings[number + 1]?.index);
    const lists = new Set<string>();
    const keyed = body.replace(KEY, (_load, key: string, list: string, _shifted, index: string) => {
      lists.add(list);
      return `${key} = holdfast_key(list${number}, ${list}, ${index})`;
    });
    const [list] = lists;
    if (list === undefined || lists.size > 1) throw unexpected(`a search of ${lists.size} lists`);
    result += `${value} = holdfast_first();\n${assign}${value};\n${middle}`;
    result += `${indent}const u8* list${number} = holdfast_list(${list});${indent}${rest}${chosen(keyed)}`;
  });
  return result;
}

/** The same choice with all the values that the mask leaves as cases, so that compilers need no comparison before the table. */
function chosen(body: string): string {
  return body.replace(CHOICE, (_whole, value: string, cases: string, none: string) => {
    const labels = new Map(
      [...cases.matchAll(/case (\d+): goto (\w+);/g)].map(([, at, label]) => [Number(at) + 1, label]),
    );
    const lines = Array.from(
      { length: STEPS_MASK + 1 },
      (_, steps) => `case ${steps}: goto ${labels.get(steps) ?? none};`,
    );
    return `(${value} + 1) & ${STEPS_MASK}u) {\n      ${lines.join('\n      ')}\n      default: __builtin_unreachable();\n`;
  });
}

function unexpected(what: string): HoldfastError {
  return new HoldfastError('GENERATED_UNEXPECTED', `The C that wasm2c made has ${what}.`, {
    remedy: 'Adapt host/firmware/generate.ts to this version of wabt or of the core.',
  });
}

async function readFacts(wasm: Uint8Array): Promise<CoreFacts> {
  const nothing = () => 0;
  const port = Object.fromEntries(PORT.map((name) => [name, nothing]));
  const { exports } = await instantiate<Record<string, WebAssembly.Global>>(wasm, { port });
  const value = (name: string): number => {
    const global = exports[name];
    if (!(global instanceof WebAssembly.Global)) throw unexpected(`no export ${name}`);
    return global.value;
  };
  // The arena is the last of the static layout (assembly/memory.ts).
  return {
    memoryBytes: value('ARENA') + value('ARENA_BYTES'),
    geometry: value('GEOMETRY'),
    burned: value('BURNED'),
    verdict: value('VERDICT'),
    sweep: value('SWEEP'),
  };
}
