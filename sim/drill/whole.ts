/** Whether a device runs one whole edition: what it says of it, what stands in its flash, and what it answers. */
import { HoldfastError } from '../../host/common/errors.ts';
import type { Device } from '../../host/serial/device.ts';
import { readSlot } from '../../host/serial/read-back.ts';
import type { DrillEdition } from './editions.ts';

/** What went wrong: `torn`, it runs something else than one whole edition; `lost`, it runs none. */
export class DrillFailure extends Error {
  readonly kind: 'torn' | 'lost';

  constructor(kind: 'torn' | 'lost', words: string) {
    super(words);
    this.kind = kind;
  }
}

/** The one of `editions` that the device runs, and whether on trial. Throws DrillFailure. */
export async function runningEdition(
  device: Device,
  editions: readonly DrillEdition[],
): Promise<{ edition: DrillEdition; trial: boolean }> {
  const { hash, epoch, reason, trial, mode } = await answered(device.status());
  if (reason !== 0 || hash === '') throw new DrillFailure('lost', `runs no edition, reason ${reason}`);
  if (mode !== 'run') throw new DrillFailure('lost', `started in mode ${mode}`);
  const edition = editions.find((one) => Buffer.from(one.hash).toString('hex') === hash);
  if (edition === undefined || edition.epoch !== epoch) {
    throw new DrillFailure('torn', `says that it runs epoch ${epoch} with hash ${hash}`);
  }
  await requireBytes(device, edition, hash);
  await requireAnswers(device, edition);
  return { edition, trial };
}

async function requireBytes(device: Device, edition: DrillEdition, hash: string): Promise<void> {
  const active = (await answered(device.images())).find((slot) => slot.active);
  if (active?.hash !== hash) throw new DrillFailure('torn', `its active slot holds ${active?.hash}`);
  const { bufferBytes } = await answered(device.parameters());
  const bytes = await answered(readSlot(device, edition.bytes.length, { slot: active.slot, bufferBytes }));
  if (Buffer.compare(bytes, edition.bytes) !== 0)
    throw new DrillFailure('torn', 'its flash holds other bytes');
}

async function requireAnswers(device: Device, { core, epoch, places }: DrillEdition): Promise<void> {
  for (const place of places) {
    const word = core.check(0, place);
    const { limit } = core.verdict(word, place);
    const answer = await answered(device.check({ x: place }));
    if (answer.word !== word || answer.limit !== limit || answer.epoch !== epoch) {
      throw new DrillFailure('torn', `answers limit ${answer.limit} of epoch ${answer.epoch} at ${place}`);
    }
  }
}

/** A device that does not answer, or refuses to be read, has lost its edition. */
async function answered<Result>(request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof HoldfastError) throw new DrillFailure('lost', `${error.code}: ${error.message}`);
    throw error;
  }
}
