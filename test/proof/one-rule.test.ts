/**
 * Both sides read one rule: what the core admits the host reads, and the other way round, each for the same kind of reason. Valid bodies
 * are changed by hand, with checksum, digest and steps made right, so that nothing but their structure decides.
 * HOLDFAST_ONE_RULE_CHANGES makes as many changes; 12,000 are in the suite.
 */
import { expect, test } from 'vitest';
import type { Partition } from '../../host/body/partition.ts';
import { bootEdition } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import {
  AXIS_AT,
  AXIS_BYTES,
  AXIS_TEXT_BYTES,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  BODY_VERSION_1,
  HASH_BYTES,
  SECTION,
  SECTION_ENTRY_BYTES,
  TLV,
  UNITS_AT,
  UNITS_BYTES,
} from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseContainer, parseImage } from '../../host/image/container.ts';
import { findTlv } from '../../host/image/tlv.ts';
import {
  BYTES_OF_NO_TEXT,
  BYTES_OF_TEXT,
  CODES,
  codeFor,
  codeOf,
  judge,
  type SectionPlace,
  sectionsOf,
} from '../support/one-rule.ts';
import { imageBy, imageOf, randomPartition } from '../support/partitions.ts';
import { Random, seedFor } from '../support/random.ts';
import { refit } from '../support/refit.ts';

const CHANGES = Number(process.env.HOLDFAST_ONE_RULE_CHANGES ?? 12_000);
const CHANGES_A_MAP = 250;

const INTERESTING = [0, 1, 2, 3, 4, 7, 8, 31, 32, 127, 128, 255, 256, 2 ** 16, 2 ** 30, 2 ** 31, 2 ** 32 - 1];

/** A word at a place that has some meaning: another word of the section, one near it, or a number at the edge of something. */
function changeWord(
  random: Random,
  view: DataView,
  { offset, bytes }: Pick<SectionPlace, 'offset' | 'bytes'>,
): void {
  if (bytes < 4) return;
  const at = offset + 4 * random.below(Math.floor(bytes / 4));
  const word = view.getUint32(at, true);
  const other = view.getUint32(offset + 4 * random.below(Math.floor(bytes / 4)), true);
  const near = word + random.pick([-4096, -32, -8, -4, -1, 1, 4, 8, 32, 4096]);
  view.setUint32(
    at,
    random.pick([other, near, random.pick(INTERESTING), word ^ (1 << random.below(32))]),
    true,
  );
}

/** A list word of the phases, a bucket of a directory or their number of halvings, changed so that it might still be one. */
function changeDirectory(random: Random, view: DataView, sections: readonly SectionPlace[]): void {
  const placeOf = (id: number) => sections.find((each) => each.id === id) ?? { offset: 0, bytes: 0 };
  const [phases, directories] = [placeOf(SECTION.phases), placeOf(SECTION.directories)];
  const kind = random.below(4);
  if (kind === 0) {
    const at = random.pick([BODY_HEADER_AT.phaseSteps, BODY_HEADER_AT.steps]);
    view.setUint32(at, random.below(7), true);
    return;
  }
  if (kind === 1) {
    const at = directories.offset + 2 * random.below(directories.bytes / 2);
    view.setUint16(at, view.getUint16(at, true) + random.pick([-1, 1, 2]), true);
    return;
  }
  const entry = kind === 2 ? 1 + random.below(phases.bytes / 8 - 1) : 0;
  const at = entry === 0 ? BODY_HEADER_AT.phaseShape : phases.offset + 8 * entry + 4;
  const word = view.getUint32(at, true);
  const shift = random.pick([-2, -1, 0, 1, 2]) * 2 ** 27;
  view.setUint32(at, word + shift + random.pick([0, 0, -4, -2, -1, 1, 2, 4]), true);
}

