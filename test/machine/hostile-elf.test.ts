/** Files that lie or are damaged: each is refused or declined for what is wrong with it, never with a bound that is too low. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HoldfastError } from '../../host/common/errors.ts';
import { readElf } from '../../host/firmware/elf.ts';
import { type Bound, boundOf } from '../../host/timing/machine/bounds.ts';
import { CORTEX_M0PLUS } from '../../host/timing/machine/cores-arm.ts';
import { holdfast, temporaryFolder } from '../support/command.ts';
import { Random, seedFor } from '../support/random.ts';
import { build } from './support/assemble.ts';

/** Damaged files; more by command: HOLDFAST_TRIALS=20000. */
const TRIALS = Number(process.env.HOLDFAST_TRIALS ?? 400);
const STACK = { top: 0x2002_0000, bytes: 1024 };
const SECTION_BYTES = 40;
const SYMBOL_BYTES = 16;

const folder = temporaryFolder('elf-hostile');
afterAll(() => folder.remove());

const SOURCE = `const int table[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
int state = 3;
__attribute__((noinline)) static int sum(int a, int b) {
  for (int i = 0; i < 8; i++) a += b * table[i];
  return a;
}
__attribute__((noinline)) static int other(int a) { return a * 5 + state; }
int f(int a, int b) {
  switch (a & 7) {
    case 0: return sum(a, b);
    case 1: return other(b);
    case 2: state = b; return sum(b, a) + other(a);
    default: return table[a & 7];
  }
}
`;
let path: string;
let file: Buffer;
let right: Bound;

beforeAll(() => {
  path = build(folder, 'whole.c', SOURCE, ['-O1', '-g']);
  file = readFileSync(path);
  right = bound(file);
  expect(right.declined).toBeNull();
});

function bound(bytes: Uint8Array, name = 'f'): Bound {
  return boundOf({ elf: readElf(bytes), core: CORTEX_M0PLUS, stack: STACK }, name);
}

/** The file with bytes changed. */
function changed(change: (view: DataView) => void): Buffer {
  const copy = Buffer.from(file);
  change(new DataView(copy.buffer, copy.byteOffset, copy.byteLength));
  return copy;
}

/** Where the header of the section of this kind or name begins. */
function sectionAt(name: string): number {
  const text = execFileSync('arm-none-eabi-readelf', ['-SW', path], { encoding: 'utf8' });
  const [, index] =
    new RegExp(`\\[ *(\\d+)\\] ${name.replace('.', '\\.')} `).exec(text) ?? expect.unreachable();
  return file.readUInt32LE(32) + Number(index) * SECTION_BYTES;
}

/** Where the entry of a symbol begins. */
function symbolAt(name: string): number {
  const [table, names] = [sectionAt('.symtab'), sectionAt('.strtab')];
  const [from, bytes] = [file.readUInt32LE(table + 16), file.readUInt32LE(table + 20)];
  for (let at = from; at < from + bytes; at += SYMBOL_BYTES) {
    const text = file.readUInt32LE(names + 16) + file.readUInt32LE(at);
    if (file.toString('latin1', text, file.indexOf(0, text)) === name) return at;
  }
  return expect.unreachable();
}

