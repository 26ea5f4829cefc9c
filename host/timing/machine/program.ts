import { HoldfastError } from '../../common/errors.ts';
import { foreign } from '../../common/visible.ts';
import type { Elf } from '../../firmware/elf.ts';
import type { Code } from './code-flow.ts';
import type { CoreTable } from './core-table.ts';
import type { Region } from './memory.ts';

/** A linked program: what the file says is there, and what may be done with it. */

const STACK = 'stack';

export interface Program extends Code {
  readonly regions: readonly Region[];
  /** A byte of the file. */
  byteAt(address: number): number | undefined;
}

/** Bytes below the top of the stack that calls may use. */
export interface Stack {
  readonly top: number;
  readonly bytes: number;
}

/** A part of memory with a name of its own. */
export interface Part {
  readonly name: string;
  readonly from: number;
  readonly bytes: number;
}

/**
 * Sections that are executed or not written hold what the file says, all others anything; parts stand for themselves. The stack is
 * apart from them, and devices are those of the core.
 * Throws HoldfastError ELF_REGION where they overlap.
 */
export function programOf(elf: Elf, core: CoreTable, stack: Stack, parts: readonly Part[] = []): Program {
  const sections = elf.sections.filter(({ bytes }) => bytes > 0);
  const isInFlash = (address: number) =>
    core.devices.some(({ from, to, loadCycles }) => loadCycles === null && address >= from && address < to);
  const byteAt = byteOf(elf);
  const fixed = sections
    .filter(({ isWritable, address }) => !isWritable && !isInFlash(address))
    .map(({ name, address, bytes, isExecutable }) =>
      // Of what is not in the file nobody knows what it holds.
      isInFile(elf, address, bytes)
        ? region(name, address, bytes, 'fixed', isExecutable)
        : { ...region(name, address, bytes, 'any', isExecutable), isWritable: false },
    );
  const written = sections
    .filter(({ isWritable }) => isWritable)
    .flatMap(({ name, address, bytes }) => cutOut({ name, from: address, bytes }, parts))
    .map(({ name, from, bytes }) => region(name, from, bytes, 'any', false));
  const devices = core.devices.flatMap(({ name, from, to, loadCycles, storeCycles }) =>
    loadCycles === null
      ? []
      : [
          {
            ...region(name, from, to - from, 'volatile', false),
            loadCycles,
            storeCycles: storeCycles ?? 0,
            isWritable: storeCycles !== null,
          },
        ],
  );
  const regions = [
    ...fixed,
    ...written,
    region(STACK, stack.top - stack.bytes, stack.bytes, 'any', false),
    ...devices,
  ];
  refuseOverlaps(regions);
  return {
    regions,
    byteAt,
    halfword: (address) => {
      const [low, high] = [byteAt(address), byteAt(address + 1)];
      return low === undefined || high === undefined ? undefined : low | (high << 8);
    },
    functionAt: functionsOf(elf),
  };
}

function byteOf({ segments }: Elf): Program['byteAt'] {
  return (address) => {
    const segment = segments.find(
      ({ virtual, bytes }) => address >= virtual && address < virtual + bytes.length,
    );
    return segment?.bytes[address - segment.virtual];
  };
}

/** Whether segments say each of these bytes; sections may say more than there is. */
function isInFile({ segments }: Elf, from: number, bytes: number): boolean {
  const sorted = [...segments].sort((a, b) => a.virtual - b.virtual);
  let at = from;
  for (const { virtual, bytes: held } of sorted) if (at >= virtual) at = Math.max(at, virtual + held.length);
  return at >= from + bytes;
}

function region(
  name: string,
  from: number,
  bytes: number,
  content: Region['content'],
  isCode: boolean,
): Region {
  const isWritable = content !== 'fixed';
  return { name, from, to: from + bytes, content, isCode, isWritable, loadCycles: 0, storeCycles: 0 };
}

/** The parts that lie in a section, and what is left of it between them. */
function cutOut(section: Part, parts: readonly Part[]): Part[] {
  const end = section.from + section.bytes;
  const within = parts
    .filter(({ from, bytes }) => from >= section.from && from + bytes <= end)
    .sort((a, b) => a.from - b.from);
  const cut: Part[] = [];
  let from = section.from;
  for (const part of within) {
    if (part.from > from) cut.push({ name: section.name, from, bytes: part.from - from });
    cut.push(part);
    from = part.from + part.bytes;
  }
  if (from < end) cut.push({ name: section.name, from, bytes: end - from });
  return cut;
}

function refuseOverlaps(regions: readonly Region[]): void {
  const sorted = [...regions].sort((a, b) => a.from - b.from);
  for (const [index, each] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined || next.from >= each.to) continue;
    const isStack = [each, next].some(({ name }) => name === STACK);
    throw new HoldfastError('ELF_REGION', `${foreign(each.name)} and ${foreign(next.name)} overlap.`, {
      remedy: isStack
        ? 'Give --stack a place where nothing of the program lies.'
        : 'Give a program whose sections lie apart from each other and from devices, and a core that has it.',
    });
  }
}

function functionsOf({ symbols }: Elf): Code['functionAt'] {
  const functions = symbols
    .filter(({ isFunction, bytes }) => isFunction && bytes > 0)
    .map(({ name, address, bytes }) => ({ name, from: address, to: address + bytes }))
    .sort((a, b) => a.from - b.from);
  return (address) => functions.findLast(({ from, to }) => address >= from && address < to);
}