/** Exchanges two stretches of a section, or lays one over another: holes and overlaps, equal neighbours, what is out of order. */
function moveStretch(random: Random, body: Uint8Array, { offset, bytes }: SectionPlace): void {
  const length = 4 * (1 + random.below(8));
  if (bytes < 2 * length) return;
  const place = () => offset + 4 * random.below((bytes - length) / 4 + 1);
  const [left, right] = [place(), place()];
  const kept = body.slice(left, left + length);
  body.copyWithin(left, right, right + length);
  if (random.onceIn(2)) body.set(kept, right);
}

function changeText(random: Random, body: Uint8Array, offset: number, bytes: number): void {
  const text = random.pick([...BYTES_OF_NO_TEXT, ...BYTES_OF_TEXT]);
  if (bytes >= text.length) body.set(text, offset + random.below(bytes - text.length + 1));
}

/** One change of the structure of a body, in place. */
function change(random: Random, body: Uint8Array, sections: readonly SectionPlace[]): string {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const kind = random.below(10);
  const section = random.pick(sections);
  if (random.onceIn(3) && sections.some(({ id }) => id === SECTION.directories)) {
    changeDirectory(random, view, sections);
    return 'directory';
  }
  if (kind < 2) {
    changeWord(random, view, { offset: BODY_HEADER_AT.version, bytes: BODY_HEADER_BYTES - 8 });
    return 'header';
  }
  if (kind === 2) {
    const at =
      BODY_HEADER_BYTES + random.pick([AXIS_AT.kind, AXIS_AT.flags, AXIS_AT.flags + 1, AXIS_AT.scale]);
    view.setUint8(at, random.pick([0, 1, 2, 255]));
    if (random.onceIn(2)) changeWord(random, view, { offset: BODY_HEADER_BYTES, bytes: 8 });
    return 'axis';
  }
  if (kind === 3) {
    const text = random.pick([AXIS_AT.name, AXIS_AT.unit]);
    changeText(random, body, BODY_HEADER_BYTES + text, random.onceIn(2) ? 20 : 3);
    if (random.onceIn(3)) view.setUint8(BODY_HEADER_BYTES + AXIS_AT.kind, 1);
    if (random.onceIn(3))
      body.set(
        random
          .pick(['s\0\0', 'min', 'h\0\0', 'us\0', 'm\0\0'])
          .split('')
          .map((each) => each.charCodeAt(0)),
        BODY_HEADER_BYTES + AXIS_AT.unit,
      );
    return 'text of the axis';
  }
  if (kind === 4) {
    changeWord(random, view, { offset: BODY_HEADER_BYTES + AXIS_BYTES, bytes: 4 + 7 * SECTION_ENTRY_BYTES });
    return 'section table';
  }
  if (kind === 5) {
    const names = sections.find(({ id }) => id === SECTION.names);
    changeText(random, body, names?.offset ?? 0, names?.bytes ?? 0);
    return 'names';
  }
  if (kind === 6) moveStretch(random, body, section);
  else changeWord(random, view, section);
  return `section ${section.id}`;
}

/** What both read of a body that both take is the same. */
function answersAlike(
  core: Core,
  { axis, windows, rules }: Pick<Partition, 'axis' | 'windows' | 'rules'>,
): boolean {
  return windows.every(({ from, cells }) =>
    cells.every((cell) => {
      const [first, last] = [cell.from, cell.to - 1];
      return [first, last].every((x) => {
        const verdict = core.verdict(core.check(from, x), x);
        return (
          verdict.rule === cell.rule && verdict.limit === (rules[cell.rule]?.limit ?? null) && x < axis.max
        );
      });
    }),
  );
}

