/**
 * How the RP2040 reads its flash: what the registers of its controller make of a read, which way the firmware chooses with each chip, and
 * that this way is back after the chip was written.
 */
import { Simulator } from 'rp2040js';
import { describe, expect, test } from 'vitest';
import { createMemoryFlash } from '../../host/core/flash.ts';
import { buildFirmware } from '../../host/firmware/build.ts';
import { readEdition } from '../../host/image/edition-file.ts';
import { push } from '../../host/serial/push.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { attachFlash } from '../../sim/boards/attach-flash.ts';
import { FLASH_PARTS, type FlashPart } from '../../sim/boards/flash-chip.ts';
import { Rp2040Bench } from '../../sim/boards/rp2040-bench.ts';
import { START_MS } from '../../sim/boards/rp2040-board.ts';
import { Rp2040Line } from '../../sim/boards/rp2040-line.ts';
import { startFromRom } from '../../sim/boards/rp2040-rom.ts';
import { compileEdition } from '../support/editions.ts';

const SSI = 0x1800_0000;
const REGISTERS = {
  control: 0x00,
  frames: 0x04,
  on: 0x08,
  divider: 0x14,
  delay: 0xf0,
  format: 0xf4,
} as const;
type Registers = Partial<Record<keyof typeof REGISTERS, number>>;

const ONE_LINE = 0x001f_0300;
const TWO_LINES = 0x003f_0300;
const FOUR_LINES = 0x005f_0300;
/** Eight bits of a command and 24 of an address, both on one line. */
const format = (command: number, waitClocks = 8) => (command << 24) | (waitClocks << 11) | 0x218;
const PLAIN = { control: ONE_LINE, format: format(0x03, 0), divider: 4 };
const DUAL = { control: TWO_LINES, format: format(0x3b), divider: 2, delay: 1 };
const QUAD = { control: FOUR_LINES, format: format(0x6b), divider: 2, delay: 1 };

const FLASH = 0x1000_0000;
const PAST_CACHE = 0x1300_0000;
const WORD = 0x1234_5678;

/** A chip whose flash begins with WORD, behind a controller that nobody has set up. */
function attached(part: FlashPart) {
  const { rp2040: chip } = new Simulator();
  chip.flashView.setUint32(0, WORD, true);
  const options = { flash: createMemoryFlash(), areasOffset: 0x4_0000, whileBusy: () => {}, part };
  const { ssi, memory } = attachFlash(chip, options);
  const write = (registers: Registers) => {
    for (const [name, value] of Object.entries(registers))
      chip.writeUint32(SSI + REGISTERS[name as keyof typeof REGISTERS], value >>> 0);
  };
  const setUp = (registers: Registers) => {
    write({ on: 0, delay: 0, frames: 0, ...registers });
    write({ on: 1 });
  };
  const reads = () => [FLASH, PAST_CACHE].map((address) => chip.readUint32(address) === WORD);
  return { ssi, memory, write, setUp, reads };
}

describe('a read costs what the registers say', () => {
  test.each([
    ['03h, one line, / 4', PLAIN, 4 * (8 + 24 + 32 + 4)],
    ['03h, one line, / 6', { ...PLAIN, divider: 6 }, 6 * (8 + 24 + 32 + 4)],
    ['an odd divider is the even one below', { ...PLAIN, divider: 5 }, 4 * (8 + 24 + 32 + 4)],
    ['3Bh, two lines, / 2', DUAL, 2 * (8 + 24 + 8 + 16 + 4)],
    ['6Bh, four lines, / 2', QUAD, 2 * (8 + 24 + 8 + 8 + 4)],
    ['no wait clocks on one line', { ...PLAIN, format: format(0x0b) }, 4 * (8 + 24 + 32 + 4)],
    ['frames of 8 bits, for commands', { ...PLAIN, control: 0x0007_0000 }, 0],
    ['more than a frame a read', { ...PLAIN, frames: 1 }, 0],
    ['an address on four lines', { ...QUAD, format: format(0x6b) | 1 }, 0],
  ])('%s', (_name, registers, cycles) => {
    const { ssi, setUp } = attached('quad');
    setUp(registers);
    expect(ssi.readCycles()).toBe(cycles);
  });

  test('the registers are taken while the controller is off', () => {
    const { ssi, setUp, write } = attached('quad');
    setUp(PLAIN);
    write(QUAD);
    expect(ssi.reading()).toMatchObject({ command: 0x03, lines: 1 });
    write({ on: 0 });
    expect(ssi.reading()).toBeNull();
    write(QUAD);
    write({ on: 1 });
    expect(ssi.reading()).toMatchObject({ command: 0x6b, lines: 4, waitClocks: 8, hertz: 62.5e6 });
  });

  test('the bound of a load past the cache is the cost of the slowest way', () => {
    const { ssi, setUp } = attached('plain');
    setUp(PLAIN);
    const device = CORTEX_M0PLUS.devices.find(({ from }) => from === PAST_CACHE);
    expect(device?.loadCycles).toBe(ssi.readCycles());
  });
});

