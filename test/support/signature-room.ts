/** The core's room of signatures by itself, compiled as it is released. */
import { compileCore } from '../timing/support/compile-core.ts';

const ENTRY = 'assembly/check-path.ts';
const ENTRY_TEXT = `export { verifyBegin, verifyStep } from './signature/verify';
export { carry, multiply, pack, unpack } from './signature/field';
export { X as ELEMENT } from './signature/place';
export { ELEMENT_BYTES } from './signature/field';`;

const MORE = 0xffffffff;
/** Where there is nothing of the core: the arena. */
const FREE = 0x5000;
/** The signature lies as TLVs do, at any byte. */
const AT = { signature: FREE + 1, key: FREE + 0x100, digest: FREE + 0x140, packed: FREE + 0x180 };
const STEPS_MAX = 2000;

/** The compiler adds the core's own exports, which import the port. */
function unused(): never {
  throw new Error('a signature asks nothing of the port');
}

export class SignatureRoom {
  readonly #exports: WebAssembly.Exports;
  readonly memory: Uint8Array;

  private constructor(instance: WebAssembly.Instance) {
    this.#exports = instance.exports;
    this.memory = new Uint8Array((instance.exports.memory as WebAssembly.Memory).buffer);
  }

  static async load(): Promise<SignatureRoom> {
    const { wasm } = await compileCore(ENTRY, [], ENTRY_TEXT);
    const module = new WebAssembly.Module(wasm as BufferSource);
    const port = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, unused]));
    return new SignatureRoom(await WebAssembly.instantiate(module, { port }));
  }

  #call(name: string, ...given: number[]): number {
    return (this.#exports[name] as (...given: number[]) => number)(...given) >>> 0;
  }

  /** Gives 0 when the signature holds, else the refusal; and the steps that it took. */
  verify(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): { result: number; steps: number } {
    this.memory.set(signature, AT.signature);
    this.memory.set(key, AT.key);
    this.memory.set(digest, AT.digest);
    this.#call('verifyBegin', AT.signature, AT.key, AT.digest);
    for (let steps = 1; steps <= STEPS_MAX; steps++) {
      const result = this.#call('verifyStep');
      if (result !== MORE) return { result, steps };
    }
    throw new Error('a verification without end');
  }

  accepts(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
    return this.verify(key, digest, signature).result === 0;
  }

  /** The packed product of two elements, given by their limbs. */
  multiply(left: readonly number[], right: readonly number[]): Uint8Array {
    const [a, b, to] = [0, 1, 2].map((at) => this.#elementAt(at)) as [number, number, number];
    new Int32Array(this.memory.buffer, a, left.length).set(left);
    new Int32Array(this.memory.buffer, b, right.length).set(right);
    this.#call('multiply', to, a, b);
    return this.#packed(to);
  }

  /** The packed value of an element, given by its limbs, before and after a carry. */
  pack(limbs: readonly number[], carried: boolean): Uint8Array {
    const at = this.#elementAt(0);
    new Int32Array(this.memory.buffer, at, limbs.length).set(limbs);
    if (carried) this.#call('carry', at);
    return this.#packed(at);
  }

  /** Limbs of what the last product left; read before it is packed. */
  productLimbs(left: readonly number[], right: readonly number[]): number[] {
    const [a, b, to] = [0, 1, 2].map((at) => this.#elementAt(at)) as [number, number, number];
    new Int32Array(this.memory.buffer, a, left.length).set(left);
    new Int32Array(this.memory.buffer, b, right.length).set(right);
    this.#call('multiply', to, a, b);
    return [...new Int32Array(this.memory.buffer, to, left.length)];
  }

  unpackedAndPacked(bytes: Uint8Array): Uint8Array {
    this.memory.set(bytes, AT.packed);
    this.#call('unpack', this.#elementAt(0), AT.packed);
    return this.#packed(this.#elementAt(0));
  }

  #packed(element: number): Uint8Array {
    this.#call('pack', AT.packed, element);
    return this.memory.slice(AT.packed, AT.packed + 32);
  }

  #elementAt(index: number): number {
    const value = (name: string) => Number((this.#exports[name] as WebAssembly.Global).value);
    return value('ELEMENT') + index * value('ELEMENT_BYTES');
  }
}
