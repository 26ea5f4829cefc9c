import { cutText } from '../common/cut-text.ts';
import { HoldfastError } from '../common/errors.ts';
import { exactly } from './decimals.ts';
import { type LimitScale, limitConversion, placeConversion, type TrackProfile } from './profile.ts';
import {
  type RailmlChange,
  type RailmlDocument,
  type RailmlProfile,
  type RailmlTrack,
  readRailmlDocument,
} from './railml-document.ts';
import { Force, type ForceOptions, isTerm } from './railml-force.ts';
import {
  type Combination,
  combined,
  type Extent,
  endingWords,
  intervalsOf,
  notNegative,
  type SpeedInterval,
  type SpeedStep,
  type Travel,
} from './steps.ts';

/**
 * The speed changes of a track of railML 2: `pos` in metres, `vMax` in km/h from there on in the direction `dir`, for all trains or for
 * those of a profile or category.
 */

/** How a change in both directions is meant for a train that runs down: from its place on, or for the section above its place. */
export const BOTH_READINGS = ['place', 'section'] as const;
export type BothReading = (typeof BOTH_READINGS)[number];

export interface RailmlOptions extends ForceOptions {
  readonly axisUnit: string;
  readonly scale: LimitScale;
  /** Id or name; needed when there are more than one. */
  readonly track?: string | undefined;
  readonly directions: readonly Travel[];
  /** Ids or names of profiles, or train categories; none: only what holds for all trains. */
  readonly profiles: readonly string[];
  readonly both?: BothReading | undefined;
  /** Where a profile does not say how it stands to the limits of all trains. */
  readonly combine?: Combination | undefined;
}

const UNIT_OF_PLACES = 'm';
const UNIT_OF_SPEEDS = 'km/h';
const USED = ['pos', 'dir', 'vMax', 'profileRef', 'trainCategory', 'etcsTrainCategory'];
/** Attributes that say nothing about where a limit holds and how high it is. */
const HARMLESS = ['id', 'name', 'code', 'description', 'ocpStationRef'];
const USED_OF_PROFILE = ['influence'];
const ELEMENTS_SHOWN_MAX = 20;
const END = 'end';

/** Throws HoldfastError with what is wrong and where; USAGE for what has to be chosen. */
export function readRailml(text: string, file: string, options: RailmlOptions): TrackProfile {
  const document = readRailmlDocument(text, file);
  const track = chooseTrack(document, file, options.track);
  const place = placeConversion(UNIT_OF_PLACES, options.axisUnit);
  const extent = extentOf(track, (pos) => exactly(pos, place, track.where));
  const terms = [document.profiles, document.tracks, track.changes].flatMap((all) =>
    all.flatMap(({ scopes }) => scopes.flat()),
  );
  const force = new Force(options, terms);
  force.require({ what: `the track "${cutText(track.id)}"`, where: track.where, terms: track.scopes.flat() });
  const chooser = new Chooser(document, track, extent, { ...options, force });
  const names = options.profiles.length === 0 ? [null] : options.profiles;
  const parts = options.directions.flatMap((travel) =>
    names.map((profile) => ({
      name: [travel, ...(profile === null ? [] : [profile])].join(' '),
      intervals: chooser.intervals(travel, profile),
    })),
  );
  return {
    extent,
    parts,
    limitUnit: options.scale.unit ?? UNIT_OF_SPEEDS,
    assumptions: [
      ...chooser.assumptions,
      ...force.notes,
      ...chooser.profiles.flatMap(unreadOfProfile),
      ...attributeWords(`the track "${cutText(track.id)}"`, track.attributes, []),
      ...unreadWords(document, track),
    ],
  };
}

function chooseTrack({ tracks }: RailmlDocument, file: string, wanted: string | undefined): RailmlTrack {
  const found = tracks.filter(({ id, name }) => wanted === undefined || wanted === id || wanted === name);
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  const known = tracks.map(({ id, name }) => (name === '' ? id : `${id} (${name})`)).slice(0, 20);
  const what =
    tracks.length === 0
      ? 'has no track'
      : wanted === undefined
        ? `has ${tracks.length} tracks`
        : `has ${found.length === 0 ? 'no' : 'more than one'} track "${cutText(wanted)}"`;
  throw usage(
    `${file} ${what}`,
    tracks.length === 0
      ? 'Export the infrastructure too.'
      : `Choose one with --track: ${cutText(known.join(', '))}.`,
  );
}

function extentOf(track: RailmlTrack, stepsOf: (pos: string) => bigint): Extent {
  const { begin, end, where, id } = track;
  if (begin === null || end === null)
    throw broken(
      where,
      `the track "${cutText(id)}" has no ${begin === null ? 'trackBegin' : 'trackEnd'} with pos`,
    );
  const [min, max] = [stepsOf(begin), stepsOf(end)];
  if (min >= max)
    throw broken(where, `the track "${cutText(id)}" ends at ${cutText(end)} m, where it begins or before`);
  return { min, max };
}

