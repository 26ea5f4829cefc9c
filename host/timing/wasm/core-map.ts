import { BUILD_NAMES } from '../../common/arenas.ts';
import { VIRTUAL_GEOMETRY } from '../../core/flash.ts';
import { geometryWords } from '../../core/geometry.ts';
import { BUILD_LIMITS, type BuildName, MEMORY } from '../../format.ts';
import type { Arena, ExportRule, MemoryMap } from './memory-map.ts';
import type { WasmModule } from './module.ts';

/** The memory map of Holdfast's own core: the chain of its buffers, hung on the addresses that the module exports. */

/** Exports that are proved: what the control loop calls, the receive interrupt, and what displays show. */
export const PROVED = [
  'check',
  'checkPlane',
  'checkInvalid',
  'verdict',
  'sweep',
  'sweepPlane',
  'untilChange',
  'untilChangePlane',
  'receive',
  'stateOf',
  'boot',
  'service',
] as const;

const NOTHING: readonly string[] = [];
/** What the receive interrupt changes. */
const CHANGED_BY_INTERRUPT = ['assembly/smp/receive/head', 'assembly/smp/receive/lost'];
const MAP_IN_RAM = ['ACTIVE', 'ARENA'];

/** `service` entered in mode RUN: its own buffers but those of jobs, and no import that changes flash or resets. */
const SERVICE_IN_RUN: ExportRule = {
  loads: [
    ...MAP_IN_RAM,
    'ANSWER',
    'BURNED',
    'CONSTANTS',
    'CRC_TABLE',
    'EDITIONS',
    'FIELDS',
    'GEOMETRY',
    'KNOWN',
    'LINE',
    'RECEIVE',
    'REQUEST',
    'RESPONSE',
    'VERDICT',
  ],
  stores: ['ACTIVE', 'ANSWER', 'CONSTANTS', 'FIELDS', 'LINE', 'REQUEST', 'RESPONSE', 'VERDICT'],
  imports: [
    'port.cycleRate',
    'port.cycles',
    'port.flashRead',
    'port.safeInput',
    'port.serialWrite',
    'port.ticks',
  ],
  assume: { 'assembly/mode/current': 0 },
  reached: true,
};

/** What `boot` lays out and reads back. */
const CHANGED_BY_BOOT = [
  ...MAP_IN_RAM,
  'CONSTANTS',
  'CONTENT',
  'CRC_TABLE',
  'EDITIONS',
  'EXAMINATION',
  'KNOWN',
  'READ_BACK',
  'RECORD',
  'SHA',
  'TLV',
];

/**
 * `boot`, of a device whose flash has the virtual geometry: the words that the port filled in before. Whatever stands in flash and
 * variables, and in all other memory.
 */
const BOOT: ExportRule = {
  loads: [...CHANGED_BY_BOOT, 'BURNED', 'GEOMETRY'],
  stores: CHANGED_BY_BOOT,
  imports: ['port.flashErase', 'port.flashProgram', 'port.flashRead'],
  holds: { GEOMETRY: geometryWords(VIRTUAL_GEOMETRY) },
};

/** The map of a module that exports the core's addresses; undefined for any other. */
export function coreMap(module: WasmModule): MemoryMap | undefined {
  const exportedValue = (name: string): number | undefined => {
    const found = module.exports.get(name);
    const value = found?.kind === 'global' ? module.globals[found.index]?.value : undefined;
    return value === undefined ? undefined : Number(value);
  };
  const geometry = exportedValue('GEOMETRY');
  const arena = exportedValue('ARENA');
  const arenaBytes = exportedValue('ARENA_BYTES');
  const behind = exportedValue('BEHIND_ARENA_BYTES') ?? 0;
  if (geometry === undefined || arena === undefined || arenaBytes === undefined) return undefined;
  let from = geometry;
  const memory = MEMORY[buildWith(arenaBytes)];
  const buffers = memory.buffers.map(([name, bytes]): Arena => {
    const buffer = { name, from, bytes };
    from += bytes;
    return buffer;
  });
  const constants = { name: 'CONSTANTS', from: memory.constants, bytes: arena - memory.constants };
  const exports = rulesOf((name) => module.exports.get(name)?.kind === 'function', {
    check: { loads: MAP_IN_RAM, stores: NOTHING, imports: NOTHING },
    checkPlane: { loads: MAP_IN_RAM, stores: NOTHING, imports: NOTHING },
    checkInvalid: { loads: ['ACTIVE'], stores: NOTHING, imports: NOTHING },
    // On a ring, distances are bent around where they were written.
    verdict: { loads: [...MAP_IN_RAM, 'VERDICT'], stores: ['VERDICT'], imports: NOTHING },
    sweep: { loads: [...MAP_IN_RAM, 'SWEEP'], stores: ['SWEEP'], imports: NOTHING },
    sweepPlane: { loads: [...MAP_IN_RAM, 'SWEEP'], stores: ['SWEEP'], imports: NOTHING },
    untilChange: { loads: MAP_IN_RAM, stores: NOTHING, imports: NOTHING },
    untilChangePlane: { loads: MAP_IN_RAM, stores: NOTHING, imports: NOTHING },
    receive: { loads: NOTHING, stores: ['RECEIVE'], imports: NOTHING },
    service: SERVICE_IN_RUN,
    boot: BOOT,
    stateOf: {
      loads: ['ACTIVE', 'BURNED', 'KNOWN'],
      stores: NOTHING,
      imports: ['port.safeInput', 'port.ticks'],
    },
  });
  const imported = new Set(module.functions.map((each) => each.imported));
  return {
    arenas: [...buffers, constants, { name: 'ARENA', from: arena, bytes: arenaBytes + behind }],
    exports,
    imports: rulesOf((name) => imported.has(name), {
      'port.flashRead': { writes: [[2, 3]] },
      'port.flashProgram': { reads: [[2, 3]] },
      'port.serialWrite': { reads: [[0, 1]] },
    }),
    // Where there is no `receive`, there is no interrupt.
    volatile: 'receive' in exports ? CHANGED_BY_INTERRUPT : NOTHING,
  };
}

/** The build whose arena has so many bytes; of none of ours, that whose memory is largest. */
function buildWith(arenaBytes: number): BuildName {
  return BUILD_NAMES.find((name) => BUILD_LIMITS[name].arenaBytes === arenaBytes) ?? 'large';
}

/** The rules of what is there: the check path can be compiled by itself. */
function rulesOf<T>(
  isThere: (name: string) => boolean,
  rules: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(rules).filter(([name]) => isThere(name)));
}
