import { visible } from '../../common/visible.ts';
import type { Bound, WitnessReport } from './bounds.ts';
import { hex } from './decline.ts';

/** A bound in words, for people. */

const NO_BYTES = 'no stack';

/** Lines; with `details`, each load and store, and the longest way block by block. Names are the file's, made visible. */
export function boundWords(bound: Bound, details: boolean): string[] {
  return lines(bound, details).map(visible);
}

/** `0x20000004, f+0x4, crc.c:12`: an address, the function that it lies in, and the line of the source where the file tells it. */
function whereWords({ at, place, line }: { at: string; place: string; line: string | null }): string {
  return [at, place, ...(line === null ? [] : [line])].join(', ');
}

function lines(bound: Bound, details: boolean): string[] {
  const { declined } = bound;
  if (declined !== null) {
    return [
      `${bound.function}: no bound (${declined.reason})`,
      `  at ${whereWords(declined)}: ${declined.why}`,
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

/** At most and at least, or constant. */
export function cycleWords({ bound, best }: Bound): string {
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
      ({ kind, bytes, regions, from, to, ...where }) =>
        `  ${kind} of ${bytes} at ${placeWords(where)}: ${regions.join(' or ')}, ${from}${from === to ? '' : ` to ${to}`}`,
    ),
    '  longest way, in cycles:',
    `    the call: ${(bound ?? 0) - spent}`,
    ...longest.map(
      ({ times, cycles, ...where }) => `    ${placeWords(where)}: ${times} × ${cycles / times} = ${cycles}`,
    ),
  ];
}

function placeWords({ at, place, line }: { at: string; place: string; line: string | null }): string {
  return `${at} (${place}${line === null ? '' : `, ${line}`})`;
}
