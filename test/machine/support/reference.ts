/**
 * ARMv6-M once more, as plainly as its manual has it (ARM DDI 0419, A6.7 and D6): masks and values of encodings, arithmetic in BigInt,
 * cycles by a list of their own. It shares nothing with what it checks.
 */

type Action = (cpu: Reference, halfword: number) => number;

const WORD = 1n << 32n;
const reg = (halfword: number, at: number) => (halfword >> at) & 7;
const sign = (value: number, bits: number) => (value << (32 - bits)) >> (32 - bits);
const bitsOf = (list: number) => list.toString(2).replaceAll('0', '').length;

export class Reference {
  readonly r = new Uint32Array(16);
  n = false;
  z = false;
  c = false;
  v = false;
  /** Address of the instruction under way, and of the next. */
  at = 0;
  next = 0;
  readonly bytes = new Map<number, number>();

  read(address: number, count: number): number {
    if (address % count !== 0) throw new RangeError('unaligned');
    let value = 0;
    for (let index = count - 1; index >= 0; index--)
      value = value * 256 + (this.bytes.get(address + index) ?? 0);
    return value;
  }

  write(address: number, count: number, value: number): void {
    if (address % count !== 0) throw new RangeError('unaligned');
    for (let index = 0; index < count; index++)
      this.bytes.set(address + index, (value >>> (8 * index)) & 255);
  }

  get(register: number): number {
    return register === 15 ? this.at + 4 : (this.r[register] ?? 0);
  }

  set(register: number, value: number): void {
    if (register === 15) this.next = (value & ~1) >>> 0;
    else this.r[register] = register === 13 ? value & ~3 : value;
  }

  /** Executes one instruction; gives its cycles on Cortex-M0+. */
  step(): number {
    this.at = this.r[15] ?? 0;
    const halfword = this.read(this.at, 2);
    const found = ENCODINGS.find(([mask, value]) => (halfword & mask) === value);
    if (found === undefined) throw new RangeError(`${halfword.toString(16)} is not known`);
    this.next = this.at + (halfword >>> 11 >= 29 ? 4 : 2);
    const cycles = found[2](this, halfword);
    this.r[15] = this.next;
    return cycles;
  }

  nz(result: number): number {
    this.n = (result | 0) < 0;
    this.z = result >>> 0 === 0;
    return result >>> 0;
  }

  /** AddWithCarry of the manual. */
  sum(x: number, y: number, carry: boolean): number {
    const unsigned = BigInt(x >>> 0) + BigInt(y >>> 0) + (carry ? 1n : 0n);
    const signed = BigInt(x | 0) + BigInt(y | 0) + (carry ? 1n : 0n);
    const result = Number(unsigned % WORD);
    this.nz(result);
    this.c = unsigned >= WORD;
    this.v = BigInt(result | 0) !== signed;
    return result;
  }

  /** Shift_C of the manual, bit by bit. */
  shift(kind: number, value: number, amount: number): number {
    let result = value >>> 0;
    for (let turn = 0; turn < amount; turn++) {
      const low = (result & 1) === 1;
      const high = result >>> 31 === 1;
      this.c = kind === 0 ? high : low;
      if (kind === 0) result = (result << 1) >>> 0;
      else if (kind === 1) result = result >>> 1;
      else if (kind === 2) result = (result >> 1) >>> 0;
      else result = ((result >>> 1) | (low ? 0x8000_0000 : 0)) >>> 0;
    }
    return this.nz(result);
  }

  holds(condition: number): boolean {
    const { n, z, c, v } = this;
    const base = [z, c, n, v, c && !z, n === v, n === v && !z][condition >> 1] ?? true;
    return (condition & 1) === 1 ? !base : base;
  }
}

const OPERATIONS: readonly ((cpu: Reference, d: number, m: number) => number | undefined)[] = [
  (cpu, d, m) => cpu.nz(d & m),
  (cpu, d, m) => cpu.nz(d ^ m),
  (cpu, d, m) => cpu.shift(0, d, m & 255),
  (cpu, d, m) => cpu.shift(1, d, m & 255),
  (cpu, d, m) => cpu.shift(2, d, m & 255),
  (cpu, d, m) => cpu.sum(d, m, cpu.c),
  (cpu, d, m) => cpu.sum(d, ~m, cpu.c),
  (cpu, d, m) => cpu.shift(3, d, m & 255),
  (cpu, d, m) => void cpu.nz(d & m),
  (cpu, _, m) => cpu.sum(~m, 0, true),
  (cpu, d, m) => void cpu.sum(d, ~m, true),
  (cpu, d, m) => void cpu.sum(d, m, false),
  (cpu, d, m) => cpu.nz(d | m),
  (cpu, d, m) => cpu.nz(Number((BigInt(d) * BigInt(m)) % WORD)),
  (cpu, d, m) => cpu.nz(d & ~m),
  (cpu, _, m) => cpu.nz(~m),
];

