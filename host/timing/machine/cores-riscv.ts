import type { CoreTable } from './core-table.ts';
import type { Cost } from './pipeline.ts';

/** Cores of RV32IMC, by what their makers write of them. None was compared with hardware or with its RTL. */

export type RiscvClass =
  | 'alu'
  | 'shift'
  | 'multiply'
  | 'multiply-high'
  | 'divide'
  | 'divide-unsigned'
  | 'load'
  | 'store'
  | 'branch-not-taken'
  | 'branch-taken'
  | 'jump'
  | 'jump-register'
  | 'csr'
  | 'fence'
  | 'fence-code'
  /** What is added: an instruction needs what the load before it loads. */
  | 'load-use'
  /** A branch goes another way than was predicted. */
  | 'mispredicted'
  /** A jump or a branch leads to an instruction of 32 bits that lies in two words. */
  | 'split-target';

export interface RiscvRow extends Cost {
  readonly source: string;
}

export interface RiscvCore extends CoreTable {
  readonly architecture: 'rv32imc';
  readonly rows: Readonly<Record<RiscvClass, RiscvRow>>;
  /** Takes instructions of 16 bits. */
  readonly hasCompressed: boolean;
  /** Predicts that the last backward branch that was taken is taken again, and no other. */
  readonly predictsLastBackward: boolean;
}

function row(most: number, source: string, least = most): RiscvRow {
  return { least, most, source };
}

const NONE = (source: string) => row(0, source);

const HAZARD3_TEXT =
  'Hazard3 documentation (github.com/Wren6991/Hazard3, doc/sections/instruction_timings.adoc), Instruction Cycle Counts';
const AS_BUILT = 'MULDIV_UNROLL = 2, MUL_FAST = 1';

export const HAZARD3: RiscvCore = {
  architecture: 'rv32imc',
  id: 'hazard3',
  title: 'Hazard3, all options for speed, as in the RP2350; code and data in memory without wait states',
  version: 1,
  comparedWith: 'nothing but its documentation',
  hasCompressed: true,
  predictsLastBackward: true,
  rows: {
    alu: row(1, `${HAZARD3_TEXT}: register, immediate and large immediate: 1`),
    shift: row(1, `${HAZARD3_TEXT}: sll, srl, sra: 1`),
    multiply: row(1, `${HAZARD3_TEXT}: mul: 1 (${AS_BUILT})`),
    'multiply-high': row(1, `${HAZARD3_TEXT}: mulh, mulhsu, mulhu: 1`),
    divide: row(19, `${HAZARD3_TEXT}: div, rem: 18 or 19, by the signs (${AS_BUILT})`, 18),
    'divide-unsigned': row(18, `${HAZARD3_TEXT}: divu, remu: 18 (${AS_BUILT})`),
    load: row(1, `${HAZARD3_TEXT}: loads: 1, where the next instruction does not depend on it`),
    store: row(1, `${HAZARD3_TEXT}: stores: 1`),
    'branch-not-taken': row(1, `${HAZARD3_TEXT}: branches: 1 if correctly predicted`),
    'branch-taken': row(1, `${HAZARD3_TEXT}: branches: 1 if correctly predicted`),
    jump: row(2, `${HAZARD3_TEXT}: jal: 2`),
    'jump-register': row(2, `${HAZARD3_TEXT}: jalr: 2`),
    csr: row(1, `${HAZARD3_TEXT}: CSR access: 1; writes to PMP and triggers are declined`),
    fence: row(3, `${HAZARD3_TEXT} does not name fence; taken as a flush of the fetches: at most 3`, 1),
    'fence-code': row(
      3,
      `${HAZARD3_TEXT} does not name fence.i; taken as a flush of the fetches: at most 3`,
      1,
    ),
    'load-use': row(
      1,
      `${HAZARD3_TEXT}: 2 where the next instruction uses the loaded data in stage 2, stored data apart`,
    ),
    mispredicted: row(1, `${HAZARD3_TEXT}: branches: 2 if mispredicted; Branch Predictor`),
    'split-target': row(1, `${HAZARD3_TEXT}: 1 more to a 32-bit instruction that is not 32-bit-aligned`),
  },
  devices: [],
};

const VIRT = 'QEMU, hw/riscv/virt.c';
const AT_ONCE = { loadCycles: 0, storeCycles: 0 } as const;

/** The board `riscv32` is no chip: Hazard3's cycles, and the devices of QEMU's machine as if they answered at once. */
export const HAZARD3_VIRT: RiscvCore = {
  ...HAZARD3,
  id: 'hazard3-virt',
  title: "Hazard3 with the devices of QEMU's virt machine, which answer at once",
  comparedWith: 'nothing: there is no such chip',
  devices: [
    { name: 'UART', from: 0x1000_0000, to: 0x1000_0100, ...AT_ONCE, source: `${VIRT}: VIRT_UART0` },
    {
      ...{
        name: 'flash behind the program',
        from: 0x2003_f000,
        to: 0x2400_0000,
        loadCycles: 0,
        storeCycles: null,
      },
      source: `${VIRT}: VIRT_FLASH, while it is not written; burnedOffset of targets/riscv32/target.json`,
    },
    {
      ...{ name: 'pins', from: 0x807f_f000, to: 0x8080_0000, ...AT_ONCE },
      source: 'targets/riscv32/target.json: two words of the last page of RAM stand for them',
    },
  ],
};

