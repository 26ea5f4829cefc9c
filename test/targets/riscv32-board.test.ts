/** The riscv32 firmware in QEMU as a process that can be killed: what becomes of its emulator, its flash and its safe input. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandPath } from '../../host/common/root.ts';
import { type ControllerProcess, startController } from '../../host/controller/process.ts';
import { isAlive, processMark } from '../../host/controller/running-mark.ts';
import { setSafeInput } from '../../host/controller/safe-input.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { SmpClient } from '../../host/serial/client.ts';
import { Device } from '../../host/serial/device.ts';
import { push } from '../../host/serial/push.ts';
import { openSerialTransport } from '../../host/serial/transport-serialport.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';

const firmware = await buildFirmware('riscv32');
const first = await compileEdition({ epoch: 1, limit: 80 });
const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40 });

let folder: ReturnType<typeof temporaryFolder>;
let running: ControllerProcess[];

async function start(target = 'riscv32'): Promise<ControllerProcess> {
  const controller = await startController({
    state: folder.at('state'),
    image: folder.at('first.img'),
    target,
  });
  running.push(controller);
  return controller;
}

async function deviceOn({ port }: ControllerProcess): Promise<Device> {
  return new Device(new SmpClient(await openSerialTransport({ path: port })));
}

const emulatorMark = () => readFileSync(folder.at('state/emulator'), 'utf8');

beforeEach(() => {
  folder = temporaryFolder('riscv32');
  running = [];
  writeFileSync(folder.at('first.img'), first);
});

afterEach(async () => {
  for (const controller of running) await controller.end();
  folder.remove();
});

test('killed, it takes its emulator with it; ended, it leaves flash, burned block and safe input', async () => {
  const controller = await start();
  const mark = emulatorMark();
  expect(isAlive(mark)).toBe(true);
  await controller.kill();
  await expect.poll(() => isAlive(mark), { timeout: 10_000 }).toBe(false);
  const again = await start();
  await again.end();
  expect(existsSync(folder.at('state/emulator'))).toBe(false);
  expect(existsSync(folder.at('state/ram.bin'))).toBe(false);
});

test('an emulator that outlived its controller is ended before the next one gets the flash', async () => {
  await (await start()).end();
  const orphan: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const ended = once(orphan, 'exit');
  writeFileSync(folder.at('state/emulator'), processMark(orphan.pid ?? 0));
  await start();
  expect(await ended).toEqual([null, 'SIGKILL']);
});

test('when the emulator dies, so does the controller, and says so', async () => {
  const child = spawn(process.execPath, [
    ...[commandPath(), 'controller', '--development', '--target', 'riscv32'],
    ...['--state', folder.at('state'), '--image', folder.at('first.img')],
  ]);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await expect.poll(() => said, { timeout: 60_000 }).toContain('state: ');
  process.kill(Number.parseInt(emulatorMark(), 10), 'SIGKILL');
  expect(await once(child, 'close')).toEqual([3, null]);
  expect(said).toContain('EMULATOR_ENDED');
});

test('the word that stands for the pin: absent or moving is not parked, and a window ends with it', async () => {
  const controller = await start();
  const device = await deviceOn(controller);
  rmSync(controller.safeInput, { force: true });
  await expect(device.openWindow()).rejects.toMatchObject({ code: 'NOT_PARKED' });
  setSafeInput(controller.safeInput, 'parked');
  await expect.poll(async () => (await device.status()).parked, { timeout: 5000 }).toBe(true);
  await device.openWindow();
  setSafeInput(controller.safeInput, 'moving');
  await expect.poll(async () => (await device.status()).mode, { timeout: 5000 }).toBe('run');
  await device.close();
});

test('what the firmware programs is in the file at once', async () => {
  const controller = await start();
  setSafeInput(controller.safeInput, 'parked');
  const device = await deviceOn(controller);
  await expect.poll(async () => (await device.status()).parked, { timeout: 5000 }).toBe(true);
  await device.openWindow();
  await push(device, readEdition(second));
  const { areasOffset, areaBytes } = firmware.target.flash;
  const slotB = areasOffset + areaBytes.slotA;
  const chip = readFileSync(folder.at('state/flash.bin'));
  expect(chip.subarray(slotB, slotB + second.length).equals(second)).toBe(true);
  expect(await device.counters()).toMatchObject({ lost: 0, crc: 0 });
  await device.close();
});

test('a state folder of another target is refused', async () => {
  await (await start('virtual')).end();
  const argv = ['controller', '--target', 'riscv32', '--state', folder.at('state')];
  expect(await holdfast(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining('FLASH_FILE_SIZE') });
});

test('without QEMU it says which package brings it', async () => {
  const argv = [
    'controller',
    '--development',
    '--target',
    'riscv32',
    '--state',
    folder.at('state'),
    '--image',
    folder.at('first.img'),
  ];
  expect(await holdfast(argv, { env: { PATH: folder.path } })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/EMULATOR_MISSING[\s\S]*qemu-system-misc/),
  });
});
