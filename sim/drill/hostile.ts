/**
 * Hostile bytes: frames made of everything that a request may hold, and of what it must not, half of them with a right checksum, into a
 * device in RUN and in every state that a window can be in. The core must not trap, nothing may change outside of what requests change, and
 * in RUN there is no operation of flash and no other word than a twin answers that heard nothing.
 */
import { contentWith } from '../../host/core/first-burn.ts';
import { GROUP, HOLDFAST, IMAGE, IMAGE_MAGIC, NONCE_BYTES, VERDICT_BYTES } from '../../host/format.ts';
import { deriveBurned, encodeBurned } from '../../host/image/burned.ts';
import { encodeFrame } from '../../host/serial/framing.ts';
import type { CoreState, MakeCore } from './drill-core.ts';
import { DrillDevice } from './drill-device.ts';
import { type DrillEdition, drillEdition } from './editions.ts';
import { GEOMETRIES } from './geometries.ts';
import type { Kept } from './paged-flash.ts';
import { Random } from './random.ts';
import { CHECKS_TO_CONFIRM, LEASE_TICKS, Life } from './story.ts';

const FRAMES_A_VISIT = 64;
const SLICES_A_FRAME = 60;
const PATIENCE_SLICES = 3_000;
const CALLS_A_SLICE_MAX = 200_000;
const FAILURES_KEPT = 20;
const PLACES = 120;
/** One id beyond those that groups have. */
const COMMANDS = Math.max(...Object.values(HOLDFAST)) + 2;
const KEYS = [
  'off',
  'len',
  'data',
  'sha',
  'image',
  'hash',
  'confirm',
  'slot',
  'token',
  'ticks',
  'shared',
  'x',
  'y',
  'phase',
  'd',
  'format',
  'what',
  'back',
  'activate',
  'nonce',
];

export interface HostileOptions {
  readonly core: MakeCore;
  readonly frames: number;
  readonly seed: number;
  readonly onFrames?: (done: number) => void;
}

export interface HostileReport {
  frames: number;
  right_checksums: number;
  traps: number;
  /** Memory that no request may change did: geometry, burned block, or the map while it answers. */
  canaries: number;
  /** Erases and programs in RUN. */
  writes_in_run: number;
  /** Visits in RUN after which a word or a verdict differs from the twin's. */
  differences: number;
  seed: number;
  failures: string[];
}

export function hostileWrongs({ traps, canaries, writes_in_run, differences }: HostileReport): number {
  return traps + canaries + writes_in_run + differences;
}

interface Stage {
  readonly name: string;
  readonly core: CoreState;
  readonly flash: Kept;
  readonly token: number | null;
}

export async function sendHostile(options: HostileOptions): Promise<HostileReport> {
  const sizes = { zonesLeast: 6, zonesMore: 3 };
  const first = await drillEdition(1, sizes);
  return new HostileDrill(options, first, await drillEdition(2, sizes)).run();
}

class HostileDrill {
  readonly #options: HostileOptions;
  readonly #device: DrillDevice;
  readonly #first: DrillEdition;
  readonly #next: DrillEdition;
  readonly #random: Random;
  readonly #report: HostileReport;
  #canary: Uint8Array = new Uint8Array();
  #operations = 0;

