import type { WasmModule } from './module.ts';
import type { Obligation } from './obligations.ts';
import { CLASSES } from './opcodes.ts';
import { escaped, pageOf, share, table } from './page.ts';
import type { Proof } from './prove.ts';
import { type PlaceOf, placeWords } from './words.ts';

/** The proof as a page of its own: where the instructions of the longest execution stand, and each obligation. */

/** An HTML page without scripts and without anything loaded from elsewhere. */
export function proofPage(
  title: string,
  module: WasmModule,
  proofs: readonly Proof[],
  placeOf: PlaceOf,
): string {
  const introduction = `<p>Derived from the binary by <code>holdfast timing wasm</code>. "Not proved" says that the analysis found no
proof, not that something is wrong. Assumptions and what is not shown: docs/PROOF.md.</p>`;
  const sections = proofs.map((proof) => proofSection(module, proof, placeOf));
  return pageOf(title, introduction, sections);
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
    lines.size === 0
      ? '<p>No source map: lines are not known.</p>'
      : share('source line', 'instructions', lines);
  return `<h3>The longest execution</h3>${share('function', 'instructions', functions)}${byLine}`;
}

function obligationRow(each: Obligation, placeOf: PlaceOf): string[] {
  const state = each.isDischarged ? 'discharged' : '<span class="open">open</span>';
  const where = `<code>${escaped(each.function)}</code>${escaped(placeWords(placeOf(each.at)))}`;
  return [state, escaped(each.kind), where, String(each.at), escaped(each.reason)];
}
