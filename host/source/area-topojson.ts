import { cutText } from '../common/cut-text.ts';
import {
  type FeatureFile,
  type FeatureWish,
  type FileName,
  namesOf,
  type RawFeature,
} from './area-features.ts';
import { propertiesOf } from './area-geojson.ts';
import {
  fieldOf,
  fieldText,
  type GeometryFormat,
  pointOf,
  readEach,
  readGeometry,
  readNumbers,
} from './area-geometry.ts';
import { decimalOf, isRational, parseDecimal, type Rational } from './decimal.ts';
import { readList } from './fields.ts';
import type { Place } from './place.ts';
import type { PlaneContext } from './plane-context.ts';
import type { PlanePoint } from './plane-model.ts';
import { nearestWord } from './suggest.ts';
import type { TreeNode } from './tree.ts';

/**
 * Areas from TopoJSON, in which neighbours share the arcs of their borders. Points of a quantised file are integers of its grid: with
 * `unit: grid` they are taken as they are, else each is `integer · scale + translate`, exactly, and is rounded only where the axis says so.
 * Either way a place that two areas share stays one place.
 */

/** What `unit` says to take the integers of the grid. */
const UNIT_OF_GRID = 'grid';

/** What is no TopoJSON was written by a program that was wrong. */
const REWRITE = 'Write the file anew.';

/** undefined when the file as a whole is wrong, or has no such object. */
export function readTopoJson(
  tree: TreeNode,
  wish: FeatureWish,
  file: FileName,
  context: PlaneContext,
): FeatureFile | undefined {
  const { diagnostics } = context;
  const object = objectOf(tree, wish.options.object, file, context);
  const arcs = fieldOf(tree, 'arcs');
  const list = arcs && readList(arcs, 'arcs', diagnostics);
  const transform = transformOf(tree, wish.unit, context);
  if (arcs === undefined) diagnostics.add('WRONG_KIND', tree.place, 'this TopoJSON has no arcs', REWRITE);
  if (object === undefined || list === undefined || transform === undefined) return undefined;
  const reader = new TopoJsonReader(list, transform, wish, context);
  const isCollection = fieldText(object.node, 'type') === 'GeometryCollection';
  const members = isCollection ? fieldOf(object.node, 'geometries') : undefined;
  const nodes =
    members === undefined ? [object.node] : readList(members, `geometries of ${object.name}`, diagnostics);
  if (nodes === undefined) return undefined;
  const features = nodes.map(
    (node, index): RawFeature => ({
      place: node.place,
      number: index + 1,
      id: fieldText(node, 'id'),
      properties: propertiesOf(node),
      areas: (what) => readGeometry(node, what, node.place, reader, context),
      when: () => null,
    }),
  );
  const others = object.others.length === 0 ? [] : [`nothing uses its objects ${namesOf(object.others)}`];
  return { features, complete: true, notes: () => [...others, ...reader.notes()] };
}

interface FoundObject {
  readonly name: string;
  readonly node: TreeNode;
  readonly others: readonly string[];
}

/** The object that the entry names, or the only one. */
function objectOf(
  tree: TreeNode,
  wanted: string | null,
  file: FileName,
  { diagnostics }: PlaneContext,
): FoundObject | undefined {
  const objects = fieldOf(tree, 'objects');
  const names = objects?.kind === 'map' ? [...objects.fields.keys()] : [];
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  const node = name === undefined ? undefined : fieldOf(objects, name);
  if (name !== undefined && node !== undefined)
    return { name, node, others: names.filter((other) => other !== name) };
  if (names.length === 0) {
    diagnostics.add('WRONG_KIND', tree.place, 'this TopoJSON has no objects', REWRITE);
    return undefined;
  }
  const known = names
    .slice(0, 20)
    .map((each) => cutText(each))
    .join(', ');
  const nearest = wanted === null ? undefined : nearestWord(wanted, names);
  const message =
    wanted === null
      ? `${file.name} has ${names.length} objects`
      : `${file.name} has no object "${cutText(wanted)}"`;
  const remedy = nearest === undefined ? `Add "object" with one of ${known}.` : `Did you mean "${nearest}"?`;
  diagnostics.add(wanted === null ? 'MISSING_FIELD' : 'UNKNOWN_FIELD', file.place, message, remedy);
  return undefined;
}

/** What makes coordinates of integers of the grid; `none`: arcs are written in coordinates, and not by steps from point to point. */
type Transform =
  | 'none'
  | 'grid'
  | { readonly scale: readonly Rational[]; readonly translate: readonly Rational[] };

