/** What instructions of RV32IMC do, wide and compressed alike. */

export const ZERO = 0;
export const RA = 1;
export const SP = 2;
export const GP = 3;

export type Immediate = 'addi' | 'slti' | 'sltiu' | 'xori' | 'ori' | 'andi' | 'slli' | 'srli' | 'srai';
export type Compute = 'add' | 'sub' | 'sll' | 'slt' | 'sltu' | 'xor' | 'srl' | 'sra' | 'or' | 'and';
export type Multiply = 'mul' | 'mulh' | 'mulhsu' | 'mulhu';
export type Divide = 'div' | 'divu' | 'rem' | 'remu';
export type Comparison = 'beq' | 'bne' | 'blt' | 'bge' | 'bltu' | 'bgeu';
export type Width = 1 | 2 | 4;

/** What is done. Registers are d (result), n and m (operands). Constants are i32, offsets count from the instruction. */
export type RiscvOperation =
  | { readonly kind: 'upper' | 'address'; readonly d: number; readonly constant: number }
  | {
      readonly kind: 'immediate';
      readonly op: Immediate;
      readonly d: number;
      readonly n: number;
      readonly constant: number;
    }
  | {
      readonly kind: 'compute';
      readonly op: Compute;
      readonly d: number;
      readonly n: number;
      readonly m: number;
    }
  | {
      readonly kind: 'multiply';
      readonly op: Multiply;
      readonly d: number;
      readonly n: number;
      readonly m: number;
    }
  | {
      readonly kind: 'divide';
      readonly op: Divide;
      readonly d: number;
      readonly n: number;
      readonly m: number;
    }
  | {
      readonly kind: 'load';
      readonly width: Width;
      readonly isSigned: boolean;
      readonly d: number;
      readonly n: number;
      readonly constant: number;
    }
  | {
      readonly kind: 'store';
      readonly width: Width;
      readonly n: number;
      readonly m: number;
      readonly constant: number;
    }
  | {
      readonly kind: 'branch';
      readonly op: Comparison;
      readonly n: number;
      readonly m: number;
      readonly offset: number;
    }
  | { readonly kind: 'jump'; readonly d: number; readonly offset: number }
  | { readonly kind: 'jump-register'; readonly d: number; readonly n: number; readonly constant: number }
  | { readonly kind: 'fence'; readonly before: number; readonly after: number }
  | { readonly kind: 'fence-code' }
  | {
      readonly kind: 'csr';
      readonly op: 'csrrw' | 'csrrs' | 'csrrc';
      readonly d: number;
      readonly csr: number;
      /** A register, or a number of five bits in its place. */
      readonly n: number;
      readonly isConstant: boolean;
    }
  | { readonly kind: 'trap'; readonly trap: 'ecall' | 'ebreak' | 'wfi' | 'mret' };

export type RiscvInstruction = RiscvOperation & { readonly bytes: 2 | 4 };

/** Instructions of some kinds. */
export type Of<Kind extends RiscvInstruction['kind']> = Extract<RiscvInstruction, { readonly kind: Kind }>;
