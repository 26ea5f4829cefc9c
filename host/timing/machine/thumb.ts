/**
 * Decodes Thumb as ARMv6-M has it (ARM DDI 0419, chapter A5 and A6): all that Cortex-M0, M0+ and M1 execute, and nothing else. What is
 * UNDEFINED or UNPREDICTABLE there decodes to undefined; test/machine/thumb.test.ts compares every halfword with GNU objdump.
 */

export const SP = 13;
export const LR = 14;
export const PC = 15;

export type Shift = 'lsl' | 'lsr' | 'asr' | 'ror';
export type Logic = 'and' | 'eor' | 'orr' | 'bic' | 'tst';
export type Extension = 'sxth' | 'sxtb' | 'uxth' | 'uxtb';
export type Reversal = 'rev' | 'rev16' | 'revsh';
export type Width = 1 | 2 | 4;

/** A second operand: a register, or a constant. */
export type Operand =
  | { readonly register: number; readonly constant?: never }
  | { readonly constant: number; readonly register?: never };

/** What is done. Registers are d (result), n and m (operands), t (loaded or stored); lists have a bit a register. */
export type ThumbOperation =
  | {
      readonly kind: 'shift';
      readonly shift: Shift;
      readonly d: number;
      readonly m: number;
      readonly by: Operand;
    }
  | { readonly kind: 'move'; readonly d: number; readonly operand: Operand; readonly setsFlags: boolean }
  | {
      readonly kind: 'add' | 'subtract';
      readonly d: number;
      readonly n: number;
      readonly operand: Operand;
      readonly setsFlags: boolean;
    }
  | { readonly kind: 'add-carry' | 'subtract-carry'; readonly d: number; readonly m: number }
  | { readonly kind: 'multiply'; readonly d: number; readonly m: number }
  | { readonly kind: 'negate' | 'invert'; readonly d: number; readonly m: number }
  | { readonly kind: 'compare' | 'compare-negative'; readonly n: number; readonly operand: Operand }
  | { readonly kind: 'logic'; readonly logic: Logic; readonly d: number; readonly m: number }
  | { readonly kind: 'extend'; readonly extension: Extension; readonly d: number; readonly m: number }
  | { readonly kind: 'reverse'; readonly reversal: Reversal; readonly d: number; readonly m: number }
  | { readonly kind: 'address'; readonly d: number; readonly offset: number }
  | { readonly kind: 'load-literal'; readonly t: number; readonly offset: number }
  | {
      readonly kind: 'load';
      readonly width: Width;
      readonly isSigned: boolean;
      readonly t: number;
      readonly n: number;
      readonly offset: Operand;
    }
  | {
      readonly kind: 'store';
      readonly width: Width;
      readonly t: number;
      readonly n: number;
      readonly offset: Operand;
    }
  | { readonly kind: 'load-many' | 'store-many'; readonly n: number; readonly list: number }
  | { readonly kind: 'push' | 'pop'; readonly list: number }
  | { readonly kind: 'branch'; readonly offset: number }
  | { readonly kind: 'branch-if'; readonly condition: number; readonly offset: number }
  | { readonly kind: 'call'; readonly offset: number }
  | { readonly kind: 'exchange' | 'call-register'; readonly m: number }
  | { readonly kind: 'interrupts'; readonly isMasked: boolean }
  | { readonly kind: 'hint'; readonly hint: 'nop' | 'yield' | 'wfe' | 'wfi' | 'sev' }
  | { readonly kind: 'trap'; readonly trap: 'svc' | 'bkpt' | 'udf'; readonly number: number }
  | { readonly kind: 'barrier'; readonly barrier: 'dmb' | 'dsb' | 'isb' }
  | { readonly kind: 'read-special'; readonly d: number; readonly special: number }
  | { readonly kind: 'write-special'; readonly n: number; readonly special: number };

export type ThumbInstruction = ThumbOperation & { readonly bytes: 2 | 4 };

/** Instructions of some kinds. */
export type Of<Kind extends ThumbInstruction['kind']> = Extract<ThumbInstruction, { readonly kind: Kind }>;

