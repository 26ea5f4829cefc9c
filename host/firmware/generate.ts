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
import { HoldfastError } from '../common/errors.ts';
import { withPeer } from '../common/peer.ts';
import {
  BURNED_BYTES,
  DIRECTORY_FROM,
  ENTRY_FROM,
  HALVINGS_MAX,
  LIST_ENTRY_BYTES,
  NODE_12_AT,
  NODE_16_AT,
} from '../format.ts';
import { type CoreText, variablesInRecords } from './variables.ts';

const run = promisify(execFile);

/** What the module imports: docs/SPEC.md section 6. */
const PORT = [
  ...['flashRead', 'flashErase', 'flashProgram', 'serialWrite', 'safeInput', 'ticks', 'reset'],
  ...['cycles', 'cycleRate', 'interrupts', 'timed'],
];

/** Addresses and sizes in the core's linear memory, as the wasm itself exports them; bytes. */
export interface CoreFacts {
  readonly memoryBytes: number;
  readonly geometry: number;
  readonly burned: number;
  readonly verdict: number;
  readonly sweep: number;
  readonly arena: number;
  readonly arenaBytes: number;
  /** Most steps of a search. */
  readonly lineSteps: number;
  /** Most levels of a plane; 0: none. */
  readonly planeSteps: number;
  /** Whether code is to be small rather than fast. */
  readonly compact: boolean;
}

/** An access as wasm2c writes it: the function, the address, and a constant offset. */
const ACCESS =
  /(i(?:32|64)_(?:load|store)\w*)_default32\(&instance->w2c_memory, \(u64\)\((\w+)\)(?: \+ (\d+)u?)?/g;
/** A word at a constant address. */
const CONSTANT = /(\w+) = (\d+)u;\n(\s+)\1 = i32_load_at\(\1, 0u\)/g;
/** The functions of assembly/check. */
const CHECK_PATH = /^\w+ w2c_core_assembly0x2Fcheck0x2F\w+\([^)]*\) \{\n[\s\S]*?^\}\n/gm;
/**
 * Where they are declared, but those that follow moves through planes: they call the compiler's own multiplication, which lies elsewhere.
 * Not every compiler flattens them into what the loop calls: clang goes one call deep.
 */
const DECLARED =
  /^static (?=\w+ w2c_core_assembly0x2Fcheck0x2F(?!plane0x2Dsweep|fraction|sweep0x2FsweepPlane|layout0x2FsweepMapOfPlane))/gm;
/**
 * Functions of which there is to be one: what every examination reads by, which compilers repeat in each of them, and the searches of
 * moves and changes, which they would repeat because what the loop calls is flattened. What takes bytes up is one as well: a compiler that
 * puts it into a slice's step takes longer for each slice of bytes, by the registers that all kinds of steps keep. The characters of a key
 * are written by one too.
 */
const ONCE = [
  'admit0x2Freader0x2FreadWord',
  'check0x2Fsearch0x2FsearchCalled',
  'smp0x2Fserver0x2Freceive',
  'smp0x2Freply0x2FwriteCharacters',
];
/**
 * Once where code is to be small: what is spelled into one place and another, or as part of a move; and steps that need many registers,
 * which the function that they are part of would else have to keep around them.
 */
const ONCE_IN_COMPACT = [
  'check0x2Fverdict0x2Fverdict',
  'admit0x2Flayout0x2FexamineSectionsStep',
  'admit0x2Fexamine0x2FstepSignature',
];
/** Where the core asks itself: by what the loop calls, since that holds all of check already. */
const ASKED_INSIDE =
  /= w2c_core_assembly0x2Fcheck0x2Fcheck0x2F(check|checkPlane)\(instance, (var_i\d+), (var_i\d+), (var_i\d+)\)/g;
/** The choice of a search: one of sixteen labels, the last by default, the first ones the same. */
const CHOICE =
  / {2}switch \((\w+)\) \{\n((?: {4}case \d+: goto \w+;\n){15}) {4}default: goto (\w+);\n {2}\}\n/g;
