/** The C library as its user compiles and links it, run on an emulated Cortex-M0+ and RV32: the example's port, and a first edition. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readElf } from '../../host/firmware/elf.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { compileEdition } from '../support/editions.ts';
import { clang, libraryFolder, MACHINES, type Machine, SEMIHOSTED, tool } from '../support/library.ts';

const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());

const SOURCES = [
  ...['src/holdfast_burned.c', 'examples/bare-metal/port.c'].map(folder.at),
  fileURLToPath(new URL('library/burn.c', import.meta.url)),
];
const LEVELS = ['-Os', '-O2'];
const COMPILERS = ['gcc', 'clang'] as const;

const COMPILED = LEVELS.flatMap((level) => COMPILERS.map((compiler) => ({ level, compiler })));

/** The core, as the one or the other compiles it. */
function core(machine: Machine, { level, compiler }: (typeof COMPILED)[number]): string {
  const source = folder.at('src/holdfast.c');
  if (compiler === 'gcc') return source;
  const object = folder.at(`${machine.name}${level}.o`);
  // As the C libraries here are compiled.
  const enums = machine.tools.startsWith('arm') ? ['-fshort-enums'] : [];
  clang(machine, ['-std=c11', level, ...enums, `-I${folder.at('src')}`, '-c', source, '-o', object]);
  return object;
}

/** Links everything for a machine, and gives the file's path. */
function link(machine: Machine, compiled: (typeof COMPILED)[number], more: readonly string[]): string {
  const output = folder.at(`${machine.name}.elf`);
  const flags = machine.flags.filter((flag) => flag !== '-ffreestanding');
  const files = [core(machine, compiled), ...SOURCES, ...more];
  tool(machine, 'gcc', [
    ...flags,
    compiled.level,
    '-std=c11',
    `-I${folder.at('src')}`,
    ...files,
    '-o',
    output,
  ]);
  return output;
}

describe('a first edition is burned once, admitted and answered', () => {
  test.each(COMPILED)('on a Cortex-M0+, $level, $compiler', (compiled) => {
    const [machine] = MACHINES;
    // Code in flash: what the core compiles to at -O2 leaves no room for a stack beside the port's flash in SRAM.
    const places = [
      '--specs=nosys.specs',
      '-nostartfiles',
      '-Wl,-e,main,-Ttext=0x10000100,-Tdata=0x20000000,--gc-sections',
    ];
    const elf = readElf(readFileSync(link(machine, compiled, places)));
    expect(new Rp2040Bench(elf).call('main').result).toBe(0);
  });

  test.each(COMPILED)('on RV32IMAC, $level, $compiler', (compiled) => {
    const machine = MACHINES[4];
    const elf = link(machine, compiled, SEMIHOSTED);
    const quiet = ['-display', 'none', '-serial', 'null', '-monitor', 'none'];
    const { status } = spawnSync(
      'qemu-system-riscv32',
      ['-machine', 'virt', '-bios', 'none', '-semihosting', ...quiet, '-kernel', elf],
      { timeout: 120_000 },
    );
    expect(status).toBe(0);
  });
});
