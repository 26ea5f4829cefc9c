// Writes what the tables beside this file say, in every language that needs it:
//
//     format/*.yaml ──▶ assembly/format.ts, host/format.ts, targets/common/holdfast_format.h, the tables of docs/SPEC.md
//
// `node format/generate.mjs` writes; `--check` writes nothing and ends with 1 when something is not as it would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TableError } from './read.mjs';
import { generatedTexts, ROOT } from './texts.mjs';

function textAt(path) {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8');
  } catch {
    return null;
  }
}

const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
try {
  const texts = generatedTexts(new URL('./', import.meta.url));
  const stale = [...texts].filter(([path, text]) => textAt(path) !== text);
  for (const [path, text] of stale) {
    if (values.check)
      console.error(`${path} is not what the tables of format/ say. Run \`node format/generate.mjs\`.`);
    else writeFileSync(new URL(path, ROOT), text);
  }
  process.exitCode = values.check && stale.length > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof TableError)) throw error;
  console.error(`format/: ${error.message}.`);
  process.exitCode = 1;
}