interface ChooserOptions extends RailmlOptions {
  readonly force: Force;
}

class Chooser {
  readonly assumptions: string[] = [];
  readonly #document: RailmlDocument;
  readonly #track: RailmlTrack;
  readonly #extent: Extent;
  readonly #options: ChooserOptions;
  readonly #profiles: ReadonlyMap<string, RailmlProfile>;

  constructor(document: RailmlDocument, track: RailmlTrack, extent: Extent, options: ChooserOptions) {
    this.#document = document;
    this.#track = track;
    this.#extent = extent;
    this.#options = options;
    this.#profiles = new Map(document.profiles.map((profile) => [profile.id, profile]));
    for (const change of track.changes) requireDirection(change);
    this.#refuseUnknown();
  }

  /** Those of the file that were asked for. */
  get profiles(): readonly RailmlProfile[] {
    const { profiles } = this.#options;
    return this.#document.profiles.filter(({ id, name }) => profiles.includes(id) || profiles.includes(name));
  }

  /** Limits in a direction, for all trains and those of a profile. */
  intervals(travel: Travel, profile: string | null): readonly SpeedInterval[] {
    const general = this.#of(travel, null);
    if (profile === null) {
      if (general.length > 0) return general;
      throw usage(
        `no speed change holds ${travel} the track for all trains`,
        `Choose a direction, or a profile with --profile: ${this.#known()}.`,
      );
    }
    const special = this.#of(travel, profile);
    if (special.length === 0)
      throw usage(
        `no speed change holds ${travel} the track for "${cutText(profile)}"`,
        `Profiles and categories are: ${this.#known()}.`,
      );
    return general.length === 0 ? special : combined(general, special, this.#combination(profile));
  }

  #of(travel: Travel, profile: string | null): readonly SpeedInterval[] {
    const wanted = this.#track.changes.filter((change) => this.#isFor(change, profile));
    const changes = wanted.filter(
      (change) => [travel, 'both'].includes(change.attributes.dir ?? '') && this.#isInForce(change),
    );
    const hasBoth = changes.some(({ attributes: { dir } }) => dir === 'both');
    const steps = changes.map((change) => this.#stepOf(change));
    if (travel === 'up' || !hasBoth) return this.#laid(steps, travel);
    const { both } = this.#options;
    if (both === undefined)
      throw usage(
        'some speed changes hold in both directions, and what is meant for a train that runs down is read in two ways',
        'Say --both place (each begins at its place for every train) or --both section (it holds from its place up to the next).',
      );
    if (both === 'section' && changes.some(({ attributes: { dir } }) => dir === 'down'))
      throw usage(
        'changes for down and for sections of both directions cannot be told apart',
        'Say --both place.',
      );
    return this.#laid(steps, both === 'section' ? 'up' : 'down');
  }

  #laid(steps: readonly SpeedStep[], travel: Travel): readonly SpeedInterval[] {
    // The limits of all trains are looked at again for every profile.
    for (const words of endingWords(steps, this.#extent, travel))
      if (!this.assumptions.includes(words)) this.assumptions.push(words);
    return intervalsOf(steps, this.#extent, travel);
  }

  #isInForce({ id, where, attributes: { pos, profileRef }, scopes }: RailmlChange): boolean {
    const profile = this.#profiles.get(profileRef ?? '');
    const what = `the speed change "${cutText(id === '' ? `at ${pos}` : id)}"`;
    const { force } = this.#options;
    return (
      (profile === undefined ||
        force.holds({ what: `${what} for "${cutText(profile.id)}"`, where, terms: profile.scopes.flat() })) &&
      force.holds({ what, where, terms: scopes.flat() })
    );
  }

  #stepOf({ id, where, attributes }: RailmlChange): SpeedStep {
    const { pos, vMax } = attributes;
    if (pos === undefined || vMax === undefined)
      throw broken(where, `the speed change "${cutText(id)}" has no ${pos === undefined ? 'pos' : 'vMax'}`);
    const { axisUnit, scale } = this.#options;
    return {
      id: id === '' ? `pos-${pos}` : id,
      at: exactly(pos, placeConversion(UNIT_OF_PLACES, axisUnit), where),
      limit:
        vMax === END
          ? null
          : notNegative(exactly(vMax, limitConversion(UNIT_OF_SPEEDS, scale), where), where),
      where,
    };
  }

  #isFor(change: RailmlChange, profile: string | null): boolean {
    const selector = selectorOf(change);
    if (profile === null || selector === null) return profile === selector;
    return selector === profile || this.#profiles.get(selector)?.name === profile;
  }

