/** Bodies of version 1, as holdfast 0.1 wrote them: the host reads them, no core admits them, `reissue` makes version 2 of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../host/body/bytes.ts';
import { decodeBody } from '../../host/body/decode.ts';
import { compileSource, loadPartition } from '../../host/compile/compile.ts';
import { MapImage } from '../../host/core/ask.ts';
import { bootEdition } from '../../host/core/checker.ts';
import { BODY_HEADER_AT, BODY_VERSION_1, BODY_VERSION_2, REFUSALS } from '../../host/format.ts';
import { requireTaken } from '../../host/image/body-version.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseImage } from '../../host/image/container.ts';
import { burnedWith } from '../../host/image/fitting.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { reissueImage } from '../../host/image/reissue.ts';
import { UNITS_NONE } from '../../host/source/model.ts';
import { refit } from '../support/refit.ts';

const MAPS = ['rail', 'access-terminal'];
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/body-1/${name}.img`, import.meta.url)));
const sourceOf = (name: string) => `firmware-maps/${name}/${name}.map.yaml`;
const versionOf = (image: Uint8Array) => decodeBody(parseImage(image).body).version;

describe.each(MAPS)('%s', (name) => {
  const old = fixture(name);

  test('says what its source says', async () => {
    const { overlaps, overlapsOmitted, notes, ...partition } = await loadPartition(sourceOf(name));
    expect(versionOf(old)).toBe(BODY_VERSION_1);
    // Of version 1 no image says what its limits count.
    expect(readPartition(old)).toMatchObject({ ...partition, units: UNITS_NONE });
    expect(overlaps).not.toBeNull();
    expect(overlapsOmitted).toBe(0);
    expect(notes).not.toBeNull();
  });

  test('answers on the host as the image of today does', async () => {
    const { image } = await compileSource(sourceOf(name));
    const [before, today] = [await MapImage.open(old), await MapImage.open(image)];
    const { axis, phasePeriod } = readPartition(image);
    const length = axis.max - axis.min;
    for (let i = -1; i <= 200; i++) {
      const x = BigInt(axis.min + Math.floor((i * length) / 200)) + axis.origin;
      const question = { x, phase: Math.abs(i * 7919) % phasePeriod };
      expect(before.ask(question)).toEqual(today.ask(question));
    }
  });

  test('is not admitted by a core, and not burned', async () => {
    const parsed = parseImage(old);
    const edition = { bytes: old, epoch: parsed.identity.epoch, hash: parsed.digest };
    const { reason } = await bootEdition(edition, encodeBurned(deriveBurned(parsed, 'development')));
    expect(REFUSALS.find(({ code }) => code === reason)?.name).toBe('BODY_VERSION');
    expect(() => burnedWith(old, undefined, { keys: [], development: true })).toThrow(
      /body version 1; the core takes version 2, layouts: tree/,
    );
  });

  test('is reissued as the body that is written today, by trees', async () => {
    const { image } = await compileSource(sourceOf(name), { lookup: 'tree' });
    const { epoch } = parseImage(old).identity;
    const reissued = reissueImage(old, { epoch: epoch + 1 });
    expect(versionOf(reissued)).toBe(BODY_VERSION_2);
    const [was, today] = [parseImage(reissued), parseImage(reissueImage(image, { epoch: epoch + 1 }))];
    expect(toHex(was.body)).toBe(toHex(today.body));
    expect(was.identity).toEqual({ ...today.identity, units: UNITS_NONE });
  });
});

describe('what a core takes', () => {
  const version = (value: number) => (view: DataView) =>
    view.setUint16(32 + BODY_HEADER_AT.version, value, true);
  const layout = (value: number) => (view: DataView) =>
    view.setUint16(32 + BODY_HEADER_AT.layout, value, true);

  test.each([
    ['an older version', version(1), /body version 1; the core takes version 2, layouts: tree/],
    ['a newer version', version(3), /body version 3; the core takes version 2/],
    [
      'another layout',
      layout(4),
      /layout number 4; the core takes version 2, layouts: tree, directory, plane/,
    ],
    ['a layout that nobody knows', layout(33), /layout number 33; the core takes/],
  ])('%s is refused before it is sent', async (_, change, words) => {
    const { image } = await compileSource(sourceOf('rail'));
    expect(() => requireTaken(image)).not.toThrow();
    expect(() => requireTaken(refit(image, change))).toThrow(words);
  });

  test('a device of its own says what it takes', async () => {
    const { image } = await compileSource(sourceOf('rail'));
    expect(() => requireTaken(fixture('rail'), { version: 1, layouts: 2 })).not.toThrow();
    expect(() => requireTaken(image, { version: 1, layouts: 2 })).toThrow(/body version 2; the core takes/);
  });
});
