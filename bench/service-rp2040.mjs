/**
 * Cycles of `service` on the RP2040 in the emulator with its omissions corrected (sim/boards/rp2040-core.ts), one call at
 * a time, call and return included, while a client asks for everything there is and a line carries everything it may.
 *
 * Slices that begin in RUN are held to 2,000 cycles in each build, those that begin in WINDOW to 400,000 without what they
 * wait for the flash chip (exactly the cycles in which the emulated chip is busy). Interrupts come on top.
 */

import { fileURLToPath } from 'node:url';
import { ARENA_NAMES } from '../build/js/host/common/arenas.js';
import { compileSource } from '../build/js/host/compile/compile.js';
import { flashWith } from '../build/js/host/core/first-burn.js';
import { buildFirmware } from '../build/js/host/firmware/build.js';
import {
  ARENAS,
  BUILD_LIMITS,
  ENUMERATION,
  GROUP,
  HOLDFAST,
  IMAGE,
  NONCE_BYTES,
  OPERATION,
  OS,
} from '../build/js/host/format.js';
import { deriveBurned, encodeBurned } from '../build/js/host/image/burned.js';
import { readEdition } from '../build/js/host/image/edition-file.js';
import { encodeFrame } from '../build/js/host/serial/framing.js';
import { encodeMessage } from '../build/js/host/serial/smp.js';
import { memoryReader } from '../build/js/host/source/reader.js';
import { Rp2040Service } from '../build/js/sim/boards/rp2040-service.js';
import { sequence } from './maps.mjs';
import { phasedLine } from './phases.mjs';

const GOAL_CYCLES = 2000;
const LONGEST_NAME = 'n'.repeat(31);
const MEASURE_ID = 8;
const NOISE_BYTES = 6000;
const RANDOM_REQUESTS = 150;
/** Each request is asked so often, in another place of the background check each time. */
const ROUNDS = 3;
const LONGEST_ID = 63;
/** Most zones of an edition with such ids, and what one takes of the arena at most, its share of the rest included. */
const ZONES_MOST = 100;
const ZONE_BYTES = 128;
/** Of a message, what an echo's text, and the data of a piece, leave of it. */
const ECHO_OTHER_BYTES = 24;
const UPLOAD_OTHER_BYTES = 112;
const PIECE_BYTES = 1500;
/** A digest's, of an odd end. */
const DIGEST_BYTES = 16 * 1024 - 1;
const CHECKS_OF_A_TRIAL = 100_000;
/** Windows after each edition: tokens alone fill a journal. */
const WINDOWS_MORE = 6;
const { read, write } = OPERATION;

/** Names, epochs and numbers as long as they come. */
export function editionText({ epoch, replaces, zones, letters = 0 }) {
  const lines = Array.from(
    { length: zones },
    (_, i) =>
      `  - { id: ${`zone-${i}`.padEnd(letters, '-')}, at: { from: ${100 * i}, to: ${100 * i + 50} }, tier: 200, limit: -2000000000 }`,
  );
  return [
    'holdfast: 1',
    `map: ${LONGEST_NAME}`,
    `device: ${LONGEST_NAME}`,
    `epoch: ${epoch}`,
    ...(replaces === undefined ? [] : [`replaces: ${replaces}`]),
    'space: { axes: [ { name: s, unit: mm, min: -1000000000, max: 1000000000 } ] }',
    'zones:',
    ...lines,
    'gaps:',
    '  - { anywhere: true, action: hold }',
    '',
  ].join('\n');
}

export async function compile(text) {
  const { image } = await compileSource('bench.map.yaml', {
    reader: memoryReader({ 'bench.map.yaml': text }),
  });
  return image;
}

function startBoard(firmware, image, config = {}) {
  const flash = flashWith(readEdition(image));
  const burned = encodeBurned({ ...deriveBurned(image, 'development'), ...config });
  const board = new Rp2040Service({ firmware, burned, flash });
  board.start();
  return board;
}

export function ask(operation, group, id, fields = {}, version = 1) {
  return encodeFrame(encodeMessage({ version, operation, group, sequence: 255, id }, fields));
}

const HASH = new Uint8Array(32).fill(0xab);

/** What a digest is asked with. */
function digestOf(place) {
  return { ...place, nonce: new Uint8Array(NONCE_BYTES).fill(0xcd) };
}

