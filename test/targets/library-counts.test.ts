/**
 * The C library's check takes the same number of instructions for every input of a map, compiled by GCC and by clang, on each processor
 * that QEMU has; on a Cortex-M0+ the same number of cycles, in the emulator that counts them. And it answers as the wasm does.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { type Elf, readElf } from '../../host/firmware/elf.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { memoryOf, QUESTION_WORDS } from '../../sim/boards/riscv32-bench.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { compileText } from '../support/compile.ts';
import { clang, libraryFolder, MACHINES, type Machine, SEMIHOSTED, tool } from '../support/library.ts';
import { randomMap } from '../support/maps.ts';
import { randomQuestions } from '../support/questions.ts';
import { Random, seedFor } from '../support/random.ts';

const folder = await libraryFolder();
afterAll(() => folder.remove());

const QUESTIONS = 400;
/** Before the return of the first call that count.c counts. */
const NOPS = 64;
/** The second one is a return. */
const EMPTY_CALL = 1;
/** QEMU's clock goes on by 2^10 ns an instruction, so that a counter of 20 MHz tells them apart. */
const CLOCK = ['-icount', 'shift=10'];
const QUIET = ['-display', 'none', '-serial', 'null', '-monitor', 'none', '-semihosting'];
const TEST_MS_MAX = 240_000;
/** A board that has not answered by then never will. */
const ANSWER_MS_MAX = 60_000;

/** QEMU's machine, where code, data and the stack lie in it, and where questions are loaded. */
interface Board {
  readonly emulator: readonly string[];
  readonly places: readonly string[];
  readonly askedAt: number;
}

const hex = (address: number): string => `0x${address.toString(16)}`;
const BARE = ['--specs=nosys.specs', '-nostartfiles'];
const armBoard = (machine: string, code: number, data: number): Board => ({
  emulator: ['qemu-system-arm', '-machine', machine],
  places: [
    ...BARE,
    `-Wl,-e,start,--section-start=.vectors=${hex(code)},-Ttext=${hex(code + 0x400)},-Tdata=${hex(data)}`,
    `-DSTACK_TOP=${data + 0x10_0000}`,
  ],
  askedAt: data + 0x20_0000,
});
const BOARDS: Readonly<Partial<Record<Machine['name'], Board>>> = {
  'Cortex-M4F': armBoard('mps2-an386', 0, 0x2000_0000),
  'Cortex-M7': armBoard('mps2-an500', 0, 0x2000_0000),
  'Cortex-M33': armBoard('mps2-an505', 0x1000_0000, 0x3800_0000),
  RV32IMAC: {
    emulator: ['qemu-system-riscv32', '-machine', 'virt', '-bios', 'none'],
    // By that version of the specification counters are part of the base.
    places: [...SEMIHOSTED, '-misa-spec=2.2'],
    askedAt: 0x8080_0000,
  },
};

/** Cycles on a Cortex-M0+, else instructions, of a level of a tree. */
const PER_LEVEL: Readonly<Record<Machine['name'], number>> = {
  'Cortex-M0+': 5,
  'Cortex-M4F': 3,
  'Cortex-M7': 3,
  'Cortex-M33': 3,
  RV32IMAC: 6,
};

const COMPILERS = ['gcc', 'clang'] as const;
/**
 * At which levels each processor is asked; the core takes a while to compile, so some at one only. A linker shortens what is compiled for
 * RV32 with relaxation, and must find nothing to shorten without.
 */
const LEVELS: Readonly<Record<Machine['name'], readonly string[]>> = {
  'Cortex-M0+': ['-Os', '-O2'],
  'Cortex-M4F': ['-Os', '-O2'],
  'Cortex-M7': ['-Os'],
  'Cortex-M33': ['-Os'],
  RV32IMAC: ['-Os -mrelax', '-O2 -mno-relax'],
};
const CASES = MACHINES.flatMap((machine) =>
  LEVELS[machine.name].flatMap((level) =>
    COMPILERS.map((compiler) => ({ name: machine.name, machine, level, compiler })),
  ),
);
type Case = (typeof CASES)[number];

interface Subject {
  readonly name: string;
  readonly lookup: 'tree' | 'directory';
  /** Of the only tree; 0 with phases. */
  readonly levels: number;
  readonly memory: Uint8Array;
  /** Phase, x and the word that the wasm answers. */
  readonly asked: readonly (readonly [number, number, number])[];
}

/** Lines and maps with phases, by trees and by directories. */
async function subjects(): Promise<Subject[]> {
  const random = new Random(seedFor('library-counts', 12));
  const list: Subject[] = [];
  for (const { segments, period } of [
    { segments: 16, period: 1 },
    { segments: 300, period: 1 },
    { segments: 40, period: 9 },
  ]) {
    const { source } = randomMap(random, { segments, zones: 9, overlaps: false, period });
    for (const lookup of ['tree', 'directory'] as const) {
      const image = await compileText(source, { lookup });
      const core = await openImage(image, { build: 'device' });
      const words = randomQuestions(random, image, QUESTIONS);
      const asked = Array.from({ length: QUESTIONS }, (_, index): [number, number, number] => {
        const [phase = 0, x = 0] = words.subarray(index * QUESTION_WORDS);
        return [phase >>> 0, x, core.check(phase, x) >>> 0];
      });
      const name = `${segments} segments, ${period} phases, ${lookup}`;
      const { windows } = readPartition(image);
      const levels = period === 1 ? Math.ceil(Math.log2(windows[0]?.cells.length ?? 0)) : 0;
      list.push({ name, lookup, levels, memory: memoryOf(core), asked });
    }
  }
  return list;
}
const SUBJECTS = await subjects();

