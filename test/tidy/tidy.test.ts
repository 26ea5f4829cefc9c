import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, ROOT } from './imports.ts';

/** What a reader would stumble over, found before a reader does: exports that nobody imports, names of files that are gone, long lines. */

const CODE = ['.ts', '.mjs', '.js', '.c', '.h', '.S', '.ld', '.ino'];
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('exports', () => {
  const EXPORT = /^export (?:abstract )?(?:async )?(?:function\*?|class|const|let) (\w+)/gm;
  /^export (?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type|enum) (\w+)/gm;
  /** Who may import: the sources themselves, their tests and specs, benches, and the examples of maps. */
  const texts = new Map(
    filesOf(
      ['assembly', 'host', 'sim', 'fleet', 'test', 'bench', 'format', 'firmware-maps', 'as-pect.config.js'],
      ['.ts', '.mjs', '.mts', '.js'],
    ).map((file) => [file, textOf(file)]),
  );
  /**
   * The exports of these are called by name: a verb by the command, the core's by whoever instantiates it. What is generated from the
   * table holds every number, used or not.
   */
  const isEdge = (file: string) =>
    file.startsWith('host/cli/verbs/') ||
    file.startsWith('fleet/cli/verbs/') ||
    file === 'assembly/index.ts' ||
    file.endsWith('/format.ts');

  it.each([['assembly'], ['host'], ['sim'], ['fleet']])('of %s are each imported by another file', (room) => {
    const dead: string[] = [];
    for (const [file, text] of texts) {
      if (!file.startsWith(`${room}/`) || isEdge(file)) continue;
      for (const [, name = ''] of text.matchAll(EXPORT)) {
        const word = new RegExp(`\\b${name}\\b`);
        const isUsed = [...texts].some(([other, where]) => other !== file && word.test(where));
        if (!isUsed) dead.push(`${file}: ${name}`);
      }
    }
    expect(dead).toEqual([]);
  });
});

describe('names of files in comments and documents', () => {
  const NAME =
    /(?<![\w./@-])((?:assembly|bench|docs|firmware-maps|fleet|format|host|sim|targets|test)\/[\w./-]*\.(?:ts|mjs|c|h|S|ld|md|json|ya?ml|csv|ino|wasm))\b/g;

  /** Names that stand for any board, are made by the build, or exist in a test only. */
  const isExample = (name: string) =>
    /^targets\/(?:NAME|pico)\//.test(name) || name.endsWith('.d.ts') || name === 'assembly/check-path.ts';

  it('are names of files that exist', () => {
    const files = filesOf(['.'], [...CODE, '.md', '.yaml', '.json']).filter(
      (file) => file !== 'package-lock.json',
    );
    const gone: string[] = [];
    for (const file of files) {
      for (const [, name = ''] of textOf(file).matchAll(NAME)) {
        const isThere = existsSync(join(ROOT, name)) || existsSync(join(ROOT, dirname(file), name));
        if (!isThere && !isExample(name)) gone.push(`${file} names ${name}`);
      }
    }
    expect(gone).toEqual([]);
  });
});

describe('lines', () => {
  const WIDTH = 140;
  const isComment = (line: string) => /^\s*(?:\/?\*|\/\/|# )/.test(line) && !/^\s*\* \|/.test(line);
  /** A row of a table, what a program printed, and an address cannot be broken. */
  const isProse = (line: string) => !/^(?:\||\s{4})|https?:\/\/\S+$/.test(line);
  const everyLine = () => true;
  /** What a document shows of programs stays as they print it; the lines keep their numbers. */
  const withoutFences = (text: string) =>
    text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));
  // The formatter breaks TypeScript; comments it leaves alone.
  const CASES: readonly (readonly [
    string,
    readonly string[],
    readonly string[],
    (line: string) => boolean,
  ])[] = [
    ['AssemblyScript', ['assembly', 'test/core'], ['.ts'], everyLine],
    ['comments', ['host', 'sim', 'fleet', 'test', 'bench', 'format'], ['.ts', '.mjs', '.yaml'], isComment],
    ['C', ['targets', 'bench', 'test'], ['.c', '.h', '.S', '.ld', '.ino'], everyLine],
    [
      'documents',
      ['docs', 'README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'format'],
      ['.md'],
      isProse,
    ],
  ];

  it.each(CASES)(`of %s have at most ${WIDTH} characters`, (_what, folders, endings, counts) => {
    const long = filesOf(folders, endings).flatMap((file) =>
      withoutFences(textOf(file))
        .split('\n')
        .flatMap((line, index) =>
          line.length > WIDTH && counts(line) ? [`${file}:${index + 1}: ${line.length}`] : [],
        ),
    );
    expect(long).toEqual([]);
  });
});
