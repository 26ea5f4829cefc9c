import { cutText } from '../common/cut-text.ts';
import {
  type FeatureFile,
  type FeatureWish,
  type FileName,
  namesOf,
  type Property,
} from './area-features.ts';
import { type Fence, fenceCircle, fencePoint, fencePolygon, fencesOf } from './area-fences.ts';
import { fieldOf, fieldText, readEach, readNumbers } from './area-geometry.ts';
import { readList } from './fields.ts';
import type { PlaneContext } from './plane-context.ts';
import type { TreeNode } from './tree.ts';

/** Fences of a plan of QGroundControl (`.plan`): the polygons and circles of its `geoFence`, version 2. */

const VERSION = '2';

/** undefined when the file as a whole is wrong, or has no fence that the entry takes. */
export function readPlan(
  tree: TreeNode,
  wish: FeatureWish,
  file: FileName,
  context: PlaneContext,
): FeatureFile | undefined {
  const { diagnostics } = context;
  const fence = fieldOf(tree, 'geoFence');
  const version = fieldText(fence, 'version');
  const isPlan = tree.kind === 'map' && fieldText(tree, 'fileType') === 'Plan';
  if (!isPlan || fence?.kind !== 'map' || version !== VERSION) {
    const ofFence =
      fence === undefined ? 'it has no geoFence' : `its geoFence is of version ${cutText(version ?? 'none')}`;
    const message = `this is no plan of QGroundControl with fences: ${isPlan ? ofFence : 'its fileType is not "Plan"'}`;
    diagnostics.add('WRONG_KIND', tree.place, message, 'Save it anew with QGroundControl 3.4 or later.');
    return undefined;
  }
  const [polygons, circles] = ['polygons', 'circles'].map((name) => {
    const node = fieldOf(fence, name);
    return node === undefined ? [] : readList(node, name, diagnostics);
  });
  if (polygons === undefined || circles === undefined) return undefined;
  const nodes = [...polygons, ...circles];
  const fences = nodes.flatMap((node, index) => readFence(node, index + 1, wish, context) ?? []);
  const others = [...tree.fields.keys()].filter(
    (name) => !['fileType', 'geoFence', 'version'].includes(name),
  );
  const ofFence = [...fence.fields.keys()].filter(
    (name) => !['polygons', 'circles', 'version'].includes(name),
  );
  const unused = [...others, ...ofFence];
  const notes = () => (unused.length === 0 ? [] : [`nothing uses its ${namesOf(unused)}`]);
  return fencesOf(fences, fences.length === nodes.length, notes, wish, file, context);
}

const OF_SHAPE = ['inclusion', 'polygon', 'circle', 'version'];

function readFence(
  node: TreeNode,
  number: number,
  wish: FeatureWish,
  context: PlaneContext,
): Fence | undefined {
  const { place } = node;
  const inclusion = fieldOf(node, 'inclusion');
  const [polygon, circle] = [fieldOf(node, 'polygon'), fieldOf(node, 'circle')];
  const said = inclusion?.kind === 'text' && inclusion.plain ? inclusion.text : undefined;
  if (
    node.kind !== 'map' ||
    (said !== 'true' && said !== 'false') ||
    (polygon === undefined && circle === undefined)
  ) {
    const message = `fence ${number} is no polygon or circle that says "inclusion": true or false`;
    context.diagnostics.add('WRONG_KIND', place, message, 'Save the plan anew with QGroundControl.');
    return undefined;
  }
  const properties = [...node.fields.values()].flatMap(({ name, value }): [string, Property][] => {
    if (OF_SHAPE.includes(name)) return [];
    return [
      [name, value.kind === 'text' ? { values: [value.text], text: value.text } : { values: [], text: null }],
    ];
  });
  const areas = (what: string) => {
    if (polygon !== undefined) {
      const points = readEach(polygon, `corners of ${what}`, context, (point, index) => {
        const name = `corner ${index + 1} of ${what}`;
        const numbers = readNumbers(point, name, context);
        return numbers && fencePoint([numbers[0], numbers[1]], name, point.place, wish, context);
      });
      return points && fencePolygon(points, what, place, context);
    }
    const centre = fieldOf(circle, 'center');
    const numbers = centre && readNumbers(centre, `the centre of ${what}`, context);
    if (numbers !== undefined)
      return fenceCircle(
        [numbers[0], numbers[1]],
        fieldText(circle, 'radius') ?? '',
        what,
        place,
        wish,
        context,
      );
    if (centre === undefined)
      context.diagnostics.add(
        'MISSING_FIELD',
        place,
        `${what} is a circle without a centre`,
        'Add "center".',
      );
    return undefined;
  };
  return { place, number, isInclusion: said === 'true', properties: new Map(properties), areas };
}
