/** Why there is no bound: what the analysis does not know, or what a program may not do, with the place. */

export type Reason =
  | 'unknown-opcode'
  | 'indirect-target'
  | 'unbounded-loop'
  | 'recursion'
  | 'store-to-code'
  | 'outside'
  | 'forbidden-region'
  | 'return-address'
  | 'stack-pointer'
  | 'stripped'
  | 'unaligned'
  | 'waits'
  | 'privileged'
  | 'not-code'
  | 'too-long';

export class Decline extends Error {
  readonly reason: Reason;
  /** Of the instruction. */
  readonly address: number;

  constructor(reason: Reason, address: number, message: string) {
    super(message);
    this.name = 'Decline';
    this.reason = reason;
    this.address = address;
  }
}

export function hex(number: number): string {
  return `0x${(number >>> 0).toString(16)}`;
}
