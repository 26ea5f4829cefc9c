import type { Lookup } from '../../body/plane-map.ts';
import type { LineTable } from './lines.ts';

/** A node, or a leaf: ~rule. */
export type Ref = number;

export interface Node {
  readonly line: number;
  readonly left: Ref;
  readonly right: Ref;
}

/** Trees whose equal parts are one part. A node whose sides are the same is none. */
export class Dag {
  readonly nodes: Node[] = [];
  readonly #numbers = new Map<string, Ref>();

  node(line: number, left: Ref, right: Ref): Ref {
    if (left === right) return left;
    const key = `${line} ${left} ${right}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.nodes.push({ line, left, right }) - 1;
    this.#numbers.set(key, made);
    return made;
  }
}

/** The nodes that roots lead to, by levels: each stands as far down as the longest way to it. `extra` are rules that have a leaf anyway. */
export function layLookup(
  dag: Dag,
  lines: LineTable,
  roots: readonly Ref[],
  extra: readonly number[],
): Lookup {
  const levelOf = levelsFrom(dag, roots);
  const order = [...levelOf.keys()].sort(
    (p, q) => (levelOf.get(p) as number) - (levelOf.get(q) as number) || p - q,
  );
  const rules = new Set(extra);
  for (const ref of roots) if (ref < 0) rules.add(~ref);
  for (const number of order) for (const side of sidesOf(dag, number)) if (side < 0) rules.add(~side);
  const leaves = [...rules].sort((p, q) => p - q);
  const placeOfNode = new Map(order.map((number, place) => [number, place]));
  const placeOfRule = new Map(leaves.map((rule, index) => [rule, order.length + index]));
  const placeOf = (ref: Ref) => (ref < 0 ? placeOfRule.get(~ref) : placeOfNode.get(ref)) as number;
  const levels: number[] = [];
  order.forEach((number, place) => {
    if (levelOf.get(number) === levels.length) levels.push(place);
  });
  const nodes = order.map((number) => {
    const { line, left, right } = dag.nodes[number] as Node;
    const [a, b, c] = lines.coefficients(line);
    return {
      a: Number(a),
      b: Number(b),
      c: Number(BigInt.asIntN(32, c)),
      left: placeOf(left),
      right: placeOf(right),
    };
  });
  return { nodes, leaves, levels, roots: roots.map(placeOf) };
}

function sidesOf(dag: Dag, number: number): readonly [Ref, Ref] {
  const { left, right } = dag.nodes[number] as Node;
  return [left, right];
}

/** The level of each node that roots lead to: a node was made behind its sides, so its number is above theirs. */
function levelsFrom(dag: Dag, roots: readonly Ref[]): Map<number, number> {
  const levelOf = new Map<number, number>();
  for (const root of roots) if (root >= 0) levelOf.set(root, 0);
  for (let number = dag.nodes.length - 1; number >= 0; number--) {
    const level = levelOf.get(number);
    if (level === undefined) continue;
    for (const side of sidesOf(dag, number))
      if (side >= 0 && (levelOf.get(side) ?? -1) <= level) levelOf.set(side, level + 1);
  }
  return levelOf;
}

/** How many questions a lookup from these roots takes. */
export function depthOf(dag: Dag, roots: readonly Ref[]): number {
  return Math.max(-1, ...levelsFrom(dag, roots).values()) + 1;
}
