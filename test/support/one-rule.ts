/** One image judged by both sides: the core that boots on it, and the host that reads it. */
import { crc32c } from '../../host/body/crc32c.ts';
import { layoutOf } from '../../host/body/decode-fields.ts';
import { decodePlane } from '../../host/body/decode-plane.ts';
import { planeSteps } from '../../host/body/encode-plane.ts';
import type { Partition } from '../../host/body/partition.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { bootEdition } from '../../host/core/checker.ts';
import type { Core } from '../../host/core/core.ts';
import { stepsByKind } from '../../host/cycles/steps.ts';
import {
  AXIS_BYTES,
  BODY_CHECKED_FROM,
  BODY_HEADER_AT,
  BODY_HEADER_BYTES,
  LAYOUT,
  PLANE_HEADER_AT,
  REFUSALS,
  SECTION_ENTRY_BYTES,
  STEP_KIND,
} from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { parseImage, wrapImage } from '../../host/image/container.ts';
import type { ImageIdentity } from '../../host/image/identity.ts';
import { readPartition } from '../../host/image/read-partition.ts';

/** The host's code for each refusal of the core that a body can have. */
export const CODES: Readonly<Record<string, string>> = {
  BODY_HEADER: 'IMAGE_BODY',
  BODY_VERSION: 'IMAGE_BODY_VERSION',
  LAYOUT_UNKNOWN: 'IMAGE_LAYOUT',
  DIRECTORY: 'IMAGE_DIRECTORY',
  TOO_LARGE: 'IMAGE_TOO_LARGE',
  BODY_CHECKSUM: 'IMAGE_CHECKSUM',
  PHASES_WRONG: 'IMAGE_PHASES',
  KEYS_WRONG: 'IMAGE_KEYS',
  WORDS_WRONG: 'IMAGE_WORDS',
  RULES_WRONG: 'IMAGE_RULES',
  RUNS_WRONG: 'IMAGE_RUNS',
  NAMES_WRONG: 'IMAGE_NAMES',
};

const TOO_LARGE = REFUSALS.find(({ name }) => name === 'TOO_LARGE')?.code;

/** A section of a body; offset in the body. */
export interface SectionPlace {
  readonly id: number;
  readonly offset: number;
  readonly bytes: number;
}

/** `at` is where the section table stands: of a line behind its axis. */
export function sectionsOf(body: Uint8Array, at = BODY_HEADER_BYTES + AXIS_BYTES): SectionPlace[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Array.from({ length: view.getUint32(at, true) }, (_, index) => {
    const entry = at + 4 + index * SECTION_ENTRY_BYTES;
    const [offset, bytes] = [view.getUint32(entry + 4, true), view.getUint32(entry + 8, true)];
    return { id: view.getUint16(entry, true), offset, bytes };
  });
}

/** What is no text: overlong forms, surrogates, what is beyond U+10FFFF, control characters, what ends too early. */
export const BYTES_OF_NO_TEXT = [
  ...[[0xff], [0x80], [0xc0, 0xaf], [0xe0, 0x80, 0xaf], [0xf0, 0x8f, 0xbf, 0xbf]],
  ...[
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf8, 0x88, 0x80, 0x80],
  ],
  ...[[0x1b], [0x09], [0x0a], [0x7f], [0xc2, 0x80], [0xc2, 0x85], [0xc2, 0x9b]],
  ...[[0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98]],
];
/** What is a text, if an odd one: no-break space, right-to-left override, byte order mark, U+FFFF, U+10FFFF, a face. */
export const BYTES_OF_TEXT = [
  ...[[0x61], [0x20], [0xc2, 0xa0], [0xc3, 0xa4], [0xdf, 0xbf], [0xe2, 0x80, 0xae], [0xef, 0xbb, 0xbf]],
  ...[
    [0xed, 0x9f, 0xbf],
    [0xee, 0x80, 0x80],
    [0xef, 0xbf, 0xbf],
    [0xf0, 0x90, 0x80, 0x80],
    [0xf4, 0x8f, 0xbf, 0xbf],
    [0xf0, 0x9f, 0x98, 0x80],
  ],
];

