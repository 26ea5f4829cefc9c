import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { crc32c } from '../../host/body/crc32c.ts';
import { openFlashFile } from '../../host/controller/flash-file.ts';
import { processMark } from '../../host/controller/running-mark.ts';
import { openStateFolder } from '../../host/controller/state-folder.ts';
import { burnFirstEdition } from '../../host/core/first-burn.ts';
import { createMemoryFlash, flashBytes, VIRTUAL_GEOMETRY } from '../../host/core/flash.ts';
import { AREA, STATE_MAGIC } from '../../host/format.ts';

const folders: string[] = [];
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-flash-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const unit = (fill: number) => new Uint8Array(256).fill(fill);

describe('flash', () => {
  test('is erased at first, holds what is programmed, and is erased by the sector', () => {
    const flash = createMemoryFlash();
    const destination = new Uint8Array(4);
    expect(flash.read(AREA.slotB, 4094, destination)).toBe(true);
    expect(destination).toEqual(Uint8Array.of(255, 255, 255, 255));
    expect(flash.program(AREA.slotB, 4096 - 256, unit(1))).toBe(true);
    expect(flash.program(AREA.slotB, 4096, unit(2))).toBe(true);
    flash.read(AREA.slotB, 4094, destination);
    expect(destination).toEqual(Uint8Array.of(1, 1, 2, 2));
    expect(flash.erase(AREA.slotB, 4096)).toBe(true);
    flash.read(AREA.slotB, 4094, destination);
    expect(destination).toEqual(Uint8Array.of(1, 1, 255, 255));
    expect(flash.counters).toEqual({ reads: 3, erases: 1, programs: 2, refused: 0 });
  });

  test('areas do not reach into each other', () => {
    const flash = createMemoryFlash();
    const last = VIRTUAL_GEOMETRY.areaBytes[AREA.state] - 256;
    expect(flash.program(AREA.state, last, unit(7))).toBe(true);
    const destination = new Uint8Array(256);
    flash.read(AREA.tokens, 0, destination);
    expect(destination.every((byte) => byte === 255)).toBe(true);
  });

  type Operation = (flash: ReturnType<typeof createMemoryFlash>) => boolean;
  const refused: [string, Operation][] = [
    ['an erase within a sector', (flash) => flash.erase(0, 256)],
    ['an erase beyond the area', (flash) => flash.erase(2, 8192)],
    ['an erase of no area', (flash) => flash.erase(5, 0)],
    ['a negative offset', (flash) => flash.erase(0, -4096)],
    ['a program that is not aligned', (flash) => flash.program(0, 8, unit(0))],
    ['a program of half a unit', (flash) => flash.program(0, 0, new Uint8Array(128))],
    ['a program of nothing', (flash) => flash.program(0, 0, new Uint8Array(0))],
    ['a program beyond the area', (flash) => flash.program(2, 8192 - 256, new Uint8Array(512))],
    ['a program over what is not erased', (flash) => flash.program(1, 256, unit(0))],
    ['a program half over what is not erased', (flash) => flash.program(1, 0, new Uint8Array(512))],
    ['a read beyond the area', (flash) => flash.read(0, 262_143, new Uint8Array(2))],
  ];
  test.each(refused)('refuses %s, and changes nothing', (_, operation) => {
    const flash = createMemoryFlash();
    flash.program(1, 256, unit(0xa5));
    expect(operation(flash)).toBe(false);
    expect(flash.counters.refused).toBe(1);
    const destination = new Uint8Array(768);
    flash.read(1, 0, destination);
    expect(destination).toEqual(
      Uint8Array.from({ length: 768 }, (_value, index) => (index >> 8 === 1 ? 0xa5 : 255)),
    );
  });
});

describe('flash in a file', () => {
  test('is there again after it was closed', () => {
    const path = join(temporaryFolder(), 'flash.bin');
    const first = openFlashFile(path, VIRTUAL_GEOMETRY);
    first.flash.program(AREA.tokens, 4096, unit(3));
    first.flash.program(AREA.slotA, 0, unit(4));
    first.flash.erase(AREA.slotA, 0);
    first.close();
    const second = openFlashFile(path, VIRTUAL_GEOMETRY);
    const destination = new Uint8Array(2);
    second.flash.read(AREA.tokens, 4351, destination);
    expect(destination).toEqual(Uint8Array.of(3, 255));
    second.flash.read(AREA.slotA, 0, destination);
    expect(destination).toEqual(Uint8Array.of(255, 255));
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    second.close();
  });

  test('every operation is in the file before it returns', () => {
    const path = join(temporaryFolder(), 'flash.bin');
    const { flash, close } = openFlashFile(path, VIRTUAL_GEOMETRY);
    flash.program(AREA.slotB, 512, unit(9));
    const at = VIRTUAL_GEOMETRY.areaBytes[0] + 512;
    expect(readFileSync(path).subarray(at - 1, at + 257)).toEqual(Buffer.from([255, ...unit(9), 255]));
    close();
  });

  test('of another size is refused with a remedy', () => {
    const path = join(temporaryFolder(), 'flash.bin');
    openFlashFile(path, VIRTUAL_GEOMETRY).close();
    truncateSync(path, flashBytes(VIRTUAL_GEOMETRY) - 1);
    expect(() => openFlashFile(path, VIRTUAL_GEOMETRY)).toThrow(
      expect.objectContaining({ code: 'FLASH_FILE_SIZE' }),
    );
  });
});

