import type { Lookup } from '../../body/plane-map.ts';
import { insideOf } from './cells.ts';
import { Dag, depthOf, layLookup, type Ref } from './dag.ts';
import type { LineTable } from './lines.ts';
import type { Survey } from './survey.ts';
import { type Sink, TreeBuilder } from './tree.ts';

/** What a cut fragment costs against a level, in the trees that are built first. */
const CUT_COSTS = [0.3, 1];
/** What is tried for a level less. */
const AGAIN = [
  { seed: 1, cutCost: 0.3 },
  { seed: 2, cutCost: 0.15 },
  { seed: 3, cutCost: 0.6 },
];
const SEED = 1;
/** Cells that a try may look at. Of more edges than these none is made: it would take minutes. */
const WORK = 4000;
const AGAIN_EDGES_MAX = 3000;

/** The map of one phase: its pieces, and the rule of each. */
export interface RuledSurvey {
  readonly survey: Survey;
  readonly rules: readonly number[];
}

interface Tree {
  readonly root: Ref;
  readonly depth: number;
  readonly nodes: number;
}

/**
 * The lookup of all phases, whose lines stand in `lines`: of each phase the shallowest tree that was found, of those the one with fewest
 * nodes. `extra` are rules that have a leaf in any case. The same surveys give the same lookup. Throws TooDeep.
 */
export function lookupOf(phases: readonly RuledSurvey[], lines: LineTable, extra: readonly number[]): Lookup {
  const dag = new Dag();
  const roots = phases.map((phase) => bestTree(phase, dag).root);
  return layLookup(dag, lines, roots, extra);
}

function bestTree({ survey, rules }: RuledSurvey, dag: Dag): Tree {
  const { cutter, whole } = survey;
  const sink: Sink<Ref> = {
    leaf: (cell) => ~(rules[survey.locate(insideOf(cell))] as number),
    node: (line, left, right) => dag.node(line, left, right),
  };
  const treeOf = (root: Ref): Tree => ({ root, depth: depthOf(dag, [root]), nodes: nodesFrom(dag, root) });
  const trees = CUT_COSTS.map((cutCost) =>
    treeOf(new TreeBuilder(cutter, sink, { seed: SEED, cutCost }).greedy(cutter.all(), whole)),
  );
  let best = trees.reduce((least, tree) => (isBetter(tree, least) ? tree : least));
  if (cutter.edges.length > AGAIN_EDGES_MAX) return best;
  const shallower = () => {
    if (best.depth === 0) return undefined;
    for (const options of AGAIN) {
      const builder = new TreeBuilder(cutter, sink, options);
      const root = builder.within(cutter.all(), whole, best.depth - 1, WORK);
      if (root !== undefined) return treeOf(root);
    }
    return undefined;
  };
  for (let next = shallower(); next !== undefined; next = shallower()) best = next;
  return best;
}

function isBetter(tree: Tree, other: Tree): boolean {
  return tree.depth < other.depth || (tree.depth === other.depth && tree.nodes < other.nodes);
}

function nodesFrom(dag: Dag, root: Ref): number {
  const seen = new Set<number>();
  const waiting = [root];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const node = ref >= 0 && !seen.has(ref) ? dag.nodes[ref] : undefined;
    if (node === undefined) continue;
    seen.add(ref);
    waiting.push(node.left, node.right);
  }
  return seen.size;
}
