import { visible } from '../../common/visible.ts';
import type { WasmModule } from './module.ts';
import type { Obligation } from './obligations.ts';
import { CLASSES } from './opcodes.ts';
import type { Proof } from './prove.ts';
import { type PlaceOf, placeWords } from './words.ts';

/** The proof as a page of its own: where the instructions of the longest execution stand, and each obligation. */

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.open{color:#a00;font-weight:600}code{font-size:.92em}
.bar{display:inline-block;height:.7rem;background:#68a}@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}td,th{border-color:#333}.open{color:#f77}}`;

/** An HTML page without scripts and without anything loaded from elsewhere. */
export function proofPage(
  title: string,
  module: WasmModule,
  proofs: readonly Proof[],
  placeOf: PlaceOf,
): string {
  const sections = proofs.map((proof) => proofSection(module, proof, placeOf)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p>Derived from the binary by <code>holdfast timing wasm</code>. "Not proved" says that the analysis found no proof, not that
something is wrong. Assumptions and what is not shown: docs/PROOF.md.</p>
${sections}
</body></html>
`;
}

function proofSection(module: WasmModule, proof: Proof, placeOf: PlaceOf): string {
  const verdict = proof.isProved ? 'proved' : '<span class="open">not proved</span>';
  return `<h2>${escaped(proof.export)}: ${verdict}</h2>
${countsTable(proof)}
${proof.times.size === 0 ? '' : originTables(module, proof, placeOf)}
<details${proof.isProved ? '' : ' open'}><summary>${proof.obligations.length} obligations</summary>
${table(
  ['', 'kind', 'function', 'offset', 'reason'],
  proof.obligations.map((each) => obligationRow(each, placeOf)),
)}
</details>`;
}

function countsTable({ counts }: Proof): string {
  if (counts === undefined) return '<p class="open">No bound of instructions.</p>';
  const rows = CLASSES.map((name) => [name, String(counts.classes[name])]);
  const classes = table(['class', '#at most'], rows);
  return `<p>At most <b>${counts.instructions}</b> instructions a call. By class, each by itself:</p>${classes}`;
}

/** By function, and by source line where a source map tells them. */
function originTables(module: WasmModule, { times }: Proof, placeOf: PlaceOf): string {
  const functions = new Map<string, number>();
  const lines = new Map<string, number>();
  for (const [at, count] of times) {
    const found = module.functions.find((each) => at >= each.codeAt && at < each.end);
    functions.set(found?.name ?? '', (functions.get(found?.name ?? '') ?? 0) + count);
    const place = placeOf(at);
    if (place === undefined) continue;
    const key = `${place.file}:${place.line}`;
    lines.set(key, (lines.get(key) ?? 0) + count);
  }
  const byLine =
    lines.size === 0 ? '<p>No source map: lines are not known.</p>' : share('source line', lines);
  return `<h3>The longest execution</h3>${share('function', functions)}${byLine}`;
}

function share(what: string, counts: ReadonlyMap<string, number>): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const rows = sorted.map(([name, count]) => {
    const bar = `<span class="bar" style="width:${((12 * count) / total).toFixed(2)}rem"></span>`;
    return [`<code>${escaped(name)}</code>`, String(count), bar];
  });
  return table([what, '#instructions', ''], rows);
}

function obligationRow(each: Obligation, placeOf: PlaceOf): string[] {
  const state = each.isDischarged ? 'discharged' : '<span class="open">open</span>';
  const where = `<code>${escaped(each.function)}</code>${escaped(placeWords(placeOf(each.at)))}`;
  return [state, escaped(each.kind), where, String(each.at), escaped(each.reason)];
}

/** Cells are HTML already; a head that begins with # is of numbers. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = heads.map((head) => head.startsWith('#'));
  const cell = (tag: string, text: string, index: number) =>
    `<${tag}${isNumber[index] ? ' class="n"' : ''}>${text}</${tag}>`;
  const head = heads.map((text, index) => cell('th', text.replace('#', ''), index)).join('');
  const body = rows.map((row) => `<tr>${row.map((text, index) => cell('td', text, index)).join('')}</tr>`);
  return `<table><tr>${head}</tr>\n${body.join('\n')}</table>`;
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