test(`${CHANGES} changes of valid bodies: the host reads what the core admits, and both refuse for the same reason`, async () => {
  const random = new Random(seedFor('one rule', 20261127));
  const seen = new Map<string, number>();
  let image: Uint8Array = new Uint8Array();
  let sections: SectionPlace[] = [];
  const wrong: string[] = [];
  for (let index = 0; index < CHANGES && wrong.length < 5; index++) {
    if (index % CHANGES_A_MAP === 0) {
      const period = random.onceIn(2) ? 1 : random.between(2, 40);
      const cells = 1 + random.below(random.pick([2, 6, 20]));
      const shape = {
        cells,
        wraps: random.onceIn(2),
        approaches: random.onceIn(2),
        period,
        gapOnceIn: random.pick([0, 2, 4]),
      };
      const partition = randomPartition(random, shape);
      const byHalves = random.onceIn(2) ? imageBy('directory', partition) : undefined;
      image = byHalves ?? imageOf(partition);
      sections = sectionsOf(parseImage(image).body);
    }
    const body = parseImage(image).body.slice();
    const what = change(random, body, sections);
    if (random.onceIn(8)) change(random, body, sections);
    // The host reads version 1 by a rule of its own, which no core has any more.
    if (new DataView(body.buffer).getUint16(BODY_HEADER_AT.version, true) === BODY_VERSION_1) continue;
    const { core, host, partition, running } = await judge(body, image);
    const wanted = codeFor(core);
    seen.set(wanted ?? 'admitted', (seen.get(wanted ?? 'admitted') ?? 0) + 1);
    const same = host === wanted && (partition === null || answersAlike(running, partition));
    if (!same)
      wrong.push(`change ${index} (${what}): the core ${core ?? 'admits'}, the host ${host ?? 'reads'}`);
  }
  expect(wrong).toEqual([]);
  // Every kind of reason is met, save that the checksum is always made right.
  const met = new Set([...seen.keys(), 'IMAGE_CHECKSUM']);
  expect([...new Set(Object.values(CODES))].filter((code) => !met.has(code))).toEqual([]);
  expect(seen.get('admitted') ?? 0).toBeGreaterThan(CHANGES / 50);
}, 600_000);

/** One change of what an image says of its units, or of how much it says. */
function changeUnits(random: Random, view: DataView, bytes: Uint8Array, at: number): void {
  const field = random.pick([UNITS_AT.limit, UNITS_AT.phase]);
  const kind = random.below(12);
  if (kind === 0) view.setUint16(at - 2, random.pick([0, UNITS_BYTES - 1]), true);
  else if (kind === 1) view.setUint16(at - 4, random.pick([TLV.burn, TLV.units + 1]), true);
  else if (kind === 2) view.setUint32(at + UNITS_AT.phaseScale, random.pick([0, 1, 1000, 0xffffffff]), true);
  else changeText(random, bytes, at + field, random.pick([3, AXIS_TEXT_BYTES]));
}

test(`${CHANGES / 4} changes of the units of an image: the host reads what the core admits`, async () => {
  const random = new Random(seedFor('units', 20261126));
  const shape = { cells: 4, wraps: false, approaches: false, period: 7, gapOnceIn: 2 };
  const units = { limit: 'km/h', phase: { unit: 'ms', scale: 1000 } };
  const image = imageOf({ ...randomPartition(random, shape), units });
  const at = findTlv(parseContainer(image).protectedTlvs, TLV.units)?.offset ?? 0;
  const burned = encodeBurned(deriveBurned(parseImage(image), 'development'));
  const seen = new Map<string, number>();
  for (let index = 0; index < CHANGES / 4; index++) {
    const changed = refit(image, (view, bytes) => changeUnits(random, view, bytes, at));
    // An image that is unsigned ends with its digest.
    const edition = { bytes: changed, epoch: 1, hash: changed.subarray(-HASH_BYTES) };
    const { reason } = await bootEdition(edition, burned, { build: 'device' });
    const host = codeOf(() => parseImage(changed));
    expect([index, host]).toEqual([
      index,
      reason === 0 ? null : expect.stringMatching(/^IMAGE_(TLV|LENGTH|INCOMPLETE)$/),
    ]);
    seen.set(host ?? 'read', (seen.get(host ?? 'read') ?? 0) + 1);
  }
  expect(seen.get('read') ?? 0).toBeGreaterThan(CHANGES / 40);
  expect(seen.get('IMAGE_TLV') ?? 0).toBeGreaterThan(CHANGES / 40);
}, 600_000);