const IBEX_TEXT =
  'Ibex Reference Guide (github.com/lowRISC/ibex, doc/pipeline_details.rst), Pipeline Details';

export const IBEX: RiscvCore = {
  architecture: 'rv32imc',
  id: 'ibex',
  title:
    'Ibex, two stages, fast multiplier of several cycles, no branch target ALU; memory answers in one cycle',
  version: 1,
  comparedWith: 'nothing but its documentation',
  hasCompressed: true,
  predictsLastBackward: false,
  rows: {
    alu: row(1, `${IBEX_TEXT}: integer computational: no stall`),
    shift: row(1, `${IBEX_TEXT}: integer computational: no stall`),
    multiply: row(3, `${IBEX_TEXT}: fast multi-cycle multiplier: 2 stalls for MUL`),
    'multiply-high': row(4, `${IBEX_TEXT}: fast multi-cycle multiplier: 3 stalls for MULH`),
    divide: row(38, `${IBEX_TEXT}: 1 stall by 0, otherwise 37`, 2),
    'divide-unsigned': row(38, `${IBEX_TEXT}: 1 stall by 0, otherwise 37`, 2),
    load: row(2, `${IBEX_TEXT}: at least 1 stall; memory answers in one cycle`),
    store: row(2, `${IBEX_TEXT}: at least 1 stall; memory answers in one cycle`),
    'branch-not-taken': row(1, `${IBEX_TEXT}: not taken: no stall`),
    'branch-taken': row(3, `${IBEX_TEXT}: taken: 2 stalls`),
    jump: row(2, `${IBEX_TEXT}: jump: 1 stall`),
    'jump-register': row(2, `${IBEX_TEXT}: jump: 1 stall`),
    csr: row(1, `${IBEX_TEXT}: CSR access: no stall`),
    fence: row(1, `${IBEX_TEXT}: fence is no instruction fence: as computational`),
    'fence-code': row(2, `${IBEX_TEXT}: FENCE.I is a jump: 1 stall`),
    'load-use': NONE(`${IBEX_TEXT}: a load stalls until its data are there`),
    mispredicted: NONE(`${IBEX_TEXT}: nothing is predicted`),
    'split-target': row(1, `${IBEX_TEXT} does not name it: one fetch more at most`, 0),
  },
  devices: [],
};

const PICO_TEXT = 'PicoRV32 README (github.com/YosysHQ/picorv32), Cycles per Instruction Performance';

export const PICORV32: RiscvCore = {
  architecture: 'rv32imc',
  id: 'picorv32',
  title:
    'PicoRV32, two register ports, ENABLE_MUL and ENABLE_DIV, no barrel shifter, no compressed instructions; memory answers in the cycle that it is asked in',
  version: 1,
  comparedWith: 'nothing but its documentation',
  hasCompressed: false,
  predictsLastBackward: false,
  rows: {
    alu: row(3, `${PICO_TEXT}: ALU: 3`),
    shift: row(14, `${PICO_TEXT}: shift operations: 4-14`, 4),
    multiply: row(40, `${PICO_TEXT}: MUL: 40`),
    'multiply-high': row(72, `${PICO_TEXT}: MULH[SU|U]: 72`),
    divide: row(40, `${PICO_TEXT}: DIV[U]/REM[U]: 40`),
    'divide-unsigned': row(40, `${PICO_TEXT}: DIV[U]/REM[U]: 40`),
    load: row(5, `${PICO_TEXT}: memory load: 5`),
    store: row(5, `${PICO_TEXT}: memory store: 5`),
    'branch-not-taken': row(3, `${PICO_TEXT}: branch (not taken): 3`),
    'branch-taken': row(5, `${PICO_TEXT}: branch (taken): 5`),
    jump: row(3, `${PICO_TEXT}: direct jump (jal): 3`),
    'jump-register': row(6, `${PICO_TEXT}: indirect jump (jalr): 6`),
    csr: row(3, `${PICO_TEXT}: counters are read as an ALU operation: 3`),
    fence: row(3, `${PICO_TEXT} does not name fence: as an ALU operation`),
    'fence-code': row(3, `${PICO_TEXT} does not name fence.i: as an ALU operation`),
    'load-use': NONE(`${PICO_TEXT}: a load ends before the next instruction begins`),
    mispredicted: NONE(`${PICO_TEXT}: nothing is predicted`),
    'split-target': NONE('no instruction of 16 bits, so none of 32 bits lies in two words'),
  },
  devices: [],
};
