import type { Bound, WitnessReport } from './bounds.ts';
import { hex } from './decline.ts';

/** A bound in words, for people. */

const NO_BYTES = 'no stack';

/** Lines; with `details`, each load and store, and the longest way block by block. */
export function boundWords(bound: Bound, details: boolean): string[] {
  const { declined } = bound;
  if (declined !== null) {
    return [
      `${bound.function}: no bound (${declined.reason})`,
      `  at ${declined.at}, ${declined.place}: ${declined.why}`,
    ];
  }
  return [
    `${bound.function}: ${cycleWords(bound)}, ${bound.stack === 0 ? NO_BYTES : `${bound.stack} bytes of stack`}`,
    `  loads from ${regionsOf(bound, 'load')}; stores to ${regionsOf(bound, 'store')}; ${bound.instructions} instructions reached`,
    ...witnessLines(bound),
    ...(details ? detailLines(bound) : []),
  ];
}

function witnessLines({ bound, best, witness, witnessBest }: Bound): string[] {
  const line = (what: string, cycles: number | null, found: WitnessReport | null) =>
    found === null
      ? []
      : [
          `  ${what}: ${found.cycles} of ${cycles} cycles for arguments ${found.arguments.map(hex).join(' ')}${memoryWords(found)}`,
        ];
  return [
    ...line('longest found', bound, witness),
    ...(bound === best ? [] : line('shortest found', best, witnessBest)),
  ];
}

function memoryWords({ words }: WitnessReport): string {
  const told = Object.entries(words).filter(([, word]) => word !== 0);
  return told.length === 0
    ? ''
    : `, memory ${told.map(([place, word]) => `${place}=${hex(word)}`).join(' ')}`;
}

function cycleWords({ bound, best }: Bound): string {
  return bound === best
    ? `${bound} cycles for every input, constant in this model of time`
    : `at most ${bound} cycles, at least ${best}`;
}

function regionsOf({ accesses }: Bound, kind: 'load' | 'store'): string {
  const names = new Set(accesses.filter((each) => each.kind === kind).flatMap(({ regions }) => regions));
  return names.size === 0 ? 'nothing' : [...names].sort().join(', ');
}

function detailLines({ accesses, longest, bound }: Bound): string[] {
  const spent = longest.reduce((sum, { cycles }) => sum + cycles, 0);
  return [
    ...accesses.map(
      ({ at, place, kind, bytes, regions, from, to }) =>
        `  ${kind} of ${bytes} at ${at} (${place}): ${regions.join(' or ')}, ${from}${from === to ? '' : ` to ${to}`}`,
    ),
    '  longest way, in cycles:',
    `    the call: ${(bound ?? 0) - spent}`,
    ...longest.map(
      ({ at, place, times, cycles }) => `    ${at} (${place}): ${times} × ${cycles / times} = ${cycles}`,
    ),
  ];
}
