/**
 * The core as two files of C that depend on nothing but the compiler: `holdfast_core.inc`, which is generated and marked so that no
 * warning is given for it, and `holdfast.c`, which includes it between the library's edges.
 *
 * Of what wasm2c writes only the translation of the core itself is taken over; its general helpers, most of which the core does not
 * need, are left out, and the few operators that it does need are those of targets/library/operations.h.
 */

import { HoldfastError } from '../common/errors.ts';
import type { CoreFacts } from './generate.ts';

export interface CoreTexts {
  /** targets/common/core.c: the edges, and where in it the generated part is included. */
  readonly edges: string;
  /** targets/common/timed.h and wasm-rt.h. */
  readonly timed: string;
  readonly runtime: string;
  /** targets/library/operations.h. */
  readonly operations: string;
  /** core.h and core-generated.c, as host/firmware/generate.ts leaves them. */
  readonly declarations: string;
  readonly functions: string;
}

/** From the first to the last include of what is generated. */
const INCLUDES = /#include "timed\.h"\n[\s\S]*#include "core-generated\.c"\n/;
/** Where the translation begins: the first declaration of one of its functions. */
const TRANSLATION = /^static \w+ w2c_core_/m;
/** What wasm2c writes for hosts that keep the memory's address in a segment register. */
const SEGMENTS =
  /#if WASM_RT_USE_SEGUE_FOR_THIS_MODULE\n#if [^\n]*\n[^\n]*\n#endif\n[^\n]*\n#endif\n|#if WASM_RT_USE_SEGUE_FOR_THIS_MODULE [^\n]*\n[^\n]*\n#endif\n/g;