const LOW_REGISTERS = 0xff;
const LR_BIT = 1 << LR;
const PC_BIT = 1 << PC;
/** MRS and MSR name these registers, and no other, on ARMv6-M. */
export const SPECIAL_REGISTERS: Readonly<Record<number, string>> = {
  ...{ 0: 'CPSR', 1: 'IAPSR', 2: 'EAPSR', 3: 'PSR', 5: 'IPSR', 6: 'EPSR', 7: 'IEPSR' },
  ...{ 8: 'MSP', 9: 'PSP', 16: 'PRIMASK', 20: 'CONTROL' },
};

const field = (halfword: number, from: number, bits: number) => (halfword >> from) & ((1 << bits) - 1);
const signed = (value: number, bits: number) => (value << (32 - bits)) >> (32 - bits);
const register = (number: number): Operand => ({ register: number });
const constant = (number: number): Operand => ({ constant: number });

/** The instruction at two halfwords, of which the second counts where the first begins 32 bits; undefined for none of ARMv6-M. */
export function decodeThumb(first: number, second: number): ThumbInstruction | undefined {
  const isWide = first >> 11 >= 0x1d;
  const operation = isWide ? decodeWide(first, second) : decodeNarrow(first);
  return operation === undefined ? undefined : { ...operation, bytes: isWide ? 4 : 2 };
}

function decodeNarrow(halfword: number): ThumbOperation | undefined {
  const top = halfword >> 12;
  if (top < 4) return top < 2 ? shiftsAndSums(halfword) : withConstant(halfword);
  if (top === 4) return registersAndLiterals(halfword);
  if (top < 10) return loadOrStore(halfword, top);
  if (top === 10) return addressOf(halfword);
  if (top === 11) return miscellaneous(halfword);
  if (top === 12) return many(halfword);
  if (top === 13) return conditional(halfword);
  return { kind: 'branch', offset: 2 * signed(field(halfword, 0, 11), 11) };
}

function shiftsAndSums(halfword: number): ThumbOperation {
  const [d, m, amount] = [field(halfword, 0, 3), field(halfword, 3, 3), field(halfword, 6, 5)];
  const operation = halfword >> 11;
  if (operation === 3) {
    const third = field(halfword, 6, 3);
    const operand = field(halfword, 10, 1) === 1 ? constant(third) : register(third);
    const kind = field(halfword, 9, 1) === 1 ? 'subtract' : 'add';
    return { kind, d, n: m, operand, setsFlags: true };
  }
  if (operation === 0 && amount === 0) return { kind: 'move', d, operand: register(m), setsFlags: true };
  const shift = (['lsl', 'lsr', 'asr'] as const)[operation] ?? 'lsl';
  return { kind: 'shift', shift, d, m, by: constant(operation !== 0 && amount === 0 ? 32 : amount) };
}

function withConstant(halfword: number): ThumbOperation {
  const d = field(halfword, 8, 3);
  const operand = constant(field(halfword, 0, 8));
  const operation = field(halfword, 11, 2);
  if (operation === 0) return { kind: 'move', d, operand, setsFlags: true };
  if (operation === 1) return { kind: 'compare', n: d, operand };
  return { kind: operation === 2 ? 'add' : 'subtract', d, n: d, operand, setsFlags: true };
}

function registersAndLiterals(halfword: number): ThumbOperation | undefined {
  if (field(halfword, 11, 1) === 1) {
    return { kind: 'load-literal', t: field(halfword, 8, 3), offset: 4 * field(halfword, 0, 8) };
  }
  return field(halfword, 10, 1) === 0 ? dataProcessing(halfword) : highRegisters(halfword);
}

function dataProcessing(halfword: number): ThumbOperation {
  const [d, m] = [field(halfword, 0, 3), field(halfword, 3, 3)];
  const logic = (name: Logic): ThumbOperation => ({ kind: 'logic', logic: name, d, m });
  const shift = (name: Shift): ThumbOperation => ({ kind: 'shift', shift: name, d, m: d, by: register(m) });
  const operations: readonly ThumbOperation[] = [
    ...[logic('and'), logic('eor'), shift('lsl'), shift('lsr'), shift('asr')],
    ...[{ kind: 'add-carry', d, m } as const, { kind: 'subtract-carry', d, m } as const, shift('ror')],
    ...[logic('tst'), { kind: 'negate', d, m } as const],
    ...(['compare', 'compare-negative'] as const).map((kind) => ({ kind, n: d, operand: register(m) })),
    ...[logic('orr'), { kind: 'multiply', d, m } as const, logic('bic'), { kind: 'invert', d, m } as const],
  ];
  return operations[field(halfword, 6, 4)] ?? logic('and');
}