  #combination(profile: string): Combination {
    const { influence } = this.#document.profiles.find(
      ({ id, name }) => id === profile || name === profile,
    ) ?? { influence: null };
    if (influence === 'decreasing') return 'lower';
    if (influence === 'increasing') return 'replace';
    const { combine } = this.#options;
    if (combine !== undefined) return combine;
    throw usage(
      `"${cutText(profile)}" does not say how its limits stand to those of all trains`,
      'Say --combine lower (the lower of both counts) or --combine replace (its own, wherever it has one).',
    );
  }

  /** Changes of profiles that nobody asked for are named; a profile that does not exist is a mistake of the file. */
  #refuseUnknown(): void {
    const { profiles } = this.#options;
    const left = new Map<string, number>();
    for (const change of this.#track.changes) {
      const { profileRef } = change.attributes;
      if (profileRef !== undefined && !this.#profiles.has(profileRef))
        throw broken(change.where, `the profile "${cutText(profileRef)}" does not exist`);
      const selector = selectorOf(change);
      const isWanted = selector === null || profiles.some((profile) => this.#isFor(change, profile));
      if (!isWanted) left.set(selector, (left.get(selector) ?? 0) + 1);
    }
    for (const [selector, count] of left)
      this.assumptions.push(`${count} speed changes for "${cutText(selector)}" are not used`);
  }

  #known(): string {
    const all = this.#track.changes.map(selectorOf).filter((selector) => selector !== null);
    return all.length === 0 ? 'none' : cutText([...new Set(all)].join(', '));
  }
}

/** The profile or category that a change holds for; null: all trains. */
function selectorOf({ where, attributes }: RailmlChange): string | null {
  const { profileRef, trainCategory, etcsTrainCategory } = attributes;
  const given = [profileRef, trainCategory, etcsTrainCategory].filter((selector) => selector !== undefined);
  if (given.length > 1)
    throw broken(
      where,
      'the speed change names more than one of profileRef, trainCategory and etcsTrainCategory',
    );
  return given[0] ?? null;
}

function requireDirection({ id, where, attributes: { dir } }: RailmlChange): void {
  if (dir === 'up' || dir === 'down' || dir === 'both' || dir === 'none') return;
  const what = dir === undefined ? 'has no dir' : `has dir="${cutText(dir)}"`;
  throw new HoldfastError('TRACK_BROKEN', `${where}: the speed change "${cutText(id)}" ${what}`, {
    remedy: 'Write up, down or both: nobody can tell for which trains it holds.',
  });
}

/** What a profile says of when it holds, and for which trains: with its words, since a limit may depend on them. */
function unreadOfProfile({ id, attributes, unread }: RailmlProfile): readonly string[] {
  const of = `the profile "${cutText(id)}"`;
  return [...attributeWords(of, attributes, USED_OF_PROFILE), ...elementWords([...unread], of)];
}

function attributeWords(
  of: string,
  attributes: Readonly<Record<string, string>>,
  used: readonly string[],
): readonly string[] {
  const others = Object.entries(attributes).filter(([name]) => !used.includes(name) && !isHarmless(name));
  return others.map(([name, value]) => `${cutText(name)}="${cutText(value)}" of ${of} is not used`);
}

/** Says nothing of limits, or is asked about. */
function isHarmless(name: string): boolean {
  return HARMLESS.includes(name) || isTerm(name);
}

function unreadWords(document: RailmlDocument, { changes }: RailmlTrack): string[] {
  const attributes = new Map<string, number>();
  for (const change of changes)
    for (const name of Object.keys(change.attributes))
      if (name === 'description' || (!USED.includes(name) && !isHarmless(name)))
        attributes.set(name, (attributes.get(name) ?? 0) + 1);
  const none = changes.filter(({ attributes: { dir } }) => dir === 'none').length;
  return [
    'places are pos, in metres from the beginning of the track',
    ...(none === 0 ? [] : [`${none} speed changes with dir="none" are not used`]),
    ...[...attributes].map(
      ([name, count]) => `attribute ${cutText(name)} of ${count} speed changes is not used`,
    ),
    ...elementWords([...document.unread]),
  ];
}

function elementWords(
  unread: readonly (readonly [name: string, count: number])[],
  of = 'the file',
): readonly string[] {
  const shown = unread.slice(0, ELEMENTS_SHOWN_MAX);
  const words = shown.map(([name, count]) => `${count} elements ${cutText(name)} of ${of} are not used`);
  const more = unread.length - shown.length;
  return more === 0 ? words : [...words, `elements of ${more} more names are not used`];
}

function broken(where: string, what: string): HoldfastError {
  return new HoldfastError('TRACK_BROKEN', `${where}: ${what}`, {
    remedy: 'Correct the file, or export it again.',
  });
}

function usage(message: string, remedy: string): HoldfastError {
  return new HoldfastError('USAGE', message, { remedy });
}