/** Names of signatures, for indirect calls, of which there are none. */
const SIGNATURES = /^FUNC_TYPE_T\(.*\n/gm;
const SHORT_TYPES = /^#ifndef WASM_RT_CORE_TYPES_DEFINED\n[\s\S]*?^#endif\n/m;
const STACK_COUNTING = /^ +FUNC_(?:PROLOGUE|EPILOGUE);\n/gm;
const ASSERTION = /^ +assert\(.*\n/gm;
/** Functions that only a host would call: addresses of exported constants, the memory, releasing it, asking for signatures. */
const HOST_FUNCTIONS =
  /(?:\/\* export: .*\n)?^(?:u32\* w2c_core_\w+|wasm_rt_memory_t\* w2c_core_memory|void wasm2c_core_free|wasm_rt_func_type_t wasm2c_core_get_func_type)\([^\n]*\{\n[\s\S]*?^\}\n/gm;
/** Exports and imports of the module as core.h declares them. */
const PROTOTYPES = /^(?=(?:void|u32) (?:w2c_|wasm2c_core_instantiate))/gm;
const HOST_PROTOTYPES =
  /(?:\/\* export: .*\n)?^(?:u32\* w2c_core_\w+|wasm_rt_memory_t\* w2c_core_memory|void wasm2c_core_free|wasm_rt_func_type_t \w+)\(.*;\n/gm;
/** Operators; what begins with HOLDFAST_ is the runtime's own. */
const MACRO = /\b(?!HOLDFAST_)[A-Z][A-Z0-9_]{2,}\b/g;

/** `holdfast.c` and `holdfast_core.inc`. Throws HoldfastError GENERATED_UNEXPECTED. */
export function libraryCore(texts: CoreTexts, facts: CoreFacts, origin: string): Map<string, string> {
  const part = INCLUDES.exec(texts.edges)?.[0];
  if (part === undefined) throw unexpected('targets/common/core.c does not include the generated files');
  const inc = [
    `/* Generated: ${origin}. Do not edit. */`,
    '#pragma GCC system_header',
    '',
    definitions(facts),
    part
      .replace('#include "timed.h"\n', () => withoutGuard(texts.timed).replace(/#include .*\n/g, ''))
      .replace('#include "wasm-rt.h"\n', () =>
        withoutGuard(texts.runtime)
          .replace('#include <string.h>\n', '')
          .replace('HOLDFAST_TRAPS void wasm_rt_trap', 'static HOLDFAST_TRAPS void wasm_rt_trap'),
      )
      .replace('#include "core.h"\n', () => declarations(texts.declarations))
      .replace('#include "core-generated.c"\n', () => `${texts.operations}\n${translation(texts)}`),
  ].join('\n');
  return new Map([
    ['holdfast.c', ownNames(texts.edges.replace(part, '#include "holdfast_core.inc"\n'))],
    ['holdfast_core.inc', ownNames(inc)],
  ]);
}

/** In one unit with the sources of a project: short names of wasm2c and of ours may be somebody else's there. */
function ownNames(text: string): string {
  return text
    .replace(SHORT_TYPES, '')
    .replace(/\b(u|s)(8|16|32|64)\b/g, (_whole, sign: string, bits: string) =>
      sign === 'u' ? `uint${bits}_t` : `int${bits}_t`,
    )
    .replace(/\b(?:UN)?LIKELY\b/g, 'HOLDFAST_$&')
    .replace(/\bw2c_core core;/, 'w2c_core holdfast_instance;')
    .replace(/\bw2c_port port;/, 'w2c_port holdfast_edges;')
    .replace(/&core\b/g, '&holdfast_instance')
    .replace(/&port\b/g, '&holdfast_edges')
    .replace(/\b(?:clear_memory|place|copy_verdict)(?=\()/g, 'holdfast_$&');
}

/** Where the core keeps what its edges read and write, in bytes from the start of its memory. */
function definitions({ geometry, burned, verdict, sweep, arena, ...facts }: CoreFacts): string {
  const places = { GEOMETRY: geometry, BURNED: burned, VERDICT: verdict, SWEEP: sweep, ARENA: arena };
  return [
    ...Object.entries(places).map(([name, address]) => `#define HOLDFAST_${name} ${address}u\n`),
    `#define HOLDFAST_LINE_STEPS ${facts.lineSteps}\n`,
    `#define HOLDFAST_PLANE_STEPS ${facts.planeSteps}\n`,
    `#define HOLDFAST_COMPACT ${Number(facts.compact)}\n`,
  ].join('');
}

/** A header's text between the lines of its include guard. */
function withoutGuard(text: string): string {
  const guarded = /^#ifndef (\w+_H_\w*)\n#define \1\n([\s\S]*)\n#endif[^\n]*\n$/m.exec(text);
  if (guarded === null) throw unexpected('a header without a guard');
  return `${text.slice(0, guarded.index)}${guarded[2]}\n`;
}

/** Types, the instance's struct, and the functions at its edges, which nobody outside sees. */
function declarations(text: string): string {
  return withoutGuard(text)
    .replace(/#include .*\n/g, '')
    .replace(/#ifdef __cplusplus\n.*\n#endif\n/g, '')
    .replace(HOST_PROTOTYPES, '')
    .replace(PROTOTYPES, 'static ')
    .replace(/\n{3,}/g, '\n\n');
}

function translation({ functions, operations }: CoreTexts): string {
  const begin = functions.search(TRANSLATION);
  if (begin < 0) throw unexpected('no translation of the core in what wasm2c wrote');
  const text = functions
    .slice(begin)
    .replace(SEGMENTS, '')
    .replace(SIGNATURES, '')
    .replace(STACK_COUNTING, '')
    .replace(ASSERTION, '')
    .replace(HOST_FUNCTIONS, '')
    .replace(/\n{3,}/g, '\n\n');
  const known = new Set(operations.match(/(?<=#define )\w+/g));
  for (const [name] of text.replace(/\/\*.*?\*\//g, '').matchAll(MACRO))
    if (!known.has(name))
      throw unexpected(`an operator that targets/library/operations.h does not have: ${name}`);
  return text;
}

function unexpected(what: string): HoldfastError {
  return new HoldfastError('GENERATED_UNEXPECTED', `The library cannot be made: ${what}.`, {
    remedy: 'Adapt host/firmware/library-core.ts to this version of wabt or of the core.',
  });
}