/** Levels that a search may leave out: all, and two more than the largest build has. */
const LEVELS_ROOM = 15;
/** The one of a map without phases, the two of one with them, and two of moves. */
const SEARCHES_LEAST = 3;
/** One of two words by an unsigned comparison, as the end of a block of check has it. */
const CHOSEN = /(\w+) = \1 >= (\w+);\n\s+(\w+) = \1 \? \3 : (\w+);\n\s+(var_B\w+):;/g;
/** Whether a phase lies beyond the period, as a mask: on lines with directories and with trees, with and without phases. */
const BEYOND =
  /(\w+) = 0u;\n\s+(\w+) = (\w+);\n\s+(\w+) = (i32_load_near\(\w+\));\n\s+\2 = \2 > \4;\n\s+\1 -= \2;/g;
const BEYOND_LEAST = 4;
/** Whether a place lies below the end of an axis, as a mask: in planes. */
const BELOW =
  /(\w+) = 0u;\n\s+(\w+) = (\w+);\n\s+(\w+) = (i32_load_near\(\w+\));\n\s+\2 = \2 < \4;\n\s+\1 -= \2;/g;
/** A comparison whose result is added, in a search. */
const ADDED = /var_i1 = var_i1 >= var_i2;|var_i0 = var_i0 >= var_i1;/g;
/** In check, with directories and with trees, with and without phases. */
const CHOSEN_LEAST = 4;
/** In a function that chooses: a phase beyond the period as part of the offset that the choice compares. */
const MARKED = /(\w+) = holdfast_below\((.*), (\w+)\);\n(\s+)(\w+) \|= \1;/g;
/** Where the walks through planes are, and where each form of nodes has its fields. */
const WALK = 'assembly0x2Fcheck0x2Fplane0x2Dwalk0x2F';
interface Form {
  /** What loads a coefficient. */
  readonly load: string;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}
