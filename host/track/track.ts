import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { type Draft, type DraftZone, draftText, judgeDraft } from '../draft/draft.ts';
import type { Diagnostic } from '../source/diagnostics.ts';
import type { ActionName } from '../source/model.ts';
import { IDENTITY } from '../source/values.ts';
import type { TrackProfile } from './profile.ts';
import { type RailmlOptions, readRailml } from './railml.ts';
import { readTtobench } from './ttobench.ts';

/** From a track of railML 2 or TTOBench to a map source. */

export interface TrackOptions extends RailmlOptions {
  readonly map: string;
  readonly axis: string;
  readonly epoch: number;
  readonly gaps?: ActionName | undefined;
}

export interface TrackDraft {
  /** YAML. */
  readonly source: string;
  readonly zones: number;
  /** What each phase stands for; none when there is one direction and profile. */
  readonly phases: readonly string[];
  readonly assumptions: readonly string[];
  readonly mistakes: readonly Diagnostic[];
}

/** Whether the text is XML; else it is taken for a track of TTOBench. */
export function isRailml(text: string): boolean {
  return text.trimStart().startsWith('<');
}

/**
 * Reads a track and writes a source for `output`.
 * @throws HoldfastError with what is wrong and where
 */
export async function draftTrack(
  text: string,
  file: string,
  output: string,
  options: TrackOptions,
): Promise<TrackDraft> {
  if (!IDENTITY.test(options.map)) {
    throw new HoldfastError('USAGE', `--map is "${cutText(options.map)}"`, {
      remedy: 'Use 1 to 31 of the characters a-z, 0-9 and "-".',
    });
  }
  const profile = isRailml(text)
    ? readRailml(text, file, options)
    : readTtobench(text, file, options.axisUnit, options.scale);
  const draft = draftOf(profile, file, options);
  const source = draftText(draft);
  const { zones, phases, assumptions } = draft;
  return { source, zones: zones.length, phases, assumptions, mistakes: await judgeDraft(output, source) };
}

function draftOf(
  { extent, parts, limitUnit, assumptions }: TrackProfile,
  file: string,
  options: TrackOptions,
): Draft {
  const { map, epoch, axis, axisUnit, gaps } = options;
  const phases = parts.length === 1 ? [] : parts.map(({ name }) => name);
  const [only] = parts;
  return {
    title: `Made by holdfast track from ${file}`,
    assumptions: [
      ...(phases.length === 0 && only !== undefined && only.name !== ''
        ? [`the map is for trains that run: ${only.name}`]
        : []),
      ...assumptions,
      'an interval holds its beginning and not its end; beyond the track, and without an admitted map, the loop stops',
    ],
    map,
    epoch,
    axis: { name: axis, unit: axisUnit, min: extent.min.toString(), max: extent.max.toString() },
    phases,
    limitUnit,
    zones: zonesOf(parts, phases.length > 0),
    gaps,
  };
}

/** Ids are those of the file; a limit that holds in several pieces or phases gets a number behind it. */
function zonesOf(parts: TrackProfile['parts'], hasPhases: boolean): readonly DraftZone[] {
  const seen = new Map<string, number>();
  return parts.flatMap(({ intervals }, phase) =>
    intervals.map(({ id, from, to, limit }): DraftZone => {
      const plain = id.replace(/[^\p{L}\p{M}\p{N}_.:/+-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '') || 'limit';
      const count = (seen.get(plain) ?? 0) + 1;
      seen.set(plain, count);
      return {
        id: count === 1 ? plain : `${plain}:${count}`,
        at: [{ from: from.toString(), to: to.toString() }],
        limit,
        phase: hasPhases ? phase : undefined,
      };
    }),
  );
}
