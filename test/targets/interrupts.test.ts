/**
 * What holds interrupts back puts them back as they were: every port and every example, run in the emulators, with interrupts on before
 * and with them off. Off before stays off; on before is on again, and what was asked for in between comes then.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RP2040 } from 'rp2040js';
import { afterAll, describe, expect, test } from 'vitest';
import { readElf } from '../../host/firmware/elf.ts';
import { targetHeader } from '../../host/firmware/target-header.ts';
import { targetNamed } from '../../host/firmware/targets.ts';
import { ARDUINO, libraryFolder, MACHINES, type Machine, tool } from '../support/library.ts';

const TARGETS = fileURLToPath(new URL('../../targets/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('library/interrupts.c', import.meta.url));

const SRAM = 0x2000_0000;
const STACK_TOP = 0x2004_2000;
const RETURN_TO = 0x2004_0000;
const VECTORS = 0x2003_0000;
const HANDLER = 0x2003_8000;
const IRQ = 3;
const NOP = 0xbf00;
const BRANCH_TO_ITSELF = 0xe7fe;
const STEPS_MAX = 1000;
const QEMU_MS_MAX = 30_000;

const folder = await libraryFolder();
afterAll(() => folder.remove());
writeFileSync(folder.at('Arduino.h'), ARDUINO);

const machineNamed = (name: string) => MACHINES.find((each) => each.name === name) as Machine;
const ARM = machineNamed('Cortex-M0+');
const RISCV = machineNamed('RV32IMAC');
/** As the firmware is compiled; its C library is for the headers, and none is linked. */
const RISCV_FLAGS = [...targetNamed('riscv32').compiler.machine, '-mcmodel=medany'];
const RISCV_LINKED = RISCV_FLAGS.filter((flag) => !flag.startsWith('--specs'));

interface Port {
  readonly name: string;
  readonly function: string;
  /** Compiles the file that has the function into an object. */
  readonly compile: (machine: Machine, flags: readonly string[], object: string) => void;
}

/** A board's port, which needs what the board's file says. */
function boardPort(name: string, header: string): Port {
  const include = folder.at(`target-${name}`);
  mkdirSync(include, { recursive: true });
  writeFileSync(`${include}/target.h`, header);
  const paths = [include, `${TARGETS}common`, `${TARGETS}loop`, `${TARGETS}${name}`].map(
    (each) => `-I${each}`,
  );
  const compile = (machine: Machine, flags: readonly string[], object: string) =>
    tool(machine, 'gcc', [...flags, '-std=gnu11', ...paths, '-c', `${TARGETS}${name}/port.c`, '-o', object]);
  return { name: `targets/${name}/port.c`, function: 'port_interrupts', compile };
}

/** The template is no board; what it lacks is taken from one. */
const PORTS = {
  rp2040: boardPort('rp2040', targetHeader(targetNamed('rp2040'))),
  template: boardPort('template', targetHeader(targetNamed('rp2040'))),
  riscv32: boardPort('riscv32', targetHeader(targetNamed('riscv32'))),
  sketch: {
    name: 'examples/loop/loop.ino',
    function: 'holdfast_port_interrupts',
    compile: (machine, flags, object) =>
      tool(machine, 'g++', [
        ...[...flags, '-x', 'c++', '-std=gnu++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'],
        ...['-include', folder.at('Arduino.h'), `-I${folder.at('src')}`],
        ...['-c', folder.at('examples/loop/loop.ino'), '-o', object],
      ]),
  },
} satisfies Record<string, Port>;

const SECTIONS = ['-Os', '-ffunction-sections', '-fdata-sections'];
const LINKED = ['-nostdlib', '-Wl,--gc-sections', '-Wl,--build-id=none'];

