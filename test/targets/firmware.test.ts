/** Firmware of the targets: what it is made of, that its check answers as the wasm does in constant cycles, and the files to flash. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { geometryBytes, sectorBytesOf } from '../../host/core/geometry.ts';
import { buildFirmware, buildTarget, refuseFlash, refuseStack } from '../../host/firmware/build.ts';
import { readElf } from '../../host/firmware/elf.ts';
import { toBinary, toElf, toHexFile, toUf2 } from '../../host/firmware/formats.ts';
import { cheapen } from '../../host/firmware/generate.ts';
import { firmwarePieces, placeEdition } from '../../host/firmware/place.ts';
import { boot2Checksum, codeSums } from '../../host/firmware/seal.ts';
import { worstStackBytes } from '../../host/firmware/stack.ts';
import { flashRange, type Target } from '../../host/firmware/target-file.ts';
import { AREA } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { compileEdition } from '../support/editions.ts';
import { Random, seedFor } from '../support/random.ts';

const firmware = await buildFirmware('rp2040');
const riscv32 = await buildFirmware('riscv32');
const image = await compileEdition({ epoch: 1, limit: 80, zones: 300 });
const edition = readEdition(image);
const burned = encodeBurned(deriveBurned(image, 'development'));
const FLASH = firmware.target.flash.address;

const BUILT = [
  { firmware, inFlash: ['boot2', 'start'] },
  { firmware: riscv32, inFlash: ['start'] },
];

describe.each(BUILT)('the firmware of $firmware.target.name', ({ firmware: one, inFlash }) => {
  const { from, to } = flashRange(one.target);

  test('fits: RAM with its stack, and flash below the burned block', () => {
    expect(one.sizes.ramBytes).toBeLessThanOrEqual(one.target.ram.bytes);
    expect(one.sizes.stackBytes).toBeGreaterThan(0);
    expect(one.sizes.stackBytes).toBeLessThanOrEqual(one.target.stack.bytes);
    expect(one.sizes.flashBytes).toBeLessThanOrEqual(one.target.flash.burnedOffset);
  });

  test('nothing but the start lies in flash', () => {
    const functions = one.elf.symbols.filter(
      ({ isFunction, address }) => isFunction && address >= from && address < to,
    );
    expect(functions.map(({ name }) => name).sort()).toEqual(inFlash);
    expect(one.elf.addressOf('holdfast_check')).toBeGreaterThanOrEqual(one.elf.addressOf('run_begin'));
  });

  test('a function or a constant in flash ends the build', () => {
    const { symbols, sections } = one.elf;
    const helper = { name: 'memcpy', address: from + 0x800, bytes: 64, isFunction: true, isThumb: true };
    const place = { address: from + 0x800, bytes: 64, isWritable: false, isExecutable: false };
    const table = { name: '.rodata', ...place };
    expect(() => refuseFlash({ symbols, sections }, one.target)).not.toThrow();
    expect(() => refuseFlash({ symbols: [...symbols, helper], sections }, one.target)).toThrow(/memcpy/);
    expect(() => refuseFlash({ symbols, sections: [...sections, table] }, one.target)).toThrow(/rodata/);
  });

  test('a stack that does not hold the worst case ends the build', () => {
    const { bytes } = one.target.stack;
    expect(() => refuseStack({ stackBytes: bytes }, one.target)).not.toThrow();
    expect(() => refuseStack({ stackBytes: bytes + 1 }, one.target)).toThrow(/needs \d+ bytes of stack/);
  });

  test('its C says of flash what the host places there', () => {
    const at = one.elf.addressOf('port_geometry');
    const segment = one.elf.segments.find(
      ({ virtual, bytes }) => at >= virtual && at < virtual + bytes.length,
    );
    const bytes = Buffer.from(segment?.bytes ?? []).subarray(at - (segment?.virtual ?? 0));
    const said = geometryBytes(one.target.geometry);
    expect(bytes.subarray(0, said.length)).toEqual(Buffer.from(said));
  });
});

describe('the firmware of the RP2040', () => {
  test('the boot code carries the checksum that the ROM asks for', () => {
    const [boot2] = firmwarePieces(firmware);
    expect(boot2?.bytes.length).toBe(256);
    const bytes = Buffer.from(boot2?.bytes ?? []);
    expect(bytes.readUInt32LE(252)).toBe(boot2Checksum(bytes.subarray(0, 252)));
    // The check value of CRC-32/MPEG-2.
    expect(boot2Checksum(Buffer.from('123456789'))).toBe(0x0376_e6e7);
  });

  test('the sums of the code are those of what is copied to SRAM', () => {
    const { elf } = firmware;
    const bytesFrom = (name: string) => {
      const at = elf.addressOf(name);
      const segment = elf.segments.find(({ virtual, bytes }) => at >= virtual && at < virtual + bytes.length);
      return Buffer.from(segment?.bytes ?? []).subarray(at - (segment?.virtual ?? 0));
    };
    const code = bytesFrom('run_begin').subarray(0, elf.addressOf('run_end') - elf.addressOf('run_begin'));
    const sums = bytesFrom('run_sums');
    expect([sums.readUInt32LE(0), sums.readUInt32LE(4)]).toEqual(codeSums(code));
    expect(codeSums(Uint8Array.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]))).toEqual([0, 1]);
  });

  test('check answers as the wasm does, and takes the same cycles for every input', async () => {
    const core = await openImage(image, { build: 'device' });
    const bench = new Rp2040Bench(firmware.elf);
    const bytes = 0x5000 + core.arena().length;
    bench
      .memory(bench.addressOf('holdfast_memory'), bytes)
      .set(new Uint8Array(core.arena().buffer, 0, bytes));
    const random = new Random(seedFor('firmware', 6));
    const cycles = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      const phase = i % 8 === 0 ? random.below(4) : 0;
      const x = i % 4 === 0 ? random.next() | 0 : random.between(-5, 400_000);
      const answer = bench.call('holdfast_check', phase, x, 0);
      expect(answer.result).toBe(core.check(phase, x));
      cycles.add(answer.cycles);
    }
    expect([...cycles]).toHaveLength(1);
  });
});

describe('files to flash', () => {
  const pieces = placeEdition(firmware, burned, edition);
  const binary = toBinary(pieces, FLASH);

  test('binary: burned block and edition at their places', () => {
    expect(binary.subarray(0x3f000, 0x3f200)).toEqual(Uint8Array.from(burned));
    expect(Buffer.from(binary.subarray(0x40000, 0x40000 + image.length)).equals(image)).toBe(true);
  });

  test('UF2: the same bytes, a page a block', () => {
    const file = Buffer.from(toUf2(pieces, firmware.target.uf2Family ?? 0));
    const blocks = file.length / 512;
    for (let i = 0; i < blocks; i++) {
      const block = file.subarray(i * 512, (i + 1) * 512);
      expect([block.readUInt32LE(0), block.readUInt32LE(4), block.readUInt32LE(508)]).toEqual([
        0x0a32_4655, 0x9e5d_5157, 0x0ab1_6f30,
      ]);
      expect([block.readUInt32LE(8), block.readUInt32LE(16)]).toEqual([0x2000, 256]);
      expect([block.readUInt32LE(20), block.readUInt32LE(24)]).toEqual([i, blocks]);
      expect(block.readUInt32LE(28)).toBe(firmware.target.uf2Family);
      const at = block.readUInt32LE(12) - FLASH;
      const length = Math.min(256, binary.length - at);
      expect(block.subarray(32, 32 + length).equals(binary.subarray(at, at + length))).toBe(true);
    }
  });

  test('HEX: every record sums to 0, the data is the same', () => {
    const content = new Uint8Array(binary.length).fill(0xff);
    let high = 0;
    for (const line of toHexFile(pieces).trim().split('\n')) {
      const bytes = Buffer.from(line.slice(1), 'hex');
      expect(bytes.reduce((sum, byte) => sum + byte, 0) & 0xff).toBe(0);
      const data = bytes.subarray(4, -1);
      if (bytes[3] === 4) high = data.readUInt16BE(0);
      if (bytes[3] === 0) content.set(data, high * 0x1_0000 + bytes.readUInt16BE(1) - FLASH);
    }
    expect(Buffer.from(content).equals(binary)).toBe(true);
  });

  test('ELF: the added segments are loaded where they belong', () => {
    const elf = readElf(toElf(firmware.file, pieces.slice(firmwarePieces(firmware).length)));
    const at = (address: number) => elf.segments.find(({ physical }) => physical === address)?.bytes;
    expect(Buffer.from(at(FLASH + 0x3f000) ?? []).equals(burned)).toBe(true);
    expect(
      Buffer.from(at(FLASH + 0x40000) ?? [])
        .subarray(0, image.length)
        .equals(image),
    ).toBe(true);
  });
});

describe('files to flash, riscv32', () => {
  const from = riscv32.target.flash.address;
  const pieces = placeEdition(riscv32, burned, edition);

  test('burned block and edition at their places, areas of whole sectors', () => {
    const binary = toBinary(pieces, from);
    expect(binary.subarray(0x3f000, 0x3f200)).toEqual(Uint8Array.from(burned));
    expect(Buffer.from(binary.subarray(0x40000, 0x40000 + image.length)).equals(image)).toBe(true);
    expect(binary.length % sectorBytesOf(riscv32.target.geometry, AREA.slotA)).toBe(0);
    const elf = readElf(toElf(riscv32.file, pieces.slice(firmwarePieces(riscv32).length)));
    const slotA = elf.segments.find(({ physical }) => physical === from + 0x40000)?.bytes ?? [];
    expect(Buffer.from(slotA).subarray(0, image.length).equals(image)).toBe(true);
  });

  test('UF2 is refused by name, the others are written', async () => {
    const folder = temporaryFolder('firmware');
    try {
      writeFileSync(folder.at('a.img'), image);
      const argv = ['firmware', 'riscv32', '--development', '--image', folder.at('a.img'), '-o'];
      expect(await holdfast([...argv, folder.at('a.uf2')])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('riscv32 does not take UF2'),
      });
      for (const ending of ['elf', 'hex', 'bin'])
        expect(await holdfast([...argv, folder.at(`a.${ending}`)])).toMatchObject({ code: 0 });
    } finally {
      folder.remove();
    }
  });
});

describe('what the pipeline refuses', () => {
  test('generated C that is not as expected', () => {
    const PLACES = {
      ...{ geometry: 0x40, burned: 0x80, verdict: 0x2d0, sweep: 0x340 },
      ...{ arena: 0x5000, arenaBytes: 131072, lineSteps: 14, planeSteps: 15, compact: false },
    };
    expect(() => cheapen('nothing', PLACES)).toThrow(/0 walks/);
    expect(() => cheapen('nothing', { ...PLACES, planeSteps: 0 })).toThrow(
      /no function that receives a byte/,
    );
    expect(() => cheapen('i32_load_default32(&instance->w2c_memory, strange);', PLACES)).toThrow(
      /another form/,
    );
  });

  test('a compiler that is not there, or has no C library: both say which packages bring them', async () => {
    const variant = { name: 'riscv32-incomplete', loop: 'loop/main.c', defines: {} };
    const incomplete = (compiler: Partial<Target['compiler']>) =>
      buildTarget({ ...riscv32.target, compiler: { ...riscv32.target.compiler, ...compiler } }, variant);
    const remedy = expect.stringContaining('picolibc-riscv64-unknown-elf');
    await expect(incomplete({ command: 'no-such-gcc' })).rejects.toMatchObject({
      code: 'COMPILER_MISSING',
      remedy,
    });
    const machine = [...riscv32.target.compiler.machine, '--specs=no-such-library.specs'];
    await expect(incomplete({ machine })).rejects.toMatchObject({
      code: 'COMPILER_FAILED',
      remedy,
    });
  });

  test('a stack without a bound', () => {
    const node = (name: string, frame: string) => `node: { title: "${name}" label: "${name}\\n${frame}" }\n`;
    const edge = (from: string, to: string) => `edge: { sourcename: "${from}" targetname: "${to}" }\n`;
    const graph = node('a', '8 bytes (static)') + node('b', '16 bytes (static)') + edge('a', 'b');
    expect(worstStackBytes(graph, 'a', ['b'], 36)).toBe(8 + 16 + 36 + 16);
    expect(() => worstStackBytes(graph + edge('b', 'a'), 'a', ['b'], 36)).toThrow(/cycle/);
    expect(() => worstStackBytes(node('a', '8 bytes (dynamic)'), 'a', ['a'], 36)).toThrow(
      /without a fixed size/,
    );
  });
});
