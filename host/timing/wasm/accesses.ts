import type { Range } from '../ranges/range.ts';
import { add32, exactly32, type Range32, trailingZeros } from '../ranges/range32.ts';
import type { Arena, ImportRule } from './memory-map.ts';
import type { Finding } from './obligations.ts';
import { opcode } from './opcodes.ts';

/** Whether memory is touched in its arenas only, aligned. */

/** A load or store at `address` + `offset`. Gives its finding: in one of the arenas, at a multiple of its size. */
export function accessFinding(op: number, address: Range, offset: number, arenas: readonly Arena[]): Finding {
  const known = opcode(op);
  const bytes = known?.bytes ?? 0;
  const kind = known?.class === 'store' ? 'store' : 'load';
  if (address.kind !== 'i32') return { kind, holds: false, reason: 'nothing is known of the address' };
  const first = address.low + offset;
  const last = address.high + offset + bytes - 1;
  const arena = arenaOf(first, last, arenas);
  const where = placeWords(first, last);
  if (arena === undefined) return { kind, holds: false, reason: outsideWords(where, arenas) };
  if (!isMultipleOf(address, offset, bytes)) {
    return {
      kind,
      holds: false,
      reason: `${where} is not known to be a multiple of ${bytes}`,
      name: arena.name,
    };
  }
  const aligned = bytes > 1 ? `, a multiple of ${bytes}` : '';
  return { kind, holds: true, reason: `${where} in ${arena.name}${aligned}`, name: arena.name };
}

/** Whether what an import reads lies in one of `loads`, and what it writes in one of `stores`. */
export function importFindings(
  rule: ImportRule,
  parameters: readonly Range[],
  loads: readonly Arena[],
  stores: readonly Arena[],
  name: string,
): Finding[] {
  const find = (
    way: string,
    arenas: readonly Arena[],
    [pointer, count]: readonly [number, number],
  ): Finding => {
    const from = parameters[pointer];
    const bytes = parameters[count];
    if (from?.kind !== 'i32' || bytes?.kind !== 'i32') {
      return { kind: 'import', holds: false, reason: `nothing is known of where ${name} ${way}`, name };
    }
    const last = Math.max(from.high + bytes.high - 1, from.high);
    const where = placeWords(from.low, last);
    const arena = arenaOf(from.low, last, arenas);
    if (arena === undefined)
      return { kind: 'import', holds: false, reason: `${name} ${way} ${outsideWords(where, arenas)}`, name };
    return { kind: 'import', holds: true, reason: `${name} ${way} ${where} in ${arena.name}`, name };
  };
  return [
    ...(rule.reads ?? []).map((pair) => find('reads', loads, pair)),
    ...(rule.writes ?? []).map((pair) => find('writes', stores, pair)),
  ];
}

function arenaOf(first: number, last: number, arenas: readonly Arena[]): Arena | undefined {
  return arenas.find((arena) => first >= arena.from && last < arena.from + arena.bytes);
}

function placeWords(first: number, last: number): string {
  return first === last ? `byte ${first}` : `bytes ${first} to ${last}`;
}

function outsideWords(where: string, arenas: readonly Arena[]): string {
  if (arenas.length === 0) return `${where}, and nothing may be touched`;
  const names = arenas.map(({ name, from, bytes }) => `${name} (${from} to ${from + bytes - 1})`);
  return `${where}, which is not inside ${arenas.length > 4 ? 'any one arena' : names.join(' or ')}`;
}

/** Whether `address` + `offset` is known to be a multiple of so many bytes, a power of two. */
export function isMultipleOf(address: Range32, offset: number, bytes: number): boolean {
  return 2 ** trailingZeros(add32(address, exactly32(offset >>> 0))) >= bytes;
}
