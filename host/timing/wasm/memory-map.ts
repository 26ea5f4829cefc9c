import { HoldfastError } from '../../common/errors.ts';
import type { WasmModule } from './module.ts';

/** What a module may touch, in words of its owner: arenas by name, and what each export may do in them. */

export interface Arena {
  readonly name: string;
  /** First byte. */
  readonly from: number;
  readonly bytes: number;
}

/** What an export may do; what is not given is not restricted. */
export interface ExportRule {
  /** Arenas that it may load from. */
  readonly loads?: readonly string[];
  /** Arenas that it may store to; none for an export that stores nothing. */
  readonly stores?: readonly string[];
  /** Imports that it may call. */
  readonly imports?: readonly string[];
  /** Values that globals are assumed to have at the call: name → value. */
  readonly assume?: Readonly<Record<string, number>>;
  /** Whether globals hold only what the module's own code writes to them; otherwise they hold anything. */
  readonly reached?: boolean;
  /** Words that an arena begins with at the call, and that the export may then not store to: name of the arena → its words. */
  readonly holds?: Readonly<Record<string, readonly number[]>>;
}

/** Which parameters of an import are a place in memory and how many bytes it reads or writes there. */
export interface ImportRule {
  readonly reads?: readonly (readonly [pointer: number, bytes: number])[];
  readonly writes?: readonly (readonly [pointer: number, bytes: number])[];
}

export interface MemoryMap {
  readonly arenas: readonly Arena[];
  readonly exports?: Readonly<Record<string, ExportRule>>;
  readonly imports?: Readonly<Record<string, ImportRule>>;
  /** Globals that an interrupt may change at any time: every read of them gives any value. */
  readonly volatile?: readonly string[];
}

const PAGE_BYTES = 65536;
/** A word of 32 bits. */
export const WORD_BYTES = 4;

/** The map of a module of which nothing is said: all of its memory is one arena. */
export function wholeMemory(pages: number): MemoryMap {
  return { arenas: [{ name: 'memory', from: 0, bytes: pages * PAGE_BYTES }] };
}

/** The rule of an export or import, which a module may call what every object of JavaScript has, as `constructor`. */
export function ruleOf<T>(rules: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return rules !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined;
}

/** Reads a memory map from JSON. Throws HoldfastError MEMORY_MAP_INVALID. */
export function parseMemoryMap(text: string): MemoryMap {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  if (!isObject(value) || !Array.isArray(value.arenas) || value.arenas.length === 0) {
    throw invalid('`arenas` must be a list of at least one arena');
  }
  const unknown = Object.keys(value).find(
    (key) => !['arenas', 'exports', 'imports', 'volatile'].includes(key),
  );
  if (unknown !== undefined) throw invalid(`unknown field \`${unknown}\``);
  const arenas = value.arenas.map(parseArena);
  return {
    arenas,
    exports: parseRecord(value.exports, 'exports', (rule, where) => parseExportRule(rule, where, arenas)),
    imports: parseRecord(value.imports, 'imports', parseImportRule),
    volatile: value.volatile === undefined ? [] : parseNames(value.volatile, 'volatile'),
  };
}

/** Checks that every arena lies in a memory of so many pages and that no two share a byte. Throws MEMORY_MAP_INVALID. */
export function checkArenas({ arenas }: MemoryMap, pages: number): void {
  const sorted = [...arenas].sort((a, b) => a.from - b.from);
  for (const [index, arena] of sorted.entries()) {
    const end = arena.from + arena.bytes;
    if (end > pages * PAGE_BYTES) {
      throw invalid(`arena ${arena.name} ends at ${end}, the memory has ${pages * PAGE_BYTES} bytes`);
    }
    const next = sorted[index + 1];
    if (next !== undefined && next.from < end) throw invalid(`arenas ${arena.name} and ${next.name} overlap`);
  }
}

/**
 * Checks that what the map says something of is there: a rule of a name that nothing has restricts nothing. What an export may call
 * need not be there. Throws MEMORY_MAP_INVALID.
 */
