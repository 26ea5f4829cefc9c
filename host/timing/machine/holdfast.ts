import { BUILD_NAMES } from '../../common/arenas.ts';
import { HoldfastError } from '../../common/errors.ts';
import type { Elf } from '../../firmware/elf.ts';
import { BEHIND_ARENA_BYTES, BUILD_LIMITS, type BuildName, MEMORY as LAYOUTS } from '../../format.ts';
import { exactly32, type Range32 } from '../ranges/range32.ts';
import { coreMap } from '../wasm/core-map.ts';
import type { WasmModule } from '../wasm/module.ts';
import type { Part, Stack } from './program.ts';

/** What is known of a firmware that holds Holdfast's core: its calls, and the arenas of its memory. */

const MEMORY = 'holdfast_memory';

/** What the loop calls, by the names of targets/common/holdfast.h. */
export const CALLS = {
  check: 'holdfast_check',
  checkPlane: 'holdfast_check_plane',
  verdict: 'holdfast_spell',
  sweep: 'holdfast_sweep',
  sweepPlane: 'holdfast_sweep_plane',
  untilChange: 'holdfast_until_change',
  untilChangePlane: 'holdfast_until_change_plane',
  service: 'holdfast_service',
} as const;

/** What is analysed where nobody says otherwise: what answers the loop, whatever memory holds. */
export const STANDARD = ['check', 'verdict'] as const;

export function holdsCore({ symbols }: Elf): boolean {
  return symbols.some(({ name }) => name === MEMORY);
}

/** The build of the core that a firmware holds, by the bytes of its memory. Throws HoldfastError CORE_OTHER for none of ours. */
export function buildIn({ symbols }: Elf): BuildName {
  const bytes = symbols.find(({ name }) => name === MEMORY)?.bytes;
  const found = BUILD_NAMES.find(
    (name) => LAYOUTS[name].arena + BUILD_LIMITS[name].arenaBytes + BEHIND_ARENA_BYTES === bytes,
  );
  if (found !== undefined) return found;
  const message = `The memory of this program's core has ${bytes} bytes, which no build of this version has.`;
  throw new HoldfastError('CORE_OTHER', message, {
    remedy: 'Make the library anew with this version: holdfast firmware library.',
  });
}

/** The core's arenas where the firmware has them. */
export function arenasIn(elf: Elf, module: WasmModule): Part[] {
  const from = elf.addressOf(MEMORY);
  return (coreMap(module)?.arenas ?? []).map((arena) => ({
    ...{ name: arena.name, from: from + arena.from, bytes: arena.bytes },
  }));
}

/** What ACTIVE holds, word by word, given the core's memory after it loaded an image. */
export function activeWords(parts: readonly Part[], elf: Elf, memory: Uint8Array): Map<number, Range32> {
  const base = elf.addressOf(MEMORY);
  const active = parts.find(({ name }) => name === 'ACTIVE');
  const words = new Map<number, Range32>();
  if (active === undefined) return words;
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  for (let address = active.from; address < active.from + active.bytes; address += 4) {
    words.set(address, exactly32(view.getUint32(address - base, true)));
  }
  return words;
}

/** Symbols by which linker scripts call the top of the stack. */
const STACK_TOPS = ['stack_top', '__StackTop', '__stack', '_estack'];
const STACK_BYTES = 8192;
/** Where nothing is linked to, for a program that does not say where its stack is. */
const STACK_ELSEWHERE = 0x7000_0000;

/** Where the program's stack is, by the symbols of linker scripts, and down to where something else of the program ends, if near. */
export function stackIn({ symbols, sections }: Pick<Elf, 'symbols' | 'sections'>): Stack {
  const top = STACK_TOPS.map((name) => symbols.find((symbol) => symbol.name === name)?.address).find(
    (address) => address !== undefined,
  );
  if (top === undefined) return { top: STACK_ELSEWHERE, bytes: STACK_BYTES };
  const ends = sections.map(({ address, bytes }) => address + bytes).filter((end) => end < top);
  return { top, bytes: Math.min(STACK_BYTES, top - Math.max(0, ...ends)) };
}
