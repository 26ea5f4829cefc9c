/** Who imports whom in the tree: read from the sources as text, for the tests of its structure. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What an import of a module names: `import … from`, `export … from`, `import '…'`, and `import('…')` when it is loaded on demand. */
const IMPORT = /\bfrom\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm;

/** Tracked and new files under `folders` that end in one of `endings`, by their path from the root. */
export function filesOf(folders: readonly string[], endings: readonly string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...folders], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((file) => endings.some((ending) => file.endsWith(ending)) && existsSync(join(ROOT, file)));
}

/** Each file with the files that it imports. Imports written without an ending, as AssemblyScript has them, are completed. */
export function importsOf(files: readonly string[]): Map<string, string[]> {
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      const found = [...text.matchAll(IMPORT)].map(
        ([, from, bare, onDemand]) => from ?? bare ?? onDemand ?? '',
      );
      return [file, found.map((path) => resolve(file, path))];
    }),
  );
}

function resolve(importer: string, path: string): string {
  const target = normalize(join(dirname(importer), path));
  return existsSync(join(ROOT, target)) && /\.\w+$/.test(target) ? target : `${target}.ts`;
}

/** The circles of a graph: each a set of two or more nodes that reach one another (Tarjan). */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const waiting = new Set<string>();
  const circles: string[][] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node) ?? 0);
    stack.push(node);
    waiting.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      else if (!waiting.has(next)) continue;
      low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== order.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    for (const member of circle) waiting.delete(member);
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
