/** Random programs, their bounds, and executions from random states that are to stay within them: the same for every architecture. */
import { expect } from 'vitest';
import type { Architecture } from '../../../host/timing/machine/architecture.ts';
import { Decline } from '../../../host/timing/machine/decline.ts';
import { Engine, type Outcome } from '../../../host/timing/machine/engine.ts';
import { Memory, type Region } from '../../../host/timing/machine/memory.ts';
import { exactly32, within32 } from '../../../host/timing/ranges/range32.ts';
import type { Random } from '../../support/random.ts';

/** Of each program. */
const STATES = 40;
const STACK_BYTES = 4096;
const APARTS = ['nothing', 'counters', 'registers'] as const;

export interface RandomProgram {
  readonly bytes: Uint8Array;
  readonly functions: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

/** One execution: cycles without the call, and what registers and memory hold at the end. */
export interface Execution {
  readonly cycles: number;
  readonly registers: ArrayLike<number>;
  word(address: number): number;
}

export interface Subject {
  readonly architecture: Architecture;
  /** Where code and RAM begin, the top of the stack, and where the program comes back to. */
  readonly places: {
    readonly code: number;
    readonly ram: number;
    readonly ramBytes: number;
    readonly stackTop: number;
    readonly returnsTo: number;
  };
  /** Registers that are compared at the end, from 0 on. */
  readonly registers: number;
  program(): RandomProgram;
  /** From a random state, the so-manieth of this program. */
  execute(program: RandomProgram, index: number): Execution;
}

export interface Count {
  readonly analysed: number;
  readonly declined: number;
  readonly reachedBound: number;
  readonly reachedBest: number;
  /** Bounds that are the same with states kept apart, and loops taken in one soon. */
  readonly sameInOne: number;
}

/** Expects that no bound is exceeded and no best undercut, and that registers and memory end as the analysis says. */
export function campaign(subject: Subject, random: Random, programs: number): Count {
  const count = { analysed: 0, declined: 0, reachedBound: 0, reachedBest: 0, sameInOne: 0 };
  for (let index = 0; index < programs; index++) {
    const program = subject.program();
    const outcomes = outcomesOf(subject, program, { roundsApart: index % 4, apart: random.pick(APARTS) });
    if (outcomes === undefined) {
      count.declined++;
      continue;
    }
    const [outcome, inOne] = outcomes;
    count.analysed++;
    let [most, least] = [0, Number.POSITIVE_INFINITY];
    for (let state = 0; state < STATES; state++) {
      const execution = subject.execute(program, state);
      const found = outcomes.flatMap((each) => surprises(subject, each, execution));
      if (found.length > 0) expect(found, `program ${index}, state ${state}`).toEqual([]);
      [most, least] = [Math.max(most, execution.cycles), Math.min(least, execution.cycles)];
    }
    if (most === outcome.most) count.reachedBound++;
    if (least === outcome.least) count.reachedBest++;
    if (inOne.most === outcome.most) count.sameInOne++;
  }
  console.log(JSON.stringify(count));
  return count;
}

type Options = ConstructorParameters<typeof Engine>[3];

/** As it is done for users, and with these options; undefined where one of them is declined. */
function outcomesOf(
  subject: Subject,
  program: RandomProgram,
  options: Options,
): readonly [Outcome, Outcome] | undefined {
  try {
    return [analyse(subject, program, {}), analyse(subject, program, options)];
  } catch (error) {
    if (error instanceof Decline) return undefined;
    throw error;
  }
}

function analyse(
  { architecture, places }: Subject,
  { bytes, functions }: RandomProgram,
  options: Options,
): Outcome {
  const { code, ram, ramBytes, stackTop, returnsTo } = places;
  const regions = [
    region('code', code, bytes.length, true),
    region('ram', ram, ramBytes, false),
    region('stack', stackTop - STACK_BYTES, STACK_BYTES, false),
  ];
  const byteAt = (address: number) => bytes[address - code];
  const program = {
    halfword: (address: number) => {
      const [low, high] = [byteAt(address), byteAt(address + 1)];
      return low === undefined || high === undefined ? undefined : low | (high << 8);
    },
    functionAt: (address: number) => functions.find(({ from, to }) => address >= from && address < to),
  };
  const engine = new Engine(architecture, program, new Memory(regions, byteAt), options);
  return engine.run({ entry: code, stackPointer: stackTop, returnsTo });
}

function region(name: string, from: number, bytes: number, isCode: boolean): Region {
  const content = isCode ? 'fixed' : 'any';
  const waits = { loadCycles: 0, storeCycles: 0 };
  return { name, from, to: from + bytes, content, isCode, isWritable: !isCode, ...waits };
}

/** What the analysis excluded and happened. */
function surprises(
  { registers, places: { ram, ramBytes } }: Subject,
  { end, most, least }: Outcome,
  execution: Execution,
): string[] {
  const { cycles } = execution;
  const found = cycles > most || cycles < least ? [`${cycles} cycles, not ${least} to ${most}`] : [];
  for (let register = 0; register < registers; register++) {
    const range = end.known.rangeOf(end.register(register));
    if (!within32(exactly32(execution.registers[register] ?? 0), range)) found.push(`register ${register}`);
  }
  for (const [address, value] of end.memory) {
    if (address < ram || address >= ram + ramBytes) continue;
    const isHeld = within32(exactly32(execution.word(address)), end.known.rangeOf(value));
    if (!isHeld) found.push(`word at ${address.toString(16)}`);
  }
  return found;
}
