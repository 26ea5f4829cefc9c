import type { PlaneMap, PlanePhase } from '../../body/plane-map.ts';
import { HoldfastError } from '../../common/errors.ts';
import { sourceWords } from '../../source/axis-words.ts';
import type { Diagnostics } from '../../source/diagnostics.ts';
import type { RoundingModel } from '../../source/model.ts';
import type { PlaneGapRuleModel, PlaneModel, PlaneZoneModel } from '../../source/plane-model.ts';
import { unitsOf } from '../../source/unit-words.ts';
import { type ZoneOrder, zoneOrder } from '../rules/order.ts';
import { rulesOf } from '../rules/rules.ts';
import type { Cell, Side } from './cells.ts';
import { PlaneFindings, type PlaneGap, type PlaneOverlap } from './findings.ts';
import { LineTable } from './lines.ts';
import { lookupOf, type RuledSurvey } from './lookup.ts';
import { partsOf } from './neighbours.ts';
import type { Extent, Shape } from './shapes.ts';
import { type Piece, type Survey, surveyOf } from './survey.ts';
import { TooDeep } from './tree.ts';

/** A plane that is resolved: every place and phase has one rule. */
export interface ResolvedPlane {
  readonly plane: PlaneMap;
  /** Different edges of the phase that has most. */
  readonly edges: number;
  readonly overlaps: readonly PlaneOverlap[];
  readonly gaps: readonly PlaneGap[];
  readonly repairs: readonly string[];
  readonly roundings: readonly RoundingModel[];
}

/** A place without a rule; only while mistakes are reported. */
const RULE_NONE = 0;

/**
 * Resolves the model of a plane; mistakes are added to `diagnostics`: every overlap that nothing orders, every gap that nothing
 * acknowledges and every gap rule that lies where it may not. Gaps are reported only for a `complete` model. undefined after mistakes.
 * @throws HoldfastError TOO_LARGE when no lookup can be made
 */
export function resolvePlane(
  model: PlaneModel,
  complete: boolean,
  diagnostics: Diagnostics,
): ResolvedPlane | undefined {
  const lines = new LineTable();
  const findings = new PlaneFindings(model, diagnostics, lines);
  const resolver = new Resolver(model, findings, complete);
  const { phases, maps } = phasesOf(model);
  try {
    const surveys = maps.map((active) => resolver.resolve(active, lines));
    findings.report();
    if (diagnostics.count > 0) return undefined;
    const { map, device, epoch, replaces, axes, phasePeriod, outside, fault, budgetSteps } = model;
    const lookup = lookupOf(surveys, lines, []);
    return {
      plane: {
        ...{ map, device, epoch, replaces, axes, phasePeriod, phases, lookup, outside, fault, budgetSteps },
        units: unitsOf(model),
        rules: rulesOf(model),
        zones: model.zones.length,
      },
      edges: Math.max(...surveys.map(({ survey }) => survey.cutter.edges.length)),
      overlaps: findings.overlaps,
      gaps: findings.gaps,
      repairs: model.repairs,
      roundings: model.roundings,
    };
  } catch (error) {
    throw error instanceof TooDeep ? tooDeep(error, model) : error;
  }
}

function tooDeep({ cell }: TooDeep, { axes: [x, y] }: PlaneModel): HoldfastError {
  const { from } = cell[0] as Side;
  const place = `(${sourceWords(x, x.min + Math.floor(from.x))}, ${sourceWords(y, y.min + Math.floor(from.y))})`;
  return new HoldfastError('TOO_LARGE', `no lookup was found for what lies near ${place}`, {
    remedy: 'Use shorter edges there, or coarser steps.',
  });
}

/** Zones and gap rules, as indices of the model, that hold in a phase. */
interface Active {
  readonly zones: readonly number[];
  readonly gapRules: readonly number[];
}

/** The different sets of zones and gap rules that hold at once, and the phases in which each does. */
function phasesOf(model: PlaneModel): { phases: readonly PlanePhase[]; maps: readonly Active[] } {
  const borders = new Set([0, model.phasePeriod]);
  for (const { when } of [...model.zones, ...model.gapRules])
    for (const { from, to } of when ?? []) borders.add(from).add(to);
  const sorted = [...borders].sort((left, right) => left - right);
  const maps = new Map<string, number>();
  const actives: Active[] = [];
  const phases: PlanePhase[] = [];
  for (const [index, from] of sorted.slice(0, -1).entries()) {
    const active = { zones: activeAt(model.zones, from), gapRules: activeAt(model.gapRules, from) };
    const key = `${active.zones} ${active.gapRules}`;
    const root = maps.get(key) ?? actives.push(active) - 1;
    maps.set(key, root);
    const to = sorted[index + 1] as number;
    const last = phases.at(-1);
    if (last?.root === root) phases[phases.length - 1] = { ...last, to };
    else phases.push({ from, to, root });
  }
  return { phases, maps: actives };
}