/** Every kind of request to a build, each with what makes its answer or its refusal longest. */
const requestsOf = ({ messageBytesMax, readBytesMax }) => ({
  'echo, one letter': ask(write, GROUP.os, OS.echo, { d: 'x' }),
  'echo, longest text': ask(write, GROUP.os, OS.echo, { d: 'x'.repeat(messageBytesMax - ECHO_OTHER_BYTES) }),
  parameters: ask(read, GROUP.os, OS.parameters),
  info: ask(read, GROUP.os, OS.info, { format: 's' }),
  'info, refused': ask(read, GROUP.os, OS.info, { format: 'x' }),
  bootloader: ask(read, GROUP.os, OS.bootloader),
  'bootloader, refused': ask(read, GROUP.os, OS.bootloader, { query: 'mode' }),
  'groups, counted': ask(read, GROUP.enumeration, ENUMERATION.count),
  'groups, listed': ask(read, GROUP.enumeration, ENUMERATION.list),
  'groups, the last': ask(read, GROUP.enumeration, ENUMERATION.single, { index: 3 }),
  'groups in detail': ask(read, GROUP.enumeration, ENUMERATION.details),
  why: ask(read, GROUP.holdfast, HOLDFAST.why),
  'reset, refused': ask(write, GROUP.os, OS.reset),
  'image list': ask(read, GROUP.image, IMAGE.state),
  'slot info': ask(read, GROUP.image, IMAGE.slotInfo),
  'state write, refused': ask(write, GROUP.image, IMAGE.state, { hash: HASH, confirm: true }),
  'upload, refused': ask(write, GROUP.image, IMAGE.upload, {
    ...{
      off: 0,
      len: 0x7fffffff,
      token: 0xffffffff,
      sha: HASH,
      data: new Uint8Array(messageBytesMax - UPLOAD_OTHER_BYTES),
    },
  }),
  'upload, refused, v1': ask(write, GROUP.image, IMAGE.upload, { off: 7, data: new Uint8Array(9) }, 0),
  'erase, refused, v1': ask(write, GROUP.image, IMAGE.erase, {}, 0),
  'erase, refused': ask(write, GROUP.image, IMAGE.erase, { slot: 1, token: 1 }),
  status: ask(read, GROUP.holdfast, HOLDFAST.status),
  'close, refused': ask(write, GROUP.holdfast, HOLDFAST.close),
  'read back, unaligned': ask(read, GROUP.holdfast, HOLDFAST.read, { slot: 0, off: 3, len: readBytesMax }),
  'read back, beyond': ask(read, GROUP.holdfast, HOLDFAST.read, {
    slot: 1,
    off: 0xffffffff,
    len: readBytesMax,
  }),
  counters: ask(read, GROUP.holdfast, HOLDFAST.counters),
  outcome: ask(read, GROUP.holdfast, HOLDFAST.outcome),
  'revert, refused': ask(write, GROUP.holdfast, HOLDFAST.revert, {}, 0),
  'check, covered': ask(read, GROUP.holdfast, HOLDFAST.check, { x: 20, y: -2147483648, phase: 0 }),
  'check, gap': ask(read, GROUP.holdfast, HOLDFAST.check, { x: -1 }),
  'check, outside': ask(read, GROUP.holdfast, HOLDFAST.check, { x: -2147483648, phase: 0xffffffff }),
  'slices, as measured': ask(read, GROUP.holdfast, MEASURE_ID),
  'measuring, refused': ask(write, GROUP.holdfast, MEASURE_ID, {
    what: 0,
    data: new Uint8Array(Math.min(1200, messageBytesMax - UPLOAD_OTHER_BYTES)),
  }),
  'digest, refused': ask(write, GROUP.holdfast, HOLDFAST.digest, digestOf({ slot: 1, off: 0, len: 1 })),
  'a command that is not': ask(read, GROUP.holdfast, 200),
  'a group that is not': ask(read, 9999, 1),
  'unknown fields, nested': ask(read, GROUP.holdfast, HOLDFAST.status, {
    ...{ unknown: 'x'.repeat(300), confirm: false, hash: null, longerthan8: 5, phase: 1, ticks: 2, what: 3 },
  }),
});

function bytesOf(count, next) {
  return Uint8Array.from({ length: count }, next);
}

function damaged(frame, at) {
  const copy = Uint8Array.from(frame);
  copy[at] = copy[at] === 0x41 ? 0x42 : 0x41;
  return copy;
}

