/** What the core asks of the machine under it; docs/SPEC.md section 6. */

export interface Port {
  /** Fills `destination` from flash; false: failed. */
  flashRead(area: number, offset: number, destination: Uint8Array): boolean;
  /** Erases the sector at `offset`; false: failed. */
  flashErase(area: number, offset: number): boolean;
  /** Programs whole program units; false: failed. */
  flashProgram(area: number, offset: number, source: Uint8Array): boolean;
  /** Bytes taken by the line; never waits. The bytes are the core's own and change after the call. */
  serialWrite(bytes: Uint8Array): number;
  /** Whether the machine is parked. */
  safeInput(): boolean;
  /** The device's own tick counter. */
  ticks(): number;
  /** Asks for a reset; it may follow later. */
  reset(): void;
  /** A counter of the processor's clock cycles; absent where there is none, as under an engine that compiles as it likes. */
  counter?: {
    /** Counts a second. */
    readonly hertz: number;
    /** u32, wraps. */
    cycles(): number;
  };
}
