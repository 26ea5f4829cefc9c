/** A new board as targets/template/README.md describes it, in a copy of the package: nothing but its own folder is touched. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUILD_NAMES } from '../../host/common/arenas.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const root = temporaryFolder('new-board');
const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });

beforeAll(() => {
  for (const part of ['package.json', 'dist', 'build/js', 'targets', 'docs', 'host/firmware'])
    cpSync(`${PACKAGE}${part}`, root.at(part), { recursive: true });
  for (const build of BUILD_NAMES) cpSync(`${PACKAGE}build/${build}.wasm`, root.at(`build/${build}.wasm`));
  symlinkSync(`${PACKAGE}node_modules`, root.at('node_modules'));
  writeFileSync(root.at('first.img'), first);
});
afterAll(() => root.remove());

/** Runs a script of the copied package there; gives what it printed, or throws what it complained of. */
function node(...argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { cwd: root.path }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

const holdfast = (...argv: readonly string[]) => node('dist/holdfast.cjs', ...argv);

/** Step 1. */
function copyTemplate(name: string): string {
  cpSync(root.at('targets/template'), root.at(`targets/${name}`), { recursive: true });
  return root.at(`targets/${name}`);
}

/** Sizes as `firmware --json` prints them; the build itself refuses what lies in flash, or does not fit. */
async function build(name: string): Promise<{ flashBytes: number; ramBytes: number; stackBytes: number }> {
  const output = `${name}.bin`;
  return JSON.parse(
    await holdfast('firmware', name, '--image', 'first.img', '--development', '-o', output, '--json'),
  );
}

test('the template is no board; its copy is one, and builds before anything of it is written', async () => {
  expect(await holdfast('firmware', '--help')).toContain('Boards: microbit, riscv32, rp2040.');
  const folder = copyTemplate('mine');
  expect(await holdfast('firmware', '--help')).toContain('Boards: microbit, mine, riscv32, rp2040.');
  expect(await holdfast('controller', '--help')).not.toContain('mine');
  const sizes = await build('mine');
  const { flash, ram, stack } = JSON.parse(readFileSync(`${folder}/target.json`, 'utf8'));
  expect(sizes.ramBytes).toBeLessThanOrEqual(Number(ram.bytes));
  expect(sizes.stackBytes).toBeLessThanOrEqual(Number(stack.bytes));
  expect(sizes.flashBytes).toBeLessThanOrEqual(Number(flash.burnedOffset));
  const binary = readFileSync(root.at('mine.bin'));
  const areas = Number(flash.areasOffset);
  expect(binary.subarray(areas, areas + first.length).equals(first)).toBe(true);
});

/** QEMU's virt machine with other numbers than those of `riscv32`, whose files do for it: everything that C, linker and host read. */
const SMALL = {
  board: 'QEMU’s `virt` machine with 4 MiB',
  compiler: JSON.parse(readFileSync(`${PACKAGE}targets/riscv32/target.json`, 'utf8')).compiler,
  sources: ['../riscv32/start.S', '../riscv32/port.c', '../riscv32/flash.c'],
  linkerScript: 'firmware.ld',
  flash: {
    address: '0x20000000',
    bytes: '0x2000000',
    sectorBytes: '0x40000',
    programBytes: 128,
    erasedByte: '0xff',
    burnedOffset: '0x7f000',
    areasOffset: '0x80000',
    areaBytes: {
      slotA: '0x80000',
      slotB: '0x80000',
      state: '0x80000',
      tokens: '0xc0000',
      outcome: '0x80000',
    },
  },
  ram: { address: '0x80000000', bytes: '0xc0000' },
  stack: { address: '0x800c0000', bytes: '0x8000' },
  startsInFlash: { functions: ['start'], sections: ['.start'] },
  interrupts: { functions: ['trap_interrupt'], exceptionBytes: 0 },
  clocks: { counterHz: 10_000_000, uartHz: 3_686_400 },
  line: { baud: 9600 },
  pins: { safeInput: '0x803ff010', lamp: '0x803ff020' },
  emulator: {
    kind: 'qemu',
    command: 'qemu-system-riscv32',
    packages: ['qemu-system-misc'],
    machine: 'virt',
    arguments: ['-bios', 'none'],
    pflashUnit: 0,
    ramBytes: '0x400000',
    parkedWord: '0x5afe5afe',
  },
};

describe('a board that differs from another in numbers', () => {
  let controller: ChildProcess | null = null;

  beforeAll(() => {
    const folder = copyTemplate('small');
    writeFileSync(`${folder}/target.json`, JSON.stringify(SMALL));
    for (const file of ['start.c', 'port.c', 'flash.c', 'README.md']) rmSync(`${folder}/${file}`);
  });
  afterAll(async () => {
    if (controller === null || controller.exitCode !== null) return;
    controller.kill('SIGTERM');
    await once(controller, 'exit');
  });

  test('builds, and is in the tables of the docs', async () => {
    expect(readdirSync(root.at('targets/small')).sort()).toEqual(['firmware.ld', 'target.json']);
    await build('small');
    await node('host/firmware/write-docs.mjs');
    expect(readFileSync(root.at('docs/targets.md'), 'utf8')).toContain(`| \`small\` | ${SMALL.board} | QEMU`);
  });

  test('starts in its emulator, answers, and takes an edition while it is parked', async () => {
    controller = spawn(
      process.execPath,
      [
        ...['dist/holdfast.cjs', 'controller', '--target', 'small'],
        ...['--image', 'first.img', '--development', '--state', 'state', '--link', 'port'],
      ],
      { cwd: root.path, stdio: 'ignore' },
    );
    await expect.poll(() => existsSync(root.at('port')), { timeout: 60_000 }).toBe(true);
    const device = new Device(new SmpClient(await openSerialTransport({ path: root.at('port') })));
    const status = () => device.status().catch(() => null);
    await expect.poll(status, { timeout: 60_000 }).toMatchObject({ mode: 'run', epoch: 1, parked: false });
    expect((await device.check({ x: 500 })).limit).toBe(80);
    writeFileSync(root.at('state/safe-input'), 'parked\n');
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({ parked: true });
    await device.openWindow();
    await push(device, readEdition(second));
    const slotB = Number(SMALL.flash.areasOffset) + Number(SMALL.flash.areaBytes.slotA);
    const chip = readFileSync(root.at('state/flash.bin'));
    expect(chip.subarray(slotB, slotB + second.length).equals(second)).toBe(true);
    await device.closeWindow();
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({ mode: 'run', epoch: 2 });
    expect((await device.check({ x: 500 })).limit).toBe(40);
    await device.close();
  });
});
