/** Firmware in the formats that tools flash, and how a file is recognised that holds the same firmware with another edition. */

import { extname } from 'node:path';
import { ARENA_NAMES } from '../../common/arenas.ts';
import { HoldfastError } from '../../common/errors.ts';
import { type Firmware, keptFirmware } from '../../firmware/build.ts';
import { toBinary, toElf, toHexFile, toUf2, UF2_BLOCK_BYTES, UF2_COUNT_AT } from '../../firmware/formats.ts';
import { type FlashPiece, firmwarePieces } from '../../firmware/place.ts';
import type { Target } from '../../firmware/target-file.ts';
import { ARENAS } from '../../format.ts';
import type { OutputKind } from './output-kinds.ts';

export const FIRMWARE_FORMATS = ['uf2', 'elf', 'hex', 'bin'] as const;
export type FirmwareFormat = (typeof FIRMWARE_FORMATS)[number];

const ENDINGS = FIRMWARE_FORMATS.map((format) => `.${format}`).join(', ');

/** The one that is asked for, or the ending of the path. Throws HoldfastError OUTPUT_FORMAT. */
export function firmwareFormat(path: string, given: FirmwareFormat | undefined): FirmwareFormat {
  const ending = extname(path).toLowerCase().slice(1);
  const format = given ?? FIRMWARE_FORMATS.find((known) => known === ending);
  if (format !== undefined) return format;
  throw new HoldfastError('OUTPUT_FORMAT', `${path} does not end in a known format`, {
    remedy: `End it in one of ${ENDINGS}, or say which with --format.`,
  });
}

/** The whole content of flash. Throws HoldfastError OUTPUT_FORMAT. */
export function encodeFirmware(
  format: FirmwareFormat,
  firmware: Firmware,
  pieces: readonly FlashPiece[],
): Uint8Array {
  const { target } = firmware;
  switch (format) {
    case 'uf2':
      if (target.uf2Family === null) throw noUf2(target);
      return toUf2(pieces, target.uf2Family);
    case 'bin':
      return toBinary(pieces, target.flash.address);
    case 'hex':
      return Buffer.from(toHexFile(pieces));
    case 'elf':
      return toElf(firmware.file, pieces.slice(firmwarePieces(firmware).length));
  }
}

/** Files with this program in them, or with that of another arena of the same board, whatever edition is burned in. */
export function firmwareKind(format: FirmwareFormat, firmware: Firmware): OutputKind {
  const { target } = firmware;
  return {
    name: `firmware for ${target.name} of this version`,
    isBinary: format !== 'hex',
    isOurs: async (bytes) => {
      if (holds(format, bytes, firmware)) return true;
      for (const arena of ARENA_NAMES) {
        const other = await keptFirmware(target, ARENAS[arena]);
        if (other !== null && holds(format, bytes, other)) return true;
      }
      return false;
    },
    finish: (bytes) => bytes,
  };
}

/** Whether a file begins with this program. */
function holds(format: FirmwareFormat, bytes: Uint8Array, firmware: Firmware): boolean {
  const program = Buffer.from(
    withoutCounts(format, encodeFirmware(format, firmware, firmwarePieces(firmware))),
  );
  return program.equals(withoutCounts(format, bytes).subarray(0, program.length));
}

/** What is the same for every edition: how many parts there are, and where their table lies, is cut out or made zero. */
function withoutCounts(format: FirmwareFormat, bytes: Uint8Array): Uint8Array {
  const cut = Buffer.from(bytes);
  if (format === 'uf2')
    for (let at = UF2_COUNT_AT; at + 4 <= cut.length; at += UF2_BLOCK_BYTES) cut.writeUInt32LE(0, at);
  if (format === 'hex') return cut.subarray(0, cut.lastIndexOf(':'));
  if (format !== 'elf' || cut.length < ELF_HEADER_BYTES) return cut;
  cut.writeUInt32LE(0, ELF_TABLE_AT);
  cut.writeUInt16LE(0, ELF_COUNT_AT);
  return cut;
}

/** Of a 32-bit ELF file: its header, and in it where the table of segments lies and how many it has. */
const ELF_HEADER_BYTES = 52;
const ELF_TABLE_AT = 28;
const ELF_COUNT_AT = 44;

function noUf2({ name }: Target): HoldfastError {
  return new HoldfastError(
    'OUTPUT_FORMAT',
    `${name} does not take UF2: it has no boot code that reads one.`,
    { remedy: 'Write .elf, .hex or .bin.' },
  );
}
