import { ROW_ORDERS } from '../source/table-said.ts';
import { ENCODINGS } from '../table/encoding.ts';
import { SEPARATORS } from '../table/layout.ts';
import { column, integer, type JsonSchema } from './values.ts';

/** The field `table` of an entry: how its table is written, and what its rows mean. */

const text: JsonSchema = { type: ['string', 'number'], minLength: 1 };
const texts: JsonSchema = { type: 'array', items: text };
const HEADER_ROW_MAX = 999_999;

export const TABLE_OPTION_FIELDS = {
  separator: {
    says: 'What separates fields: a name or the character. Without it, the one under which a row names all columns.',
    value: { enum: [...Object.keys(SEPARATORS), ...Object.values(SEPARATORS)] },
  },
  encoding: {
    says: 'How the text is written; utf-8 unless given, or a byte order mark.',
    value: { enum: [...ENCODINGS] },
  },
  headerRow: { says: 'Line that names the columns, from 1.', value: integer(1, HEADER_ROW_MAX) },
  decimal: { says: 'What stands before decimals.', value: { enum: ['point', 'comma', '.', ','] } },
  thousands: {
    says: 'What stands between thousands.',
    value: { enum: ['point', 'comma', 'space', 'apostrophe', 'none', '.', ','] },
  },
  comment: { says: 'What rows that are comments begin with, or `none`; # unless given.', value: text },
  totals: {
    says: 'Whether rows that begin with a word such as Total are data.',
    value: { enum: ['keep', 'omit'] },
  },
  dates: {
    says: 'How dates are written: dd, mm (mmm for names) and yyyy, such as dd.mm.yyyy or d/m/20yy.',
    value: text,
  },
  offset: { says: 'Offset of timestamps that have none: Z, or such as +01:00.', value: text },
  clock: { says: 'Places are times of a day, such as 22:00.', value: { type: 'boolean' } },
  since1970: {
    says: 'Bare numbers on an axis of time count since 1970-01-01T00:00:00Z.',
    value: { type: 'boolean' },
  },
  ends: {
    says: 'Whether rows hold the place at which they end: inclusive (one step, or a day), exclusive, or a width such as 1 m.',
    value: text,
  },
  order: {
    says: 'Which of its places a row begins with; rising unless given.',
    value: { enum: [...ROW_ORDERS] },
  },
  until: { says: 'With `next`, a row holds until the next one begins.', value: { enum: ['next'] } },
  end: { says: 'Where a row without an end does end; `row`: the last row is only an end.', value: text },
  emptyLimit: {
    says: 'What an empty limit is: none, or `same`, that of the row above, as in merged cells.',
    value: { enum: ['none', 'same'] },
  },
  ids: { says: 'With `any`, ids are made of any text.', value: { enum: ['any'] } },
  where: { says: 'Rows that are read: column=value or column!=value.', value: texts },
  unused: { says: 'Columns that are known to be unused.', value: texts },
};

export const TABLE_PHASE_FIELDS = {
  column: { says: 'Column whose values are phases.', value: column, required: true as const },
  names: { says: 'Its values, in the order of the phases.', value: texts, required: true as const },
  all: { says: 'The value that stands for every phase.', value: text },
};