function transformOf(tree: TreeNode, unit: string, { diagnostics }: PlaneContext): Transform | undefined {
  const node = fieldOf(tree, 'transform');
  if (node === undefined) {
    if (unit !== UNIT_OF_GRID) return 'none';
    const message = 'this TopoJSON is not quantised, so that it has no grid';
    diagnostics.add(
      'UNIT_MISMATCH',
      tree.place,
      message,
      'Quantise the file, or let the axes count what its coordinates do.',
    );
    return undefined;
  }
  if (unit === UNIT_OF_GRID) return 'grid';
  const [scale, translate] = ['scale', 'translate'].map((name) => {
    const given = fieldOf(node, name);
    const items = given?.kind === 'list' ? given.items : [];
    return items.flatMap((item) => {
      const value = item.kind === 'text' && item.plain ? parseDecimal(item.text) : undefined;
      return value !== undefined && isRational(value) ? [value] : [];
    });
  });
  if (scale?.length === 2 && translate?.length === 2) return { scale, translate };
  const remedy = 'Write two numbers as its scale and two as its translate.';
  diagnostics.add('WRONG_KIND', node.place, 'this transform is none', remedy);
  return undefined;
}

/** An arc whose points were read; undefined: some of them are wrong, which was reported. */
type Arc = readonly PlanePoint[] | undefined;

class TopoJsonReader implements GeometryFormat {
  readonly member = 'arcs';
  readonly #nodes: readonly TreeNode[];
  readonly #transform: Transform;
  readonly #wish: FeatureWish;
  readonly #context: PlaneContext;
  /** Those that were asked for, by number. */
  readonly #arcs = new Map<number, Arc>();
  #heights = 0;

  constructor(nodes: readonly TreeNode[], transform: Transform, wish: FeatureWish, context: PlaneContext) {
    this.#nodes = nodes;
    this.#transform = transform;
    this.#wish = wish;
    this.#context = context;
  }

  /** A ring is a list of numbers of arcs; ~n is arc n from its end. Each begins where the one before ended. */
  ring(node: TreeNode, what: string): readonly PlanePoint[] | undefined {
    const parts = readEach(node, `arcs of ${what}`, this.#context, (item) => this.#directed(item, what));
    const [first, ...others] = parts ?? [];
    if (first === undefined) return undefined;
    const points = [...first];
    for (const part of others) {
      const [end, start] = [points.at(-1), part[0]];
      if (end?.[0] !== start?.[0] || end?.[1] !== start?.[1]) {
        const message = `${what} has arcs that do not meet`;
        this.#context.diagnostics.add('WRONG_KIND', node.place, message, REWRITE);
        return undefined;
      }
      for (const point of part.slice(1)) points.push(point);
    }
    return points;
  }

  #directed(item: TreeNode, what: string): Arc {
    const number =
      item.kind === 'text' && item.plain && /^-?[0-9]{1,9}$/.test(item.text) ? Number(item.text) : NaN;
    const index = number < 0 ? ~number : number;
    const node = this.#nodes[index];
    if (node === undefined) {
      const message = `${what} names an arc that is not there`;
      this.#context.diagnostics.add('WRONG_KIND', item.place, message, REWRITE);
      return undefined;
    }
    if (!this.#arcs.has(index)) this.#arcs.set(index, this.#read(node, `arc ${index}`));
    const arc = this.#arcs.get(index);
    return number < 0 ? arc?.toReversed() : arc;
  }

  #read(node: TreeNode, what: string): Arc {
    let sum: readonly [bigint, bigint] = [0n, 0n];
    return readEach(node, `points of ${what}`, this.#context, (point, index) => {
      const name = `point ${index} of ${what}`;
      const numbers = readNumbers(point, name, this.#context);
      if (numbers === undefined) return undefined;
      if (numbers.length > 2) this.#heights++;
      if (this.#transform === 'none') return this.#point([numbers[0], numbers[1]], name, point.place);
      const steps = numbers
        .slice(0, 2)
        .map((text) => (/^-?[0-9]{1,15}$/.test(text) ? BigInt(text) : undefined));
      const [dx, dy] = steps;
      if (dx === undefined || dy === undefined) {
        const message = `${name} is no integer of the grid`;
        this.#context.diagnostics.add('WRONG_KIND', point.place, message, REWRITE);
        return undefined;
      }
      sum = [sum[0] + dx, sum[1] + dy];
      return this.#point([this.#written(sum[0], 0), this.#written(sum[1], 1)], name, point.place);
    });
  }

  /** The coordinate of an integer of the grid, in all its digits. */
  #written(value: bigint, axis: 0 | 1): string {
    if (typeof this.#transform === 'string') return value.toString();
    const [scale, translate] = [this.#transform.scale[axis], this.#transform.translate[axis]] as [
      Rational,
      Rational,
    ];
    const numerator =
      value * scale.numerator * translate.denominator + translate.numerator * scale.denominator;
    return decimalOf({ numerator, denominator: scale.denominator * translate.denominator }, DIGITS_MAX) ?? '';
  }

  #point(texts: readonly [string, string], what: string, place: Place): PlanePoint | undefined {
    return pointOf(texts, what, place, this.#wish.unit, this.#context);
  }

  notes(): readonly string[] {
    return this.#heights === 0 ? [] : [`${this.#heights} points have a height, which nothing uses`];
  }
}

/** Behind the point; two numbers of at most 30 each give no more. */
const DIGITS_MAX = 60;
