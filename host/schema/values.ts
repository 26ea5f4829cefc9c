import { ACTION_NAMES } from '../format.ts';

/** JSON Schemas of the values that fields of a source hold, as YAML of version 1.2 reads them. */

/** A JSON Schema (draft 7) or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const I32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/** Digits with a unit behind them: `5.5 km`, `40 km/h`. */
const QUANTITY = '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)\\s*[^\\s0-9.+-][^\\s0-9]*2?$';
/** `12+400`, `26.0+100` */
const CHAINAGE = '^[0-9]+(\\+[0-9]{3}|\\.[0-9]\\+[0-9]{1,3})(\\.[0-9]+)?$';
const TIMESTAMP =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})$';

export const timestamp: JsonSchema = { type: 'string', pattern: TIMESTAMP };

export const quantity: JsonSchema = { type: 'string', pattern: QUANTITY };

const chainage: JsonSchema = { type: 'string', pattern: CHAINAGE };

/** A place on an axis: steps, a quantity with a unit, a chainage, or a timestamp on an axis of time. */
export const coordinate: JsonSchema = { anyOf: [{ type: 'number' }, quantity, chainage, timestamp] };

export const numberCoordinate: JsonSchema = { anyOf: [{ type: 'number' }, quantity, chainage] };

/** A phase in ticks. */
export const ticks: JsonSchema = {
  anyOf: [{ type: 'number', minimum: 0, maximum: I32.maximum }, quantity],
};

/** A period in ticks, or with a unit of time. */
export const period: JsonSchema = {
  anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: I32.maximum }, quantity],
};

/** An i32, alone or with a unit that converts to the one that `limits` declares. */
export const limit: JsonSchema = { anyOf: [{ type: 'number', ...I32 }, quantity] };

export const action: JsonSchema = { enum: ACTION_NAMES };

/** An id may look like a number; what YAML makes of it does not matter here. */
export const id: JsonSchema = {
  type: ['string', 'number'],
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_.:/+-]*$',
  maxLength: 63,
};

export const identity: JsonSchema = { type: ['string', 'integer'], pattern: '^[a-z0-9-]{1,31}$' };

export const label: JsonSchema = { type: ['string', 'number'], minLength: 1, maxLength: 20 };

export const fileName: JsonSchema = { type: ['string', 'number'], minLength: 1 };

export const column: JsonSchema = { type: ['string', 'number'], minLength: 1 };

export function integer(minimum: number, maximum: number): JsonSchema {
  return { type: 'integer', minimum, maximum };
}

export const epoch: JsonSchema = integer(1, 2 ** 32 - 1);

/** `11` or `11@3fa9c2`. */
export const replaced: JsonSchema = {
  anyOf: [epoch, { type: 'string', pattern: '^[1-9][0-9]{0,9}(@[0-9a-fA-F]{1,16})?$' }],
};