/** What a line may carry besides requests; of the longest one it makes damaged ones. */
function noises(longest) {
  const random = sequence(7);
  const characters = 'ABCabc019+/=';
  const text = () => characters.charCodeAt(random(characters.length));
  const marked = [0x06, 0x09, 0x04, 0x14, 0x0a, 0x0d, 0x3d, 0x41];
  return {
    nothing: new Uint8Array(0),
    'random bytes': bytesOf(NOISE_BYTES, () => random(256)),
    'markers, ends, padding': bytesOf(NOISE_BYTES, () => marked[random(marked.length)]),
    'base64 that no line begins': bytesOf(NOISE_BYTES, text),
    'a line without end': Uint8Array.of(0x06, 0x09, ...bytesOf(1000, () => 0x41)),
    'a message without end': Buffer.concat(
      Array.from({ length: 40 }, (_, i) =>
        Buffer.from(`${i === 0 ? '\x06\x09' : '\x04\x14'}${'/'.repeat(124)}\n`),
      ),
    ),
    'lines of one group': Buffer.from('\x06\x09QUJD\n'.repeat(300)),
    'padding at every end': Buffer.from('\x06\x09QUI=\n\x04\x14QQ==\n'.repeat(200)),
    'a wrong CRC': damaged(longest, longest.length - 3),
    'a wrong length': damaged(longest, 2),
    'a broken character': damaged(longest, longest.length >> 1).fill(0x2a, 300, 301),
  };
}

/** Requests of any group and id with any bytes for CBOR. */
function randomRequests() {
  const random = sequence(11);
  const groups = [GROUP.os, GROUP.image, GROUP.enumeration, GROUP.holdfast];
  return Array.from({ length: RANDOM_REQUESTS }, () => {
    const known = encodeMessage(
      { version: random(2), operation: 2 * random(2), group: groups[random(4)], sequence: 0, id: random(13) },
      {
        x: random(1000),
        off: random(300),
        len: random(1024),
        slot: random(2),
        token: random(9),
        hash: HASH,
        nonce: HASH.subarray(0, NONCE_BYTES),
      },
    );
    const message = Uint8Array.from(known);
    if (random(2) === 0) message[8 + random(message.length - 8)] = random(256);
    return encodeFrame(message);
  });
}

/** Drives boards and remembers, for each kind of work, the most cycles that a slice took. */
export class Recorder {
  run = new Map();
  window = new Map();
  slices = 0;

  slice(board, kind, checks = 1) {
    const { mode, cycles: all, waited } = board.slice(checks);
    const cycles = all - waited;
    const most = this[mode];
    most.set(kind, Math.max(most.get(kind) ?? 0, cycles));
    this.slices++;
    return cycles;
  }

  /** All that these bytes bring about. */
  exchange(board, kind, bytes) {
    // Not more than the firmware's ring holds, as a line would not bring more meanwhile.
    for (let at = 0; at === 0 || at < bytes.length; at += 2048) {
      board.receive(bytes.subarray(at, at + 2048));
      do this.slice(board, kind);
      while (board.isBusy());
    }
    board.takeSent();
  }

  idle(board, slices) {
    for (let i = 0; i < slices; i++) this.slice(board, 'nothing');
  }
}

function askEverything(recorder, board, requests) {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, bytes] of Object.entries(requests)) {
      recorder.exchange(board, kind, bytes);
      recorder.idle(board, 1 + 2 * round);
    }
  }
}

/** An update by its messages; ends with the second edition on trial. */
export function update(recorder, board, image, { messageBytesMax } = BUILD_LIMITS.device) {
  const piece = Math.min(PIECE_BYTES, messageBytesMax - UPLOAD_OTHER_BYTES);
  const { hash: digest } = readEdition(image);
  const say = (kind, operation, group, id, fields) =>
    recorder.exchange(board, kind, ask(operation, group, id, fields));
  say('window open', write, GROUP.holdfast, HOLDFAST.open, { shared: true, ticks: 0xffffffff });
  const first = { off: 0, len: image.length, sha: digest, data: image.subarray(0, piece) };
  say('upload', write, GROUP.image, IMAGE.upload, first);
  for (let off = piece; off < image.length; off += piece)
    say('upload', write, GROUP.image, IMAGE.upload, { off, data: image.subarray(off, off + piece) });
  for (const [slot, off] of [
    [1, 0],
    [0, 3],
  ])
    say('digest', write, GROUP.holdfast, HOLDFAST.digest, digestOf({ slot, off, len: DIGEST_BYTES }));
  say('test', write, GROUP.image, IMAGE.state, { hash: digest, confirm: false });
  say('window close', write, GROUP.holdfast, HOLDFAST.close, { activate: true });
  recorder.idle(board, 20);
}