export function checkNames(map: MemoryMap, module: WasmModule): void {
  const variables = new Set(module.globals.map(({ name }) => name));
  const imports = new Set(module.functions.map(({ imported }) => imported));
  const missing = (names: readonly string[], isThere: (name: string) => boolean) =>
    names.find((name) => !isThere(name));
  const variable = missing(map.volatile ?? [], (name) => variables.has(name));
  if (variable !== undefined) throw invalid(`\`volatile\`: the module has no variable ${variable}`);
  const imported = missing(Object.keys(map.imports ?? {}), (name) => imports.has(name));
  if (imported !== undefined) throw invalid(`\`imports\`: the module imports no function ${imported}`);
  const isExported = (name: string) => module.exports.get(name)?.kind === 'function';
  const exported = missing(Object.keys(map.exports ?? {}), isExported);
  if (exported !== undefined) throw invalid(`\`exports\`: the module exports no function ${exported}`);
}

function parseArena(value: unknown): Arena {
  if (!isObject(value)) throw invalid('an arena is an object with `name`, `from` and `bytes`');
  const { name, from, bytes } = value;
  if (typeof name !== 'string' || name === '') throw invalid('every arena has a `name`');
  if (!isCount(from)) throw invalid(`arena ${name}: \`from\` must be a whole number from 0 to 2^32 − 1`);
  if (!isCount(bytes) || bytes === 0) throw invalid(`arena ${name}: \`bytes\` must be a whole number from 1`);
  return { name, from, bytes };
}

function parseRecord<T>(
  value: unknown,
  field: string,
  parse: (each: unknown, where: string) => T,
): Record<string, T> {
  if (value === undefined) return {};
  if (!isObject(value)) throw invalid(`\`${field}\` must be an object`);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, parse(each, `${field}.${key}`)]),
  );
}

function parseExportRule(value: unknown, where: string, arenas: readonly Arena[]): ExportRule {
  if (!isObject(value)) throw invalid(`\`${where}\` must be an object`);
  const rule: {
    loads?: string[];
    stores?: string[];
    imports?: string[];
    assume?: Record<string, number>;
    reached?: boolean;
    holds?: Record<string, readonly number[]>;
  } = {};
  for (const field of ['loads', 'stores', 'imports'] as const) {
    if (value[field] !== undefined) rule[field] = parseNames(value[field], `${where}.${field}`);
  }
  if (value.assume !== undefined) rule.assume = parseRecord(value.assume, `${where}.assume`, parseNumber);
  if (value.reached !== undefined) {
    if (typeof value.reached !== 'boolean') throw invalid(`\`${where}.reached\` must be true or false`);
    rule.reached = value.reached;
  }
  if (value.holds !== undefined) rule.holds = parseRecord(value.holds, `${where}.holds`, parseWords);
  for (const [name, words] of Object.entries(rule.holds ?? {})) {
    const arena = arenas.find((each) => each.name === name);
    if (arena !== undefined && WORD_BYTES * words.length > arena.bytes)
      throw invalid(
        `\`${where}.holds.${name}\` has ${words.length} words, the arena has ${arena.bytes} bytes`,
      );
    if (rule.stores?.includes(name) === true)
      throw invalid(`\`${where}\`: what ${name} holds is known, so it is not stored to`);
  }
  for (const name of [...(rule.loads ?? []), ...(rule.stores ?? []), ...Object.keys(rule.holds ?? {})]) {
    if (!arenas.some((arena) => arena.name === name)) throw invalid(`\`${where}\` names no arena: ${name}`);
  }
  return rule;
}

function parseNumber(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw invalid(`\`${where}\` must be a whole number`);
  return value;
}

function parseWords(value: unknown, where: string): number[] {
  if (!Array.isArray(value) || !value.every(isCount))
    throw invalid(`\`${where}\` must be a list of words, each from 0 to 2^32 − 1`);
  return value;
}

function parseImportRule(value: unknown, where: string): ImportRule {
  if (!isObject(value)) throw invalid(`\`${where}\` must be an object`);
  return {
    reads: parsePairs(value.reads, `${where}.reads`),
    writes: parsePairs(value.writes, `${where}.writes`),
  };
}

function parsePairs(value: unknown, where: string): [number, number][] {
  if (value === undefined) return [];
  const isPair = (each: unknown): each is [number, number] =>
    Array.isArray(each) && each.length === 2 && each.every(isCount);
  if (!Array.isArray(value) || !value.every(isPair)) {
    throw invalid(`\`${where}\` must be a list of [place, bytes], both numbers of parameters`);
  }
  return value;
}

function parseNames(value: unknown, where: string): string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw invalid(`\`${where}\` must be a list of names`);
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function invalid(why: string, cause?: unknown): HoldfastError {
  const remedy = 'docs/PROOF.md shows a memory map.';
  return new HoldfastError('MEMORY_MAP_INVALID', `the memory map is not valid: ${why}`, { remedy, cause });
}
