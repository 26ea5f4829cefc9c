import { viewOf } from '../body/bytes.ts';
import { EXIT_CHECK_SAID_NO, HoldfastError } from '../common/errors.ts';
import { BODY_HEADER_AT, BODY_VERSION_2, BUILD_LIMITS, LAYOUT } from '../format.ts';
import { parseImage } from './container.ts';

/** Which bodies a core takes, and what becomes of those that none takes any more: docs/SPEC.md sections 2 and 10. */

/** What a core admits. */
interface BodiesTaken {
  readonly version: number;
  /** The bit 1 << LAYOUT of each. */
  readonly layouts: number;
}

/** What the core of this release admits, in the build that controllers mostly have. */
const TAKEN_TODAY: BodiesTaken = { version: BODY_VERSION_2, layouts: BUILD_LIMITS.device.layoutsAdmitted };

/**
 * Refuses an image whose body a core would refuse, before anything is sent or burned.
 * @param image the whole container, sound
 * @throws HoldfastError BODY_NOT_TAKEN (exit code 1)
 */
export function requireTaken(image: Uint8Array, taken: BodiesTaken = TAKEN_TODAY): void {
  const view = viewOf(parseImage(image).body);
  const version = view.getUint16(BODY_HEADER_AT.version, true);
  const layout = view.getUint16(BODY_HEADER_AT.layout, true);
  if (version === taken.version && layout < 32 && ((taken.layouts >>> layout) & 1) === 1) return;
  const isOld = version < taken.version;
  const what = version === taken.version ? `layout ${layoutName(layout)}` : `body version ${version}`;
  const layouts = Object.values(LAYOUT).filter((code) => (taken.layouts >>> code) & 1);
  const message = `the image has ${what}; the core takes version ${taken.version}, layouts: ${layouts.map(layoutName).join(', ')}`;
  const isOfLargerArena = version === TAKEN_TODAY.version && ((TAKEN_TODAY.layouts >>> layout) & 1) === 1;
  const remedy = isOld
    ? 'Compile the source again, or write the map anew with `holdfast reissue`.'
    : isOfLargerArena
      ? 'Burn firmware with a larger arena: those of up to 16K have lines only.'
      : 'Burn newer firmware, or compile the source with the version of holdfast that the firmware has.';
  throw new HoldfastError('BODY_NOT_TAKEN', message, { remedy, exitCode: EXIT_CHECK_SAID_NO });
}

function layoutName(layout: number): string {
  return Object.entries(LAYOUT).find(([, code]) => code === layout)?.[0] ?? `number ${layout}`;
}

/** Whether the body of an image has a version that no core admits any more. The image is the whole container, sound. */
export function isOlder(image: Uint8Array): boolean {
  return viewOf(parseImage(image).body).getUint16(BODY_HEADER_AT.version, true) < BODY_VERSION_2;
}
