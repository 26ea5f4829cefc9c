/** Questions to a plane in the source's coordinates, answers in the source's ids: what `holdfast check` prints. */

import { decodePlane, isPlaneBody } from '../body/decode-plane.ts';
import type { Rule } from '../body/partition.ts';
import type { StateName } from '../body/words.ts';
import { parseImage } from '../image/container.ts';
import type { ActionName, AxisModel, MapUnits } from '../source/model.ts';
import { amountWords, limitWords } from '../source/unit-words.ts';
import { asNumber, MapImage, openOnSmallest, type Question, storedCoordinate } from './ask.ts';
import type { Core } from './core.ts';

export interface PlaneQuestion extends Question {
  /** In the coordinates of the source, origin included. */
  readonly y: bigint;
}

/** One verdict, as programs may rely on it. How far a gap is, a plane does not tell. */
export interface PlaneAnswer {
  /** The place that was asked for: x, y. */
  readonly at: readonly [number | bigint, number | bigint];
  readonly phase: number;
  readonly state: StateName;
  readonly zone: string | null;
  readonly tier: number | null;
  readonly limit: number | null;
  readonly action: ActionName | null;
  readonly gap: string | null;
  readonly epoch: number;
}

/** An image of a plane that answers questions. */
export class PlaneImage {
  readonly axes: readonly [x: AxisModel, y: AxisModel];
  readonly core: Core;
  readonly rules: readonly Rule[];
  /** What limits and phases count, for words. */
  readonly units: MapUnits;

  private constructor(core: Core, plane: Pick<PlaneImage, 'axes' | 'rules' | 'units'>) {
    this.core = core;
    this.axes = plane.axes;
    this.rules = plane.rules;
    this.units = plane.units;
  }

  /** @throws what `parseImage`, `decodePlane` and `openImage` throw */
  static async open(image: Uint8Array): Promise<PlaneImage> {
    const { body, identity } = parseImage(image);
    const { axes, rules } = decodePlane(body);
    return new PlaneImage(await openOnSmallest(image), { axes, rules, units: identity.units });
  }

  ask({ x, y, phase }: PlaneQuestion): PlaneAnswer {
    const [xAxis, yAxis] = this.axes;
    const [xStored, yStored] = [storedCoordinate(xAxis, x), storedCoordinate(yAxis, y)];
    const word = this.core.check(phase, xStored, yStored);
    const { state, tier, limit, action, rule, epoch } = this.core.verdict(word, xStored, yStored);
    const id = rule === null ? null : (this.rules[rule]?.id ?? null);
    return {
      at: [asNumber(x), asNumber(y)],
      phase,
      state,
      zone: state === 'covered' ? id : null,
      tier,
      limit,
      action,
      gap: state === 'gap' ? id : null,
      epoch,
    };
  }
}

/** A map that answers, of either kind. */
export type AnyImage = MapImage | PlaneImage;

/** Opens an image of either kind. Throws what `MapImage.open` and `PlaneImage.open` throw. */
export async function openAnyImage(image: Uint8Array): Promise<AnyImage> {
  return isPlaneBody(parseImage(image).body) ? PlaneImage.open(image) : MapImage.open(image);
}

/** One line for people. */
export function planeAnswerWords(answer: PlaneAnswer, { axes, units }: PlaneImage): string {
  const [x, y] = answer.at.map((at, index) => amountWords(at, axes[index] as AxisModel));
  const { state, zone, gap, action, limit } = answer;
  const words = limitWords(limit, units);
  if (state === 'covered') return `${x}, ${y}: covered by ${zone}${words}`;
  return `${x}, ${y}: ${state === 'gap' ? `gap ${gap}` : state}, ${action}${words}`;
}
