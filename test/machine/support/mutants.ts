/** A linked program with some of its code changed, and where to change it. */
import type { Elf } from '../../../host/firmware/elf.ts';
import { boundOf, type Question } from '../../../host/timing/machine/bounds.ts';

/** Places of each function that every replacement is tried at. */
const PLACES = 8;

/** The program with halfwords changed, from an address on. */
export function changed(question: Question, address: number, ...halfwords: readonly number[]): Question {
  const { elf } = question;
  const segments = elf.segments.map((segment) => {
    const at = address - segment.virtual;
    if (at < 0 || at >= segment.bytes.length) return segment;
    const bytes = Uint8Array.from(segment.bytes);
    for (const [index, halfword] of halfwords.entries()) {
      new DataView(bytes.buffer).setUint16(at + 2 * index, halfword, true);
    }
    return { ...segment, bytes };
  });
  return { ...question, elf: { ...elf, segments } };
}

export function halfwordAt(elf: Elf, address: number): number {
  const segment = elf.segments.find(
    ({ virtual, bytes }) => address >= virtual && address < virtual + bytes.length,
  );
  const at = address - (segment?.virtual ?? 0);
  return (segment?.bytes[at] ?? 0) | ((segment?.bytes[at + 1] ?? 0) << 8);
}

/** Beginnings of blocks of the longest way, apart from each other. */
export function placesOf(question: Question, name: string): number[] {
  const { longest } = boundOf(question, name);
  const stride = Math.max(1, Math.floor(longest.length / PLACES));
  return longest.map(({ at }) => Number(at)).filter((_, index) => index % stride === 0);
}
