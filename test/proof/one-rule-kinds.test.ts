/**
 * Both sides read one rule, kind by kind: texts of axes, kinds, UTF-8, holes and overlaps of lists, equal neighbours, ids that repeat or
 * have control characters. Each kind has changes that both sides take and some that both refuse, for the reason that is written beside.
 */
import { describe, expect, test } from 'vitest';
import type { Partition } from '../../host/body/partition.ts';
import {
  AXIS_AT,
  AXIS_KIND,
  AXIS_TEXT_BYTES,
  AXIS_WRAPS,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  LIST_HEAD_AT,
  LIST_HEAD_BYTES,
  NAME_BYTES_MAX,
  RULE_AT,
  RULE_BYTES,
  RULE_HAS_LIMIT,
  SECTION,
  TIME_UNIT,
  WINDOW_AT,
  WINDOW_BYTES,
} from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { BYTES_OF_NO_TEXT, BYTES_OF_TEXT, codeFor, judge, sectionsOf } from '../support/one-rule.ts';
import { imageOf } from '../support/partitions.ts';

const ID_BYTES = 10;
const cell = (from: number, to: number, rule: number) => ({ from, to, rule });
const zone = (id: string, limit: number) => ({ kind: 'zone', id, tier: 0, limit }) as const;
const gap = (id: string) => ({ kind: 'gap', id, action: 'slow', limit: null }) as const;

/** Two lists of one shape, the first in two phases; ids of one length. */
const LISTS = [
  [cell(0, 100, 0), cell(100, 200, 1), cell(200, 400, 3), cell(400, 1000, 2)],
  [cell(0, 100, 1), cell(100, 250, 0), cell(250, 400, 4), cell(400, 1000, 2)],
] as const;
const BASE: Partition = {
  ...{ map: 'kinds', device: 'generic', epoch: 1, replaces: [], phasePeriod: 30, units: UNITS_NONE },
  axis: { kind: 'number', name: 's', unit: 'mm', min: 0, max: 1000, origin: 0n, scale: 1, wraps: false },
  windows: [
    { from: 0, to: 10, cells: LISTS[0] },
    { from: 10, to: 20, cells: LISTS[1] },
    { from: 20, to: 30, cells: LISTS[0] },
  ],
  rules: [
    zone('alpha-0001', 10),
    zone('bravo-0001', 20),
    zone('delta-0001', 30),
    gap('gamma-0001'),
    gap('theta-0001'),
  ],
  ...{ zones: 3, approaches: 0, outside: 'stop', fault: 'stop', budgetSteps: null, budgetCycles: null },
  ...{ overlaps: null, overlapsOmitted: 0, notes: null },
};
const IMAGE = imageOf(BASE);

/** A body to be changed. */
class Body {
  readonly bytes = parseImage(IMAGE).body.slice();
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
  readonly #sections = sectionsOf(this.bytes);

  /** Where a section begins, and how long it is. */
  section(id: number): { offset: number; bytes: number } {
    const found = this.#sections.find((each) => each.id === id);
    if (found === undefined) throw new TypeError(`there is no section ${id}`);
    return found;
  }

  word(at: number): number {
    return this.view.getUint32(at, true);
  }

  set(at: number, word: number): void {
    this.view.setUint32(at, word, true);
  }

  add(at: number, difference: number): void {
    this.set(at, this.word(at) + difference);
  }

  /** A field of the axis, its text replaced by `text` and zeros. */
  axisText(at: number, text: readonly number[]): void {
    this.bytes.fill(0, BODY_HEADER_BYTES + at, BODY_HEADER_BYTES + at + AXIS_TEXT_BYTES);
    this.bytes.set(text, BODY_HEADER_BYTES + at);
  }

  axisByte(at: number, byte: number): void {
    this.bytes[BODY_HEADER_BYTES + at] = byte;
  }

  /** Where the field of a phase range stands. */
  window(index: number, field: number): number {
    return this.section(SECTION.windows).offset + index * WINDOW_BYTES + field;
  }

  /** Where the field of a list's head stands, of the list that a phase range names. */
  head(window: number, field: number): number {
    return this.word(this.window(window, WINDOW_AT.words)) - LIST_HEAD_BYTES + field;
  }

