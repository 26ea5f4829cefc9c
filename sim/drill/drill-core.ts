/** A core that drills can look into: its memory, its variables, and all of both to be kept and put back. */
import type { Geometry } from '../../host/core/geometry.ts';

/** What a core asks of the machine under it; addresses are offsets in its memory. 0 is done. */
export interface DrillPort {
  flashRead(area: number, offset: number, destination: number, bytes: number): number;
  flashErase(area: number, offset: number): number;
  flashProgram(area: number, offset: number, source: number, bytes: number): number;
  serialWrite(source: number, bytes: number): number;
  safeInput(): number;
  ticks(): number;
  reset(): void;
}

/** A core that is no wasm stopped the device, or does not come back from its port. */
export class CoreTrap extends Error {}

/** All that a core remembers. */
export interface CoreState {
  readonly memory: Uint8Array;
  readonly variables: Uint8Array | readonly (number | bigint)[];
}

export interface DrillCore {
  boot(): number;
  check(phase: number, x: number, y: number): number;
  verdict(word: number, x: number, y: number): void;
  receive(byte: number): void;
  service(checks: number): number;
  stateOf(what: number): number;
  /** Its linear memory. */
  readonly bytes: Uint8Array;
  /** The map arena, a part of it, and where `verdict` leaves its answer. */
  readonly arena: Uint8Array;
  readonly verdictAt: number;
  /** Bits of the variables that do not lie in the memory. */
  readonly variableBits: number;
  variableName(bit: number): string;
  flipVariable(bit: number): void;
  keep(): CoreState;
  putBack(state: CoreState): void;
}

/** Makes a core on a port, its geometry and burned block filled in. */
export type MakeCore = (geometry: Geometry, burned: Uint8Array, port: DrillPort) => DrillCore;
