import { visible } from '../../common/visible.ts';

/** What pages of reports share: their frame, tables, and shares of a whole as bars. Nothing is loaded from elsewhere, nothing runs. */

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.open{color:#a00;font-weight:600}code{font-size:.92em}
.bar{display:inline-block;height:.7rem;background:#68a}@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}td,th{border-color:#333}.open{color:#f77}}`;

/** A page; `introduction` and `sections` are HTML already. */
export function pageOf(title: string, introduction: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
${introduction}
${sections.join('\n')}
</body></html>
`;
}

/** Parts of a whole, the largest first. */
export function share(what: string, unit: string, counts: ReadonlyMap<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const rows = sorted.map(([name, count]) => {
    const bar = `<span class="bar" style="width:${((12 * count) / total).toFixed(2)}rem"></span>`;
    return [`<code>${escaped(name)}</code>`, String(count), bar];
  });
  return table([what, `#${unit}`, ''], rows);
}

/** Cells are HTML already; a head that begins with # is of numbers. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = heads.map((head) => head.startsWith('#'));
  const cell = (tag: string, text: string, index: number) =>
    `<${tag}${isNumber[index] ? ' class="n"' : ''}>${text}</${tag}>`;
  const head = heads.map((text, index) => cell('th', text.replace('#', ''), index)).join('');
  const body = rows.map((row) => `<tr>${row.map((text, index) => cell('td', text, index)).join('')}</tr>`);
  return `<table><tr>${head}</tr>\n${body.join('\n')}</table>`;
}

export function escaped(text: string): string {
  return visible(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