/** The processor of the RP2040 with nothing but the function, in SRAM. */
function cortexM(port: Port) {
  const object = folder.at('port.o');
  const program = folder.at('port.elf');
  port.compile(ARM, [...ARM.flags, ...SECTIONS], object);
  tool(ARM, 'gcc', [
    ...[...ARM.flags, ...LINKED, `-Wl,-e,${port.function}`, `-Wl,-Ttext=0x${SRAM.toString(16)}`],
    ...[object, '-o', program],
  ]);
  const elf = readElf(new Uint8Array(readFileSync(program)));
  const chip = new RP2040();
  for (const { virtual, bytes } of elf.segments) if (virtual >= SRAM) chip.sram.set(bytes, virtual - SRAM);
  chip.core.VTOR = VECTORS;
  chip.writeUint32(VECTORS + 4 * (16 + IRQ), HANDLER | 1);
  chip.writeUint16(HANDLER, BRANCH_TO_ITSELF);
  for (let at = 0; at < 16; at += 2) chip.writeUint16(RETURN_TO + at, NOP);
  chip.core.enabledInterrupts = 1 << IRQ;
  // The emulator keeps the lowest bit of the vector.
  const isHandled = () => (chip.core.PC & ~1) === HANDLER;
  const step = () => {
    if (chip.core.interruptsUpdated) chip.core.checkForInterrupts();
    chip.core.executeInstruction();
  };
  const call = (pass: number) => {
    chip.core.SP = STACK_TOP;
    chip.core.LR = RETURN_TO | 1;
    chip.core.PC = elf.addressOf(port.function);
    chip.core.registers[0] = pass;
    for (let left = STEPS_MAX; chip.core.PC < RETURN_TO && !isHandled() && left > 0; left--) step();
  };
  const rest = () => {
    for (let left = 4; left > 0 && !isHandled(); left--) step();
    return isHandled();
  };
  return { chip, call, rest };
}

/** As the program for QEMU says it. */
function onCortexM(port: Port, areOn: boolean): string {
  const { chip, call, rest } = cortexM(port);
  const now = () => (chip.core.PM ? 'off' : 'on');
  chip.core.PM = !areOn;
  const before = now();
  call(0);
  const between = now();
  chip.setInterrupt(IRQ, true);
  const early = rest();
  call(1);
  const after = now();
  return `${before} ${between} ${after} ${early ? 'taken in between' : rest() ? 'taken after' : 'not taken'}`;
}

function onRiscv(port: Port): string[] {
  const [object, program] = [folder.at('port.o'), folder.at('port.elf')];
  port.compile(RISCV, [...RISCV_FLAGS, ...SECTIONS], object);
  tool(RISCV, 'gcc', [
    ...[
      ...RISCV_LINKED,
      ...SECTIONS,
      ...LINKED,
      '-std=gnu11',
      '-ffreestanding',
      `-DPORT_INTERRUPTS=${port.function}`,
    ],
    ...['-Wl,--section-start=.start=0x80000000', '-Wl,-Ttext=0x80001000', '-Wl,-e,start'],
    ...['-Wl,--defsym=stack_top=0x80100000', PROGRAM, object, '-o', program],
  ]);
  const machine = [
    '-machine',
    'virt',
    '-bios',
    'none',
    '-display',
    'none',
    '-monitor',
    'none',
    '-net',
    'none',
  ];
  const printed = execFileSync(
    'qemu-system-riscv32',
    [...machine, '-serial', 'stdio', '-no-reboot', '-kernel', program],
    { encoding: 'utf8', timeout: QEMU_MS_MAX, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return printed.trim().split(/\r?\n/);
}

const ON = 'on off on taken after';
const OFF = 'off off off not taken';

describe('on a Cortex-M, in rp2040js', () => {
  test.each([PORTS.rp2040, PORTS.template, PORTS.sketch])('$name', (port) => {
    expect([onCortexM(port, true), onCortexM(port, false)]).toEqual([ON, OFF]);
  });
});

describe('on RISC-V, in QEMU', () => {
  test.each([PORTS.riscv32, PORTS.sketch])('$name', (port) => {
    expect(onRiscv(port)).toEqual([ON, OFF, ON]);
  });
});

test('one that lets them in whatever was before is found', () => {
  const file = folder.at('careless.c');
  writeFileSync(
    file,
    'void careless(unsigned);\nvoid careless(unsigned pass) { if (pass) __asm__("cpsie i"); else __asm__("cpsid i"); }\n',
  );
  const careless: Port = {
    name: 'careless',
    function: 'careless',
    compile: (machine, flags, object) => tool(machine, 'gcc', [...flags, '-c', file, '-o', object]),
  };
  expect(onCortexM(careless, true)).toBe(ON);
  expect(onCortexM(careless, false)).not.toBe(OFF);
});