/** The library's core as a compiler makes it, linked with what asks it. */
function link({ machine, level, compiler }: Case, more: readonly string[]): string {
  const output = folder.at(`${machine.name}.elf`);
  const source = folder.at('src/holdfast.c');
  const object = folder.at('core.o');
  const flags = machine.flags.filter((flag) => flag !== '-ffreestanding');
  const argv = ['-std=gnu11', ...level.split(' '), `-I${folder.at('src')}`];
  if (compiler === 'gcc') tool(machine, 'gcc', [...machine.flags, ...argv, '-c', source, '-o', object]);
  else {
    const enums = machine.tools.startsWith('arm') ? ['-fshort-enums'] : [];
    clang(machine, [...argv, ...enums, '-c', source, '-o', object]);
  }
  const port = folder.at('examples/bare-metal/port.c');
  tool(machine, 'gcc', [...flags, ...argv, object, port, ...more, '-o', output]);
  return output;
}

/** What the board counts for each question: instructions of the call, its return included. */
function instructions(board: Board, elf: string, { memory, asked }: Subject): number[] {
  const file = folder.at('asked.bin');
  const words = Uint32Array.from([asked.length, memory.length]);
  writeFileSync(file, Buffer.concat([words, memory, Uint32Array.from(asked.flat())].map(bytesOf)));
  const [emulator = '', ...machine] = board.emulator;
  const loader = `loader,file=${file},addr=${board.askedAt},force-raw=on`;
  const argv = [...machine, ...CLOCK, ...QUIET, '-kernel', elf, '-device', loader];
  const printed = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1', emulator, ...argv], {
    encoding: 'utf8',
    timeout: ANSWER_MS_MAX,
  });
  expect(printed).toMatch(/^([0-9a-f]{8}\n)+$/);
  const [nops = 0, empty = 0, ...counts] = printed
    .trim()
    .split('\n')
    .map((digits) => Number.parseInt(digits, 16));
  expect(counts).toHaveLength(asked.length);
  return counts.map((count) => Math.round(((count - empty) * NOPS) / (nops - empty)) + EMPTY_CALL);
}

function bytesOf(words: Uint8Array | Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

test.each(CASES)(
  '$name, $compiler $level: check takes one number for each map',
  (compiled) => {
    const board = BOARDS[compiled.name];
    const perLevel = PER_LEVEL[compiled.name];
    const countsOf = board === undefined ? cyclesOf(compiled) : instructionsOf(compiled, board);
    const counted = SUBJECTS.map((subject) => {
      const counts = [...new Set(countsOf(subject))];
      expect(counts, subject.name).toHaveLength(1);
      return { ...subject, count: counts[0] ?? 0 };
    });
    console.log(`${compiled.name}, ${compiled.compiler} ${compiled.level}:`);
    for (const { name, count } of counted) console.log(`  ${name}: ${count}`);
    const [small, large] = counted.filter(({ lookup, levels }) => lookup === 'tree' && levels > 0);
    if (small === undefined || large === undefined)
      throw new Error('no two lines that are searched by trees');
    expect(large.levels).toBeGreaterThan(small.levels);
    expect(large.count - small.count).toBe(perLevel * (large.levels - small.levels));
  },
  TEST_MS_MAX,
);

test.each(COMPILERS)(
  '%s compiles it for a Cortex-M23, which has the instructions of a Cortex-M0+',
  (compiler) => {
    const [m0] = MACHINES;
    const flags = ['-std=c11', '-Os', '-mthumb', '-mcpu=cortex-m23', `-I${folder.at('src')}`, '-c'];
    const argv = [...flags, folder.at('src/holdfast.c'), '-o', folder.at('m23.o')];
    if (compiler === 'gcc') tool(m0, 'gcc', argv);
    else execFileSync('clang', ['--target=thumbv8m.base-none-eabi', '-ffreestanding', ...argv]);
    const code = tool(m0, 'objdump', [
      '-d',
      '--no-show-raw-insn',
      '--disassemble=holdfast_check',
      folder.at('m23.o'),
    ]);
    expect(code).toMatch(/\tlsls\t.*\n.*\tldr\t.*\n.*\tcmp\t.*\n.*\tadcs\t/);
  },
  TEST_MS_MAX,
);

/** Cycles on the RP2040 of each question, call and return included. */
function cyclesOf(compiled: Case): (subject: Subject) => number[] {
  const places = '-Wl,-e,holdfast_check,-Ttext=0x10000100,-Tdata=0x20000000';
  const elf: Elf = readElf(readFileSync(link(compiled, [...BARE, places])));
  return ({ memory, asked }) => {
    const bench = new Rp2040Bench(elf);
    bench.memory(bench.addressOf('holdfast_memory'), memory.length).set(memory);
    return asked.map(([phase, x, word]) => {
      const { result, cycles } = bench.call('holdfast_check', phase, x);
      expect(result).toBe(word);
      return cycles;
    });
  };
}

/** Instructions of each question on a board of QEMU, return included. */
function instructionsOf(compiled: Case, board: Board): (subject: Subject) => number[] {
  const program = fileURLToPath(new URL('library/count.c', import.meta.url));
  const elf = link(compiled, [...board.places, `-DCOUNT_AT=${board.askedAt}`, program]);
  return (subject) => instructions(board, elf, subject);
}
