/**
 * Cycles of slices in WINDOW, and of a start, on flash of large sectors whose journals are as bad as they come: full of records, all of the
 * edition in question, with torn ones in between, and nothing but torn ones at their end. The RP2040 in the emulator, as in
 * service-rp2040.mjs, with the geometry of another chip: sectors of 256 KiB, program unit 8, journals of two and three sectors.
 */
import { fileURLToPath } from 'node:url';
import { crc32c } from '../build/js/host/body/crc32c.js';
import { contentWith, stateRecord } from '../build/js/host/core/first-burn.js';
import { SimulatedFlash } from '../build/js/host/core/flash.js';
import { buildTarget } from '../build/js/host/firmware/build.js';
import { targetNamed } from '../build/js/host/firmware/targets.js';
import {
  AREA,
  GROUP,
  HOLDFAST,
  IMAGE,
  OPERATION,
  OUTCOME_MAGIC,
  OUTCOME_RECORD_AT,
  OUTCOME_RECORD_BYTES,
  STATE_RECORD_AT,
  STATE_RECORD_BYTES,
  TOKEN_MAGIC,
  TOKEN_RECORD_AT,
  TOKEN_RECORD_BYTES,
} from '../build/js/host/format.js';
import { deriveBurned, encodeBurned } from '../build/js/host/image/burned.js';
import { readEdition } from '../build/js/host/image/edition-file.js';
import { Rp2040Service } from '../build/js/sim/boards/rp2040-service.js';
import { ask, compile, editionText, openAnd, Recorder, update } from './service-rp2040.mjs';

const SECTOR_BYTES = 262_144;
const PROGRAM_BYTES = 8;
/** Every so many strides one is torn; at the end of the sector in use, so many are. */
const TORN_EVERY = 7;
const TORN_AT_THE_END = 100;
const CHECKS_OF_A_TRIAL = 100_000;
const CONFIRMED = 1;
const { write } = OPERATION;

function largeTarget(journalSectors) {
  const target = targetNamed('rp2040');
  const journal = journalSectors * SECTOR_BYTES;
  const areaBytes = [2 * SECTOR_BYTES, 2 * SECTOR_BYTES, journal, journal, journal];
  const geometry = { ...target.geometry, sectorBytes: SECTOR_BYTES, programBytes: PROGRAM_BYTES, areaBytes };
  return { ...target, geometry, flash: { ...target.flash, bytes: 0x100_0000 } };
}

function sealed(record, at) {
  record.writeUInt32LE(crc32c(record.subarray(0, at.checksum)), at.checksum);
  return record;
}

function tokenRecord(sequence) {
  const record = Buffer.alloc(TOKEN_RECORD_BYTES);
  record.writeUInt32LE(TOKEN_MAGIC, TOKEN_RECORD_AT.magic);
  record.writeUInt32LE(sequence, TOKEN_RECORD_AT.sequence);
  return sealed(record, TOKEN_RECORD_AT);
}

function outcomeRecord(sequence, edition) {
  const at = OUTCOME_RECORD_AT;
  const record = Buffer.alloc(OUTCOME_RECORD_BYTES);
  record.writeUInt32LE(OUTCOME_MAGIC, at.magic);
  record.writeUInt32LE(sequence, at.sequence);
  record.writeUInt32LE(CONFIRMED, at.outcome);
  record.writeUInt32LE(edition.epoch, at.epoch);
  record.set(edition.hash, at.hash);
  return sealed(record, at);
}

function stateRecordOf(sequence, edition) {
  const record = Buffer.from(stateRecord(edition));
  record.writeUInt32LE(sequence, STATE_RECORD_AT.sequence);
  return sealed(record, STATE_RECORD_AT);
}

/** Fills a journal with records, the newest in its last sector. */
function fill(journal, bytes, record) {
  const strides = journal.length / bytes;
  for (let i = 0; i < strides; i++) {
    const isTorn = (i % TORN_EVERY === TORN_EVERY - 1 && i > 0) || i >= strides - TORN_AT_THE_END;
    const stride = record(i + 1);
    // Its head whole and its end not: what costs most to tell from a record.
    if (isTorn) stride.fill(0, bytes - 4);
    journal.set(stride, i * bytes);
  }
}

