/**
 * The released core with all of its variables in the open: a module whose globals are exported besides, not one instruction of it
 * changed. So a device can be put back to where it stood, and any bit that the core keeps can be flipped.
 */

import { type Geometry, geometryBytes } from '../../host/core/geometry.ts';
import { BURNED_BYTES } from '../../host/format.ts';
import type { CoreState, DrillCore, DrillPort, MakeCore } from './drill-core.ts';
import { exportGlobals } from './wasm-globals.ts';

/** The core has no variable of another size: exportGlobals sees to it. */
const VARIABLE_BITS = 32;

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

/** Makes cores of a module. */
export function coresOf(module: OpenModule): MakeCore {
  return (geometry, burned, port) => new OpenCore(module, geometry, burned, port);
}

class OpenCore implements DrillCore {
  readonly boot: DrillCore['boot'];
  readonly check: DrillCore['check'];
  readonly verdict: DrillCore['verdict'];
  readonly receive: DrillCore['receive'];
  readonly service: DrillCore['service'];
  readonly stateOf: DrillCore['stateOf'];
  readonly bytes: Uint8Array;
  readonly arena: Uint8Array;
  readonly verdictAt: number;
  readonly #globals: readonly WebAssembly.Global[];

  constructor({ module, globals }: OpenModule, geometry: Geometry, burned: Uint8Array, port: DrillPort) {
    const imports = { cycles: () => 0, cycleRate: () => 0, interrupts: () => {}, timed: () => 0, ...port };
    const instance = new WebAssembly.Instance(module, { port: imports }).exports;
    const core = instance as unknown as OpenExports;
    ({ boot: this.boot, check: this.check, verdict: this.verdict } = core);
    ({ receive: this.receive, service: this.service, stateOf: this.stateOf } = core);
    this.#globals = globals.map((name) => instance[name] as WebAssembly.Global);
    this.bytes = new Uint8Array(core.memory.buffer);
    this.arena = this.bytes.subarray(core.ARENA.value, core.ARENA.value + core.ARENA_BYTES.value);
    this.verdictAt = core.VERDICT.value;
    this.bytes.set(geometryBytes(geometry), core.GEOMETRY.value);
    this.bytes.set(burned.subarray(0, BURNED_BYTES), core.BURNED.value);
  }

  get variableBits(): number {
    return this.#globals.length * VARIABLE_BITS;
  }

  variableName(bit: number): string {
    return `${Math.floor(bit / VARIABLE_BITS)}, bit ${bit % VARIABLE_BITS}`;
  }

  flipVariable(bit: number): void {
    const global = this.#globals[Math.floor(bit / VARIABLE_BITS)];
    if (global === undefined) throw new RangeError(`there is no bit ${bit}`);
    global.value ^= 1 << (bit % VARIABLE_BITS);
  }

  keep(): CoreState {
    return { memory: this.bytes.slice(), variables: this.#globals.map(({ value }) => value) };
  }

  putBack({ memory, variables }: CoreState): void {
    this.bytes.set(memory);
    this.#globals.forEach((global, index) => {
      global.value = variables[index];
    });
  }
}