/** Editions whose names and phases are long to examine, confirmed one after the other, until every journal has been erased for more. */
async function keepEditions(recorder, firmware, limits) {
  const zones = Math.min(ZONES_MOST, limits.arenaBytes / ZONE_BYTES);
  const texts = Array.from({ length: 4 }, (_, i) => ({
    ...{ epoch: i + 1, replaces: i || undefined, zones, letters: LONGEST_ID },
  }));
  const [first, ...others] = await Promise.all(texts.map((text) => compile(editionText(text))));
  const board = startBoard(firmware, first, { trialTicks: 0 });
  for (const image of others) {
    update(recorder, board, image, limits);
    recorder.slice(board, 'nothing', CHECKS_OF_A_TRIAL);
    openAnd(recorder, board, 'confirm', ask(write, GROUP.image, IMAGE.state, { confirm: true }));
    for (let i = 0; i < WINDOWS_MORE; i++)
      openAnd(recorder, board, 'erase', ask(write, GROUP.image, IMAGE.erase, {}));
  }
}

export function openAnd(recorder, board, kind, bytes) {
  recorder.exchange(board, 'window open', ask(write, GROUP.holdfast, HOLDFAST.open, { shared: true }));
  recorder.exchange(board, kind, bytes);
  recorder.exchange(board, 'window close', ask(write, GROUP.holdfast, HOLDFAST.close));
}

/** Parked by itself: a window on safe input; a trial that is overdue is given up. */
function changeByItself(recorder, firmware, { first, second, limits }) {
  const board = startBoard(firmware, first, { trialTicks: 3, windowPolicy: 'on-safe-input' });
  update(recorder, board, second, limits);
  for (const isParked of [false, true, false, true, false, true]) {
    board.park(isParked);
    for (let i = 0; i < 6; i++) {
      board.tick();
      recorder.slice(board, isParked ? 'the machine parks' : 'the machine moves');
    }
    recorder.idle(board, 300);
  }
}

/**
 * Everything, in every state of the device that changes what there is to do, in the build of an arena. Gives the recorder and the
 * interrupts' cycles.
 */
export async function measureService(arena = '128K') {
  const limits = BUILD_LIMITS[ARENAS[arena]];
  const requests = requestsOf(limits);
  const firmware = await buildFirmware('rp2040', ARENAS[arena]);
  const first = await compile(editionText({ epoch: 1, zones: 30 }));
  const second = await compile(editionText({ epoch: 4294967294, replaces: 1, zones: 31 }));
  const recorder = new Recorder();
  const board = startBoard(firmware, first);
  recorder.idle(board, 200);
  for (const [kind, bytes] of Object.entries(noises(requests['echo, longest text'])))
    recorder.exchange(board, kind, bytes);
  askEverything(recorder, board, requests);
  update(recorder, board, second, limits);
  recorder.exchange(board, 'window open', ask(write, GROUP.holdfast, HOLDFAST.open, { shared: true }));
  recorder.exchange(board, 'revert', ask(write, GROUP.holdfast, HOLDFAST.revert));
  recorder.exchange(board, 'window close', ask(write, GROUP.holdfast, HOLDFAST.close));
  update(recorder, board, second, limits);
  for (let i = 0; i < 3; i++) board.tick();
  askEverything(recorder, board, requests);
  board.park(false);
  recorder.exchange(board, 'open, refused', ask(write, GROUP.holdfast, HOLDFAST.open, { shared: true }));
  for (const bytes of randomRequests()) recorder.exchange(board, 'random requests', bytes);
  changeByItself(recorder, firmware, { first, second, limits });
  await keepEditions(recorder, firmware, limits);
  const segments = limits.arenaBytes < 16 * 1024 ? 64 : 128;
  const phased = startBoard(firmware, await compile(phasedLine({ segments, zones: 16 })));
  phased.park(false);
  askEverything(recorder, phased, requests);
  return {
    ...{ run: recorder.run, window: recorder.window, slices: recorder.slices },
    ...{ receiveInterrupt: board.receiveInterruptCycles(), tickInterrupt: board.tick() },
  };
}

/** The result that bench/run.mjs prints. */
export async function benchService() {
  const { run } = await measureService();
  const value = Math.max(...run.values());
  const baseline = GOAL_CYCLES;
  const name = 'service slice in RUN, worst';
  return [{ name, target: 'rp2040', value, unit: 'cycles', baseline, ratio: value / baseline }];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const print = (title, most) => {
    console.log(title);
    for (const [kind, cycles] of [...most].sort((a, b) => b[1] - a[1])) console.log(`  ${cycles}  ${kind}`);
  };
  for (const arena of ARENA_NAMES) {
    const { run, window, slices, receiveInterrupt, tickInterrupt } = await measureService(arena);
    print(`arena ${arena}: most cycles of a slice that begins in RUN, by what is asked`, run);
    print('most cycles of one in a window, waits for the flash chip apart', window);
    console.log(
      `${slices} slices; interrupts on top: ${receiveInterrupt} a byte received, ${tickInterrupt} a tick`,
    );
  }
}
