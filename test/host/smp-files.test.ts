/** Files and folders around a device: leases, ports, images in slots. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { wrapImage } from '../../host/image/container.ts';
import { imageBytesInSlot, loadEdition, readEdition } from '../../host/image/edition-file.ts';
import { dropLease, loadLease, saveLease } from '../../host/serial/lease-file.ts';
import { scanDevices } from '../../host/serial/ports.ts';
import { UNITS_NONE } from '../../host/source/model.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a lease', () => {
  const file = () => join(folder, 'holdfast', readdirSync(join(folder, 'holdfast'))[0] ?? '');

  test('is kept for its port until it is dropped', () => {
    saveLease('/dev/ttyACM0', 7);
    saveLease('/dev/ttyACM1', 9);
    expect([loadLease('/dev/ttyACM0'), loadLease('/dev/ttyACM1'), loadLease('/dev/ttyACM2')]).toEqual([
      7,
      9,
      null,
    ]);
    saveLease('/dev/ttyACM0', 8);
    dropLease('/dev/ttyACM1');
    dropLease('/dev/ttyACM1');
    expect([loadLease('/dev/ttyACM0'), loadLease('/dev/ttyACM1')]).toEqual([8, null]);
  });

  test('is one lease for a port and a link to it', () => {
    const port = join(folder, 'port');
    const link = join(folder, 'link');
    writeFileSync(port, '');
    symlinkSync(port, link);
    saveLease(link, 3);
    expect(loadLease(port)).toBe(3);
  });

  test('is readable by its user only', () => {
    saveLease('/dev/ttyACM0', 7);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'holdfast')).mode & 0o777).toBe(0o700);
  });

  test.each(['', '{', 'null', '[]', '{"token":"7"}', '{"token":1.5}'])('that says %j is none', (content) => {
    saveLease('/dev/ttyACM0', 7);
    writeFileSync(file(), content);
    expect(loadLease('/dev/ttyACM0')).toBeNull();
  });
});

test('ports are told by their names, where the system has no list', () => {
  const devices = join(folder, 'dev');
  mkdirSync(devices);
  for (const name of ['ttyUSB0', 'ttyACM1', 'tty0', 'ttyS0', 'null', 'rfcomm0'])
    writeFileSync(join(devices, name), '');
  const found = Object.fromEntries(
    scanDevices(devices).map((port) => [port.path.slice(devices.length + 1), port.kind]),
  );
  expect(found).toEqual({
    ttyUSB0: 'USB serial adapter',
    ttyACM1: 'USB device with a serial interface',
    ttyS0: 'built-in serial port',
    rfcomm0: 'Bluetooth serial port',
  });
  expect(scanDevices(join(folder, 'none'))).toEqual([]);
});

describe('an image', () => {
  const { image } = wrapImage(new Uint8Array(400), {
    map: 'rail',
    device: 'generic',
    epoch: 12,
    replaces: [],
    steps: [{ kind: 1, steps: 0 }],
    burn: {
      faultAction: 0,
      holdAction: 1,
      budgetLimit: 1,
      budgetBase: 0,
      costs: new Array<number>(8).fill(1),
    },
    units: UNITS_NONE,
  });
  const slotOf = (content: Uint8Array) => {
    const slot = new Uint8Array(4096).fill(0xff);
    slot.set(content);
    return async (offset: number, bytes: number) => slot.subarray(offset, offset + bytes);
  };

  test('in a slot says how long it is', async () => {
    expect(await imageBytesInSlot(0, slotOf(image))).toBe(image.length);
  });

  test.each([
    ['an erased slot', new Uint8Array(0)],
    ['something else', new Uint8Array(100)],
    ['a header that leads out of the slot', Uint8Array.from(image, (byte, at) => (at === 13 ? 0x7f : byte))],
  ])('is not found in %s', async (_, content) => {
    await expect(imageBytesInSlot(1, slotOf(content))).rejects.toMatchObject({
      code: 'NO_IMAGE',
      exitCode: 1,
    });
  });

  test('is read with its hash and epoch', () => {
    const edition = readEdition(image);
    expect(edition).toMatchObject({ epoch: 12, map: 'rail' });
    expect(edition.hash).toHaveLength(32);
  });

  test('that is not there is an error with its path', () => {
    const path = join(folder, 'none.img');
    expect(() => loadEdition(path)).toThrow(
      expect.objectContaining({
        code: 'IMAGE_UNREADABLE',
        exitCode: 2,
        message: expect.stringContaining(path),
      }),
    );
  });
});
