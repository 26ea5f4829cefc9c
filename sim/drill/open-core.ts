/**
 * The released core with all of its variables in the open: a module whose globals are exported besides, not one instruction of it
 * changed. So a device can be put back to where it stood, and any bit that the core keeps can be flipped.
 */

import type { Geometry } from '../../host/core/port.ts';
import { BURNED_BYTES, GEOMETRY_AT, GEOMETRY_BYTES } from '../../host/format.ts';
import { exportGlobals } from './wasm-globals.ts';

/** What a core asks of the machine under it; addresses are offsets in its memory. 0 is done. */
export interface OpenPort {
  flashRead(area: number, offset: number, destination: number, bytes: number): number;
  flashErase(area: number, offset: number): number;
  flashProgram(area: number, offset: number, source: number, bytes: number): number;
  serialWrite(source: number, bytes: number): number;
  safeInput(): number;
  ticks(): number;
  reset(): void;
}

/** All that a core remembers. */
export interface CoreState {
  readonly memory: Uint8Array;
  readonly globals: readonly (number | bigint)[];
}

interface OpenExports {
  readonly memory: WebAssembly.Memory;
  readonly ARENA: WebAssembly.Global<'i32'>;
  readonly ARENA_BYTES: WebAssembly.Global<'i32'>;
  readonly BURNED: WebAssembly.Global<'i32'>;
  readonly GEOMETRY: WebAssembly.Global<'i32'>;
  readonly VERDICT: WebAssembly.Global<'i32'>;
  boot(): number;
  check(phase: number, x: number, y: number): number;
  verdict(word: number, x: number, y: number): void;
  receive(byte: number): void;
  service(checks: number): number;
  stateOf(what: number): number;
}

/** A module of a core that shows its variables, and which of its exports they are. */
export interface OpenModule {
  readonly module: WebAssembly.Module;
  readonly globals: readonly string[];
}

/** Compiles a core's bytes. Throws RangeError when they are no module as the core's compiler writes them. */
export function openModule(wasm: Uint8Array): OpenModule {
  const { bytes, names } = exportGlobals(wasm);
  return { module: new WebAssembly.Module(bytes), globals: names };
}

export class OpenCore {
  readonly exports: OpenExports;
  readonly globals: readonly WebAssembly.Global[];
  readonly bytes: Uint8Array;

  constructor({ module, globals }: OpenModule, geometry: Geometry, burned: Uint8Array, port: OpenPort) {
    const imports = { cycles: () => 0, cycleRate: () => 0, interrupts: () => {}, timed: () => 0, ...port };
    const { exports } = new WebAssembly.Instance(module, { port: imports });
    this.exports = exports as unknown as OpenExports;
    this.globals = globals.map((name) => exports[name] as WebAssembly.Global);
    this.bytes = new Uint8Array(this.exports.memory.buffer);
    this.#fillGeometry(geometry);
    this.bytes.set(burned.subarray(0, BURNED_BYTES), this.exports.BURNED.value);
  }

  #fillGeometry({ sectorBytes, programBytes, erasedByte, areaBytes }: Geometry): void {
    const view = new DataView(this.bytes.buffer, this.exports.GEOMETRY.value, GEOMETRY_BYTES);
    view.setUint32(GEOMETRY_AT.sectorBytes, sectorBytes, true);
    view.setUint32(GEOMETRY_AT.programBytes, programBytes, true);
    view.setUint32(GEOMETRY_AT.erasedByte, erasedByte, true);
    areaBytes.forEach((bytes, area) => {
      view.setUint32(GEOMETRY_AT.areaBytes + 4 * area, bytes, true);
    });
  }

  keep(): CoreState {
    return { memory: this.bytes.slice(), globals: this.globals.map(({ value }) => value) };
  }

  putBack({ memory, globals }: CoreState): void {
    this.bytes.set(memory);
    this.globals.forEach((global, index) => {
      global.value = globals[index];
    });
  }

  /** The map arena. */
  arena(): Uint8Array {
    const at = this.exports.ARENA.value;
    return this.bytes.subarray(at, at + this.exports.ARENA_BYTES.value);
  }
}