function highRegisters(halfword: number): ThumbOperation | undefined {
  const d = field(halfword, 0, 3) | (field(halfword, 7, 1) << 3);
  const m = field(halfword, 3, 4);
  const operation = field(halfword, 8, 2);
  if (operation === 0) {
    // Both PC is UNPREDICTABLE.
    const isDefined = d !== PC || m !== PC;
    return isDefined ? { kind: 'add', d, n: d, operand: register(m), setsFlags: false } : undefined;
  }
  if (operation === 1) {
    const isDefined = (d > 7 || m > 7) && d !== PC && m !== PC;
    return isDefined ? { kind: 'compare', n: d, operand: register(m) } : undefined;
  }
  if (operation === 2) return { kind: 'move', d, operand: register(m), setsFlags: false };
  if (field(halfword, 0, 3) !== 0) return undefined;
  if (field(halfword, 7, 1) === 0) return m === PC ? undefined : { kind: 'exchange', m };
  return m === PC ? undefined : { kind: 'call-register', m };
}

const BY_REGISTER = [
  ...[
    { isLoad: false, width: 4 },
    { isLoad: false, width: 2 },
    { isLoad: false, width: 1 },
  ],
  { isLoad: true, width: 1, isSigned: true },
  ...[
    { isLoad: true, width: 4 },
    { isLoad: true, width: 2 },
    { isLoad: true, width: 1 },
  ],
  { isLoad: true, width: 2, isSigned: true },
] as const;

function loadOrStore(halfword: number, top: number): ThumbOperation {
  const [t, n] = [field(halfword, 0, 3), field(halfword, 3, 3)];
  const access = (isLoad: boolean, width: Width, offset: Operand, isSigned = false): ThumbOperation =>
    isLoad ? { kind: 'load', width, isSigned, t, n, offset } : { kind: 'store', width, t, n, offset };
  if (top === 5) {
    const { isLoad, width, ...rest } = BY_REGISTER[field(halfword, 9, 3)] ?? BY_REGISTER[0];
    return access(isLoad, width, register(field(halfword, 6, 3)), 'isSigned' in rest);
  }
  const isLoad = field(halfword, 11, 1) === 1;
  if (top === 9) {
    const offset = constant(4 * field(halfword, 0, 8));
    const stacked = { t: field(halfword, 8, 3), n: SP, offset };
    return isLoad
      ? { kind: 'load', width: 4, isSigned: false, ...stacked }
      : { kind: 'store', width: 4, ...stacked };
  }
  const width: Width = top === 8 ? 2 : field(halfword, 12, 1) === 1 ? 1 : 4;
  return access(isLoad, width, constant(width * field(halfword, 6, 5)));
}

function addressOf(halfword: number): ThumbOperation {
  const d = field(halfword, 8, 3);
  const offset = 4 * field(halfword, 0, 8);
  if (field(halfword, 11, 1) === 0) return { kind: 'address', d, offset };
  return { kind: 'add', d, n: SP, operand: constant(offset), setsFlags: false };
}

function miscellaneous(halfword: number): ThumbOperation | undefined {
  const [d, m] = [field(halfword, 0, 3), field(halfword, 3, 3)];
  const which = field(halfword, 6, 2);
  switch (field(halfword, 8, 4)) {
    case 0: {
      const operand = constant(4 * field(halfword, 0, 7));
      return {
        kind: field(halfword, 7, 1) === 1 ? 'subtract' : 'add',
        ...{ d: SP, n: SP, operand, setsFlags: false },
      };
    }
    case 2:
      return {
        kind: 'extend',
        extension: (['sxth', 'sxtb', 'uxth', 'uxtb'] as const)[which] ?? 'sxth',
        d,
        m,
      };
    case 4:
    case 5:
      return listed('push', halfword, field(halfword, 8, 1) === 1 ? LR_BIT : 0);
    case 6:
      if (halfword === 0xb662 || halfword === 0xb672) {
        return { kind: 'interrupts', isMasked: halfword === 0xb672 };
      }
      return undefined;
    case 10:
      if (which === 2) return undefined;
      return { kind: 'reverse', reversal: (['rev', 'rev16', 'rev', 'revsh'] as const)[which] ?? 'rev', d, m };
    case 12:
    case 13:
      return listed('pop', halfword, field(halfword, 8, 1) === 1 ? PC_BIT : 0);
    case 14:
      return { kind: 'trap', trap: 'bkpt', number: field(halfword, 0, 8) };
    case 15: {
      const hint = (['nop', 'yield', 'wfe', 'wfi', 'sev'] as const)[field(halfword, 4, 4)];
      return field(halfword, 0, 4) !== 0 || hint === undefined ? undefined : { kind: 'hint', hint };
    }
    default:
      return undefined;
  }
}