  rule(index: number, field: number): number {
    return this.section(SECTION.rules).offset + index * RULE_BYTES + field;
  }

  /** Where the text of the id of a rule begins, behind its length. */
  id(index: number): number {
    return this.section(SECTION.names).offset + this.word(this.rule(index, RULE_AT.id)) + 1;
  }

  /** Where the word of a cell stands. */
  cell(window: number, index: number): number {
    return this.word(this.window(window, WINDOW_AT.words)) + 4 * index;
  }

  /** Where the tree of keys of a phase range begins. */
  keys(window: number): number {
    return this.word(this.window(window, WINDOW_AT.keys));
  }
}

type Row = readonly [what: string, code: string | null, change: (body: Body) => void];

const hex = (bytes: readonly number[]) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
const ascii = (text: string) => [...Buffer.from(text)];

function textsOfAxes(): Row[] {
  const fields = Object.entries({ name: AXIS_AT.name, unit: AXIS_AT.unit });
  const x = (count: number) => Array.from({ length: count }, () => 0x78);
  return fields.flatMap(([name, at]): Row[] => [
    ...BYTES_OF_TEXT.map(
      (text): Row => [`${name} x ${hex(text)}`, null, (body) => body.axisText(at, [0x78, ...text])],
    ),
    ...BYTES_OF_NO_TEXT.map(
      (text): Row => [`${name} x ${hex(text)}`, 'IMAGE_BODY', (body) => body.axisText(at, [0x78, ...text])],
    ),
    [`${name} of no bytes`, null, (body) => body.axisText(at, [])],
    [`${name} that fills its field`, null, (body) => body.axisText(at, x(20))],
    [
      `${name} whose last letter fills its field`,
      null,
      (body) => body.axisText(at, [...x(16), 0xf0, 0x9f, 0x98, 0x80]),
    ],
    [
      `${name} whose last letter is cut`,
      'IMAGE_BODY',
      (body) => body.axisText(at, [...x(17), 0xf0, 0x9f, 0x98]),
    ],
    [`${name} that goes on behind its end`, 'IMAGE_BODY', (body) => body.axisText(at, [0x78, 0, 0x78])],
  ]);
}

function kinds(): Row[] {
  const time = (unit: string) => (body: Body) => {
    body.axisByte(AXIS_AT.kind, AXIS_KIND.time);
    body.axisText(AXIS_AT.unit, ascii(unit));
  };
  const setByte = (field: (body: Body) => number, byte: number) => (body: Body) => {
    body.bytes[field(body)] = byte;
  };
  return [
    ...Object.keys(TIME_UNIT).map((unit): Row => [`an axis of time in ${unit}`, null, time(unit)]),
    ...['', 'm', 'S', 'sec', 'ns', 'd'].map(
      (unit): Row => [`an axis of time in "${unit}"`, 'IMAGE_BODY', time(unit)],
    ),
    ...[2, 3, 0x80, 0xff].map(
      (kind): Row => [`an axis of kind ${kind}`, 'IMAGE_BODY', (body) => body.axisByte(AXIS_AT.kind, kind)],
    ),
    [
      'a ring of time',
      'IMAGE_BODY',
      (body) => {
        time('s')(body);
        body.axisByte(AXIS_AT.flags, AXIS_WRAPS);
      },
    ],
    ['an axis with an unknown flag', 'IMAGE_BODY', (body) => body.axisByte(AXIS_AT.flags, 2)],
    ['an axis with a reserved byte', 'IMAGE_BODY', (body) => body.axisByte(AXIS_AT.flags + 1, 1)],
    ['a body of two axes', 'IMAGE_BODY', setByte(() => BODY_HEADER_AT.axes, 2)],
    ...[0, 2, 3, 4, 0xff].map(
      (kind): Row => [
        `a zone of kind ${kind}`,
        'IMAGE_RULES',
        setByte((body) => body.rule(0, RULE_AT.kind), kind),
      ],
    ),
    ...[0, 1, 3, 0xff].map(
      (kind): Row => [
        `a gap rule of kind ${kind}`,
        'IMAGE_RULES',
        setByte((body) => body.rule(3, RULE_AT.kind), kind),
      ],
    ),
    ['a zone with an action', 'IMAGE_RULES', setByte((body) => body.rule(0, RULE_AT.action), 1)],
    ['a gap rule of a tier', 'IMAGE_RULES', setByte((body) => body.rule(3, RULE_AT.tier), 1)],
    ['a zone of the last tier', null, setByte((body) => body.rule(0, RULE_AT.tier), 255)],
    [
      'a rule with an unknown flag',
      'IMAGE_RULES',
      setByte((body) => body.rule(0, RULE_AT.flags), 2 | RULE_HAS_LIMIT),
    ],
    ['a limit that is none', 'IMAGE_RULES', setByte((body) => body.rule(0, RULE_AT.flags), 0)],
    ['the lowest limit', null, (body) => body.set(body.rule(0, RULE_AT.limit), 2 ** 31)],
    [
      'another action of a cell than of its rule',
      'IMAGE_WORDS',
      setByte((body) => body.cell(0, 2) + 3, 0x60),
    ],
  ];
}

