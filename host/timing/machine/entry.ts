import { HoldfastError } from '../../common/errors.ts';
import { type Elf, type ElfSymbol, MACHINE_ARM } from '../../firmware/elf.ts';
import { Decline, hex } from './decline.ts';

/** Which instruction a function begins with, by what a user calls it. */

const ADDRESS = /^0x[0-9a-f]{1,8}$/i;

/**
 * The function of that name, or at that address: `0x20000100`. Throws HoldfastError ELF_SYMBOL where there is none, ELF_SYMBOL_TWICE
 * where several functions have the name, and Decline where it is no code of the processor.
 */
export function entryOf(elf: Elf, name: string): number {
  const found = ADDRESS.test(name) ? functionsAt(elf, Number(name)) : functionsNamed(elf, name);
  const addresses = [...new Set(found.map(({ address }) => address))];
  const [only, ...others] = addresses;
  if (only === undefined) return elf.addressOf(name);
  if (others.length > 0) {
    throw new HoldfastError('ELF_SYMBOL_TWICE', `The program has ${addresses.length} functions ${name}.`, {
      remedy: `Name one by its address: ${addresses.map(hex).join(', ')}.`,
    });
  }
  if (elf.machine === MACHINE_ARM && found.every(({ isThumb }) => !isThumb)) {
    throw new Decline(
      'unknown-opcode',
      only,
      'it is code of the 32-bit ARM set, by its symbol: not of Thumb',
    );
  }
  return only;
}

function functionsNamed({ symbols }: Elf, name: string): ElfSymbol[] {
  return symbols.filter((symbol) => symbol.isFunction && symbol.name === name);
}

/** Thumb code may be called by its address plus 1, as pointers hold it. */
function functionsAt({ symbols, machine }: Elf, address: number): ElfSymbol[] {
  const place = machine === MACHINE_ARM ? (address & ~1) >>> 0 : address;
  return symbols.filter((symbol) => symbol.isFunction && symbol.address === place);
}
