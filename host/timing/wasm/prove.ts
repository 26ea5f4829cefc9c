import { HoldfastError } from '../../common/errors.ts';
import type { Range } from '../ranges/range.ts';
import { exactly32 } from '../ranges/range32.ts';
import { exactly64 } from '../ranges/range64.ts';
import { type Cost, timesByOffset } from './cost.ts';
import { Effects } from './effects.ts';
import { reachedRanges } from './invariant.ts';
import { Machine } from './machine.ts';
import { checkArenas, checkNames, type MemoryMap, ruleOf, wholeMemory } from './memory-map.ts';
import type { WasmModule } from './module.ts';
import { type Obligation, Obligations } from './obligations.ts';
import { CLASSES, type OpcodeClass } from './opcodes.ts';
import { anyOf } from './value.ts';

/** Proves exports of a module, one by one, for any arguments and any memory. docs/PROOF.md says what that means. */

export interface ProveOptions {
  /** What the module may touch; all of its memory when it is not given. */
  readonly map?: MemoryMap;
  /** Values that globals are assumed to have at the call: name → value. */
  readonly assumptions?: Readonly<Record<string, number>>;
}

export interface Proof {
  readonly export: string;
  /** True when every obligation was discharged; false says "not proved", never "wrong". */
  readonly isProved: boolean;
  readonly obligations: readonly Obligation[];
  readonly assumptions: Readonly<Record<string, number>>;
  /** Arenas of which it is given what they hold. */
  readonly held: readonly string[];
  /** What globals were shown to hold at any moment, those of which something is known; undefined when they may hold anything. */
  readonly reached: readonly ReachedGlobal[] | undefined;
  /** Most instructions that a call executes, alone and by class; undefined when it is not proved. */
  readonly counts: Counts | undefined;
  /** How often each instruction stands on the longest execution: offset in the file → times. Empty without counts. */
  readonly times: ReadonlyMap<number, number>;
}

export interface ReachedGlobal {
  readonly name: string;
  /** Unsigned, inclusive. */
  readonly low: number;
  readonly high: number;
}

export interface Counts {
  readonly instructions: number;
  readonly classes: Readonly<Record<OpcodeClass, number>>;
}

/**
 * Proves one export. Throws HoldfastError EXPORT_MISSING, GLOBAL_MISSING or MEMORY_MAP_INVALID.
 */
export function proveExport(module: WasmModule, name: string, options: ProveOptions = {}): Proof {
  const map = options.map ?? wholeMemory(module.memoryPages);
  checkArenas(map, module.memoryPages);
  checkNames(map, module);
  const found = module.exports.get(name);
  if (found?.kind !== 'function') throw missing(module, name);
  const rule = ruleOf(map.exports, name) ?? {};
  const assumptions = { ...rule.assume, ...options.assumptions };
  const ranges = rule.reached === true ? reachedRanges(module, map) : undefined;
  const obligations = new Obligations();
  const reached = ranges === undefined ? undefined : { ranges };
  const machine = new Machine(module, new Effects(module), map, rule, obligations, reached);
  const { cost, returns } = machine.runFunction(found.index, globalRanges(module, assumptions, ranges));
  const list = obligations.list();
  const isProved = list.every(({ isDischarged }) => isDischarged);
  // Ways that end in a trap are not counted: only where none does are the counts those of every call.
  const isBounded = returns && isProved;
  return {
    export: name,
    isProved,
    obligations: list,
    assumptions,
    held: Object.keys(rule.holds ?? {}),
    reached: ranges === undefined ? undefined : reachedGlobals(module, ranges),
    counts: isBounded ? countsOf(cost) : undefined,
    times: isBounded ? timesByOffset(cost) : new Map(),
  };
}

function countsOf(cost: Cost): Counts {
  const classes = Object.fromEntries(CLASSES.map((name, index) => [name, cost.classes[index] ?? 0]));
  return { instructions: cost.total, classes: classes as Record<OpcodeClass, number> };
}

function reachedGlobals(module: WasmModule, ranges: readonly Range[]): ReachedGlobal[] {
  return module.globals.flatMap(({ name, index, isMutable }) => {
    const range = ranges[index];
    if (!isMutable || range?.kind !== 'i32' || (range.low === 0 && range.high === 2 ** 32 - 1)) return [];
    return [{ name, low: range.low, high: range.high }];
  });
}

/** What globals hold when an export is called: what is assumed of them, what they hold at any moment, or anything. */
function globalRanges(
  module: WasmModule,
  assumptions: Readonly<Record<string, number>>,
  reached: readonly Range[] | undefined,
): Range[] {
  for (const name of Object.keys(assumptions)) {
    const named = module.globals.filter((global) => global.name === name).length;
    if (named === 1) continue;
    const remedy = 'Use the name that the module exports or that its name section gives.';
    const message = named === 0 ? `the module has no global ${name}` : `${named} globals are called ${name}`;
    throw new HoldfastError('GLOBAL_MISSING', message, { remedy });
  }
  return module.globals.map(({ name, index, type, isMutable, value }) => {
    const assumed = Object.hasOwn(assumptions, name) ? assumptions[name] : undefined;
    const known = assumed === undefined ? (isMutable ? undefined : value) : BigInt(assumed);
    if (known === undefined || type === 'other') return reached?.[index] ?? anyOf(type);
    return type === 'i32' ? exactly32(Number(BigInt.asUintN(32, known))) : exactly64(known);
  });
}

function missing(module: WasmModule, name: string): HoldfastError {
  const names = [...module.exports].filter(([, each]) => each.kind === 'function').map(([each]) => each);
  const remedy = `It exports ${names.join(', ') || 'no function'}.`;
  return new HoldfastError('EXPORT_MISSING', `the module exports no function ${name}`, { remedy });
}