const WALKS: readonly { readonly name: string; readonly fragment: string; readonly form: Form }[] = [
  { name: 'walkLong', fragment: 'holdfast_walk_long', form: { load: 'i32_load', ...NODE_16_AT } },
  { name: 'walkShort', fragment: 'holdfast_walk_short', form: { load: 'i32_load16_s', ...NODE_12_AT } },
];
/** Links that share a word have 17 bits. */
const SHARED_REACH = 2 ** 17;
/** The mode of the map: the kind that check takes up first should cost least. */
const ASKED = /(\w+) = \1 != (\w+);\n(\s+)if \(\1\) \{/g;
/** The functions that look at it: check, and what it goes on to. */
const ASKS = /^\w+ w2c_core_assembly0x2Fcheck0x2F(?:check0x2Fcheck|layout0x2FwordIn\w+)\(/;
/** Those that look into planes: they need more registers. */
const PLANES = /^\w+ w2c_core_assembly0x2Fcheck0x2Fcheck0x2F(?:checkPlane|wordOfOtherPlane)\(/;
/** The one that needs most registers: trees with phases. */
const HELD = /^\w+ w2c_core_assembly0x2Fcheck0x2Flayout0x2FwordInTreeInPhase\(/;
const SEARCHED = /(\w+) = holdfast_search\((\w+), (\w+), (\w+)\);/g;
/** Those that follow a move. */
const MOVES = /^\w+ w2c_core_assembly0x2Fcheck0x2F(?:sweep|line0x2Dsweep|plane0x2Dsweep|move)0x2F/;
/** Where it has worked out the place on the axis. */
const WORKED_OUT = /(\w+) \|= (\w+);\n/;

/** The function that puts a byte into the receive ring, for the interrupt: it moves `head` and reads `tail`; others do it the other way. */
const PUTS = /^void w2c_core_assembly0x2Findex0x2Freceive\([^)]*\) \{\n[\s\S]*?^\}\n/m;
const END = 'instance->w2c_assembly0x2Fsmp0x2Freceive0x2F';
/** Reads and writes of an end of the ring by the side that the other one must see. */
const RING = {
  putting: {
    read: new RegExp(`(\\w+) = (${END}tail);`, 'g'),
    written: new RegExp(`(${END}head) = (\\w+);`, 'g'),
  },
  taking: {
    read: new RegExp(`(\\w+) = (${END}head);`, 'g'),
    written: new RegExp(`(${END}tail) = (\\w+);`, 'g'),
  },
};
/** The store of the word that says whether the map is asked, wherever the mode changes. The record that it belongs to begins with it. */
const SAYS_ASKED =
  /( +(\w+) = (\d+)u;\n +(\w+) = 0u;\n(?: +\w+ = instance->w2c_assembly0x2Fmode0x2F\w+;\n){2,3}(?: +\w+ [|?]?=[^\n]*\n){1,2} +)i32_store_at\(\2, 0u, \4\);/g;

/** Writes `core-generated.c` and `core.h` into `folder`. Throws HoldfastError GENERATED_UNEXPECTED or PEER_MISSING. */
export async function generateCore(wasmPath: string, folder: string): Promise<CoreFacts> {
  const wabt = await withPeer('wabt', 'Making C of the core', () =>
    createRequire(import.meta.url).resolve('wabt/package.json'),
  );
  const wasm2c = join(dirname(wabt), 'bin', 'wasm2c');
  const output = join(folder, 'core.c');
  await run(process.execPath, [wasm2c, '--module-name=core', wasmPath, '-o', output]);
  const facts = await readFacts(await readFile(wasmPath));
  const header = join(folder, 'core.h');
  const cheap = cheapen(await readFile(output, 'utf8'), facts);
  const text = compacted({ declarations: await readFile(header, 'utf8'), functions: cheap }, facts);
  await writeFile(join(folder, 'core-generated.c'), text.functions);
  await writeFile(header, text.declarations);
  return facts;
}

/** The replacements, on the text of the generated C. */
export function cheapen(text: string, facts: Omit<CoreFacts, 'memoryBytes'>): string {
  const { arena, burned } = facts;
  const checked = text.replace(ACCESS, (_whole, name: string, address: string, offset = '0') => {
    return `${name}_at(${address}, ${offset}u`;
  });
  if (/_default32\(&instance/.test(checked)) throw unexpected('an access of another form');
  const walks = walking(checked, facts);
  let chosen = 0;
  const choosing = sharingAnswer(sharingRing(walks.without), burned + BURNED_BYTES).replace(
    CHOSEN,
    (_whole, value: string, bound: string, one: string, other: string, label: string) => {
      chosen++;
      return `${one} = holdfast_choose(${value}, ${bound}, ${one}, ${other});\n  ${label}:;`;
    },
  );
  if (chosen < CHOSEN_LEAST) throw unexpected(`only ${chosen} words that are chosen`);
  const inArena = new RegExp(
    `(\\w+) = ${arena}u;\\n\\s+(\\w+) \\+= \\1;\\n(\\s+)\\2 = i32_load_at\\(\\2, 0u\\)`,
    'g',
  );
  const loading = choosing.replace(inArena, (_whole, _constant, value: string) => {
    return `${value} = i32_load_in_arena(${value})`;
  });
  const near = finding(searches(loading, facts), facts).replace(
    CONSTANT,
    (_whole, value: string, address: string) => {
      return `${value} = i32_load_near(${address}u)`;
    },
  );
  const within = beyond(near);
  const placed = within.replace(CHECK_PATH, byRecords).replace(DECLARED, 'static HOLDFAST_FAST ');
  if (placed.search(ASKED_INSIDE) < 0) throw unexpected('no move that asks what its first point is');
  const asked = placed.replace(ASKED_INSIDE, (_whole, name: string, phase: string, x: string, y: string) => {
    return `= holdfast_${name === 'check' ? 'check' : 'check_plane'}(${phase}, (s32)${x}, (s32)${y})`;
  });
  return ONCE.reduce(apart, walks.with(asked));
}

/**
 * Takes the walks through planes out of the text while all else is replaced, and puts them back with the fragments of
 * targets/common/wasm-rt.h, where the target has them. A build that has lines only has none.
 */
function walking(text: string, facts: Pick<CoreFacts, 'arena' | 'arenaBytes' | 'planeSteps'>) {
  const places = WALKS.map(({ name, fragment, form }) => {
    const found = new RegExp(`^(u32 w2c_core_${WALK}${name}\\([^)]*\\) \\{\n)([\\s\\S]*?^)\\}\n`, 'm').exec(
      text,
    );
    if (found === null) return undefined;
    const [whole = '', head = '', body = ''] = found;
    if (body !== walkText(facts, form)) throw unexpected(`a walk ${name} of another form`);
    const call = `  return ${fragment}(var_p0, var_p1, var_p2, var_p3);\n`;
    return { whole, walk: `${head}#ifdef HOLDFAST_WALK\n${call}#else\n${body}#endif\n}\n` };
  }).filter((place) => place !== undefined);
  if (places.length !== (facts.planeSteps === 0 ? 0 : WALKS.length))
    throw unexpected(`${places.length} walks`);
  const mark = (index: number) => `/* walk ${index} */`;
  return {
    without: places.reduce((rest, { whole }, index) => rest.replace(whole, () => mark(index)), text),
    with: (rest: string) =>
      places.reduce((all, { walk }, index) => all.replace(mark(index), () => walk), rest),
  };
}

/** A walk through a plane, assembly/check/plane-walk.ts, word for word. */
function walkText(
  { arena, arenaBytes, planeSteps }: Pick<CoreFacts, 'arena' | 'arenaBytes' | 'planeSteps'>,
  form: Form,
): string {
  const load = (name: string, value: string, at: number) => `  ${value} = ${name}_at(${value}, ${at}u);\n`;
  const cases = Array.from(
    { length: planeSteps },
    (_, out) => `    case ${out}: goto var_B${planeSteps - out};\n`,
  ).join('');
  const turns = Array.from({ length: planeSteps }, (_, step) => {
    return `  var_B${planeSteps - step}:;
  var_i0 = var_p0;
  var_i1 = ${arena}u;
  var_i0 += var_i1;
  var_p0 = var_i0;
${load('i32_load', 'var_i0', 0)}  var_i1 = var_p0;
${load('i32_load', 'var_i1', form.c)}  var_i2 = var_p0;
${load(form.load, 'var_i2', form.a)}  var_i3 = var_p2;
  var_i2 *= var_i3;
  var_i3 = var_p0;
${load(form.load, 'var_i3', form.b)}  var_i4 = var_p3;
  var_i3 *= var_i4;
  var_i2 += var_i3;
  var_i1 += var_i2;
  var_i2 = 31u;
  var_i1 >>= (var_i2 & 31);
  var_i2 = 4u;
  var_i1 <<= (var_i2 & 31);
  var_i0 = I32_ROTR(var_i0, var_i1);
  var_i1 = ${Math.min(arenaBytes, SHARED_REACH) - 4}u;
  var_i0 &= var_i1;
  var_p0 = var_i0;
`;
  }).join('');
  return `  FUNC_PROLOGUE;
  u32 var_i0, var_i1, var_i2, var_i3, var_i4;
  var_i0 = var_p1;
  switch (var_i0) {
${cases}    default: goto var_B0;
  }
${turns}  var_B0:;
  var_i0 = var_p0;
  var_i1 = ${arena}u;
  var_i0 += var_i1;
${load('i32_load', 'var_i0', form.c)}  FUNC_EPILOGUE;
  return var_i0;
`;
}

/** Phases beyond the period by a mask that no compiler makes a branch of. */
function beyond(text: string): string {
  const found = text.match(BEYOND)?.length ?? 0;
  if (found < BEYOND_LEAST) throw unexpected(`only ${found} phases that may lie beyond the period`);
  return text
    .replace(BEYOND, (_whole, mask: string, _copy, phase: string, _loaded, last: string) => {
      return `${mask} = holdfast_below(${last}, ${phase});`;
    })
    .replace(BELOW, (_whole, mask: string, _copy, place: string, _loaded, end: string) => {
      return `${mask} = holdfast_within(${place}, ${end});`;
    });
}

/** The C of a search, for processors without a fragment: comparisons that no compiler makes a branch of. */
function comparing(text: string): string {
  return text.replace(ADDED, (whole) => {
    const [result, one, other] = whole.match(/var_i\d/g) ?? [];
    return `${result} = holdfast_not_below(${one}, ${other});`;
  });
}

/** Smaller where that is asked for, at the price of a few cycles. */
function compacted(text: CoreText, { compact }: Pick<CoreFacts, 'compact'>): CoreText {
  if (!compact) return text;
  const small = variablesInRecords(text);
  if (small === null) throw unexpected('no variables of the core');
  return { ...small, functions: ONCE_IN_COMPACT.reduce(apart, small.functions) };
}

/** A function that the compiler is not to repeat where it is called. */
function apart(text: string, name: string): string {
  const declared = new RegExp(
    `^static (?=(?:HOLDFAST_FAST )?(?:u32|void) w2c_core_assembly0x2F${name}\\()`,
    'm',
  );
  if (!declared.test(text)) throw unexpected(`no function ${name}`);
  return text.replace(declared, 'static __attribute__((noinline)) ');
}

/**
 * The ring's ends read and written in order with its bytes, whatever the compiler sees of both sides: targets/common/wasm-rt.h. With
 * link-time optimisation it would else keep an end in a register in a loop that waits for a byte.
 */
function sharingRing(text: string): string {
  const puts = PUTS.exec(text);
  if (puts === null) throw unexpected('no function that receives a byte');
  const share = (part: string, { read, written }: typeof RING.putting): string => {
    if (part.search(read) < 0 || part.search(written) < 0) throw unexpected('no ends of the receive ring');
    return part
      .replace(read, `$1 = holdfast_shared_load(&$2);`)
      .replace(written, `holdfast_shared_store(&$1, $2);`);
  };
  const putting = share(puts[0], RING.putting);
  const place = '/* receive */';
  return share(
    text.replace(puts[0], () => place),
    RING.taking,
  ).replace(place, () => putting);
}

/**
 * Whether the map is asked, said after all that it then reads is in its place, and before any of that changes: for a check that comes above
 * service. No compiler moves stores over it; on the same core that is enough.
 */
function sharingAnswer(text: string, ask: number): string {
  let stores = 0;
  const shared = text.replace(
    SAYS_ASKED,
    (whole, before: string, address: string, at: string, value: string) => {
      if (Number(at) !== ask) return whole;
      stores++;
      return `${before}holdfast_shared_answer(${address}, ${value});`;
    },
  );
  const all = text.match(
    new RegExp(`= ${ask}u;\\n +\\w+ = 0u;\\n +\\w+ = instance->w2c_assembly0x2Fmode0x2FmapAsk;`, 'g'),
  );
  if (all === null || all.length !== stores)
    throw unexpected(`${stores} stores of what says that the map is asked, not ${all?.length}`);
  return shared;
}

/** A function of the check path, with the records in one register from its beginning on. */
function byRecords(text: string): string {
  const asks = ASKS.test(text);
  const records = `  u8* const records = holdfast_records_${asks ? 'asked' : 'block'}();\n`;
  const placed = (asks ? asking(text) : text)
    .replace('  FUNC_PROLOGUE;\n', `  FUNC_PROLOGUE;\n${records}`)
    .replaceAll('i32_load_near(', 'i32_load_by(records, ')
    .replace(/i32_load_at\((\w+), ([48]|12)u\)/g, 'i32_load_of($1, $2u)')
    .replaceAll('i32_store_at(', 'i32_store_by(records, ');
  const chosen = placed.includes('holdfast_choose(') ? keepingBeyond(placed) : placed;
  const within = PLANES.test(text) ? chosen.replaceAll('holdfast_below(', 'holdfast_within(') : chosen;
  return MOVES.test(text) ? byMoves(within) : within;
}

/** One that chooses: whether the phase lies beyond the period is known to the choice, which RV32 does not need in the offset. */
function keepingBeyond(text: string): string {
  return text
    .replace('  FUNC_PROLOGUE;\n', '  FUNC_PROLOGUE;\n  u32 beyond = 0u;\n')
    .replace(
      MARKED,
      (_whole, mask: string, last: string, phase: string, indent: string, offset: string) =>
        `beyond = holdfast_beyond(${last}, ${phase});\n${indent}${offset} = holdfast_marked(${offset}, beyond);\n${indent}${mask} = 0u;`,
    )
    .replaceAll('holdfast_choose(', 'holdfast_choose_within(beyond, ');
}

/** One that follows a move, with what it fills in in another register. */
function byMoves(text: string): string {
  return text
    .replace('  FUNC_PROLOGUE;\n', '  FUNC_PROLOGUE;\n  u8* const moves = holdfast_moves_block();\n')
    .replace(/(i32_(?:load|store)_by)\(records, /g, '$1_either(records, moves, ');
}

/** A function that looks at the mode. Where registers are few, the searches hold what they look for in one that others do not use. */
function asking(text: string): string {
  const asked = text.replace(ASKED, '$1 = $1 != $2;\n$3if (HOLDFAST_RARE($1)) {');
  if (!HELD.test(text)) return asked;
  if (asked.match(SEARCHED)?.length !== 2 || !WORKED_OUT.test(asked))
    throw unexpected('no two searches of trees with phases');
  return asked
    .replace(WORKED_OUT, '$1 |= $2;\n  HOLDFAST_WORKED_OUT($1);\n')
    .replace(SEARCHED, 'HOLDFAST_SEARCH_HELD($1, $2, $3, $4);');
}

/** Puts the fragment of targets/common/wasm-rt.h in the place of each search, where the target has one. */
function searches(text: string, { lineSteps }: Pick<CoreFacts, 'lineSteps'>): string {
  const choices = [...text.matchAll(CHOICE)];
  if (choices.length < SEARCHES_LEAST) throw unexpected(`only ${choices.length} searches`);
  let result = '';
  let done = 0;
  for (const choice of choices) {
    const [whole, out, cases, end] = choice as unknown as [string, string, string, string];
    const from = choice.index + whole.length;
    const labels = [...cases.matchAll(/case (\d+): goto (\w+);/g)].map(([, at, label]) => `${at} ${label}`);
    const steps = new RegExp(stepsText(lineSteps), 'y');
    steps.lastIndex = from;
    const found = steps.exec(text);
    if (found?.groups === undefined) throw unexpected('a search of another form');
    const { k, value, list } = found.groups;
    const firsts = Array.from({ length: lineSteps }, (_, step) => found.groups?.[`label${step}`]);
    const beyond = Array.from({ length: LEVELS_ROOM - lineSteps }, () => firsts[0]);
    const expected = [...beyond, ...firsts].map((label, at) => `${at} ${label}`);
    if (labels.join() !== expected.join() || end !== found.groups.end)
      throw unexpected('a search with other steps');
    result += `${text.slice(done, choice.index)}#ifdef HOLDFAST_SEARCH\n`;
    result += `  ${k} = holdfast_search(${list}, ${out}, ${value});\n#else\n`;
    result += `${whole}${comparing(found[0])}#endif\n`;
    done = from + found[0].length;
  }
  return result + text.slice(done);
}

/**
 * The steps of a search as wasm2c writes them, word for word: k = 2k + (value ≥ list[k]), the first with k = 1 already worked out.
 * What follows is the label of the end.
 */
function stepsText(lineSteps: number): string {
  const first = `  (?<label0>\\w+):;
  var_i0 = (?<value>\\w+);
  var_i1 = (?<list>\\w+);
  var_i2 = 4u;
  var_i1 \\+= var_i2;
  var_i1 = i32_load_at\\(var_i1, 0u\\);
  var_i0 = var_i0 >= var_i1;
  var_i1 = 2u;
  var_i0 \\+= var_i1;
  (?<k>\\w+) = var_i0;
`;
  const others = Array.from(
    { length: lineSteps - 1 },
    (_, step) => `  (?<label${step + 1}>\\w+):;
  var_i0 = \\k<k>;
  var_i1 = 1u;
  var_i0 <<= \\(var_i1 & 31\\);
  var_i1 = \\k<value>;
  var_i2 = \\k<list>;
  var_i3 = \\k<k>;
  var_i4 = 2u;
  var_i3 <<= \\(var_i4 & 31\\);
  var_i2 \\+= var_i3;
  var_i2 = i32_load_at\\(var_i2, 0u\\);
  var_i1 = var_i1 >= var_i2;
  var_i0 \\+= var_i1;
  \\k<k> = var_i0;
`,
  );
  return `${first}${others.join('')}(?=  (?<end>\\w+):;)`;
}

/** The search behind a directory, assembly/check/directory.ts, word for word. */
function findText({ arena, arenaBytes }: Pick<CoreFacts, 'arena' | 'arenaBytes'>): string {
  const steps = Array.from({ length: HALVINGS_MAX }, (_, step) => {
    const shift = HALVINGS_MAX + 2 - step;
    return `  var_B${HALVINGS_MAX - step}:;
  var_i0 = var_p0;
  var_i1 = var_p2;
  var_i2 = var_p0;
  var_i3 = ${2 ** shift + ENTRY_FROM - DIRECTORY_FROM}u;
  var_i2 += var_i3;
  var_i2 = i32_load_at(var_i2, 0u);
  var_i1 = var_i1 >= var_i2;
  var_i2 = ${shift}u;
  var_i1 <<= (var_i2 & 31);
  var_i0 += var_i1;
  var_p0 = var_i0;
`;
  });
  const directories = arena + DIRECTORY_FROM;
  const unusedBits = 32 - Math.log2(arenaBytes / LIST_ENTRY_BYTES);
  return `  var_i0 = var_p0;
  var_i1 = ${directories}u;
  var_i0 += var_i1;
  var_i0 = i32_load16_u_at(var_i0, 0u);
  var_i1 = ${unusedBits}u;
  var_i0 <<= (var_i1 & 31);
  var_i1 = ${unusedBits - 3}u;
  var_i0 >>= (var_i1 & 31);
  var_i1 = ${directories}u;
  var_i0 += var_i1;
  var_p0 = var_i0;
  var_i0 = var_p1;
  switch (var_i0) {
    case 0: goto var_B5;
    case 1: goto var_B5;
    case 2: goto var_B5;
    case 3: goto var_B4;
    case 4: goto var_B3;
    case 5: goto var_B2;
    case 6: goto var_B1;
    default: goto var_B0;
  }
${steps.join('')}  var_B0:;
  var_i0 = var_p0;
  var_i0 = i32_load_at(var_i0, 8u);
  FUNC_EPILOGUE;
  return var_i0;
`;
}

/** Puts the fragment of targets/common/wasm-rt.h in the place of the search behind a directory, where the target has one. */
function finding(text: string, facts: Pick<CoreFacts, 'arena' | 'arenaBytes'>): string {
  const body = findText(facts);
  const at = text.indexOf(body);
  if (at < 0 || text.indexOf(body, at + 1) >= 0) throw unexpected('no search behind a directory, or two');
  const fragment = '  return holdfast_find(var_p0, var_p1, var_p2);\n';
  return `${text.slice(0, at)}#ifdef HOLDFAST_FIND\n${fragment}#else\n${comparing(body)}#endif\n${text.slice(at + body.length)}`;
}

function unexpected(what: string): HoldfastError {
  return new HoldfastError('GENERATED_UNEXPECTED', `The C that wasm2c made has ${what}.`, {
    remedy: 'Adapt host/firmware/generate.ts to this version of wabt or of the core.',
  });
}

async function readFacts(wasm: BufferSource): Promise<CoreFacts> {
  const nothing = () => 0;
  const port = Object.fromEntries(PORT.map((name) => [name, nothing]));
  const { instance } = await WebAssembly.instantiate(wasm, { port });
  const value = (name: string): number => {
    const global = instance.exports[name];
    if (!(global instanceof WebAssembly.Global)) throw unexpected(`no export ${name}`);
    return global.value;
  };
  // The arena is the last of the static layout (format/memory.yaml), but for the zeros behind it.
  return {
    memoryBytes: value('ARENA') + value('ARENA_BYTES') + value('BEHIND_ARENA_BYTES'),
    geometry: value('GEOMETRY'),
    burned: value('BURNED'),
    verdict: value('VERDICT'),
    sweep: value('SWEEP'),
    arena: value('ARENA'),
    arenaBytes: value('ARENA_BYTES'),
    lineSteps: value('LINE_STEPS_MAX'),
    planeSteps: value('PLANE_STEPS_MAX'),
    compact: value('COMPACT') === 1,
  };
}