function textsOfIds(): Row[] {
  const write = (text: readonly number[]) => (body: Body) =>
    body.bytes.set(text, body.id(1) + ID_BYTES - text.length);
  return [
    ...BYTES_OF_TEXT.map((text): Row => [`an id that ends with ${hex(text)}`, null, write(text)]),
    ...BYTES_OF_NO_TEXT.map((text): Row => [`an id that ends with ${hex(text)}`, 'IMAGE_NAMES', write(text)]),
    ['an id cut in a letter', 'IMAGE_NAMES', write([0xf0, 0x9f, 0x98])],
    ['an id of a 0', 'IMAGE_NAMES', write([0])],
  ];
}

function idsThatRepeat(): Row[] {
  const copy = (from: number, to: number) => (body: Body) =>
    body.bytes.copyWithin(body.id(to), body.id(from), body.id(from) + ID_BYTES);
  const same = (from: number, to: number) => (body: Body) =>
    body.set(body.rule(to, RULE_AT.id), body.word(body.rule(from, RULE_AT.id)));
  return [
    ['two zones of one id', null, copy(0, 1)],
    ['two gap rules of one id', null, copy(3, 4)],
    ['a gap rule with the id of a zone', null, copy(0, 3)],
    ['two zones that share the bytes of their id', 'IMAGE_NAMES', same(0, 1)],
    ['a gap rule that shares those of a zone', 'IMAGE_NAMES', same(2, 3)],
    [
      'two zones that exchanged theirs',
      'IMAGE_NAMES',
      (body) => {
        const first = body.word(body.rule(0, RULE_AT.id));
        same(1, 0)(body);
        body.set(body.rule(1, RULE_AT.id), first);
      },
    ],
  ];
}