  constructor(options: HostileOptions, first: DrillEdition, next: DrillEdition) {
    const { geometry } = GEOMETRIES[0] as (typeof GEOMETRIES)[number];
    const config = { checksToConfirm: CHECKS_TO_CONFIRM, trialTicks: 0, leaseTicks: LEASE_TICKS };
    const burned = encodeBurned({ ...deriveBurned(first.bytes, 'development'), ...config });
    this.#options = options;
    this.#first = first;
    this.#next = next;
    this.#random = new Random(options.seed);
    this.#device = new DrillDevice({
      makeCore: options.core,
      ...{ geometry, burned, content: contentWith(first, geometry) },
      ...{ callsASliceMax: CALLS_A_SLICE_MAX, patienceSlices: PATIENCE_SLICES },
    });
    this.#report = {
      ...{ frames: 0, right_checksums: 0, traps: 0, canaries: 0, writes_in_run: 0, differences: 0 },
      ...{ seed: options.seed, failures: [] },
    };
  }

  run(): HostileReport {
    const stages = this.#stages();
    this.#device.onOperation = () => {
      this.#operations++;
    };
    for (let visit = 0; this.#report.frames < this.#options.frames; visit++) {
      this.#visit(stages[visit % stages.length] as Stage);
      this.#options.onFrames?.(this.#report.frames);
    }
    return this.#report;
  }

  #stages(): Stage[] {
    const device = this.#device;
    const life = new Life(device, { confirmed: [1], trial: null, token: 0 });
    const stages: Stage[] = [];
    const keep = (name: string) =>
      stages.push({ name, core: device.core.keep(), flash: device.flash.keep(), token: device.token });
    device.start();
    device.settle();
    device.parked = false;
    keep('run, moving');
    device.parked = true;
    keep('run, parked');
    life.open({ shared: true });
    keep('shared window');
    life.expire();
    life.open();
    keep('window');
    const { bytes, hash } = this.#next;
    const begin = { off: 0, len: bytes.length, sha: hash, data: bytes.subarray(0, bytes.length >> 1) };
    device.write(GROUP.image, IMAGE.upload, begin);
    keep('half an upload');
    life.stage(this.#next);
    keep('uploaded');
    life.mark(this.#next);
    keep('marked');
    life.activate(this.#next);
    keep('trial');
    life.open();
    keep('window on trial');
    return stages;
  }

  /** So many frames from a stage on; what they bring about, the next ones meet. */
  #visit(stage: Stage): void {
    const device = this.#device;
    device.core.putBack(stage.core);
    device.flash.putBack(stage.flash);
    device.takeUp(stage.token);
    device.parked = stage.name !== 'run, moving';
    const isRun = stage.name.startsWith('run');
    const twin = isRun ? this.#words() : [];
    this.#canary = this.#watched();
    this.#operations = 0;
    for (let frame = 0; frame < FRAMES_A_VISIT; frame++) {
      const before = this.#report.frames++;
      // A window that is opened is no RUN any more: there only what may be asked in RUN is sent.
      device.receive(this.#frame(isRun));
      device.run(SLICES_A_FRAME);
      device.sent();
      const isWritten = isRun && this.#operations > 0;
      if (device.traps > 0) this.#fail('traps', stage, before, 'the core trapped or hangs');
      if (isWritten) this.#fail('writes_in_run', stage, before, 'flash was written');
      if (device.traps > 0 || isWritten) return;
    }
    if (Buffer.compare(this.#watched(), this.#canary) !== 0)
      this.#fail('canaries', stage, this.#report.frames, 'memory changed that no request may change');
    if (isRun && this.#words().some((word, index) => word !== twin[index]))
      this.#fail('differences', stage, this.#report.frames, 'answers otherwise than before');
  }

  /** Geometry and burned block, which lie before everything that requests change. */
  #watched(): Uint8Array {
    return this.#device.core.bytes.slice(0, this.#device.core.verdictAt & ~127);
  }

  /** What is answered at places on the map and off it, the whole verdict too. */
  #words(): number[] {
    const { core } = this.#device;
    return Array.from({ length: PLACES }, (_, x) => {
      const word = core.check(0, x, 0) >>> 0;
      core.verdict(word, x, 0);
      return [word, ...core.bytes.subarray(core.verdictAt, core.verdictAt + VERDICT_BYTES)];
    }).flat();
  }

  #fail(
    what: 'traps' | 'canaries' | 'writes_in_run' | 'differences',
    { name }: Stage,
    frame: number,
    words: string,
  ): void {
    this.#report[what]++;
    if (this.#report.failures.length < FAILURES_KEPT)
      this.#report.failures.push(`${name}, frame ${frame}: ${words}`);
  }

  // Frames

  #frame(isRun: boolean): Uint8Array {
    const random = this.#random;
    const isRight = random.onceIn(2);
    if (isRight) this.#report.right_checksums++;
    const frame = Uint8Array.from(encodeFrame(this.#message(isRun)));
    if (!isRight) this.#damage(frame);
    return frame;
  }

  #damage(frame: Uint8Array): void {
    for (let times = this.#random.between(1, 4); times > 0; times--)
      frame[this.#random.below(frame.length)] = this.#random.below(256);
  }

  #message(isRun: boolean): Uint8Array {
    const random = this.#random;
    const group = random.pick([
      GROUP.os,
      GROUP.image,
      GROUP.holdfast,
      GROUP.holdfast,
      10,
      77,
      random.below(65_536),
    ]);
    const asksDigest = group === GROUP.holdfast && random.onceIn(8);
    const body = asksDigest
      ? this.#digest()
      : random.onceIn(4)
        ? this.#bytes(random.below(200))
        : this.#map();
    const id = asksDigest ? HOLDFAST.digest : random.onceIn(16) ? random.below(256) : random.below(COMMANDS);
    const first = random.onceIn(8) ? random.below(256) : random.pick([0, 2, 8, 10]);
    // Parked, one request opens a window without a token: then it is RUN no more.
    const isOpen = group === GROUP.holdfast && id === 1 && (first & 7) === 2;
    const header = Buffer.from([
      isRun && isOpen ? 8 : first,
      random.onceIn(16) ? random.below(256) : 0,
      0,
      0,
      0,
      0,
      random.below(256),
      id,
    ]);
    header.writeUInt16BE(random.onceIn(16) ? random.below(65_536) : body.length, 2);
    header.writeUInt16BE(group, 4);
    return Buffer.concat([header, body]);
  }

  #bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.below(256)));
  }

  /** A CBOR map of known keys, whose values are of any kind and near their limits. */
  #map(): Buffer {
    const random = this.#random;
    const count = random.below(7);
    const head = random.onceIn(8) ? [0xbf] : [0xa0 | (random.onceIn(12) ? random.below(24) : count)];
    const pairs = Array.from({ length: count }, () =>
      Buffer.concat([text(random.pick(KEYS)), this.#value()]),
    );
    return Buffer.concat([
      Buffer.from(head),
      ...pairs,
      Buffer.from(head[0] === 0xbf && !random.onceIn(4) ? [0xff] : []),
    ]);
  }

  /** A digest of places that there are, mostly. */
  #digest(): Buffer {
    const random = this.#random;
    const end = this.#next.bytes.length;
    const nonce = this.#bytes(random.onceIn(6) ? random.below(40) : NONCE_BYTES);
    const pairs = [
      ['slot', item(0, random.below(3))],
      ['off', item(0, random.pick([0, random.below(end), 0xffff_ffff]))],
      ['len', item(0, random.pick([0, 1, random.below(end), random.below(end), 0xffff_ffff]))],
      ['nonce', Buffer.concat([item(2, nonce.length), nonce])],
      ['token', item(0, this.#device.token ?? 0)],
    ] as const;
    return Buffer.concat([Buffer.from([0xa5]), ...pairs.flatMap(([key, value]) => [text(key), value])]);
  }

  #value(): Buffer {
    const random = this.#random;
    const { bytes, hash } = random.onceIn(2) ? this.#first : this.#next;
    switch (random.below(9)) {
      case 0:
        return item(
          0,
          random.pick([0, 1, 2, 23, 24, 255, 256, 65_535, 0x7fff_ffff, 0xffff_ffff, bytes.length]),
        );
      case 1:
        return item(0, this.#device.token ?? random.below(20));
      case 2:
        return item(1, random.pick([0, 1, 0x7fff_ffff, 0xffff_ffff]));
      case 3:
        return Buffer.concat([item(2, hash.length), hash]);
      case 4: {
        const from = random.below(bytes.length);
        const piece = bytes.subarray(from, from + random.below(400));
        return Buffer.concat([item(2, random.onceIn(6) ? random.below(0xffff_ffff) : piece.length), piece]);
      }
      case 5: {
        const begin = Buffer.from(bytes.subarray(0, random.between(1, 400)));
        if (random.onceIn(3) && begin.length > 4) begin.writeUInt32LE((IMAGE_MAGIC ^ 1) >>> 0, 0);
        return Buffer.concat([item(2, begin.length), begin]);
      }
      case 6:
        return Buffer.from([
          random.pick([0xf4, 0xf5, 0xf6, 0xf7, 0xf9, 0xfa, 0xfb, 0xff, 0xc1, 0x9f, 0x5f, 0x7f]),
        ]);
      case 7:
        return text(random.pick(['', 'a', 's', 'x'.repeat(random.below(100))]));
      default:
        return this.#bytes(random.below(12));
    }
  }
}

/** The head of a CBOR item of a major type, in the shortest form. */
function item(major: number, value: number): Buffer {
  const type = major << 5;
  if (value < 24) return Buffer.from([type | value]);
  if (value < 256) return Buffer.from([type | 24, value]);
  const wide = Buffer.alloc(5);
  wide[0] = type | 26;
  wide.writeUInt32BE(value, 1);
  return wide;
}

function text(words: string): Buffer {
  return Buffer.concat([item(3, words.length), Buffer.from(words)]);
}