/** Flash with full journals: `first` is confirmed, and `next` is what all outcomes are about. */
function worstFlash(geometry, first, next) {
  const content = contentWith(first, geometry);
  const area = (which) => {
    const start = geometry.areaBytes.slice(0, which).reduce((sum, bytes) => sum + bytes, 0);
    return content.subarray(start, start + geometry.areaBytes[which]);
  };
  fill(area(AREA.state), STATE_RECORD_BYTES, (sequence) => stateRecordOf(sequence, first));
  fill(area(AREA.tokens), TOKEN_RECORD_BYTES, tokenRecord);
  fill(area(AREA.outcome), OUTCOME_RECORD_BYTES, (sequence) => outcomeRecord(sequence, next));
  return new SimulatedFlash(geometry, content);
}

/** Flash with one record of the state, and else erased: what costs a start most, since every stride is looked at. */
function erasedFlash(geometry, first) {
  return new SimulatedFlash(geometry, contentWith(first, geometry));
}

async function startBoard(journalSectors, flashOf) {
  const target = largeTarget(journalSectors);
  const firmware = await buildTarget(target, {
    ...{ name: `rp2040-large-${journalSectors}`, loop: 'loop/main.c', defines: {} },
  });
  const [first, second, third] = await Promise.all(
    [1, 2, 3].map((epoch) => compile(editionText({ epoch, replaces: epoch - 1 || undefined, zones: 20 }))),
  );
  const flash = flashOf(target.geometry, readEdition(first), readEdition(second));
  const burned = encodeBurned({ ...deriveBurned(first, 'development'), trialTicks: 0 });
  const board = new Rp2040Service({ firmware, burned, flash });
  const reason = board.start();
  if (reason !== 0) throw new Error(`the board does not start: reason ${reason}`);
  return { board, second, third };
}

/** The cycles of a start with journals that are erased. */
export async function measureErased(journalSectors) {
  const { board } = await startBoard(journalSectors, erasedFlash);
  return board.startCycles;
}

/**
 * Windows, an update and its confirmation, and one that is gone back on and comes again. Gives the most cycles of a slice by what was
 * asked, how many slices that were, and the cycles of the start.
 */
export async function measureJournals({ journalSectors = 2, goesBack = true } = {}) {
  const { board, second, third } = await startBoard(journalSectors, worstFlash);
  const recorder = new Recorder();
  update(recorder, board, second);
  recorder.slice(board, 'nothing', CHECKS_OF_A_TRIAL);
  openAnd(recorder, board, 'confirm', ask(write, GROUP.image, IMAGE.state, { confirm: true }));
  if (goesBack) {
    update(recorder, board, third);
    openAnd(recorder, board, 'revert', ask(write, GROUP.holdfast, HOLDFAST.revert));
    update(recorder, board, third);
    openAnd(recorder, board, 'erase', ask(write, GROUP.image, IMAGE.erase, {}));
  }
  return {
    ...{ run: recorder.run, window: recorder.window, slices: recorder.slices },
    ...{ startCycles: board.startCycles, epoch: board.epoch() },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const journalSectors of [2, 3]) {
    const { run, window, slices, startCycles, epoch } = await measureJournals({ journalSectors });
    console.log(`sectors of 256 KiB, program unit 8, journals of ${journalSectors} sectors, full and torn`);
    console.log(`  ${Math.max(...run.values())}  the longest slice that begins in RUN`);
    for (const [kind, cycles] of [...window].sort((a, b) => b[1] - a[1]))
      console.log(`  ${cycles}  in a window, waits for the flash chip apart: ${kind}`);
    console.log(`  ${slices} slices; a start takes ${startCycles} cycles; epoch ${epoch} runs`);
    console.log(`  ${await measureErased(journalSectors)}  a start with erased journals`);
  }
}
