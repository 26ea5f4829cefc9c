/** Programs in assembly and in C, as the vendor's GCC builds them for these tests. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Elf, readElf } from '../../../host/firmware/elf.ts';
import type { temporaryFolder } from '../../support/command.ts';

type Folder = ReturnType<typeof temporaryFolder>;

const MACHINE = ['-mcpu=cortex-m0plus', '-mthumb', '-nostdlib', '-nostartfiles', '-Wl,-Ttext=0x20000000'];
const PLACES = ['-Wl,-Tdata=0x20010000', '-Wl,-e,0x20000000', '-Wl,--no-warn-rwx-segments'];

/** Links a program; the file lies in the folder under its name. */
export function build(folder: Folder, name: string, source: string, more: readonly string[] = []): string {
  const path = folder.at(name);
  writeFileSync(path, source);
  const elf = `${path}.elf`;
  execFileSync('arm-none-eabi-gcc', [...MACHINE, ...PLACES, ...more, path, '-o', elf, '-lgcc'], {
    stdio: 'pipe',
  });
  return elf;
}

/** `function NAME` begins a function, `end NAME` ends it. */
function withFunctions(lines: string, more: readonly string[]): string {
  const functions = lines.replace(/^ *function (\w+)$/gm, (_, symbol: string) =>
    [`.global ${symbol}`, `.type ${symbol}, %function`, ...more, `${symbol}:`].join('\n'),
  );
  return functions.replace(/^ *end (\w+)$/gm, '.size $1, . - $1');
}

/** Assembly of RV32 with what every file begins with. */
export function assembledRiscv(folder: Folder, name: string, lines: string, machine: string): Elf {
  const text = `.option norelax\n.text\n${withFunctions(lines, [])}\n`;
  return readElf(readFileSync(buildRiscv(folder, `${name}.s`, text, [`-march=${machine}`])));
}

/** Links a program of RV32; the file lies in the folder under its name. */
export function buildRiscv(folder: Folder, name: string, source: string, more: readonly string[]): string {
  const path = folder.at(name);
  writeFileSync(path, source);
  const elf = `${path}.elf`;
  const machine = ['-mabi=ilp32', '-nostdlib', '-nostartfiles', '-Wl,-Ttext=0x20000000'];
  execFileSync('riscv64-unknown-elf-gcc', [...machine, ...PLACES, ...more, path, '-o', elf, '-lgcc'], {
    stdio: 'pipe',
  });
  return elf;
}

/** Assembly with what every file begins with. */
export function assembled(folder: Folder, name: string, lines: string): Elf {
  const text = withFunctions(lines, ['.thumb_func']);
  return readElf(
    readFileSync(build(folder, `${name}.s`, `.syntax unified\n.cpu cortex-m0plus\n.thumb\n.text\n${text}\n`)),
  );
}
