import { comparePartitions } from '../../host/audit/compare.ts';
import { comparisonWords } from '../../host/audit/compare-words.ts';
import type { Partition } from '../../host/body/partition.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import type { DesiredState } from '../desired/state.ts';

/** Sources against the editions that were signed of them: a source that was corrected afterwards makes its edition a dirty one. */

/**
 * `clean`: the source compiles to the edition. `dirty`: it has the epoch of the edition, or a lower one, and says something else. `later`:
 * it has a higher epoch, which nobody signed yet. `none`: no source was given.
 */
export type SourceVerdict = 'clean' | 'dirty' | 'later' | 'none';

export interface CheckedSource {
  readonly map: string;
  readonly device: string;
  readonly epoch: number;
  readonly verdict: SourceVerdict;
  /** What differs, a line each; "before" is the signed edition, "after" the source. */
  readonly lines: readonly string[];
}

/** `images`: bytes by SHA-256; `sources`: as they resolve today. */
export function checkSources(
  { maps }: Pick<DesiredState, 'maps'>,
  images: ReadonlyMap<string, Uint8Array>,
  sources: readonly Partition[],
): CheckedSource[] {
  return maps.map(({ map, device, edition: { epoch, sha256 } }) => {
    const source = sources.find((partition) => partition.map === map && partition.device === device);
    const bytes = images.get(sha256);
    if (source === undefined || bytes === undefined)
      return { map, device, epoch, verdict: 'none', lines: [] };
    const comparison = comparePartitions(readPartition(bytes), source);
    if (comparison.equal) return { map, device, epoch, verdict: 'clean', lines: [] };
    const verdict = source.epoch > epoch ? 'later' : 'dirty';
    return { map, device, epoch, verdict, lines: comparisonWords(comparison) };
  });
}
