import type { Plan, PlannedMember } from '../plan/plan.ts';

/** A plan in lines: how many cells change, who in them from what to what, and why others do not. */

/** `readMs`: when each controller was read last, by its id; milliseconds since 1970. */
export function planLines({ cells, left }: Plan, readMs: ReadonlyMap<string, number>): string[] {
  const changing = `${cells.length} ${cells.length === 1 ? 'cell changes' : 'cells change'}`;
  return [
    `${changing}, ${left.length} ${left.length === 1 ? 'is' : 'are'} left`,
    ...cells.flatMap(({ cell, site, members }) => [
      `  ${cell}  at ${site}`,
      ...members.map((member) => `    ${memberWords(member, readMs.get(member.controller))}`),
    ]),
    ...left.map(({ cell, words }) => `  ${cell}  is left: ${words}`),
  ];
}

function memberWords({ controller, gateway, from, to }: PlannedMember, readMs: number | undefined): string {
  const read = readMs === undefined ? 'never read' : `read at ${new Date(readMs).toISOString()}`;
  return `${controller}  epoch ${from ?? 'none'} → ${to}, on ${gateway}, ${read}`;
}
