/** The C library's examples on emulated processors: they run to their end there, and print what they print on this computer. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readElf } from '../../host/firmware/elf.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder, MACHINES, SEMIHOSTED, tool } from '../support/library.ts';
import { writeStandIns } from '../support/stand-ins.ts';

const path = (name: string) => fileURLToPath(new URL(`library/${name}`, import.meta.url));
const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());
const [m0, , , , rv32] = MACHINES;

const LIBRARY = ['src/holdfast.c', 'src/holdfast_burned.c', 'examples/bare-metal/port.c'].map(folder.at);
const EXAMPLES = [
  {
    world: 'bare metal',
    sources: [folder.at('examples/bare-metal/main.c')],
    last: /^\d+: state \d, action \d/,
  },
  {
    world: 'FreeRTOS, on a stand-in for its scheduler',
    sources: [folder.at('examples/freertos/main.c'), path('scheduler.c')],
    last: /^boot 0, 200 checks, 200 covered$/,
  },
] as const;
const FLAGS = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', `-I${folder.at('src')}`];

describe.each(EXAMPLES)('$world', ({ sources, last }) => {
  const argv = [...FLAGS, writeStandIns(folder, 'freertos'), ...LIBRARY, ...sources];
  const program = folder.at('example');
  const printed = () => {
    execFileSync('gcc', ['-Og', ...argv, '-o', program]);
    return execFileSync(program, { encoding: 'utf8' });
  };

  test('prints on this computer what it should', () => {
    expect(printed().trimEnd().split('\n').at(-1)).toMatch(last);
  });

  test.each(['-Os', '-O2'])('on a Cortex-M0+, %s', (level) => {
    // Code in flash; what is printed stays in memory.
    const places = '-Wl,-e,main,-Ttext=0x10000100,-Tdata=0x20000000,--gc-sections';
    const more = ['--specs=nosys.specs', '-nostartfiles', places, path('console.c')];
    tool(m0, 'gcc', [...m0.flags, level, ...argv, ...more, '-o', program]);
    const bench = new Rp2040Bench(readElf(readFileSync(program)));
    expect(bench.call('main').result).toBe(0);
    bench.call('flush_console');
    const [used = 0] = bench.words(bench.addressOf('console_used'), 1);
    const console = Buffer.from(bench.memory(bench.addressOf('console'), used)).toString();
    expect(console).toBe(printed());
  });

  test.each(['-Os', '-O2'])('on RV32IMAC, %s', (level) => {
    const flags = rv32.flags.filter((flag) => flag !== '-ffreestanding');
    tool(rv32, 'gcc', [...flags, level, ...argv, ...SEMIHOSTED, '-o', program]);
    const quiet = ['-display', 'none', '-serial', 'null', '-monitor', 'none'];
    const ran = spawnSync(
      'qemu-system-riscv32',
      ['-machine', 'virt', '-bios', 'none', '-semihosting', ...quiet, '-kernel', program],
      { encoding: 'utf8', timeout: 120_000 },
    );
    // QEMU prints what a program prints beside its own words.
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: printed() });
  });
});
