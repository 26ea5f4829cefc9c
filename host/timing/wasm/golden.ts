import { HoldfastError } from '../../common/errors.ts';
import type { Counts, Proof } from './prove.ts';

/** Worst-case counts kept in a file, so that a change of them is seen: module → export → counts. */

type Golden = Readonly<Record<string, Readonly<Record<string, Counts>>>>;

/** The counts of one module's proofs. */
export function goldenOf(proofs: readonly Proof[]): Record<string, Counts> {
  return Object.fromEntries(
    proofs.flatMap(({ export: name, counts }) => (counts === undefined ? [] : [[name, counts]])),
  );
}

export function goldenText(golden: object): string {
  return `${JSON.stringify(golden, null, 2)}\n`;
}

/** Reads a golden file. Throws HoldfastError GOLDEN_INVALID. */
export function readGolden(text: string): Golden {
  try {
    return JSON.parse(text) as Golden;
  } catch (cause) {
    const remedy = 'Make it again with --update --force.';
    throw new HoldfastError('GOLDEN_INVALID', 'the file of worst-case counts is not JSON', { remedy, cause });
  }
}

/** Whether a text is a golden file. */
export function isGolden(text: string): boolean {
  try {
    const exports = Object.values(readGolden(text) as object).flatMap((module) =>
      Object.values(module as object),
    );
    return exports.length > 0 && exports.every(isFigures);
  } catch {
    return false;
  }
}

/** Counts of an export, or the bound of a function of a linked program. */
function isFigures(figures: unknown): boolean {
  if (typeof figures !== 'object' || figures === null) return false;
  return (
    ('instructions' in figures && typeof figures.instructions === 'number') ||
    ('bound' in figures && 'best' in figures)
  );
}

/** What changed, one line a difference; nothing for modules and exports that are not in `fresh`. */
export function goldenChanges(kept: Golden, fresh: Golden): string[] {
  const changes: string[] = [];
  for (const [module, exports] of Object.entries(fresh)) {
    for (const [name, counts] of Object.entries(exports)) {
      const before = kept[module]?.[name];
      if (JSON.stringify(before) === JSON.stringify(counts)) continue;
      const was = before === undefined ? 'absent' : `${before.instructions} instructions`;
      changes.push(`${module} ${name}: ${was}, now ${counts.instructions} instructions`);
    }
  }
  return changes;
}
