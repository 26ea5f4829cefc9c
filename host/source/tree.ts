import {
  Composer,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostics } from './diagnostics.ts';
import type { Place } from './place.ts';

/**
 * A YAML file as a plain tree of texts with their places. Scalars stay texts: what is an integer is decided by the field
 * that wants one, so `010`, `1e3`, `yes` and dates cannot turn into something else on the way.
 */

export interface TextNode {
  readonly kind: 'text';
  readonly place: Place;
  readonly text: string;
  /** Written without quotes. */
  readonly plain: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly TreeNode[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly place: Place;
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly name: string;
  readonly place: Place;
  readonly value: TreeNode;
}

export type TreeNode = TextNode | ListNode | MapNode;

/** Reads YAML text into a tree; undefined when it is not YAML or empty, which is then reported. */
export function parseTree(text: string, file: string, diagnostics: Diagnostics): TreeNode | undefined {
  const lineCounter = new LineCounter();
  const documents = composeDocuments(text, lineCounter);
  const tree = new TreeReader(file, lineCounter, diagnostics);
  if (typeof documents === 'number') {
    const remedy = 'Write it flatter; no field of a source needs that many levels.';
    diagnostics.add('NOT_YAML', tree.placeAt(documents), 'nested too deeply', remedy);
    return undefined;
  }
  const first = documents[0];
  if (first === undefined || (first.contents === null && first.errors.length === 0)) {
    const remedy = 'A map source begins with "holdfast: 1".';
    diagnostics.add('EMPTY_FILE', { file, line: 1, column: 1 }, 'the file is empty', remedy);
    return undefined;
  }
  const errors = documents.flatMap((document) => document.errors);
  for (const error of errors) {
    const sentence = firstSentence(error.message);
    diagnostics.add('NOT_YAML', tree.placeAt(error.pos[0]), `not YAML: ${sentence}`, 'Fix the syntax here.');
  }
  if (errors.length > 0) return undefined;
  const second = documents[1];
  if (second !== undefined) {
    const place = tree.placeAt(second.contents?.range?.[0] ?? second.range[0]);
    diagnostics.add(
      'NOT_YAML',
      place,
      'a second document in one file',
      'Write one map per file, without "---".',
    );
    return undefined;
  }
  return first.contents === null ? undefined : tree.read(first.contents);
}

/** Open brackets, indented blocks and their keys, counted as the parser does; a source needs about a dozen. */
const NESTING_MAX = 100;

/**
 * The documents of a text, or the offset where it nests too deeply. That is looked at before anything is composed, because
 * composing is recursive and would exhaust the stack.
 */
function composeDocuments(text: string, lineCounter: LineCounter): Document.Parsed[] | number {
  const parser = new Parser(lineCounter.addNewLine);
  const tokens = [];
  lineCounter.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > NESTING_MAX) return parser.offset;
  }
  tokens.push(...parser.end());
  // Repeated fields are reported by TreeReader, with both places.
  const composer = new Composer({ schema: 'failsafe', prettyErrors: false, uniqueKeys: false });
  return [...composer.compose(tokens)] as Document.Parsed[];
}

function firstSentence(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, '');
}

class TreeReader {
  readonly #file: string;
  readonly #lineCounter: LineCounter;
  readonly #diagnostics: Diagnostics;

  constructor(file: string, lineCounter: LineCounter, diagnostics: Diagnostics) {
    this.#file = file;
    this.#lineCounter = lineCounter;
    this.#diagnostics = diagnostics;
  }

  placeAt(offset: number): Place {
    const { line, col } = this.#lineCounter.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** The tree of a node. Depth is bounded by `composeDocuments`. */
  read(node: Node): TreeNode {
    const place = this.placeAt(node.range?.[0] ?? 0);
    this.#refuseReuse(node, place);
    if (isMap(node)) return this.#readMap(node, place);
    if (isSeq(node)) return this.#readList(node, place);
    if (isScalar(node)) {
      return { kind: 'text', place, text: String(node.value ?? ''), plain: node.type === 'PLAIN' };
    }
    return { kind: 'text', place, text: '', plain: true };
  }

  /** Anchors, aliases and tags make one text mean another: what stands at a place is what counts there. */
  #refuseReuse(node: Node, place: Place): void {
    if (isAlias(node)) {
      const message = `an alias (*${node.source})`;
      this.#diagnostics.add('ANCHOR_REFUSED', place, message, 'Write the value out where it is used.');
    } else if (node.anchor !== undefined) {
      const message = `an anchor (&${node.anchor})`;
      this.#diagnostics.add('ANCHOR_REFUSED', place, message, 'Write the value out where it is used.');
    }
    if (!isAlias(node) && node.tag !== undefined) {
      this.#diagnostics.add('TAG_REFUSED', place, `a tag (${node.tag})`, 'Remove the tag.');
    }
  }

  #readList(node: YAMLSeq<unknown>, place: Place): ListNode {
    const items = node.items.map((item) => this.#readChild(item, place));
    return { kind: 'list', place, items };
  }

  #readMap(node: YAMLMap<unknown, unknown>, place: Place): MapNode {
    const fields = new Map<string, Field>();
    for (const { key, value } of node.items) {
      const keyNode = this.#readChild(key, place);
      if (keyNode.kind !== 'text') {
        this.#diagnostics.add(
          'WRONG_KIND',
          keyNode.place,
          'a field name that is not text',
          'Write a plain name.',
        );
        continue;
      }
      this.#keepField(fields, keyNode, this.#readChild(value, keyNode.place));
    }
    return { kind: 'map', place, fields };
  }

  #keepField(fields: Map<string, Field>, key: TextNode, value: TreeNode): void {
    const name = key.text;
    const earlier = fields.get(name);
    if (name === '<<') {
      this.#diagnostics.add('ANCHOR_REFUSED', key.place, 'a merge key (<<)', 'Write the fields out.');
    } else if (earlier !== undefined) {
      const message = `field "${name}" is given twice, first on line ${earlier.place.line}`;
      this.#diagnostics.add('DUPLICATE_FIELD', key.place, message, 'Keep one of them.');
    } else {
      fields.set(name, { name, place: key.place, value });
    }
  }

  /** A key without value has no node of its own: it is an empty text at the place of its parent. */
  #readChild(child: unknown, parent: Place): TreeNode {
    if (isScalar(child) || isCollection(child) || isAlias(child)) return this.read(child);
    return { kind: 'text', place: parent, text: '', plain: true };
  }
}
