/** The C build of the core, compiled for this machine with gcc and loaded into this process; it shows what the wasm shows. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { packageUrl } from '../../host/common/root.ts';
import { type Geometry, geometryBytes } from '../../host/core/geometry.ts';
import { makeLibrary } from '../../host/firmware/library.ts';
import { BUILD_LIMITS, type BuildName } from '../../host/format.ts';
import { type CoreState, CoreTrap, type DrillCore, type DrillPort, type MakeCore } from './drill-core.ts';

const SOURCE = fileURLToPath(packageUrl('sim/drill/native-core.c'));
const FLAGS = ['-std=gnu11', '-O2', '-shared', '-fPIC', '-D_POSIX_C_SOURCE=200809L'];
/** As native-core.c has them. */
const CALL = { read: 0, erase: 1, program: 2, write: 3, parked: 4, ticks: 5, reset: 6 };
const DRILL = { boot: 0, service: 1, check: 2, verdict: 3, state: 4, receive: 5 };
const HUNG = 0xffff_ffff;
const BITS_A_BYTE = 8;

/**
 * Makes cores of a build's C, one at a time: its memory is one. A compact build has none here: its variables stand apart from one another.
 * Throws RangeError for one, and what makeLibrary and gcc throw.
 */
export async function nativeCores(build: BuildName = 'device'): Promise<MakeCore> {
  if (BUILD_LIMITS[build].compact !== 0)
    throw new RangeError(`the variables of ${build} are not one record in C`);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-native-'));
  try {
    const { files } = await makeLibrary(undefined, build);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const library = join(folder, 'core.so');
    execFileSync('gcc', [...FLAGS, `-I${join(folder, 'src')}`, SOURCE, '-o', library]);
    const native = koffi.load(library);
    return (geometry, burned, port) =>
      new NativeCore(native, BUILD_LIMITS[build].arenaBytes, { geometry, burned, port });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type NativeLibrary = ReturnType<typeof koffi.load>;

const PORT_CALL = koffi.pointer(
  koffi.proto('uint32_t port_call(uint32_t what, uint32_t a, uint32_t b, uint32_t c, uint32_t d)'),
);

/** What a core is given when its power comes. */
interface Surroundings {
  readonly geometry: Geometry;
  readonly burned: Uint8Array;
  readonly port: DrillPort;
}

class NativeCore implements DrillCore {
  readonly bytes: Uint8Array;
  readonly arena: Uint8Array;
  readonly verdictAt: number;
  readonly #variables: Uint8Array;
  readonly #call: (what: number, a: number, b: number, c: number, trapped: number[]) => number;
  readonly #trapped = [0];
  /** What the port threw in the call at hand: it cannot be thrown through C. */
  #thrown: unknown = null;

  constructor(native: NativeLibrary, arenaBytes: number, { geometry, burned, port }: Surroundings) {
    const number = (name: string): number => native.func(`uint32_t ${name}(void)`)();
    const view = (name: string): Uint8Array =>
      new Uint8Array(koffi.view(native.func(`uint8_t *${name}(void)`)(), number(`${name}_bytes`)));
    this.bytes = view('drill_memory');
    this.#variables = view('drill_variables');
    this.arena = this.bytes.subarray(this.bytes.length - arenaBytes);
    this.verdictAt = number('drill_verdict');
    this.#call = native.func(
      'uint32_t drill_call(uint32_t what, uint32_t a, uint32_t b, uint32_t c, _Out_ uint32_t *trapped)',
    );
    const answer = koffi.register((...call: number[]) => this.#answer(port, call), PORT_CALL);
    native.func('drill_port', 'void', [PORT_CALL])(answer);
    native.func('void drill_unpowered(const uint8_t *geometry, const uint8_t *burned)')(
      geometryBytes(geometry),
      burned,
    );
  }

  #answer(port: DrillPort, [what, a = 0, b = 0, c = 0, d = 0]: number[]): number {
    try {
      switch (what) {
        case CALL.read:
          return port.flashRead(a, b, c, d);
        case CALL.erase:
          return port.flashErase(a, b);
        case CALL.program:
          return port.flashProgram(a, b, c, d);
        case CALL.write:
          return port.serialWrite(a, b);
        case CALL.parked:
          return port.safeInput();
        case CALL.ticks:
          return port.ticks() >>> 0;
        default:
          port.reset();
          return 0;
      }
    } catch (error) {
      this.#thrown = error;
      return HUNG;
    }
  }

  #do(what: number, a = 0, b = 0, c = 0): number {
    this.#thrown = null;
    const result = this.#call(what, a >>> 0, b >>> 0, c >>> 0, this.#trapped);
    if (this.#thrown !== null) throw this.#thrown;
    if (this.#trapped[0] !== 0) throw new CoreTrap('the core trapped');
    return result;
  }

  boot(): number {
    return this.#do(DRILL.boot);
  }

  check(phase: number, x: number, y: number): number {
    return this.#do(DRILL.check, phase, x, y);
  }

  verdict(word: number, x: number, y: number): void {
    this.#do(DRILL.verdict, word, x, y);
  }

  receive(byte: number): void {
    this.#do(DRILL.receive, byte);
  }

  service(checks: number): number {
    return this.#do(DRILL.service, checks);
  }

  stateOf(what: number): number {
    return this.#do(DRILL.state, what);
  }

  get variableBits(): number {
    return this.#variables.length * BITS_A_BYTE;
  }

  variableName(bit: number): string {
    return `byte ${bit >> 3}, bit ${bit & 7}`;
  }

  flipVariable(bit: number): void {
    this.#variables[bit >> 3] = (this.#variables[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }

  keep(): CoreState {
    return { memory: this.bytes.slice(), variables: this.#variables.slice() };
  }

  putBack({ memory, variables }: CoreState): void {
    this.bytes.set(memory);
    this.#variables.set(variables as Uint8Array);
  }
}