const swap = (value: number) => ((value & 255) << 8) | ((value >>> 8) & 255);
const EXTENSIONS = [
  (value: number) => sign(value, 16),
  (value: number) => sign(value, 8),
  (value: number) => value & 0xffff,
  (value: number) => value & 0xff,
];
const REVERSALS = [
  (value: number) => (swap(value) << 16) | swap(value >>> 16),
  (value: number) => (swap(value >>> 16) << 16) | swap(value),
  (value: number) => value,
  (value: number) => sign(swap(value), 16),
];

const one =
  (action: (cpu: Reference, halfword: number) => void): Action =>
  (cpu, halfword) => {
    action(cpu, halfword);
    return 1;
  };

function transfer(
  cpu: Reference,
  isLoad: boolean,
  count: number,
  t: number,
  address: number,
  isSigned = false,
): number {
  if (!isLoad) cpu.write(address, count, cpu.get(t));
  else {
    const value = cpu.read(address, count);
    cpu.set(t, isSigned ? sign(value, 8 * count) : value);
  }
  return 2;
}

const offsetTo = (cpu: Reference, base: number, offset: number) => (cpu.get(base) + offset) >>> 0;

function many(cpu: Reference, list: number, from: number, isLoad: boolean): void {
  let address = from;
  for (let register = 0; register < 16; register++) {
    if (((list >> register) & 1) === 0) continue;
    if (isLoad) cpu.set(register, cpu.read(address, 4));
    else cpu.write(address, 4, cpu.get(register));
    address += 4;
  }
}

