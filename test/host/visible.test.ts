/** Foreign texts: nothing that a terminal or a page would obey, hide or turn round; and what is plain stays as it is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../host/common/cut-text.ts';
import { foreign, visible, visibleJson, visibleLines } from '../../host/common/visible.ts';
import { displayLine } from '../../host/controller/display.ts';
import { escapeXml } from '../../host/svg/markup.ts';
import { expectFor } from '../support/property.ts';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;

test.each([
  ['plain text, ÄÖÜ µm ° – „“ 日本語 🚂', 'plain text, ÄÖÜ µm ° – „“ 日本語 🚂'],
  ['e\u0301 is one mark', 'e\u0301 is one mark'],
  ['\u001b[31m', '\\u{1b}[31m'],
  ['a\tb', 'a\\u{9}b'],
  ['\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
  ['a\u00adb\u200bc\ufeffd\u3164', 'a\\u{ad}b\\u{200b}c\\u{feff}d\\u{3164}'],
  ['\ud800x', '\\u{d800}x'],
  ['\u{e0041}', '\\u{e0041}'],
  ['\ufffe', '\\u{fffe}'],
  ['\u2028\u2029\u0085', '\\u{2028}\\u{2029}\\u{85}'],
])('%j is seen as %s', (text, seen) => {
  expect(visible(text)).toBe(seen);
});

test('marks upon marks are spelled out from the fourth on', () => {
  expect(visible(`e${'\u0301'.repeat(5)}`)).toBe(`e${'\u0301'.repeat(3)}\\u{301}\\u{301}`);
});

test('lines stay lines where a text has several', () => {
  expect(visibleLines('a\nb\r\n')).toBe('a\nb\\u{d}\n');
});

test('a part of a line is cut by characters, not in the middle of one', () => {
  expect(foreign('🚂'.repeat(81))).toBe(`${'🚂'.repeat(80)}…`);
  expect(foreign('🚂'.repeat(80))).toBe('🚂'.repeat(80));
  expect(cutText('\u0007'.repeat(61))).toBe(`${'\\u{7}'.repeat(60)}…`);
});

test('any text: nothing hidden is left, JSON means the same, XML holds no control', async () => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 });
  await expectFor('foreign texts', { seed: 5, runs: 2000 }, texts, (text) => {
    expect(visible(text)).not.toMatch(HIDDEN);
    expect(foreign(text, 10)).not.toMatch(HIDDEN);
    expect(escapeXml(text)).not.toMatch(/(?!\n)\p{Cc}/u);
    const json = visibleJson(JSON.stringify({ text }));
    expect(json).not.toMatch(HIDDEN);
    expect(JSON.parse(json)).toEqual({ text });
  });
});

test('the line of a controller shows the names of an image as they can be seen', () => {
  const axis = { name: 'km\u001b[2J', unit: '\u202em', origin: 0n, scale: 1 };
  const verdict = { state: 'covered', action: null, rule: 0, tier: 1, limit: null, toGapAhead: 5 };
  const snapshot = {
    x: 1,
    map: { axis, rules: [{ kind: 'zone', id: 'z\u0007' }], windows: [] },
    verdict,
    mode: 'run',
    epoch: 1,
  };
  expect(displayLine(snapshot as never, 200)).toContain('km\\u{1b}[2J 1 \\u{202e}m | covered z\\u{7}');
});
