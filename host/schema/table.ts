import { SWEEP_CELLS_MAX } from '../format.ts';
import { APPROACH_STEPS_MAX, APPROACH_WAYS } from '../source/approach.ts';
import { OVERLAP_WORDS } from '../source/overlaps.ts';
import { ROUNDING_RULES } from '../source/rounding.ts';
import { namesOf, unitsOf } from '../source/unit-table.ts';
import { TABLE_OPTION_FIELDS, TABLE_PHASE_FIELDS } from './table-option-fields.ts';
import {
  action,
  column,
  coordinate,
  epoch,
  fileName,
  id,
  identity,
  integer,
  type JsonSchema,
  label,
  limit,
  numberCoordinate,
  period,
  quantity,
  replaced,
  ticks,
} from './values.ts';

/** Every object that a map source holds, with its fields: the one table from which the JSON Schema is generated. */

export interface FieldSpec {
  /** One or two sentences for people, with the unit. */
  readonly says: string;
  readonly value: JsonSchema;
  readonly required?: true;
}

export interface ObjectSpec {
  readonly says: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

export function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

/** A budget of all ones is none. */
const CYCLES_MAX = 2 ** 32 - 2;

const oneOrMore = (name: string): JsonSchema => ({
  anyOf: [ref(name), { type: 'array', items: ref(name), minItems: 1 }],
});

const AT: FieldSpec = {
  says: 'Where: on a line one interval, or a list of them that do not overlap; in a plane one shape or a list of shapes.',
  value: {
    anyOf: [
      ref('interval'),
      ref('shape'),
      { type: 'array', items: ref('interval'), minItems: 1 },
      { type: 'array', items: ref('shape'), minItems: 1 },
    ],
  },
  required: true,
};
const POINT: JsonSchema = { type: 'array', items: numberCoordinate, minItems: 2, maxItems: 2 };
const RING: JsonSchema = { type: 'array', items: POINT, minItems: 3 };
const CORNER = (says: string): FieldSpec => ({ says, value: POINT, required: true });
const RADIUS: FieldSpec = {
  says: 'Its radius, from 1 step on; both axes count the same.',
  value: numberCoordinate,
  required: true,
};
const WHEN: FieldSpec = {
  says: 'In which phases, in ticks: one range or a list. Without it, in every phase.',
  value: oneOrMore('window'),
};
const LIMIT: FieldSpec = {
  says: 'An integer that the application gives meaning to, from -2^31 to 2^31 - 1; alone, or with a unit that converts to the one of `limits`.',
  value: limit,
};
const TIER: FieldSpec = {
  says: 'Rank of the zone, 0 to 255 (0 unless given). Under `overlaps: by-tier` the higher tier wins.',
  value: integer(0, 255),
};
const CUTS: FieldSpec = {
  says: 'Takes its place out of the zones under it. Without it, a gap rule over a zone is a mistake.',
  value: { type: 'boolean' },
};
const round = (what: string): FieldSpec => ({
  says: `What happens to ${what} that are no whole steps: they go to the nearest (halves up), down, or up, and compile says how far. Without it they are a mistake.`,
  value: { enum: ROUNDING_RULES },
});
const ACTION: FieldSpec = { says: 'What the loop does there.', value: action, required: true };

const TABLE_FIELDS = {
  file: {
    says: 'A table beside the source (CSV, or another text with separators); its rows become entries of this list.',
    value: fileName,
    required: true,
  },
  table: { says: 'How the table is written, and what its rows mean.', value: ref('tableOptions') },
  unit: { says: 'The unit in which the table counts, when it is not the unit of the axis.', value: label },
  id: {
    says: 'Ids are this, a hyphen and the number of the row; without it, the name of the file.',
    value: id,
  },
  when: WHEN,
  limit: LIMIT,
} satisfies Record<string, FieldSpec>;

const TABLE_COLUMNS = {
  from: { says: 'Column of the first place that belongs to it.', value: column, required: true },
  to: {
    says: 'Column of the first place that no longer does. Not needed where rows hold until the next one begins.',
    value: column,
  },
  unit: { says: 'Column of the units of places.', value: column },
  id: { says: 'Column of ids.', value: column },
  limit: {
    says: 'Column of limits; an empty field takes the `limit` of the entry. A list: one for each phase, in their order.',
    value: { anyOf: [column, { type: 'array', items: column, minItems: 1 }] },
  },
  limitUnit: {
    says: 'Column of the units of the limits; they convert to the one that `limits` declares.',
    value: column,
  },
} satisfies Record<string, FieldSpec>;

const AREA_FILE_FIELDS = {
  file: {
    says: 'A file of areas beside the source: GeoJSON (ED-318 too), TopoJSON, a .plan of QGroundControl, .waypoints of ArduPilot.',
    value: fileName,
    required: true,
  },
  unit: {
    says: 'What its coordinates count; degrees unless given. `grid` takes the integers of a quantised TopoJSON.',
    value: label,
  },
  object: { says: 'Which object of a TopoJSON file, where it has several.', value: column },
  layers: {
    says: 'Vertical limits of geozones are refused, unless the map holds at every height.',
    value: { const: 'ignore' },
  },
  dates: {
    says: 'Days on which geozones begin or end to hold are refused, unless the map is of a time within them.',
    value: { const: 'ignore' },
  },
  periods: {
    says: 'Times at which geozones hold: phases from midnight of UTC (`day`) or from that before Monday (`week`), or always (`ignore`).',
    value: { enum: ['day', 'week', 'ignore'] },
  },
  inclusions: {
    says: 'Several fences to stay in are refused, unless it is enough to stay in any of them.',
    value: { const: 'any' },
  },
  where: {
    says: 'Which features: property=value or property!=value, one or a list; those of one property with = are alternatives.',
    value: { anyOf: [column, { type: 'array', items: column, minItems: 1 }] },
  },
  id: {
    says: 'Features without an id of their own are called this, a hyphen and their number; without it, the name of the file.',
    value: id,
  },
  when: WHEN,
  limit: LIMIT,
} satisfies Record<string, FieldSpec>;

const AREA_PROPERTIES = {
  id: { says: 'Property of ids.', value: column },
  limit: { says: 'Property of limits; without a value the `limit` of the entry.', value: column },
  limitUnit: { says: 'Property of the units of limits.', value: column },
} satisfies Record<string, FieldSpec>;

/** Objects by the name of their definition; `source` is the whole. */
export const OBJECTS: Readonly<Record<string, ObjectSpec>> = {
  source: {
    says: 'A Holdfast map source: for every position and phase of a machine, what covers it, or that it is a gap and what to do there.',
    fields: {
      holdfast: { says: 'Version of this language: 1.', value: { const: 1 }, required: true },
      map: {
        says: 'Identity of the map, 1 to 31 of a-z, 0-9 and "-". An edition only ever replaces one of the same map.',
        value: identity,
        required: true,
      },
      device: {
        says: 'Class of the devices that may take it, 1 to 31 of a-z, 0-9 and "-"; `generic` unless given.',
        value: identity,
      },
      epoch: {
        says: 'Number of this edition, 1 to 2^32 - 1; it rises with each edition.',
        value: epoch,
        required: true,
      },
      replaces: {
        says: 'Editions that this one may replace: an epoch, or one with the first digits of its hash (11@3fa9c2). Up to 8. Without it, a first edition.',
        value: { anyOf: [replaced, { type: 'array', items: replaced, maxItems: 8 }] },
      },
      space: { says: 'What positions are.', value: ref('space'), required: true },
      phase: {
        says: 'The counter of the machine within a period. Without it there are no phases.',
        value: ref('phase'),
      },
      limits: { says: 'What limits are measured in.', value: ref('limits') },
      zones: {
        says: 'What covers the axis: zones, and CSV files of zones.',
        value: { type: 'array', items: ref('zoneEntry') },
        required: true,
      },
      gaps: {
        says: 'Places that no zone covers, each acknowledged with what the loop does there.',
        value: { type: 'array', items: ref('gapEntry') },
      },
      overlaps: {
        says: 'Who wins where two zones lie over one place: `forbid` (nobody, it is a mistake; the default), `by-tier`, `lowest-limit` (the most restrictive one), or a list of pairs.',
        value: {
          anyOf: [{ enum: OVERLAP_WORDS }, { type: 'array', items: ref('order'), maxItems: 4096 }],
        },
      },
      approach: {
        says: 'How the machine brakes. With it, the limit falls in steps that a braking machine can obey before each place where it is lower, and before each gap where the machine stops.',
        value: ref('approach'),
      },
      marks: {
        says: 'Named places, such as stations and mileposts, for drawings, reports and messages. The image is the same without them.',
        value: { type: 'array', items: ref('mark'), maxItems: 4096 },
      },
      outside: {
        says: 'What the loop does beyond the range of the axis or the period; `stop` unless given.',
        value: ref('reaction'),
      },
      fault: {
        says: 'What the loop does when no map is admitted; `stop` unless given.',
        value: ref('reaction'),
      },
      budget: { says: 'What a check may cost. A map that costs more is refused.', value: ref('budget') },
      moves: {
        says: 'Of a plane: how long a straight move may be, and how many cells it may cross. Without it no move is asked.',
        value: ref('moves'),
      },
    },
  },
  moves: {
    says: 'What a straight move in a plane may be at most.',
    fields: {
      longest: {
        says: 'Steps of the axis along which it is longer, or a length.',
        value: numberCoordinate,
        required: true,
      },
      cells: { says: 'Cells that it may cross.', value: integer(1, SWEEP_CELLS_MAX), required: true },
    },
  },
  space: {
    says: 'The axes.',
    fields: {
      axes: {
        says: 'One axis: a line. Two: a plane, x first.',
        value: { type: 'array', items: ref('axis'), minItems: 1, maxItems: 2 },
        required: true,
      },
    },
  },
  axis: {
    says: 'An axis [min, max): `min` belongs to it, `max` does not.',
    fields: {
      name: { says: 'Short name, up to 20 bytes.', value: label, required: true },
      unit: {
        says: `What a coordinate counts. Convert into each other: ${unitsOf('length').join(', ')}; ${unitsOf('time').join(', ')}; ${unitsOf('angle').join(', ')}. On an axis of time, one of time.`,
        value: { ...label, examples: ['mm', 'um', 'm', 's', 'ms'] },
        required: true,
      },
      min: { says: 'Where the axis begins, in its unit.', value: coordinate, required: true },
      max: {
        says: 'Where it ends, at most 2^30 steps from the origin; this place is not part of it.',
        value: coordinate,
        required: true,
      },
      origin: {
        says: 'A coordinate near its middle, for axes far from zero. A timestamp makes it an axis of time.',
        value: coordinate,
      },
      scale: {
        says: 'Steps in one unit, 1 to 2^32 - 1 (1 unless given): coordinates count steps.',
        value: integer(1, 2 ** 32 - 1),
      },
      wraps: {
        says: 'A ring: max is the same place as min, and intervals may run over it. Not on an axis of time.',
        value: { type: 'boolean' },
      },
      round: round('places'),
    },
  },
  phase: {
    says: 'Phases: 0 up to the period, in ticks. The loop counts the ticks.',
    fields: {
      unit: {
        says: 'What period and windows are written in: `tick`, or a unit of time. A tick is one of it.',
        value: { enum: ['tick', ...namesOf('time')] },
        required: true,
      },
      period: {
        says: 'After which the phase begins again, 1 to 2^31 - 1 ticks; alone, or with a unit of time (60 s).',
        value: period,
        required: true,
      },
      scale: { says: 'Ticks in one unit (1 unless given).', value: integer(1, 2 ** 32 - 1) },
      wraps: {
        says: 'Windows may run over the end of the period: { from: 50 s, to: 10 s }. Without it, such a window is a mistake.',
        value: { type: 'boolean' },
      },
      round: round('phases'),
    },
  },
  limits: {
    says: 'What limits are measured in.',
    fields: {
      unit: {
        says: 'Such as km/h or mm/s, up to 20 bytes. Limits in other units are converted where that is exact.',
        value: label,
        required: true,
      },
      round: round('limits'),
    },
  },
  interval: {
    says: 'A half-open interval [from, to) of the axis.',
    fields: {
      from: {
        says: 'The first place that belongs to it, in steps of the axis; or with a unit (5.5 km), a chainage (12+400), or a timestamp with its offset.',
        value: coordinate,
        required: true,
      },
      to: { says: 'The first place that no longer does.', value: coordinate, required: true },
    },
  },
  shape: {
    says: 'An area of a plane: one of polygon, box, circle and capsule. Borders to the left and below belong to it, those to the right and above do not.',
    fields: {
      polygon: { says: 'Its corners in order, each [x, y]; the first one is not repeated.', value: RING },
      holes: { says: 'Polygons that are cut out of the polygon.', value: { type: 'array', items: RING } },
      box: { says: 'A rectangle along the axes.', value: ref('box') },
      circle: {
        says: 'A circle, as the largest polygon of whole steps that lies in it (docs/SOURCES.md).',
        value: ref('circle'),
      },
      capsule: { says: 'Whatever is no further than a radius from a straight way.', value: ref('capsule') },
    },
  },
  box: {
    says: 'A rectangle along the axes.',
    fields: {
      from: CORNER('Its corner of least x and y, which belongs to it.'),
      to: CORNER('The opposite corner, which does not.'),
    },
  },
  circle: { says: 'A circle.', fields: { at: CORNER('Its centre.'), radius: RADIUS } },
  capsule: {
    says: 'A way with round ends.',
    fields: { from: CORNER('Where the way begins.'), to: CORNER('Where it ends.'), radius: RADIUS },
  },
  window: {
    says: 'A half-open range [from, to) of phases.',
    fields: {
      from: {
        says: 'The first tick that belongs to it; or with a unit of time (10 s).',
        value: ticks,
        required: true,
      },
      to: { says: 'The first tick that no longer does.', value: ticks, required: true },
    },
  },
  zone: {
    says: 'A zone: what covers a place.',
    fields: {
      id: {
        says: 'Its name in verdicts, up to 63 bytes: letters, digits and _ . : / + -, a letter or digit first.',
        value: id,
        required: true,
      },
      at: AT,
      when: WHEN,
      tier: TIER,
      limit: LIMIT,
    },
  },
  zoneTable: {
    says: 'Zones from a CSV file, one a row.',
    fields: {
      ...TABLE_FIELDS,
      columns: { says: 'Which column is what.', value: ref('zoneColumns'), required: true },
      tier: TIER,
    },
  },
  zoneFile: {
    says: 'Zones of a plane from a file of areas, one a feature.',
    fields: {
      ...AREA_FILE_FIELDS,
      properties: { says: 'Which property is what.', value: ref('zoneProperties') },
      tier: TIER,
    },
  },
  zoneProperties: {
    says: 'Properties by what they mean.',
    fields: {
      ...AREA_PROPERTIES,
      tier: { says: 'Property of tiers; without a value the `tier` of the entry.', value: column },
    },
  },
  zoneColumns: {
    says: 'Columns by what they mean; the values are names of the header row.',
    fields: { ...TABLE_COLUMNS, tier: { says: 'Column of tiers.', value: column } },
  },
  gap: {
    says: 'A gap rule with a place.',
    fields: {
      id: { says: 'Its name in verdicts; zones and gap rules share their ids.', value: id, required: true },
      at: AT,
      when: WHEN,
      action: ACTION,
      limit: LIMIT,
      cuts: CUTS,
    },
  },
  catchAll: {
    says: 'The gap rule for every place that nothing else names. It must be written, it is never implied.',
    fields: {
      anywhere: { says: 'Always `true`; its id is `anywhere`.', value: { const: true }, required: true },
      action: ACTION,
      limit: LIMIT,
    },
  },
  gapTable: {
    says: 'Gap rules from a CSV file, one a row.',
    fields: {
      ...TABLE_FIELDS,
      columns: { says: 'Which column is what.', value: ref('gapColumns'), required: true },
      action: { says: 'What the loop does there, where the row does not say.', value: action },
      cuts: CUTS,
    },
  },
  gapFile: {
    says: 'Gap rules of a plane from a file of areas, one a feature.',
    fields: {
      ...AREA_FILE_FIELDS,
      properties: { says: 'Which property is what.', value: ref('gapProperties') },
      action: { says: 'What the loop does there, where the feature does not say.', value: action },
      cuts: CUTS,
    },
  },
  gapProperties: {
    says: 'Properties by what they mean.',
    fields: { ...AREA_PROPERTIES, action: { says: 'Property of actions.', value: column } },
  },
  gapColumns: {
    says: 'Columns by what they mean; the values are names of the header row.',
    fields: { ...TABLE_COLUMNS, action: { says: 'Column of actions.', value: column } },
  },
  tableOptions: {
    says: 'How a table is written, and what its rows mean.',
    fields: {
      ...TABLE_OPTION_FIELDS,
      phases: { says: 'A column whose values are phases.', value: ref('tablePhases') },
    },
  },
  tablePhases: { says: 'A column whose values are phases.', fields: TABLE_PHASE_FIELDS },
  order: {
    says: 'Two zones: which one wins where both are.',
    fields: {
      over: { says: 'Id of the zone that wins.', value: id, required: true },
      under: { says: 'Id of the other one.', value: id, required: true },
    },
  },
  mark: {
    says: 'A named place.',
    fields: {
      name: {
        says: 'What people call it, up to 63 bytes; each name once.',
        value: { type: ['string', 'number'], minLength: 1, maxLength: 63 },
        required: true,
      },
      at: { says: 'Where it is, as `from` of an interval.', value: coordinate, required: true },
    },
  },
  approach: {
    says: 'A braking curve, rounded to the safe side. Limits must be speeds (`limits: { unit: km/h }`), the axis lengths or angles.',
    fields: {
      deceleration: {
        says: 'What the brakes always achieve, with its unit: 0.5 m/s2, 20 deg/s2.',
        value: quantity,
        required: true,
      },
      steps: {
        says: 'Into how many cells each fall of the limit is cut; as many again at most where braking begins before an earlier fall.',
        value: integer(1, APPROACH_STEPS_MAX),
        required: true,
      },
      margin: {
        says: 'How long before the fall the braking must be over; 0 unless given.',
        value: numberCoordinate,
      },
      toward: {
        says: 'Which way the machine moves: toward the `max` of the axis, the `min`, or `both`.',
        value: { enum: APPROACH_WAYS },
        required: true,
      },
    },
  },
  reaction: { says: 'What the loop does.', fields: { action: ACTION } },
  budget: {
    says: 'What a check may cost.',
    fields: {
      steps: {
        says: 'Steps of search, for phase and position together, 0 to 65,535.',
        value: integer(0, 65_535),
      },
      cycles: {
        says: 'Cycles of a board that a check may take, or what each call may.',
        value: { anyOf: [integer(1, CYCLES_MAX), ref('cycles')] },
      },
      target: { says: 'The board whose cycles they are.', value: { type: 'string' } },
    },
  },
  cycles: {
    says: 'Cycles that calls of the loop may take at most.',
    fields: {
      check: { says: 'One check.', value: integer(1, CYCLES_MAX) },
      verdict: { says: 'One verdict.', value: integer(1, CYCLES_MAX) },
      sweep: { says: 'One sweep, over as many cells as a move may cross.', value: integer(1, CYCLES_MAX) },
    },
  },
};
