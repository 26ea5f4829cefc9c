import type { Architecture, Instruction } from './architecture.ts';
import { Decline, hex } from './decline.ts';
import { type Graph, orderOf } from './graph.ts';

/** How the code of a program goes on: its instructions, and the blocks of each function with what follows them. */

export interface Code {
  halfword(address: number): number | undefined;
  /** The function that an address lies in, as the file's symbols say. */
  functionAt(
    address: number,
  ): { readonly name: string; readonly from: number; readonly to: number } | undefined;
}

export class CodeFlow {
  readonly #architecture: Architecture;
  readonly #code: Code;
  readonly #isCode: (address: number) => boolean;
  readonly #instructions = new Map<number, Instruction>();
  /** Where indirect jumps were seen to lead, by the address of the jump. */
  readonly #seen = new Map<number, Set<number>>();
  readonly #graphs = new Map<number, Graph>();

  constructor(architecture: Architecture, code: Code, isCode: (address: number) => boolean) {
    this.#architecture = architecture;
    this.#code = code;
    this.#isCode = isCode;
  }

  /** The graphs are not as they were thought. */
  forget(): void {
    this.#graphs.clear();
  }

  /** Takes in that an indirect jump leads somewhere; whether that is new. */
  leads(address: number, to: number): boolean {
    const seen = this.#seen.get(address) ?? new Set();
    this.#seen.set(address, seen);
    const before = seen.size;
    return seen.add(to).size > before;
  }

  /** A call within its own function is a jump that is too far for a branch. */
  isFarJump(address: number, to: number): boolean {
    const own = this.#code.functionAt(address);
    return own !== undefined && to > own.from && to < own.to;
  }

  /** The instruction at an address. Throws Decline. */
  at(address: number): Instruction {
    const known = this.#instructions.get(address);
    if (known !== undefined) return known;
    if (!this.#isCode(address)) {
      throw new Decline('not-code', address, `${hex(address)} lies in no region of code`);
    }
    const instruction = this.#architecture.decode(address, (at) => this.#code.halfword(at));
    this.#instructions.set(address, instruction);
    return instruction;
  }

  /** The blocks of the function at an entry, in the order in which they are best executed. */
  graph(entry: number): Graph {
    const known = this.#graphs.get(entry);
    if (known !== undefined) return known;
    const leaders = this.#leaders(entry);
    const graph = orderOf(
      entry,
      (block) => this.#successors(block, leaders),
      (block) => this.#within(block, leaders),
    );
    this.#graphs.set(entry, graph);
    return graph;
  }

  /** Where blocks begin, in all that an address leads to without calls. */
  #leaders(entry: number): Set<number> {
    const leaders = new Set([entry]);
    const walked = new Set<number>();
    const waiting = [entry];
    for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
      if (walked.has(address)) continue;
      walked.add(address);
      const instruction = this.#peek(address);
      if (instruction === undefined) continue;
      const next = this.#following(instruction);
      if (instruction.flow.kind !== 'next') for (const each of next) leaders.add(each);
      waiting.push(...next);
    }
    return leaders;
  }

  #successors(block: number, leaders: ReadonlySet<number>): readonly number[] {
    const last = this.#within(block, leaders).at(-1);
    if (last === undefined) return [];
    const following = this.#following(last);
    return last.flow.kind === 'next' ? following.filter((next) => leaders.has(next)) : following;
  }

  /** The instructions of a block, as far as they are known. */
  #within(block: number, leaders: ReadonlySet<number>): Instruction[] {
    const instructions: Instruction[] = [];
    for (let address = block; address === block || !leaders.has(address); ) {
      const instruction = this.#peek(address);
      if (instruction === undefined) return instructions;
      instructions.push(instruction);
      if (instruction.flow.kind !== 'next') break;
      address = (address + instruction.bytes) >>> 0;
    }
    return instructions;
  }

  #following({ address, bytes, flow }: Instruction): number[] {
    const next = (address + bytes) >>> 0;
    switch (flow.kind) {
      case 'jump':
        return [flow.to];
      case 'branch':
        return [next, flow.to];
      case 'call':
        return [this.isFarJump(address, flow.to) ? flow.to : next];
      case 'indirect':
        return [...(this.#seen.get(address) ?? [])];
      default:
        return [next];
    }
  }

  /** What may stand there and never be reached is no reason to decline. */
  #peek(address: number): Instruction | undefined {
    try {
      return this.at(address);
    } catch (error) {
      if (error instanceof Decline) return undefined;
      throw error;
    }
  }
}