function holesAndOverlaps(): Row[] {
  /** The keys of the second list, in the phase range and in the head. */
  const keys = (difference: number) => (body: Body) => {
    body.add(body.window(1, WINDOW_AT.keys), difference);
    body.add(body.head(1, LIST_HEAD_AT.keys), difference);
  };
  const words = (difference: number) => (body: Body) => body.add(body.window(1, WINDOW_AT.words), difference);
  const shape = (difference: number) => (body: Body) => {
    body.add(body.head(1, LIST_HEAD_AT.shape), difference);
    body.add(body.window(1, WINDOW_AT.shape), difference);
  };
  const length = (rule: number, bytes: number) => (body: Body) => {
    body.bytes[body.id(rule) - 1] = bytes;
  };
  const id = (rule: number, difference: number) => (body: Body) =>
    body.add(body.rule(rule, RULE_AT.id), difference);
  const one = 1 << 5;
  return [
    ['the bodies as they are', null, () => {}],
    ...[-16, -4, -1, 1, 4, 16].map((by): Row => [`keys of a list, moved by ${by}`, 'IMAGE_KEYS', keys(by)]),
    ...[-8, -4, 4, 8].map((by): Row => [`words of a list, moved by ${by}`, 'IMAGE_WORDS', words(by)]),
    ['a list with a cell less', 'IMAGE_WORDS', shape(-one)],
    ['a list with a cell more than its steps', 'IMAGE_PHASES', shape(one)],
    ['a list that says no cells', 'IMAGE_PHASES', shape(-4 * one)],
    [
      'a head that says another shape',
      'IMAGE_WORDS',
      (body) => body.add(body.head(1, LIST_HEAD_AT.shape), -one),
    ],
    ['a cell more than the lists have', 'IMAGE_BODY', (body) => body.add(BODY_HEADER_AT.cells, 1)],
    ['a hole between two ids', 'IMAGE_NAMES', id(1, 1)],
    ['an id within another', 'IMAGE_NAMES', id(1, -1)],
    ['an id beyond the names', 'IMAGE_NAMES', id(4, 4096)],
    ['an id of no bytes', 'IMAGE_NAMES', length(0, 0)],
    ['an id that is shorter', 'IMAGE_NAMES', length(0, ID_BYTES - 1)],
    ['an id that is longer', 'IMAGE_NAMES', length(0, ID_BYTES + 1)],
    ['an id of more bytes than ids have', 'IMAGE_NAMES', length(4, NAME_BYTES_MAX + 1)],
    [
      'names that do not end with zeros',
      'IMAGE_NAMES',
      (body) => {
        const { offset, bytes } = body.section(SECTION.names);
        body.bytes[offset + bytes - 1] = 1;
      },
    ],
    [
      'a phase range before the one before',
      'IMAGE_PHASES',
      (body) => body.set(body.window(1, WINDOW_AT.start), 25),
    ],
    [
      'a first phase range that starts later',
      'IMAGE_PHASES',
      (body) => body.set(body.window(0, WINDOW_AT.start), 1),
    ],
    [
      'a covered run that ends too early',
      'IMAGE_RUNS',
      (body) => body.set(body.section(SECTION.runs).offset + 4, 0),
    ],
  ];
}

function equalNeighbours(): Row[] {
  const copyList = (body: Body) => {
    const [from, to] = [body.cell(0, 0), body.cell(1, 0)];
    body.bytes.copyWithin(to, from, from + 4 * LISTS[0].length);
    const keys = body.keys(0);
    body.bytes.copyWithin(body.keys(1), keys, keys + 16);
  };
  const name = (body: Body, from: number, to: number) => {
    for (const field of [WINDOW_AT.keys, WINDOW_AT.words, WINDOW_AT.shape])
      body.set(body.window(to, field), body.word(body.window(from, field)));
  };
  return [
    ['two cells of one word', 'IMAGE_WORDS', (body) => body.set(body.cell(0, 1), body.word(body.cell(0, 0)))],
    ['two gaps of one rule', 'IMAGE_WORDS', (body) => body.set(body.cell(0, 3), body.word(body.cell(0, 2)))],
    ['two cells that start together', 'IMAGE_KEYS', (body) => body.set(body.keys(0) + 8, 200)],
    ['a cell of no length at the end', 'IMAGE_KEYS', (body) => body.set(body.keys(0) + 12, 1000)],
    [
      'two phase ranges that start together',
      'IMAGE_PHASES',
      (body) => body.set(body.window(1, WINDOW_AT.start), 0),
    ],
    ['a phase range with the list of the one before', 'IMAGE_PHASES', (body) => name(body, 0, 1)],
    ['the last with the list of the one before', 'IMAGE_PHASES', (body) => name(body, 1, 2)],
    ['two lists that say the same at two places', null, copyList],
  ];
}

const KINDS: Readonly<Record<string, Row[]>> = {
  'texts of axes': textsOfAxes(),
  'kinds of axes and rules': kinds(),
  'UTF-8 and control characters in ids': textsOfIds(),
  'ids that repeat': idsThatRepeat(),
  'holes and overlaps': holesAndOverlaps(),
  'equal neighbours': equalNeighbours(),
};

describe.each(Object.entries(KINDS))('%s', (_kind, rows) => {
  test(`${rows.length} changes: the core admits what the host reads, and both refuse for one reason`, async () => {
    for (const [what, code, change] of rows) {
      const body = new Body();
      change(body);
      const { core, host } = await judge(body.bytes, IMAGE);
      expect([what, host, codeFor(core)]).toEqual([what, code, code]);
    }
    expect(rows.some(([, code]) => code === null)).toBe(true);
    expect(rows.some(([, code]) => code !== null)).toBe(true);
  });
});
