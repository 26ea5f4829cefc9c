/**
 * The static memory map: every buffer of the core at a pinned address, one after the other.
 *
 *     0x0000  guard        nothing lives at address 0
 *             GEOMETRY     the port's flash geometry          (filled before boot)
 *             BURNED       the burned block                   (filled before boot)
 *             ACTIVE       what check needs of the running edition
 *             VERDICT      what verdict fills
 *             SWEEP        what sweep fills
 *             EDITIONS     what is known of the images in slots A and B
 *             SHA          working state of the digest
 *             CRC_TABLE    CRC-32C, a byte at a time
 *             PAGE_CACHE   the page last read from flash by admission
 *             PAGE         a program unit on its way to flash, and what is read back
 *             SCRATCH      a page being digested
 *             RECORD       a journal record being read or written
 *             CONTENT      what the next record says
 *             TLV          the two TLV areas under examination
 *             EXAMINATION  what is known of the image under examination
 *             FIELDS       the fields of the request
 *             RECEIVE      ring of received bytes
 *             REQUEST      the message received
 *             RESPONSE     the message to send
 *             LINE         one line of it, encoded, and room behind it for a piece that is sent
 *             ANSWER       what the answer under way says, as of one moment
 *     0x4000  constants that the compiler places (`memoryBase` in asconfig.json)
 *     0x5000  ARENA        resident part of the running edition
 */
import { LINE_BYTES_MAX, MESSAGE_BYTES_MAX, PAGE_BYTES, RECEIVE_BYTES, SEND_A_STEP, TLV_BYTES_MAX } from './limits';

export const GEOMETRY_LOCATION: usize = 0x40;
export const GEOMETRY_BYTES: usize = 64;
export const BURNED_LOCATION: usize = GEOMETRY_LOCATION + GEOMETRY_BYTES;
export const BURNED_BYTES: usize = 512;
export const ACTIVE_LOCATION: usize = BURNED_LOCATION + BURNED_BYTES;
export const ACTIVE_BYTES: usize = 80;
export const VERDICT_LOCATION: usize = ACTIVE_LOCATION + ACTIVE_BYTES;
export const VERDICT_BYTES: usize = 112;
export const SWEEP_LOCATION: usize = VERDICT_LOCATION + VERDICT_BYTES;
export const SWEEP_BYTES: usize = 64;
export const EDITIONS_LOCATION: usize = SWEEP_LOCATION + SWEEP_BYTES;
export const EDITION_BYTES: usize = 256;
export const SHA_LOCATION: usize = EDITIONS_LOCATION + 2 * EDITION_BYTES;
export const SHA_BYTES: usize = 32 + 64 + 256;
export const CRC_TABLE_LOCATION: usize = SHA_LOCATION + SHA_BYTES;
export const CRC_TABLE_BYTES: usize = 1024;
export const PAGE_CACHE_LOCATION: usize = CRC_TABLE_LOCATION + CRC_TABLE_BYTES;
export const PAGE_LOCATION: usize = PAGE_CACHE_LOCATION + PAGE_BYTES;
export const READ_BACK_LOCATION: usize = PAGE_LOCATION + PAGE_BYTES;
export const RECORD_LOCATION: usize = READ_BACK_LOCATION + PAGE_BYTES;
export const SCRATCH_LOCATION: usize = RECORD_LOCATION + PAGE_BYTES;
export const CONTENT_LOCATION: usize = SCRATCH_LOCATION + PAGE_BYTES;
export const CONTENT_BYTES: usize = 128;
export const TLV_LOCATION: usize = CONTENT_LOCATION + CONTENT_BYTES;
export const EXAMINATION_LOCATION: usize = TLV_LOCATION + TLV_BYTES_MAX;
export const EXAMINATION_BYTES: usize = 256;
export const FIELDS_LOCATION: usize = EXAMINATION_LOCATION + EXAMINATION_BYTES;
export const FIELDS_BYTES: usize = 512;
export const RECEIVE_LOCATION: usize = FIELDS_LOCATION + FIELDS_BYTES;
export const REQUEST_LOCATION: usize = RECEIVE_LOCATION + RECEIVE_BYTES;
export const RESPONSE_LOCATION: usize = REQUEST_LOCATION + MESSAGE_BYTES_MAX;
export const LINE_LOCATION: usize = RESPONSE_LOCATION + MESSAGE_BYTES_MAX;
export const LINE_BYTES: usize = 160;
export const ANSWER_LOCATION: usize = LINE_LOCATION + LINE_BYTES;
export const ANSWER_BYTES: usize = 128;
export const BUFFERS_END: usize = ANSWER_LOCATION + ANSWER_BYTES;

export const CONSTANTS_LOCATION: usize = 0x4000;
export const ARENA_LOCATION: usize = 0x5000;

if (!(LINE_BYTES_MAX + SEND_A_STEP <= u32(LINE_BYTES))) ERROR('a piece of a line must lie in its place wherever it begins');
if (!(ACTIVE_LOCATION % 128 == 0 && VERDICT_LOCATION + 36 <= ACTIVE_LOCATION + 128)) {
  ERROR('what verdict reads and writes is one block of 128 bytes: the reach of one register on small cores');
}
if (!(BUFFERS_END <= CONSTANTS_LOCATION)) ERROR('the buffers run into the constants');
