/** The decoder against GNU objdump: every halfword, and 32-bit instructions of all kinds and of none. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeThumb } from '../../host/timing/machine/thumb.ts';
import { thumbText } from '../../host/timing/machine/thumb-text.ts';
import { Random, seedFor } from '../support/random.ts';

/** A NOP between two instructions ends what the one before says of the next (IT, of which ARMv6-M has none). */
const NOP = 0xbf00;
const NOPS = [NOP, NOP, NOP, NOP];

/** What ARMv6-M leaves undefined or unpredictable, though objdump has a name for it: later versions do, or nobody asks what it does. */
const NOT_ARMV6M: readonly [RegExp, (text: string, first: number) => boolean][] = [
  [/^(cbn?z|it[te]*|setend|setpan|hlt|bxns|blxns|sevl|hint|nop \{)/, () => true],
  // CPS of the flags that only other profiles have; ARMv6-M masks interrupts alone.
  [/^cpsi[ed]/, (text) => !/^cpsi[ed] i$/.test(text)],
  [/^(add|cmp|mov|bx|blx) /, (_, first) => isUnpredictable(first)],
  [/^stmia/, (_, first) => isBaseStoredLater(first)],
  [/^(push|pop|ldmia|stmia) r?\d?!?,? ?\{\}|<und>|UNPREDICTABLE|UNDEFINED/, () => true],
];

/** Both the program counter, or a comparison of low registers by the encoding for high ones, or BX with bits that should be 0. */
function isUnpredictable(first: number): boolean {
  const d = (first & 7) | ((first >> 4) & 8);
  const m = (first >> 3) & 15;
  if (first >> 8 === 0x44) return d === 15 && m === 15;
  if (first >> 8 === 0x45) return d === 15 || m === 15 || (d < 8 && m < 8);
  return first >> 8 === 0x47 && ((first & 7) !== 0 || m === 15);
}

function isBaseStoredLater(first: number): boolean {
  const n = (first >> 8) & 7;
  return ((first >> n) & 1) === 1 && (first & ((1 << n) - 1)) !== 0;
}

/** Text by address. */
function objdump(halfwords: readonly number[]): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-thumb-'));
  try {
    const path = join(folder, 'all.bin');
    writeFileSync(path, Buffer.from(Uint16Array.from(halfwords).buffer));
    const options = ['-D', '-z', '-b', 'binary', '-m', 'armv6s-m', '-M', 'force-thumb', path];
    const output = execFileSync('arm-none-eabi-objdump', options, { encoding: 'utf8', maxBuffer: 1 << 28 });
    const lines = output.matchAll(/^ *([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm);
    return new Map([...lines].map(([, address = '', text = '']) => [Number.parseInt(address, 16), text]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const THREE = /^(adds?|subs?|adcs|sbcs|muls|ands|eors|orrs|bics|lsls|lsrs|asrs|rors) (\w+), ([^,]+)$/;

/** objdump's text as ours: widths and remarks away, results named where they are the first operand. */
function plain(text: string): string {
  const words = text
    .replace(/\s*[@;].*$/, '')
    .replace(/\t/g, ' ')
    .replace(/\s*<.*>$/, '')
    .replace(/^(\w+)\.n/, '$1')
    .replace('CPSR_f', 'CPSR')
    .replace(/^bkpt 0x0*([0-9a-f]+)$/, 'bkpt 0x$1')
    .replace(/^ldr (\w+), \[(\w+)\]$/, 'ldr $1, [$2, #0]')
    .trim();
  const negated = /^negs (\w+), (\w+)$|^rsbs (\w+), (\w+), #0$/.exec(words);
  if (negated !== null) return `negs ${negated[1] ?? negated[3]}, ${negated[2] ?? negated[4]}`;
  const product = /^muls (\w+), (\w+)(?:, (\w+))?$/.exec(words);
  if (product !== null) return `muls ${product[1]}, ${product[1]}, ${product[2]}`;
  return words.replace(THREE, '$1 $2, $2, $3');
}

function isOther(text: string, first: number): boolean {
  return NOT_ARMV6M.some(([pattern, rule]) => pattern.test(text) && rule(text, first));
}

test('decodes every halfword as objdump does', () => {
  const narrow = Array.from({ length: 0x10000 }, (_, halfword) => halfword).filter(
    (halfword) => halfword >> 11 < 0x1d,
  );
  const spacing = 1 + NOPS.length;
  const texts = objdump(narrow.flatMap((halfword) => [halfword, ...NOPS]));
  let defined = 0;
  const wrong = narrow.flatMap((halfword, index) => {
    const address = 2 * spacing * index;
    const decoded = decodeThumb(halfword, NOP);
    const theirs = plain(texts.get(address) ?? '');
    if (decoded === undefined) {
      return isOther(texts.get(address) ?? '', halfword) ||
        isOther(theirs, halfword) ||
        /^\.|^udf/.test(theirs)
        ? []
        : [`${halfword.toString(16)}: nothing, objdump ${theirs}`];
    }
    defined++;
    // A move of r8 to itself is what older versions have for NOP.
    const ours = halfword === 0x46c0 ? 'nop' : thumbText(decoded, address);
    return ours === theirs && decoded.bytes === 2
      ? []
      : [`${halfword.toString(16)}: ${ours}, objdump ${theirs}`];
  });
  expect(wrong).toEqual([]);
  expect(defined).toBe(56178);
});

const WIDE_SAMPLES = 3_000;

/** Calls of all reaches, and the kinds that have a name on ARMv6-M with any bits in their fields; and anything. */
function wideSamples(random: Random): [number, number][] {
  const samples: [number, number][] = [];
  for (let index = 0; index < WIDE_SAMPLES; index++) {
    samples.push([0xf000 | random.below(0x800), 0xd000 | random.below(0x3000)]);
    samples.push([0xf3b0 | random.pick([random.below(16), 15]), 0x8f00 | random.below(256)]);
    samples.push([0xf3ef, 0x8000 | random.below(0x1000)]);
    samples.push([0xf380 | random.below(16), 0x8800 | random.below(256)]);
    samples.push([0xf7f0 | random.below(16), 0xa000 | random.below(0x1000)]);
    samples.push([0xe800 | random.below(0x1800), random.below(0x10000)]);
  }
  return samples;
}

const SPECIAL = '(CPSR|IAPSR|EAPSR|PSR|IPSR|EPSR|IEPSR|MSP|PSP|PRIMASK|CONTROL)';
/** What ARMv6-M has, by objdump's names: no other special register, and neither the stack pointer nor the program counter in them. */
const WIDE = new RegExp(
  `^(bl|udf\\.w) |^(dmb|dsb|isb) sy|^mrs (?!sp|pc)\\w+, ${SPECIAL}$|^msr ${SPECIAL}, (?!sp|pc)`,
);

test('decodes 32-bit instructions as objdump does', () => {
  const samples = wideSamples(new Random(seedFor('thumb', 15)));
  const texts = objdump(samples.flatMap(([first, second]) => [first, second, ...NOPS]));
  let defined = 0;
  const wrong = samples.flatMap(([first, second], index) => {
    const address = 2 * (2 + NOPS.length) * index;
    const decoded = decodeThumb(first, second);
    const theirs = plain(texts.get(address) ?? '');
    const where = `${first.toString(16)} ${second.toString(16)}`;
    if (decoded === undefined) {
      return WIDE.test(theirs) ? [`${where}: nothing, objdump ${theirs}`] : [];
    }
    defined++;
    const ours = thumbText(decoded, address);
    return ours === theirs && decoded.bytes === 4 ? [] : [`${where}: ${ours}, objdump ${theirs}`];
  });
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(defined).toBeGreaterThan(WIDE_SAMPLES);
});
