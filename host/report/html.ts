import { readFile } from 'node:fs/promises';
import { gapCells } from '../audit/audit.ts';
import { brakingOf } from '../audit/curves.ts';
import { measureShares } from '../audit/shares.ts';
import { percent } from '../audit/text.ts';
import type { Partition, PhaseWindow } from '../body/partition.ts';
import { HoldfastError } from '../common/errors.ts';
import { packageUrl } from '../common/root.ts';
import { visible } from '../common/visible.ts';
import { compilePartition } from '../compile/compile.ts';
import { geometryFor } from '../core/checker.ts';
import { coreUrl } from '../core/core.ts';
import { contentWith } from '../core/first-burn.ts';
import { inTodaysVersion } from '../image/body-version.ts';
import { deriveBurned, encodeBurned } from '../image/burned.ts';
import { parseImage } from '../image/container.ts';
import { GAP_FIELDS, type PageData } from '../page/data.ts';
import { pageMarkup } from '../page/markup.ts';
import type { MapUnits } from '../source/model.ts';
import { lineWords } from '../svg/map-scene.ts';
import { escapeXml } from '../svg/markup.ts';

/** A map as one page that needs nothing else: to look at, and to ask, with the real core in it. */

/** The code of the page in one module, as `npm run build` bundles it. */
const PAGE_SCRIPT = packageUrl('dist/page.js');

/**
 * The page of a partition and of its image; without an image the partition is compiled.
 * @throws what `compilePartition` throws; HoldfastError PAGE_MISSING when the package was not built.
 */
export async function createPage(partition: Partition, image: Uint8Array | null): Promise<string> {
  const edition =
    image === null ? compilePartition(partition, undefined, true).image : inTodaysVersion(image);
  const data = await pageData(partition, edition);
  const title = escapeXml(`${partition.map}, epoch ${partition.epoch}`);
  return pageMarkup({
    title,
    subtitle: escapeXml(
      `device ${partition.device}; ${data.coverage} of all places and phases covered${lineWords(partition)}`,
    ),
    gaps: gapCells(partition, 'apart').length,
    hasPhases: partition.phasePeriod > 1,
    data: JSON.stringify(data).replaceAll('<', '\\u003c'),
    script: (await readBuilt(PAGE_SCRIPT)).toString('utf8').replaceAll('</script', '<\\/script'),
  });
}

/** A file that the build leaves at `url`. */
async function readBuilt(url: URL): Promise<Buffer> {
  try {
    return await readFile(url);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    const remedy = 'Build it with `npm run build`.';
    throw new HoldfastError('PAGE_MISSING', `a part of the page does not exist: ${url.pathname}`, {
      remedy,
      cause,
    });
  }
}

async function pageData(partition: Partition, image: Uint8Array): Promise<PageData> {
  const { map, epoch, axis, phasePeriod, rules, zones } = partition;
  const { kind, name, unit, scale, min, max, wraps } = axis;
  return {
    ...{ map: visible(map), epoch, phasePeriod, zones },
    rules: rules.map((rule) => ({ ...rule, id: visible(rule.id) })),
    coverage: percent(measureShares(partition).coverage),
    axis: {
      kind,
      name: visible(name),
      unit: visible(unit),
      scale,
      min,
      max,
      wraps,
      origin: axis.origin.toString(),
    },
    units: visibleUnits(partition.units),
    marks: (partition.notes?.marks ?? []).map(({ name: mark, at }) => ({ name: visible(mark), at })),
    braking: brakingOf(partition),
    ...windowsAndLists(partition.windows),
    gaps: base64(gapsOf(partition)),
    device: await deviceOf(image),
  };
}

function visibleUnits({ limit, phase }: MapUnits): MapUnits {
  return {
    limit: limit === null ? null : visible(limit),
    phase: { unit: visible(phase.unit), scale: phase.scale },
  };
}

/** Windows that share a list of cells carry it once. */
function windowsAndLists(windows: readonly PhaseWindow[]): Pick<PageData, 'windows' | 'lists'> {
  const numbers = new Map<PhaseWindow['cells'], number>();
  for (const { cells } of windows) if (!numbers.has(cells)) numbers.set(cells, numbers.size);
  return {
    windows: windows.map(({ from, to, cells }) => ({ from, to, list: numbers.get(cells) ?? 0 })),
    lists: [...numbers.keys()].map((cells) => ({
      starts: base64(Int32Array.from(cells, ({ from }) => from)),
      rules: base64(Uint32Array.from(cells, ({ rule }) => rule)),
    })),
  };
}

function gapsOf(partition: Partition): Int32Array {
  const gaps = gapCells(partition, 'apart');
  const fields = new Int32Array(gaps.length * GAP_FIELDS);
  gaps.forEach(({ from, to, phaseFrom, phaseTo, rule }, index) => {
    fields.set([from, to, phaseFrom, phaseTo, rule], index * GAP_FIELDS);
  });
  return fields;
}

/** A device that holds the image as its confirmed edition. */
async function deviceOf(image: Uint8Array): Promise<PageData['device']> {
  const parsed = parseImage(image);
  const geometry = geometryFor(image.length);
  const edition = { bytes: image, epoch: parsed.identity.epoch, hash: parsed.digest };
  const content = contentWith(edition, geometry);
  const stateAt = geometry.areaBytes[0] + geometry.areaBytes[1];
  return {
    geometry,
    wasm: base64(await readBuilt(coreUrl('large'))),
    burned: base64(encodeBurned(deriveBurned(parsed, 'development'))),
    flash: [
      { offset: 0, bytes: base64(image) },
      { offset: stateAt, bytes: base64(content.subarray(stateAt, stateAt + geometry.programBytes)) },
    ],
  };
}

function base64(bytes: Uint8Array | Int32Array | Uint32Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
