import { type Border, compareAlong } from './borders.ts';
import type { BigPoint, Corner } from './cell.ts';
import { Carriers, CUT_NONE, Cutter, Fragments } from './fragments.ts';
import type { Lines } from './lines.ts';
import type { Locator, Subdivision } from './subdivision.ts';

/** Pieces of edges on whose sides different rules answer: what a lookup has to tell apart, and nothing else. */
export interface RuleEdges {
  readonly carriers: Carriers;
  readonly fragments: Fragments;
}

/** What a lookup has to tell apart, and which rule answers where. */
export interface Ruled {
  readonly edges: RuleEdges;
  readonly locator: Locator;
  /** By cell of the locator. */
  readonly rules: readonly number[];
}

/** Of a subdivision no more than that is kept: cells and borders take the most room. */
export function ruled(subdivision: Subdivision, rules: readonly number[]): Ruled {
  return { locator: subdivision.locator, rules, edges: ruleEdges(subdivision, rules) };
}

/** In order of lines and along each, so that phases in which the same lies in a place divide it in the same way. */
function ruleEdges({ lines, edges, borders }: Subdivision, rules: readonly number[]): RuleEdges {
  const carriers = new Carriers();
  const fragments = new Fragments();
  const cutter = new Cutter(lines, carriers);
  let run: { readonly first: Border; last: Border } | undefined;
  const finish = () => {
    if (run === undefined) return;
    const { first, last } = run;
    const stretches = edges.stretches.get(first.line) ?? [];
    const whole = { from: stretches[0]?.from ?? 0, to: stretches.at(-1)?.to ?? 0 };
    const [p, q] = [
      endOf(lines, first.line, first.from, whole.from),
      endOf(lines, first.line, last.to, whole.to),
    ];
    const carrier = carriers.add(first.line, p.x, p.y, q.x, q.y);
    const [from, fromCut] = p.isCorner ? [0, CUT_NONE] : cutAt(cutter, carrier, first.from);
    const [to, toCut] = q.isCorner ? [1, CUT_NONE] : cutAt(cutter, carrier, last.to);
    fragments.push(carrier, from, fromCut, to, toCut);
    run = undefined;
  };
  for (const border of borders.all) {
    const { left, right, line, isUpright, from } = border;
    const isEdge = left >= 0 && right >= 0 && rules[left] !== rules[right];
    if (
      run !== undefined &&
      isEdge &&
      run.last.line === line &&
      compareAlong(isUpright, run.last.to, from) === 0
    ) {
      run.last = border;
      continue;
    }
    finish();
    if (isEdge) run = { first: border, last: border };
  }
  finish();
  return { carriers, fragments };
}

/** A corner that is a lattice point, or else the end of all edges of its line there. */
function endOf(
  lines: Lines,
  line: number,
  { X, Y, W }: BigPoint,
  end: number,
): { readonly x: number; readonly y: number; readonly isCorner: boolean } {
  if (X % W === 0n && Y % W === 0n) return { x: Number(X / W), y: Number(Y / W), isCorner: true };
  const { a, b, c } = lines.big(line);
  if (b === 0n) return { x: Number(-c / a), y: end, isCorner: false };
  return { x: end, y: Number((-c - a * BigInt(end)) / b), isCorner: false };
}

/** Where the other line of a corner cuts a carrier. */
function cutAt(cutter: Cutter, carrier: number, { one, other }: Corner): [at: number, cut: number] {
  const cut = one === cutter.carriers.line[carrier] ? other : one;
  return [cutter.cutOf(cut, carrier), cut];
}