function listed(kind: 'push' | 'pop', halfword: number, more: number): ThumbOperation | undefined {
  const list = (halfword & LOW_REGISTERS) | more;
  return list === 0 ? undefined : { kind, list };
}

function many(halfword: number): ThumbOperation | undefined {
  const n = field(halfword, 8, 3);
  const list = halfword & LOW_REGISTERS;
  if (list === 0) return undefined;
  if (field(halfword, 11, 1) === 1) return { kind: 'load-many', n, list };
  // The base may be stored only as the first of the list; else what is stored is UNKNOWN.
  const isFirst = ((list >> n) & 1) === 0 || (list & ((1 << n) - 1)) === 0;
  return isFirst ? { kind: 'store-many', n, list } : undefined;
}

function conditional(halfword: number): ThumbOperation {
  const condition = field(halfword, 8, 4);
  const number = field(halfword, 0, 8);
  if (condition === 14) return { kind: 'trap', trap: 'udf', number };
  if (condition === 15) return { kind: 'trap', trap: 'svc', number };
  return { kind: 'branch-if', condition, offset: 2 * signed(number, 8) };
}

function decodeWide(first: number, second: number): ThumbOperation | undefined {
  if (first >> 11 !== 0x1e || second >> 15 !== 1) return undefined;
  if ((second & 0x5000) === 0x5000) return callTo(first, second);
  if ((first & 0xfff0) === 0xf7f0 && second >> 12 === 0xa) {
    return { kind: 'trap', trap: 'udf', number: ((first & 15) << 12) | (second & 0xfff) };
  }
  // Of the options there is only SY: the whole system.
  if (first === 0xf3bf && second >> 8 === 0x8f && (second & 15) === 15) {
    const barrier = { 4: 'dsb', 5: 'dmb', 6: 'isb' } as const;
    const found = barrier[field(second, 4, 4) as 4 | 5 | 6];
    return found === undefined ? undefined : { kind: 'barrier', barrier: found };
  }
  return specialRegister(first, second);
}

function callTo(first: number, second: number): ThumbOperation {
  const sign = field(first, 10, 1);
  const high = 1 ^ field(second, 13, 1) ^ sign;
  const low = 1 ^ field(second, 11, 1) ^ sign;
  const bits =
    (sign << 24) | (high << 23) | (low << 22) | (field(first, 0, 10) << 12) | (field(second, 0, 11) << 1);
  return { kind: 'call', offset: signed(bits, 25) };
}

function specialRegister(first: number, second: number): ThumbOperation | undefined {
  const special = field(second, 0, 8);
  if (SPECIAL_REGISTERS[special] === undefined) return undefined;
  const d = field(second, 8, 4);
  if (first === 0xf3ef && second >> 12 === 8 && d !== SP && d !== PC)
    return { kind: 'read-special', d, special };
  const n = field(first, 0, 4);
  const isWrite = first >> 4 === 0xf38 && second >> 8 === 0x88;
  return isWrite && n !== SP && n !== PC ? { kind: 'write-special', n, special } : undefined;
}

const CONDITIONS = ['eq', 'ne', 'cs', 'cc', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le'];

export function conditionName(condition: number): string {
  return CONDITIONS[condition] ?? `condition ${condition}`;
}

/** Where a branch or call leads; offsets count from two instructions further. */
export function targetOf(address: number, offset: number): number {
  return (address + 4 + offset) >>> 0;
}

/** Where an offset of ADR or a literal's load counts from. */
export function literalAddress(address: number, offset: number): number {
  return (((address + 4) & ~3) + offset) >>> 0;
}
