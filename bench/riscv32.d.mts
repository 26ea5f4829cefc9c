export interface Result {
  readonly name: string;
  readonly value: number;
  readonly baseline: number;
  readonly ratio: number;
}

/** Of each comparison a result, cycles: of `check` on RV32, and of C. Asked at so many borders of a line or of a phase range at most. */
export function benchRiscv32(bordersMost?: number): Promise<Result[]>;