const ENCODINGS: readonly (readonly [mask: number, value: number, action: Action])[] = [
  [0xf800, 0x0000, one((cpu, h) => cpu.set(reg(h, 0), cpu.shift(0, cpu.get(reg(h, 3)), (h >> 6) & 31)))],
  [
    0xf800,
    0x0800,
    one((cpu, h) => cpu.set(reg(h, 0), cpu.shift(1, cpu.get(reg(h, 3)), (h >> 6) & 31 || 32))),
  ],
  [
    0xf800,
    0x1000,
    one((cpu, h) => cpu.set(reg(h, 0), cpu.shift(2, cpu.get(reg(h, 3)), (h >> 6) & 31 || 32))),
  ],
  [
    0xfe00,
    0x1800,
    one((cpu, h) => cpu.set(reg(h, 0), cpu.sum(cpu.get(reg(h, 3)), cpu.get(reg(h, 6)), false))),
  ],
  [
    0xfe00,
    0x1a00,
    one((cpu, h) => cpu.set(reg(h, 0), cpu.sum(cpu.get(reg(h, 3)), ~cpu.get(reg(h, 6)), true))),
  ],
  [0xfe00, 0x1c00, one((cpu, h) => cpu.set(reg(h, 0), cpu.sum(cpu.get(reg(h, 3)), reg(h, 6), false)))],
  [0xfe00, 0x1e00, one((cpu, h) => cpu.set(reg(h, 0), cpu.sum(cpu.get(reg(h, 3)), ~reg(h, 6), true)))],
  [0xf800, 0x2000, one((cpu, h) => cpu.set(reg(h, 8), cpu.nz(h & 255)))],
  [0xf800, 0x2800, one((cpu, h) => void cpu.sum(cpu.get(reg(h, 8)), ~(h & 255), true))],
  [0xf800, 0x3000, one((cpu, h) => cpu.set(reg(h, 8), cpu.sum(cpu.get(reg(h, 8)), h & 255, false)))],
  [0xf800, 0x3800, one((cpu, h) => cpu.set(reg(h, 8), cpu.sum(cpu.get(reg(h, 8)), ~(h & 255), true)))],
  [
    0xfc00,
    0x4000,
    one((cpu, h) => {
      const result = OPERATIONS[(h >> 6) & 15]?.(cpu, cpu.get(reg(h, 0)), cpu.get(reg(h, 3)));
      if (result !== undefined) cpu.set(reg(h, 0), result);
    }),
  ],
  [0xff00, 0x4400, (cpu, h) => high(cpu, h, (d, m) => d + m)],
  [0xff00, 0x4500, one((cpu, h) => void cpu.sum(cpu.get(highD(h)), ~cpu.get((h >> 3) & 15), true))],
  [0xff00, 0x4600, (cpu, h) => high(cpu, h, (_, m) => m)],
  [0xff87, 0x4700, (cpu, h) => jump(cpu, (h >> 3) & 15)],
  [
    0xff87,
    0x4780,
    (cpu, h) => {
      const link = (cpu.next | 1) >>> 0;
      const cycles = jump(cpu, (h >> 3) & 15);
      cpu.set(14, link);
      return cycles;
    },
  ],
  [0xf800, 0x4800, (cpu, h) => transfer(cpu, true, 4, reg(h, 8), ((cpu.at + 4) & ~3) + 4 * (h & 255))],
  [
    0xf000,
    0x5000,
    (cpu, h) => {
      const kind = (h >> 9) & 7;
      const address = offsetTo(cpu, reg(h, 3), cpu.get(reg(h, 6)));
      return transfer(
        cpu,
        kind > 2,
        [4, 2, 1, 1, 4, 2, 1, 2][kind] ?? 4,
        reg(h, 0),
        address,
        kind === 3 || kind === 7,
      );
    },
  ],
  [
    0xf000,
    0x6000,
    (cpu, h) => transfer(cpu, (h & 0x800) !== 0, 4, reg(h, 0), offsetTo(cpu, reg(h, 3), 4 * ((h >> 6) & 31))),
  ],
  [
    0xf000,
    0x7000,
    (cpu, h) => transfer(cpu, (h & 0x800) !== 0, 1, reg(h, 0), offsetTo(cpu, reg(h, 3), (h >> 6) & 31)),
  ],
  [
    0xf000,
    0x8000,
    (cpu, h) => transfer(cpu, (h & 0x800) !== 0, 2, reg(h, 0), offsetTo(cpu, reg(h, 3), 2 * ((h >> 6) & 31))),
  ],
  [
    0xf000,
    0x9000,
    (cpu, h) => transfer(cpu, (h & 0x800) !== 0, 4, reg(h, 8), offsetTo(cpu, 13, 4 * (h & 255))),
  ],
  [0xf800, 0xa000, one((cpu, h) => cpu.set(reg(h, 8), ((cpu.at + 4) & ~3) + 4 * (h & 255)))],
  [0xf800, 0xa800, one((cpu, h) => cpu.set(reg(h, 8), cpu.get(13) + 4 * (h & 255)))],
  [0xff80, 0xb000, one((cpu, h) => cpu.set(13, cpu.get(13) + 4 * (h & 127)))],
  [0xff80, 0xb080, one((cpu, h) => cpu.set(13, cpu.get(13) - 4 * (h & 127)))],
  [0xff00, 0xb200, one((cpu, h) => cpu.set(reg(h, 0), EXTENSIONS[(h >> 6) & 3]?.(cpu.get(reg(h, 3))) ?? 0))],
  [
    0xfe00,
    0xb400,
    (cpu, h) => {
      const list = (h & 255) | ((h & 256) << 6);
      cpu.r[13] = cpu.get(13) - 4 * bitsOf(list);
      many(cpu, list, cpu.get(13), false);
      return 1 + bitsOf(list);
    },
  ],
  [0xffef, 0xb662, () => 1],
  [0xff00, 0xba00, one((cpu, h) => cpu.set(reg(h, 0), REVERSALS[(h >> 6) & 3]?.(cpu.get(reg(h, 3))) ?? 0))],
  [
    0xfe00,
    0xbc00,
    (cpu, h) => {
      const list = (h & 255) | ((h & 256) << 7);
      const from = cpu.get(13);
      cpu.r[13] = from + 4 * bitsOf(list);
      many(cpu, list, from, true);
      return bitsOf(list) + ((h & 256) === 0 ? 1 : 3);
    },
  ],
  [0xffff, 0xbf00, () => 1],
  [
    0xf000,
    0xc000,
    (cpu, h) => {
      const list = h & 255;
      const isLoad = (h & 0x800) !== 0;
      const base = cpu.get(reg(h, 8));
      many(cpu, list, base, isLoad);
      if (!isLoad || ((list >> reg(h, 8)) & 1) === 0) cpu.set(reg(h, 8), base + 4 * bitsOf(list));
      return 1 + bitsOf(list);
    },
  ],
  [
    0xf000,
    0xd000,
    (cpu, h) => {
      if (!cpu.holds((h >> 8) & 15)) return 1;
      cpu.next = cpu.at + 4 + 2 * sign(h & 255, 8);
      return 2;
    },
  ],
  [
    0xf800,
    0xe000,
    (cpu, h) => {
      cpu.next = cpu.at + 4 + 2 * sign(h & 2047, 11);
      return 2;
    },
  ],
  [
    0xf800,
    0xf000,
    (cpu, h) => {
      // Calls of this side of 4 MB are all that is asked here: J1 and J2 are the sign.
      const low = cpu.read(cpu.at + 2, 2);
      const link = (cpu.next | 1) >>> 0;
      cpu.next = cpu.at + 4 + sign(((h & 1023) << 12) | ((low & 2047) << 1), 22);
      cpu.set(14, link);
      return 3;
    },
  ],
];

const highD = (h: number) => (h & 7) | ((h >> 4) & 8);

function high(cpu: Reference, h: number, result: (d: number, m: number) => number): number {
  const d = highD(h);
  cpu.set(d, result(cpu.get(d), cpu.get((h >> 3) & 15)));
  return d === 15 ? 2 : 1;
}

function jump(cpu: Reference, m: number): number {
  const target = cpu.get(m);
  if ((target & 1) === 0) throw new RangeError('out of Thumb');
  cpu.set(15, target);
  return 2;
}
