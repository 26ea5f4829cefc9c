import type { WasmFunction } from './module.ts';

/** What has to be shown, place by place, and how it was: or why it was not. */

export type Kind =
  | 'load'
  | 'store'
  | 'loop'
  | 'division'
  | 'unreachable'
  | 'import'
  | 'recursion'
  | 'indirect-call'
  | 'memory-grow'
  | 'float'
  | 'instruction';

export interface Obligation {
  readonly kind: Kind;
  readonly function: string;
  /** Offset in the file. */
  readonly at: number;
  readonly isDischarged: boolean;
  /** How it was discharged, or why it was not. */
  readonly reason: string;
  /** Arenas that an access stays in, the import that is called. */
  readonly names: readonly string[];
  /** Most rounds of a loop. */
  readonly rounds: number | undefined;
}

/** One look at one place, in one context of calls and loops. */
export interface Finding {
  readonly kind: Kind;
  readonly holds: boolean;
  readonly reason: string;
  readonly name?: string;
  readonly rounds?: number;
}

interface Entry {
  readonly function: string;
  readonly at: number;
  readonly findings: Finding[];
}

/** Collects findings; a place is discharged when it is in every context it was met in. */
export class Obligations {
  readonly #entries = new Map<string, Entry>();

  add(inFunction: WasmFunction, at: number, finding: Finding): void {
    const key = `${at}:${finding.kind}`;
    const entry = this.#entries.get(key) ?? { function: inFunction.name, at, findings: [] };
    this.#entries.set(key, entry);
    const isKnown = entry.findings.some(
      (each) => each.holds === finding.holds && each.reason === finding.reason && each.name === finding.name,
    );
    if (!isKnown) entry.findings.push(finding);
  }

  /** All of them in the order of the file. */
  list(): Obligation[] {
    return [...this.#entries.values()].map(summary).sort((a, b) => a.at - b.at);
  }
}

function summary({ function: name, at, findings }: Entry): Obligation {
  const failed = findings.find((finding) => !finding.holds);
  const rounds = findings.flatMap((finding) => finding.rounds ?? []);
  const widest = findings.find((finding) => finding.rounds === Math.max(...rounds)) ?? findings[0];
  return {
    kind: (failed ?? widest)?.kind ?? 'instruction',
    function: name,
    at,
    isDischarged: failed === undefined,
    reason: failed?.reason ?? (widest?.kind === 'import' ? reasonsOf(findings) : (widest?.reason ?? '')),
    names: [...new Set(findings.flatMap((finding) => finding.name ?? []))],
    rounds: failed === undefined && rounds.length > 0 ? Math.max(...rounds) : undefined,
  };
}

/** That an import may be called is one reason, that what it is handed lies in arenas another. */
function reasonsOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ reason }) => reason))].join('; ');
}