describe('the first edition', () => {
  const edition = { bytes: new Uint8Array(1000).fill(0x5a), epoch: 11, hash: new Uint8Array(32).fill(0x77) };

  test('stands in slot A, with a state record that confirms it', () => {
    const flash = createMemoryFlash();
    burnFirstEdition(flash, edition);
    const slot = new Uint8Array(1001);
    flash.read(AREA.slotA, 0, slot);
    expect(slot).toEqual(Uint8Array.of(...edition.bytes, 255));
    const record = Buffer.alloc(256);
    flash.read(AREA.state, 0, record);
    const words = [0, 4, 8, 12, 16, 20].map((at) => record.readUInt32LE(at));
    expect(words).toEqual([STATE_MAGIC, 1, 0, 0xffffffff, 0, 11]);
    expect(record.subarray(24, 56)).toEqual(Buffer.from(edition.hash));
    expect(record.readUInt32LE(124)).toBe(crc32c(record.subarray(0, 124)));
    expect(record.subarray(128).every((byte) => byte === 255)).toBe(true);
  });

  test('may not reach into the sector of the upload record', () => {
    const fits = { ...edition, bytes: new Uint8Array(262_144 - 4096) };
    expect(() => burnFirstEdition(createMemoryFlash(), fits)).not.toThrow();
    const above = { ...edition, bytes: new Uint8Array(262_144 - 4095) };
    expect(() => burnFirstEdition(createMemoryFlash(), above)).toThrow(
      expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }),
    );
  });

  test('is burned once: a state that exists stays as it is', async () => {
    const folder = join(temporaryFolder(), 'state');
    const burned = new Uint8Array(512).fill(1);
    const first = await openStateFolder(folder, async () => ({ burned, edition }));
    expect(first.isNew).toBe(true);
    first.close();
    const second = await openStateFolder(folder, () => {
      throw new Error('asked for content that is there');
    });
    expect(second.isNew).toBe(false);
    expect(Buffer.from(second.burned).equals(burned)).toBe(true);
    second.close();
  });

  test('is burned anew when that is asked for: as new firmware, with its configuration over the same flash', async () => {
    const folder = join(temporaryFolder(), 'state');
    const content = (byte: number) => async () => ({ burned: new Uint8Array(512).fill(byte), edition });
    (await openStateFolder(folder, content(1))).close();
    const before = readFileSync(join(folder, 'flash.bin'));
    const again = await openStateFolder(folder, content(2), undefined, { reflash: true });
    expect([again.isNew, again.isReflashed, again.burned[0]]).toEqual([false, true, 2]);
    expect(readFileSync(join(folder, 'flash.bin')).equals(before)).toBe(true);
    again.close();
    await expect(
      openStateFolder(folder, async () => null, undefined, { reflash: true }),
    ).rejects.toMatchObject({
      code: 'STATE_EMPTY',
    });
    (await openStateFolder(folder, content(3))).close();
  });

  test('is needed: without an image there is nothing to start with, and nothing is left behind', async () => {
    const folder = join(temporaryFolder(), 'state');
    await expect(openStateFolder(folder, async () => null)).rejects.toMatchObject({ code: 'STATE_EMPTY' });
    (await openStateFolder(folder, async () => ({ burned: new Uint8Array(512), edition }))).close();
  });
});

describe('a state folder', () => {
  const content = async () => ({
    burned: new Uint8Array(512),
    edition: { bytes: new Uint8Array(100), epoch: 1, hash: new Uint8Array(32) },
  });

  test('belongs to one controller at a time', async () => {
    const folder = temporaryFolder();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(join(folder, 'running'), processMark(other.pid ?? 0));
    await expect(openStateFolder(folder, content)).rejects.toMatchObject({ code: 'STATE_IN_USE' });
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await ended;
    (await openStateFolder(folder, content)).close();
  });

  test('is free again when the number of its process is used by another', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'running'), `${process.pid} 1\n`);
    (await openStateFolder(folder, content)).close();
  });
});
