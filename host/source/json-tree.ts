import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import type { Diagnostics } from './diagnostics.ts';
import type { Place } from './place.ts';
import type { Field, TreeNode } from './tree.ts';

/**
 * A JSON file as the same tree that YAML files give: texts with their places. Numbers stay the digits that were written, so nothing
 * passes through a binary fraction.
 */

/** Objects and arrays within each other; no file of areas needs a dozen. */
const NESTING_MAX = 64;

/** Undefined when the text is not JSON, which is then reported. */
export function parseJsonTree(text: string, file: string, diagnostics: Diagnostics): TreeNode | undefined {
  const start = { file, line: 1, column: 1 };
  if (text.trim() === '') {
    diagnostics.add('EMPTY_FILE', start, 'the file is empty', 'Write JSON into it.');
    return undefined;
  }
  if (nestsTooDeeply(text)) {
    diagnostics.add(
      'NOT_JSON',
      start,
      'nested too deeply',
      'Write it flatter; no file of areas needs that many levels.',
    );
    return undefined;
  }
  const builder = new TreeBuilder(file, text, diagnostics);
  visit(text, builder, { disallowComments: true, allowTrailingComma: false });
  return builder.isSound ? builder.root : undefined;
}

/** The parser is recursive: depth is looked at before. */
function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth > NESTING_MAX) return true;
  }
  return false;
}

interface OpenList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: TreeNode[];
}

interface OpenMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly fields: Map<string, Field>;
  name: string;
  namePlace: Place;
}

/** What the parser calls; offsets, lines and columns count from 0. */
class TreeBuilder {
  root: TreeNode | undefined;
  isSound = true;
  readonly #file: string;
  readonly #text: string;
  readonly #diagnostics: Diagnostics;
  readonly #open: (OpenList | OpenMap)[] = [];

  constructor(file: string, text: string, diagnostics: Diagnostics) {
    this.#file = file;
    this.#text = text;
    this.#diagnostics = diagnostics;
  }

  onObjectBegin = (_offset: number, _length: number, line: number, column: number): void => {
    const place = this.#place(line, column);
    this.#begin({ kind: 'map', place, fields: new Map(), name: '', namePlace: place });
  };

  onArrayBegin = (_offset: number, _length: number, line: number, column: number): void => {
    this.#begin({ kind: 'list', place: this.#place(line, column), items: [] });
  };

  onObjectProperty = (name: string, _offset: number, _length: number, line: number, column: number): void => {
    const map = this.#open.at(-1);
    if (map?.kind !== 'map') return;
    map.name = name;
    map.namePlace = this.#place(line, column);
  };

  onObjectEnd = (): void => {
    this.#open.pop();
  };

  onArrayEnd = (): void => {
    this.#open.pop();
  };

  onLiteralValue = (value: unknown, offset: number, length: number, line: number, column: number): void => {
    const isText = typeof value === 'string';
    const written = this.#text.slice(offset, offset + length);
    const text = isText ? value : value === null ? '' : withoutExponent(written);
    this.#put({ kind: 'text', place: this.#place(line, column), text, plain: !isText });
  };

  onError = (error: ParseErrorCode, _offset: number, _length: number, line: number, column: number): void => {
    // The first mistake makes the others.
    if (!this.isSound) return;
    this.isSound = false;
    const words = printParseErrorCode(error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    this.#diagnostics.add(
      'NOT_JSON',
      this.#place(line, column),
      `not JSON: ${words}`,
      'Fix the syntax here.',
    );
  };

  #place(line: number, column: number): Place {
    return { file: this.#file, line: line + 1, column: column + 1 };
  }

  #begin(node: OpenList | OpenMap): void {
    this.#put(node);
    this.#open.push(node);
  }

  #put(node: TreeNode): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root ??= node;
    else if (parent.kind === 'list') parent.items.push(node);
    else this.#keep(parent, node);
  }

  #keep({ fields, name, namePlace }: OpenMap, value: TreeNode): void {
    const earlier = fields.get(name);
    if (earlier === undefined) {
      fields.set(name, { name, place: namePlace, value });
      return;
    }
    const message = `field "${name}" is given twice, first on line ${earlier.place.line}`;
    this.#diagnostics.add('DUPLICATE_FIELD', namePlace, message, 'Keep one of them.');
  }
}

/** Places that an exponent may move the point: more is no coordinate of anything. */
const EXPONENT_MAX = 40;

/** `1.5e-7` as `0.00000015`; what is no such number as it is. */
function withoutExponent(text: string): string {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?[eE]([+-]?[0-9]{1,3})$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const shift = Number(power);
  if (Math.abs(shift) > EXPONENT_MAX) return text;
  const digits = `${'0'.repeat(Math.max(0, -shift))}${whole}${fraction}${'0'.repeat(Math.max(0, shift))}`;
  const point = whole.length + Math.max(0, -shift) + shift;
  const plain = `${digits.slice(0, point)}.${digits.slice(point)}`
    .replace(/^0+(?=[0-9])/, '')
    .replace(/\.?0*$/, '');
  return `${sign}${plain === '' ? '0' : plain}`;
}