describe('a chip gives what it holds when it is asked as it understands', () => {
  test.each<[string, FlashPart, Registers, boolean]>([
    ['plain', 'plain', PLAIN, true],
    ['plain, of any part', 'quad', PLAIN, true],
    ['two lines', 'dual', DUAL, true],
    ['four lines', 'quad', QUAD, true],
    ['two lines of a part that knows one', 'plain', DUAL, false],
    ['four lines without QE', 'dual', QUAD, false],
    ['03h faster than it may be', 'quad', { ...PLAIN, divider: 2, delay: 1 }, false],
    ['data looked for too early', 'quad', { ...QUAD, delay: 0 }, false],
    ['too few wait clocks', 'quad', { ...QUAD, format: format(0x6b, 4) }, false],
    ['the command of another number of lines', 'quad', { ...QUAD, format: format(0x3b) }, false],
    ['0Bh, since nothing waits on one line', 'quad', { ...PLAIN, format: format(0x0b) }, false],
    ['set up for commands', 'quad', { ...PLAIN, control: 0x0007_0000 }, false],
  ])('%s', (_name, part, registers, isRead) => {
    const { setUp, reads } = attached(part);
    expect(reads()).toEqual([true, true]);
    setUp(registers);
    expect(reads()).toEqual([isRead, isRead]);
    setUp(PLAIN);
    expect(reads()).toEqual([true, true]);
  });
});

const WAYS = { plain: PLAIN, dual: DUAL, quad: QUAD } as const satisfies Record<FlashPart, Registers>;
const LINES = { plain: 1, dual: 2, quad: 4 } as const satisfies Record<FlashPart, number>;
/** Write enable, page program, sector erase, status. Whatever asks who made the chip, or writes its status, is not among them. */
const COMMANDS = [0x02, 0x05, 0x06, 0x20];

describe.each(Object.keys(FLASH_PARTS) as FlashPart[])('the firmware on %s flash', (flashPart) => {
  test('reads in the fastest way that the chip knows, also after an update, and gives no other command', async () => {
    const firmware = await buildFirmware('rp2040');
    const first = await compileEdition({ epoch: 1, limit: 80, zones: 20 });
    const second = await compileEdition({ epoch: 2, replaces: '1', limit: 40, zones: 40 });
    const line = new Rp2040Line(firmware, first, 'eager', { flashPart });
    line.run(START_MS);
    const { ssi, memory } = line.board.flash;
    const expected = attached(flashPart);
    expected.setUp(WAYS[flashPart]);
    const chosen = expected.ssi.reading();
    expect(chosen?.lines).toBe(LINES[flashPart]);
    expect(ssi.reading()).toEqual(chosen);
    expect([...memory.commands]).toEqual([]);

    const device = line.device();
    expect(await device.status()).toMatchObject({ epoch: 1 });
    await device.openWindow();
    await push(device, readEdition(second));
    expect(line.flash.counters.programs).toBeGreaterThan(0);
    expect(line.board.flash.ssi.reading()).toEqual(chosen);
    expect(COMMANDS).toEqual(expect.arrayContaining([...memory.commands]));
    await device.closeWindow();
    line.run(START_MS);
    expect(await device.status()).toMatchObject({ epoch: 2 });
  });
});

/** Words that the start reads again in each way before it copies the rest: the first KiB of the code. */
const SAMPLE_WORDS = 256;
const RESET = 'the chip is reset';
const WATCHDOG_PAGE = 0x40058;

/** Lines of data after a start on which a word of the code comes with its highest bit wrong in ways of so many lines. Throws RESET. */
async function linesWhereFails(word: number, failing: readonly number[]) {
  const { elf } = await buildFirmware('rp2040');
  const bench = new Rp2040Bench(elf);
  const { chip } = bench;
  const options = { flash: createMemoryFlash(), areasOffset: 0x4_0000, whileBusy: () => {} };
  const { ssi } = attachFlash(chip, options);
  bench.readCycles = () => ssi.readCycles();
  const wrong = PAST_CACHE + (elf.addressOf('run_image') - FLASH) + 4 * word;
  const read = chip.readUint32.bind(chip);
  chip.readUint32 = (address) => {
    const isWrong = address >>> 0 === wrong && failing.includes(ssi.reading()?.lines ?? 0);
    return (read(address) ^ (isWrong ? 0x8000_0000 : 0)) >>> 0;
  };
  Object.assign(chip.peripherals[WATCHDOG_PAGE] ?? {}, {
    onWatchdogTrigger: () => {
      throw new Error(RESET);
    },
  });
  startFromRom(chip);
  bench.runUntil('holdfast_main');
  return ssi.reading()?.lines;
}

async function codeWords() {
  const { elf } = await buildFirmware('rp2040');
  return (elf.addressOf('run_end') - elf.addressOf('run_begin')) / 4;
}

describe('a way in which one bit of the code comes wrong is not taken', () => {
  test.each([0, 1, SAMPLE_WORDS / 2, SAMPLE_WORDS - 1, SAMPLE_WORDS, 5000, -2, -1])(
    'word %i',
    async (place) => {
      const word = place < 0 ? (await codeWords()) + place : place;
      expect(await linesWhereFails(word, [])).toBe(4);
      expect(await linesWhereFails(word, [4])).toBe(2);
      expect(await linesWhereFails(word, [2])).toBe(4);
      expect(await linesWhereFails(word, [4, 2])).toBe(1);
    },
  );

  test('code that comes wrong in every way does not run', async () => {
    await expect(linesWhereFails(SAMPLE_WORDS, [4, 2, 1])).rejects.toThrow(RESET);
    await expect(linesWhereFails((await codeWords()) - 1, [4, 2, 1])).rejects.toThrow(RESET);
  });
});
