import { type DecodedBody, decodeBody, isPlaneBody } from '../body/decode.ts';
import { type DecodedPlane, decodePlane } from '../body/decode-plane.ts';
import { imageError } from '../body/errors.ts';
import type { Partition } from '../body/partition.ts';
import type { PlanePartition } from '../body/plane-partition.ts';
import { actionName } from '../body/words.ts';
import { type Steps, stepsByKind } from '../cycles/steps.ts';
import { ACTION } from '../format.ts';
import { planeRefused } from '../source/plane-model.ts';
import { type ParsedImage, parseImage } from './container.ts';
import { BUDGET_NONE, type BurnHint, countsCycles, type ImageIdentity } from './identity.ts';

/**
 * The body of an image, as the core admits it: its searches take the steps that the container names.
 * @throws HoldfastError IMAGE_TLV, PLANE, or those of `decodeBody`
 */
function decodeBodyOf({ body, identity }: BodyAndIdentity): DecodedBody {
  if (isPlaneBody(body)) throw planeRefused(`map "${identity.map}"`);
  const decoded = decodeBody(body);
  requireSteps(decoded.steps, { body, identity });
  return decoded;
}

/** The same of a plane. */
function decodePlaneOf({ body, identity }: BodyAndIdentity): DecodedPlane {
  const decoded = decodePlane(body);
  requireSteps(decoded.steps, { body, identity });
  return decoded;
}

/** Examines a body of any layout; see `decodeBodyOf`. */
export function requireSound(image: BodyAndIdentity): void {
  if (isPlaneBody(image.body)) decodePlaneOf(image);
  else decodeBodyOf(image);
}

type BodyAndIdentity = Pick<ParsedImage, 'body' | 'identity'>;

function requireSteps(steps: Steps, { body, identity }: BodyAndIdentity): void {
  const needed = stepsByKind(steps);
  const takenBy = (list: ImageIdentity['steps'], kind: number) =>
    list.find((each) => each.kind === kind)?.steps ?? 0;
  const kinds = [...needed, ...identity.steps].map(({ kind }) => kind);
  const isRight = kinds.every((kind) => takenBy(needed, kind) === takenBy(identity.steps, kind));
  if (isRight) return;
  throw imageError('IMAGE_TLV', 'the steps that the image names do not match its body', body.length);
}

/** The partition of an image; overlaps are not known, an image holds only who won. */
export function partitionOfImage(image: ParsedImage): Partition {
  const { identity } = image;
  const { axis, phasePeriod, windows, rules, zones, approaches, outside } = decodeBodyOf(image);
  const { map, device, epoch, replaces, burn, units } = identity;
  return {
    ...{ map, device, epoch, replaces, axis, phasePeriod, units, windows, rules, zones, approaches, outside },
    fault: actionName(burn?.faultAction ?? ACTION.stop) ?? 'stop',
    ...budgetOf(burn),
    overlaps: null,
    overlapsOmitted: 0,
    notes: null,
  };
}

/** Of cycles an image says how many a check may take, and not of which board. */
function budgetOf(burn: BurnHint | null): Pick<Partition, 'budgetSteps' | 'budgetCycles'> {
  if (burn === null || burn.budgetLimit === BUDGET_NONE) return { budgetSteps: null, budgetCycles: null };
  if (!countsCycles(burn)) return { budgetSteps: burn.budgetLimit, budgetCycles: null };
  const budgetCycles = { target: null, check: burn.budgetLimit, verdict: null, sweep: null };
  return { budgetSteps: null, budgetCycles };
}

/** The map of an image, of a line or of a plane; see `parseImage`, `decodeBody` and `decodePlane` for the errors. */
export function readMap(image: Uint8Array): Partition | PlanePartition {
  const parsed = parseImage(image);
  return isPlaneBody(parsed.body) ? planeOfImage(parsed) : partitionOfImage(parsed);
}

function planeOfImage(image: ParsedImage): PlanePartition {
  const { map, device, epoch, replaces, burn, units } = image.identity;
  const { version, steps, nodeBytes, residentBytes, ...decoded } = decodePlaneOf(image);
  return {
    ...decoded,
    ...{ shape: 'plane', map, device, epoch, replaces, units },
    fault: actionName(burn?.faultAction ?? ACTION.stop) ?? 'stop',
    ...budgetOf(burn),
    notes: null,
  };
}

/** Reads the image of a line from its bytes; see `parseImage` and `decodeBody` for the errors; HoldfastError PLANE for a plane. */
export function readPartition(image: Uint8Array): Partition {
  return partitionOfImage(parseImage(image));
}
