import { AREA_FILE_NAME } from '../source/area-file.ts';
import { namesOf } from '../source/unit-table.ts';
import { OBJECTS, type ObjectSpec, ref } from './table.ts';
import { type JsonSchema, numberCoordinate, timestamp } from './values.ts';

/**
 * The JSON Schema of map sources, so that editors complete and check them while they are written. It knows the shape of a source;
 * what needs its meaning (overlaps, gaps, ranges, units, ids) is judged by the compiler alone.
 */

/** The whole schema. */
export function mapSchema(): JsonSchema {
  const { source, ...others } = OBJECTS;
  if (source === undefined) throw new TypeError('the table has no source');
  const definitions = Object.entries(others).map(([name, spec]) => [
    name,
    withRules(name, objectSchema(spec)),
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Holdfast map source',
    ...objectSchema(source),
    definitions: { ...Object.fromEntries(definitions), ...ENTRIES },
  };
}

/** The schema as the text of a file. */
export function mapSchemaText(): string {
  return `${JSON.stringify(mapSchema(), null, 2)}\n`;
}

/** One object with its fields; others are refused. */
export function objectSchema({ says, fields }: ObjectSpec): JsonSchema {
  const entries = Object.entries(fields);
  const properties = entries.map(([name, field]) => [name, { description: field.says, ...field.value }]);
  return {
    description: says,
    type: 'object',
    properties: Object.fromEntries(properties),
    required: entries.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}

/** An axis whose origin is a timestamp is one of time: its ends are timestamps, its unit one of time. */
const AXIS_RULES: JsonSchema = {
  if: { properties: { origin: timestamp }, required: ['origin'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { unit: { enum: namesOf('time') }, min: timestamp, max: timestamp } },
  else: { properties: { min: numberCoordinate, max: numberCoordinate } },
};

/** Rows have ends, unless they hold until the next one begins. */
const TABLE_RULES: JsonSchema = {
  if: { required: ['table'], properties: { table: { required: ['until'] } } },
  else: { properties: { columns: { required: ['from', 'to'] } } },
};

/** Steps, or cycles of a board. */
const BUDGET_RULES: JsonSchema = {
  if: { required: ['cycles'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['target'], properties: { steps: false } },
  else: { required: ['steps'], properties: { target: false } },
};

const RULES: Readonly<Record<string, JsonSchema>> = {
  axis: AXIS_RULES,
  zoneTable: TABLE_RULES,
  gapTable: TABLE_RULES,
  budget: BUDGET_RULES,
  cycles: { minProperties: 1 },
  shape: {
    oneOf: [
      { required: ['polygon'] },
      ...['box', 'circle', 'capsule'].map((name) => ({ required: [name], properties: { holes: false } })),
    ],
  },
};

function withRules(name: string, schema: JsonSchema): JsonSchema {
  return { ...schema, ...RULES[name] };
}

/** A file of areas, and not a table. */
const AREA_FILE: JsonSchema = { properties: { file: { type: 'string', pattern: AREA_FILE_NAME.source } } };

/** What stands in `zones` and `gaps` is told apart by one field, so that mistakes are named for the entry that was meant. */
const ENTRIES: JsonSchema = {
  zoneEntry: {
    type: 'object',
    if: { required: ['file'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { if: AREA_FILE, then: ref('zoneFile'), else: ref('zoneTable') },
    else: ref('zone'),
  },
  gapEntry: {
    type: 'object',
    if: { required: ['file'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { if: AREA_FILE, then: ref('gapFile'), else: ref('gapTable') },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    else: { if: { required: ['anywhere'] }, then: ref('catchAll'), else: ref('gap') },
  },
};
