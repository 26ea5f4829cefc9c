/** Files that tools flash: UF2 (dragged onto the board), Intel HEX, plain binary, and ELF. */
import type { FlashPiece } from './place.ts';

const UF2_MAGICS = [0x0a32_4655, 0x9e5d_5157, 0x0ab1_6f30] as const;
export const UF2_BLOCK_BYTES = 512;
/** In a block: how many there are. */
export const UF2_COUNT_AT = 24;
const UF2_FAMILY_PRESENT = 0x2000;
/** Payload of a block, and what its address is a multiple of. */
const PAGE_BYTES = 256;
const ERASED = 0xff;

/** The pieces as whole pages, in order of address; a byte that no piece has is erased. */
function pagesOf(pieces: readonly FlashPiece[]): FlashPiece[] {
  const pages = new Map<number, Uint8Array>();
  for (const { address, bytes } of pieces) {
    for (let done = 0; done < bytes.length; ) {
      const at = address + done;
      const page = at - (at % PAGE_BYTES);
      const count = Math.min(bytes.length - done, page + PAGE_BYTES - at);
      const content = pages.get(page) ?? new Uint8Array(PAGE_BYTES).fill(ERASED);
      content.set(bytes.subarray(done, done + count), at - page);
      pages.set(page, content);
      done += count;
    }
  }
  return [...pages].sort(([a], [b]) => a - b).map(([address, bytes]) => ({ address, bytes }));
}

/** github.com/microsoft/uf2: blocks of 512 bytes, each a page with its address. */
export function toUf2(pieces: readonly FlashPiece[], family: number): Uint8Array {
  const pages = pagesOf(pieces);
  const file = Buffer.alloc(pages.length * UF2_BLOCK_BYTES);
  pages.forEach(({ address, bytes }, index) => {
    const block = file.subarray(index * UF2_BLOCK_BYTES, (index + 1) * UF2_BLOCK_BYTES);
    const head = [
      UF2_MAGICS[0],
      UF2_MAGICS[1],
      UF2_FAMILY_PRESENT,
      address,
      PAGE_BYTES,
      index,
      pages.length,
      family,
    ];
    head.forEach((word, at) => {
      block.writeUInt32LE(word, 4 * at);
    });
    block.set(bytes, 32);
    block.writeUInt32LE(UF2_MAGICS[2], UF2_BLOCK_BYTES - 4);
  });
  return file;
}

/** From the first byte of flash to the last that is used; erased where nothing is. */
export function toBinary(pieces: readonly FlashPiece[], from: number): Uint8Array {
  const end = Math.max(...pieces.map(({ address, bytes }) => address + bytes.length));
  const file = new Uint8Array(end - from).fill(ERASED);
  for (const { address, bytes } of pieces) file.set(bytes, address - from);
  return file;
}

/** Intel HEX: records of 16 bytes, the high half of the address in records of its own. */
export function toHexFile(pieces: readonly FlashPiece[]): string {
  const lines: string[] = [];
  let high = -1;
  for (const { address, bytes } of pagesOf(pieces)) {
    if (address >>> 16 !== high) {
      high = address >>> 16;
      lines.push(record(4, 0, Uint8Array.of(high >>> 8, high & 0xff)));
    }
    for (let at = 0; at < bytes.length; at += 16)
      lines.push(record(0, (address + at) & 0xffff, bytes.subarray(at, at + 16)));
  }
  lines.push(record(1, 0, new Uint8Array(0)));
  return `${lines.join('\n')}\n`;
}

function record(type: number, address: number, data: Uint8Array): string {
  const bytes = [data.length, address >>> 8, address & 0xff, type, ...data];
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `:${Buffer.from([...bytes, -sum & 0xff])
    .toString('hex')
    .toUpperCase()}`;
}

/** The firmware's ELF file with the pieces that it does not have as segments of their own. */
export function toElf(firmware: Uint8Array, added: readonly FlashPiece[]): Uint8Array {
  const view = new DataView(firmware.buffer, firmware.byteOffset, firmware.byteLength);
  const table = view.getUint32(28, true);
  const count = view.getUint16(44, true);
  const entryBytes = view.getUint16(42, true);
  const tableAt = Math.ceil(firmware.length / 4) * 4;
  const bytesAt = tableAt + (count + added.length) * entryBytes;
  const file = Buffer.alloc(bytesAt + added.reduce((sum, { bytes }) => sum + bytes.length, 0));
  file.set(firmware);
  file.set(firmware.subarray(table, table + count * entryBytes), tableAt);
  file.writeUInt32LE(tableAt, 28);
  file.writeUInt16LE(count + added.length, 44);
  let at = bytesAt;
  added.forEach(({ address, bytes }, index) => {
    const entry = tableAt + (count + index) * entryBytes;
    [1, at, address, address, bytes.length, bytes.length, 4, 4].forEach((word, field) => {
      file.writeUInt32LE(word, entry + 4 * field);
    });
    file.set(bytes, at);
    at += bytes.length;
  });
  return file;
}
