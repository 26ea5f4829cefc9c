/** How the tour talks: numbered steps, indented remarks, one table. */

import pc from 'picocolors';

const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

let steps = 0;

/** Begins a step: what happens, and the command that does the same. */
export function step(title: string, command: string): void {
  steps++;
  process.stdout.write(`\n${colors.bold(`${steps}. ${title}`)}\n   ${colors.dim(`$ ${command}`)}\n`);
}

export function say(text: string): void {
  process.stdout.write(`   ${text}\n`);
}

/** Columns as wide as their widest cell. */
export function showTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd();
  say(colors.dim(line(head)));
  for (const row of rows) say(row.at(-1) === '' ? line(row) : colors.yellow(line(row)));
}
