/**
 * Three SMP clients as their users meet them: what they send, and what they print of the answers; and imgtool, which reads files. Modelled
 * on their sources; only what depends on the answers is printed.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { encode } from 'cborg';
import {
  GROUP,
  IMAGE,
  IMAGE_ERROR_TEXTS,
  IMAGE_HEADER_AT,
  IMAGE_HEADER_BYTES,
  IMAGE_MAGIC,
  OS,
  TLV,
} from '../../host/format.ts';
import { hasRightDigest, isSignedBy, parseContainer } from '../../host/image/container.ts';
import { findTlv } from '../../host/image/tlv.ts';
import { type Answer, RawClient } from './raw-client.ts';
import type { SimDevice } from './sim-device.ts';

interface Slot {
  slot: number;
  version: string;
  hash: Uint8Array;
  bootable: boolean;
  active: boolean;
  confirmed: boolean;
  pending: boolean;
  permanent: boolean;
}

/** A client: by the words of a command line, the lines that it prints. */
export interface OtherClient {
  readonly name: string;
  run(command: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<string[]>;
}

const TASK_STATISTICS = 2;
const ENUMERATION = { list: 1, details: 3 };
const FLAGS = ['active', 'confirmed', 'pending', 'permanent'] as const;
/** Data in a piece of each client, as it cuts them. */
const PIECE_BYTES = { mcumgr: 311, cmcumgr: 256, smpmgr: 1900 };

/** As the TLV says, whatever stands behind the image. */
function digestOf(image: Uint8Array): Uint8Array {
  return findTlv(parseContainer(image).plainTlvs, TLV.sha256)?.value ?? new Uint8Array(0);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** Sends a whole image; resolves with the answer that ended it. */
async function sendImage(
  client: RawClient,
  image: Uint8Array,
  pieceBytes: number,
  first: Readonly<Record<string, number | Uint8Array | boolean>>,
): Promise<Answer> {
  for (let off = 0; ; ) {
    const data = image.subarray(off, off + pieceBytes);
    const answer = await client.write(GROUP.image, IMAGE.upload, { off, data, ...(off === 0 ? first : {}) });
    if (typeof answer.off !== 'number' || Number(answer.rc ?? 0) !== 0 || answer.off >= image.length)
      return answer;
    if (answer.off === off) return { rc: 'stall' };
    off = answer.off;
  }
}

/** mcumgr, in Go, of the Mynewt project: version 1, prints the code of a refusal and ends with exit code 0. */
export class McumgrGo implements OtherClient {
  readonly name = 'mcumgr';
  readonly #client: RawClient;

  constructor(device: SimDevice) {
    this.#client = new RawClient(device, { version: 1 });
  }

  async run(command: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
    const [group, verb, argument] = command;
    const image = files.get(argument ?? '') ?? new Uint8Array(0);
    if (group === 'echo') return [String((await this.#client.write(GROUP.os, OS.echo, { d: verb ?? '' })).r)];
    if (group === 'reset') return this.#done(await this.#client.write(GROUP.os, OS.reset));
    // Of what the device does not have; a success would print a table.
    if (group === 'taskstat') return this.#done(await this.#client.read(GROUP.os, TASK_STATISTICS));
    if (verb === 'list') return this.#state(await this.#client.read(GROUP.image, IMAGE.state));
    if (verb === 'erase') return this.#done(await this.#client.write(GROUP.image, IMAGE.erase));
    if (verb === 'test') {
      const fields = { confirm: false, hash: digestOf(image) };
      return this.#state(await this.#client.write(GROUP.image, IMAGE.state, fields));
    }
    if (verb === 'confirm')
      return this.#state(await this.#client.write(GROUP.image, IMAGE.state, { confirm: true, hash: null }));
    const first = { len: image.length, sha: sha256(image) };
    return this.#done(await sendImage(this.#client, image, PIECE_BYTES.mcumgr, first));
  }

  #done(answer: Answer): string[] {
    const rc = Number(answer.rc ?? 0);
    return [rc === 0 ? 'Done' : `Error: ${rc}`];
  }

  #state(answer: Answer): string[] {
    if (Number(answer.rc ?? 0) !== 0) return this.#done(answer);
    const slots = (answer.images as Slot[]).flatMap((slot) => [
      ` image=0 slot=${slot.slot}`,
      `    version: ${slot.version}`,
      `    bootable: ${slot.bootable}`,
      `    flags: ${FLAGS.filter((flag) => slot[flag]).join(' ')}`.trimEnd(),
      `    hash: ${hex(slot.hash)}`,
    ]);
    return ['Images:', ...slots, 'Split status: N/A (0)'];
  }
}

/** cmcumgr, in C: version 1, reads integers only in the answer to an upload. */
export class Cmcumgr implements OtherClient {
  readonly name = 'cmcumgr';
  readonly #client: RawClient;
  static readonly #names: readonly string[] = [
    ...[
      'OK',
      'EUNKNOWN',
      'ENOMEM',
      'EINVAL',
      'ETIMEOUT',
      'ENOENT',
      'EBADSTATE',
      'EMSGSIZE',
      'ENOTSUP',
      'ECORRUPT',
      'EBUSY',
    ],
  ];

  constructor(device: SimDevice) {
    this.#client = new RawClient(device, { version: 1, fixedSequence: 0 });
  }

  async run(command: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
    const [group, verb, argument] = command;
    const image = files.get(argument ?? '') ?? new Uint8Array(0);
    if (group === 'echo') return [String((await this.#client.write(GROUP.os, OS.echo, { d: verb ?? '' })).r)];
    if (group === 'reset') return this.#error(await this.#client.write(GROUP.os, OS.reset)) ?? [];
    if (verb === 'list') return this.#state(await this.#client.read(GROUP.image, IMAGE.state));
    if (verb === 'erase') return this.#error(await this.#client.write(GROUP.image, IMAGE.erase)) ?? ['Done'];
    if (verb === 'test')
      return this.#state(await this.#client.write(GROUP.image, IMAGE.state, { hash: digestOf(image) }));
    if (verb === 'confirm')
      return this.#state(await this.#client.write(GROUP.image, IMAGE.state, { confirm: true }));
    const first = { sha: digestOf(image), len: image.length };
    const answer = await sendImage(this.#client, image, PIECE_BYTES.cmcumgr, first);
    const words = this.#error(answer) ?? ['Done'];
    // It gives up at the first field that is no integer.
    const isReadable = Object.values(answer).every((value) => typeof value === 'number');
    return ['Uploading:', ...(isReadable ? words : ['Failed to upload image: No message of desired type'])];
  }

  #error(answer: Answer): string[] | null {
    const rc = Number(answer.rc ?? 0);
    const name = Cmcumgr.#names[rc];
    return rc === 0 ? null : [`MgmtError: ${rc}${name === undefined ? '' : `, ${name}`}`];
  }

  #state(answer: Answer): string[] {
    const slots = ((answer.images ?? []) as Slot[]).map((slot) => {
      const version = slot.version.replace(/\.(\d+)$/, '+$1');
      const flags = FLAGS.filter((flag) => slot[flag]).join(',');
      return `slot:${slot.slot} version:${version} hash:${hex(slot.hash)} bootable:${slot.bootable} flags:${flags}`;
    });
    return this.#error(answer) ?? [...slots, 'SplitStatus: N/A'];
  }
}

/** smpmgr, in Python: version 2, refuses unknown fields, and names a refusal as its group does. */
export class Smpmgr implements OtherClient {
  readonly name = 'smpmgr';
  readonly #client: RawClient;

  constructor(device: SimDevice) {
    this.#client = new RawClient(device, { version: 2 });
  }

  async run(command: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
    const [group, verb, argument] = command;
    const image = files.get(argument ?? '') ?? new Uint8Array(0);
    const ours = `${group} ${verb}`;
    if (ours === 'os echo')
      return [
        `EchoWriteResponse r='${(await this.#client.write(GROUP.os, OS.echo, { d: argument ?? '' })).r}'`,
      ];
    if (ours === 'os reset')
      return this.#named(await this.#client.write(GROUP.os, OS.reset), ['ResetWriteResponse']);
    if (ours === 'enum get-supported-groups') {
      const { groups } = await this.#client.read(GROUP.enumeration, ENUMERATION.list);
      return [`GroupsSupportedResponse groups=(${(groups as number[]).join(', ')})`];
    }
    if (ours === 'enum get-group-details') {
      const asked = encode({ groups: command.slice(2).map(Number) });
      return groupDetails(await this.#client.readRaw(GROUP.enumeration, ENUMERATION.details, asked));
    }
    if (group === 'upgrade') return this.#upgrade(files.get(verb ?? '') ?? new Uint8Array(0));
    if (ours === 'image state-read') return this.#state(await this.#client.read(GROUP.image, IMAGE.state));
    if (ours === 'image erase')
      return this.#named(await this.#client.write(GROUP.image, IMAGE.erase, { slot: Number(argument) }), []);
    if (ours === 'image state-write') {
      const fields = argument === '--confirm' ? { confirm: true } : { hash: digestOf(image), confirm: false };
      return this.#named(await this.#client.write(GROUP.image, IMAGE.state, fields), []);
    }
    return this.#upload(image);
  }

  async #upload(image: Uint8Array): Promise<string[]> {
    const first = { image: 0, len: image.length, sha: sha256(image), upgrade: false };
    return this.#named(await sendImage(this.#client, image, PIECE_BYTES.smpmgr, first), ['uploaded']);
  }

  /** It marks nothing for slot 0, which it takes unless another is named. */
  async #upgrade(image: Uint8Array): Promise<string[]> {
    const uploaded = await this.#upload(image);
    if (uploaded[0] !== 'uploaded') return uploaded;
    return this.#named(await this.#client.write(GROUP.os, OS.reset), ['Upgrade complete.']);
  }

  /** It raises an error of its own for a code that it does not know. */
  #named(answer: Answer, otherwise: string[]): string[] {
    if (answer.rc !== undefined)
      return [`ErrorV1 rc=<MGMT_ERR.${genericName(Number(answer.rc))}: ${answer.rc}>`];
    const error = answer.err as { group: number; rc: number } | undefined;
    if (error === undefined) return otherwise;
    const name =
      error.group === GROUP.image ? IMAGE_ERROR_TEXTS.find(({ code }) => code === error.rc)?.name : undefined;
    if (name === undefined) return ['ValidationError'];
    return [
      `ErrorV2 group=IMAGE rc=<IMG_MGMT_ERR.${name.replace(/^IMAGE_(?!ALREADY|CONFIRM)/, '')}: ${error.rc}>`,
    ];
  }

  #state(answer: Answer): string[] {
    return (answer.images as Slot[]).map((slot) => {
      const flags = FLAGS.filter((flag) => slot[flag]).map((flag) => `${flag}=True`);
      return `ImageState slot=${slot.slot} version='${slot.version}' hash=${hex(slot.hash)} ${flags.join(' ')}`.trimEnd();
    });
  }
}

/** What `imgtool verify` prints of an image; `key`: the public key that is given to it, or none. It looks at no TLV of others. */
export function imgtoolVerify(image: Uint8Array, key: KeyObject | null): string[] {
  const header = Buffer.from(image.subarray(0, IMAGE_HEADER_BYTES));
  if (header.readUInt32LE(IMAGE_HEADER_AT.magic) !== IMAGE_MAGIC)
    return ['Invalid image magic; is this an MCUboot image?'];
  const container = parseContainer(image);
  if (!hasRightDigest(container)) return ['Image has an invalid hash'];
  if (key !== null && !isSignedBy(container, key)) return ['No signature found for the given key'];
  const numbers = [
    header.readUInt8(IMAGE_HEADER_AT.versionMajor),
    header.readUInt8(IMAGE_HEADER_AT.versionMinor),
    header.readUInt16LE(IMAGE_HEADER_AT.versionRevision),
  ];
  return [
    'Image was correctly validated',
    `Image version: ${numbers.join('.')}+${container.versionBuild}`,
    `Image digest: ${hex(container.digest)}`,
  ];
}

interface GroupDetails {
  group: number;
  name: string;
  handlers: number;
}

function groupDetails(answer: Answer): string[] {
  const each = ({ group, name, handlers }: GroupDetails) =>
    `GroupDetails(group=${group}, name='${name}', handlers=${handlers})`;
  return [`GroupDetailsResponse groups=(${(answer.groups as GroupDetails[]).map(each).join(', ')})`];
}

function genericName(rc: number): string {
  return (
    [
      'EOK',
      'EUNKNOWN',
      'ENOMEM',
      'EINVAL',
      'ETIMEOUT',
      'ENOENT',
      'EBADSTATE',
      'EMSGSIZE',
      'ENOTSUP',
      'ECORRUPT',
      'EBUSY',
      'EACCESSDENIED',
    ][rc] ?? String(rc)
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