describe('a file that is none of ours', () => {
  test.each<[string, (view: DataView) => void, RegExp]>([
    ['of 64 bits', (view) => view.setUint8(4, 2), /64 bits/],
    ['big-endian', (view) => view.setUint8(5, 2), /big-endian/],
    ['of no byte order', (view) => view.setUint8(5, 0), /big-endian/],
    ['not linked', (view) => view.setUint16(16, 1, true), /not linked/],
    ['a core dump', (view) => view.setUint16(16, 4, true), /not linked/],
    ['no ELF file', (view) => view.setUint32(0, 0, true), /no ELF file/],
    ['with section headers of another size', (view) => view.setUint16(46, 41, true), /section headers/],
    ['with segment headers of another size', (view) => view.setUint16(42, 56, true), /segment headers/],
    ['with tables behind its end', (view) => view.setUint32(32, 0xffff_fff0, true), /behind its end/],
    ['with more sections than it has', (view) => view.setUint16(48, 0xffff, true), /behind its end/],
  ])('%s, is refused', (_, change, message) => {
    expect(() => bound(changed(change))).toThrow(HoldfastError);
    expect(() => bound(changed(change))).toThrow(message);
  });

  test.each([
    ['-mcpu=cortex-a7', '-marm', /32-bit ARM set/],
    ['-mbig-endian', '-mthumb', /big-endian/],
  ])('as the vendor builds it with %s %s, is refused or declined', (machine, state, message) => {
    const text = 'int f(int a) { return a * 3 + 1; }\n';
    const options = ['-O1', machine, state, '-c', '-nostdlib'];
    const source = folder.at('foreign.c');
    writeFileSync(source, text);
    const [object, elf] = [`${source}.o`, `${source}.elf`];
    execFileSync('arm-none-eabi-gcc', [...options, source, '-o', object], { stdio: 'pipe' });
    const emulation = machine === '-mbig-endian' ? ['-EB'] : [];
    execFileSync('arm-none-eabi-ld', [...emulation, '-Ttext=0x20000000', '-e', 'f', object, '-o', elf], {
      stdio: 'pipe',
    });
    let said: string;
    try {
      const { declined } = bound(readFileSync(elf));
      said = `${declined?.at} ${declined?.place} ${declined?.why}`;
    } catch (error) {
      said = error instanceof HoldfastError ? error.message : `not a refusal: ${error}`;
    }
    expect(said).toMatch(message);
  });
});

describe('a table that lies', () => {
  test('two segments at one address are refused', () => {
    const headers = file.readUInt32LE(28);
    expect(file.readUInt16LE(44)).toBeGreaterThanOrEqual(2);
    const lie = changed((view) =>
      view.setUint32(headers + 32 + 8, view.getUint32(headers + 8, true) + 4, true),
    );
    expect(() => bound(lie)).toThrow(/segments of the ELF file overlap/);
  });

  test('two sections at one address are refused, and the stack is not blamed', () => {
    const [code, data] = [sectionAt('.text'), sectionAt('.data')];
    const lie = changed((view) => view.setUint32(data + 12, view.getUint32(code + 12, true), true));
    expect(() => bound(lie)).toThrow(/\.text and \.data overlap|\.data and \.text overlap/);
    let remedy: string | undefined;
    try {
      bound(lie);
    } catch (error) {
      remedy = error instanceof HoldfastError ? error.remedy : undefined;
    }
    expect(remedy).toMatch(/sections lie apart/);
  });

  test('a section that reaches behind what the file holds has no contents to rely on', () => {
    const constants = sectionAt('.rodata');
    const segments = changed((view) => view.setUint32(sectionAt('.rodata') + 12, 0x3000_0000, true));
    expect(bound(segments).declined).toMatchObject({ reason: 'outside' });
    const kind = changed((view) => view.setUint32(constants + 20, 4, true));
    expect(bound(kind).declined).toMatchObject({ reason: 'outside' });
  });

  test('code in a section that is not executed is declined at its entry', () => {
    const lie = changed((view) => view.setUint32(sectionAt('.text') + 8, 2, true));
    expect(bound(lie).declined).toMatchObject({ reason: 'not-code', place: 'f+0x0', line: 'whole.c:8' });
  });

  test('code in a section that may be written is declined', () => {
    const lie = changed((view) => view.setUint32(sectionAt('.text') + 8, 7, true));
    expect(bound(lie).declined).toMatchObject({ reason: 'not-code' });
  });

  test.each([0, 1, 2, 0x40, 0x1000, 0xffff_ffff])(
    'functions that are said to have %i bytes never cost less',
    (bytes) => {
      for (const name of ['f', 'sum', 'other']) {
        const {
          declined,
          bound: most,
          best,
        } = bound(changed((view) => view.setUint32(symbolAt(name) + 8, bytes, true)));
        if (declined === null) {
          expect(most).toBeGreaterThanOrEqual(right.bound ?? Number.POSITIVE_INFINITY);
          expect(best).toBeLessThanOrEqual(right.best ?? 0);
        } else
          expect(['return-address', 'recursion', 'unbounded-loop', 'stack-pointer']).toContain(
            declined.reason,
          );
      }
    },
  );

  test('a function that begins within an instruction is executed from there, or declined', () => {
    const { address } = right;
    const lie = changed((view) => view.setUint32(symbolAt('f') + 4, address + 0x2001, true));
    expect(bound(lie).declined).toMatchObject({ reason: 'not-code' });
  });

  test('two functions of one name are told apart by their addresses', async () => {
    const lie = changed((view) =>
      view.setUint32(symbolAt('other'), view.getUint32(symbolAt('sum'), true), true),
    );
    expect(() => bound(lie, 'sum')).toThrow(/has 2 functions sum/);
    const twice = folder.at('twice.elf');
    writeFileSync(twice, lie);
    const { code, stderr } = await holdfast(['timing', 'elf', twice, '--function', 'sum']);
    expect(code).toBe(2);
    const [, address = ''] = /Name one by its address: (0x[0-9a-f]+), 0x[0-9a-f]+\./.exec(stderr) ?? [];
    expect(bound(lie, address).address).toBe(Number(address));
  });

  test('a name that a terminal would obey is spelled out', async () => {
    const names = changed((view) => {
      const at = file.readUInt32LE(sectionAt('.strtab') + 16) + file.readUInt32LE(symbolAt('sum'));
      for (const [index, byte] of [0x1b, 0x5b, 0x0a].entries()) view.setUint8(at + index, byte);
    });
    const hostile = folder.at('hostile.elf');
    writeFileSync(hostile, names);
    const { stdout } = await holdfast(['timing', 'elf', hostile, '--function', 'f', '--details']);
    expect(stdout).toContain('(\\u{1b}[\\u{a}+0x');
    expect(stdout).not.toContain('\u001b');
  });
});

