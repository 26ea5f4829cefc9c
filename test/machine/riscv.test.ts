/** The decoder of RV32IMC against GNU objdump: every instruction of 16 bits, and many of 32 bits of all kinds and of none. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeRiscv, isWide } from '../../host/timing/machine/riscv.ts';
import { riscvText } from '../../host/timing/machine/riscv-text.ts';
import { Random, seedFor } from '../support/random.ts';

/** Text by address, without aliases. */
function objdump(bytes: Uint8Array): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-riscv-'));
  try {
    const path = join(folder, 'all.bin');
    writeFileSync(path, bytes);
    const options = ['-D', '-z', '-b', 'binary', '-m', 'riscv:rv32', '-M', 'no-aliases', path];
    const output = execFileSync('riscv64-unknown-elf-objdump', options, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const lines = output.matchAll(/^ *([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm);
    return new Map(
      [...lines].map(([, address = '', text = '']) => [Number.parseInt(address, 16), plain(text)]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function plain(text: string): string {
  return text
    .replace(/\s*(#|<).*$/, '')
    .replace(/\t/, ' ')
    .trim();
}

/** What a text of 16 bits stands for; undefined for what RV32IMC does not have. */
function expanded(text: string): string | undefined {
  const [name = '', operands = ''] = text.split(' ');
  const [first = '', second = '', third = ''] = operands.split(',');
  switch (name) {
    case 'c.addi':
    case 'c.andi':
      return `${name.slice(2)} ${first},${first},${second}`;
    case 'c.slli':
    case 'c.srli':
    case 'c.srai':
      // Amounts of 32 and more are for RV64.
      return Number(second) < 32 ? `${name.slice(2)} ${first},${first},${second}` : undefined;
    case 'c.slli64':
    case 'c.srli64':
    case 'c.srai64':
      return `${name.slice(2, 6)} ${first},${first},0x0`;
    case 'c.addi16sp':
      // By nothing is reserved.
      return second === '0' ? undefined : `addi sp,sp,${second}`;
    case 'c.addi4spn':
      return `addi ${first},sp,${third}`;
    case 'c.add':
    case 'c.sub':
    case 'c.and':
    case 'c.or':
    case 'c.xor':
      return `${name.slice(2)} ${first},${first},${second}`;
    case 'c.mv':
      return `add ${first},zero,${second}`;
    case 'c.li':
      return `addi ${first},zero,${second}`;
    case 'c.lui':
      return `lui ${first},0x${(Number(second) & 0xfffff).toString(16)}`;
    case 'c.lw':
    case 'c.sw':
      return `${name.slice(2)} ${operands}`;
    case 'c.lwsp':
    case 'c.swsp':
      return `${name.slice(2, 4)} ${operands}`;
    case 'c.j':
      return `jal zero,${first}`;
    case 'c.jal':
      return `jal ra,${first}`;
    case 'c.jr':
      return `jalr zero,0(${first})`;
    case 'c.jalr':
      return `jalr ra,0(${first})`;
    case 'c.beqz':
    case 'c.bnez':
      return `${name.slice(2, 5)} ${first},zero,${second}`;
    case 'c.ebreak':
      return 'ebreak';
    default:
      return undefined;
  }
}

test('decodes every instruction of 16 bits as objdump does', () => {
  const halfwords = Array.from({ length: 0x1_0000 }, (_, halfword) => halfword).filter(
    (halfword) => !isWide(halfword),
  );
  const texts = objdump(new Uint8Array(Uint16Array.from(halfwords).buffer));
  const wrong: string[] = [];
  let defined = 0;
  for (const [index, halfword] of halfwords.entries()) {
    const theirs = expanded(texts.get(2 * index) ?? '');
    const decoded = decodeRiscv(halfword, 0);
    const ours = decoded === undefined ? undefined : riscvText(decoded, 2 * index);
    if (ours !== undefined) defined++;
    if (ours !== theirs) wrong.push(`${halfword.toString(16)}: ${ours}, not ${theirs}`);
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(defined).toBeGreaterThan(28_000);
});

/** Extensions that objdump names and RV32IMC does not have, and what nobody defines. */
const OTHER =
  /^(\.|f(?!ence)|amo|lr\.|sc\.|sh[123]add|andn|orn|xnor|cl|cpop|ctz|max|min|orc|rev|ro[lr]|sext|zext|b(clr|ext|inv|set)|pack|brev|zip|unzip|xperm|aes|sha|sm[34]|v|th\.|cbo|prefetch|h(lv|sv|fence|inval)|sfence|sinval|sret|uret|dret|pause|wrs|ld|sd|lwu|addiw|\w+iw|\w+w )/;

test('decodes instructions of 32 bits as objdump does', () => {
  const random = new Random(seedFor('riscv-decoder', 1));
  const opcodes = [0x37, 0x17, 0x6f, 0x67, 0x63, 0x03, 0x23, 0x13, 0x33, 0x0f, 0x73];
  const words = Array.from({ length: 60_000 }, (_, index) => {
    const word = random.below(2 ** 32);
    const opcode = index % 12 === 11 ? word & 0x7f : (opcodes[index % 12] ?? 0x13);
    // Rare fields are drawn often: the upper seven bits, and the third register, of sums and of what the system does.
    const rare = random.onceIn(2) ? [0, 1, 0x20][random.below(3)] : undefined;
    const high = rare === undefined || ![0x13, 0x33].includes(opcode) ? word >>> 25 : rare;
    const rest = opcode === 0x0f && random.onceIn(2) ? word & 0x0ff0_0000 : word & 0x01ff_ff80;
    // Five ones begin a longer instruction.
    const kind = (opcode & 0x1c) === 0x1c ? opcode & ~4 : opcode;
    return ((high << 25) | rest | kind | 3) >>> 0;
  });
  const [system, fences] = [
    [0x73, 0x0010_0073, 0x1050_0073, 0x3020_0073],
    [0x100f, 0x0ff0_000f],
  ];
  words.push(...system, ...fences);
  const texts = objdump(new Uint8Array(Uint32Array.from(words).buffer));
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const [index, word] of words.entries()) {
    const theirs = texts.get(4 * index) ?? '';
    const decoded = decodeRiscv(word & 0xffff, word >>> 16);
    const ours = decoded === undefined ? undefined : riscvText(decoded, 4 * index);
    if (ours === undefined ? !OTHER.test(theirs) && !isReserved(theirs, word) : !isSame(ours, theirs)) {
      wrong.push(`${word.toString(16)}: ${ours}, not ${theirs}`);
    }
    if (ours !== undefined) seen.add(ours.split(' ')[0] ?? '');
  }
  expect(wrong.slice(0, 20)).toEqual([]);
  // All 47 of RV32IM without WFI's and FENCE's relatives, six for CSRs, and four of the system.
  expect(seen.size).toBeGreaterThanOrEqual(45 + 6 + 4);
});

/** FENCE with registers or a mode, and shifts by 32 and more, are reserved; objdump names them none the less. */
function isReserved(theirs: string, word: number): boolean {
  if (/^s(ll|rl|ra)i .*,0x[23].$/.test(theirs)) return true;
  return /^fence/.test(theirs) && ((word & 0x000f_ff80) !== 0 || word >>> 28 !== 0);
}

/** CSRs go by names in objdump's text. */
function isSame(ours: string, theirs: string): boolean {
  if (!ours.startsWith('csr')) return ours === theirs;
  const [name, operands = ''] = ours.split(' ');
  const [d, , n] = operands.split(',');
  const [theirName, theirOperands = ''] = theirs.split(' ');
  const [theirD, , theirN] = theirOperands.split(',');
  return `${name} ${d} ${n}` === `${theirName} ${theirD} ${theirN}`;
}
