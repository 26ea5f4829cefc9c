import type { CoreTable } from './core-table.ts';
import type { Cost } from './pipeline.ts';

/** Cortex cores that execute ARMv6-M, by their manuals. */

export type ThumbClass =
  | 'alu'
  | 'multiply'
  | 'write-pc'
  | 'load'
  | 'store'
  | 'load-many'
  | 'store-many'
  | 'pop-pc'
  | 'branch-not-taken'
  | 'branch-taken'
  | 'branch'
  | 'call'
  | 'exchange'
  | 'call-register'
  | 'special'
  | 'barrier'
  | 'hint'
  | 'interrupts';

export interface Row extends Cost {
  /** More for each register of a list, the link and the program counter among them. */
  readonly perRegister: number;
  /** Something outside of the core says how long it takes: it is declined. */
  readonly isUnbounded?: true;
  readonly source: string;
}

export interface ArmCore extends CoreTable {
  readonly architecture: 'armv6-m';
  readonly rows: Readonly<Record<ThumbClass, Row>>;
}

function row(most: number, source: string, more: { perRegister?: number; least?: number } = {}): Row {
  return { least: more.least ?? most, most, perRegister: more.perRegister ?? 0, source };
}

const M0PLUS = 'Cortex-M0+ Technical Reference Manual r0p1, ARM DDI 0484C, table 3-1';
const M0 = 'Cortex-M0 Technical Reference Manual r0p0, ARM DDI 0432C, table 3-1';
const RP2040 = 'RP2040 datasheet';

const FLASH_PAST_CACHE = 'flash past its cache';

export const CORTEX_M0PLUS: ArmCore = {
  architecture: 'armv6-m',
  id: 'cortex-m0plus',
  title: 'Cortex-M0+ as in the RP2040: multiplier of one cycle, code and data in SRAM',
  version: 1,
  comparedWith:
    'the emulator rp2040js, its omissions corrected (sim/boards/rp2040-core.ts); not with silicon',
  rows: {
    alu: row(1, `${M0PLUS}: move, add, subtract, compare, logical, shift, rotate, extend, reverse: 1`),
    multiply: row(1, `${M0PLUS}: 1 or 32; ${RP2040}, 2.4.1: single-cycle 32-bit multiplier`),
    'write-pc': row(2, `${M0PLUS}: ADD PC and MOV PC: 2`),
    load: row(2, `${M0PLUS}: word, halfword, byte: 2 (1 from the single-cycle port)`),
    store: row(2, `${M0PLUS}: word, halfword, byte: 2 (1 to the single-cycle port)`),
    'load-many': row(1, `${M0PLUS}: LDM, POP: 1 + N`, { perRegister: 1 }),
    'store-many': row(1, `${M0PLUS}: STM, PUSH: 1 + N, LR is one of N`, { perRegister: 1 }),
    'pop-pc': row(3, `${M0PLUS}: POP with PC: 3 + N, PC is one of N`, { perRegister: 1 }),
    'branch-not-taken': row(1, `${M0PLUS}: conditional, not taken: 1`),
    'branch-taken': row(2, `${M0PLUS}: conditional, taken: 2`),
    branch: row(2, `${M0PLUS}: unconditional: 2`),
    call: row(3, `${M0PLUS}: with link: 3`),
    exchange: row(2, `${M0PLUS}: with exchange: 2`),
    'call-register': row(2, `${M0PLUS}: with link and exchange: 2`),
    special: row(3, `${M0PLUS}: MRS, MSR: 3`),
    barrier: row(3, `${M0PLUS}: ISB, DMB, DSB: 3`),
    hint: row(1, `${M0PLUS}: NOP, SEV, YIELD: 1`),
    interrupts: row(1, `${M0PLUS}: CPSID, CPSIE: 1`),
  },
  devices: [
    {
      ...{ name: 'flash through its cache', from: 0x1000_0000, to: 0x1100_0000 },
      ...{ loadCycles: null, storeCycles: null },
      source: `${RP2040}, 2.6.3: a miss takes as long as the serial flash; not bounded here`,
    },
    {
      ...{
        name: FLASH_PAST_CACHE,
        from: 0x1300_0000,
        to: 0x1400_0000,
        loadCycles: 272,
        storeCycles: null,
      },
      source: `${RP2040}, 4.10: the slowest chip, 03h, 24 bits of address and 32 of data, at clk_sys / 4, and 4 bits for the select line (an estimate)`,
    },
    {
      ...{ name: 'APB', from: 0x4000_0000, to: 0x5000_0000, loadCycles: 2, storeCycles: 3 },
      source: `${RP2040}, 2.1.4: two cycles, one more to read, two more to write`,
    },
    {
      ...{ name: 'AHB-Lite peripherals', from: 0x5000_0000, to: 0x6000_0000, loadCycles: 0, storeCycles: 0 },
      source: `${RP2040}, 2.1: no wait states`,
    },
    {
      ...{ name: 'single-cycle IO', from: 0xd000_0000, to: 0xd000_0180, loadCycles: -1, storeCycles: -1 },
      source: `${RP2040}, 2.1.2: accesses in a single cycle`,
    },
    {
      ...{ name: 'private peripherals', from: 0xe000_0000, to: 0xe010_0000, loadCycles: 0, storeCycles: 0 },
      source: `${M0PLUS}: as any load or store`,
    },
  ],
};

