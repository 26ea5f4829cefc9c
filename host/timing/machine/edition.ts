import { readFile } from 'node:fs/promises';
import { isPlaneBody } from '../../body/decode.ts';
import { openImage } from '../../core/checker.ts';
import { coreUrl } from '../../core/core.ts';
import type { Elf } from '../../firmware/elf.ts';
import { parseImage } from '../../image/container.ts';
import type { Range32 } from '../ranges/range32.ts';
import { readModule } from '../wasm/module.ts';
import { type Bound, boundOf } from './bounds.ts';
import { type Core, coreFor } from './cores.ts';
import { activeWords, arenasIn, buildIn, CALLS, stackIn } from './holdfast.ts';
import type { Part } from './program.ts';

/** What an edition makes of a linked firmware: words that are known once it is loaded, and what the loop's calls then take. */

/** Words of ACTIVE after the core loaded the image. */
export async function wordsOfImage(
  image: Uint8Array,
  parts: readonly Part[],
  elf: Elf,
): Promise<Map<number, Range32>> {
  const { buffer, byteOffset, length } = (await openImage(image, { build: buildIn(elf) })).arena();
  return activeWords(parts, elf, new Uint8Array(buffer, 0, byteOffset + length));
}

export interface EditionBounds {
  readonly core: Core;
  readonly check: Bound;
  readonly verdict: Bound;
  readonly sweep: Bound;
}

/** Bounds of what answers the loop, with this edition, on a core; unless one is named, on the usual one of the file. */
export async function editionBounds(
  elf: Elf,
  image: Uint8Array,
  coreName: string | null = null,
): Promise<EditionBounds> {
  const core = coreFor(elf, coreName ?? undefined);
  const parts = arenasIn(elf, readModule(await readFile(coreUrl(buildIn(elf)))));
  const words = await wordsOfImage(image, parts, elf);
  const isPlane = isPlaneBody(parseImage(image).body);
  const question = { elf, core, parts, words, stack: stackIn(elf) };
  return {
    core,
    check: boundOf(question, isPlane ? CALLS.checkPlane : CALLS.check),
    verdict: boundOf(question, CALLS.verdict),
    sweep: boundOf(question, isPlane ? CALLS.sweepPlane : CALLS.sweep),
  };
}
