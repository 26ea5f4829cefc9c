/** Documents in Markdown: what they link to and which tests they name exists; the editor's settings are the formatter's. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOf, ROOT } from '../tidy/imports.ts';

const DOCUMENTS = filesOf(['.'], ['.md']);

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  const text = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
  return text.trim().replaceAll(' ', '-');
}

function anchorsIn(markdown: string): ReadonlySet<string> {
  return new Set([...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));
}

/** What is wrong with one link of a document; null when it leads somewhere. */
function faultOf(document: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(ROOT, target))) return `${document}: ${link} does not exist`;
  if (anchor === undefined) return null;
  const found = anchorsIn(readFileSync(join(ROOT, target), 'utf8')).has(anchor);
  return found ? null : `${document}: ${link} has no such heading`;
}

test('every link leads to a file and a heading', () => {
  const links = DOCUMENTS.flatMap((document) =>
    [...readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
      ([, link = '']) => ({ document, link }),
    ),
  );
  expect(links.length).toBeGreaterThan(50);
  expect(
    links.map(({ document, link }) => faultOf(document, link)).filter((fault) => fault !== null),
  ).toEqual([]);
});

test('every test that a document names exists', () => {
  const named = DOCUMENTS.flatMap((document) =>
    [
      ...readFileSync(join(ROOT, document), 'utf8').matchAll(/\btest\/[a-z0-9-]+(?:\/[a-z0-9.-]*[a-z0-9])*/g),
    ].map(([path]) => ({ document, path })),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('editors indent and wrap as the formatter does', () => {
  const { formatter } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  const settings = readFileSync(join(ROOT, '.editorconfig'), 'utf8');
  expect(formatter).toMatchObject({ indentStyle: 'space', indentWidth: 2 });
  expect(settings).toContain('indent_style = space\nindent_size = 2\n');
  expect(settings).toContain(`.{ts,mts,mjs}]\nmax_line_length = ${formatter.lineWidth}\n`);
});
