/**
 * Asks the riscv32 firmware's core whole batches of questions in QEMU: the C that firmware runs, compiled for RISC-V, on a memory
 * that was filled elsewhere. QEMU has no cycles, so this compares answers and measures nothing.
 *
 *     const core = await openImage(image, { build: 'device' });
 *     const bench = await Riscv32Bench.open();
 *     const questions = new Int32Array(count * QUESTION_WORDS);     phase, x, y, toX, toY of each; coordinates as stored
 *     const answers = await bench.answer(memoryOf(core), questions);
 *     answers.subarray(i * ANSWER_WORDS, (i + 1) * ANSWER_WORDS)    word of check, 9 words of verdict, 11 words of sweep
 *
 * The words of a verdict and of a sweep are those of docs/SPEC.md sections 3 and 3.1, as the core leaves them in its memory after
 * `verdict(check(phase, x, y), x, y)` and `sweep(phase, x, y, toX, toY)`. A batch starts QEMU once, a fifth of a second or so, and
 * answers a hundred thousand questions in about a second.
 */

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../../host/common/errors.ts';
import { writeSparse } from '../../host/controller/sparse-file.ts';
import type { Core } from '../../host/core/core.ts';
import { buildTarget, type Firmware } from '../../host/firmware/build.ts';
import { firmwarePieces } from '../../host/firmware/place.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { BEHIND_ARENA_BYTES } from '../../host/format.ts';
import { qemuSetup, startMachine } from './qemu.ts';

export const QUESTION_WORDS = 5;
export const VERDICT_WORDS = 9;
export const SWEEP_WORDS = 11;
export const ANSWER_WORDS = 1 + VERDICT_WORDS + SWEEP_WORDS;
/** Most questions of one batch. */
export const QUESTIONS_MAX = 400_000;

// Offsets in RAM; targets/riscv32/batch.c is told of them.
const COUNTS_AT = 0x20_0000;
const MEMORY_AT = 0x20_0100;
const QUESTIONS_AT = 0x30_0000;
const RAM_BYTES = 64 << 20;
/** QEMU places its description of the machine in the last of these. */
const RESERVED_BYTES = 4 << 20;
/** Far beyond what any batch takes. */
const ANSWER_MS_MAX = 240_000;

if (QUESTIONS_AT + QUESTIONS_MAX * 4 * (QUESTION_WORDS + ANSWER_WORDS) > RAM_BYTES - RESERVED_BYTES)
  throw new Error('the largest batch does not fit into RAM');

/** The memory of a core of the device build as `answer` takes it: everything up to the end of the arena. */
export function memoryOf(core: Core): Uint8Array {
  const arena = core.arena();
  return new Uint8Array(arena.buffer, 0, arena.byteOffset + arena.length + BEHIND_ARENA_BYTES);
}

/** What a core of the wasm answers to a batch, in the same words as `Riscv32Bench.answer`: equal bit for bit, or something is wrong. */
export function answerInWasm(core: Core, questions: Int32Array): Int32Array {
  const words = (name: string, count: number) =>
    new Int32Array(core.memory().buffer, core.globalOf(name).value, count);
  const [verdict, sweep] = [words('VERDICT', VERDICT_WORDS), words('SWEEP', SWEEP_WORDS)];
  const answers = new Int32Array((questions.length / QUESTION_WORDS) * ANSWER_WORDS);
  for (let asked = 0, at = 0; asked < questions.length; asked += QUESTION_WORDS, at += ANSWER_WORDS) {
    const [phase = 0, x = 0, y = 0, toX = 0] = questions.subarray(asked, asked + QUESTION_WORDS);
    const word = core.check(phase, x, y);
    core.verdict(word, x, y);
    core.sweep(phase, x, toX);
    answers[at] = word;
    answers.set(verdict, at + 1);
    answers.set(sweep, at + 1 + VERDICT_WORDS);
  }
  return answers;
}

export class Riscv32Bench {
  readonly #firmware: Firmware;

  private constructor(firmware: Firmware) {
    this.#firmware = firmware;
  }

  /** Builds the firmware unless it is there. Throws HoldfastError COMPILER_MISSING or COMPILER_FAILED. */
  static async open(): Promise<Riscv32Bench> {
    const target = targetNamed('riscv32');
    const { address } = target.ram;
    const defines = {
      BATCH_COUNTS: address + COUNTS_AT,
      BATCH_MEMORY: address + MEMORY_AT,
      BATCH_QUESTIONS: address + QUESTIONS_AT,
    };
    return new Riscv32Bench(
      await buildTarget(target, { name: 'riscv32-batch', loop: 'riscv32/batch.c', defines }),
    );
  }

  /**
   * Answers QUESTION_WORDS words a question with ANSWER_WORDS words each, in the order asked.
   * Throws RangeError for a memory or a batch of the wrong size, HoldfastError EMULATOR_MISSING or BATCH_FAILED.
   */
  async answer(memory: Uint8Array, questions: Int32Array): Promise<Int32Array> {
    const count = questions.length / QUESTION_WORDS;
    const memoryBytes = this.#firmware.elf.symbols.find(({ name }) => name === 'holdfast_memory')?.bytes;
    if (memory.length !== memoryBytes)
      throw new RangeError(`the memory has ${memory.length} bytes, not ${memoryBytes}`);
    if (!Number.isInteger(count) || count > QUESTIONS_MAX)
      throw new RangeError(`${questions.length} words are no batch`);
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-batch-'));
    try {
      const ram = join(folder, 'ram.bin');
      writeSparse(ram, RAM_BYTES, [
        { at: COUNTS_AT, bytes: bytesOf(Int32Array.of(count, 0)) },
        { at: MEMORY_AT, bytes: memory },
        { at: QUESTIONS_AT, bytes: bytesOf(questions) },
      ]);
      await this.#run(folder, ram);
      return answersIn(ram, count);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** From power-up to power-off; a reset, which is what a trap of the core ends in, ends it too. */
  async #run(folder: string, ram: string): Promise<void> {
    const flash = join(folder, 'flash.bin');
    const { target } = this.#firmware;
    const pieces = firmwarePieces(this.#firmware).map(({ address, bytes }) => ({
      at: address - target.flash.address,
      bytes,
    }));
    writeSparse(flash, target.flash.bytes, pieces);
    const machine = startMachine(
      { setup: qemuSetup(target), flash, ram, ramBytes: RAM_BYTES },
      ['ignore', 'ignore', 'pipe'],
      ['-no-reboot'],
    );
    let complaint = '';
    machine.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const timer = setTimeout(() => machine.kill('SIGKILL'), ANSWER_MS_MAX);
    const [code, signal] = await once(machine, 'close');
    clearTimeout(timer);
    if (code !== 0) throw failed(`QEMU ended with ${code ?? signal}: ${complaint.trim()}`);
  }
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function answersIn(ram: string, count: number): Int32Array {
  const file = readFileSync(ram);
  const given = file.readUInt32LE(COUNTS_AT + 4);
  if (given !== count) throw failed(`${given} of ${count} questions were answered, then the core stopped`);
  const start = QUESTIONS_AT + 4 * QUESTION_WORDS * count;
  return new Int32Array(
    file.buffer.slice(file.byteOffset + start, file.byteOffset + start + 4 * ANSWER_WORDS * count),
  );
}

function failed(what: string): HoldfastError {
  return new HoldfastError('BATCH_FAILED', what, { exitCode: 3 });
}
