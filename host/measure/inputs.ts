/** On what functions are measured: every border of a map and its neighbours, the ends of what can be asked, and seeded others. */

import type { DecodedBody } from '../body/decode.ts';
import { U32_MAX } from '../common/integers.ts';
import type { MeasureInput } from '../serial/measures.ts';

const I32_MIN = -(2 ** 31);
const I32_MAX = 2 ** 31 - 1;
const NEIGHBOURS = [-1, 0, 1] as const;

export interface InputChoice {
  readonly seed: number;
  /** How many seeded inputs come on top. */
  readonly count: number;
  /** Places that somebody asks for, in stored coordinates. */
  readonly places: readonly { readonly x: number; readonly phase: number }[];
}

/** A phase, and the borders of the list of cells that answers in it. */
interface List {
  readonly phase: number;
  readonly borders: readonly number[];
}

/** For check and verdict; each once. */
export function placesToMeasure(body: DecodedBody, choice: InputChoice): MeasureInput[] {
  const { axis } = body;
  const found = new Inputs();
  for (const { phase, borders } of listsOf(body))
    for (const border of borders) for (const by of NEIGHBOURS) found.add(phase, border + by, 0);
  for (const phase of phasesOf(body))
    for (const x of [I32_MIN, axis.min, axis.max - 1, I32_MAX]) found.add(phase, x, 0);
  for (const { x, phase } of choice.places) found.add(phase, x, 0);
  const random = generator(choice.seed);
  for (let i = 0; i < choice.count; i++) found.add(anyPhase(body, random), anyPlace(body, random), 0);
  return found.all();
}

/** For sweep: from each border to the next one and to both ends of the axis, along the whole axis, between given and seeded places. */
export function movesToMeasure(body: DecodedBody, choice: InputChoice): MeasureInput[] {
  const { min, max } = body.axis;
  const found = new Inputs();
  for (const { phase, borders } of listsOf(body)) {
    borders.forEach((border, index) => {
      found.add(phase, border, borders[index + 1] ?? max);
      found.add(phase, border, max - 1);
      found.add(phase, border - 1, min);
    });
  }
  for (const phase of phasesOf(body)) {
    found.add(phase, min, max - 1);
    found.add(phase, max - 1, min);
    found.add(phase, I32_MIN, I32_MAX);
    found.add(phase, min, I32_MAX);
    found.add(phase, max - 1, I32_MIN);
  }
  choice.places.forEach(({ x, phase }, index) => {
    found.add(phase, x, choice.places[index + 1]?.x ?? max - 1);
  });
  const random = generator(choice.seed);
  for (let i = 0; i < choice.count; i++)
    found.add(anyPhase(body, random), anyPlace(body, random), anyPlace(body, random));
  return found.all();
}

/** Windows may share their list: each list is asked in the first of its windows. */
function listsOf({ windows, axis }: DecodedBody): List[] {
  const seen = new Set<unknown>();
  const lists: List[] = [];
  for (const { from, cells } of windows) {
    if (seen.has(cells)) continue;
    seen.add(cells);
    lists.push({ phase: from, borders: [...cells.map((cell) => cell.from), axis.max] });
  }
  return lists;
}

/** Where phase windows begin and end, and beyond the period. */
function phasesOf({ windows, phasePeriod }: DecodedBody): number[] {
  const borders = [0, ...windows.map(({ from }) => from), phasePeriod];
  const near = borders.flatMap((phase) => NEIGHBOURS.map((by) => phase + by));
  return [...new Set([...near, I32_MAX, U32_MAX])].filter((phase) => phase >= 0 && phase <= U32_MAX);
}

/** u32 of a small generator (a Weyl sequence, mixed): the same inputs for a seed, wherever this runs. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** On the axis most of the time, anywhere once in four. */
function anyPlace({ axis }: DecodedBody, random: () => number): number {
  if (random() % 4 === 0) return random() | 0;
  return axis.min + Math.floor((random() / 2 ** 32) * (axis.max - axis.min));
}

function anyPhase({ phasePeriod }: DecodedBody, random: () => number): number {
  return random() % 4 === 0 ? random() : Math.floor((random() / 2 ** 32) * phasePeriod);
}

class Inputs {
  readonly #found = new Map<string, MeasureInput>();

  /** Coordinates beyond i32 are its ends. */
  add(phase: number, x: number, toX: number): void {
    const input = { phase, x: i32(x), toX: i32(toX) };
    this.#found.set(`${phase} ${input.x} ${input.toX}`, input);
  }

  all(): MeasureInput[] {
    return [...this.#found.values()];
  }
}

function i32(x: number): number {
  return Math.min(Math.max(x, I32_MIN), I32_MAX);
}
