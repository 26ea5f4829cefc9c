/** What diagnostics tell people to do, read from the code: every remedy, with `…` for what is filled in. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { sayOption } from '../../host/import/say.ts';
import { filesOf } from '../tidy/imports.ts';

const ROOMS = ['host/source', 'host/compile', 'host/import'];
const CODE = /^[A-Z][A-Z0-9_]{4,}$/;

const parsed = new Map<string, ts.SourceFile>();

function sourceOf(file: string): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  parsed.set(file, source);
  return source;
}

/** Every remedy that a diagnostic of these rooms can have. */
export function remediesInCode(): string[] {
  const found = new Set<string>();
  for (const file of filesOf(ROOMS, ['.ts'])) {
    const source = sourceOf(file);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isReport(node)) {
        const last = node.arguments.at(-1);
        if (last !== undefined) for (const text of textsOf(last, source, new Set())) found.add(text);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...found].sort();
}

/** How an option is said where it is not known whether a source or a command says it, with its value: `say('decimal', 'comma')`. */
const SAY = /(?:^|\.|#)say(?:Option)?$/;

/**
 * Sentences of these rooms, with `…` for what is filled in, and `--decimal comma` for an option that is said: remedies begin with a capital
 * letter and end in a full stop, messages do not.
 */
export function sentencesInCode(rooms: readonly string[]): string[] {
  const found = new Set<string>();
  for (const file of filesOf(rooms, ['.ts'])) {
    const source = sourceOf(file);
    const visit = (node: ts.Node): void => {
      const text = ts.isStringLiteralLike(node)
        ? node.text
        : ts.isTemplateExpression(node)
          ? `${node.head.text}${node.templateSpans.map(({ expression, literal }) => `${filledIn(expression)}${literal.text}`).join('')}`
          : '';
      if (/^[A-Z…].*\s.*[.…]$/.test(text)) found.add(text);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...found].sort();
}

/** What stands for a part of a sentence that is filled in. */
function filledIn(node: ts.Expression): string {
  if (!ts.isCallExpression(node) || !SAY.test(node.expression.getText())) return '…';
  const [option, value] = node.arguments;
  if (option === undefined || !ts.isStringLiteral(option)) return '--… …';
  if (value === undefined) return sayOption(option.text);
  return `${sayOption(option.text)} ${ts.isStringLiteral(value) ? value.text : '…'}`;
}

/** The sentence of this shape in what a command printed. */
export function sentenceIn(printed: string, shape: string): string | undefined {
  const parts = shape.split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.*')).exec(printed.replace(/\s*\n\s*/g, ' '))?.[0];
}

/** Whether a remedy of a source proposes a text of it, rather than naming what has to be decided. */
export function proposesText(remedy: string): boolean {
  return /"\w+: |Did you mean|nearest are|such as "/.test(remedy);
}

/** A call whose first argument is the code of a diagnostic. */
function isReport(node: ts.CallExpression): boolean {
  const [code] = node.arguments;
  if (code === undefined || node.arguments.length < 3) return false;
  if (ts.isStringLiteral(code)) return CODE.test(code.text);
  const name = ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : node.expression.getText();
  return (name === 'add' || name === 'report') && node.arguments.length >= 3;
}

/** The texts that an expression can be; names are followed inside of the file. */
function textsOf(node: ts.Node, source: ts.SourceFile, seen: Set<string>): string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [`${node.head.text}${node.templateSpans.map((span) => `…${span.literal.text}`).join('')}`];
  if (ts.isConditionalExpression(node))
    return [...textsOf(node.whenTrue, source, seen), ...textsOf(node.whenFalse, source, seen)];
  if (ts.isBinaryExpression(node))
    return [...textsOf(node.left, source, seen), ...textsOf(node.right, source, seen)];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression, source, seen);
  const name = ts.isIdentifier(node) ? node.text : ts.isCallExpression(node) ? calleeOf(node) : undefined;
  if (name === undefined || seen.has(name)) return [];
  return declarationsOf(name, source).flatMap((each) => textsOf(each, source, new Set(seen).add(name)));
}

function calleeOf(node: ts.CallExpression): string {
  const { expression } = node;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

/** What a name of a file stands for: initial values of variables, and what functions give back. */
function declarationsOf(name: string, source: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    const isNamed =
      (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) &&
      node.name?.getText() === name;
    if (isNamed && ts.isVariableDeclaration(node) && node.initializer !== undefined)
      found.push(node.initializer);
    else if (isNamed && !ts.isVariableDeclaration(node)) returnsIn(node, found);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function returnsIn(node: ts.Node, found: ts.Node[]): void {
  ts.forEachChild(node, (child) => {
    if (ts.isReturnStatement(child) && child.expression !== undefined) found.push(child.expression);
    else returnsIn(child, found);
  });
}
