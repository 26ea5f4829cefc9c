/** The line of the emulated RP2040 at 115,200 baud while its flash chip is as slow as its datasheet allows. */

import { describe, expect, test } from 'vitest';
import { createMemoryFlash, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { AREA, BUILD_LIMITS, GROUP, IMAGE, OPERATION, OS } from '../../host/format.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { uploadFields } from '../../host/serial/device.ts';
import { encodeFrame, FrameDecoder } from '../../host/serial/framing.ts';
import { push } from '../../host/serial/push.ts';
import { decodeMessage, encodeMessage } from '../../host/serial/smp.ts';
import { FLASH_TIMES } from '../../sim/boards/flash-chip.ts';
import { Rp2040Line, type Rp2040LineOptions } from '../../sim/boards/rp2040-line.ts';
import { compileEdition } from '../support/editions.ts';

const firmware = await buildFirmware('rp2040');
const first = await compileEdition({ epoch: 1, limit: 80, zones: 20 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 40 });
const SLOWEST = FLASH_TIMES.slowest;
const ERASE_MS = SLOWEST.eraseNanoseconds / 1e6;
/** Longest time that the client waits for a piece after the first. */
const PIECE_TIMEOUT_MS = 2500;
const BYTES_A_MS = 115.2 / 10;
/** With these an echo is about the largest message that the device takes. */
const ECHO_CHARACTERS = 2000;
const TURNS_MAX = 5000;
const { areaBytes, sectorBytes } = VIRTUAL_GEOMETRY;
/** Of an offset of an area, from the start of all areas. */
const placeOf = (area: number, offset: number) =>
  areaBytes.slice(0, area).reduce((sum, bytes) => sum + bytes, offset);
const LINE_END = Uint8Array.of(0x0a);

/** An echo of so many characters, as it goes over the line. */
function echo(characters: number, sequence: number): Uint8Array {
  const header = { version: 1, operation: OPERATION.write, group: GROUP.os, sequence, id: OS.echo };
  return encodeFrame(encodeMessage(header, { d: 'x'.repeat(characters) }));
}

/** A board with the slowest chip, whose slot B begins with old bytes that an upload has to erase. */
function powerUp(watch: Rp2040LineOptions = {}): Rp2040Line {
  const flash = createMemoryFlash();
  flash.program(AREA.slotB, 0, new Uint8Array(sectorBytes));
  return new Rp2040Line(firmware, first, 'paced', { ...watch, flash, flashTimes: SLOWEST });
}

/** A board whose chip erases a sector, because an upload was begun over old bytes; its client, and the answers that come. */
async function whileErasing() {
  const line = powerUp();
  const device = line.device();
  const { token } = await device.openWindow();
  const decoder = new FrameDecoder();
  const answers: Uint8Array[] = [];
  line.onData((bytes) => answers.push(...decoder.push(bytes)));
  const { bytes, hash } = readEdition(second);
  const piece = { offset: 0, data: bytes.subarray(0, 64), begin: { imageBytes: bytes.length, hash } };
  const header = {
    version: 1,
    operation: OPERATION.write,
    group: GROUP.image,
    sequence: 200,
    id: IMAGE.upload,
  };
  line.board.send(encodeFrame(encodeMessage(header, uploadFields(piece, token))));
  for (let turn = 0; line.board.flashOperation()?.kind !== 'erase'; turn++) {
    if (turn === TURNS_MAX) throw new Error('nothing is erased');
    line.run(0.1);
  }
  return { line, answers };
}

describe('the longest blocking operation', () => {
  test('an update with the chip at its slowest: no byte lost, and every answer in time', async () => {
    let longest = { kind: 'none', nanoseconds: 0 };
    let since = 0;
    let offset = -1;
    const erased: number[] = [];
    const line = powerUp({
      onLook: (chip) => {
        const operation = chip.flashOperation();
        if (operation === null || operation.offset !== offset) {
          since = chip.nanos();
          if (operation?.kind === 'erase') erased.push(operation.offset);
        }
        offset = operation?.offset ?? -1;
        const nanoseconds = chip.nanos() - since;
        if (operation !== null && nanoseconds > longest.nanoseconds)
          longest = { kind: operation.kind, nanoseconds };
      },
    });
    const device = line.device();
    await device.openWindow();
    const waits: number[] = [];
    let askedMs = line.nowMs();
    await push(device, readEdition(second), {
      onProgress: () => {
        waits.push(line.nowMs() - askedMs);
        askedMs = line.nowMs();
      },
    });
    await device.closeWindow();
    line.run(20);
    expect(longest.kind).toBe('erase');
    expect(longest.nanoseconds / 1e6).toBeGreaterThan(0.99 * ERASE_MS);
    expect(longest.nanoseconds / 1e6).toBeLessThanOrEqual(ERASE_MS);
    // The pieces of the image; that they are read back takes no piece.
    expect(waits.length).toBeGreaterThan(2);
    expect(waits[0]).toBeGreaterThan(ERASE_MS);
    expect(Math.max(...waits.slice(1))).toBeLessThan(PIECE_TIMEOUT_MS);
    expect(line.board.lostBytes).toBe(0);
    expect(await device.counters()).toMatchObject({ lost: 0, crc: 0, base64: 0, long: 0 });
    expect(await device.status()).toMatchObject({ epoch: 2, trial: true });
    const { erases, refused } = line.flash.counters;
    expect(refused).toBe(0);
    // No window was ever opened, so no token is known, and all that the journal of tokens holds goes. Of the slot its record's sector goes
    // first, so that an erase that is cut leaves nothing to resume, and then that of the image: whether they read as erased or not, since
    // what power cut may read so today and not tomorrow.
    expect(erased).toEqual([
      placeOf(AREA.tokens, 0),
      placeOf(AREA.slotB, areaBytes[AREA.slotB] - sectorBytes),
      placeOf(AREA.slotB, 0),
    ]);
    expect(erases).toBe(erased.length);
    console.log(`longest blocking operation: ${longest.kind}, ${Math.round(longest.nanoseconds / 1e6)} ms`);
  });

  test('the largest request comes while it erases: every byte waits in the ring, both are answered', async () => {
    const { line, answers } = await whileErasing();
    const request = echo(ECHO_CHARACTERS, 77);
    expect(request.length).toBeGreaterThan(2700);
    expect(request.length).toBeLessThan(BUILD_LIMITS.device.receiveBytes);
    expect(request.length / BYTES_A_MS).toBeLessThan(ERASE_MS);
    line.board.send(request);
    line.run(3 * ERASE_MS);
    await line.write(LINE_END);
    expect(answers.map((message) => decodeMessage(message).header.sequence)).toEqual([200, 77]);
    expect(line.board.lostBytes).toBe(0);
    expect(await line.device().counters()).toMatchObject({ lost: 0, crc: 0, base64: 0, long: 0 });
  });

  test('more than the ring holds, by a client that does not wait: received, counted as lost, and the line goes on', async () => {
    const { line } = await whileErasing();
    const request = echo(ECHO_CHARACTERS, 78);
    for (let sent = 0; sent < ERASE_MS * BYTES_A_MS; sent += request.length) line.board.send(request);
    line.run(3 * ERASE_MS);
    await line.drainInput();
    const device = line.device();
    const { lost } = await device.counters();
    expect(lost).toBeGreaterThan(0);
    // The interrupt took every byte from the receiver; it is the ring that was full.
    expect(line.board.lostBytes).toBe(0);
    expect(await device.echo('again')).toBe('again');
    expect((await device.counters()).lost).toBe(lost);
  });
});