/** The body with the checksum of its resident bytes, in a container like that of `image` whose steps are those of its header. */
export function wrapped(body: Uint8Array, image: Uint8Array): { image: Uint8Array; digest: Uint8Array } {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const resident = view.getUint32(BODY_HEADER_AT.residentBytes, true);
  if (resident >= BODY_CHECKED_FROM && resident <= body.length)
    view.setUint32(BODY_HEADER_AT.checksum, crc32c(body.subarray(BODY_CHECKED_FROM, resident)), true);
  return wrapImage(body, { ...parseImage(image).identity, steps: stepsIn(view) });
}

/** The steps that a body's header says, by kind. */
function stepsIn(view: DataView): ImageIdentity['steps'] {
  const phase = view.getUint32(BODY_HEADER_AT.phaseSteps, true);
  const line = view.getUint32(BODY_HEADER_AT.steps, true);
  const layout = view.getUint16(BODY_HEADER_AT.layout, true);
  if (layout === LAYOUT.plane) {
    const nodeBytes = view.getUint8(BODY_HEADER_BYTES + 2 * AXIS_BYTES + PLANE_HEADER_AT.nodeBytes);
    return stepsByKind(
      planeSteps(view.getUint32(BODY_HEADER_AT.phases, true), phase & 0xffff, line & 0xffff, nodeBytes),
    );
  }
  if (layout !== LAYOUT.directory)
    return [
      { kind: STEP_KIND.phase, steps: phase & 0xffff },
      { kind: STEP_KIND.line, steps: line & 0xffff },
    ];
  const looks = view.getUint32(BODY_HEADER_AT.phases, true) === 1 ? 1 : 2;
  return [
    { kind: STEP_KIND.directory, steps: looks },
    { kind: STEP_KIND.halving, steps: (phase + line) & 0xffff },
  ];
}

/** The code that the host refuses with; null where it does not. */
export function codeOf(read: () => unknown): string | null {
  try {
    read();
  } catch (error) {
    if (error instanceof HoldfastError) return error.code;
    throw error;
  }
  return null;
}

/** What both sides said of one image. */
export interface Judged {
  /** Name of the core's refusal; null: it runs the edition. */
  readonly core: string | null;
  /** Code of the host's; null: it reads the image. */
  readonly host: string | null;
  /** What the host read of a line. */
  readonly partition: Partition | null;
  /** The core that booted. */
  readonly running: Core;
}

/** Both sides, asked about `body` in a container like that of `image`. */
export async function judge(body: Uint8Array, image: Uint8Array): Promise<Judged> {
  const edition = wrapped(body, image);
  const burned = encodeBurned(deriveBurned(parseImage(edition.image), 'development'));
  return judgeImage(edition.image, burned, edition.digest);
}

/** The same of a whole image with this digest, on a device with this block. */
export async function judgeImage(
  image: Uint8Array,
  burned: Uint8Array,
  digest: Uint8Array,
  epoch = 1,
): Promise<Judged> {
  const first = { bytes: image, epoch, hash: digest };
  let { core, reason } = await bootEdition(first, burned, { build: 'device' });
  // The host reads what the large build admits; that one takes its time to get 64 MiB.
  if (reason === TOO_LARGE) ({ core, reason } = await bootEdition(first, burned));
  let partition: Partition | null = null;
  const host = codeOf(() => {
    const { body } = parseImage(image);
    if (layoutOf(body) === LAYOUT.plane) decodePlane(body);
    else partition = readPartition(image);
  });
  const refusal = reason === 0 ? null : (REFUSALS.find(({ code }) => code === reason)?.name ?? `${reason}`);
  return { core: refusal, host, partition, running: core };
}

/** What the host's code must be, for what the core said. */
export function codeFor(core: string | null): string | null {
  return core === null ? null : (CODES[core] ?? core);
}