test('a file that is cut off is refused wherever that is', () => {
  const end = file.length;
  for (let bytes = 0; bytes < end; bytes += Math.max(1, Math.floor(end / 500))) {
    expect(() => bound(file.subarray(0, bytes)), `${bytes}`).toThrow(HoldfastError);
  }
});

/** Whether the code and the constants of the file are those that were built, at the same places, with the same rights. */
function isSameProgram(bytes: Uint8Array): boolean {
  const [mine, theirs] = [readElf(bytes), readElf(file)];
  const of = ({ segments, sections }: typeof mine) => JSON.stringify([segments, sections]);
  return of(mine) === of(theirs);
}

test('bytes that are flipped anywhere but in the code give a refusal, a decline, or no bound that is lower', () => {
  const random = new Random(seedFor('damaged files', 1));
  const code = [sectionAt('.text'), sectionAt('.rodata')].map((at) => [
    file.readUInt32LE(at + 16),
    file.readUInt32LE(at + 16) + file.readUInt32LE(at + 20),
  ]);
  const headers = [0, 52 + 32 * file.readUInt16LE(44)] as const;
  const sections = [file.readUInt32LE(32), file.length] as const;
  const outcomes = { refused: 0, declined: 0, bounded: 0 };
  for (let trial = 0; trial < TRIALS; trial++) {
    const damaged = changed((view) => {
      for (let flips = 1 + (random.next() % 3); flips > 0; flips--) {
        const [from = 0, to = file.length] =
          [headers, sections, [0, file.length] as const][random.next() % 3] ?? [];
        const at = from + (random.next() % (to - from));
        if (code.some(([first = 0, end = 0]) => at >= first && at < end)) continue;
        view.setUint8(at, view.getUint8(at) ^ (1 << (random.next() % 8)));
      }
    });
    try {
      const { declined, bound: most, best, address } = bound(damaged);
      outcomes[declined === null ? 'bounded' : 'declined']++;
      if (declined !== null || address !== right.address || !isSameProgram(damaged)) continue;
      expect(most).toBeGreaterThanOrEqual(right.bound ?? Number.POSITIVE_INFINITY);
      expect(best).toBeLessThanOrEqual(right.best ?? 0);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      outcomes.refused++;
    }
  }
  console.log(`damaged files: ${JSON.stringify(outcomes)}`);
  expect(Math.min(outcomes.refused, outcomes.bounded)).toBeGreaterThan(TRIALS / 20);
});
