/**
 * Every capacity and bound of the core, named with its unit. A loop's bound names the limit it comes from.
 * Relations between limits are asserted at the end of this file, when the module is compiled.
 *
 * Two builds share this source: *device* (controllers) and *large* (host and pages), which defines BUILD_LARGE.
 */

// @ts-ignore: defined by the large build only
export const LARGE: bool = isDefined(BUILD_LARGE);

/** Bytes of the map arena; a power of two, because every index into it is masked. */
export const ARENA_BYTES: u32 = LARGE ? 64 << 20 : 128 << 10;
/** Most steps of a search along a line: 2^steps cells a list. */
export const LINE_STEPS_MAX: u32 = LARGE ? 22 : 14;
/** Most steps of the search for a phase: 2^steps phases. */
export const PHASE_STEPS_MAX: u32 = LARGE ? 16 : 8;

/** Most cells that one sweep looks at, whatever the image says. */
export const SWEEP_CELLS_MAX: u32 = 4096;

/** Where stored coordinates end, both ways, in steps of the axis. */
export const COORDINATE_MAX: i32 = 1 << 30;
export const RULE_BITS_MAX: u32 = 25;

export const CONTAINER_HEADER_BYTES: u32 = 32;
/** Bytes of both TLV areas of a container together. */
export const TLV_BYTES_MAX: u32 = 1024;
/** Least bytes of a TLV: its head. So an area holds at most TLV_BYTES_MAX / TLV_HEAD_BYTES of them. */
export const TLV_HEAD_BYTES: u32 = 4;
export const NAME_BYTES_MAX: u32 = 63;
/** Bytes of a map id or device class, the closing 0 included. */
export const IDENTITY_BYTES_MAX: u32 = 32;
export const REPLACES_MAX: u32 = 8;
export const REPLACES_ENTRY_BYTES: u32 = 16;
export const REPLACES_DIGITS_MAX: u32 = 16;
export const STEP_KINDS_MAX: u32 = 8;
export const SECTIONS_MAX: u32 = 8;
export const HASH_BYTES: u32 = 32;

/** Bytes read from flash at a time; also the most a port may ask for as program unit. */
export const PAGE_BYTES: u32 = 256;
/** Sectors a slot or a journal may have: what bounds their scans. */
export const SECTORS_MAX: u32 = 65536;
/** Cells that an admission looks at, lists that phases share counted for each of them: what bounds its time. */
export const EXAMINED_CELLS_MAX: u32 = LARGE ? 1 << 26 : 1 << 20;
/** Cells examined by one step of an admission. */
export const CELLS_A_STEP: u32 = 16;

/** Bytes waiting between the receive interrupt and `service`; a power of two. */
export const RECEIVE_BYTES: u32 = 4096;
/** Largest stream of one message: length, message and CRC, as SMP's `buf_size` counts. */
export const MESSAGE_BYTES_MAX: u32 = 2048;
/** Bytes of a line of the console framing, marker and line feed included. */
export const LINE_BYTES_MAX: u32 = 127;
/** Bytes of a message that one line carries: 124 base64 characters. */
export const LINE_PAYLOAD_BYTES: u32 = 93;
/** CBOR items of one request. */
export const ITEMS_MAX: u32 = 32;
/** Functions that can be measured: check, verdict, sweep. */
export const MEASURE_FUNCTIONS: u32 = 3;
/** How often an empty call is measured before what is measured. */
export const CALIBRATIONS: u32 = 4;
/** Data bytes of one read-back answer. */
export const READ_BYTES_MAX: u32 = 1024;

// What one step of the server does at most. One `service` in RUN does one step; docs/targets.md says what it costs in cycles.
/** Groups of four bytes taken from the receive ring. */
export const RECEIVE_GROUPS_A_STEP: u32 = 2;
/** Groups of four base64 characters encoded. */
export const QUADS_A_STEP: u32 = 3;
/** Bytes offered to the line. */
export const SEND_A_STEP: u32 = 32;
/** Bytes of an echoed text copied. */
export const COPY_A_STEP: u32 = 32;
/** Bytes read back from flash, at a multiple of this: a chip that is read past its cache is slow. */
export const READ_A_STEP: u32 = 8;
/** Steps of the server in one `service` in WINDOW, where the machine is parked. */
export const STEPS_A_SLICE_WINDOW: u32 = 32;
/** Words of the arena whose checksum one `service` in RUN adds up. */
export const SCAN_WORDS_A_SLICE: u32 = 12;

/** A lease or a trial is shorter than half the range of the tick counter, so that differences are never ambiguous. */
export const TICKS_MAX: u32 = 0x7fffffff;

// Relations. A limit that breaks one of them does not compile.
if (!((ARENA_BYTES & (ARENA_BYTES - 1)) == 0)) ERROR('the arena is masked: its size is a power of two');
if (!(<u32>4 << LINE_STEPS_MAX <= ARENA_BYTES / 2)) ERROR('a key list begins in the first half of the arena and must end inside');
if (!(PHASE_STEPS_MAX <= LINE_STEPS_MAX)) ERROR('phase lists are bounded by the same argument as lines');
if (!((RECEIVE_BYTES & (RECEIVE_BYTES - 1)) == 0)) ERROR('the receive ring is masked: its size is a power of two');
if (!(READ_BYTES_MAX + 64 <= MESSAGE_BYTES_MAX)) ERROR('a read-back answer must fit a message');
if (!(LINE_PAYLOAD_BYTES % 3 == 0 && (LINE_PAYLOAD_BYTES / 3) * 4 + 3 <= LINE_BYTES_MAX)) ERROR('a line must hold its payload');
if (!(READ_A_STEP % 4 == 0 && PAGE_BYTES % READ_A_STEP == 0)) ERROR('flash is read back in whole words that no page boundary divides');
