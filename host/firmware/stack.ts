/** The worst depth of the stack, from the call graphs that GCC writes with -fcallgraph-info=su. */

/**
 * Bytes that `root` needs at most, with the deepest of `interrupts` and `exceptionBytes` on top. Functions of libraries, which GCC did
 * not compile here, are leaves that need nothing of note.
 * @throws RangeError when calls go in a circle or a function has no static frame
 */
export function worstStackBytes(
  graphs: string,
  root: string,
  interrupts: readonly string[],
  exceptionBytes: number,
): number {
  const frames = new Map<string, number>();
  for (const [, title, label] of graphs.matchAll(/node: \{ title: "([^"]+)" label: "([^"]+)"/g)) {
    const bytes = /(\d+) bytes \((\w+)\)/.exec(label ?? '');
    if (title === undefined || bytes === null) continue;
    if (bytes[2] !== 'static') throw new RangeError(`${title} has a frame without a fixed size`);
    frames.set(title, Number(bytes[1]));
  }
  const calls = new Map<string, Set<string>>();
  for (const [, from, to] of graphs.matchAll(/edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/g)) {
    if (from === undefined || to === undefined) continue;
    const targets = calls.get(from) ?? new Set();
    calls.set(from, targets.add(to));
  }
  const depths = new Map<string, number>();
  const depthOf = (name: string, path: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (path.includes(name)) throw new RangeError(`calls form a cycle: ${[...path, name].join(' → ')}`);
    let deepest = 0;
    for (const callee of calls.get(name) ?? []) deepest = Math.max(deepest, depthOf(callee, [...path, name]));
    const depth = (frames.get(name) ?? 0) + deepest;
    depths.set(name, depth);
    return depth;
  };
  return depthOf(root, []) + exceptionBytes + Math.max(0, ...interrupts.map((name) => depthOf(name, [])));
}