function activeAt(
  owners: readonly Pick<PlaneZoneModel | PlaneGapRuleModel, 'when'>[],
  phase: number,
): number[] {
  return owners.flatMap(({ when }, index) =>
    when === null || when.some(({ from, to }) => from <= phase && phase < to) ? [index] : [],
  );
}

class Resolver {
  readonly #model: PlaneModel;
  readonly #findings: PlaneFindings;
  readonly #isComplete: boolean;
  readonly #order: ZoneOrder;
  readonly #extent: Extent;

  constructor(model: PlaneModel, findings: PlaneFindings, isComplete: boolean) {
    this.#model = model;
    this.#findings = findings;
    this.#isComplete = isComplete;
    this.#order = zoneOrder(model.overlaps, model.zones);
    const [x, y] = model.axes;
    this.#extent = { width: x.max - x.min, height: y.max - y.min };
  }

  /** The map of one phase: its pieces and their rules. */
  resolve(active: Active, lines: LineTable): RuledSurvey {
    const shapes = this.#shapesOf(active);
    const survey = surveyOf(shapes, this.#extent, lines);
    const rules = survey.pieces.map((piece) => this.#ruleOf(piece, shapes));
    const empty = survey.pieces.flatMap((_, index) => (rules[index] === undefined ? [index] : []));
    const ruled = rules.map((rule) => rule ?? RULE_NONE);
    for (const part of partsOf(
      empty.map((index) => (survey.pieces[index] as Piece).cell),
      lines,
    )) {
      const pieces = part.map((index) => empty[index] as number);
      const rule = this.#gapRuleOf(pieces, survey);
      for (const piece of pieces) ruled[piece] = rule;
    }
    return { survey, rules: ruled };
  }

  /** Areas with the rules that have them: zones, then gap rules, counted on. */
  #shapesOf({ zones, gapRules }: Active): Shape[] {
    const [x, y] = this.#model.axes;
    const shapesOf = (at: PlaneGapRuleModel['at'] | undefined, owner: number): Shape[] =>
      (typeof at === 'object' ? at : []).map((polygon) => ({
        owner,
        rings: polygon.map((border) => border.map(([u, v]) => [u - x.min, v - y.min] as const)),
      }));
    return [
      ...zones.flatMap((zone) => shapesOf(this.#model.zones[zone]?.at, zone)),
      ...gapRules.flatMap((rule) =>
        shapesOf(this.#model.gapRules[rule]?.at, this.#model.zones.length + rule),
      ),
    ];
  }

  /** The rule of a piece; undefined where neither a zone nor a gap rule claims it. */
  #ruleOf({ cell, shapes: held }: Piece, shapes: readonly Shape[]): number | undefined {
    const count = this.#model.zones.length;
    const owners = [...new Set(held.map((shape) => (shapes[shape] as Shape).owner))];
    const zones = owners.filter((owner) => owner < count).sort((left, right) => left - right);
    const gaps = owners.filter((owner) => owner >= count).map((owner) => owner - count);
    const [gap, otherGap] = gaps.sort((left, right) => left - right);
    if (gap !== undefined && otherGap !== undefined) this.#findings.gapRulesOverlap(cell, gap, otherGap);
    if (gap !== undefined) {
      if (!this.#model.gapRules[gap]?.cuts)
        for (const zone of zones) this.#findings.gapOverZone(cell, gap, zone);
      return count + gap;
    }
    if (zones.length === 0) return undefined;
    const winner = (left: number, right: number) => this.#order.winner(left, right);
    this.#findings.covered(cell, zones, winner);
    return zones.reduce((best, zone) => winner(best, zone) ?? best);
  }

  /** The rule of pieces that hang together and that nothing claims. */
  #gapRuleOf(pieces: readonly number[], survey: Survey): number {
    const { zones, gapRules } = this.#model;
    const cells = pieces.map((piece) => (survey.pieces[piece] as Piece).cell);
    const isEnclosed = !cells.some((cell) => isAtBorder(cell, survey));
    const around = isEnclosed ? -1 : gapRules.findIndex(({ at }) => at === 'around');
    const rule = around >= 0 ? around : gapRules.findIndex(({ at }) => at === 'anywhere');
    this.#findings.gap(cells, isEnclosed, gapRules[rule]?.id, this.#isComplete);
    return rule < 0 ? RULE_NONE : zones.length + rule;
  }
}

/** Whether a cell lies at the border of the axes, along more than a point. */
function isAtBorder(cell: Cell, { whole }: Survey): boolean {
  return cell.some(({ line, sign }) => whole.some((side) => side.line === line && side.sign === sign));
}
