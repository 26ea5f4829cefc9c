/** The C library as its user compiles and links it, run on an emulated Cortex-M0+ and RV32: the example's port, and a first edition. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { Rp2040Bench } from '../../host/controller/targets/rp2040-bench.ts';
import { readElf } from '../../host/firmware/elf.ts';
import { compileEdition } from '../support/editions.ts';
import { libraryFolder, MACHINES, tool } from '../support/library.ts';

const folder = await libraryFolder(await compileEdition({ epoch: 7, limit: 80 }));
afterAll(() => folder.remove());

const SOURCES = [
  ...['src/holdfast.c', 'src/holdfast_burned.c', 'examples/bare-metal/port.c'].map(folder.at),
  fileURLToPath(new URL('library/burn.c', import.meta.url)),
];
const LEVELS = ['-Os', '-O2'];

/** Links everything for a machine, and gives the file's path. */
function link(machine: (typeof MACHINES)[number], level: string, more: readonly string[]): string {
  const output = folder.at(`${machine.name}${level}.elf`);
  const flags = machine.flags.filter((flag) => flag !== '-ffreestanding');
  const argv = [...flags, level, '-std=c11', `-I${folder.at('src')}`, ...SOURCES, ...more, '-o', output];
  tool(machine, 'gcc', argv);
  return output;
}

describe('a first edition is burned once, admitted and answered', () => {
  test.each(LEVELS)('on a Cortex-M0+, %s', (level) => {
    const [machine] = MACHINES;
    const inSram = ['--specs=nosys.specs', '-nostartfiles', '-Wl,-e,main,-Ttext=0x20000000,--gc-sections'];
    const elf = readElf(readFileSync(link(machine, level, inSram)));
    expect(new Rp2040Bench(elf).call('main').result).toBe(0);
  });

  test.each(LEVELS)('on RV32IMAC, %s', (level) => {
    const machine = MACHINES[4];
    const places = ['__flash=0x80000000', '__flash_size=0x200000', '__ram=0x80200000', '__ram_size=0x400000'];
    const elf = link(machine, level, [
      ...['--specs=picolibc.specs', '--oslib=semihost', '--crt0=hosted'],
      ...places.map((place) => `-Wl,--defsym=${place}`),
    ]);
    const quiet = ['-display', 'none', '-serial', 'null', '-monitor', 'none'];
    const { status } = spawnSync(
      'qemu-system-riscv32',
      ['-machine', 'virt', '-bios', 'none', '-semihosting', ...quiet, '-kernel', elf],
      { timeout: 120_000 },
    );
    expect(status).toBe(0);
  });
});