/** The same where flash past its cache answers at once, as it does in emulators: what is measured there is compared with this. */
export const WITHOUT_FLASH_WAITS: ArmCore = {
  ...CORTEX_M0PLUS,
  id: 'cortex-m0plus-emulated',
  title: `${CORTEX_M0PLUS.title}; flash past its cache without wait states, as emulators have it`,
  devices: CORTEX_M0PLUS.devices.map((device) =>
    device.name === FLASH_PAST_CACHE ? { ...device, loadCycles: 0 } : device,
  ),
};

export const CORTEX_M0: ArmCore = {
  architecture: 'armv6-m',
  id: 'cortex-m0',
  title: 'Cortex-M0, memory without wait states, either multiplier',
  version: 1,
  comparedWith: 'nothing but the manual',
  rows: {
    ...CORTEX_M0PLUS.rows,
    alu: row(1, `${M0}: move, add, subtract, compare, logical, shift, rotate, extend, reverse: 1`),
    multiply: row(32, `${M0}: 1 or 32, as the chip was made`, { least: 1 }),
    'write-pc': row(3, `${M0}: ADD PC and MOV PC: 3`),
    load: row(2, `${M0}: word, halfword, byte: 2`),
    store: row(2, `${M0}: word, halfword, byte: 2`),
    'load-many': row(1, `${M0}: LDM, POP: 1 + N`, { perRegister: 1 }),
    'store-many': row(1, `${M0}: STM, PUSH: 1 + N`, { perRegister: 1 }),
    'pop-pc': row(4, `${M0}: POP with PC: 4 + N`, { perRegister: 1 }),
    'branch-not-taken': row(1, `${M0}: conditional, not taken: 1`),
    'branch-taken': row(3, `${M0}: conditional, taken: 3`),
    branch: row(3, `${M0}: unconditional: 3`),
    call: row(4, `${M0}: with link: 4`),
    exchange: row(3, `${M0}: with exchange: 3`),
    'call-register': row(3, `${M0}: with link and exchange: 3`),
    special: row(4, `${M0}: MRS, MSR: 4`),
    barrier: row(4, `${M0}: ISB, DMB, DSB: 4`),
    hint: row(1, `${M0}: NOP, SEV, YIELD: 1`),
    interrupts: row(1, `${M0}: CPSID, CPSIE: 1`),
  },
  devices: [],
};

const M3 = 'Cortex-M3 Technical Reference Manual r2p1, ARM DDI 0337I, table 3-1';
const M4 = 'Cortex-M4 Technical Reference Manual r0p1, ARM 100166_0001_00, table 3-1';
/** Both cores' P, cycles of a refill of the pipeline: by alignment, width and speculation of the target, which are not followed. */
const REFILL = { least: 1, most: 3 } as const;

/** Their tables have the same rows for instructions that ARMv6-M has. What neighbours do to each other is between `least` and `most`. */
function rowsOfArmv7(manual: string): ArmCore['rows'] {
  const jump = (what: string) =>
    row(1 + REFILL.most, `${manual}: ${what}: 1 + P`, { least: 1 + REFILL.least });
  const neighbours = '1 after a load, 1 more where the address was just computed or a literal meets a fetch';
  return {
    alu: row(1, `${manual}: move, add, subtract, compare, logical, shift, rotate, extend, reverse: 1`),
    multiply: row(1, `${manual}: MUL: 1`),
    'write-pc': jump('ADD PC and MOV PC'),
    load: row(3, `${manual}: LDR: 2; ${neighbours}`, { least: 1 }),
    store: row(3, `${manual}: STR: 2; ${neighbours}`, { least: 1 }),
    'load-many': row(2, `${manual}: LDM, POP: 1 + N; 1 more where the address was just computed`, {
      ...{ perRegister: 1, least: 1 },
    }),
    'store-many': row(2, `${manual}: STM, PUSH: 1 + N; 1 more where the address was just computed`, {
      ...{ perRegister: 1, least: 1 },
    }),
    'pop-pc': row(2 + REFILL.most, `${manual}: POP with PC: 1 + N + P; 1 more where SP was just computed`, {
      ...{ perRegister: 1, least: 1 + REFILL.least },
    }),
    'branch-not-taken': row(1, `${manual}: conditional, not taken: 1`),
    'branch-taken': jump('conditional, taken'),
    branch: jump('unconditional'),
    call: jump('with link'),
    exchange: jump('with exchange'),
    'call-register': jump('with link and exchange'),
    special: row(2, `${manual}: MRS, MSR: 1 or 2`, { least: 1 }),
    barrier: {
      ...row(1, `${manual}: ISB, DMB, DSB: 1 + B, as long as the barrier takes`),
      isUnbounded: true,
    },
    hint: row(1, `${manual}: NOP, SEV: 1; may be folded into what stands before it: 0`, { least: 0 }),
    interrupts: row(2, `${manual}: CPSID, CPSIE: 1 or 2`, { least: 1 }),
  };
}

const FROM_THE_MANUAL = 'nothing: it is from the manual';

export const CORTEX_M3: ArmCore = {
  architecture: 'armv6-m',
  id: 'cortex-m3',
  title:
    'Cortex-M3, programs of instructions that ARMv6-M has; code by way of the code bus, memory without wait states',
  version: 1,
  comparedWith: FROM_THE_MANUAL,
  rows: rowsOfArmv7(M3),
  devices: [],
};

export const CORTEX_M4: ArmCore = {
  ...CORTEX_M3,
  id: 'cortex-m4',
  title: CORTEX_M3.title.replace('Cortex-M3', 'Cortex-M4'),
  rows: rowsOfArmv7(M4),
};
